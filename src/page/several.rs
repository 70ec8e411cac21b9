//! Which lines open another article.
//!
//! In: the lines of a page, which of them are story, its headline, and what the markup says. Out: of each
//! line below the headline, whether an article of its own begins there.
//! Finds no headline of the page's first article; moves no line from story to furniture.
//!
//! A page prints several articles in many ways: each headline twice, with section names behind bars,
//! with a date under it, in an element of its own, under a rule. Long stories have lines of the same
//! looks, their section headings, captions and lists; what tells them apart is that another article
//! speaks of other things. Each line that has a body below it is described by features that go by
//! name ([`OpeningFeatures`]) and scored by a network with one small hidden layer;
//! `models/recipe/pages/headlines.py` learns its weights, and `data/openings.json` has them. Time is
//! linear: what is looked at around a line is bounded.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::named::{flag, named};
use crate::page::headline::{Headline, Scene};
use crate::page::line::{Ending, Line};
use crate::page::title;
use crate::text::chars;

/// Fewest and most words of a headline; printed twice it may be longer.
const WORDS: std::ops::RangeInclusive<usize> = 2..=40;
const DOUBLED_WORDS: std::ops::RangeInclusive<usize> = 3..=90;
/// Fewest words of a body under a headline.
pub(super) const BODY_WORDS: usize = 8;
/// Lines between a headline and its body that may be dates, bylines or buttons.
pub(super) const BETWEEN: usize = 4;
/// Fewest words of a body that breaks off and makes the unmarked line above it a headline, and the
/// greatest share of words known from above in such a pair: on half of our composed pages it was 0
/// to 0.38 for teasers, and 0.38 and more for nine in ten of the other pairs.
const CUT_WORDS: usize = 30;
const KNOWN: f32 = 0.38;
/// Telling words above and below a line that are compared.
const COMPARED: usize = 150;
/// Lines in which they are looked for.
const COMPARED_LINES: usize = 40;

named! {
    /// What is known of a line that may open an article.
    pub(super) struct OpeningFeatures {
        /// Always 1.
        bias,
        /// It is printed again between paragraphs of the story below it; it stands between two such
        /// prints of another line.
        returns,
        inside_returns,
        /// It is printed twice in a row; it ends with section names behind bars; both.
        doubled,
        barred,
        doubled_barred,
        /// A date or a byline stands below it before its body; a date right above it.
        dated_below,
        byline_below,
        dated_above,
        /// A line without words stands right above it.
        rule_above,
        /// It begins with the mark of a heading in plain text; with as many as the headline.
        hash,
        same_hash,
        blank_before,
        blank_behind,
        /// It is in another article element than the story above it, and its body is too.
        other_article,
        /// It is the first line of an article element.
        first_in_article,
        /// The heading that it is.
        level_1,
        level_2,
        level_3,
        /// A heading like the headline, or below it.
        level_of_headline,
        level_below_headline,
        /// No heading below the headline is of a higher level.
        highest_level,
        /// Headings of its level, as a logarithm.
        levels_alike,
        /// The head states the page's headline.
        headline_stated,
        /// Share of the words of it and its body that the page has above; of those, names counting
        /// twice, as `title::known_share` has it; the same by sort of line.
        known,
        known_below,
        known_heading,
        known_plain,
        known_article,
        known_dated,
        /// Share of the telling words below that stand close above.
        common_near,
        common_heading,
        common_plain,
        /// Its body breaks off; stops where a sentence breaks off; ends at a sentence's end.
        cut_ellipsis,
        cut_open,
        cut_sentence,
        /// Its body is long and breaks off, and is of other things than the page above.
        new_cut,
        /// The story above it breaks off.
        above_cut,
        /// Words of the body's first line; it is story; its sentences.
        body_words,
        body_story,
        body_stops,
        body_sentence,
        /// Words of story from it to the next line that may open, and from the last to it.
        words_below,
        words_above,
        /// It is taken for story.
        story,
        words_from_4,
        words_from_8,
        words_from_14,
        words_from_25,
        sentence_end,
        question,
        colon,
        ellipsis,
        capitalised,
        shouted,
        digits,
        starts_digit,
        starts_lower,
        bullet,
        starts_quote,
        address,
        byline,
        dated,
        credit,
        button,
        notice,
        menu,
        related,
        comment,
        share,
        repeated,
        /// What the markup says of it.
        links,
        item,
        table,
        nav,
        footer,
        aside,
        figure,
        quote,
        in_related,
        in_comment,
        in_block,
        outside_article,
        outside_body,
        in_main,
        body_in_block,
        /// Lines that the page prints in the same way: how many, as a logarithm, and what they have
        /// of `known`, of `common_near`, of `other_article` and of `body_story` in the mean.
        alike,
        alike_known,
        alike_common,
        alike_article,
        alike_story,
        /// Lines that may open, as a logarithm.
        candidates,
        /// Share of the page's story above it.
        story_above,
    }
}

