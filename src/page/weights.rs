//! The learned weights of the line model.
//!
//! In: `data/lines/text.safetensors` and `html.safetensors`, which `models/recipe/pages` writes. Out:
//! [`Weights`] for plain text and for HTML, each read once, when the first such page asks.
//! The files name their weights as `features.rs` names its features, and the order in which they do
//! is nobody's concern. Knows nothing of lines: `furniture.rs` does the sums.

use std::sync::LazyLock;

use crate::error::Result;
use crate::nn;
#[cfg(feature = "html")]
use crate::page::features::MarkupFeatures;
use crate::page::features::{LineFeatures, PlaceFeatures};

/// Values that the model keeps of a line.
pub(super) const WIDTH: usize = 24;
/// How far apart the lines are that each layer looks at.
pub(super) const DISTANCES: [usize; 4] = [1, 2, 4, 8];

/// Values of a line, or weights of them.
pub(super) type Values = [f32; WIDTH];

/// What a feature weighs: for each value of its line, and for the line's log-odds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Input {
    pub(super) values: Values,
    pub(super) odds: f32,
}

/// What a layer makes of a line and of those so far above and below it.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// For each value of the line above, of the line itself and of the line below.
    pub(super) near: [[Values; WIDTH]; 3],
    pub(super) bias: Values,
}

/// The weights for plain text, or for HTML.
#[derive(Debug, Default)]
pub(super) struct Weights {
    /// In the order of the features: of the line, of its place and, for HTML, of its markup.
    pub(super) inputs: Vec<Input>,
    pub(super) bias: Input,
    pub(super) layers: [Layer; DISTANCES.len()],
    /// What the last layer's values weigh, and those of the line by itself.
    pub(super) output: [Values; 2],
}

/// For plain text.
pub(super) fn text() -> &'static Weights {
    static TEXT: LazyLock<Weights> = LazyLock::new(|| {
        shipped(include_bytes!("../../data/lines/text.safetensors"), &text_features())
    });
    &TEXT
}

/// For text extracted from HTML.
#[cfg(feature = "html")]
pub(super) fn html() -> &'static Weights {
    static HTML: LazyLock<Weights> = LazyLock::new(|| {
        shipped(include_bytes!("../../data/lines/html.safetensors"), &html_features())
    });
    &HTML
}

/// A file that does not fit is our own mistake, which a test finds; such weights see no story.
fn shipped(bytes: &[u8], features: &[String]) -> Weights {
    let read = Weights::read(bytes, features);
    debug_assert!(read.is_ok(), "the shipped weights: {read:?}");
    read.unwrap_or_default()
}

/// The features of a line of plain text, in the order of the sums.
pub(super) fn text_features() -> Vec<String> {
    let line = LineFeatures::<f32>::NAMES.iter().map(|name| format!("line.{name}"));
    line.chain(PlaceFeatures::<f32>::NAMES.iter().map(|name| format!("place.{name}"))).collect()
}

/// The features of a line of HTML, in the order of the sums.
#[cfg(feature = "html")]
pub(super) fn html_features() -> Vec<String> {
    let markup = MarkupFeatures::<f32>::NAMES.iter().map(|name| format!("markup.{name}"));
    text_features().into_iter().chain(markup).collect()
}

impl Weights {
    /// Reads a file of weights for these features.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] where the file has not just what is asked for.
    pub(super) fn read(bytes: &[u8], features: &[String]) -> Result<Self> {
        let file = nn::Weights::parse("the line model".to_owned(), bytes)?;
        let expected = features.len() + 1 + 2 * DISTANCES.len() + 2;
        if file.len() != expected {
            return Err(file.invalid(format!("{} tensors, expected {expected}", file.len())));
        }
        let input = |name: &str| -> Result<Input> {
            let weights = file.vector(&format!("input.{name}"), WIDTH + 1)?;
            let odds = weights.last().copied().unwrap_or_default();
            Ok(Input { values: values(weights.iter()), odds })
        };
        let vector = |name: &str| file.vector(name, WIDTH).map(|vector| values(vector.iter()));
        let mut read = Self {
            inputs: features.iter().map(|name| input(name)).collect::<Result<_>>()?,
            bias: input("bias")?,
            output: [vector("output.layers")?, vector("output.line")?],
            ..Self::default()
        };
        for (layer, distance) in read.layers.iter_mut().zip(DISTANCES) {
            let weights = file.matrix(&format!("layer.{distance}.weight"), 3 * WIDTH, WIDTH)?;
            for (slot, row) in layer.near.iter_mut().flatten().zip(weights.rows()) {
                *slot = values(row.iter());
            }
            layer.bias = vector(&format!("layer.{distance}.bias"))?;
        }
        Ok(read)
    }
}

/// The first of a list of values.
fn values<'a>(list: impl Iterator<Item = &'a f32>) -> Values {
    let mut values = Values::default();
    for (slot, value) in values.iter_mut().zip(list) {
        *slot = *value;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::{Weights, text_features};

    const SHIPPED: &[u8] = include_bytes!("../../data/lines/text.safetensors");

    #[test]
    fn the_shipped_weights_are_whole() {
        let weights = Weights::read(SHIPPED, &text_features()).unwrap();
        assert_eq!(weights.inputs.len(), text_features().len());
        for input in &weights.inputs {
            assert!(input.values.iter().any(|weight| *weight != 0.0));
        }
    }

    #[test]
    fn each_weight_is_where_its_name_says() {
        let mut features = text_features();
        let weights = Weights::read(SHIPPED, &features).unwrap();
        features.reverse();
        let turned = Weights::read(SHIPPED, &features).unwrap();
        let odds =
            |weights: &Weights| weights.inputs.iter().map(|input| input.odds).collect::<Vec<_>>();
        assert_eq!(odds(&weights), odds(&turned).into_iter().rev().collect::<Vec<_>>());
    }

    #[test]
    fn a_file_that_does_not_fit_is_refused() {
        let refused =
            |features: &[String]| Weights::read(SHIPPED, features).unwrap_err().to_string();
        let mut features = text_features();
        features[0] = "line.word".to_owned();
        assert!(refused(&features).contains("tensor input.line.word is missing"));
        features.pop();
        assert!(refused(&features).contains("tensors, expected"));
        assert!(Weights::read(b"no weights", &[]).is_err());
    }
}
