//! A device, its threads, and what goes to it and comes from it.
//!
//! In: which device, how many threads; rows of token ids. Out: tensors, and the values of those
//! that a model gave. Knows no architecture.

use std::num::NonZeroUsize;

use rust_bert::RustBertError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tch::{Kind, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::CONFIG;
use crate::model::seams::Described;
use crate::options::Device;
use crate::pretrained::checkpoint::{Checkpoint, ModelType};

/// The most tokens of a batch, filling counted: enough that putting the weights in order for a
/// product, which the libraries do each time, is a small part of it. Larger batches gain nothing on
/// a CPU: the products are wide enough, and their inner results leave the cache.
pub(super) const TOKEN_BUDGET: usize = 1024;

/// Where models run.
#[derive(Debug, Clone)]
pub(crate) struct Runtime {
    pub(super) device: tch::Device,
    pub(super) threads: NonZeroUsize,
}

impl Runtime {
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] when a GPU is asked for by number and does not exist.
    pub(crate) fn new(device: Device, threads: NonZeroUsize) -> Result<Self> {
        let device = match device {
            Device::Cpu => tch::Device::Cpu,
            Device::Auto => tch::Device::cuda_if_available(),
            Device::Cuda(index) => {
                let count = tch::Cuda::device_count();
                if (index as i64) < count && tch::Cuda::is_available() {
                    tch::Device::Cuda(index)
                } else {
                    let message =
                        format!("the device cuda:{index} does not exist: libtorch sees {count}");
                    return Err(Error::new(ErrorKind::InvalidOption, message));
                }
            }
        };
        Ok(Self { device, threads })
    }

    /// A model that runs here, for digests.
    pub(super) fn describe(&self, checkpoint: &Checkpoint) -> Described {
        let device = match self.device {
            tch::Device::Cuda(index) => format!("cuda:{index}"),
            _ => "cpu".to_owned(),
        };
        Described { engine: "rust-bert", model: checkpoint.name(), device: Some(device) }
    }

    /// Threads that each own a model, with one thread inside a product: on a CPU as many as asked
    /// for. Short texts gain nothing from being computed in pieces, and sums that are never split
    /// are the same however many threads there are.
    pub(super) fn owners(&self) -> usize {
        if self.device == tch::Device::Cpu { self.threads.get() } else { 1 }
    }

    /// Threads inside a product, for writers, whose weights each owner would load again: there is
    /// one.
    pub(super) fn inside(&self) -> i32 {
        i32::try_from(self.threads.get()).unwrap_or(1)
    }
}

/// The config in rust-bert's type, which asks for a field that newer files leave out.
pub(super) fn parsed<C: DeserializeOwned>(checkpoint: &Checkpoint) -> Result<C> {
    let mut config = checkpoint.config.clone();
    if let (ModelType::DistilBert, Some(fields)) = (checkpoint.architecture, config.as_object_mut())
    {
        fields.entry("tie_weights_").or_insert(Value::Bool(true));
    }
    serde_json::from_value(config).map_err(|cause| {
        let what = format!("lacks what the architecture {:?} needs", checkpoint.architecture);
        checkpoint.folder.because(CONFIG, what, cause)
    })
}

pub(super) fn failed(cause: RustBertError) -> Error {
    Error::because(ErrorKind::Engine, "rust-bert cannot take this input", cause)
}

/// Rows of ids as one tensor, filled up at the end with `pad`, and its mask: both (rows, longest).
pub(super) fn padded(rows: &[Vec<u32>], pad: i64, device: tch::Device) -> (Tensor, Tensor) {
    let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let filled = |row: &Vec<u32>, value: fn(u32) -> i64, rest: i64| {
        let rest = std::iter::repeat_n(rest, longest - row.len());
        row.iter().map(|&id| value(id)).chain(rest).collect::<Vec<_>>()
    };
    let tensor = |value: fn(u32) -> i64, rest: i64| {
        let values: Vec<i64> = rows.iter().flat_map(|row| filled(row, value, rest)).collect();
        let shape = [rows.len() as i64, longest as i64];
        Tensor::from_slice(&values).view(shape).to_device(device)
    };
    (tensor(i64::from, pad), tensor(|_| 1, 0))
}

/// The values of a tensor, row-major.
pub(super) fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    let flat = tensor.to_kind(Kind::Float).to_device(tch::Device::Cpu).contiguous().view(-1);
    Vec::<f32>::try_from(flat).map_err(|cause| {
        Error::because(ErrorKind::Engine, "libtorch gave values that cannot be read", cause)
    })
}