/// Lines that may open an article, and what is known of each.
pub(super) type Opening = (usize, OpeningFeatures<f32>);

/// A line that returns between the paragraphs of a story.
pub(super) struct Spread {
    pub(super) first: usize,
    pub(super) last: usize,
    /// How often it returned with story in between.
    pub(super) returns: u32,
}

/// Which lines open an article below the page's headline.
pub(super) fn openings(
    scene: &Scene<'_>,
    headline: Option<Headline>,
    spread: &BTreeMap<usize, Spread>,
    articles: &[u32],
    weights: &Weights,
) -> Vec<bool> {
    let mut starts = vec![false; scene.lines.len()];
    let mut skip = 0;
    for (index, known) in candidates(scene, headline, spread, articles) {
        // A long headline printed twice in a row, of things that the page has not spoken of before: too
        // few pages have one for it to be learned.
        let long = known.doubled * known.words_from_25 > 0.0;
        let twice = long && known.known <= KNOWN && known.inside_returns == 0.0;
        if index < skip || !(twice || weights.score(&known) > 0.0) {
            continue;
        }
        if let Some(slot) = starts.get_mut(index) {
            *slot = true;
        }
        skip = index + if known.doubled > 0.0 { 2 } else { 1 };
    }
    starts
}

/// The lines that may open an article below the page's headline.
pub(super) fn candidates(
    scene: &Scene<'_>,
    headline: Option<Headline>,
    spread: &BTreeMap<usize, Spread>,
    articles: &[u32],
) -> Vec<Opening> {
    let view = View::of(scene, headline, spread, articles);
    let above = headline.and_then(|headline| headline.line).map_or(0, |line| line + 1);
    let bodies: Vec<(usize, usize)> = (above..scene.lines.len())
        .filter_map(|index| Some((index, view.body(index)?)))
        .filter(|(index, _)| view.may_open(*index))
        .collect();
    let next = bodies.iter().skip(1).map(|(next, _)| *next).chain([scene.lines.len()]);
    let previous = [above].into_iter().chain(bodies.iter().map(|(index, _)| *index));
    let mut stamps = vec![0_u32; scene.vocabulary.len()];
    let around = previous.zip(next).zip(&bodies);
    let mut found: Vec<Opening> = Vec::with_capacity(bodies.len());
    for (stamp, ((previous, next), (index, body))) in (1_u32..).zip(around) {
        let mut known = view.features(*index, *body, previous, next);
        view.note_words(&mut known, *index, *body, stamp, &mut stamps);
        known.candidates = (1.0 + bodies.len() as f32).ln() / 5.0;
        found.push((*index, known));
    }
    note_alike(&mut found, scene);
    found
}

/// Notes of each line what those have in the mean that the page prints in the same way: one section of
/// a long story may be of other things, but not all of them.
fn note_alike(found: &mut [Opening], scene: &Scene<'_>) {
    let look = |(index, known): &Opening| {
        let hashes = scene.lines.get(*index).map_or(0, |line| hashes(line, scene.text));
        let marks = [known.rule_above, known.dated_below, known.dated_above, known.doubled];
        let marks = marks.map(|mark| mark > 0.0);
        (scene.levels.get(*index).copied().unwrap_or(0), hashes.min(6), known.barred > 0.0, marks)
    };
    let mut sums: BTreeMap<_, [f32; 5]> = BTreeMap::new();
    for opening in &*found {
        let OpeningFeatures { known, common_near, other_article, body_story, .. } = opening.1;
        let sum = sums.entry(look(opening)).or_default();
        let parts = [1.0, known, common_near, other_article, body_story];
        for (slot, part) in sum.iter_mut().zip(parts) {
            *slot += part;
        }
    }
    for opening in found {
        let [count, known, common, article, story] =
            sums.get(&look(opening)).copied().unwrap_or_default();
        let all = count.max(1.0);
        opening.1.alike = (1.0 + count).ln() / 3.0;
        opening.1.alike_known = known / all;
        opening.1.alike_common = common / all;
        opening.1.alike_article = article / all;
        opening.1.alike_story = story / all;
    }
}

