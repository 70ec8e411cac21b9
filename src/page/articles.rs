//! Story lines to articles.
//!
//! In: the lines of a page and which of them are story. Out: the articles, each with its title,
//! its paragraphs and whether the page cut it short, and what became of every other line.
//! Reads no markup but what [`Hints`] carries; doesn't decide what is furniture, only overrules
//! it where a headline is printed twice or a teaser stands under one.
//!
//! A page opens an article where a line is a headline *by how the page prints it*: twice in a row,
//! with section names behind bars, with a date under it, or above a body that is cut off. A short
//! line without a full stop is no headline by itself: long stories have such lines too, their
//! section headings and captions. Between the first and the last time a page prints a story's
//! title the story evidently goes on, and nothing opens there.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::page::authors;
use crate::page::dates::{self, Days, ElementDate, Place};
use crate::page::head::Head;
use crate::page::line::{self, Ending, Line};
use crate::page::result::{Reason, Removed, Section, TextSource};
use crate::page::title;
use crate::page::vocabulary::Vocabulary;
use crate::span::Span;
use crate::text::lists::{self, Kind};

/// What the markup tells beyond the lines' facts; empty for plain text.
#[derive(Debug, Clone, Default)]
pub(super) struct Hints {
    /// The title that the head of the document states.
    pub(super) title: Option<String>,
    /// For each line, the level of the heading it is, 0 for none; empty for plain text.
    pub(super) levels: Vec<u8>,
    /// For each line, whether it is a picture's caption; empty for plain text.
    pub(super) captions: Vec<bool>,
    /// For each line, whether it is a caption, or stands in a footer or a comment; empty for plain text.
    pub(super) apart: Vec<bool>,
    /// What the head of the document states.
    pub(super) head: Head,
    /// The titles that the head states and that no line of the page holds: lines of the text, but
    /// not of the page's. What is not chosen for a title is removed.
    pub(super) head_lines: Vec<Line>,
    /// Where elements stand that hold the name of an author, in page order.
    pub(super) authors: Vec<Span>,
    /// The line from which on the text is not the page's but of its linked data.
    pub(super) given_from: Option<usize>,
    /// The dates that elements of the page state, in page order.
    pub(super) dates: Vec<ElementDate>,
    /// The page's address, where the caller or the page says it.
    pub(super) url: Option<String>,
}

/// Fewest and most words of a headline: printed twice it may be long, alone it is short.
const HEADLINE_WORDS: std::ops::RangeInclusive<usize> = 3..=40;
const DOUBLED_WORDS: std::ops::RangeInclusive<usize> = 3..=90;
/// As few and as many where nothing but the body below speaks for the headline.
const BARE_HEADLINE_WORDS: std::ops::RangeInclusive<usize> = 4..=26;
/// Fewest words of a body under a headline that the page marks as one.
const BODY_WORDS: usize = 8;
/// As few characters, where the script has no spaces.
const BODY_CHARS: usize = 12;
/// A page of so few lines has no furniture but what says so itself.
const BARE_LINES: usize = 2;
/// Most words of a line that opens like a notice ("Copyright …") and is nothing else.
const NOTICE_WORDS: usize = 14;
/// Fewest words of a cut body that makes the unmarked line above it a headline.
const CUT_BODY_WORDS: usize = 30;
/// Greatest share of words known from above in a teaser.
const KNOWN_SHARE: f32 = 0.38;
/// Lines between a headline and its body that may be dates, bylines or buttons.
const BETWEEN: usize = 4;
/// Lines above a story in which its headline is looked for.
const ABOVE: usize = 14;
/// Share of story, in words, from which a page is nothing but story.
const BARE_SHARE: f32 = 0.8;
/// Words from which a line without a sentence end is cut off rather than short.
const CUT_WORDS: usize = 12;
/// A story of more paragraphs than this is cut short only where a sentence breaks off inside it:
/// its last line may as well be a caption or a signature.
const SHORT_BODY: usize = 2;

/// How pages say that they show only the beginning; and how many characters say it at most.
static CUT_HERE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = lists::words_of(Kind::CutHere).map(|(word, _)| word.to_owned());
    let phrases = lists::phrases_of(Kind::CutHere);
    words.chain(phrases.map(|(first, phrase, _)| phrase.with(first))).collect()
});
const MORE_CHARS: usize = 24;

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Opens an article: its title stands here.
    Title,
    Story,
    Removed(Reason),
}

