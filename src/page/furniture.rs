//! Lines to what each is: text of a story, or furniture of the page.
//!
//! In: the lines of a page and, for HTML, what the markup says of each. Out: one [`f32`] a line,
//! the log-odds that the line belongs to a story, and the best run of story and furniture over
//! the whole page.
//! Knows nothing of articles, titles or dates.
//!
//! The model is a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001)
//! with two states. A line's score is linear in its own features, in those of the two lines above
//! and below it, in the markup of the lines beside it, and in where it stands on the page; a price
//! is paid for each change of state. All sums run in page order, so the result is the same on every
//! run; time and memory are linear in the page.

use crate::page::features::{LineFeatures, MarkupFeatures, PlaceFeatures};
use crate::page::line::Line;
use crate::page::places::places;
use crate::page::vocabulary::Vocabulary;
use crate::page::weights::{LINE_OFFSETS, MARKUP_OFFSETS, Transitions, Weights};

/// A page that somebody asks about has a story: where the path finds less than this, in words,
/// the bar is lowered step by step, a unit of log-odds each.
const LEAST_WORDS: usize = 40;
const EASES: u8 = 12;

/// Which lines belong to a story, by the best path through the page. `markup` says what it does of
/// each line, or is empty for plain text.
pub(super) fn story_lines(
    lines: &[Line],
    vocabulary: &Vocabulary,
    markup: &[MarkupFeatures<f32>],
    text: &str,
    weights: &Weights,
) -> Vec<bool> {
    debug_assert!(markup.is_empty() || markup.len() == lines.len(), "markup of another page");
    let features = Features::of(lines, vocabulary, text);
    let odds = features.log_odds(markup, weights);
    let all: usize = lines.iter().map(|line| line.words).sum();
    let wanted = LEAST_WORDS.min(all / 2).max(1);
    let mut path = Vec::new();
    for step in 0..EASES {
        path = best_path(&odds, f32::from(step), &weights.transitions);
        let kept: usize = lines.iter().zip(&path).filter(|(_, p)| **p).map(|(l, _)| l.words).sum();
        if kept >= wanted {
            break;
        }
    }
    path
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

    /// The log-odds of each line by itself, one a line.
    fn log_odds(&self, markup: &[MarkupFeatures<f32>], weights: &Weights) -> Vec<f32> {
        let near = |index: usize| -> f32 {
            let weights = LINE_OFFSETS.iter().zip(&weights.line);
            let of_line = |(offset, weights): (&isize, &LineFeatures<f32>)| {
                Some(self.lines.get(index.checked_add_signed(*offset)?)?.dot(weights))
            };
            weights.filter_map(of_line).sum()
        };
        let tags = |index: usize| -> f32 {
            let weights = MARKUP_OFFSETS.iter().zip(weights.markup.iter().flatten());
            let of_line = |(offset, weights): (&isize, &MarkupFeatures<f32>)| {
                Some(markup.get(index.checked_add_signed(*offset)?)?.dot(weights))
            };
            weights.filter_map(of_line).sum()
        };
        let odds = |(index, place): (usize, &PlaceFeatures<f32>)| {
            place.dot(&weights.place) + near(index) + tags(index)
        };
        self.places.iter().enumerate().map(odds).collect()
    }
}

/// The path of greatest sum through two states (Viterbi), ties to furniture; `ease` is added to
/// each line's log-odds.
fn best_path(odds: &[f32], ease: f32, weights: &Transitions) -> Vec<bool> {
    let (mut out, mut story) = (0.0_f32, 0.0_f32);
    // For each line, whether its best predecessor was story: if it is furniture, if it is story.
    let mut from: Vec<(bool, bool)> = Vec::with_capacity(odds.len());
    for (i, odd) in odds.iter().map(|odd| odd + ease).enumerate() {
        if i == 0 {
            (out, story) = (0.0, odd);
            from.push((false, false));
            continue;
        }
        let (stay_out, leave) = (out + weights.stay_out, story + weights.leave);
        let (enter, stay_in) = (out + weights.enter, story + weights.stay_in);
        from.push((leave > stay_out, stay_in > enter));
        (out, story) = (stay_out.max(leave), enter.max(stay_in) + odd);
        // Only the difference matters; on a page of a million lines the sums would lose precision.
        (out, story) = (0.0, story - out);
    }
    let mut state = story > out;
    let mut path = vec![false; odds.len()];
    for (slot, (if_out, if_story)) in path.iter_mut().zip(&from).rev() {
        *slot = state;
        state = if state { *if_story } else { *if_out };
    }
    path
}
