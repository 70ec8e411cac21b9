//! BERT's forward pass (Devlin et al., 2018) for texts of mixed lengths on a CPU.
//!
//! In: the variables that rust-bert names for a BERT encoder, filled, and the ids of texts. Out:
//! the last layer's vectors of all tokens, text after text.
//!
//! rust-bert's own forward comes to the same values (`parity.rs` holds the two together) in several
//! times the time. Here the texts of a batch are one long row of tokens, with nothing between them,
//! for all that looks at one token at a time; only attention sees them apart, filled up to a
//! multiple of [`SIDE`]. The products are those of the library that is fastest on the processor at
//! hand ([`Products`]), and the activation is one pass, not five.
//! Trains nothing, decodes nothing and knows one token type. Where [`Bert::suits`] says no, for a
//! config that asks for something else or a GPU, rust-bert's network computes.

use rust_bert::Activation;
use rust_bert::bert::BertConfig;
use serde_json::Value;
use tch::nn::VarStore;
use tch::{Device, Kind, TchError, Tensor};

use super::runtime::{failed, parsed};
use crate::error::{Error, ErrorKind, Result};
use crate::pretrained::checkpoint::{Checkpoint, ModelType};

type Made<T> = std::result::Result<T, TchError>;

/// Texts are filled up to a multiple of this many tokens for attention: the small products in it
/// are up to twice as slow at the lengths between.
const SIDE: usize = 16;

/// Of a config that does not say.
const NORM_EPSILON: f64 = 1e-12;

/// A BERT encoder.
pub(super) struct Bert {
    /// (`vocab_size`, width)
    words: Tensor,
    /// (positions, width): where a token stands, and the one token type.
    places: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    heads: i64,
    activation: Activate,
    products: Products,
}

/// The activation, of a tensor that is not needed afterwards.
type Activate = fn(Tensor) -> Made<Tensor>;

/// Whose products with the weights are taken.
///
/// On AMD's processors MKL, which libtorch takes by itself, keeps its fastest loops to itself, and
/// oneDNN is twice as fast; on Intel's they are equal, and oneDNN's tensors have to be copied to
/// and fro. Chosen by the processor's maker, not by a trial, so that two runs choose alike.
#[derive(Debug, Clone, Copy)]
pub(super) enum Products {
    /// On tensors of its own, which the activation takes too.
    OneDnn,
    /// What libtorch takes for tensors as they are.
    Default,
}

struct Layer {
    /// To query, key and value, one behind the other: one product, which puts its input in order
    /// once.
    qkv: Linear,
    /// What follows attention.
    joined: Linear,
    joined_norm: Norm,
    /// To the wider vectors that the activation sees, and back.
    wider: Linear,
    narrower: Linear,
    norm: Norm,
}

/// Weights are (out, in).
struct Linear {
    weight: Tensor,
    bias: Tensor,
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f64,
}

/// How the tokens of a batch lie.
struct Layout {
    ids: Tensor,
    /// The place of each token in its text.
    places: Tensor,
    /// Which token stands where in the filled-up texts; filling repeats a text's first.
    spread: Tensor,
    /// Which place of the filled-up texts each token has.
    back: Tensor,
    groups: Vec<Group>,
}

/// Neighbours that are filled up to the same length.
struct Group {
    texts: i64,
    side: i64,
    /// (texts, 1, 1, side): 0 for a token, minus infinity for filling.
    mask: Tensor,
}

impl Bert {
    /// Whether this is the forward pass that the config asks for, and the place for it.
    pub(super) fn suits(checkpoint: &Checkpoint, device: Device) -> Result<bool> {
        if checkpoint.architecture != ModelType::Bert || device != Device::Cpu {
            return Ok(false);
        }
        let config: BertConfig = parsed(checkpoint)?;
        let positions = checkpoint.config.get("position_embedding_type");
        Ok(activation(config.hidden_act).is_some()
            && config.is_decoder != Some(true)
            && config.num_attention_heads > 0
            && positions.is_none_or(|kind| kind == "absolute"))
    }

