//! Lines to what each is: text of a story, or furniture of the page.
//!
//! In: the lines of a page and, for HTML, what the markup says of each. Out: one [`f32`] a line,
//! the log-odds that the line belongs to a story, and the best run of story and furniture over
//! the whole page.
//! Knows nothing of articles, titles or dates.
//!
//! The model is a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001)
//! with two states. A line's score is linear in its own facts, in those of the two lines before
//! and after it, and in where it stands on the page; a price is paid for each change of state.
//! `models/recipe/pages` learns the weights of `weights.rs`. All sums run in page order,
//! so the result is the same on every run; time and memory are linear in the page.

use rustc_hash::FxHashMap;

use crate::page::line::{Ending, Line};
use crate::page::title;
use crate::page::vocabulary::Vocabulary;

/// Facts of one line, from the line alone.
pub(super) const OWN: usize = 40;
/// Facts of one line that come from the markup; all 0 for plain text.
pub(super) const MARKUP: usize = 39;
/// Facts of where the line stands on its page.
pub(super) const PLACE: usize = 37;

/// The facts of a line by itself, each about 0 to 1 so that the weights compare.
pub(super) fn own(line: &Line, repeats: u32) -> [f32; OWN] {
    let yes = |b: bool| f32::from(u8::from(b));
    let words = line.words as f32;
    let marks = line.marks;
    let prose = yes(line.words >= 10);
    let open = line.ending == Ending::Open;
    [
        (1.0 + words).ln() / 4.0,
        yes(line.words >= 4),
        yes(line.words >= 8),
        yes(line.words >= 14),
        yes(line.words >= 25),
        yes(line.words >= 50),
        yes(line.ending == Ending::Sentence),
        yes(line.ending == Ending::Sentence) * prose,
        yes(line.ending == Ending::Ellipsis),
        yes(line.ending == Ending::Colon),
        yes(open) * prose,
        line.share(line.capitalised),
        line.share(line.capitalised) * prose,
        line.share(line.shouted),
        line.share(line.common),
        line.share(line.common) * prose,
        (line.digits as f32 / (1.0 + line.chars as f32)).min(1.0),
        (line.commas as f32 / 4.0).min(1.0),
        (line.inner_stops as f32 / 3.0).min(1.0),
        yes(line.separators > 0),
        yes(line.starts_lower),
        yes(line.starts_quote),
        yes(line.bullet),
        yes(line.address),
        yes(line.blank_before),
        yes(repeats > 1),
        yes(repeats > 1) * prose,
        yes(line.dated),
        yes(marks.share),
        yes(marks.menu),
        yes(marks.notice),
        yes(marks.related) + yes(marks.advert),
        yes(marks.comment),
        yes(marks.credit),
        yes(marks.byline),
        yes(marks.leads),
        yes(line.mailbox),
        yes(line.credited),
        yes(line.copyright),
        yes(line.counter),
    ]
}

/// Words from which a line weighs for its block, and what a shorter one costs (the block of
/// greatest sum after Finn, Kushmerick and Smyth 2001, with the figures of our own measurements).
const BLOCK_WORDS: usize = 10;
const BLOCK_COST: f32 = 20.0;
/// How fast what stands around a line fades, a line: what is near, and a wider view.
const FADE: f32 = 0.75;
const FADE_WIDE: f32 = 0.93;

/// What a line counts as prose for its surroundings, in words.
fn prose(line: &Line) -> f32 {
    if line.words >= 8 && line.ending != Ending::Open { line.words as f32 } else { 0.0 }
}

/// Whether a line is a stamp: a date or a button as stands above or below each reader's comment.
fn stamp(line: &Line) -> f32 {
    f32::from(u8::from(line.dated || (line.marks.comment && line.words <= 6)))
}

/// Whether a line is short and ends in no mark, as the items of menus and lists are.
fn item(line: &Line) -> f32 {
    f32::from(u8::from(line.words < 8 && line.ending == Ending::Open))
}

/// Sums of what stands before each line and after it, fading with distance.
fn around(lines: &[Line], fade: f32, worth: impl Fn(&Line) -> f32) -> Vec<(f32, f32)> {
    let mut sums = Vec::with_capacity(lines.len());
    let mut sum = 0.0;
    for line in lines {
        sums.push((sum, 0.0));
        sum = sum * fade + worth(line);
    }
    sum = 0.0;
    for (line, (_, after)) in lines.iter().zip(&mut sums).rev() {
        *after = sum;
        sum = sum * fade + worth(line);
    }
    sums
}