/// The marks of a heading in plain text that a line begins with.
fn hashes(line: &Line, text: &str) -> usize {
    line.span.of(text).chars().take_while(|c| *c == '#').count()
}

/// What there is to know of a page.
struct View<'a> {
    scene: &'a Scene<'a>,
    headline: Option<&'a Line>,
    headline_level: u8,
    headline_stated: bool,
    spread: &'a BTreeMap<usize, Spread>,
    /// Up to which line a story with a returning line goes on, by line.
    held: Vec<usize>,
    /// The article element of each line.
    articles: &'a [u32],
    first_seen: Vec<usize>,
    /// Words of story above each line.
    story_words: Vec<usize>,
    /// Headings of each level below the headline.
    levels: [usize; 4],
}

impl<'a> View<'a> {
    fn of(
        scene: &'a Scene<'a>,
        headline: Option<Headline>,
        spread: &'a BTreeMap<usize, Spread>,
        articles: &'a [u32],
    ) -> Self {
        let at = headline.and_then(|headline| headline.line);
        let level = |index: usize| scene.levels.get(index).copied().unwrap_or(0);
        let mut levels = [0; 4];
        for index in at.map_or(0, |at| at + 1)..scene.lines.len() {
            if let Some(count) = levels.get_mut(usize::from(level(index))) {
                *count += 1;
            }
        }
        let mut sum = 0;
        let story_words = scene.lines.iter().enumerate().map(|(index, line)| {
            let above = sum;
            sum += if scene.is_story(index) { line.words } else { 0 };
            above
        });
        let mut lasts = vec![0; scene.lines.len()];
        for Spread { first, last, .. } in spread.values() {
            if let Some(slot) = lasts.get_mut(first + 1) {
                *slot = *last;
            }
        }
        let held = lasts.into_iter().scan(0, |most, last| {
            *most = last.max(*most);
            Some(*most)
        });
        let held = held.collect();
        let says = |stated: &str| {
            headline.is_some_and(|headline| {
                let own: Vec<_> = title::word_keys(headline.span.of(scene.text)).collect();
                let stated: Vec<_> = title::word_keys(stated).collect();
                !own.is_empty() && stated.windows(own.len()).any(|part| part == own)
            })
        };
        Self {
            scene,
            headline: at.and_then(|at| scene.lines.get(at)),
            headline_level: at.map_or(0, level),
            headline_stated: scene.head.titles.iter().any(|(_, title)| says(title)),
            spread,
            held,
            articles,
            first_seen: title::first_seen(scene.lines, scene.vocabulary),
            story_words: story_words.collect(),
            levels,
        }
    }

    /// Whether a line has the form of a headline.
    fn may_open(&self, index: usize) -> bool {
        let Some(line) = self.scene.lines.get(index) else { return false };
        let most = if self.is_doubled(index) { DOUBLED_WORDS } else { WORDS };
        let east_asian = line.east_asian >= 2 * *WORDS.start();
        (most.contains(&line.words) || east_asian)
            && !line.is_date_line()
            && !(line.is_sentence() && line.inner_stops > 1)
            && line.span.of(self.scene.text).starts_with(opens_headline)
    }

    fn is_doubled(&self, index: usize) -> bool {
        let next = self.scene.lines.get(index + 1);
        let line = self.scene.lines.get(index);
        line.zip(next).is_some_and(|(line, next)| {
            line.same == next.same && DOUBLED_WORDS.contains(&line.words)
        })
    }

