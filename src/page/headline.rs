//! Which line, and which piece of it, is the page's headline.
//!
//! In: the lines of a page, which of them are story, and what the markup and the document's head say.
//! Out: the [`Headline`], or none where the page shows none: a feed's row, the body of a clean article.
//! Decides nothing about bodies, and nothing about how many articles there are.
//!
//! Lines that may be it (headings, the first lines, those above the story, those that say what the
//! head says) are cut into pieces (`pieces.rs`), each piece is described by features that go by name
//! ([`HeadlineFeatures`]), and the one of the highest score is taken, if it is higher than that of
//! there being none. A score is linear in the features; `models/recipe/pages/headlines.py` learns the
//! weights, a softmax over the candidates of each page, and `data/title.json` has them. No list of
//! sites or sections: what goes off a title is told by what the page says elsewhere.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::named::{flag, named};
use crate::page::features::MarkupFeatures;
use crate::page::head::{Head, TitleSource};
use crate::page::line::{Ending, Line};
use crate::page::pieces::{Mark, Piece, pieces};
use crate::page::title;
use crate::page::vocabulary::Vocabulary;
use crate::span::Span;
use crate::text::chars::{self, Class};
use crate::text::keyed::{Key, WordMap};
use crate::text::words;

/// Words of a candidate that are compared; a longer line is none.
const WORDS: usize = 60;
/// Lines at the top that may be the headline, and lines above the story.
const TOP_LINES: usize = 12;
const ABOVE: usize = 16;
/// Headings below the start of the story that may be it, and headings above it.
const HEADINGS: usize = 12;
/// Lines that say most words of a stated title, at most.
const SAYING: usize = 12;
/// Most words of a line of the story that opens it.
const STORY_WORDS: usize = 8;
/// Lines within which a page's story goes on.
const GAP: usize = 4;
/// Lines near a headline in which a date or a byline counts.
const NEAR: usize = 3;
/// Share of its words that a line has in common with a stated title to be a candidate.
const SAYS: f32 = 0.6;

named! {
    /// What is known of a piece of a line that may be the headline.
    pub(super) struct HeadlineFeatures {
        /// There is no headline.
        none,
        /// The heading that its line is: `h1`, `h2`, a lower one.
        level_1,
        level_2,
        level_3,
        /// The only `h1`; the first one.
        only_level_1,
        first_level_1,
        /// No heading is between it and the main run of story.
        last_heading,
        /// It says what the head states, or pieces of that, by source. Of plain text, the first
        /// line counts as what the document states.
        is_linked,
        is_open_graph,
        is_twitter,
        is_document,
        in_open_graph,
        in_document,
        /// Share of words in common with the stated title that it shares most with.
        agreement,
        agreement_level_1,
        agreement_level_2,
        agreement_plain,
        /// Share of the page's stated titles that it is or that hold it as a piece.
        stated_share,
        /// Candidates of other lines that say the same; the same of a heading among them.
        echoes,
        echoed_by_level_1,
        echoed_by_heading,
        /// It is or holds the site's name, as the head has it.
        is_site,
        site_words,
        /// Parts were left off at its start or end, by what parted them.
        cut_before_bar,
        cut_before_dash,
        cut_before_colon,
        cut_before_underscore,
        cut_behind_bar,
        cut_behind_dash,
        cut_behind_colon,
        cut_behind_underscore,
        /// Words of what was left off, as a logarithm.
        cut_words,
        /// What was left off is the site's name; is a line of its own; is repeated on the page; shares
        /// words with the story.
        cut_is_site,
        cut_is_line,
        cut_told,
        cut_most,
        /// A mark is left in it.
        marks_inside,
        bar_inside,
        /// No line of the page says it, but the head.
        head_line,
        /// Where its line stands.
        first_line,
        second_line,
        top_3,
        top_10,
        lines_above,
        /// How far it is above the first story and above the main run of story; below.
        just_above_story,
        above_story_3,
        above_story_8,
        above_story_far,
        below_story,
        just_above_main,
        above_main_3,
        above_main_8,
        below_main,
        far_below_main,
        /// Its line is taken for story.
        story,
        story_sentence,
        /// A date or a byline stands close below it; close above it.
        date_below,
        byline_below,
        date_above,
        /// Share of its telling words that the story has.
        told,
        told_long,
        /// How it looks.
        words_1,
        words_2,
        words_3,
        words_from_5,
        words_from_8,
        words_from_13,
        words_from_20,
        words_from_30,
        sentence_end,
        question,
        exclamation,
        ellipsis,
        colon_end,
        inner_stops,
        capitalised,
        shouted,
        digits,
        starts_lower,
        starts_quote,
        bullet,
        hash,
        commas,
        address,
        dated,
        date_line,
        byline,
        menu,
        share,
        notice,
        related,
        comment,
        credit,
        button,
        repeated,
        after_blank,
        before_blank,
        /// What the markup says of its line.
        links,
        nav,
        footer,
        header,
        aside,
        figure,
        form,
        item,
        in_article,
        in_main,
        in_body,
        in_story,
        in_comment,
        in_related,
        in_menu,
        in_meta,
        in_caption,
        in_hidden,
        in_block,
        outside_article,
    }
}