    /// On the variables that rust-bert named and `tensors.rs` filled, in the same memory but for
    /// those of query, key and value, which are copied into one.
    pub(super) fn of(
        checkpoint: &Checkpoint,
        variables: &VarStore,
        products: Products,
    ) -> Result<Self> {
        let config: BertConfig = parsed(checkpoint)?;
        let epsilon = checkpoint.config.get("layer_norm_eps").and_then(Value::as_f64);
        let epsilon = epsilon.unwrap_or(NORM_EPSILON);
        let all = variables.variables();
        let missing = |name: &str| {
            Error::new(ErrorKind::Engine, format!("rust-bert's network has no {name}"))
        };
        let tensor =
            |name: String| all.get(&name).map(Tensor::shallow_clone).ok_or_else(|| missing(&name));
        let linear = |name: String| {
            let weight = tensor(format!("{name}.weight"))?;
            Ok(Linear { weight, bias: tensor(format!("{name}.bias"))? })
        };
        let norm = |name: String| {
            let weight = tensor(format!("{name}.LayerNorm.weight"))?;
            Ok(Norm { weight, bias: tensor(format!("{name}.LayerNorm.bias"))?, epsilon })
        };
        let layer = |number: i64| {
            let name = format!("encoder.layer.{number}");
            let own = |kind: &str| linear(format!("{name}.attention.self.{kind}"));
            Ok(Layer {
                qkv: Linear::stacked(&[own("query")?, own("key")?, own("value")?])?,
                joined: linear(format!("{name}.attention.output.dense"))?,
                joined_norm: norm(format!("{name}.attention.output"))?,
                wider: linear(format!("{name}.intermediate.dense"))?,
                narrower: linear(format!("{name}.output.dense"))?,
                norm: norm(format!("{name}.output"))?,
            })
        };
        let embedding = |kind: &str| tensor(format!("embeddings.{kind}_embeddings.weight"));
        let (positions, types) = (embedding("position")?, embedding("token_type")?);
        let places = tch::no_grad(|| positions.f_add(&types.f_narrow(0, 0, 1)?));
        Ok(Self {
            words: embedding("word")?,
            places: places.map_err(|cause| failed(cause.into()))?,
            norm: norm("embeddings".to_owned())?,
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_>>()?,
            heads: config.num_attention_heads,
            activation: activation(config.hidden_act).ok_or_else(|| missing("activation"))?,
            products,
        })
    }

    /// (tokens, width), where the texts' tokens follow each other. Nothing depends on the order of
    /// the texts, but it is fastest where those of like lengths are neighbours.
    pub(super) fn forward(&self, texts: &[Vec<u32>]) -> Made<Tensor> {
        let layout = Layout::of(texts)?;
        if layout.groups.is_empty() {
            return self.words.f_narrow(0, 0, 0);
        }
        let places = self.places.f_index_select(0, &layout.places)?;
        let embedded = self.words.f_index_select(0, &layout.ids)?.f_add(&places)?;
        let mut hidden = self.norm.apply(&embedded)?;
        for layer in &self.layers {
            hidden = self.layer(layer, &hidden, &layout)?;
        }
        Ok(hidden)
    }

    fn layer(&self, layer: &Layer, hidden: &Tensor, layout: &Layout) -> Made<Tensor> {
        let laid = |tensor: &Tensor| self.products.laid(tensor);
        let context = self.attention(&dense(&layer.qkv.apply(&laid(hidden)?)?)?, layout)?;
        let mut joined = dense(&layer.joined.apply(&laid(&context)?)?)?;
        let joined = layer.joined_norm.apply(&joined.f_add_(hidden)?)?;
        let wide = (self.activation)(layer.wider.apply(&laid(&joined)?)?)?;
        let mut out = dense(&layer.narrower.apply(&wide)?)?;
        layer.norm.apply(&out.f_add_(&joined)?)
    }

    /// (tokens, 3 · width) to (tokens, width).
    fn attention(&self, qkv: &Tensor, layout: &Layout) -> Made<Tensor> {
        let qkv = qkv.f_index_select(0, &layout.spread)?;
        let mut contexts = Vec::with_capacity(layout.groups.len());
        let mut start = 0;
        for group in &layout.groups {
            let Group { texts, side, mask } = group;
            let own = qkv.f_narrow(0, start, texts * side)?;
            let own = own.f_view([*texts, *side, 3, self.heads, -1])?;
            let heads = |which: i64| own.f_select(2, which)?.f_transpose(1, 2);
            let context = Tensor::f_scaled_dot_product_attention(
                &heads(0)?,
                &heads(1)?,
                &heads(2)?,
                Some(mask),
                0.0,
                false,
                None,
            )?;
            let flat = [texts * side, self.words.size2().map_or(-1, |(_, width)| width)];
            contexts.push(context.f_transpose(1, 2)?.f_reshape(flat)?);
            start += texts * side;
        }
        Tensor::f_cat(&contexts, 0)?.f_index_select(0, &layout.back)
    }
}