    /// The first line of the body below a line, dates, buttons and the line said again aside.
    fn body(&self, index: usize) -> Option<usize> {
        let same = self.scene.lines.get(index)?.same;
        let from = index + 1 + usize::from(self.is_doubled(index));
        let mut below = self.scene.lines.iter().enumerate().skip(from).take(BETWEEN);
        let is_body = |line: &Line| {
            line.same != same
                && !line.is_date_line()
                && (line.words >= BODY_WORDS || line.east_asian >= 2 * BODY_WORDS)
        };
        below.find(|(_, line)| is_body(line)).map(|(index, _)| index)
    }

    fn article(&self, index: usize) -> u32 {
        self.articles.get(index).copied().unwrap_or(0)
    }

    fn features(
        &self,
        index: usize,
        body_at: usize,
        previous: usize,
        next: usize,
    ) -> OpeningFeatures<f32> {
        let mut known = OpeningFeatures { bias: 1.0, ..OpeningFeatures::default() };
        let lines = self.scene.lines;
        let (Some(line), Some(body)) = (lines.get(index), lines.get(body_at)) else { return known };
        self.note_print(&mut known, index, body_at, line);
        self.note_levels(&mut known, index, body_at);
        let story = |from: usize, to: usize| {
            let at =
                |index: usize| self.story_words.get(index).copied().unwrap_or_else(|| self.total());
            (1.0 + at(to).saturating_sub(at(from)) as f32).ln() / 6.0
        };
        known.words_below = story(index, next);
        known.words_above = story(previous, index);
        let above = self.story_words.get(index).copied().unwrap_or(0);
        known.story_above = above as f32 / self.total().max(1) as f32;
        known.cut_ellipsis = flag(body.ending == Ending::Ellipsis);
        known.cut_open = flag(body.ending == Ending::Open && body.inner_stops > 0);
        known.cut_sentence = flag(body.ending == Ending::Sentence && body.inner_stops > 1);
        known.body_words = (1.0 + body.words as f32).ln() / 5.0;
        known.body_story = flag(self.scene.is_story(body_at));
        known.body_stops = (body.inner_stops as f32 / 4.0).min(1.0);
        known.body_sentence = flag(body.is_sentence());
        known.story = flag(self.scene.is_story(index));
        note_form(&mut known, line, line.span.of(self.scene.text));
        if let Some(markup) = self.scene.markup.get(index) {
            known.links = markup.links;
            known.item = markup.item;
            known.table = markup.table;
            known.nav = markup.nav;
            known.footer = markup.footer;
            known.aside = markup.aside;
            known.figure = markup.figure;
            known.quote = markup.quote;
            known.in_related = markup.related;
            known.in_comment = markup.comment;
            known.in_block = markup.in_block;
            known.outside_article = markup.outside_article;
            known.outside_body = markup.outside_body;
            known.in_main = markup.main;
        }
        known.body_in_block = self.scene.markup.get(body_at).map_or(0.0, |markup| markup.in_block);
        known
    }

    /// Words of story on the page.
    fn total(&self) -> usize {
        let last = self.scene.lines.len().saturating_sub(1);
        let own = self.scene.lines.last().filter(|_| self.scene.is_story(last));
        self.story_words.last().copied().unwrap_or(0) + own.map_or(0, |line| line.words)
    }

    /// How the page prints it.
    fn note_print(
        &self,
        known: &mut OpeningFeatures<f32>,
        index: usize,
        body_at: usize,
        line: &Line,
    ) {
        let Scene { lines, text, .. } = self.scene;
        known.returns = flag(self.spread.get(&line.same).is_some_and(|it| it.first == index));
        known.inside_returns = flag(self.held.get(index).is_some_and(|last| index <= *last));
        known.doubled = flag(self.is_doubled(index));
        known.barred = flag(title::names_sections(line.span, text));
        known.doubled_barred = known.doubled * known.barred;
        let between = || lines.iter().take(body_at).skip(index + 1);
        known.dated_below = flag(between().any(Line::is_date_line));
        known.byline_below = flag(between().any(|line| line.marks.byline));
        let above = index.checked_sub(1).and_then(|above| lines.get(above));
        known.dated_above = flag(above.is_some_and(Line::is_date_line));
        known.rule_above = flag(above.is_some_and(|line| line.words + line.east_asian == 0));
        let before =
            lines.iter().take(index).rev().take(BETWEEN).find(|line| line.words >= BODY_WORDS);
        known.above_cut = flag(before.is_some_and(|line| line.ending != Ending::Sentence));
        let own = hashes(line, text);
        known.hash = flag(own > 0);
        known.same_hash =
            flag(own > 0 && self.headline.is_some_and(|line| hashes(line, text) == own));
        known.blank_before = flag(line.blank_before);
        known.blank_behind = flag(lines.get(index + 1).is_some_and(|line| line.blank_before));
    }

