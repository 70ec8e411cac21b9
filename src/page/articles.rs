//! Story lines to articles.
//!
//! In: the lines of a page and which of them are story. Out: the articles, each with its title,
//! its paragraphs and whether the page cut it short, and what became of every other line.
//! Reads no markup but what [`Hints`] carries; doesn't decide what is furniture, only overrules
//! it where a headline is printed twice or a teaser stands under one.
//!
//! Which line is the headline is decided in `headline.rs`, which ones open another article in
//! `several.rs`. Between the first and the last time a page prints a story's title the story evidently
//! goes on. No body stands above its headline, and the lead below it is never lost.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::page::authors;
use crate::page::dates::{self, Days, ElementDate, Place};
use crate::page::deck;
use crate::page::features::MarkupFeatures;
use crate::page::head::Head;
use crate::page::headline::{self, Headline, Ranker, Scene};
use crate::page::line::{Ending, Line};
use crate::page::result::{Reason, Removed, Section, TextSource};
use crate::page::several::{self, BETWEEN, BODY_WORDS, Spread, opens_headline};
use crate::page::title;
use crate::page::vocabulary::Vocabulary;
use crate::span::Span;
use crate::text::lists::{self, Kind};

/// What the markup tells beyond the lines' facts; empty for plain text.
#[derive(Debug, Clone, Default)]
pub(super) struct Hints {
    /// For each line, the level of the heading it is, 0 for none; empty for plain text.
    pub(super) levels: Vec<u8>,
    /// For each line, why its markup leaves it out, if it does; empty for plain text.
    pub(super) left_out: Vec<Option<Reason>>,
    /// For each line, whether the class of its element calls it a deck; empty for plain text.
    pub(super) decks: Vec<bool>,
    /// For each line, the number of the article element it is in, 0 for none; empty for plain text.
    pub(super) articles: Vec<u32>,
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

impl Hints {
    /// What there is to know of the page that these are of.
    pub(super) fn scene<'a>(
        &'a self,
        lines: &'a [Line],
        vocabulary: &'a Vocabulary,
        story: &'a [bool],
        markup: &'a [MarkupFeatures<f32>],
        text: &'a str,
    ) -> Scene<'a> {
        let Self { levels, head, head_lines, .. } = self;
        Scene { lines, vocabulary, story, levels, markup, head, head_lines, text }
    }
}

const DOUBLED_WORDS: std::ops::RangeInclusive<usize> = 3..=90;
/// As few characters, where the script has no spaces.
const BODY_CHARS: usize = 12;
/// Words from which a line of HTML that a story said before is the same paragraph, printed twice: for
/// small screens and for wide ones, or under the headline and in the text.
const PARAGRAPH_WORDS: usize = 8;
/// A page of so few lines has no furniture but what says so itself.
const BARE_LINES: usize = 2;
/// Most words of a line that opens like a notice ("Copyright …") and is nothing else.
const NOTICE_WORDS: usize = 14;
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

/// Articles of a page whose titles are told piece by piece, at most.
const RANKED_TITLES: usize = 200;
/// Lines below a headline in which its lead stands.
const LEAD_LINES: usize = 10;

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
    markup: &[MarkupFeatures<f32>],
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
    let scene = hints.scene(lines, vocabulary, story, markup, text);
    let ranker = scene.ranker(headline::weights(&scene));
    let headline = main_headline(&scene, &ranker);
    let roles = roles(&scene, hints, headline);
    // Of a page with more articles than anybody prints, bars part the names from the titles.
    let few = roles.iter().filter(|role| **role == Role::Title).count() <= RANKED_TITLES;
    let title = |index: usize| match headline {
        Some(headline) if headline.line == Some(index) => Some(headline.span),
        _ if few => ranker.in_line(index),
        _ => lines.get(index).map(|line| title::strip(line.span, text)),
    };
    // A headline that no line says is that of the page's one article.
    let of_head = headline.filter(|it| it.line.is_none()).map(|it| it.span);
    assemble(&scene, &roles, hints, of_head, title)
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
fn roles(scene: &Scene<'_>, hints: &Hints, headline: Option<Headline>) -> Vec<Role> {
    let Scene { lines, vocabulary, story, text, .. } = *scene;
    let heading = headline.map_or_else(title::Heading::default, |headline| {
        title::Heading::from_title(headline.span.of(text), lines, vocabulary, text)
    });
    let says: Vec<bool> =
        lines.iter().map(|line| heading.matches(line, vocabulary, text)).collect();
    let stated = dates::date_lines(lines, text);
    let spread = spreads(lines, story, text);
    let mut starts =
        several::openings(scene, headline, &spread, &hints.articles, several::weights(scene));
    let mut is_story: Vec<bool> = story.to_vec();
    keep_bodies(lines, &stated, &starts, &mut is_story);
    fill_gaps(lines, &stated, &spread, &starts, &mut is_story);
    main_title(lines, headline, &mut starts, &mut is_story);
    keep_leads(scene, hints, &starts, &mut is_story);

    let counts_comments =
        |line: &Line| line.ending != Ending::Sentence && line.counts_comments(text);
    // A date that states no day of publication, above a paragraph, is a timeline's.
    let is_entry = |i: usize| {
        let dated = lines.get(i).is_some_and(Line::is_date_line) && !at(&stated, i);
        dated && at(&is_story, i + 1)
    };
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
        } else if line.words + line.east_asian == 0 {
            // A rule, an ornament.
            Role::Removed(Reason::Other)
        } else if said_before
            && line.words >= PARAGRAPH_WORDS
            && !scene.markup.is_empty()
            && roles.get(line.same) == Some(&Role::Story)
        {
            Role::Removed(Reason::RepeatedLine)
        } else if let Some(reason) = at(&hints.left_out, i) {
            Role::Removed(reason)
        } else if is_entry(i) || (at(&is_story, i) && !line.of_file && !counts_comments(line)) {
            Role::Story
        } else {
            Role::Removed(reason(line, said_before || (headings > 1 && at(&says, i))))
        };
        roles.push(role);
    }
    roles
}

