//! A BERT checkpoint to a network that rten runs (Devlin et al., "BERT: Pre-training of Deep
//! Bidirectional Transformers for Language Understanding", 2019).
//!
//! In: a config and weights. Out: the network as an ONNX file in memory: the ids of one text ->
//! its tokens' vectors behind the last layer. Products with weights are of 8-bit whole numbers;
//! all else is of 32-bit floats. One text a run, so no filling, no mask, and no text that sees
//! another.
//!
//! ```text
//! T  tokens of the text      D  width      H  heads      F  width inside a layer
//! ```

use ndarray::{Array1, Array2, ArrayView1};
use serde_json::Value;

use super::onnx::{Attribute, Graph};
use crate::error::Result;
use crate::nn::Weights;
use crate::pretrained::checkpoint::{Checkpoint, ModelType};

/// The network's inputs and its output.
pub(super) const IDS: &str = "ids";
pub(super) const PLACES: &str = "places";

/// The largest of a token's values is this many steps, its smallest as many below zero.
const STEPS: f32 = 127.0;
/// Where zero is among the unsigned bytes of a token.
const MIDDLE: u8 = 128;
/// The largest weight of an output is this many steps. Seven bits, not eight: where a CPU adds two
/// products of bytes in 16 bits, 2 * 255 * 63 is the most that fits.
const WEIGHT_STEPS: f32 = 63.0;
/// What a token of zeros is divided by.
const FLOOR: f32 = 1e-9;

/// How products with weights are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// Weights with one scale an output, tokens with one scale each.
    Int8,
    /// As the checkpoint says: what the 8-bit network is held against.
    #[cfg(test)]
    Float32,
}

/// The sizes of a network.
#[derive(Debug)]
struct Sizes {
    vocab: usize,
    places: usize,
    types: usize,
    width: usize,
    inner: usize,
    layers: usize,
    heads: usize,
    epsilon: f32,
    activation: &'static str,
}

impl Sizes {
    fn of(checkpoint: &Checkpoint) -> Result<Self> {
        if checkpoint.architecture != ModelType::Bert {
            let said = checkpoint.text("model_type").unwrap_or("");
            let what = format!(
                "has the model_type {said:?}, and the engine rten reads \"bert\" alone: build with the feature `rust-bert`"
            );
            return Err(checkpoint.invalid(what));
        }
        let number = |key: &str| {
            let missing = || checkpoint.invalid(format!("says no {key}, or none that can be"));
            checkpoint.number(&[key]).filter(|&number| number > 0).ok_or_else(missing)
        };
        let activation = match checkpoint.text("hidden_act") {
            Some("gelu") | None => "Gelu",
            Some("relu") => "Relu",
            Some(other) => {
                let what = format!("has the hidden_act {other:?}, expected gelu or relu");
                return Err(checkpoint.invalid(what));
            }
        };
        let kind = checkpoint.text("position_embedding_type").unwrap_or("absolute");
        if kind != "absolute" {
            let what = format!("has the position_embedding_type {kind:?}, expected absolute");
            return Err(checkpoint.invalid(what));
        }
        if checkpoint.config.get("is_decoder").and_then(Value::as_bool) == Some(true) {
            return Err(checkpoint.invalid("is a decoder's, expected an encoder's"));
        }
        let (width, heads) = (number("hidden_size")?, number("num_attention_heads")?);
        if width % heads != 0 {
            let what = format!("says {heads} heads, which do not divide the width {width}");
            return Err(checkpoint.invalid(what));
        }
        let epsilon = checkpoint.config.get("layer_norm_eps").and_then(Value::as_f64);
        Ok(Self {
            vocab: checkpoint.vocab_size()?,
            places: number("max_position_embeddings")?,
            types: number("type_vocab_size")?,
            width,
            inner: number("intermediate_size")?,
            layers: number("num_hidden_layers")?,
            heads,
            epsilon: epsilon.unwrap_or(1e-12) as f32,
            activation,
        })
    }
}

/// The bytes of the network, and the name of its output, (T, D).
pub(super) fn network(
    checkpoint: &Checkpoint,
    weights: &Weights<'_>,
    precision: Precision,
) -> Result<(Vec<u8>, String)> {
    let sizes = Sizes::of(checkpoint)?;
    let mut builder = Builder::new(weights, sizes, precision);
    let mut hidden = builder.embeddings()?;
    for layer in 0..builder.sizes.layers {
        let stem = format!("encoder.layer.{layer}");
        hidden = builder.attention(&stem, &hidden)?;
        hidden = builder.feed_forward(&stem, &hidden)?;
    }
    builder.graph.output(&hidden);
    Ok((builder.graph.finish(), hidden))
}

/// The input of one or more products.
#[derive(Debug)]
enum Rows {
    #[cfg(test)]
    Float32(String),
    Int8 {
        /// (T, in), unsigned bytes
        bytes: String,
        /// (T, 1): the largest value of each token
        largest: String,
    },
}

