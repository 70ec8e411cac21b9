//! A page's dates to the days on which its articles were published and changed.
//!
//! In: the lines of a page, where its articles stand among them, and what the markup states. Out: of
//! each article, the day of publication and that of the last change, each with its source; and which
//! lines are there to state a date.
//! A day counts by where it is stated: by the article's own linked data, by the head, by an element
//! or a line at the article's headline. A day that the story tells of is none, nor is one of a menu, a
//! box, a comment or a footer. Where only custom tells the day from the month, the page's language or
//! its other dates decide, else nothing does: a missing date is better than a wrong one.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::language;
use crate::page::head::{Day, Head};
use crate::page::line::{Ending, Line};
use crate::page::result::DateSource;
use crate::text::calendar::{self, Mention, Order};
use crate::text::chars;

/// Lines above the headline of the page's first article that may date it.
const ABOVE: usize = 4;
/// Lines below a story that may date it.
const BELOW: usize = 4;
/// Lines of a story, past its first, above which a date may stand.
const BETWEEN: usize = 4;
/// A line that says what its date is may stand so many lines below a story, or before this of its
/// paragraphs.
const SAID_BELOW: usize = 12;
const SAID_AMONG: usize = 4;
/// A longer line is about other things than its date, in words.
const MOST_WORDS: usize = 40;
/// As many words beside its date a line may have that does not say what the date is.
const OTHER_WORDS: usize = 6;
/// The longest line that only says what the date below it is, in words.
const LABEL_WORDS: usize = 3;
/// Fewest words of a sentence between two dates of a timeline.
const TOLD_WORDS: usize = 5;
/// Fewest dates of one.
const TIMELINE: usize = 2;
/// The time zone farthest from Greenwich, in hours.
const MOST_OFFSET_HOURS: u8 = 14;
/// The longest line that holds a date of two readings and nothing else, in words.
const BARE_WORDS: usize = 5;
/// How much of a page without a stated language is read to tell it, in bytes.
const SAMPLE_BYTES: usize = 4_000;

/// A date that an element of the page states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ElementDate {
    /// The line in which it stands, or the next.
    pub(super) line: usize,
    /// As it is written for machines; empty where only its text says it.
    pub(super) value: String,
    /// What its attributes say that it is.
    pub(super) day: Option<Day>,
    /// Whether it is a property of what the page describes.
    pub(super) property: bool,
    /// Whether it stands in a menu, a box, a comment, a footer.
    pub(super) elsewhere: bool,
}

/// A day, and where it is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) iso: String,
    pub(super) from: DateSource,
}

/// The days of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) published: Option<Dated>,
    pub(super) modified: Option<Dated>,
}

/// Where an article stands: its title's line and those of its paragraphs.
pub(super) struct Place<'a> {
    pub(super) title: Option<usize>,
    pub(super) body: &'a [usize],
}

/// What the markup states of dates, and of the order in which the page writes them.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    pub(super) head: &'a Head,
    pub(super) elements: &'a [ElementDate],
    /// The page's address, where it is known.
    pub(super) url: Option<&'a str>,
}

/// Where a day is stated, the surest first. Measured on half of the sites of 791 pages: where two
/// sources differ, the one above is right more often. Linked data often have the day on which a page
/// was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// An element or a line at the headline that says what the date is.
    Said,
    /// The address.
    Url,
    /// The head.
    Meta,
    /// An element at the headline.
    Element,
    /// A line at the headline.
    Line,
    /// The article's linked data.
    Linked,
    /// The linked data of the page.
    LinkedPage,
    /// An element that says that it is a property of the article.
    Property,
    /// A date of the head of which it isn't said what it is.
    Unclear,
    /// A line or an element above the headline.
    Above,
    /// A line below the story.
    Below,
}

/// A statement of a day.
struct Claim {
    source: Source,
    from: DateSource,
    /// What it says of the day: that of a change (`true`), that of publication, or nothing.
    modified: Option<bool>,
    iso: String,
}