/// What there is to know of a page.
pub(super) struct Scene<'a> {
    pub(super) lines: &'a [Line],
    pub(super) vocabulary: &'a Vocabulary,
    /// Which lines are story.
    pub(super) story: &'a [bool],
    /// The level of the heading that each line is; empty for plain text.
    pub(super) levels: &'a [u8],
    /// What the markup says of each line; empty for plain text.
    pub(super) markup: &'a [MarkupFeatures<f32>],
    pub(super) head: &'a Head,
    /// The titles that the head states and no line says, as lines of the text.
    pub(super) head_lines: &'a [Line],
    pub(super) text: &'a str,
}

/// A page's headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Headline {
    /// The line that it stands in; none where only the head has it.
    pub(super) line: Option<usize>,
    /// It alone.
    pub(super) span: Span,
}

/// A headline that may be the page's, or `None`, and what is known of it.
#[cfg(feature = "_recipe")]
pub(super) type Candidate = (Option<Headline>, HeadlineFeatures<f32>);

impl<'a> Scene<'a> {
    /// The page's headline, and the piece of a line that is one, by these weights.
    pub(super) fn ranker(&'a self, weights: &'a HeadlineFeatures<f32>) -> Ranker<'a> {
        let (page, found) = self.found();
        Ranker { page, weights, found }
    }

    /// All that may be the page's headline, in page order, and last that there is none.
    #[cfg(feature = "_recipe")]
    pub(super) fn candidates(&'a self) -> Vec<Candidate> {
        let (page, found) = self.found();
        let known = |seen: &Seen<'_>| (Some(seen.headline()), page.features(seen));
        let none = HeadlineFeatures { none: 1.0, ..HeadlineFeatures::default() };
        found.iter().map(known).chain([(None, none)]).collect()
    }

    /// What is known of the page as a whole, and the pieces that may be its headline.
    fn found(&'a self) -> (Whole<'a>, Vec<Seen<'a>>) {
        let (stated, starts) = (Stated::of(self), self.starts());
        let likely = self.likely(&stated, starts).into_iter();
        let of_page = likely.filter_map(|at| Some((Some(at), self.lines.get(at)?)));
        let of_head = self.head_lines.iter().map(|line| (None, line));
        let found: Vec<Seen<'a>> =
            of_head.chain(of_page).flat_map(|(at, line)| self.of_line(at, line)).collect();
        (Whole::of(self, stated, starts, &found), found)
    }

    /// The pieces of a line.
    fn of_line(&self, at: Option<usize>, line: &'a Line) -> impl Iterator<Item = Seen<'a>> + '_ {
        pieces(line.span, self.text).into_iter().filter_map(move |piece| {
            let keys = keys(piece.span.of(self.text));
            // One word out of many is a section's name.
            let share = piece.span.len() as f32 / line.span.len().max(1) as f32;
            // Words of a script without spaces are guessed from the line's.
            let words = if line.east_asian > 0 {
                (line.words as f32 * share) as usize + 1
            } else {
                keys.len()
            };
            let fits = words > 1 || line.words <= STORY_WORDS / 2 || piece.is_whole();
            let seen = Seen { at, line, piece, words, keys };
            (fits && !seen.keys.is_empty() && seen.keys.len() <= WORDS).then_some(seen)
        })
    }

    fn level(&self, index: usize) -> u8 {
        self.levels.get(index).copied().unwrap_or(0)
    }

    pub(super) fn is_story(&self, index: usize) -> bool {
        self.story.get(index).copied().unwrap_or(false)
    }

    /// The lines that may be it, in page order; the story and its longest run start as told.
    fn likely(&self, stated: &Stated, (first, main): (usize, usize)) -> Vec<usize> {
        let main_top = main.saturating_sub(ABOVE);
        let (mut above, mut below, mut saying) = (0, 0, 0);
        let mut found = Vec::new();
        // The headings next to the story matter, above it.
        let headings_above =
            (0..main).rev().filter(|i| self.level(*i) > 0).take(HEADINGS).last().unwrap_or(main);
        for (index, line) in self.lines.iter().enumerate() {
            if line.words > WORDS {
                continue;
            }
            let mut wanted = index < TOP_LINES
                || (index + ABOVE >= first && index <= first)
                || (index >= main_top && index <= main);
            if self.level(index) > 0 {
                if index > main && below < HEADINGS {
                    below += 1;
                    wanted |= self.level(index) == 1 || below <= 2;
                } else if index < main && (index >= headings_above || above < HEADINGS) {
                    above += 1;
                    wanted = true;
                }
            }
            if !wanted && saying < SAYING && stated.shares(self.vocabulary.words(&line.said)) {
                saying += 1;
                wanted = true;
            }
            if wanted {
                found.push(index);
            }
        }
        found
    }

    /// Where the story begins, and where its longest run does.
    fn starts(&self) -> (usize, usize) {
        let tells = |i: &usize| {
            self.is_story(*i) && self.lines.get(*i).is_some_and(|line| line.words >= STORY_WORDS)
        };
        let all = || (0..self.lines.len()).filter(tells);
        let first = all().next().unwrap_or(self.lines.len());
        let (mut best, mut main) = (0, first);
        let (mut sum, mut start, mut last) = (0, first, first);
        for index in all() {
            if index > last + GAP {
                (sum, start) = (0, index);
            }
            last = index;
            sum += self.lines.get(index).map_or(0, |line| line.words);
            if sum > best {
                (best, main) = (sum, start);
            }
        }
        (first, main)
    }
}

