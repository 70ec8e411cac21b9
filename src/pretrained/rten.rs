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

use ndarray::{Array1, ArrayView2, Axis};
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensor;

use super::checkpoint::Checkpoint;
use super::encoder::{Encoder, Threads};
use super::modules::Modules;
use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::WEIGHTS;
use crate::model::seams::Described;
use crate::nn::Weights;
use crate::pretrained::description::{Pooling, Task};
use bert::Precision;

/// How far a vector may be from the one that heads were trained for, as a share of its length.
const TOLERANCE: f32 = 0.2;

/// A thread takes rows of about this many tokens: few enough that all threads have work,
/// enough that handing over costs nothing.
const TOKENS_AT_ONCE: usize = 256;

/// The sentence encoder in a folder.
pub(crate) fn encoder(checkpoint: &Checkpoint, threads: NonZeroUsize) -> Result<Encoder> {
    with_precision(checkpoint, threads, Precision::Int8)
}

fn with_precision(
    checkpoint: &Checkpoint,
    threads: NonZeroUsize,
    precision: Precision,
) -> Result<Encoder> {
    checkpoint.expect(Task::SentenceEncoder)?;
    let modules = Modules::read(checkpoint)?;
    let (model, device) = (checkpoint.name(), Some("cpu".to_owned()));
    let network = Arc::new(Network::load(checkpoint, &modules, precision)?);
    let make = move || Ok((network.clone(), Arc::new(ThreadPool::with_num_threads(1))));
    let run = |(network, pool): &(Arc<Network>, Arc<ThreadPool>), rows: Vec<Vec<u32>>| {
        let pooled: Result<Vec<_>> = rows.iter().map(|row| network.pooled(row, pool)).collect();
        Ok(pooled?.into_iter().flatten().collect())
    };
    Ok(Encoder {
        threads: Threads::start(&model, threads.get(), make, run)?,
        described: Described { engine: "rten", model, device },
        modules,
        budget: TOKENS_AT_ONCE,
        fills_up: false,
        tolerance: TOLERANCE,
    })
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
    fn load(checkpoint: &Checkpoint, modules: &Modules, precision: Precision) -> Result<Self> {
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
        let refused = |cause| folder.because(WEIGHTS, "cannot be loaded by rten", cause);
        let model = options.load(network).map_err(refused)?;
        let node = |name: &str| model.node_id(name).map_err(failed);
        let (ids, places, tokens) = (node(bert::IDS)?, node(bert::PLACES)?, node(&output)?);
        let Modules { pooling, width, .. } = *modules;
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
        Ok(pooled.to_vec())
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

    use super::{Encoder, Precision, TOLERANCE, with_precision};
    use crate::error::Result;
    use crate::model::seams::SentenceEncoder;
    use crate::pretrained::checkpoint::Checkpoint;

    /// 32-bit sums of two programs, as a share of a vector's length.
    const VECTOR_TOLERANCE: f32 = 2e-5;

    fn encoder(name: &str, precision: Precision) -> Encoder {
        // Tests run in the root of the package.
        let folder = Path::new("tests/golden/rust-bert").join(name);
        let checkpoint = Checkpoint::open(&folder).unwrap();
        with_precision(&checkpoint, NonZeroUsize::MIN, precision).unwrap()
    }

    fn pooled(encoder: &Encoder, row: Vec<u32>) -> Result<Array1<f32>> {
        let pooled = encoder.threads.wait(&encoder.threads.submit(vec![row]));
        pooled.map(Array1::from_vec)
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
                    let pooled = pooled(encoder, ids.clone()).unwrap();
                    let found = encoder.modules.finish(pooled);
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
            let error = pooled(&encoder, row).unwrap_err();
            assert_eq!(error.kind(), crate::error::ErrorKind::Engine, "{error}");
        }
        assert_eq!(pooled(&encoder, vec![2, 84, 3]).unwrap().len(), encoder.dim());
    }
}
