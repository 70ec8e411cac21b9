//! Where each line stands on its page, as the line model sees it.
//!
//! In: the lines of a page. Out: [`PlaceFeatures`] a line: how far it is from the headline, from
//! labels such as *Related* and from the heaviest block of prose, and what stands around it.
//! Time and memory are linear in the page. Knows no weights.

use std::ops::Range;

use crate::named::flag;
use crate::page::features::PlaceFeatures;
use crate::page::line::{Ending, Line};
use crate::page::title::{self, Heading};
use crate::page::vocabulary::Vocabulary;

/// Words from which a line weighs for its block, and what a shorter one costs (the block of
/// greatest sum after Finn, Kushmerick and Smyth 2001, with the figures of our own measurements).
const BLOCK_WORDS: usize = 10;
const BLOCK_COST: f32 = 20.0;
/// Longest label of a box, in words.
const LABEL_WORDS: usize = 6;
/// How fast what stands around a line fades, a line: what is near, and a wider view.
const FADE: f32 = 0.75;
const FADE_WIDE: f32 = 0.93;

/// Where each line stands.
pub(super) fn places(
    lines: &[Line],
    vocabulary: &Vocabulary,
    text: &str,
) -> Vec<PlaceFeatures<f32>> {
    let layout = Layout::of(lines, vocabulary, text);
    let mut cursor = Cursor::default();
    let near = around(lines, FADE, prose);
    let wide = around(lines, FADE_WIDE, prose);
    let items = around(lines, FADE, item);
    let stamps = around(lines, FADE_WIDE, stamp);
    let sides = near.into_iter().zip(wide).zip(items.into_iter().zip(stamps));
    lines
        .iter()
        .enumerate()
        .zip(sides)
        .map(|((index, line), ((near, wide), (items, stamps)))| {
            cursor.reach(line, &layout);
            let place = layout.place(index, line, &cursor, &Around { near, wide, items, stamps });
            cursor.pass(line);
            place
        })
        .collect()
}

/// The page as a whole.
struct Layout<'a> {
    lines: usize,
    vocabulary: &'a Vocabulary,
    text: &'a str,
    heading: Heading,
    /// The lines of the heaviest block.
    block: Range<usize>,
    /// How often the block says each telling word.
    block_words: Vec<u32>,
    /// Words of prose.
    prose: f32,
}

impl<'a> Layout<'a> {
    fn of(lines: &[Line], vocabulary: &'a Vocabulary, text: &'a str) -> Self {
        let block = heaviest_block(lines);
        Self {
            lines: lines.len(),
            vocabulary,
            text,
            heading: Heading::of(lines, vocabulary, text),
            block_words: title::told(lines.get(block.clone()).unwrap_or_default(), vocabulary),
            block,
            prose: lines.iter().map(prose).sum::<f32>().max(1.0),
        }
    }

    /// Whether a line says the headline. "34 responses to …" names it too.
    fn says_headline(&self, line: &Line) -> bool {
        self.heading.matches(line, self.vocabulary, self.text) && !line.marks.comment
    }

    /// Where line `index` stands.
    fn place(
        &self,
        index: usize,
        line: &Line,
        above: &Cursor,
        around: &Around,
    ) -> PlaceFeatures<f32> {
        debug_assert!(index < self.lines, "line {index} of {}", self.lines);
        let Around { near, wide, items, stamps } = around;
        let in_block = self.block.contains(&index);
        let before_block = self.block.start.saturating_sub(index);
        let behind_block = (index + 1).saturating_sub(self.block.end);
        let after_headline = above.since_headline.is_some();
        let headline_words = self.heading.overlap(line, self.vocabulary);
        let block_words = title::told_share(line, in_block, &self.block_words, self.vocabulary);
        let [prose_above, prose_below] = near.logs(5.0);
        let [wide_prose_above, wide_prose_below] = wide.logs(6.0);
        let prose_around = prose_above.min(prose_below);
        let wide_prose_around = wide_prose_above.min(wide_prose_below);
        PlaceFeatures {
            bias: 1.0,
            position: index as f32 / self.lines as f32,
            lines_above: log(index as f32) / 6.0,
            lines_below: log((self.lines - index) as f32) / 6.0,
            after_headline: flag(after_headline),
            lines_since_headline: above.since_headline.map_or(0.0, |far| log(far as f32) / 5.0),
            before_headline: flag(!after_headline && self.heading.returns()),
            is_headline: flag(above.since_headline == Some(0)),
            headlines: (above.headlines as f32 / 4.0).min(1.0),
            after_related: flag(above.since_related.is_some()),
            near_related: above.since_related.map_or(0.0, |far| (-(far as f32) / 6.0).exp()),
            after_comments: flag(above.comments),
            in_block: flag(in_block),
            lines_below_block: log(behind_block as f32) / 5.0,
            lines_above_block: log(before_block as f32) / 5.0,
            prose_above,
            prose_below,
            prose_around,
            prose_share_above: above.prose / self.prose,
            headline_words,
            headline_words_long: headline_words * flag(line.words >= 10),
            page_prose: log(self.prose) / 8.0,
            block_words,
            block_words_long: block_words * flag(line.words >= 14),
            block_words_outside: block_words * flag(!in_block),
            wide_prose_above,
            wide_prose_below,
            wide_prose_around,
            items_above: items.above / 4.0,
            items_below: items.below / 4.0,
            stamps_above: (stamps.above / 3.0).min(1.0),
            stamps_below: (stamps.below / 3.0).min(1.0),
            stamps_around: (stamps.above.min(stamps.below) / 2.0).min(1.0),
            stamps_since_headline: (above.stamps / 6.0).min(1.0),
            stamps_in_comments: flag(above.comments)
                * ((stamps.above + stamps.below) / 4.0).min(1.0),
            item_in_prose: prose_around * item(line),
            item_in_wide_prose: wide_prose_around * item(line),
        }
    }
}

