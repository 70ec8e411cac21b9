//! Lines to what each is: text of a story, or furniture of the page.
//!
//! In: the lines of a page and, for HTML, what the markup says of each. Out: which of them belong to
//! a story, by their log-odds.
//! Knows nothing of articles, titles or dates.
//!
//! The model is a small convolutional network over the lines, as over the samples of a signal
//! (dilated convolutions with residuals, after Bai, Kolter and Koltun 2018): some values are worked
//! out from the features of each line; layer by layer those of ever farther lines above and below
//! join them; the line's log-odds are a sum of them all and of its features. All sums run in one
//! order, so the result is the same on every run; time and memory are linear in the page.

use crate::page::features::{LineFeatures, MarkupFeatures, PlaceFeatures};
use crate::page::line::Line;
use crate::page::places::places;
use crate::page::vocabulary::Vocabulary;
use crate::page::weights::{DISTANCES, Layer, Values, Weights};

/// A page that somebody asks about has a story: where the lines found have fewer words than this, the
/// bar is lowered step by step, a unit of log-odds each.
const LEAST_WORDS: usize = 40;
const EASES: u8 = 12;

/// Which lines belong to a story. `markup` says what it does of each line, or is empty for plain text.
pub(super) fn story_lines(
    lines: &[Line],
    vocabulary: &Vocabulary,
    markup: &[MarkupFeatures<f32>],
    text: &str,
    weights: &Weights,
) -> Vec<bool> {
    debug_assert!(markup.is_empty() || markup.len() == lines.len(), "markup of another page");
    let features = Features::of(lines, vocabulary, text);
    let odds = log_odds(&features, markup, weights);
    let all: usize = lines.iter().map(|line| line.words).sum();
    let wanted = LEAST_WORDS.min(all / 2).max(1);
    let mut story = Vec::new();
    for ease in 0..EASES {
        story = odds.iter().map(|odds| odds + f32::from(ease) > 0.0).collect::<Vec<bool>>();
        let kept = lines.iter().zip(&story).filter(|(_, story)| **story);
        if kept.map(|(line, _)| line.words).sum::<usize>() >= wanted {
            break;
        }
    }
    story
}

/// The features of a page's lines, but for those of the markup.
pub(super) struct Features {
    pub(super) lines: Vec<LineFeatures<f32>>,
    pub(super) places: Vec<PlaceFeatures<f32>>,
}

impl Features {
    pub(super) fn of(lines: &[Line], vocabulary: &Vocabulary, text: &str) -> Self {
        Self {
            lines: lines.iter().map(LineFeatures::of).collect(),
            places: places(lines, vocabulary, text),
        }
    }
}

/// The log-odds of each line that it belongs to a story.
pub(super) fn log_odds(
    features: &Features,
    markup: &[MarkupFeatures<f32>],
    weights: &Weights,
) -> Vec<f32> {
    let mut odds = Vec::with_capacity(features.lines.len());
    let mut values = Vec::with_capacity(features.lines.len());
    for (index, (line, place)) in features.lines.iter().zip(&features.places).enumerate() {
        let markup = markup.get(index).map(|markup| markup.values());
        let markup = markup.iter().flatten().copied();
        let features = line.values().into_iter().chain(place.values()).chain(markup);
        let mut sum = weights.bias;
        // Most features are flags that most lines don't have.
        for (feature, weight) in
            features.zip(&weights.inputs).filter(|(feature, _)| *feature != 0.0)
        {
            add(&mut sum.values, feature, &weight.values);
            sum.odds += feature * weight.odds;
        }
        let of_line = sum.values.map(|value| value.max(0.0));
        let [_, output] = &weights.output;
        odds.push(sum.odds + dot(&of_line, output));
        values.push(of_line);
    }
    for (layer, distance) in weights.layers.iter().zip(DISTANCES) {
        values = convolved(&values, layer, distance);
    }
    let [output, _] = &weights.output;
    for (odds, values) in odds.iter_mut().zip(&values) {
        *odds += dot(values, output);
    }
    odds
}

/// The values of the lines with what a layer makes of them and of the lines `distance` above and
/// below.
fn convolved(lines: &[Values], layer: &Layer, distance: usize) -> Vec<Values> {
    let [above, same, below] = &layer.near;
    let convolve = |(index, line): (usize, &Values)| {
        let mut sum = layer.bias;
        let near = [
            (index.checked_sub(distance).and_then(|index| lines.get(index)), above),
            (Some(line), same),
            (lines.get(index + distance), below),
        ];
        for (line, weights) in near {
            for (value, weights) in line.into_iter().flatten().zip(weights) {
                add(&mut sum, *value, weights);
            }
        }
        let mut with = *line;
        for (value, sum) in with.iter_mut().zip(sum) {
            *value += sum.max(0.0);
        }
        with
    };
    lines.iter().enumerate().map(convolve).collect()
}

/// Adds so much of `weights` to `sum`.
fn add(sum: &mut Values, much: f32, weights: &Values) {
    for (sum, weight) in sum.iter_mut().zip(weights) {
        *sum += much * weight;
    }
}

fn dot(values: &Values, weights: &Values) -> f32 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}