/// A page's articles and what was left out of them.
pub(super) fn articles(
    lines: &[Line],
    vocabulary: &Vocabulary,
    story: &[bool],
    hints: &Hints,
    text: &str,
) -> (Vec<Section>, Vec<Removed>) {
    let bare;
    let story = if story.contains(&true) {
        story
    } else {
        bare = bare_story(lines);
        &bare
    };
    let roles = roles(lines, vocabulary, story, hints, text);
    assemble(lines, &roles, hints, text)
}

/// The story lines of a page in which the line model sees none: whatever reads like prose, or all
/// of a page too small to have furniture.
fn bare_story(lines: &[Line]) -> Vec<bool> {
    let is_prose = |line: &Line| {
        // Scripts without spaces have few "words".
        let long = line.words >= BODY_WORDS || line.east_asian >= BODY_CHARS;
        long && line.ending == Ending::Sentence && !line.is_button() && !is_notice(line)
    };
    let prose: Vec<bool> = lines.iter().map(is_prose).collect();
    if prose.contains(&true) || lines.len() > BARE_LINES {
        return prose;
    }
    lines.iter().map(|line| !line.is_button() && !is_notice(line)).collect()
}

fn at<T: Copy + Default>(items: &[T], i: usize) -> T {
    items.get(i).copied().unwrap_or_default()
}

/// The role of each line.
fn roles(
    lines: &[Line],
    vocabulary: &Vocabulary,
    story: &[bool],
    hints: &Hints,
    text: &str,
) -> Vec<Role> {
    let heading = match &hints.title {
        Some(title) => title::Heading::from_title(title, lines, vocabulary, text),
        None => title::Heading::of(lines, vocabulary, text),
    };
    let says: Vec<bool> =
        lines.iter().map(|line| heading.matches(line, vocabulary, text)).collect();
    let stated = dates::date_lines(lines, text);
    // Few pages ask.
    let first_seen = LazyCell::new(|| title::first_seen(lines, vocabulary));
    let is_new = |head: usize, body: &Line| {
        lines.get(head).is_some_and(|head_line| {
            title::known_share(head_line, body, head, &first_seen, vocabulary) <= KNOWN_SHARE
        })
    };
    let spread = spreads(lines, story, text);
    let mut starts = marked_starts(lines, story, &stated, &spread, is_new, text);
    cut_teasers(lines, &stated, held(lines, &spread, 1), is_new, &mut starts, text);
    let mut is_story: Vec<bool> = story.to_vec();
    keep_bodies(lines, &stated, &starts, &mut is_story);
    fill_gaps(lines, &stated, &spread, &starts, &mut is_story);
    main_title(lines, &is_story, hints, &says, &stated, &mut starts);

    // A line that says the title is a repeat only where another says it too.
    let headings = says.iter().filter(|says| **says).count();
    let mut open = None;
    let mut roles = Vec::with_capacity(lines.len());
    for (i, line) in lines.iter().enumerate() {
        let said_before = line.same < i;
        let role = if at(&starts, i) {
            open = Some(line.same);
            Role::Title
        } else if said_before && (open == Some(line.same) || spread.contains_key(&line.same)) {
            Role::Removed(Reason::RepeatedLine)
        } else if at(&stated, i) {
            Role::Removed(Reason::DateLine)
        } else if at(&is_story, i)
            && !at(&hints.captions, i)
            && !is_notice(line)
            && !line.is_share_line()
        {
            Role::Story
        } else {
            Role::Removed(reason(
                line,
                said_before,
                headings > 1 && at(&says, i),
                at(&hints.captions, i),
            ))
        };
        roles.push(role);
    }
    roles
}

/// Why a line that is no story was removed.
fn reason(line: &Line, repeated: bool, heading: bool, caption: bool) -> Reason {
    let marks = line.marks;
    if caption {
        Reason::Caption
    } else if repeated || heading {
        Reason::RepeatedLine
    } else if marks.notice {
        Reason::Notice
    } else if marks.share {
        Reason::Share
    } else if marks.advert {
        Reason::Advert
    } else if marks.comment {
        Reason::Comments
    } else if marks.byline && line.words <= 12 {
        Reason::Byline
    } else if marks.credit {
        Reason::Caption
    } else if marks.related {
        Reason::Related
    } else if line.words <= 8 {
        Reason::Navigation
    } else {
        Reason::Other
    }
}

/// Whether a line is a short notice of rights or terms: never story, not even where the line model
/// finds little else on the page.
fn is_notice(line: &Line) -> bool {
    line.marks.notice
        && if line.marks.leads {
            line.words <= NOTICE_WORDS
        } else {
            line.words <= 8 && !line.is_sentence()
        }
}