/// What was seen of a page on the way down to a line.
#[derive(Debug, Default)]
struct Cursor {
    /// Lines since the headline was said again, if it was: 0 in the line that says it.
    since_headline: Option<usize>,
    /// How often it was said again.
    headlines: u32,
    /// Lines since a label such as *Related*, if there was one below the last headline.
    since_related: Option<usize>,
    /// Whether there was a label of readers' comments below the last headline.
    comments: bool,
    /// Words of prose above the line.
    prose: f32,
    /// Stamps above the line, since the headline or the page's top.
    stamps: f32,
}

impl Cursor {
    /// Comes to a line: what it says counts for itself, but for its prose and its stamp.
    fn reach(&mut self, line: &Line, layout: &Layout<'_>) {
        if layout.says_headline(line) && !layout.heading.is_first(line) {
            let (headlines, prose) = (self.headlines + 1, self.prose);
            *self = Self { since_headline: Some(0), headlines, prose, ..Self::default() };
        } else {
            self.since_headline = self.since_headline.map(|far| far + 1);
        }
        let label = line.marks.leads && line.words <= LABEL_WORDS;
        self.since_related = if label && line.marks.related {
            Some(0)
        } else {
            self.since_related.map(|far| far + 1)
        };
        self.comments |= line.counts_comments(layout.text) || (line.marks.comment && label);
    }

    /// Leaves it.
    fn pass(&mut self, line: &Line) {
        self.prose += prose(line);
        self.stamps += stamp(line);
    }
}

/// What stands around a line, the less the farther off.
struct Around {
    near: Sides,
    wide: Sides,
    items: Sides,
    stamps: Sides,
}

/// Sums of what stands above a line and below it.
#[derive(Debug, Clone, Copy, Default)]
struct Sides {
    above: f32,
    below: f32,
}

impl Sides {
    /// Their logarithms, over `scale`.
    fn logs(self, scale: f32) -> [f32; 2] {
        [log(self.above) / scale, log(self.below) / scale]
    }
}

/// The sums around each line of what the others are worth, fading with distance.
fn around(lines: &[Line], fade: f32, worth: impl Fn(&Line) -> f32) -> Vec<Sides> {
    let mut sums = Vec::with_capacity(lines.len());
    let mut sum = 0.0;
    for line in lines {
        sums.push(Sides { above: sum, below: 0.0 });
        sum = sum * fade + worth(line);
    }
    sum = 0.0;
    for (line, sides) in lines.iter().zip(&mut sums).rev() {
        sides.below = sum;
        sum = sum * fade + worth(line);
    }
    sums
}

/// What a line counts as prose for its surroundings, in words.
fn prose(line: &Line) -> f32 {
    if line.words >= 8 && line.ending != Ending::Open { line.words as f32 } else { 0.0 }
}

/// Whether a line is a stamp: a date or a button as stands above or below each reader's comment.
fn stamp(line: &Line) -> f32 {
    flag(line.dated || (line.marks.comment && line.words <= LABEL_WORDS))
}

/// Whether a line is short and ends in no mark, as the items of menus and lists are.
fn item(line: &Line) -> f32 {
    flag(line.words < 8 && line.ending == Ending::Open)
}

/// 0 for 0.
fn log(count: f32) -> f32 {
    (1.0 + count).ln()
}

/// The run of lines whose words less the cost of its short lines are most.
fn heaviest_block(lines: &[Line]) -> Range<usize> {
    let (mut best, mut range) = (0.0, 0..0);
    let (mut sum, mut start) = (0.0_f32, 0);
    for (index, line) in lines.iter().enumerate() {
        let worth = if line.words >= BLOCK_WORDS && line.ending != Ending::Ellipsis {
            line.words as f32
        } else {
            -BLOCK_COST
        };
        if sum <= 0.0 {
            sum = 0.0;
            start = index;
        }
        sum += worth;
        if sum > best {
            best = sum;
            range = start..index + 1;
        }
    }
    range
}
