//! Pretrained sentence encoders in 8-bit products, through rten: pure Rust, without libtorch.
//!
//! In: a folder with a checkpoint of the Hugging Face Hub whose architecture is BERT, and texts.
//! Out: vectors, behind the seam of [`super`]. The only place that names `rten`.
//!
//! ```text
//! bert.rs   config and weights -> a network, its products in 8 bits        onnx.rs   network -> ONNX bytes
//! ```
//!
//! Weights are quantized while they are loaded, so a folder is the same as for rust-bert. What comes
//! out is near the 32-bit vectors, not the same: `benches/INT8.md` has how near, and what it costs
//! and gains. A run reads one text, so that no text depends on its neighbours.

mod onnx;
mod bert;

use std::num::NonZeroUsize;
use std::sync::Arc;

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensor;

use super::checkpoint::Checkpoint;
use super::modules::{Modules, Parts};
use super::pool::Pool;
use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::WEIGHTS;
use crate::model::seams::{Described, SentenceEncoder};
use crate::nn::Weights;
use crate::pretrained::description::{Pooling, Task};
use crate::tokens::{Frame, Tokenizer};
use bert::Precision;

/// How far a vector may be from the one that heads were trained for, as a share of its length.
const TOLERANCE: f32 = 0.2;

/// A thread takes rows until they have this many tokens: few enough that all threads have work,
/// enough that handing over costs nothing.
const TOKENS_AT_ONCE: usize = 256;

/// The ids of rows, special tokens included, to their pooled vectors, one after the other.
type Threads = Pool<Vec<Vec<u32>>, Vec<f32>>;

/// A pretrained sentence encoder.
#[derive(Debug)]
pub(crate) struct Encoder {
    name: String,
    tokenizer: Tokenizer,
    frame: Frame,
    /// Tokens of a text that are read at once, special ones not counted.
    room: usize,
    /// Length of a pooled vector.
    width: usize,
    modules: Modules,
    threads: Threads,
}

impl Encoder {
    pub(crate) fn load(checkpoint: &Checkpoint, threads: NonZeroUsize) -> Result<Self> {
        Self::with_precision(checkpoint, threads, Precision::Int8)
    }

    fn with_precision(
        checkpoint: &Checkpoint,
        threads: NonZeroUsize,
        precision: Precision,
    ) -> Result<Self> {
        checkpoint.expect(Task::SentenceEncoder)?;
        let (tokenizer, frame) = checkpoint.tokenizer()?;
        let window = checkpoint.window()?;
        let width = checkpoint.width()?;
        let modules = Modules::read(checkpoint, width)?;
        let name = checkpoint.name();
        let network = Arc::new(Network::load(checkpoint, modules.pooling, width, precision)?);
        let make = move || Ok((network.clone(), Arc::new(ThreadPool::with_num_threads(1))));
        let run = |(network, pool): &(Arc<Network>, Arc<ThreadPool>), rows: Vec<Vec<u32>>| {
            let pooled: Result<Vec<_>> = rows.iter().map(|row| network.pooled(row, pool)).collect();
            Ok(pooled?.into_iter().flatten().collect())
        };
        Ok(Self {
            threads: Pool::start(&name, threads.get(), make, run)?,
            room: window.saturating_sub(frame.one()).max(1),
            name,
            tokenizer,
            frame,
            width,
            modules,
        })
    }

    /// The pooled vectors of rows, in order: (rows, width).
    fn pooled(&self, rows: Vec<Vec<u32>>) -> Result<Array2<f32>> {
        let count = rows.len();
        let mut waiting = Vec::new();
        let (mut own, mut tokens) = (Vec::new(), 0);
        for row in rows {
            tokens += row.len();
            own.push(row);
            if tokens >= TOKENS_AT_ONCE {
                waiting.push(self.threads.submit(std::mem::take(&mut own)));
                tokens = 0;
            }
        }
        if !own.is_empty() {
            waiting.push(self.threads.submit(own));
        }
        let mut all = Vec::with_capacity(count * self.width);
        for answer in waiting {
            all.extend(self.threads.wait(&answer)?);
        }
        let found = all.len();
        Array2::from_shape_vec((count, self.width), all).map_err(|_| {
            let expected = count * self.width;
            let message = format!("a model gave {found} values, expected {expected}");
            Error::new(ErrorKind::Engine, message)
        })
    }
}

impl SentenceEncoder for Encoder {
    fn dim(&self) -> usize {
        self.modules.dim(self.width)
    }

    fn encode(&self, texts: &[&str]) -> Result<Array2<f32>> {
        let (parts, rows) = Parts::of(texts, &self.tokenizer, &self.frame, self.room)?;
        Ok(parts.joined(&self.pooled(rows)?, &self.modules))
    }

    fn tolerance(&self) -> f32 {
        TOLERANCE
    }

    fn describe(&self) -> Described {
        Described { engine: "rten", model: self.name.clone(), device: Some("cpu".to_owned()) }
    }
}

/// What the threads share.
struct Network {
    model: Model,
    ids: NodeId,
    places: NodeId,
    tokens: NodeId,
    pooling: Pooling,
    width: usize,
}

