//! The learned weights of the line model.
//!
//! In: `data/page.json`, which `models/recipe/pages` writes. Out: [`Weights`] for plain text and for
//! HTML, each read once, when the first page asks.
//! The file names its weights as `features.rs` names its features, and the order in which it does
//! is nobody's concern. Reading it takes some 50 µs, of several ms that a first digest takes.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::page::features::{LineFeatures, MarkupFeatures, PlaceFeatures};

/// The lines whose features count for a line, relative to it.
pub(super) const LINE_OFFSETS: [isize; 5] = [-2, -1, 0, 1, 2];
/// The same for what the markup says.
pub(super) const MARKUP_OFFSETS: [isize; 3] = [-1, 0, 1];

/// The weights of one chain.
#[derive(Debug, Default)]
pub(super) struct Weights {
    /// For the features of a line, by [`LINE_OFFSETS`].
    pub(super) line: [LineFeatures<f32>; LINE_OFFSETS.len()],
    /// For what the markup says, by [`MARKUP_OFFSETS`]; none for plain text.
    pub(super) markup: Option<[MarkupFeatures<f32>; MARKUP_OFFSETS.len()]>,
    /// For its place.
    pub(super) place: PlaceFeatures<f32>,
    pub(super) transitions: Transitions,
}

/// What each step from a line to the next is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transitions {
    /// From furniture to furniture.
    pub(super) stay_out: f32,
    /// From furniture to a story.
    pub(super) enter: f32,
    /// From a story to furniture.
    pub(super) leave: f32,
    /// From story to story.
    pub(super) stay_in: f32,
}

/// For plain text.
pub(super) fn text() -> &'static Weights {
    &SHIPPED.text
}

/// For text extracted from HTML.
#[cfg(feature = "html")]
pub(super) fn html() -> &'static Weights {
    &SHIPPED.html
}

/// What `data/page.json` holds. A file that does not fit is our own mistake, which a test finds.
static SHIPPED: LazyLock<Model> = LazyLock::new(|| {
    let model = Model::read(include_str!("../../data/page.json"));
    debug_assert!(model.is_ok(), "data/page.json {model:?}");
    model.unwrap_or_default()
});

/// The two chains.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) text: Weights,
    #[cfg_attr(not(feature = "html"), expect(dead_code, reason = "nothing asks for it"))]
    pub(super) html: Weights,
}

impl Model {
    /// Reads a file of weights; or says what is wrong with it.
    pub(super) fn read(json: &str) -> Result<Self, String> {
        let file: File =
            serde_json::from_str(json).map_err(|wrong| format!("is no weights: {wrong}"))?;
        let Offsets { line, markup } = file.line_offsets;
        if line != LINE_OFFSETS || markup != MARKUP_OFFSETS {
            return Err(format!(
                "has weights of lines {line:?} and of the markup of lines {markup:?}, \
                 expected {LINE_OFFSETS:?} and {MARKUP_OFFSETS:?}"
            ));
        }
        if file.text.markup.is_some() || file.html.markup.is_none() {
            return Err("expected weights of markup in `html` and none in `text`".to_owned());
        }
        Ok(Self { text: file.text.into(), html: file.html.into() })
    }
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    line_offsets: Offsets,
    text: Chain,
    html: Chain,
}

/// What the lists of weights are of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offsets {
    line: Vec<isize>,
    markup: Vec<isize>,
}

/// One chain of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chain {
    line: LineFeatures<[f32; LINE_OFFSETS.len()]>,
    markup: Option<MarkupFeatures<[f32; MARKUP_OFFSETS.len()]>>,
    place: PlaceFeatures<f32>,
    transitions: Transitions,
}

impl From<Chain> for Weights {
    fn from(chain: Chain) -> Self {
        let Chain { line, markup, place, transitions } = chain;
        let markup = markup.map(MarkupFeatures::columns);
        Self { line: line.columns(), markup, place, transitions }
    }
}

#[cfg(test)]
mod tests {
    use super::Model;

    const SHIPPED: &str = include_str!("../../data/page.json");

    #[test]
    fn the_shipped_weights_are_whole() {
        let model = Model::read(SHIPPED).unwrap();
        assert!(model.text.line.iter().all(|weights| weights.words != 0.0));
    }

    /// The first line of the shipped file that says what `name` weighs.
    fn row(name: &str) -> &'static str {
        let mut rows = SHIPPED.split_inclusive('\n');
        rows.find(|row| row.trim_start().starts_with(&format!("\"{name}\":"))).unwrap()
    }

    #[test]
    fn each_weight_is_where_its_name_says() {
        let moved = SHIPPED.replacen(row("bias"), "\"bias\": 7,\n", 1);
        assert_eq!(Model::read(&moved).unwrap().text.place.bias, 7.0);
        let moved = SHIPPED.replacen(row("colon"), "\"colon\": [1, 2, 3, 4, 5],\n", 1);
        let weights = Model::read(&moved).unwrap().text;
        assert_eq!(weights.line.map(|line| line.colon), [1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    #[test]
    fn a_file_that_does_not_fit_is_refused() {
        let lies = [
            ("\"bullet\"", "\"bulet\"", "unknown field `bulet`"),
            (row("bias"), "", "missing field `bias`"),
            ("\"nav\"", "\"nave\"", "unknown field `nave`"),
            (row("enter"), "", "missing field `enter`"),
            (row("colon"), "\"colon\": [1, 2, 3, 4],\n", "invalid length 4"),
            ("[-2, -1, 0, 1, 2]", "[-2, -1, 0, 2, 1]", "expected [-2, -1, 0, 1, 2]"),
            ("\"markup\": {", "\"other\": {", "unknown field `other`"),
        ];
        for (part, lie, expected) in lies {
            assert!(SHIPPED.contains(part), "{part}");
            let wrong = Model::read(&SHIPPED.replacen(part, lie, 1)).unwrap_err();
            assert!(wrong.contains(expected), "expected {expected:?} in: {wrong}");
        }
    }
}