/// A line that returns between the paragraphs of a story.
struct Spread {
    first: usize,
    last: usize,
    /// How often it returned with story in between.
    returns: u32,
}

/// The lines between which a story with a returning title goes on: from the first that returned
/// `returns` times to its last return. Empty (start after end) where there is none.
fn held(lines: &[Line], spread: &BTreeMap<usize, Spread>, returns: u32) -> (usize, usize) {
    lines
        .iter()
        .filter_map(|line| spread.get(&line.same))
        .filter(|spread| spread.returns >= returns)
        .fold((usize::MAX, 0), |(a, b), spread| (a.min(spread.first), b.max(spread.last)))
}

/// Lines that return between the paragraphs of a story, by the first that says the same. The page's
/// first line counts from its first return, others from their second: a caption may be printed
/// twice.
fn spreads(lines: &[Line], story: &[bool], text: &str) -> BTreeMap<usize, Spread> {
    let mut found: BTreeMap<usize, (usize, usize, u32)> = BTreeMap::new();
    let mut stories = 0_u32;
    let mut last_story: BTreeMap<usize, u32> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        let returning = line.repeated
            && DOUBLED_WORDS.contains(&line.words)
            && line.words >= 4
            && !line.is_button()
            && !line.address
            && line.span.of(text).starts_with(opens_headline)
            && !(line.is_sentence() && line.words > 25);
        if returning {
            // A return counts when there was story in between.
            let entry = found.entry(line.same).or_insert((i, i, 0));
            let since = last_story.insert(line.same, stories);
            if since.is_some_and(|n| n < stories) {
                entry.1 = i;
                entry.2 += 1;
            }
        } else if at(story, i) && line.words >= BODY_WORDS {
            stories += 1;
        }
    }
    found
        .into_iter()
        .filter(|(_, (first, _, returns))| *returns >= 2 || (*returns == 1 && *first == 0))
        .map(|(key, (first, last, returns))| (key, Spread { first, last, returns }))
        .collect()
}

/// Where the page itself marks a headline. `is_new` says whether a headline and a body are about
/// things that the page has not spoken of.
fn marked_starts(
    lines: &[Line],
    story: &[bool],
    stated: &[bool],
    spread: &BTreeMap<usize, Spread>,
    is_new: impl Fn(usize, &Line) -> bool,
    text: &str,
) -> Vec<bool> {
    let mut starts = vec![false; lines.len()];
    // The line up to which a story with a returning title evidently goes on.
    let mut held = 0;
    let mut skip = 0;
    // Whether there was story above.
    let mut told = false;
    // Whether the headline and the first long line from `from` are.
    let new = |head: usize, from: usize| {
        let body = lines.iter().skip(from).take(BETWEEN).find(|line| line.words >= BODY_WORDS);
        body.is_some_and(|body| is_new(head, body))
    };
    for (i, line) in lines.iter().enumerate() {
        told |= i.checked_sub(1).is_some_and(|above| at(story, above));
        if i < skip {
            continue;
        }
        if let Some(Spread { first, last, .. }) = spread.get(&line.same) {
            if *first == i
                && (i >= held || i == 0)
                && has_body(lines, story, stated, i + 1, BODY_WORDS)
            {
                if let Some(slot) = starts.get_mut(i) {
                    *slot = true;
                }
                held = held.max(*last);
            }
            continue;
        }
        if i < held || line.is_button() || at(stated, i) {
            continue;
        }
        let next = lines.get(i + 1);
        let doubled = next.is_some_and(|next| next.same == line.same)
            && DOUBLED_WORDS.contains(&line.words)
            && !(line.is_sentence() && line.inner_stops > 0)
            && !line.address
            && line.span.of(text).starts_with(opens_headline);
        let barred = HEADLINE_WORDS.contains(&line.words)
            && title::names_sections(line.span, text)
            && line.ending != Ending::Sentence
            && !line.marks.credit
            && !line.marks.notice;
        // The first date of a page stands under its own headline, which `main_title` finds.
        let dated = HEADLINE_WORDS.contains(&line.words)
            && line.words >= 4
            && !line.is_sentence()
            && !line.address
            && !is_byline(line)
            && at(stated, i + 1)
            && told
            && new(i, i + 1);
        let body_from = if doubled { i + 2 } else { i + 1 };
        let least = if doubled && barred { BODY_WORDS } else { 2 * BODY_WORDS };
        if (doubled || barred || dated) && has_body(lines, story, stated, body_from, least) {
            if let Some(slot) = starts.get_mut(i) {
                *slot = true;
            }
            skip = body_from;
        }
    }
    starts
}