impl Network {
    fn load(
        checkpoint: &Checkpoint,
        pooling: Pooling,
        width: usize,
        precision: Precision,
    ) -> Result<Self> {
        let folder = &checkpoint.folder;
        if !folder.has(WEIGHTS) {
            return Err(folder.invalid(WEIGHTS, "is not there, and the engine rten reads no other"));
        }
        let bytes = folder.read_weights(WEIGHTS)?;
        let weights = Weights::parse(folder.name(WEIGHTS), &bytes)?;
        let (network, output) = bert::network(checkpoint, &weights, precision)?;
        drop(bytes);
        let mut options = ModelOptions::with_all_ops();
        // Weights are laid out for the products once, not at every run.
        options.prepack_weights(true);
        let model = options.load(network).map_err(|cause| {
            let message = format!("{} cannot be loaded by rten", checkpoint.name());
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        let node = |name: &str| model.node_id(name).map_err(failed);
        let (ids, places, tokens) = (node(bert::IDS)?, node(bert::PLACES)?, node(&output)?);
        Ok(Self { model, ids, places, tokens, pooling, width })
    }

    /// The pooled vector of one row of ids.
    fn pooled(&self, row: &[u32], pool: &Arc<ThreadPool>) -> Result<Vec<f32>> {
        let count = row.len();
        let ids = row.iter().map(|&id| i32::try_from(id).unwrap_or(i32::MAX)).collect();
        let places = (0..i32::try_from(count).unwrap_or(0)).collect();
        let input = |values: Vec<i32>| NdTensor::from_data([count], values).into();
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        let inputs = vec![(self.ids, input(ids)), (self.places, input(places))];
        let mut found = self.model.run(inputs, &[self.tokens], Some(options)).map_err(failed)?;
        let Some(Value::FloatTensor(tokens)) = found.pop() else {
            return Err(Error::new(ErrorKind::Engine, "rten gave no vectors"));
        };
        let tokens = tokens.into_data();
        let tokens = ArrayView2::from_shape((count, self.width), &tokens)
            .map_err(|_| Error::new(ErrorKind::Engine, "rten gave vectors of another width"))?;
        let pooled: Array1<f32> = match self.pooling {
            Pooling::Cls => tokens.row(0).to_owned(),
            Pooling::Mean => tokens.sum_axis(Axis(0)) / count as f32,
            Pooling::Max => tokens.fold_axis(Axis(0), f32::NEG_INFINITY, |a, &b| a.max(b)),
        };
        if pooled.iter().all(|value| value.is_finite()) {
            return Ok(pooled.to_vec());
        }
        let message =
            "the model gave values that are not finite: its weights are damaged, or not its own";
        Err(Error::new(ErrorKind::Engine, message))
    }
}

fn failed(cause: rten::RunError) -> Error {
    Error::because(ErrorKind::Engine, "rten cannot take this input", cause)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::path::Path;

    use ndarray::Array1;
    use serde_json::Value;

    use super::{Encoder, Precision, TOLERANCE};
    use crate::model::seams::SentenceEncoder;
    use crate::pretrained::checkpoint::Checkpoint;

    /// 32-bit sums of two programs, as a share of a vector's length.
    const VECTOR_TOLERANCE: f32 = 2e-5;

    fn encoder(name: &str, precision: Precision) -> Encoder {
        // Tests run in the root of the package.
        let folder = Path::new("tests/golden/rust-bert").join(name);
        let checkpoint = Checkpoint::open(&folder).unwrap();
        Encoder::with_precision(&checkpoint, NonZeroUsize::MIN, precision).unwrap()
    }

    /// The network that is quantized is the right one: its 32-bit twin gives the vectors of
    /// sentence-transformers (`models/recipe/parity` makes them).
    #[test]
    fn in_32_bits_the_network_gives_the_reference_vectors() {
        let golden: Value =
            serde_json::from_str(include_str!("../../tests/golden/rust-bert.json")).unwrap();
        let mut seen = 0;
        for name in ["sentence-bert", "sentence-bert-cls"] {
            let model = &golden["models"][name];
            let (exact, near) = (encoder(name, Precision::Float32), encoder(name, Precision::Int8));
            for input in model["inputs"].as_array().unwrap() {
                let ids = input["ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap());
                let ids: Vec<u32> = ids.map(|id| u32::try_from(id).unwrap()).collect();
                let expected = input["vector"].as_array().unwrap();
                let expected: Vec<f32> =
                    expected.iter().map(|value| value.as_f64().unwrap() as f32).collect();
                let expected = Array1::from_vec(expected);
                let length = |vector: &Array1<f32>| vector.dot(vector).sqrt();
                for (encoder, tolerance) in [(&exact, VECTOR_TOLERANCE), (&near, TOLERANCE)] {
                    let pooled = encoder.pooled(vec![ids.clone()]).unwrap();
                    let found = encoder.modules.finish(pooled.row(0).to_owned());
                    assert_eq!(found.len(), encoder.dim());
                    let apart = length(&(&found - &expected)) / length(&expected);
                    assert!(apart <= tolerance, "{name} {}: {apart}", input["name"]);
                }
                seen += 1;
            }
        }
        assert!(seen >= 20, "{seen}");
    }

    #[test]
    fn ids_beyond_the_vocabulary_are_an_error() {
        let encoder = encoder("sentence-bert", Precision::Int8);
        for row in [vec![2, 999_999, 3], vec![2, u32::MAX, 3], vec![2; 500]] {
            let error = encoder.pooled(vec![row]).unwrap_err();
            assert_eq!(error.kind(), crate::error::ErrorKind::Engine, "{error}");
        }
        assert_eq!(encoder.pooled(vec![vec![2, 84, 3]]).unwrap().ncols(), encoder.dim());
    }
}