/// Which lines state a date and little else; the days of a timeline, which belong to the story, are
/// none of them.
pub(super) fn date_lines(lines: &[Line], text: &str) -> Vec<bool> {
    let states = |line: &Line| line.is_date_line() || is_ambiguous(line, text);
    let mut found: Vec<bool> = lines.iter().map(states).collect();
    // A run of bare days with nothing but sentences between them.
    let mut run: Vec<usize> = Vec::new();
    let mut told = 0;
    let mut begun = false;
    let mut end_run = |run: &mut Vec<usize>, begun: bool| {
        // The first may be the story's own, where nothing stands above it.
        let from = usize::from(!begun);
        if run.len() >= TIMELINE + from {
            for slot in run.iter().skip(from) {
                if let Some(slot) = found.get_mut(*slot) {
                    *slot = false;
                }
            }
        }
        run.clear();
    };
    let mut run_begun = false;
    for (i, line) in lines.iter().enumerate() {
        let bare = line.is_date_line()
            && !line.marks.publishing
            && !line.marks.byline
            && line.stated.as_ref().is_some_and(|it| it.other_words == 0 && !it.iso.contains('T'));
        if bare {
            if run.is_empty() || told == 0 {
                end_run(&mut run, run_begun);
                run_begun = begun;
            }
            run.push(i);
            told = 0;
        } else if line.ending == Ending::Sentence && line.words >= TOLD_WORDS {
            told += 1;
            begun = true;
        } else {
            end_run(&mut run, run_begun);
            told = 0;
        }
    }
    end_run(&mut run, run_begun);
    found
}

/// Whether a line is a date of which only custom tells the day from the month.
fn is_ambiguous(line: &Line, text: &str) -> bool {
    line.stated.is_none()
        && line.words <= BARE_WORDS
        && line.ending != Ending::Sentence
        && calendar::may_state(line.span.of(text))
        && calendar::mentions(line.span.of(text)).len() == 1
}