/// Where each line stands on its page.
pub(super) fn places(lines: &[Line], vocabulary: &Vocabulary, text: &str) -> Vec<[f32; PLACE]> {
    let n = lines.len();
    let log = |x: f32| (1.0 + x).ln();
    let near = around(lines, FADE, prose);
    let wide = around(lines, FADE_WIDE, prose);
    let items = around(lines, FADE, item);
    let stamps = around(lines, FADE_WIDE, stamp);
    let surroundings = near.iter().zip(&wide).zip(items.iter().zip(&stamps));
    let mut found = Vec::with_capacity(n);
    let heading = title::Heading::of(lines, vocabulary, text);
    let (block_start, block_end) = heaviest_block(lines);
    let told = title::told(lines.get(block_start..block_end).unwrap_or_default(), vocabulary);
    let total: f32 = lines.iter().map(prose).sum::<f32>().max(1.0);

    let mut before = 0.0_f32;
    // Stamps since the page's headline, or since its top.
    let mut stamped = 0.0_f32;
    let mut since_heading: Option<usize> = None;
    let mut matches = 0_u32;
    let mut since_related: Option<usize> = None;
    let mut since_comment = false;
    for (i, (line, ((near, wide), (items, stamps)))) in lines.iter().zip(surroundings).enumerate() {
        // "34 responses to …" names the headline too.
        let says_it = heading.matches(line, vocabulary, text) && !line.marks.comment;
        if says_it && !heading.is_first(line) {
            since_heading = Some(0);
            since_related = None;
            since_comment = false;
            stamped = 0.0;
            matches += 1;
        } else if let Some(d) = since_heading.as_mut() {
            *d += 1;
        }
        let short_mark = line.marks.leads && line.words <= 6;
        if short_mark && line.marks.related {
            since_related = Some(0);
        } else if let Some(d) = since_related.as_mut() {
            *d += 1;
        }
        // "Comments", "34 responses to …".
        let counted =
            line.words <= 16 && line.span.of(text).starts_with(|c: char| c.is_ascii_digit());
        since_comment |= line.marks.comment && (short_mark || counted);

        let inside = i >= block_start && i < block_end;
        let known = title::told_share(line, inside, &told, vocabulary);
        let overlap = heading.overlap(line, vocabulary);
        let outside =
            if i < block_start { block_start - i } else { (i + 1).saturating_sub(block_end) };
        found.push([
            1.0,
            i as f32 / n as f32,
            log(i as f32) / 6.0,
            log((n - i) as f32) / 6.0,
            f32::from(u8::from(since_heading.is_some())),
            since_heading.map_or(0.0, |d| log(d as f32) / 5.0),
            f32::from(u8::from(since_heading.is_none() && heading.returns())),
            f32::from(u8::from(since_heading == Some(0))),
            (matches as f32 / 4.0).min(1.0),
            f32::from(u8::from(since_related.is_some())),
            since_related.map_or(0.0, |d| (-(d as f32) / 6.0).exp()),
            f32::from(u8::from(since_comment)),
            f32::from(u8::from(inside)),
            if inside || i < block_start { 0.0 } else { log(outside as f32) / 5.0 },
            if i < block_start { log(outside as f32) / 5.0 } else { 0.0 },
            log(near.0) / 5.0,
            log(near.1) / 5.0,
            log(near.0).min(log(near.1)) / 5.0,
            before / total,
            overlap,
            overlap * f32::from(u8::from(line.words >= 10)),
            log(total) / 8.0,
            known,
            known * f32::from(u8::from(line.words >= 14)),
            known * f32::from(u8::from(!inside)),
            log(wide.0) / 6.0,
            log(wide.1) / 6.0,
            log(wide.0).min(log(wide.1)) / 6.0,
            items.0 / 4.0,
            items.1 / 4.0,
            (stamps.0 / 3.0).min(1.0),
            (stamps.1 / 3.0).min(1.0),
            (stamps.0.min(stamps.1) / 2.0).min(1.0),
            (stamped / 6.0).min(1.0),
            f32::from(u8::from(since_comment)) * ((stamps.0 + stamps.1) / 4.0).min(1.0),
            log(near.0).min(log(near.1)) / 5.0 * item(line),
            log(wide.0).min(log(wide.1)) / 6.0 * item(line),
        ]);
        before += prose(line);
        stamped += stamp(line);
    }
    found
}

