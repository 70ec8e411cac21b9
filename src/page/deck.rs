//! Which paragraph is the deck: the standfirst under a headline, which says what the article is about.
//!
//! In: the lines below a headline, and what the markup and the document's head say of them. Out: the
//! line that is its deck, if one is. It stays a paragraph of the body, which it opens.
//! Finds no headline and no body.
//!
//! A deck is what its element's class calls one, a long heading under the headline, or a line above
//! byline and date that says what the head gives as the article's description. The first
//! paragraph of a story under its byline is none, whatever the head says.

use crate::page::headline::{Scene, keys, overlap};
use crate::page::line::{Ending, Line};

/// Lines below a headline in which its deck stands.
const LINES: usize = 10;
/// Fewest and most words of a deck, and fewest where only its heading speaks for it.
const WORDS: std::ops::RangeInclusive<usize> = 4..=80;
const HEADING_WORDS: usize = 7;
/// Share of words that it has in common with the description.
const SAYS: f32 = 0.7;

/// The deck of the headline in line `title`. `classed` says of each line whether its element is a deck
/// by its class, `passed` whether a line is none and no end of the search: a caption, a date.
pub(super) fn find(
    scene: &Scene<'_>,
    classed: &[bool],
    title: usize,
    passed: impl Fn(usize) -> bool,
) -> Option<usize> {
    let flag = |flags: &[bool], index: usize| flags.get(index).copied().unwrap_or(false);
    let level = |index: usize| scene.levels.get(index).copied().unwrap_or(0);
    let description = scene.head.description.as_deref().map(keys).unwrap_or_default();
    let is_meta = |index: usize, line: &Line| {
        passed(index) || line.is_date_line() || line.is_share_line() || line.is_byline()
    };
    // Whether byline or date stands above the line.
    let mut after_meta = false;
    let below = scene.lines.iter().enumerate().skip(title + 1).take(LINES);
    let mut first = true;
    for (index, line) in below {
        if is_meta(index, line) {
            after_meta |= !passed(index);
            continue;
        }
        if line.words < *WORDS.start() || line.is_button() {
            continue;
        }
        if !WORDS.contains(&line.words) || level(index) == 1 {
            break;
        }
        if flag(classed, index) {
            return Some(index);
        }
        let next = scene.lines.get(index + 1);
        let meta_next = next.is_some_and(|next| is_meta(index + 1, next) && !passed(index + 1));
        let says = overlap(scene.vocabulary.words(&line.said), &description) >= SAYS;
        let heading = level(index) > 1 && line.words >= HEADING_WORDS;
        if first && heading && (says || meta_next || line.ending == Ending::Sentence) {
            return Some(index);
        }
        if first && !after_meta && meta_next && says {
            return Some(index);
        }
        // A class may say so further below, where only short lines were.
        first = false;
        if scene.is_story(index) && line.is_sentence() && level(index) == 0 {
            break;
        }
    }
    None
}