/// The days of a page's articles; `main` is the one that the head is about.
pub(super) fn of_articles(
    places: &[Place<'_>],
    main: Option<usize>,
    lines: &[Line],
    stated: Stated<'_>,
    apart: &[bool],
    text: &str,
) -> Vec<Days> {
    let reader = Reader::new(lines, stated, apart, text);
    let mut previous_end = 0;
    let mut found = Vec::with_capacity(places.len());
    for (n, place) in places.iter().enumerate() {
        let mut claims = reader.near(place, n == 0, previous_end, places.len() == 1);
        if main == Some(n) {
            claims.extend(reader.of_head());
        }
        found.push(choose(claims));
        previous_end = place.body.last().map_or(previous_end, |last| last + 1);
    }
    found
}

/// As long is a day: `2024-04-14`.
const DAY_CHARS: usize = 10;

/// The days that the best sources claim, each with the time that any of them adds.
fn choose(mut claims: Vec<Claim>) -> Days {
    claims.sort_by_key(|claim| claim.source);
    let day = |claim: &Claim| claim.iso.get(..DAY_CHARS).map(str::to_owned);
    let change = claims.iter().find(|it| it.modified == Some(true)).and_then(day);
    let of_head = |it: &Claim| matches!(it.from, DateSource::Meta | DateSource::JsonLd);
    let other = |it: &Claim| it.modified == Some(false) && of_head(it) && day(it) != change;
    let has_other = claims.iter().any(other);
    // The day of the change is so where nothing is said of it, too; and in an element that a blog's
    // template calls the day of publication whichever of the two it prints.
    let changed = |it: &Claim| {
        let same = change.is_some() && day(it) == change;
        let unsure = it.modified.is_none() || (has_other && !of_head(it));
        it.modified == Some(true) || (same && unsure)
    };
    let best = |modified: bool| {
        let mut fitting = claims.iter().filter(|it| changed(it) == modified);
        let first = fitting.next()?;
        let timed =
            |claim: &&Claim| claim.iso.len() > first.iso.len() && claim.iso.starts_with(&first.iso);
        let claim = fitting.find(timed).unwrap_or(first);
        Some(Dated { iso: claim.iso.clone(), from: claim.from })
    };
    let modified = best(true);
    // A page that tells only of a change has no other day.
    let published = best(false).or_else(|| modified.clone());
    Days { published, modified }
}

/// How a page writes the dates whose order only custom tells.
struct Custom {
    month_first: Option<bool>,
    /// Days that it states otherwise.
    known: BTreeSet<String>,
}

impl Custom {
    fn of(lines: &[Line], stated: Stated<'_>, text: &str) -> Self {
        let has = |order| {
            lines.iter().filter_map(|line| line.stated.as_ref()).any(|it| it.order == order)
        };
        let month_first = match (has(Order::MonthFirst), has(Order::DayFirst)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => by_language(stated.head.language.as_deref(), text),
        };
        let mut known = BTreeSet::new();
        for day in &stated.head.days {
            known.extend(clear_day(&day.value));
        }
        known.extend(stated.elements.iter().filter_map(|element| clear_day(&element.value)));
        known.extend(stated.url.and_then(of_url));
        Self { month_first, known }
    }

    /// The day of a mention, if it can be told.
    fn day(&self, mention: &Mention) -> Option<String> {
        let mut readings = mention.readings.iter();
        let (first, second) = (readings.next()?, readings.next());
        let Some(second) = second else {
            // Where a page writes `11.24.2025`, its `09.10.2024` is not of October for sure.
            let sure = mention.order != Order::Assumed || self.month_first != Some(true);
            return sure.then(|| first.clone());
        };
        match (self.known.contains(first), self.known.contains(second)) {
            (true, false) => return Some(first.clone()),
            (false, true) => return Some(second.clone()),
            _ => {}
        }
        Some(if self.month_first? { second.clone() } else { first.clone() })
    }
}

/// Whether a language writes the month first: only the English of the United States does. English
/// of no country may be of any.
fn by_language(tag: Option<&str>, text: &str) -> Option<bool> {
    let tag = tag.map(|tag| tag.trim().to_ascii_lowercase().replace('_', "-"));
    let tag = tag.filter(|tag| !tag.is_empty());
    match tag.as_deref() {
        Some("en-us") => Some(true),
        Some("en") => None,
        Some(_) => Some(false),
        None => {
            let sample = chars::head(text, SAMPLE_BYTES);
            let language = language::detect(sample)?;
            (language != "en").then_some(false)
        }
    }
}

/// The day that a value states, where it has one reading.
fn clear_day(value: &str) -> Option<String> {
    match calendar::mentions(value).into_iter().next()?.readings.as_slice() {
        [day] => Some(day.clone()),
        _ => None,
    }
}

/// The day in an address: `/2024/04/14/`, `/2024-04-14-`.
fn of_url(url: &str) -> Option<String> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or("");
    let parts: Vec<&str> = path.split(['/', '-', '_', '.']).collect();
    parts.windows(3).find_map(|window| {
        let [year, month, day] = window else { return None };
        let digits = |part: &str, most: usize| {
            part.len() <= most && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
        };
        if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        clear_day(&format!("{year}-{month}-{day}"))
    })
}

/// `+01:00` at the end of a time for machines.
fn offset(value: &str) -> Option<String> {
    let value = value.trim_end();
    let at = value.rfind(['+', '-'])?;
    let (before, offset) = value.split_at_checked(at)?;
    let (sign, digits) = offset.split_at_checked(1)?;
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    let plain = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let timed = before.contains(':') && before.trim_end().ends_with(|c: char| c.is_ascii_digit());
    let real = hours.parse::<u8>().is_ok_and(|hours| hours <= MOST_OFFSET_HOURS);
    (plain && timed && real).then(|| format!("{sign}{hours}:{minutes}"))
}