impl Layout {
    fn of(texts: &[Vec<u32>]) -> Made<Self> {
        let side = |text: &Vec<u32>| text.len().next_multiple_of(SIDE);
        let (mut ids, mut places) = (Vec::new(), Vec::new());
        let (mut spread, mut back) = (Vec::new(), Vec::new());
        let mut groups = Vec::new();
        for group in texts.chunk_by(|one, next| side(one) == side(next)) {
            let side = group.first().map_or(0, side);
            if side == 0 {
                continue;
            }
            let mut mask = Vec::with_capacity(group.len() * side);
            for text in group {
                let (own, filling) = (text.len() as i64, side - text.len());
                let (first, first_spread) = (ids.len() as i64, spread.len() as i64);
                ids.extend(text.iter().map(|&id| i64::from(id)));
                places.extend(0..own);
                spread.extend(first..first + own);
                spread.extend(std::iter::repeat_n(first, filling));
                back.extend(first_spread..first_spread + own);
                mask.extend(std::iter::repeat_n(0_f32, text.len()));
                mask.extend(std::iter::repeat_n(f32::NEG_INFINITY, filling));
            }
            let (texts, side) = (group.len() as i64, side as i64);
            let mask = Tensor::f_from_slice(&mask)?.f_view([texts, 1, 1, side])?;
            groups.push(Group { texts, side, mask });
        }
        let tensor = |numbers: &[i64]| Tensor::f_from_slice(numbers);
        Ok(Self {
            ids: tensor(&ids)?,
            places: tensor(&places)?,
            spread: tensor(&spread)?,
            back: tensor(&back)?,
            groups,
        })
    }
}

impl Linear {
    /// One layer that gives what several give, one behind the other.
    fn stacked(layers: &[Self]) -> Result<Self> {
        let stacked = |part: fn(&Self) -> &Tensor| {
            let parts: Vec<&Tensor> = layers.iter().map(part).collect();
            tch::no_grad(|| Tensor::f_cat(&parts, 0)).map_err(|cause| failed(cause.into()))
        };
        Ok(Self { weight: stacked(|layer| &layer.weight)?, bias: stacked(|layer| &layer.bias)? })
    }

    /// To a tensor of the input's kind: of oneDNN's is oneDNN's product.
    fn apply(&self, input: &Tensor) -> Made<Tensor> {
        input.f_linear(&self.weight, Some(&self.bias))
    }
}

impl Norm {
    fn apply(&self, input: &Tensor) -> Made<Tensor> {
        let (weight, bias) = (Some(&self.weight), Some(&self.bias));
        input.f_layer_norm(self.weight.size(), weight, bias, self.epsilon, false)
    }
}

impl Products {
    /// Those for the processor at hand.
    pub(super) fn fastest() -> Self {
        let equal = tch::utils::has_mkl() && is_intel();
        if Self::OneDnn.are_there() && !equal { Self::OneDnn } else { Self::Default }
    }

    /// Whether this libtorch has them. It may be built with oneDNN and still not compute with it.
    pub(super) fn are_there(self) -> bool {
        let one = || Tensor::f_ones([1, 1], (Kind::Float, Device::Cpu));
        let product = || one()?.f_to_mkldnn(None)?.f_linear(&one()?, None::<Tensor>);
        match self {
            Self::OneDnn => tch::utils::has_mkldnn() && product().is_ok(),
            Self::Default => true,
        }
    }

    /// The tensor as the products take it.
    fn laid(self, tensor: &Tensor) -> Made<Tensor> {
        match self {
            Self::OneDnn => tensor.f_to_mkldnn(None),
            Self::Default => Ok(tensor.shallow_clone()),
        }
    }
}

/// `None` for those that oneDNN lacks.
fn activation(kind: Activation) -> Option<Activate> {
    match kind {
        Activation::gelu => Some(|mut input| {
            // oneDNN's cannot be had in place.
            if input.is_mkldnn() { input.f_gelu("none") } else { input.f_gelu_("none") }
        }),
        Activation::relu => Some(|input| input.f_relu()),
        _ => None,
    }
}

/// Whether Intel made the processor.
#[cfg(target_arch = "x86_64")]
fn is_intel() -> bool {
    raw_cpuid::CpuId::new().get_vendor_info().is_some_and(|maker| maker.as_str() == "GenuineIntel")
}

/// Intel makes no other.
#[cfg(not(target_arch = "x86_64"))]
fn is_intel() -> bool {
    false
}

/// Out of oneDNN's tensors, or as it is.
fn dense(tensor: &Tensor) -> Made<Tensor> {
    tensor.f_to_dense(None::<Kind>, false)
}