    /// What headings and elements it is and stands in.
    fn note_levels(&self, known: &mut OpeningFeatures<f32>, index: usize, body_at: usize) {
        let scene = self.scene;
        let level = scene.levels.get(index).copied().unwrap_or(0);
        known.level_1 = flag(level == 1);
        known.level_2 = flag(level == 2);
        known.level_3 = flag(level > 2);
        known.level_of_headline = flag(level > 0 && level == self.headline_level);
        known.level_below_headline = flag(self.headline_level > 0 && level > self.headline_level);
        let higher: usize = self.levels.iter().take(usize::from(level)).skip(1).sum();
        known.highest_level = flag(level > 0 && higher == 0);
        let alike = self.levels.get(usize::from(level)).filter(|_| level > 0);
        known.levels_alike = (1.0 + alike.copied().unwrap_or(0) as f32).ln() / 3.0;
        known.headline_stated = flag(self.headline_stated);
        let own = self.article(index);
        let told = (0..index).rev().take(COMPARED_LINES).find(|above| {
            scene.is_story(*above)
                && scene.lines.get(*above).is_some_and(|line| line.words >= BODY_WORDS)
        });
        let other = told.is_some_and(|above| self.article(above) != own);
        known.other_article = flag(own > 0 && other && self.article(body_at) == own);
        let first = index.checked_sub(1).is_none_or(|above| self.article(above) != own);
        known.first_in_article = flag(own > 0 && first);
    }

    /// What it and its body speak of.
    fn note_words(
        &self,
        known: &mut OpeningFeatures<f32>,
        index: usize,
        body_at: usize,
        stamp: u32,
        stamps: &mut [u32],
    ) {
        let Scene { lines, vocabulary, .. } = self.scene;
        let (Some(line), Some(body)) = (lines.get(index), lines.get(body_at)) else { return };
        known.known = title::known_share(line, body, index, &self.first_seen, vocabulary);
        let above = lines.iter().take(index).rev().take(COMPARED_LINES);
        let above = above.filter(|line| line.words >= BODY_WORDS);
        for word in above.flat_map(|line| vocabulary.telling(&line.said)).take(COMPARED) {
            if let Some(slot) = stamps.get_mut(word.number as usize) {
                *slot = stamp;
            }
        }
        let below = lines.iter().skip(body_at).take(COMPARED_LINES);
        let below = below.filter(|line| line.words >= BODY_WORDS);
        let (mut all, mut near, mut seen) = (0.0_f32, 0.0_f32, 0.0_f32);
        for word in below.flat_map(|line| vocabulary.telling(&line.said)).take(COMPARED) {
            all += 1.0;
            near += flag(stamps.get(word.number as usize) == Some(&stamp));
            seen += flag(self.first_seen.get(word.number as usize).is_some_and(|at| *at < index));
        }
        known.common_near = near / all.max(1.0);
        known.known_below = seen / all.max(1.0);
        let heading = flag(known.level_1 + known.level_2 + known.level_3 + known.hash > 0.0);
        known.known_heading = known.known * heading;
        known.known_plain = known.known * (1.0 - heading);
        let cut = known.cut_ellipsis.max(known.cut_open).max(known.cut_sentence);
        known.new_cut = cut * flag(body.words >= CUT_WORDS) * flag(known.known <= KNOWN);
        known.known_article = known.known * known.other_article;
        known.known_dated = known.known * known.dated_below;
        known.common_heading = known.common_near * heading;
        known.common_plain = known.common_near * (1.0 - heading);
    }
}