/// `20240414`, with or without a time, as `2024-04-14`.
fn compact(value: &str) -> Option<String> {
    let digits = value.get(..8).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest = value.get(8..)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (year, day) = digits.split_at_checked(4)?;
    let (month, day) = day.split_at_checked(2)?;
    Some(format!("{year}-{month}-{day}"))
}

/// Reads the dates of a page.
struct Reader<'a> {
    lines: &'a [Line],
    stated: Stated<'a>,
    /// For each line, whether it is a caption, or stands in a footer or a comment; empty for plain text.
    apart: &'a [bool],
    text: &'a str,
    /// How the page writes dates; few pages ask.
    custom: OnceCell<Custom>,
}

impl<'a> Reader<'a> {
    fn new(lines: &'a [Line], stated: Stated<'a>, apart: &'a [bool], text: &'a str) -> Self {
        Self { lines, stated, apart, text, custom: OnceCell::new() }
    }

    /// What a value for machines states, as ISO 8601.
    fn machine(&self, value: &str) -> Option<String> {
        let value = value.trim();
        let compact = compact(value);
        let mention = calendar::mentions(compact.as_deref().unwrap_or(value)).into_iter().next()?;
        let day = self.day(&mention)?;
        let zone = if mention.time.is_empty() { None } else { offset(value) };
        Some([day, mention.time, zone.unwrap_or_default()].concat())
    }

    /// What the head and the address claim.
    fn of_head(&self) -> Vec<Claim> {
        let stated = self.stated.head.days.iter().filter_map(|stated| {
            let (source, from) = match (stated.linked, stated.of_page) {
                (true, false) => (Source::Linked, DateSource::JsonLd),
                (true, true) => (Source::LinkedPage, DateSource::JsonLd),
                (false, _) if stated.day == Day::Unclear => (Source::Unclear, DateSource::Meta),
                (false, _) => (Source::Meta, DateSource::Meta),
            };
            let iso = self.machine(&stated.value)?;
            Some(Claim { source, from, modified: says(stated.day), iso })
        });
        let url = self.stated.url.and_then(of_url).map(|iso| Claim {
            source: Source::Url,
            from: DateSource::Url,
            modified: None,
            iso,
        });
        let mut claims: Vec<Claim> = stated.chain(url).collect();
        // Of several days of publication the first, of several changes the last.
        claims.sort_by(|a, b| a.iso.cmp(&b.iso));
        let (mut changes, mut claims): (Vec<Claim>, Vec<Claim>) =
            claims.into_iter().partition(|claim| claim.modified == Some(true));
        changes.reverse();
        claims.append(&mut changes);
        claims
    }

    /// What elements and lines near an article claim.
    fn near(&self, place: &Place<'_>, is_first: bool, from: usize, is_only: bool) -> Vec<Claim> {
        let first = place.body.first().copied().unwrap_or(0);
        let second = place.body.get(1).copied().unwrap_or(first + 1);
        let top = place.title.unwrap_or(first);
        let above = top.saturating_sub(if is_first { ABOVE } else { 1 }).max(from);
        let last = place.body.last().copied().unwrap_or(0);
        let mut claims = Vec::new();
        let head = top..second.min(first + BETWEEN);
        self.read(head.clone(), place, None, &mut claims);
        // From the nearest up.
        for i in (above..top).rev() {
            self.read(i..i + 1, place, Some(Source::Above), &mut claims);
        }
        let among = place.body.get(SAID_AMONG).copied().unwrap_or(last).min(head.end + SAID_BELOW);
        let mut said = Vec::new();
        self.read(head.end..among, place, Some(Source::Below), &mut said);
        if is_only {
            let below = last + 1..last + 1 + SAID_BELOW;
            let ends = |line: &Line| line.marks.comment || line.marks.related;
            let end = below.clone().find(|i| self.lines.get(*i).is_some_and(ends));
            let end = end.unwrap_or(below.end);
            let near = end.min(below.start + BELOW);
            self.read(below.start..near, place, Some(Source::Below), &mut claims);
            self.read(near..end, place, Some(Source::Below), &mut said);
        }
        claims.extend(said.into_iter().filter(|claim| claim.modified.is_some()));
        claims
    }