/// Whether a line reads like the name of who wrote the story: hardly a word that isn't capitalised.
fn is_byline(line: &Line) -> bool {
    line.marks.byline || (line.words <= 8 && line.share(line.capitalised) >= 0.75)
}

/// Whether a body stands at `from`, dates and buttons aside: of `least` words, or fewer where the
/// line model takes it for story.
fn has_body(lines: &[Line], story: &[bool], stated: &[bool], from: usize, least: usize) -> bool {
    lines
        .iter()
        .enumerate()
        .skip(from)
        .take(BETWEEN)
        .find(|(i, line)| {
            !at(stated, *i) && !(line.words <= 6 && (line.is_button() || line.marks.byline))
        })
        .is_some_and(|(i, line)| line.words >= least || (at(story, i) && line.words >= BODY_WORDS))
}

/// What a headline begins with.
fn opens_headline(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '"' | '\'' | '“' | '‘' | '«' | '„' | '「' | '¿' | '¡' | '£' | '$' | '€' | '#'
        )
}

/// Whether a line ends with a full stop, as headlines don't (they may ask or exclaim).
fn ends_flat(line: &Line, text: &str) -> bool {
    line.ending == Ending::Sentence
        && line
            .span
            .of(text)
            .trim_end_matches(|c: char| !c.is_alphanumeric() && !line::is_stop(c))
            .ends_with(['.', '。', '۔', '।'])
}

/// The teasers whose headlines nothing marks: a headline, and one body of several sentences that
/// breaks off, about things the page has not spoken of.
///
/// A long story has pairs of lines of the same shape, a caption above a paragraph. They differ in
/// their words: a caption's names were there before. On half of our composed pages the shares of
/// known words were 0 to 0.38 for teasers, and 0.38 and more for nine in ten of the other pairs.
fn cut_teasers(
    lines: &[Line],
    stated: &[bool],
    held: (usize, usize),
    is_new: impl Fn(usize, &Line) -> bool,
    starts: &mut [bool],
    text: &str,
) {
    let mut next_opens = true;
    for i in (1..lines.len()).rev() {
        let (Some(body), Some(head)) = (lines.get(i), lines.get(i - 1)) else { continue };
        if at(starts, i) {
            next_opens = true;
            continue;
        }
        let doubled = i > 1 && lines.get(i - 2).is_some_and(|line| line.same == head.same);
        let cut = match body.ending {
            Ending::Ellipsis => true,
            Ending::Open => body.inner_stops > 0,
            // Cut at a sentence's end by chance.
            Ending::Sentence => body.inner_stops > 1 && next_opens,
            Ending::Colon => body.inner_stops > 1,
        };
        let pair = i > 1
            && cut
            && body.words >= CUT_BODY_WORDS
            && BARE_HEADLINE_WORDS.contains(&head.words)
            && head.inner_stops <= 1
            && !head.address
            && head.span.of(text).starts_with(opens_headline)
            && !ends_flat(head, text)
            && !(i > held.0 && i < held.1)
            && !head.is_button()
            && !at(stated, i - 1)
            && !at(starts, i - 1)
            && !doubled
            && is_new(i - 1, body);
        if pair && let Some(slot) = starts.get_mut(i - 1) {
            *slot = true;
        }
        // The headline comes next in this walk: as a body it is none, and it opens the next.
        next_opens = false;
    }
}

/// Under a headline, printed once or twice, the body is story whatever the line model says: teasers
/// look like furniture.
fn keep_bodies(lines: &[Line], stated: &[bool], starts: &[bool], story: &mut [bool]) {
    let mut wanted = 0;
    let mut headline = None;
    for (i, line) in lines.iter().enumerate() {
        if at(starts, i) {
            wanted = BETWEEN;
            headline = Some(line.same);
        } else if wanted > 0 && headline != Some(line.same) {
            wanted -= 1;
            if line.words >= BODY_WORDS && !at(stated, i) {
                if let Some(slot) = story.get_mut(i) {
                    *slot = true;
                }
                wanted = 0;
            }
        }
    }
}

