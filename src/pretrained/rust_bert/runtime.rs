//! A device, its threads, and what goes to it and comes from it.
//!
//! In: which device, how many threads; rows of token ids. Out: tensors, and the values of those
//! that a model gave, each checked to be a number. Knows no architecture.

use std::num::NonZeroUsize;

use ndarray::Array2;
use rust_bert::RustBertError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tch::{Kind, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::CONFIG;
use crate::model::seams::Described;
use crate::options::Device;
use crate::pretrained::checkpoint::{Checkpoint, ModelType};
use crate::pretrained::pool::Pool;

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

    /// The device's name, for digests.
    pub(super) fn name(&self) -> String {
        match self.device {
            tch::Device::Cuda(index) => format!("cuda:{index}"),
            _ => "cpu".to_owned(),
        }
    }

    /// Threads inside one product, and threads that own a model: on a CPU one inside and as many
    /// owners as asked for. Short texts gain nothing from being computed in pieces, and sums that
    /// are never split are the same however many threads there are.
    pub(super) fn split(&self) -> (i32, usize) {
        match self.device {
            tch::Device::Cpu => (1, self.threads.get()),
            _ => (1, 1),
        }
    }

    /// As [`split`](Self::split) for writers, whose weights each owner would load again: one
    /// owner, all threads inside.
    pub(super) fn whole(&self) -> (i32, usize) {
        (i32::try_from(self.threads.get()).unwrap_or(1), 1)
    }
}

pub(super) fn described(name: &str, device: &str) -> Described {
    Described { engine: "rust-bert", model: name.to_owned(), device: Some(device.to_owned()) }
}

/// The config in rust-bert's type, which asks for a field that newer files leave out.
pub(super) fn parsed<C: DeserializeOwned>(checkpoint: &Checkpoint) -> Result<C> {
    let mut config = checkpoint.config.clone();
    if let (ModelType::DistilBert, Some(fields)) = (checkpoint.architecture, config.as_object_mut())
    {
        fields.entry("tie_weights_").or_insert(Value::Bool(true));
    }
    serde_json::from_value(config).map_err(|cause| {
        let name = checkpoint.folder.name(CONFIG);
        let message =
            format!("{name} lacks what the architecture {:?} needs", checkpoint.architecture);
        Error::because(ErrorKind::InvalidModel, message, cause)
    })
}

pub(super) fn failed(cause: RustBertError) -> Error {
    Error::because(ErrorKind::Engine, "rust-bert cannot take this input", cause)
}

/// Rows of ids as one tensor, filled up at the end with `pad`, and its mask: both (rows, longest).
pub(super) fn padded(rows: &[Vec<u32>], pad: i64, device: tch::Device) -> (Tensor, Tensor) {
    let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let shape = [rows.len() as i64, longest as i64];
    let fill = |row: &Vec<u32>, value: fn(u32) -> i64, rest: i64| -> Vec<i64> {
        let own = row.iter().map(|&id| value(id));
        own.chain(std::iter::repeat_n(rest, longest - row.len())).collect()
    };
    let ids: Vec<i64> = rows.iter().flat_map(|row| fill(row, i64::from, pad)).collect();
    let mask: Vec<i64> = rows.iter().flat_map(|row| fill(row, |_| 1, 0)).collect();
    let tensor = |values: &[i64]| Tensor::from_slice(values).view(shape).to_device(device);
    (tensor(&ids), tensor(&mask))
}

/// What a pool of threads makes of rows, batch by batch: (rows, width), whatever the batches.
pub(super) fn in_batches<R: Default + Send + 'static>(
    threads: &Pool<Vec<R>, Vec<f32>>,
    mut rows: Vec<R>,
    batches: Vec<Vec<usize>>,
    width: usize,
) -> Result<Array2<f32>> {
    let mut all = Array2::zeros((rows.len(), width));
    let mut waiting = Vec::new();
    for batch in batches {
        let own = batch.iter().map(|&row| rows.get_mut(row).map(std::mem::take));
        let own = own.map(Option::unwrap_or_default).collect();
        waiting.push((threads.submit(own), batch));
    }
    for (answer, batch) in waiting {
        let values = threads.wait(&answer)?;
        if values.len() != batch.len() * width {
            let (found, expected) = (values.len(), batch.len() * width);
            let message = format!("a model gave {found} values, expected {expected}");
            return Err(Error::new(ErrorKind::Engine, message));
        }
        for (row, own) in batch.iter().zip(values.chunks_exact(width.max(1))) {
            all.row_mut(*row).iter_mut().zip(own).for_each(|(to, from)| *to = *from);
        }
    }
    Ok(all)
}

/// The values of a tensor, row-major.
pub(super) fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    let flat = tensor.to_kind(Kind::Float).to_device(tch::Device::Cpu).contiguous().view(-1);
    let values = Vec::<f32>::try_from(flat).map_err(|cause| {
        Error::because(ErrorKind::Engine, "libtorch gave values that cannot be read", cause)
    })?;
    if values.iter().all(|value| value.is_finite()) {
        return Ok(values);
    }
    let message =
        "the model gave values that are not finite: its weights are damaged, or not its own";
    Err(Error::new(ErrorKind::Engine, message))
}