/// Why a line that is no story was removed.
fn reason(line: &Line, repeated: bool) -> Reason {
    let marks = line.marks;
    if repeated {
        Reason::RepeatedLine
    } else if marks.notice {
        Reason::Notice
    } else if marks.share {
        Reason::Share
    } else if marks.advert {
        Reason::Advert
    } else if marks.comment {
        Reason::Comments
    } else if line.is_byline() {
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

/// Whether a line is a short notice of rights or terms, or of the file rather than of its text: no story
/// even where the line model finds little else on the page.
fn is_notice(line: &Line) -> bool {
    let short = if line.marks.leads {
        line.words <= NOTICE_WORDS
    } else {
        line.words <= 8 && !line.is_sentence()
    };
    line.of_file || (line.marks.notice && short)
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

/// Between the first and the last time a title returns, short lines are story too: lists, headings,
/// captions.
fn fill_gaps(
    lines: &[Line],
    stated: &[bool],
    spread: &BTreeMap<usize, Spread>,
    starts: &[bool],
    story: &mut [bool],
) {
    let (first, last) = held(lines, spread, 2);
    let begin = story.iter().position(|story| *story).unwrap_or(usize::MAX).max(first);
    for (i, line) in lines.iter().enumerate().take(last).skip(begin.saturating_add(1)) {
        let furniture =
            line.is_byline() || line.is_button() || line.is_share_line() || is_notice(line);
        if !furniture
            && !at(stated, i)
            && !at(starts, i)
            && !spread.contains_key(&line.same)
            && let Some(slot) = story.get_mut(i)
        {
            *slot = true;
        }
    }
}

/// The page's headline. One with most of the story above it would be in the midst of its article:
/// then it is looked for above the story.
fn main_headline(scene: &Scene<'_>, ranker: &Ranker<'_>) -> Option<Headline> {
    let Some(headline) = ranker.headline(usize::MAX) else { return only_headline(scene) };
    let line = headline.line.unwrap_or(0);
    let words = |(_, line): (usize, &Line)| line.words;
    let story = || scene.lines.iter().enumerate().filter(|(index, _)| scene.is_story(*index));
    let above: usize = story().take_while(|(index, _)| *index < line).map(words).sum();
    if 2 * above <= story().map(words).sum() {
        return Some(headline);
    }
    ranker.headline(story().next().map_or(0, |(index, _)| index))
}

/// The first line of a page without other signs of a headline, if it stands apart above the first
/// paragraph and has the form of one.
fn only_headline(scene: &Scene<'_>) -> Option<Headline> {
    let [first, second, ..] = scene.lines else { return None };
    let above = second.blank_before
        && scene.is_story(1)
        && title::stands_above(first.span.of(scene.text), second.span.of(scene.text));
    let plain = !first.marks.byline && !first.is_date_line() && !first.is_button();
    (above && plain).then_some(Headline { line: Some(0), span: first.span })
}

/// Opens the article of the page's headline there. What the line model takes for story above it is
/// none, but a notice or the blurb of a site.
fn main_title(lines: &[Line], headline: Option<Headline>, starts: &mut [bool], story: &mut [bool]) {
    let first = headline.and_then(|headline| headline.line);
    // A headline needs a body: a story of one line is its own.
    let first = first.filter(|line| story.iter().skip(line + 1).any(|s| *s));
    if let Some(line) = first {
        if let Some(slot) = starts.get_mut(line) {
            *slot = true;
        }
        story.iter_mut().take(line).for_each(|slot| *slot = false);
    } else if let Some(first) = starts.iter().position(|start| *start) {
        // A few words above the first headline are a label.
        let above = lines.iter().zip(&*story).take(first).filter(|(_, story)| **story);
        if above.map(|(line, _)| line.words).sum::<usize>() < BODY_WORDS {
            story.iter_mut().take(first).for_each(|slot| *slot = false);
        }
    }
}

/// Takes the deck and the lead between each headline and its story for story, whatever the line
/// model says: they stand among bylines, pictures and buttons.
fn keep_leads(scene: &Scene<'_>, hints: &Hints, starts: &[bool], story: &mut [bool]) {
    for title in (0..scene.lines.len()).filter(|i| at(starts, *i)) {
        let below = scene.lines.iter().enumerate().skip(title + 1).take(LEAD_LINES);
        for (index, line) in below {
            if at(story, index) || at(starts, index) {
                break;
            }
            let reads = line.words >= BODY_WORDS && line.is_sentence() && !line.is_date_line();
            let marks = line.marks;
            let speaks = !(line.is_button() || marks.notice || marks.credit || line.credited)
                && !(marks.byline || marks.share || marks.comment || marks.advert || marks.related);
            let markup = scene.markup.get(index).copied().unwrap_or_default();
            let aside = markup.nav + markup.footer + markup.aside + markup.form + markup.figure;
            let aside = aside + markup.comment + markup.related + markup.advert + markup.menu;
            let aside = aside + markup.signup + markup.hidden + markup.share + markup.link_line;
            if reads
                && speaks
                && aside == 0.0
                && at(&hints.left_out, index).is_none()
                && let Some(slot) = story.get_mut(index)
            {
                *slot = true;
            }
        }
        let deck = deck::find(scene, &hints.decks, title, |i| at(&hints.left_out, i).is_some());
        // A deck that the lead says again would be told twice.
        let again = |deck: usize| {
            let line = scene.lines.get(deck).filter(|line| line.repeated);
            line.is_some_and(|line| {
                let mut below = scene.lines.iter().skip(deck + 1).take(LEAD_LINES);
                below.any(|other| other.same == line.same)
            })
        };
        if let Some(deck) = deck
            && let Some(slot) = story.get_mut(deck)
        {
            *slot = !again(deck);
        }
    }
}

/// Roles to articles.
fn assemble(
    scene: &Scene<'_>,
    roles: &[Role],
    hints: &Hints,
    of_head: Option<Span>,
    title_of: impl Fn(usize) -> Option<Span>,
) -> (Vec<Section>, Vec<Removed>) {
    let Scene { lines, text, .. } = *scene;
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
        let line = draft.title.and_then(|i| {
            let line = lines.get(i)?;
            // A line of no piece that may be a title is one as a whole.
            Some((line, title_of(i).unwrap_or(line.span)))
        });
        // Of a headline that only the head has, the line is one of the head's.
        let of_head = || {
            let title = of_head.filter(|_| draft.title.is_none() && kept.len() == 1)?;
            let line = hints.head_lines.iter().find(|line| line.span.contains(title))?;
            Some((line, title))
        };
        let title = line.or_else(of_head).map(|(line, title)| {
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
        let deck = draft.title.and_then(|title| {
            deck::find(scene, &hints.decks, title, |i| at(&hints.left_out, i).is_some())
        });
        // A deck has a story below it.
        let deck = deck.filter(|deck| draft.first == Some(*deck) && draft.lines.len() > 1);
        found.push(Section {
            title,
            deck: deck.and_then(|deck| Some(lines.get(deck)?.span)),
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
    let titles = || found.iter().filter_map(|section: &Section| section.title);
    let unused =
        hints.head_lines.iter().filter(|line| !titles().any(|title| line.span.contains(title)));
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

/// The lines that may open an article, and what is known of each: what the recipe learns from.
#[cfg(feature = "_recipe")]
pub(super) fn openings(scene: &Scene<'_>, hints: &Hints) -> Vec<several::Opening> {
    let headline = main_headline(scene, &scene.ranker(headline::weights(scene)));
    let spread = spreads(scene.lines, scene.story, scene.text);
    several::candidates(scene, headline, &spread, &hints.articles)
}