/// Where nothing but story can be, short lines are story too: lists, headings, captions.
///
/// That is so between the first and the last time a title returns, and on a page that begins with
/// a headline and its story and is nearly all story: a scraper that lets through a menu lets it
/// through at the top.
fn fill_gaps(
    lines: &[Line],
    stated: &[bool],
    spread: &BTreeMap<usize, Spread>,
    starts: &[bool],
    story: &mut [bool],
) {
    let count = |keep: &dyn Fn(usize) -> bool| -> usize {
        lines.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, line)| line.words).sum()
    };
    let all = count(&|i| !lines.get(i).is_some_and(|l| spread.contains_key(&l.same)));
    let kept = count(&|i| at(story, i));
    let bare = story.iter().take(BETWEEN).any(|s| *s) && kept as f32 >= BARE_SHARE * all as f32;
    let held = held(lines, spread, 2);
    // The last line that story or a headline follows: below it a page has its footer.
    let end = (0..lines.len()).rev().find(|i| at(story, *i) || at(starts, *i)).unwrap_or(0);
    let begin = story.iter().position(|s| *s).unwrap_or(usize::MAX);
    for (i, line) in lines.iter().enumerate() {
        let inside = i > begin && ((bare && i < end) || (i > held.0 && i < held.1));
        if inside
            && !line.is_button()
            && !line.is_share_line()
            && !is_notice(line)
            && !at(stated, i)
            && !at(starts, i)
            && !spread.contains_key(&line.same)
            && let Some(slot) = story.get_mut(i)
        {
            *slot = true;
        }
    }
}

/// Opens the article of the first story lines where no headline has: at the page's own headline
/// above them, or the likeliest line. `says` tells which lines say the page's own headline.
fn main_title(
    lines: &[Line],
    story: &[bool],
    hints: &Hints,
    says: &[bool],
    stated: &[bool],
    starts: &mut [bool],
) {
    let first = story.iter().position(|s| *s);
    let Some(first) = first else { return };
    // A headline the line model took for story.
    let from = if at(says, first) { first + 1 } else { first };
    // A headline needs a body: a story of one line is its own.
    let told = story.iter().skip(from).any(|s| *s);
    if !told || starts.iter().take(from).any(|s| *s) {
        return;
    }
    let above = lines.get(..from).unwrap_or_default();
    let returned = says.iter().take(from).rposition(|says| *says);
    let by_level = above
        .iter()
        .enumerate()
        .rposition(|(i, line)| at(&hints.levels, i) == 1 && line.words >= 2);
    let near = || {
        above
            .iter()
            .enumerate()
            .rev()
            .take(ABOVE)
            .filter(|(i, line)| {
                HEADLINE_WORDS.contains(&line.words)
                    && line.words >= 4
                    && !line.is_sentence()
                    && !at(stated, *i)
                    && !line.is_button()
                    && !line.marks.byline
            })
            .max_by_key(|(i, line)| (line.words.min(8), *i))
            .map(|(i, _)| i)
    };
    let told_twice = hints.title.is_some() || says.iter().filter(|says| **says).nth(1).is_some();
    // Whatever says it is the headline may be short, but no paragraph; one of several sentences is
    // told by coming back.
    let headline = |i: &usize| {
        lines.get(*i).is_some_and(|line| {
            let sentences = line.ending == Ending::Sentence && line.inner_stops > 0 && !told_twice;
            line.words <= *DOUBLED_WORDS.end()
                && !(line.is_sentence() && line.words > 25)
                && !sentences
        })
    };
    let top =
        || above.first().is_some_and(|line| HEADLINE_WORDS.contains(&line.words)).then_some(0);
    let found = returned.or(by_level).or_else(near).or_else(top).filter(headline);
    if let Some(slot) = found.and_then(|i| starts.get_mut(i)) {
        *slot = true;
    }
}

