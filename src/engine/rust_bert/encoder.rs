//! Texts to dense vectors.
//!
//! In: texts. Out: one vector a text, as sentence-transformers makes it (Reimers and Gurevych,
//! "Sentence-BERT", 2019): token vectors pooled, then the folder's dense layer and scaling to
//! length 1 where it asks for them. A text longer than the model's window is read in parts, each
//! weighted by its tokens, so that nothing is cut.
//! Knows no topic and no summary.

use std::sync::Arc;

use ndarray::{Array1, Array2};
use rust_bert::albert::{AlbertConfig, AlbertForSentenceEmbeddings};
use rust_bert::bert::{BertConfig, BertForSentenceEmbeddings};
use rust_bert::distilbert::{DistilBertConfig, DistilBertForSentenceEmbeddings};
use rust_bert::pipelines::common::ModelType;
use rust_bert::pipelines::sentence_embeddings::SentenceEmbeddingsOption;
use rust_bert::roberta::RobertaForSentenceEmbeddings;
use rust_bert::t5::{T5Config, T5ForSentenceEmbeddings};
use serde_json::Value;
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use super::batch::{TOKEN_BUDGET, batches, even_batches};
use super::bert::{self, Bert};
use super::checkpoint::Checkpoint;
use super::pool::Pool;
use super::{Runtime, parsed};
use crate::engine::folder::Folder;
use crate::engine::{CONFIG, Described, SentenceEncoder, Weights};
use crate::error::{Error, ErrorKind, Result};
use crate::models::{Pooling, Task};
use crate::tokens::{Frame, Tokenizer};

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
    dense: Option<Dense>,
    normalize: bool,
    /// Whether the threads compute with our own forward pass.
    pub(super) own_bert: bool,
    pub(super) threads: Threads,
}

/// A layer after the pooling.
#[derive(Debug)]
struct Dense {
    /// (out, width)
    weight: Array2<f32>,
    bias: Array1<f32>,
    tanh: bool,
}

impl Encoder {
    pub(crate) fn load(checkpoint: Checkpoint, runtime: &Runtime) -> Result<Self> {
        checkpoint.expect(Task::SentenceEncoder)?;
        let (tokenizer, frame) = checkpoint.tokenizer()?;
        let window = checkpoint.window()?;
        let width = checkpoint
            .number(&["hidden_size", "dim", "d_model"])
            .and_then(|width| usize::try_from(width).ok())
            .ok_or_else(|| checkpoint.folder.invalid(CONFIG, "says no width"))?;
        let modules = Modules::read(&checkpoint, width)?;
        let name = checkpoint.name();
        let tensors = Arc::new(checkpoint.tensors()?);
        let device = runtime.device;
        let (intra, threads) = runtime.split();
        let pooling = modules.pooling;
        let pad = checkpoint.pad();
        let own_bert = Bert::suits(&checkpoint, device)?;
        let make = move || {
            tch::set_num_threads(intra);
            let mut variables = VarStore::new(device);
            // Built even where it only names the variables, which are then held against the file.
            let theirs = transformer(&checkpoint, &variables)?;
            tensors.fill(&mut variables)?;
            let transformer = match own_bert {
                true => Transformer::Bert(Bert::of(&checkpoint, &variables)?),
                false => Transformer::Other(Box::new(theirs)),
            };
            Ok(Network { transformer, pooling, pad, device })
        };
        Ok(Self {
            threads: Pool::start(&name, threads, make, Network::pooled)?,
            own_bert,
            device: runtime.name(),
            room: window.saturating_sub(frame.one()).max(1),
            dense: modules.dense,
            normalize: modules.normalize,
            name,
            tokenizer,
            frame,
            width,
        })
    }

    /// A pooled vector to the vector of its text.
    pub(super) fn finish(&self, pooled: Array1<f32>) -> Array1<f32> {
        let mut vector = match &self.dense {
            None => pooled,
            Some(dense) => {
                let mut out = dense.weight.dot(&pooled) + &dense.bias;
                if dense.tanh {
                    out.mapv_inplace(f32::tanh);
                }
                out
            }
        };
        if self.normalize {
            let length = vector.dot(&vector).sqrt().max(1e-12);
            vector /= length;
        }
        vector
    }
}

impl SentenceEncoder for Encoder {
    fn dim(&self) -> usize {
        self.dense.as_ref().map_or(self.width, |dense| dense.bias.len())
    }

    fn encode(&self, texts: &[&str]) -> Result<Array2<f32>> {
        // The parts of all texts, and where each text's begin.
        let mut parts: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
        let mut starts = Vec::with_capacity(texts.len() + 1);
        for text in texts {
            starts.push(parts.len());
            // Some tokenizers give blank ends a token; the reference takes them off first.
            let ids = self.tokenizer.encode(text.trim())?;
            if ids.is_empty() {
                parts.push(self.frame.around(&[]));
            }
            parts.extend(ids.chunks(self.room).map(|part| self.frame.around(part)));
        }
        starts.push(parts.len());
        let counts: Vec<usize> = parts.iter().map(Vec::len).collect();
        let batches = match self.own_bert {
            true => even_batches(&counts, bert::TOKEN_BUDGET),
            false => batches(&counts, TOKEN_BUDGET),
        };
        let pooled = super::in_batches(&self.threads, parts, batches, self.width)?;
        let mut vectors = Array2::zeros((texts.len(), self.dim()));
        for ((mut row, &start), &end) in
            vectors.rows_mut().into_iter().zip(&starts).zip(starts.iter().skip(1))
        {
            let mut sum = Array1::zeros(self.width);
            let mut tokens = 0.0;
            for part in start..end {
                let own = counts.get(part).copied().unwrap_or(0) as f32;
                sum.scaled_add(own, &pooled.row(part));
                tokens += own;
            }
            row.assign(&self.finish(sum / f32::max(tokens, 1.0)));
        }
        Ok(vectors)
    }

