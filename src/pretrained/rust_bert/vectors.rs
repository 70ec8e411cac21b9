//! A sentence encoder's network, on libtorch.
//!
//! In: a folder, and a device with its threads; rows of ids. Out: an [`Encoder`]; the pooled vector
//! of each row. BERT is computed by `bert.rs` where it can be, any other by rust-bert.
//! Cuts no text and joins no parts.

use std::sync::Arc;

use rust_bert::albert::AlbertForSentenceEmbeddings;
use rust_bert::bert::BertForSentenceEmbeddings;
use rust_bert::distilbert::DistilBertForSentenceEmbeddings;
use rust_bert::pipelines::sentence_embeddings::SentenceEmbeddingsOption;
use rust_bert::roberta::RobertaForSentenceEmbeddings;
use rust_bert::t5::T5ForSentenceEmbeddings;
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use super::bert::{Bert, Products};
use super::runtime::{Runtime, TOKEN_BUDGET, failed, floats, padded, parsed};
use crate::error::Result;
use crate::model::folder::invalid_model;
use crate::pretrained::checkpoint::{Checkpoint, ModelType};
use crate::pretrained::description::{Pooling, Task};
use crate::pretrained::encoder::{Encoder, Threads};
use crate::pretrained::modules::Modules;

/// How far a vector may be from the one that heads were trained for, as a share of its length:
/// 32-bit sums of two programs stay far below.
const TOLERANCE: f32 = 0.02;

/// The sentence encoder in a folder.
pub(crate) fn encoder(checkpoint: Checkpoint, runtime: &Runtime) -> Result<Encoder> {
    checkpoint.expect(Task::SentenceEncoder)?;
    let modules = Modules::read(&checkpoint)?;
    let described = runtime.describe(&checkpoint);
    let tensors = Arc::new(checkpoint.tensors()?);
    let (device, pooling, pad) = (runtime.device, modules.pooling, checkpoint.pad());
    let own_bert = Bert::suits(&checkpoint, device)?;
    let products = own_bert.then(Products::fastest);
    let make = move || {
        tch::set_num_threads(1);
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
    Ok(Encoder {
        threads: Threads::start(&described.model, runtime.owners(), make, Network::pooled)?,
        described,
        modules,
        budget: TOKEN_BUDGET,
        fills_up: !own_bert,
        tolerance: TOLERANCE,
    })
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
        let counts = rows.iter().map(|row| row.len() as i64);
        tch::no_grad(|| {
            let texts = match &self.transformer {
                Transformer::Bert(bert) => {
                    let hidden = bert.forward(&rows).map_err(|cause| failed(cause.into()))?;
                    hidden.split_with_sizes(counts.collect::<Vec<_>>(), 0)
                }
                Transformer::Other(transformer) => {
                    let (ids, mask) = padded(&rows, self.pad, self.device);
                    let (hidden, _) = transformer.forward(&ids, &mask).map_err(failed)?;
                    let hidden = hidden.to_kind(Kind::Float);
                    let own = |(row, count)| hidden.get(row).narrow(0, 0, count);
                    (0..).zip(counts).map(own).collect()
                }
            };
            let pooled: Vec<Tensor> = texts.iter().map(|text| self.pool(text)).collect();
            floats(&Tensor::stack(&pooled, 0))
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
}

/// rust-bert's network for the architecture, its variables registered but not yet filled.
pub(super) fn transformer(
    checkpoint: &Checkpoint,
    variables: &VarStore,
) -> Result<SentenceEmbeddingsOption> {
    use SentenceEmbeddingsOption::{Albert, Bert, DistilBert, Roberta, T5};
    let root = variables.root();
    Ok(match checkpoint.architecture {
        ModelType::Bert => Bert(BertForSentenceEmbeddings::new(root, &parsed(checkpoint)?)),
        ModelType::DistilBert => {
            DistilBert(DistilBertForSentenceEmbeddings::new(root, &parsed(checkpoint)?))
        }
        ModelType::Roberta | ModelType::XLMRoberta => {
            let config = parsed(checkpoint)?;
            Roberta(RobertaForSentenceEmbeddings::new_with_optional_pooler(root, &config, false))
        }
        ModelType::Albert => Albert(AlbertForSentenceEmbeddings::new(root, &parsed(checkpoint)?)),
        ModelType::T5 => T5(T5ForSentenceEmbeddings::new(root, &parsed(checkpoint)?)),
        other => {
            let what = format!("{other:?} is no architecture of rust-bert's sentence encoders");
            return Err(invalid_model(what));
        }
    })
}