struct Builder<'a> {
    graph: Graph,
    weights: &'a Weights<'a>,
    /// What stands before every tensor's name.
    prefix: &'static str,
    sizes: Sizes,
    precision: Precision,
}

impl<'a> Builder<'a> {
    fn new(weights: &'a Weights<'a>, sizes: Sizes, precision: Precision) -> Self {
        let prefix = match weights.shape("embeddings.word_embeddings.weight") {
            Ok(_) => "",
            Err(_) => "bert.",
        };
        let mut graph = Graph::default();
        graph.uint8("middle", MIDDLE);
        graph.floats("step", &[], &[1.0 / STEPS]);
        graph.floats("floor", &[], &[FLOOR]);
        graph.int64s("last", &[-1]);
        let head = (sizes.width / sizes.heads) as i64;
        graph.int64s("by-head", &[-1, sizes.heads as i64, head]);
        graph.int64s("joined", &[-1, sizes.width as i64]);
        Self { graph, weights, prefix, sizes, precision }
    }

    fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>> {
        self.weights.matrix(&format!("{}{name}", self.prefix), rows, columns)
    }

    fn vector(&self, name: &str, len: usize) -> Result<Array1<f32>> {
        self.weights.vector(&format!("{}{name}", self.prefix), len)
    }

    /// The sum of what a token, its place and the type of its text add, normalized: (T, D).
    fn embeddings(&mut self) -> Result<String> {
        let Sizes { vocab, places, types, width, .. } = self.sizes;
        let words = self.matrix("embeddings.word_embeddings.weight", vocab, width)?;
        let mut places = self.matrix("embeddings.position_embeddings.weight", places, width)?;
        // A text that stands alone is of the first type throughout.
        let types = self.matrix("embeddings.token_type_embeddings.weight", types, width)?;
        places += &types.row(0);
        let words = self.graph.floats("words", words.shape(), &words);
        let places = self.graph.floats("places-of-tokens", places.shape(), &places);
        let (ids, at) = (self.graph.input(IDS), self.graph.input(PLACES));
        let words = self.graph.node("Gather", &[&words, &ids], &[("axis", Attribute::Int(0))]);
        let places = self.graph.node("Gather", &[&places, &at], &[("axis", Attribute::Int(0))]);
        let sum = self.graph.node("Add", &[&words, &places], &[]);
        self.normalized("embeddings.LayerNorm", &sum)
    }

    /// `softmax(q k' / sqrt(D / H)) v` for each head, joined and mapped, on top of what came in.
    fn attention(&mut self, stem: &str, hidden: &str) -> Result<String> {
        let width = self.sizes.width;
        let rows = self.rows(hidden);
        let scale = 1.0 / ((width / self.sizes.heads) as f32).sqrt();
        let own = format!("{stem}.attention");
        // (T, D) -> (T, H, D / H) -> heads first
        let mut heads = |name: &str, scale: f32, order: [i64; 3]| -> Result<String> {
            let flat = self.product(&format!("{own}.self.{name}"), &rows, width, width, scale)?;
            let split = self.graph.node("Reshape", &[&flat, "by-head"], &[]);
            Ok(self.graph.node("Transpose", &[&split], &[("perm", Attribute::Ints(&order))]))
        };
        let query = heads("query", scale, [1, 0, 2])?;
        let key = heads("key", 1.0, [1, 2, 0])?;
        let value = heads("value", 1.0, [1, 0, 2])?;
        let scores = self.graph.node("MatMul", &[&query, &key], &[]);
        let shares = self.graph.node("Softmax", &[&scores], &[("axis", Attribute::Int(-1))]);
        let read = self.graph.node("MatMul", &[&shares, &value], &[]);
        let read = self.graph.node("Transpose", &[&read], &[("perm", Attribute::Ints(&[1, 0, 2]))]);
        let read = self.graph.node("Reshape", &[&read, "joined"], &[]);
        self.output(&own, &read, width, hidden)
    }

    fn feed_forward(&mut self, stem: &str, hidden: &str) -> Result<String> {
        let Sizes { width, inner, activation, .. } = self.sizes;
        let rows = self.rows(hidden);
        let wide = self.product(&format!("{stem}.intermediate.dense"), &rows, width, inner, 1.0)?;
        let wide = self.graph.node(activation, &[&wide], &[]);
        self.output(stem, &wide, inner, hidden)
    }

    /// What attention and the wider layer end in: mapped to the width, added to what came in,
    /// normalized.
    fn output(&mut self, stem: &str, input: &str, inputs: usize, hidden: &str) -> Result<String> {
        let (rows, width) = (self.rows(input), self.sizes.width);
        let out = self.product(&format!("{stem}.output.dense"), &rows, inputs, width, 1.0)?;
        let sum = self.graph.node("Add", &[&out, hidden], &[]);
        self.normalized(&format!("{stem}.output.LayerNorm"), &sum)
    }

