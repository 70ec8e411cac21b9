//! What stands around the transformer of a sentence encoder, as sentence-transformers makes one
//! (Reimers and Gurevych, "Sentence-BERT", 2019).
//!
//! In: a folder's `modules.json`, and texts. Out: the parts of each text that fit the model's
//! window, and, from the pooled vector of each part, the vector of the text: the folder's dense
//! layer and scaling to length 1 where it asks for them. Runs no model.

use std::ops::Range;
use std::path::{Component, Path};

use ndarray::{Array1, Array2};
use serde_json::Value;

use super::checkpoint::Checkpoint;
use crate::error::Result;
use crate::model::folder::Folder;
use crate::nn::Weights;
use crate::pretrained::description::Pooling;
use crate::tokens::{Frame, Tokenizer};

/// Which parts of a call's rows make up each of its texts.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The rows of each text.
    places: Vec<Range<usize>>,
    /// Tokens of each row.
    tokens: Vec<usize>,
}

impl Parts {
    /// Cuts texts into parts that fit the window, so that nothing is lost: the ids of each part,
    /// special ones included, and whose they are.
    pub(crate) fn of(texts: &[&str], modules: &Modules) -> Result<(Self, Vec<Vec<u32>>)> {
        let Modules { tokenizer, frame, room, .. } = modules;
        let mut rows: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
        let mut places = Vec::with_capacity(texts.len());
        for text in texts {
            let start = rows.len();
            // Some tokenizers give blank ends a token; the reference takes them off first.
            let ids = tokenizer.encode(text.trim())?;
            if ids.is_empty() {
                rows.push(frame.around(&[]));
            }
            rows.extend(ids.chunks(*room).map(|part| frame.around(part)));
            places.push(start..rows.len());
        }
        let tokens = rows.iter().map(Vec::len).collect();
        Ok((Self { places, tokens }, rows))
    }

    /// Tokens of each row.
    pub(crate) fn tokens(&self) -> &[usize] {
        &self.tokens
    }

    /// The vector of each text, from the pooled vectors of its parts, each weighted by its tokens.
    pub(crate) fn joined(&self, pooled: &Array2<f32>, modules: &Modules) -> Array2<f32> {
        debug_assert_eq!(pooled.dim(), (self.tokens.len(), modules.width), "a vector a part");
        let mut vectors = Array2::zeros((self.places.len(), modules.dim()));
        for (mut row, place) in vectors.rows_mut().into_iter().zip(&self.places) {
            let mut sum = Array1::zeros(modules.width);
            let mut tokens = 0.0;
            for part in place.clone() {
                let own = self.tokens.get(part).copied().unwrap_or(0) as f32;
                sum.scaled_add(own, &pooled.row(part));
                tokens += own;
            }
            row.assign(&modules.finish(sum / f32::max(tokens, 1.0)));
        }
        vectors
    }
}

/// The widest layer after the pooling that is believed.
const MAX_FEATURES: usize = 1 << 16;

/// A layer after the pooling.
#[derive(Debug)]
struct Dense {
    /// (out, width)
    weight: Array2<f32>,
    bias: Array1<f32>,
    tanh: bool,
}

/// The tokenizer in front of the transformer, and what sentence-transformers' `modules.json` adds
/// after it.
#[derive(Debug)]
pub(crate) struct Modules {
    tokenizer: Tokenizer,
    frame: Frame,
    /// Tokens of a text that are read at once, special ones not counted; at least 1.
    room: usize,
    /// Length of a pooled vector.
    pub(crate) width: usize,
    pub(crate) pooling: Pooling,
    dense: Option<Dense>,
    normalize: bool,
}

impl Modules {
    /// Length of a text's vector.
    pub(crate) fn dim(&self) -> usize {
        self.dense.as_ref().map_or(self.width, |dense| dense.bias.len())
    }

    /// A pooled vector to the vector of its text.
    pub(crate) fn finish(&self, pooled: Array1<f32>) -> Array1<f32> {
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

    pub(crate) fn read(checkpoint: &Checkpoint) -> Result<Self> {
        let folder = &checkpoint.folder;
        let (tokenizer, frame) = checkpoint.tokenizer()?;
        let room = checkpoint.window()?.saturating_sub(frame.one()).max(1);
        let width = checkpoint.width()?;
        let (mut pooling, mut dense, mut normalize) = (Pooling::Mean, None, false);
        let modules = folder.json("modules.json")?;
        for module in modules.as_ref().and_then(Value::as_array).into_iter().flatten() {
            let part = |key: &str| module.get(key).and_then(Value::as_str).unwrap_or("");
            let (kind, place) = (part("type"), part("path"));
            if !Path::new(place).components().all(|part| matches!(part, Component::Normal(_))) {
                let what = format!("names the place {place:?}, expected one inside the folder");
                return Err(folder.invalid("modules.json", what));
            }
            match kind.rsplit('.').next().unwrap_or(kind) {
                "Transformer" => {}
                "Pooling" => pooling = read_pooling(folder, place)?,
                "Dense" => dense = Some(Dense::read(folder, place, width)?),
                "Normalize" => normalize = true,
                _ => {
                    let what = format!(
                        "asks for {kind}, expected Transformer, Pooling, Dense or Normalize"
                    );
                    return Err(folder.invalid("modules.json", what));
                }
            }
        }
        let pooling = checkpoint.said(|said| said.pooling).unwrap_or(pooling);
        let normalize = checkpoint.said(|said| said.normalize).unwrap_or(normalize);
        Ok(Self { tokenizer, frame, room, width, pooling, dense, normalize })
    }
}

fn read_pooling(folder: &Folder, place: &str) -> Result<Pooling> {
    let file = format!("{place}/config.json");
    let Some(config) = folder.json(&file)? else {
        return Err(folder.invalid(&file, "is not there, but modules.json asks for it"));
    };
    let on = |key: &str| config.get(key).and_then(Value::as_bool).unwrap_or(false);
    let modes = ["mean_tokens", "cls_token", "max_tokens"];
    match modes.map(|mode| on(&format!("pooling_mode_{mode}"))) {
        [true, false, false] => Ok(Pooling::Mean),
        [false, true, false] => Ok(Pooling::Cls),
        [false, false, true] => Ok(Pooling::Max),
        _ => Err(folder
            .invalid(&file, "asks for none or several of mean, cls and max pooling, expected one")),
    }
}

impl Dense {
    fn read(folder: &Folder, place: &str, width: usize) -> Result<Self> {
        let config_file = format!("{place}/config.json");
        let config = folder.json(&config_file)?.unwrap_or(Value::Null);
        let side = |key: &str| config.get(key).and_then(Value::as_u64).map(|side| side as usize);
        let (Some(input), Some(out)) = (side("in_features"), side("out_features")) else {
            return Err(folder.invalid(&config_file, "does not say in_features and out_features"));
        };
        if !(1..=MAX_FEATURES).contains(&out) {
            let what = format!("gives {out} features, expected 1 to {MAX_FEATURES}");
            return Err(folder.invalid(&config_file, what));
        }
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
        let bytes = folder.read_layer(&file)?;
        let weights = Weights::parse(folder.name(&file), &bytes)?;
        let weight = weights.matrix("linear.weight", out, input)?;
        let bias = match config.get("bias").and_then(Value::as_bool) {
            Some(false) => Array1::zeros(out),
            _ => weights.vector("linear.bias", out)?,
        };
        Ok(Self { weight, bias, tanh })
    }
}
