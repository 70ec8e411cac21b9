//! Texts to dense vectors.
//!
//! In: texts. Out: one vector a text, as sentence-transformers makes it (Reimers and Gurevych,
//! "Sentence-BERT", 2019): token vectors pooled, then the folder's dense layer and scaling to
//! length 1 where it asks for them. A text longer than the model's window is read in parts, each
//! weighted by its tokens, so that nothing is cut.
//! Knows no topic and no summary.

use std::sync::Arc;

use ndarray::Array2;
use rust_bert::albert::{AlbertConfig, AlbertForSentenceEmbeddings};
use rust_bert::bert::{BertConfig, BertForSentenceEmbeddings};
use rust_bert::distilbert::{DistilBertConfig, DistilBertForSentenceEmbeddings};
use rust_bert::pipelines::sentence_embeddings::SentenceEmbeddingsOption;
use rust_bert::roberta::RobertaForSentenceEmbeddings;
use rust_bert::t5::{T5Config, T5ForSentenceEmbeddings};
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use super::batch::{TOKEN_BUDGET, batches, even_batches};
use super::bert::{self, Bert, Products};
use super::runtime::{Runtime, described, failed, floats, in_batches, padded, parsed};
use crate::error::{Error, ErrorKind, Result};
use crate::model::seams::{Described, SentenceEncoder};
use crate::pretrained::checkpoint::{Checkpoint, ModelType};
use crate::pretrained::description::{Pooling, Task};
use crate::pretrained::modules::{Modules, Parts};
use crate::pretrained::pool::Pool;
use crate::tokens::{Frame, Tokenizer};

/// How far a vector may be from the one that heads were trained for, as a share of its length:
/// 32-bit sums of two programs stay far below.
const TOLERANCE: f32 = 0.02;

/// The ids of texts, special tokens included, to their pooled vectors, one after the other.
type Threads = Pool<Vec<Vec<u32>>, Vec<f32>>;

/// A pretrained sentence encoder.
#[derive(Debug)]
pub(crate) struct Encoder {
    name: String,
    device: String,
    tokenizer: Tokenizer,
    frame: Frame,
    /// Tokens of a text that are read at once, special ones not counted.
    room: usize,
    /// Length of a pooled vector.
    pub(super) width: usize,
    modules: Modules,
    /// Whether the threads compute with our own forward pass.
    pub(super) own_bert: bool,
    pub(super) threads: Threads,
}

impl Encoder {
    pub(crate) fn load(checkpoint: Checkpoint, runtime: &Runtime) -> Result<Self> {
        checkpoint.expect(Task::SentenceEncoder)?;
        let (tokenizer, frame) = checkpoint.tokenizer()?;
        let window = checkpoint.window()?;
        let width = checkpoint.width()?;
        let modules = Modules::read(&checkpoint, width)?;
        let name = checkpoint.name();
        let tensors = Arc::new(checkpoint.tensors()?);
        let device = runtime.device;
        let (intra, threads) = runtime.split();
        let pooling = modules.pooling;
        let pad = checkpoint.pad();
        let own_bert = Bert::suits(&checkpoint, device)?;
        let products = own_bert.then(Products::fastest);
        let make = move || {
            tch::set_num_threads(intra);
            let mut variables = VarStore::new(device);
            // Built even where it only names the variables, which are then held against the file.
            let theirs = transformer(&checkpoint, &variables)?;
            tensors.fill(&mut variables)?;
            let transformer = match products {
                Some(products) => Transformer::Bert(Bert::of(&checkpoint, &variables, products)?),
                None => Transformer::Other(Box::new(theirs)),
            };
            Ok(Network { transformer, pooling, pad, device })
        };
        Ok(Self {
            threads: Pool::start(&name, threads, make, Network::pooled)?,
            own_bert,
            device: runtime.name(),
            room: window.saturating_sub(frame.one()).max(1),
            modules,
            name,
            tokenizer,
            frame,
            width,
        })
    }

    /// A pooled vector to the vector of its text.
    #[cfg(test)]
    pub(super) fn finish(&self, pooled: ndarray::Array1<f32>) -> ndarray::Array1<f32> {
        self.modules.finish(pooled)
    }
}

impl SentenceEncoder for Encoder {
    fn dim(&self) -> usize {
        self.modules.dim(self.width)
    }