    fn describe(&self) -> Described {
        super::described(&self.name, &self.device)
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
                let hidden = bert.forward(&rows).map_err(|cause| super::failed(cause.into()))?;
                let counts: Vec<i64> = rows.iter().map(|row| row.len() as i64).collect();
                let texts = hidden.split_with_sizes(counts, 0);
                let pooled: Vec<Tensor> = texts.iter().map(|text| self.pool(text)).collect();
                super::floats(&Tensor::stack(&pooled, 0))
            }
            Transformer::Other(transformer) => {
                let (ids, mask) = super::padded(&rows, self.pad, self.device);
                let (hidden, _) = transformer.forward(&ids, &mask).map_err(super::failed)?;
                super::floats(&self.pool_padded(&hidden.to_kind(Kind::Float), &mask))
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

/// What sentence-transformers' `modules.json` adds after the transformer.
struct Modules {
    pooling: Pooling,
    dense: Option<Dense>,
    normalize: bool,
}

impl Modules {
    fn read(checkpoint: &Checkpoint, width: usize) -> Result<Self> {
        let folder = &checkpoint.folder;
        let mut found = Self { pooling: Pooling::Mean, dense: None, normalize: false };
        let modules = folder.json("modules.json")?;
        for module in modules.as_ref().and_then(Value::as_array).into_iter().flatten() {
            let part = |key: &str| module.get(key).and_then(Value::as_str).unwrap_or("");
            let (kind, place) = (part("type"), part("path"));
            match kind.rsplit('.').next().unwrap_or(kind) {
                "Transformer" => {}
                "Pooling" => found.pooling = pooling(folder, place)?,
                "Dense" => found.dense = Some(dense(folder, place, width)?),
                "Normalize" => found.normalize = true,
                _ => {
                    let what = format!(
                        "asks for {kind}, expected Transformer, Pooling, Dense or Normalize"
                    );
                    return Err(folder.invalid("modules.json", what));
                }
            }
        }
        if let Some(pooling) = checkpoint.said(|said| said.pooling) {
            found.pooling = pooling;
        }
        if let Some(normalize) = checkpoint.said(|said| said.normalize) {
            found.normalize = normalize;
        }
        Ok(found)
    }
}

fn pooling(folder: &Folder, place: &str) -> Result<Pooling> {
    let file = format!("{place}/config.json");
    let Some(config) = folder.json(&file)? else {
        return Err(folder.invalid(&file, "is not there, but modules.json asks for it"));
    };
    let on = |key: &str| config.get(key).and_then(Value::as_bool).unwrap_or(false);
    let modes: Vec<Pooling> = [
        ("pooling_mode_mean_tokens", Pooling::Mean),
        ("pooling_mode_cls_token", Pooling::Cls),
        ("pooling_mode_max_tokens", Pooling::Max),
    ]
    .into_iter()
    .filter(|(key, _)| on(key))
    .map(|(_, mode)| mode)
    .collect();
    match modes.as_slice() {
        [mode] => Ok(*mode),
        _ => Err(folder
            .invalid(&file, "asks for none or several of mean, cls and max pooling, expected one")),
    }
}

fn dense(folder: &Folder, place: &str, width: usize) -> Result<Dense> {
    let config_file = format!("{place}/config.json");
    let config = folder.json(&config_file)?.unwrap_or(Value::Null);
    let side = |key: &str| config.get(key).and_then(Value::as_u64).map(|side| side as usize);
    let (Some(input), Some(out)) = (side("in_features"), side("out_features")) else {
        return Err(folder.invalid(&config_file, "does not say in_features and out_features"));
    };
    if input != width {
        let what = format!("takes {input} features, but the transformer gives {width}");
        return Err(folder.invalid(&config_file, what));
    }
    let activation = config.get("activation_function").and_then(Value::as_str).unwrap_or("");
    let tanh = match activation.rsplit('.').next() {
        Some("Tanh") => true,
        Some("Identity" | "") => false,
        _ => {
            let what = format!("asks for {activation}, expected Tanh or Identity");
            return Err(folder.invalid(&config_file, what));
        }
    };
    let file = format!("{place}/model.safetensors");
    if !folder.has(&file) {
        return Err(folder.invalid(&file, "is not there, but modules.json asks for it"));
    }
    let bytes = folder.read(&file)?;
    let weights = Weights::parse(folder.name(&file), &bytes)?;
    let weight = weights.matrix("linear.weight", out, input)?;
    let bias = match config.get("bias").and_then(Value::as_bool) {
        Some(false) => Array1::zeros(out),
        _ => weights.vector("linear.bias", out)?,
    };
    Ok(Dense { weight, bias, tanh })
}