    fn normalized(&mut self, name: &str, input: &str) -> Result<String> {
        let width = self.sizes.width;
        // The first BERT checkpoints say gamma and beta.
        let either = |new: &str, old: &str| {
            let found = self.vector(&format!("{name}.{new}"), width);
            found.or_else(|error| self.vector(&format!("{name}.{old}"), width).or(Err(error)))
        };
        let (scale, shift) = (either("weight", "gamma")?, either("bias", "beta")?);
        let scale = self.graph.floats(&format!("{name}.scale"), &[width], &scale);
        let shift = self.graph.floats(&format!("{name}.shift"), &[width], &shift);
        let attributes =
            [("axis", Attribute::Int(-1)), ("epsilon", Attribute::Float(self.sizes.epsilon))];
        Ok(self.graph.node("LayerNormalization", &[input, &scale, &shift], &attributes))
    }

    /// The input of one or more products. Each token has a scale of its own, so that what is said
    /// of it does not depend on the others, and one large token does not coarsen them.
    fn rows(&mut self, input: &str) -> Rows {
        match self.precision {
            #[cfg(test)]
            Precision::Float32 => Rows::Float32(input.to_owned()),
            Precision::Int8 => {
                let keep = [("keepdims", Attribute::Int(1))];
                let highest = self.graph.node("ReduceMax", &[input, "last"], &keep);
                let lowest = self.graph.node("ReduceMin", &[input, "last"], &keep);
                let lowest = self.graph.node("Neg", &[&lowest], &[]);
                let largest = self.graph.node("Max", &[&highest, &lowest, "floor"], &[]);
                let shares = self.graph.node("Div", &[input, &largest], &[]);
                let bytes = self.graph.node("QuantizeLinear", &[&shares, "step", "middle"], &[]);
                Rows::Int8 { bytes, largest }
            }
        }
    }

    /// `(rows weight' + bias) * scale`: (T, columns).
    fn product(
        &mut self,
        name: &str,
        rows: &Rows,
        inputs: usize,
        columns: usize,
        scale: f32,
    ) -> Result<String> {
        // Stored (columns, inputs).
        let weight = self.matrix(&format!("{name}.weight"), columns, inputs)?;
        let bias = self.vector(&format!("{name}.bias"), columns)? * scale;
        let bias = self.graph.floats(&format!("{name}.bias"), &[columns], &bias);
        let product = match rows {
            #[cfg(test)]
            Rows::Float32(rows) => {
                let weight = weight.t().to_owned() * scale;
                let place = format!("{name}.weight");
                let weight = self.graph.floats(&place, &[inputs, columns], &weight);
                self.graph.node("MatMul", &[rows, &weight], &[])
            }
            Rows::Int8 { bytes, largest } => {
                let (weight, steps) = quantized(&weight);
                let steps: Vec<f32> = steps.iter().map(|step| step * scale / STEPS).collect();
                let place = format!("{name}.weight");
                let weight = self.graph.int8s(&place, &[inputs, columns], &weight);
                let steps = self.graph.floats(&format!("{name}.steps"), &[columns], &steps);
                let whole = self.graph.node("MatMulInteger", &[bytes, &weight, "middle"], &[]);
                let whole = self.graph.node("Cast", &[&whole], &[("to", Attribute::Int(1))]);
                let scaled = self.graph.node("Mul", &[&whole, &steps], &[]);
                self.graph.node("Mul", &[&scaled, largest], &[])
            }
        };
        Ok(self.graph.node("Add", &[&product, &bias], &[]))
    }
}

/// A matrix (out, in) as signed bytes of seven bits, (in, out), and the step of each output.
fn quantized(weight: &Array2<f32>) -> (Vec<i8>, Vec<f32>) {
    let largest = |row: ArrayView1<'_, f32>| {
        row.iter().fold(FLOOR, |most, value| value.abs().max(most)) / WEIGHT_STEPS
    };
    let steps: Vec<f32> = weight.rows().into_iter().map(largest).collect();
    // Within -63..=63 by the choice of the steps.
    let values = weight.t().into_iter().zip(steps.iter().cycle());
    let bytes = values.map(|(value, step)| (value / step).round() as i8).collect();
    (bytes, steps)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::quantized;

    #[test]
    fn every_output_has_a_step_of_its_own() {
        let (bytes, steps) = quantized(&array![[1.0, -1.26, 0.0], [0.0, 0.0063, 0.0021]]);
        assert_eq!(bytes, [50, 0, -63, 63, 0, 21]);
        for (found, expected) in steps.iter().zip([0.02, 0.0001]) {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
        let (bytes, _) = quantized(&array![[0.0, 0.0]]);
        assert_eq!(bytes, [0, 0]);
    }
}