/// The words of a text, as the [`Vocabulary`] keys them.
pub(super) fn keys(part: &str) -> Vec<Key> {
    title::word_keys(part).take(WORDS + 1).collect()
}

/// A candidate as it is found.
struct Seen<'a> {
    /// The number of its line, if it is of the page.
    at: Option<usize>,
    line: &'a Line,
    piece: Piece,
    words: usize,
    keys: Vec<Key>,
}

impl Seen<'_> {
    fn headline(&self) -> Headline {
        Headline { line: self.at, span: self.piece.span }
    }
}

/// What the head states, as words.
struct Stated {
    /// By source, the words and those of its pieces.
    titles: Vec<(TitleSource, Vec<Key>, Vec<Vec<Key>>)>,
    site: Vec<Key>,
}

impl Stated {
    fn of(scene: &Scene<'_>) -> Self {
        let read = |source: TitleSource, title: &str| {
            let whole = Span::new(0, title.len());
            let parts = pieces(whole, title).into_iter().skip(1);
            (source, keys(title), parts.map(|piece| keys(piece.span.of(title))).collect())
        };
        let mut titles: Vec<_> =
            scene.head.titles.iter().map(|(source, title)| read(*source, title)).collect();
        // What a browser shows is the first line of a page that was copied.
        if titles.is_empty()
            && let Some(first) = scene.lines.first().filter(|line| line.words <= WORDS)
        {
            titles.push(read(TitleSource::Document, first.span.of(scene.text)));
        }
        let site = scene.head.site_name.as_deref().map(keys).unwrap_or_default();
        Self { titles, site }
    }