    fn encode(&self, texts: &[&str]) -> Result<Array2<f32>> {
        let (parts, rows) = Parts::of(texts, &self.tokenizer, &self.frame, self.room)?;
        let batches = match self.own_bert {
            true => even_batches(parts.tokens(), bert::TOKEN_BUDGET),
            false => batches(parts.tokens(), TOKEN_BUDGET),
        };
        let pooled = in_batches(&self.threads, rows, batches, self.width)?;
        Ok(parts.joined(&pooled, &self.modules))
    }

    fn tolerance(&self) -> f32 {
        TOLERANCE
    }

    fn describe(&self) -> Described {
        described(&self.name, &self.device)
    }
}

/// What a thread owns.
struct Network {
    transformer: Transformer,
    pooling: Pooling,
    pad: i64,
    device: Device,
}

/// What makes vectors of tokens.
enum Transformer {
    Bert(Bert),
    /// Of rust-bert.
    Other(Box<SentenceEmbeddingsOption>),
}

impl Network {
    /// The pooled vectors of texts, one after the other.
    fn pooled(&self, rows: Vec<Vec<u32>>) -> Result<Vec<f32>> {
        tch::no_grad(|| match &self.transformer {
            Transformer::Bert(bert) => {
                let hidden = bert.forward(&rows).map_err(|cause| failed(cause.into()))?;
                let counts: Vec<i64> = rows.iter().map(|row| row.len() as i64).collect();
                let texts = hidden.split_with_sizes(counts, 0);
                let pooled: Vec<Tensor> = texts.iter().map(|text| self.pool(text)).collect();
                floats(&Tensor::stack(&pooled, 0))
            }
            Transformer::Other(transformer) => {
                let (ids, mask) = padded(&rows, self.pad, self.device);
                let (hidden, _) = transformer.forward(&ids, &mask).map_err(failed)?;
                floats(&self.pool_padded(&hidden.to_kind(Kind::Float), &mask))
            }
        })
    }

    /// The vectors of one text's tokens to one.
    fn pool(&self, hidden: &Tensor) -> Tensor {
        let (tokens, width) = hidden.size2().unwrap_or_default();
        if tokens == 0 {
            return Tensor::zeros([width], (Kind::Float, self.device));
        }
        match self.pooling {
            Pooling::Cls => hidden.select(0, 0),
            Pooling::Mean => hidden.mean_dim([0_i64].as_slice(), false, Kind::Float),
            Pooling::Max => hidden.amax([0_i64].as_slice(), false),
        }
    }

    /// As [`pool`](Self::pool) for texts that are filled up.
    fn pool_padded(&self, hidden: &Tensor, mask: &Tensor) -> Tensor {
        match self.pooling {
            Pooling::Cls => hidden.select(1, 0),
            Pooling::Mean => {
                let mask = mask.to_kind(Kind::Float).unsqueeze(-1);
                let sum = (hidden * &mask).sum_dim_intlist([1_i64].as_slice(), false, Kind::Float);
                sum / mask.sum_dim_intlist([1_i64].as_slice(), false, Kind::Float).clamp_min(1e-9)
            }
            Pooling::Max => {
                let blank = mask.eq(0).unsqueeze(-1);
                hidden.masked_fill(&blank, f64::NEG_INFINITY).amax([1_i64].as_slice(), false)
            }
        }
    }
}

/// rust-bert's network for the architecture, its variables registered but not yet filled.
pub(super) fn transformer(
    checkpoint: &Checkpoint,
    variables: &VarStore,
) -> Result<SentenceEmbeddingsOption> {
    use SentenceEmbeddingsOption::{Albert, Bert, DistilBert, Roberta, T5};
    let root = variables.root();
    Ok(match checkpoint.architecture {
        ModelType::Bert => {
            Bert(BertForSentenceEmbeddings::new(root, &parsed::<BertConfig>(checkpoint)?))
        }
        ModelType::DistilBert => DistilBert(DistilBertForSentenceEmbeddings::new(
            root,
            &parsed::<DistilBertConfig>(checkpoint)?,
        )),
        ModelType::Roberta | ModelType::XLMRoberta => {
            Roberta(RobertaForSentenceEmbeddings::new_with_optional_pooler(
                root,
                &parsed::<BertConfig>(checkpoint)?,
                false,
            ))
        }
        ModelType::Albert => {
            Albert(AlbertForSentenceEmbeddings::new(root, &parsed::<AlbertConfig>(checkpoint)?))
        }
        ModelType::T5 => T5(T5ForSentenceEmbeddings::new(root, &parsed::<T5Config>(checkpoint)?)),
        other => {
            let message = format!("{other:?} is no architecture of rust-bert's sentence encoders");
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
    })
}