/// The run of lines, `start..end`, whose words less the cost of its short lines are most.
fn heaviest_block(lines: &[Line]) -> (usize, usize) {
    let (mut best, mut range) = (0.0, (0, 0));
    let (mut sum, mut start) = (0.0_f32, 0);
    for (i, line) in lines.iter().enumerate() {
        let worth = if line.words >= BLOCK_WORDS && line.ending != Ending::Ellipsis {
            line.words as f32
        } else {
            -BLOCK_COST
        };
        if sum <= 0.0 {
            sum = 0.0;
            start = i;
        }
        sum += worth;
        if sum > best {
            best = sum;
            range = (start, i + 1);
        }
    }
    range
}

/// How often each line of the page is there.
pub(super) fn repeats(lines: &[Line]) -> FxHashMap<u64, u32> {
    let mut counts = FxHashMap::with_capacity_and_hasher(lines.len(), Default::default());
    for line in lines {
        *counts.entry(line.key).or_insert(0) += 1;
    }
    counts
}

/// The weights of one chain.
pub(super) struct Weights {
    /// For a line's own facts, from two lines before it to two lines after it.
    pub(super) own: [[f32; OWN]; 5],
    /// For what the markup says, from one line before it to one line after it.
    pub(super) markup: [[f32; MARKUP]; 3],
    /// For its place; the first is the bias.
    pub(super) place: [f32; PLACE],
    /// Worth of staying furniture, of entering a story, of leaving it, of staying in it.
    pub(super) stay_out: f32,
    pub(super) enter: f32,
    pub(super) leave: f32,
    pub(super) stay_in: f32,
}

/// A page that somebody asks about has a story: where the path finds less than this, in words,
/// the bar is lowered step by step, a unit of log-odds each.
const LEAST_WORDS: usize = 40;
const EASES: u8 = 12;

/// Which lines belong to a story, by the best path through the page.
pub(super) fn story_lines(
    lines: &[Line],
    vocabulary: &Vocabulary,
    markup: &[[f32; MARKUP]],
    text: &str,
    weights: &Weights,
) -> Vec<bool> {
    let odds = log_odds(lines, vocabulary, markup, text, weights);
    let all: usize = lines.iter().map(|line| line.words).sum();
    let wanted = LEAST_WORDS.min(all / 2).max(1);
    let mut path = Vec::new();
    for step in 0..EASES {
        path = best_path(&odds, f32::from(step), weights);
        let kept: usize = lines.iter().zip(&path).filter(|(_, p)| **p).map(|(l, _)| l.words).sum();
        if kept >= wanted {
            break;
        }
    }
    path
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The log-odds of each line by itself.
fn log_odds(
    lines: &[Line],
    vocabulary: &Vocabulary,
    markup: &[[f32; MARKUP]],
    text: &str,
    weights: &Weights,
) -> Vec<f32> {
    let counts = repeats(lines);
    let facts: Vec<[f32; OWN]> =
        lines.iter().map(|line| own(line, counts.get(&line.key).copied().unwrap_or(1))).collect();
    places(lines, vocabulary, text)
        .iter()
        .enumerate()
        .map(|(i, place)| {
            let around: f32 = weights
                .own
                .iter()
                .enumerate()
                .filter_map(|(k, w)| Some(dot(w, facts.get((i + k).checked_sub(2)?)?)))
                .sum();
            let tags: f32 = weights
                .markup
                .iter()
                .enumerate()
                .filter_map(|(k, w)| Some(dot(w, markup.get((i + k).checked_sub(1)?)?)))
                .sum();
            dot(&weights.place, place) + around + tags
        })
        .collect()
}

/// The path of greatest sum through two states (Viterbi), ties to furniture; `ease` is added to
/// each line's log-odds.
fn best_path(odds: &[f32], ease: f32, weights: &Weights) -> Vec<bool> {
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