    /// Whether a line says most of a stated title, or most of a line is in one.
    fn shares(&self, keys: &[Key]) -> bool {
        self.titles.iter().any(|(_, title, _)| overlap(keys, title) >= SAYS)
    }
}

/// Words that both have, of those that either has.
pub(super) fn overlap(one: &[Key], other: &[Key]) -> f32 {
    if one.is_empty() || other.is_empty() || one.len() > WORDS || other.len() > WORDS {
        return 0.0;
    }
    let both = one.iter().filter(|key| other.contains(key)).count() as f32;
    let back = other.iter().filter(|key| one.contains(key)).count() as f32;
    (both + back) / (one.len() + other.len()) as f32
}

/// What is known of a page as a whole.
struct Whole<'a> {
    scene: &'a Scene<'a>,
    stated: Stated,
    /// Of the words of each candidate: the lines with a piece that says just them.
    said: WordMap<Vec<Key>, Vec<usize>>,
    /// Lines by all their words, to know what was left off as a line of its own.
    alone: WordMap<&'a [Key], usize>,
    told: Vec<u32>,
    first: usize,
    main: usize,
    level_1: Vec<usize>,
    /// The last heading above the main run of story.
    last_heading: Option<usize>,
}

/// What tells a page's headlines.
pub(super) struct Ranker<'a> {
    page: Whole<'a>,
    weights: &'a HeadlineFeatures<f32>,
    found: Vec<Seen<'a>>,
}

impl Ranker<'_> {
    /// The page's headline, among the lines above `limit`. Where several say it, the lowest above the
    /// story.
    pub(super) fn headline(&self, limit: usize) -> Option<Headline> {
        let found = self.found.iter().filter(|seen| seen.at.is_none_or(|at| at < limit));
        let scored = found.map(|seen| (seen, self.score(seen)));
        // The first of equals.
        let best = scored.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let (best, _) = best.filter(|(_, score)| *score > self.weights.none)?;
        // A headline that returns between paragraphs is the one above the first of them.
        let main = if best.at.is_some_and(|at| at < self.page.first) {
            self.page.first
        } else {
            self.page.main
        };
        let says = |seen: &&Seen<'_>| seen.keys == best.keys && seen.at.is_some_and(|at| at < main);
        let level = |seen: &Seen<'_>| seen.at.map_or(0, |at| self.page.scene.level(at));
        let above = best.at.is_none_or(|at| at < main && level(best) == 0);
        let lowest = self.found.iter().filter(says).max_by_key(|seen| (level(seen) == 1, seen.at));
        Some(lowest.filter(|_| above).unwrap_or(best).headline())
    }

    /// The piece of line `index` that is its headline most likely.
    pub(super) fn in_line(&self, index: usize) -> Option<Span> {
        let scene = self.page.scene;
        let line = scene.lines.get(index)?;
        let scored =
            scene.of_line(Some(index), line).map(|seen| (seen.piece.span, self.score(&seen)));
        let best = scored.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(span, _)| span)
    }

    fn score(&self, seen: &Seen<'_>) -> f32 {
        self.page.features(seen).dot(self.weights)
    }
}

