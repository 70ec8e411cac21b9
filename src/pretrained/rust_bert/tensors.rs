//! A weights file to the variables of a model.
//!
//! In: `model.safetensors` or `rust_model.ot` of a folder. Out: its tensors, by name, for every
//! model that is built from them; their memory is shared by all. The header of a safetensors file
//! is checked against the file's size before anything is read; a tensor that is missing or of
//! another shape names itself.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::{Folder, WEIGHTS, invalid_model};
use crate::pretrained::checkpoint::Checkpoint;

/// The weights in libtorch's own format, as rust-bert's converter writes them.
pub(super) const TORCH_WEIGHTS: &str = "rust_model.ot";

/// Parts that a name may have in front, or lack, depending on what saved it.
const PREFIXES: [&str; 6] =
    ["bert.", "distilbert.", "roberta.", "albert.", "model.", "transformer."];

/// The tensors of one file.
#[derive(Debug)]
pub(super) struct Tensors {
    path: PathBuf,
    file: String,
    /// Tensors are `Send` but not `Sync`.
    by_name: Mutex<BTreeMap<String, Tensor>>,
}

impl Checkpoint {
    /// The weights, whole, and of the size that the config speaks of.
    pub(super) fn tensors(&self) -> Result<Tensors> {
        let tensors = Tensors::read(&self.folder)?;
        let vocab_size = self.vocab_size()?;
        let width = self.number(&["embedding_size", "d_model", "hidden_size", "dim"]);
        let width = width.ok_or_else(|| self.invalid("says no width (hidden_size, dim, d_model)"));
        tensors.check_embedding(vocab_size, width?)?;
        Ok(tensors)
    }
}

impl Tensors {
    fn read(folder: &Folder) -> Result<Self> {
        let (file, found) = if folder.has(WEIGHTS) {
            folder.check_weights(WEIGHTS)?;
            (WEIGHTS, Tensor::read_safetensors(folder.path(WEIGHTS)))
        } else if folder.has(TORCH_WEIGHTS) {
            (TORCH_WEIGHTS, Tensor::load_multi(folder.path(TORCH_WEIGHTS)))
        } else {
            let more = if folder.has("pytorch_model.bin") {
                "; pytorch_model.bin is there, which is not read: convert it to safetensors"
            } else {
                ""
            };
            let what = format!("is not there, and neither is {TORCH_WEIGHTS}{more}");
            return Err(folder.invalid(WEIGHTS, what));
        };
        let refused = |cause| folder.because(file, "cannot be read as weights", cause);
        let found = found.map_err(refused)?;
        let by_name = Mutex::new(found.into_iter().collect());
        Ok(Self { path: folder.path(file), file: folder.name(file), by_name })
    }

    /// The file they come from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn invalid(&self, what: impl Display) -> Error {
        invalid_model(format!("{} {what}", self.file))
    }

    /// An error unless the word vectors are (`vocab_size`, `width`).
    pub(super) fn check_embedding(&self, vocab_size: usize, width: usize) -> Result<()> {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let endings = ["word_embeddings.weight", "shared.weight", "embed_tokens.weight"];
        let found =
            by_name.iter().find(|(name, _)| endings.iter().any(|ending| name.ends_with(ending)));
        let Some((name, tensor)) = found else {
            let names = "a tensor ...word_embeddings.weight or ...shared.weight";
            return Err(self.invalid(format!("has no word vectors ({names})")));
        };
        let expected = [vocab_size as i64, width as i64];
        if tensor.size() == expected {
            return Ok(());
        }
        let shape = tensor.size();
        Err(self.invalid(format!(
            "has the shape {shape:?} for {name}, but config.json says {expected:?}"
        )))
    }

    /// Fills the variables of a model, 32-bit on a CPU. Says whether each was found under its own
    /// name.
    pub(super) fn fill(&self, variables: &mut VarStore) -> Result<bool> {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let device = variables.device();
        // In order, so that the same tensor is named first on every run.
        let ordered: BTreeMap<String, Tensor> = variables.variables().into_iter().collect();
        let mut under_own_names = true;
        for (name, mut variable) in ordered {
            under_own_names &= by_name.contains_key(&name);
            let Some(tensor) = named(&by_name, &name) else {
                let shape = variable.size();
                let what = format!("has no tensor {name} (expected shape {shape:?})");
                return Err(self.invalid(what));
            };
            if tensor.size() != variable.size() {
                let (found, expected) = (tensor.size(), variable.size());
                let what = format!("has the shape {found:?} for {name}, expected {expected:?}");
                return Err(self.invalid(what));
            }
            let kind = if device == Device::Cpu { Kind::Float } else { tensor.kind() };
            let converted = tensor.to_device(device).to_kind(kind);
            tch::no_grad(|| variable.f_set_data(&converted)).map_err(|cause| {
                let message = format!("{} cannot give its tensor {name}", self.file);
                Error::because(ErrorKind::InvalidModel, message, cause)
            })?;
        }
        variables.freeze();
        Ok(under_own_names)
    }
}

/// The tensor for a variable, by its name or by another name that it goes by.
fn named<'a>(by_name: &'a BTreeMap<String, Tensor>, name: &str) -> Option<&'a Tensor> {
    let direct = |name: &str| {
        by_name.get(name).or_else(|| {
            // The names of the first BERT checkpoints.
            let old = name
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta");
            by_name.get(&old)
        })
    };
    let shortened = || PREFIXES.iter().find_map(|prefix| direct(name.strip_prefix(prefix)?));
    let lengthened = || PREFIXES.iter().find_map(|prefix| direct(&format!("{prefix}{name}")));
    // Word vectors that encoder, decoder and output share are stored once.
    let shared = || {
        let endings =
            ["embed_tokens.weight", "lm_head.weight", "shared.weight", "word_embeddings.weight"];
        endings.iter().any(|ending| name.ends_with(ending)).then_some(())?;
        [
            "shared.weight",
            "model.shared.weight",
            "embed_tokens.weight",
            "prophetnet.word_embeddings.weight",
        ]
        .iter()
        .find_map(|name| by_name.get(*name))
    };
    direct(name).or_else(shortened).or_else(lengthened).or_else(shared)
}