/// How it looks.
fn note_form(known: &mut OpeningFeatures<f32>, line: &Line, part: &str) {
    known.words_from_4 = flag(line.words >= 4);
    known.words_from_8 = flag(line.words >= 8);
    known.words_from_14 = flag(line.words >= 14);
    known.words_from_25 = flag(line.words >= 25);
    let last = part.trim_end_matches(chars::closes).chars().next_back().unwrap_or(' ');
    known.question = flag(matches!(last, '?' | '？' | '؟' | '!' | '！'));
    known.sentence_end = flag(line.ending == Ending::Sentence) * (1.0 - known.question);
    known.colon = flag(line.ending == Ending::Colon);
    known.ellipsis = flag(line.ending == Ending::Ellipsis);
    known.capitalised = line.share(line.capitalised);
    known.shouted = line.share(line.shouted);
    known.digits = (line.digits as f32 / (1.0 + line.chars as f32)).min(1.0);
    known.starts_digit = flag(part.starts_with(|c: char| c.is_numeric()));
    known.starts_lower = flag(line.starts_lower);
    known.bullet = flag(line.bullet);
    known.starts_quote = flag(line.starts_quote);
    known.address = flag(line.address);
    let marks = line.marks;
    known.byline = flag(marks.byline);
    known.dated = flag(line.dated);
    known.credit = flag(marks.credit || line.credited);
    known.button = flag(line.is_button());
    known.notice = flag(marks.notice);
    known.menu = flag(marks.menu);
    known.related = flag(marks.related || marks.advert);
    known.comment = flag(marks.comment);
    known.share = flag(marks.share);
    known.repeated = flag(line.repeated);
}

/// What a headline begins with.
pub(super) fn opens_headline(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '"' | '\'' | '“' | '‘' | '«' | '„' | '「' | '¿' | '¡' | '£' | '$' | '€' | '#' | '['
        )
}

/// Units of the hidden layer.
const HIDDEN: usize = 8;

/// What a line is scored by.
#[derive(Debug, Default)]
pub(super) struct Weights {
    direct: OpeningFeatures<f32>,
    hidden: [OpeningFeatures<f32>; HIDDEN],
    out: [f32; HIDDEN],
}

impl Weights {
    /// Above 0 for a line that opens an article.
    fn score(&self, known: &OpeningFeatures<f32>) -> f32 {
        // `x / (1 + |x|)`, for it is the same on every system.
        let bend = |x: f32| x / (1.0 + x.abs());
        let hidden = self.hidden.iter().zip(&self.out);
        let hidden = hidden.map(|(weights, out)| bend(known.dot(weights)) * out);
        known.dot(&self.direct) + hidden.sum::<f32>()
    }
}

/// The weights for a page.
pub(super) fn weights(scene: &Scene<'_>) -> &'static Weights {
    if scene.markup.is_empty() { &SHIPPED.0 } else { &SHIPPED.1 }
}

/// The file, for plain text and for HTML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    text: Part,
    html: Part,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    direct: OpeningFeatures<f32>,
    hidden: OpeningFeatures<[f32; HIDDEN]>,
    out: [f32; HIDDEN],
}

impl From<Part> for Weights {
    fn from(Part { direct, hidden, out }: Part) -> Self {
        Self { direct, hidden: hidden.columns(), out }
    }
}

/// What `data/openings.json` holds. A file that does not fit is our own mistake, which a test finds.
static SHIPPED: LazyLock<(Weights, Weights)> = LazyLock::new(|| {
    let file: Result<File, _> = serde_json::from_str(include_str!("../../data/openings.json"));
    debug_assert!(file.is_ok(), "data/openings.json does not fit");
    file.map(|File { text, html }| (text.into(), html.into())).unwrap_or_default()
});

#[cfg(test)]
mod tests {
    use super::File;

    #[test]
    fn the_shipped_weights_are_whole() {
        let file: File = serde_json::from_str(include_str!("../../data/openings.json")).unwrap();
        for part in [file.text, file.html] {
            assert!(part.out.iter().all(|weight| *weight != 0.0) && part.direct.bias != 0.0);
        }
    }
}