impl<'a> Whole<'a> {
    fn of(
        scene: &'a Scene<'a>,
        stated: Stated,
        (first, main): (usize, usize),
        found: &[Seen<'a>],
    ) -> Self {
        let mut said: WordMap<Vec<Key>, Vec<usize>> = WordMap::default();
        for (seen, at) in found.iter().filter_map(|seen| Some((seen, seen.at?))) {
            let lines = said.entry(seen.keys.clone()).or_default();
            if lines.last() != Some(&at) {
                lines.push(at);
            }
        }
        let mut alone = WordMap::default();
        for line in scene.lines.iter().filter(|line| line.words <= WORDS) {
            *alone.entry(scene.vocabulary.words(&line.said)).or_insert(0) += 1;
        }
        let headings = || (0..scene.lines.len()).filter(|i| scene.level(*i) > 0);
        let story = scene.lines.iter().enumerate().filter(|(index, _)| scene.is_story(*index));
        let told = title::told(story.map(|(_, line)| line), scene.vocabulary);
        Self {
            scene,
            stated,
            said,
            alone,
            told,
            first,
            main,
            level_1: headings().filter(|i| scene.level(*i) == 1).collect(),
            last_heading: headings().take_while(|i| *i < main).last(),
        }
    }

    /// Share of the telling words of a piece that the story has; lines that are story themselves
    /// do not count.
    fn told(&self, keys: &[Key], own: bool) -> f32 {
        let numbers = keys.iter().filter_map(|key| self.scene.vocabulary.number(*key));
        let counts = numbers.map(|number| self.told.get(number as usize).copied().unwrap_or(0));
        let (mut all, mut known) = (0.0_f32, 0.0_f32);
        for count in counts {
            all += 1.0;
            known += flag(count > u32::from(own));
        }
        known / all.max(1.0)
    }

    fn features(&self, seen: &Seen<'_>) -> HeadlineFeatures<f32> {
        let Seen { at, line, piece, words, keys } = seen;
        let scene = self.scene;
        let mut known = HeadlineFeatures::default();
        self.note_statements(&mut known, *at, keys);
        self.note_cuts(&mut known, piece, line);
        known.head_line = flag(at.is_none());
        if let Some(index) = *at {
            self.note_place(&mut known, index, line);
        }
        let own = at.is_some_and(|index| scene.is_story(index));
        known.told = self.told(keys, own);
        known.told_long = known.told * flag(*words >= 5);
        note_form(&mut known, line, piece.span.of(scene.text), *words);
        if let Some(markup) = at.and_then(|index| scene.markup.get(index)) {
            note_markup(&mut known, markup);
        }
        known
    }

    /// What the head and other lines say of it.
    fn note_statements(&self, known: &mut HeadlineFeatures<f32>, at: Option<usize>, keys: &[Key]) {
        let level = at.map_or(0, |index| self.scene.level(index));
        known.level_1 = flag(level == 1);
        known.level_2 = flag(level == 2);
        known.level_3 = flag(level > 2);
        known.only_level_1 = flag(level == 1 && self.level_1.len() == 1);
        known.first_level_1 = flag(at.is_some() && self.level_1.first().copied() == at);
        known.last_heading = flag(at.is_some() && self.last_heading == at);
        let titles = &self.stated.titles;
        for (source, title, parts) in titles {
            let whole = flag(title == keys);
            let part = flag(parts.iter().any(|part| part == keys));
            match source {
                TitleSource::LinkedData => known.is_linked = whole,
                TitleSource::OpenGraph => {
                    (known.is_open_graph, known.in_open_graph) = (whole, part)
                }
                TitleSource::Twitter => known.is_twitter = whole,
                TitleSource::Document => (known.is_document, known.in_document) = (whole, part),
            }
            known.stated_share += whole.max(part) / titles.len() as f32;
            known.agreement = known.agreement.max(overlap(keys, title));
            let overlaps = parts.iter().map(|part| overlap(keys, part));
            known.agreement = overlaps.fold(known.agreement, f32::max);
        }
        known.agreement_level_1 = known.agreement * known.level_1;
        known.agreement_level_2 = known.agreement * known.level_2;
        known.agreement_plain = known.agreement * flag(level == 0);
        let others = self.said.get(keys).into_iter().flatten().filter(|other| Some(**other) != at);
        let levels = others.map(|other| self.scene.level(*other));
        let (count, best) = levels.fold((0_u8, 0), |(count, best), level| {
            (
                count.saturating_add(1),
                if level > 0 && (best == 0 || level < best) { level } else { best },
            )
        });
        known.echoes = f32::from(count.min(3)) / 3.0;
        known.echoed_by_level_1 = flag(best == 1);
        known.echoed_by_heading = flag(best > 1);
        let site = &self.stated.site;
        known.is_site = flag(!site.is_empty() && site == keys);
        known.site_words = overlap(keys, site);
    }

    /// What was left off at its ends.
    fn note_cuts(&self, known: &mut HeadlineFeatures<f32>, piece: &Piece, line: &Line) {
        let text = self.scene.text;
        let is =
            |side: &Option<(Mark, Span)>, wanted| flag(side.is_some_and(|(it, _)| it == wanted));
        known.cut_before_bar = is(&piece.before, Mark::Bar);
        known.cut_before_dash = is(&piece.before, Mark::Dash);
        known.cut_before_colon = is(&piece.before, Mark::Colon);
        known.cut_before_underscore = is(&piece.before, Mark::Underscore);
        known.cut_behind_bar = is(&piece.behind, Mark::Bar);
        known.cut_behind_dash = is(&piece.behind, Mark::Dash);
        known.cut_behind_colon = is(&piece.behind, Mark::Colon);
        known.cut_behind_underscore = is(&piece.behind, Mark::Underscore);
        let before = Span::new(line.span.start, piece.span.start);
        let behind = Span::new(piece.span.end, line.span.end);
        let cut: usize = [before, behind].iter().map(|it| words::count(it.of(text))).sum();
        let kept = words::count(piece.span.of(text));
        known.cut_words = (1.0 + cut as f32).ln() / 2.0;
        known.cut_most = flag(cut > kept);
        for (_, part) in [piece.before, piece.behind].into_iter().flatten() {
            let keys = keys(part.of(text));
            let site = &self.stated.site;
            known.cut_is_site += flag(!site.is_empty() && overlap(&keys, site) >= 0.75);
            known.cut_is_line += flag(self.alone.contains_key(keys.as_slice()));
            known.cut_told += self.told(&keys, false);
        }
        let inside = pieces(Span::new(0, piece.span.len()), piece.span.of(text));
        known.marks_inside = flag(inside.len() > 1);
        let bar = |it: &Piece| matches!(it.behind, Some((Mark::Bar | Mark::Underscore, _)));
        known.bar_inside = flag(inside.iter().any(bar));
    }

    /// Where it stands.
    fn note_place(&self, known: &mut HeadlineFeatures<f32>, index: usize, line: &Line) {
        let scene = self.scene;
        known.first_line = flag(index == 0);
        known.second_line = flag(index == 1);
        known.top_3 = flag(index < 3);
        known.top_10 = flag(index < 10);
        known.lines_above = (1.0 + index as f32).ln() / 6.0;
        let first = self.first.saturating_sub(index);
        known.just_above_story = flag(first == 1);
        known.above_story_3 = flag((1..=3).contains(&first));
        known.above_story_8 = flag((1..=8).contains(&first));
        known.above_story_far = (1.0 + first as f32).ln() / 5.0;
        known.below_story = flag(index > self.first);
        let main = self.main.saturating_sub(index);
        known.just_above_main = flag(main == 1);
        known.above_main_3 = flag((1..=3).contains(&main));
        known.above_main_8 = flag((1..=8).contains(&main));
        known.below_main = flag(index > self.main);
        known.far_below_main = flag(index > self.main + GAP);
        known.story = flag(scene.is_story(index));
        known.story_sentence = known.story * flag(line.ending == Ending::Sentence);
        let near = |found: &dyn Fn(&Line) -> bool| {
            let below = scene.lines.iter().skip(index + 1).take(NEAR);
            flag(below.take_while(|line| line.words <= 2 * STORY_WORDS).any(found))
        };
        known.date_below = near(&Line::is_date_line);
        known.byline_below = near(&|line: &Line| line.marks.byline);
        let mut above = scene.lines.iter().take(index).rev().take(2);
        known.date_above = flag(above.any(Line::is_date_line));
        let next = scene.lines.get(index + 1);
        known.before_blank = flag(next.is_none_or(|next| next.blank_before));
    }
}

/// How it looks. What is no property of the piece alone is that of its line.
fn note_form(known: &mut HeadlineFeatures<f32>, line: &Line, part: &str, words: usize) {
    known.words_1 = flag(words <= 1);
    known.words_2 = flag(words == 2);
    known.words_3 = flag(words == 3);
    known.words_from_5 = flag(words >= 5);
    known.words_from_8 = flag(words >= 8);
    known.words_from_13 = flag(words >= 13);
    known.words_from_20 = flag(words >= 20);
    known.words_from_30 = flag(words >= 30);
    let last = part.trim_end_matches(chars::closes).chars().next_back().unwrap_or(' ');
    known.question = flag(matches!(last, '?' | '？' | '؟'));
    known.exclamation = flag(matches!(last, '!' | '！'));
    let stop = chars::is_stop(last) && known.question + known.exclamation == 0.0;
    let ellipsis = chars::is(last, Class::ELLIPSIS) || part.ends_with("...");
    known.ellipsis = flag(ellipsis);
    known.sentence_end = flag(stop && !ellipsis);
    known.colon_end = flag(chars::is(last, Class::COLON));
    known.inner_stops = (line.inner_stops as f32 / 3.0).min(1.0);
    known.capitalised = line.share(line.capitalised);
    known.shouted = line.share(line.shouted);
    known.digits = (line.digits as f32 / (1.0 + line.chars as f32)).min(1.0);
    let first = part.chars().next().unwrap_or(' ');
    known.starts_lower = flag(first.is_lowercase());
    known.starts_quote = flag(chars::opens_quotation(first));
    known.bullet = flag(line.bullet);
    known.hash = flag(first == '#');
    known.commas = (line.commas as f32 / 4.0).min(1.0);
    known.address = flag(line.address);
    known.dated = flag(line.dated);
    known.date_line = flag(line.is_date_line());
    let marks = line.marks;
    known.byline = flag(marks.byline);
    known.menu = flag(marks.menu);
    known.share = flag(marks.share);
    known.notice = flag(marks.notice);
    known.related = flag(marks.related || marks.advert);
    known.comment = flag(marks.comment);
    known.credit = flag(marks.credit || line.credited);
    known.button = flag(line.is_button());
    known.repeated = flag(line.repeated);
    known.after_blank = flag(line.blank_before);
}

/// What the markup says.
fn note_markup(known: &mut HeadlineFeatures<f32>, markup: &MarkupFeatures<f32>) {
    known.links = markup.links;
    known.nav = markup.nav;
    known.footer = markup.footer;
    known.header = markup.header;
    known.aside = markup.aside;
    known.figure = markup.figure;
    known.form = markup.form;
    known.item = markup.item;
    known.in_article = markup.article;
    known.in_main = markup.main;
    known.in_body = markup.body;
    known.in_story = markup.story;
    known.in_comment = markup.comment;
    known.in_related = markup.related;
    known.in_menu = markup.menu;
    known.in_meta = markup.meta;
    known.in_caption = markup.caption;
    known.in_hidden = markup.hidden;
    known.in_block = markup.in_block;
    known.outside_article = markup.outside_article;
}

/// The shipped weights, for plain text and for HTML.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    text: HeadlineFeatures<f32>,
    html: HeadlineFeatures<f32>,
}

/// The weights for a page.
pub(super) fn weights(scene: &Scene<'_>) -> &'static HeadlineFeatures<f32> {
    if scene.markup.is_empty() { &SHIPPED.text } else { &SHIPPED.html }
}

/// What `data/title.json` holds. A file that does not fit is our own mistake, which a test finds.
static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    let weights = serde_json::from_str(include_str!("../../data/title.json"));
    debug_assert!(weights.is_ok(), "data/title.json {weights:?}");
    weights.unwrap_or_default()
});

#[cfg(test)]
mod tests {
    use super::Weights;

    #[test]
    fn the_shipped_weights_are_whole() {
        let weights: Weights = serde_json::from_str(include_str!("../../data/title.json")).unwrap();
        assert!(weights.text.none != 0.0 && weights.html.level_1 > 0.0);
    }
}