/// Roles to articles.
fn assemble(
    lines: &[Line],
    roles: &[Role],
    hints: &Hints,
    text: &str,
) -> (Vec<Section>, Vec<Removed>) {
    let mut articles: Vec<Draft> = Vec::new();
    let mut removed: Vec<Removed> = Vec::new();
    for (i, (line, role)) in lines.iter().zip(roles).enumerate() {
        match role {
            Role::Title => articles.push(Draft { title: Some(i), first: None, lines: Vec::new() }),
            Role::Story => {
                if articles.is_empty() {
                    articles.push(Draft { title: None, first: None, lines: Vec::new() });
                }
                if let Some(draft) = articles.last_mut() {
                    draft.first.get_or_insert(i);
                    draft.lines.push(i);
                }
            }
            Role::Removed(reason) => {
                removed.push(Removed { span: line.span, reason: *reason });
            }
        }
    }
    // A headline without a body is furniture after all: a list of links.
    let (kept, empty): (Vec<Draft>, Vec<Draft>) =
        articles.into_iter().partition(|d| d.first.is_some());
    for line in empty.iter().filter_map(|d| lines.get(d.title?)) {
        removed.push(Removed { span: line.span, reason: Reason::Related });
    }
    let places = kept.iter().map(|draft| Place { title: draft.title, body: &draft.lines });
    let places: Vec<Place<'_>> = places.collect();
    let stated =
        dates::Stated { head: &hints.head, elements: &hints.dates, url: hints.url.as_deref() };
    let main = longest(&kept, lines);
    let days = dates::of_articles(&places, main, lines, stated, &hints.apart, text);
    let mut found = Vec::with_capacity(kept.len());
    for (draft, Days { published, modified }) in kept.iter().zip(days) {
        let title = draft.title.and_then(|i| lines.get(i)).map(|line| {
            let title = title::of_line(line, hints.title.as_deref(), text);
            for rest in
                [Span::new(line.span.start, title.start), Span::new(title.end, line.span.end)]
            {
                let rest = rest.trim(text);
                if !rest.is_empty() {
                    removed.push(Removed { span: rest, reason: Reason::TitleSuffix });
                }
            }
            title
        });
        let body: Vec<&Line> = draft.lines.iter().filter_map(|i| lines.get(*i)).collect();
        let is_main =
            main.and_then(|main| kept.get(main)).is_some_and(|it| it.first == draft.first);
        let names = authors::Stated {
            names: &hints.head.authors,
            site: hints.head.site_name.as_deref(),
            elements: &hints.authors,
        };
        let given = hints.given_from.filter(|from| draft.first.is_some_and(|first| first >= *from));
        found.push(Section {
            title,
            authors: authors::of_article(
                draft.title,
                &draft.lines,
                lines,
                is_main.then_some(names),
                text,
            ),
            site: hints.head.site_name.clone(),
            text_from: given.map(|_| TextSource::JsonLd),
            published_from: published.as_ref().map(|day| day.from),
            published: published.map(|day| day.iso),
            modified_from: modified.as_ref().map(|day| day.from),
            modified: modified.map(|day| day.iso),
            truncated: is_truncated(&body, draft, lines, text),
            paragraphs: body.iter().map(|line| line.span).collect(),
        });
    }
    let unused = hints.head_lines.iter().filter(|line| {
        !found.iter().any(|section: &Section| {
            section
                .title
                .is_some_and(|title| title.start >= line.span.start && title.end <= line.span.end)
        })
    });
    removed.extend(unused.map(|line| Removed { span: line.span, reason: Reason::OtherTitle }));
    removed.sort_by_key(|removed| removed.span);
    (found, removed)
}

/// An article being put together: indices of its lines.
struct Draft {
    title: Option<usize>,
    first: Option<usize>,
    lines: Vec<usize>,
}

/// The article with the longest body.
fn longest(drafts: &[Draft], lines: &[Line]) -> Option<usize> {
    let length = |draft: &Draft| -> usize {
        draft.lines.iter().filter_map(|i| lines.get(*i)).map(|line| line.span.len()).sum()
    };
    (0..drafts.len()).rev().max_by_key(|i| drafts.get(*i).map_or(0, length))
}

/// Whether the page cut the article short.
fn is_truncated(body: &[&Line], draft: &Draft, lines: &[Line], text: &str) -> bool {
    let Some(last) = body.last() else { return false };
    let tail = last.span.of(text).trim_end_matches(|c: char| !c.is_alphanumeric());
    let says_more = |part: &str| {
        let start = part.char_indices().rev().take(MORE_CHARS).last().map_or(0, |(at, _)| at);
        let low = part.get(start..).unwrap_or("").to_lowercase();
        CUT_HERE.iter().any(|phrase| low.ends_with(phrase))
    };
    if last.ending == Ending::Ellipsis || says_more(tail) {
        return true;
    }
    let next = draft.lines.last().and_then(|i| lines.get(i + 1));
    if body.len() <= SHORT_BODY
        && next.is_some_and(|next| {
            next.words <= 4
                && says_more(next.span.of(text).trim_end_matches(|c: char| !c.is_alphanumeric()))
        })
    {
        return true;
    }
    last.ending == Ending::Open
        && last.words >= CUT_WORDS
        && (body.len() <= SHORT_BODY || last.inner_stops > 0)
}
