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
use tch::{Device, Kind};

use super::{Runtime, parsed};
use crate::engine::checkpoint::{Checkpoint, ModelType};
use crate::engine::modules::{Modules, Parts};
use crate::engine::pool::Pool;
use crate::engine::{Described, SentenceEncoder};
use crate::error::{Error, ErrorKind, Result};
use crate::models::{Pooling, Task};
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
        let make = move || {
            tch::set_num_threads(intra);
            let mut variables = VarStore::new(device);
            let transformer = transformer(&checkpoint, &variables)?;
            tensors.fill(&mut variables)?;
            Ok(Network { transformer, pooling, pad, device })
        };
        Ok(Self {
            threads: Pool::start(&name, threads, make, Network::pooled)?,
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
        let pooled = super::in_batches(&self.threads, rows, Vec::len, self.width)?;
        Ok(parts.joined(&pooled, &self.modules))
    }

    fn tolerance(&self) -> f32 {
        TOLERANCE
    }

    fn describe(&self) -> Described {
        super::described(&self.name, &self.device)
    }
}

/// What a thread owns.
struct Network {
    transformer: SentenceEmbeddingsOption,
    pooling: Pooling,
    pad: i64,
    device: Device,
}

impl Network {
    /// The pooled vectors of texts, one after the other.
    fn pooled(&self, rows: Vec<Vec<u32>>) -> Result<Vec<f32>> {
        tch::no_grad(|| {
            let (ids, mask) = super::padded(&rows, self.pad, self.device);
            let (hidden, _) = self.transformer.forward(&ids, &mask).map_err(super::failed)?;
            let hidden = hidden.to_kind(Kind::Float);
            let pooled = match self.pooling {
                Pooling::Cls => hidden.select(1, 0),
                Pooling::Mean => {
                    let mask = mask.to_kind(Kind::Float).unsqueeze(-1);
                    let sum =
                        (hidden * &mask).sum_dim_intlist([1_i64].as_slice(), false, Kind::Float);
                    sum / mask
                        .sum_dim_intlist([1_i64].as_slice(), false, Kind::Float)
                        .clamp_min(1e-9)
                }
                Pooling::Max => {
                    let blank = mask.eq(0).unsqueeze(-1);
                    hidden.masked_fill(&blank, f64::NEG_INFINITY).amax([1_i64].as_slice(), false)
                }
            };
            super::floats(&pooled)
        })
    }
}

/// rust-bert's network for the architecture, its variables registered but not yet filled.
fn transformer(checkpoint: &Checkpoint, variables: &VarStore) -> Result<SentenceEmbeddingsOption> {
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