    /// The claims of the lines in a range, and of the elements in them.
    fn read(
        &self,
        range: Range<usize>,
        place: &Place<'_>,
        source: Option<Source>,
        claims: &mut Vec<Claim>,
    ) {
        let elements = self.stated.elements;
        let mut next = elements.partition_point(|element| element.line < range.start);
        for i in range {
            let Some(line) = self.lines.get(i) else { break };
            let is_story = place.body.binary_search(&i).is_ok();
            let first_claim = claims.len();
            let mut mentions = self.mentions(i, line);
            // A byline that was taken for a paragraph says what its date is, and is no sentence.
            mentions.retain(|it| {
                !is_story || (it.modified.is_some() && line.ending != Ending::Sentence)
            });
            let above = self.label_above(i);
            while let Some(element) = elements.get(next).filter(|element| element.line == i) {
                next += 1;
                let usable = !element.elsewhere && (!is_story || element.property);
                if !usable || line.words > MOST_WORDS && !element.property {
                    continue;
                }
                let iso = match element.value.is_empty() {
                    true => mentions.first().and_then(|it| self.iso(it)),
                    false => self.machine(&element.value),
                };
                let Some(iso) = iso else { continue };
                let beside = |it: &&Mention| it.readings.iter().any(|day| iso.starts_with(day));
                let beside = mentions.iter().find(beside).and_then(|it| it.modified);
                let modified = element.day.and_then(says).or(beside).or(above);
                let source = match (element.property, modified) {
                    (true, Some(_)) => Source::Property,
                    (_, Some(_)) => source.unwrap_or(Source::Said),
                    _ => source.unwrap_or(Source::Element),
                };
                claims.push(Claim { source, from: DateSource::Time, modified, iso });
            }
            for mention in &mentions {
                let Some(iso) = self.iso(mention) else { continue };
                // What the element around it says.
                let own = claims.iter().skip(first_claim).find(|it| it.iso.starts_with(&iso));
                let modified = mention.modified.or(own.and_then(|it| it.modified)).or(above);
                let said = if modified.is_some() { Source::Said } else { Source::Line };
                let source = source.unwrap_or(said);
                claims.push(Claim { source, from: DateSource::Text, modified, iso });
            }
        }
    }

    /// The dates that a line outside the story is there to state.
    fn mentions(&self, i: usize, line: &Line) -> Vec<Mention> {
        let apart = self.apart.get(i).copied().unwrap_or(false);
        if line.digits == 0 || line.words > MOST_WORDS || line.marks.notice || apart {
            return Vec::new();
        }
        let mut found = calendar::mentions(line.span.of(self.text));
        let said = found.iter().any(|it| it.modified.is_some());
        let other = line.stated.as_ref().map_or(line.words.saturating_sub(3), |it| it.other_words);
        let tells = line.ending == Ending::Sentence && other > 0;
        // *14 April 2024 · Ada Poe, our reporter on the lake*.
        let parted = line.separators > 0 && line.ending == Ending::Open;
        if !said && (tells || (other > OTHER_WORDS && !line.marks.byline && !parted)) {
            found.clear();
        }
        found
    }

    /// What a short line above says that a date is.
    fn label_above(&self, i: usize) -> Option<bool> {
        let line = self.lines.get(i.checked_sub(1)?)?;
        let short = line.words <= LABEL_WORDS && line.digits == 0;
        if short { calendar::dated_as(line.span.of(self.text)) } else { None }
    }

    fn iso(&self, mention: &Mention) -> Option<String> {
        Some([self.day(mention)?, mention.time.clone()].concat())
    }

    /// The day of a mention, if it can be told.
    fn day(&self, mention: &Mention) -> Option<String> {
        match mention.readings.as_slice() {
            [day] if mention.order != Order::Assumed => Some(day.clone()),
            _ => {
                let custom = || Custom::of(self.lines, self.stated, self.text);
                self.custom.get_or_init(custom).day(mention)
            }
        }
    }
}

/// What a statement says of its day.
fn says(day: Day) -> Option<bool> {
    match day {
        Day::Published => Some(false),
        Day::Modified => Some(true),
        Day::Unclear => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{compact, of_url, offset};
    use crate::page::{self, DateSource, Section};

    const STORY: &str = "The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.\n\n\
        The town paid for the repair with the money that it had put aside for a bridge, the mayor said.\n\n\
        Fishermen had asked for a bridge, which would have cost eleven times as much as the ship.\n";

    /// The days of a page of text with those lines under its headline.
    fn days(lines: &str) -> (Option<String>, Option<String>) {
        let text = format!("Ferry returns to Lake Orrin after nine years\n\n{lines}\n\n{STORY}");
        let page = page::split(&text);
        let article = page.articles.into_iter().next().unwrap();
        (article.published, article.modified)
    }

    fn check(lines: &str, published: &str, modified: &str) {
        let some = |day: &str| Some(day.to_owned()).filter(|day| !day.is_empty());
        assert_eq!(days(lines), (some(published), some(modified)), "{lines}");
    }

    #[test]
    fn days_of_publication_and_change_are_told_apart() {
        let (first, last) = ("2024-04-14", "2024-05-02");
        check("Published 14 April 2024", first, "");
        check("Published 14 April 2024\n\nUpdated 2 May 2024", first, last);
        check("Updated 2 May 2024\n\nPublished 14 April 2024", first, last);
        check("Last updated: 2 May 2024 | First published: 14 April 2024", first, last);
        check("Erstellt: 14.04.2024 | Aktualisiert: 02.05.2024", first, last);
        check("By Ada Poe, 14 April 2024", first, "");
        check("Updated\n\n2 May 2024\n\nPublished\n\n14 April 2024", first, last);
        // Where nothing else is stated.
        check("Last modified 2 May 2024", last, last);
    }

    #[test]
    fn a_story_tells_of_other_days() {
        let line = "The last one had crossed it on 4 May 2015.";
        let text = format!("Ferry returns to Lake Orrin after nine years\n\n{STORY}\n{line}\n");
        let page = page::split(&text);
        assert_eq!(page.articles[0].published, None);
        assert_eq!(page.articles[0].paragraphs.last().unwrap().of(&text), line);
        let text = format!(
            "Ferry returns to Lake Orrin after nine years\n\n14 April 2024\n\n{STORY}\n\
            4 May 2015\n\nThe old ferry crosses for the last time and is sold.\n\n\
            2 June 2021\n\nThe town votes for a new ship and against the bridge.\n"
        );
        let page = page::split(&text);
        assert_eq!(page.articles.len(), 1);
        assert_eq!(page.articles[0].published.as_deref(), Some("2024-04-14"));
        let body: Vec<&str> = page.articles[0].paragraphs.iter().map(|it| it.of(&text)).collect();
        assert!(body.contains(&"4 May 2015") && body.contains(&"2 June 2021"), "{body:?}");
    }

    #[test]
    fn readers_comments_date_nothing() {
        let text = format!(
            "Ferry returns to Lake Orrin after nine years\n\n{STORY}\n2 comments\n\nTom L.\n\n22 April 2024\n\nAbout time.\n"
        );
        assert_eq!(page::split(&text).articles[0].published, None);
    }

    #[cfg(feature = "html")]
    fn article(head: &str, above: &str, below: &str) -> Section {
        let story = STORY.replace("\n\n", "</p><p>");
        let html = format!(
            "<html lang=en><head><title>Ferry returns to Lake Orrin</title>{head}</head><body>\
            <article><h1>Ferry returns to Lake Orrin</h1>{above}<p>{story}</p></article>{below}</body></html>"
        );
        page::split_html(&html).1.articles.into_iter().next().unwrap()
    }

    #[cfg(feature = "html")]
    #[test]
    fn sources_are_believed_by_where_they_stand() {
        let day = |head: &str, above: &str, below: &str| {
            let article = article(head, above, below);
            (article.published.unwrap_or_default(), article.published_from)
        };
        let meta = "<meta property='article:published_time' content='2024-04-14T07:45:00+02:00'>";
        let shown = "<p>14 April 2024</p>";
        let built = "<footer>Page built <time datetime='2025-01-09'>9 Jan 2025</time></footer>";
        let said = "<p>Updated <time datetime='2024-05-02'>2 May</time></p>";
        let timed = || "2024-04-14T07:45:00+02:00".to_owned();
        assert_eq!(day(meta, "", ""), (timed(), Some(DateSource::Meta)));
        assert_eq!(day(meta, shown, built), (timed(), Some(DateSource::Meta)));
        assert_eq!(day("", shown, built), ("2024-04-14".to_owned(), Some(DateSource::Text)));
        assert_eq!(day("", "", built), (String::new(), None));
        assert_eq!(day(meta, said, "").0, timed());
        let url = "<link rel=canonical href='https://orrin.example/2024/04/14/ferry'>";
        assert_eq!(day(url, "", ""), ("2024-04-14".to_owned(), Some(DateSource::Url)));
        let linked = "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"VideoObject\",\
            \"datePublished\":\"2015-01-01\"},{\"@type\":\"NewsArticle\",\"datePublished\":\"2024-04-14\",\
            \"dateModified\":\"2024-05-02\"}]}</script>";
        let found = article(linked, "", "");
        assert_eq!(found.published.as_deref(), Some("2024-04-14"));
        assert_eq!(found.modified.as_deref(), Some("2024-05-02"));
        assert_eq!(found.modified_from, Some(DateSource::JsonLd));
    }

    #[cfg(feature = "html")]
    #[test]
    fn the_language_tells_the_day_from_the_month() {
        let day = |language: &str, date: &str| {
            let story = STORY.replace("\n\n", "</p><p>");
            let html = format!(
                "<html lang='{language}'><body><h1>Ferry returns to Lake Orrin</h1><p>{date}</p><p>{story}</p></body></html>"
            );
            page::split_html(&html).1.articles.into_iter().next().unwrap().published
        };
        assert_eq!(day("en-GB", "04/03/2024").as_deref(), Some("2024-03-04"));
        assert_eq!(day("nl", "04-03-2024").as_deref(), Some("2024-03-04"));
        assert_eq!(day("en-US", "04/03/2024").as_deref(), Some("2024-04-03"));
        assert_eq!(day("en", "04/03/2024"), None);
        // The page says it otherwise.
        let known = "04/03/2024 <time datetime='2024-03-04'></time>";
        assert_eq!(day("en", known).as_deref(), Some("2024-03-04"));
    }

    #[test]
    fn values_for_machines_are_read() {
        assert_eq!(offset("2024-04-14T07:45:00+02:00").as_deref(), Some("+02:00"));
        assert_eq!(offset("Sun, 14 Apr 2024 07:45:00 -0500").as_deref(), Some("-05:00"));
        assert_eq!(offset("2024-04-14T07:45:00Z"), None);
        assert_eq!(offset("2024-04-14"), None);
        assert_eq!(offset("14:00-15:30"), None);
        assert_eq!(compact("20240414T074500").as_deref(), Some("2024-04-14"));
        assert_eq!(compact("2024041407"), None);
        let day = |url| of_url(url).unwrap_or_default();
        assert_eq!(day("https://orrin.example/news/2024/4/14/ferry.html"), "2024-04-14");
        assert_eq!(day("https://orrin.example/2024-04-14-ferry"), "2024-04-14");
        assert_eq!(day("https://orrin.example/2024/13/14/ferry?day=2024-01-01"), "");
    }
}
