//! The check of abstracts, measured on summaries that people wrote.
//!
//! The data is not ours to pass on, so it lies beside the checkout: 500 reference summaries of
//! CNN/DailyMail and 800 teasers of the Daily Mail, neither of which taught the library anything.
//! Where a file is not there, its test says so on standard error, whatever the runner captures, and
//! only the made-up articles below are measured. `STANDFIRST_SHOW=1` prints each report with its
//! sentence, for reading by hand:
//!
//! ```text
//! STANDFIRST_SHOW=1 cargo test --test grounding -- --nocapture --test-threads 1
//! ```
//!
//! Read on 2026-11-24, each beside what a search of its source found: of 100 reports drawn at
//! random, 95 named what the source does not hold, letter for letter. Of the 5 others 2 have been
//! mended since (a first word taken for a name, *Man United*); 2 are runs that no sentence of the
//! source has (*Real Madrid News*), 1 is a common word that the data capitalises. Of the 95, 14 say
//! in another form what the source holds or implies: 7 nationalities, 3 clipped names (*Utd*), 2
//! family names, 2 rounded figures. Since then the words that open a sentence are judged by what was
//! learned from other news: of the 295 reports of that day 4 are gone and 2 are new.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use standfirst::digest::UnsupportedKind;
use standfirst::grounding::{DEFAULT_MIN_SUPPORT, Grounds};
use standfirst::sentence;

/// How many articles of a file are measured.
const ARTICLES: usize = 800;
const REFERENCES: &str = "summaries/cnndm_val.jsonl.xz";
const TEASERS: &str = "summaries/teasers_val.jsonl.xz";

#[derive(Deserialize)]
struct Article {
    id: String,
    text: String,
    summary: String,
}

/// The first articles of a file, or nothing where the data is not there.
fn articles(file: &str) -> Vec<Article> {
    let Some(rows) = standfirst_measure::articles::rows(file) else {
        // Not `eprintln`, which the runner swallows when the test passes.
        let said = format!("grounding: not measured, no ../shared/data/{file}\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return Vec::new();
    };
    rows.take(ARTICLES).collect()
}

/// Articles of our own, each with a summary that holds.
fn made_up() -> Vec<Article> {
    let article = |id: &str, text: &str, summary: &str| Article {
        id: id.to_owned(),
        text: text.to_owned(),
        summary: summary.to_owned(),
    };
    vec![
        article(
            "bridge",
            "The harbour bridge in Orrin closes on Monday. Inspectors found 14 cracks, and the \
             mayor, Ada Poe, said repairs would cost $3.2m. Last year Ada Poe had asked for 250 \
             new bolts. A report by Eva Holm, the city engineer, is due in May.",
            "Mayor Ada Poe said the bridge has 14 cracks.\nPoe put the cost at $3.2m, and \
             engineer Eva Holm reports in May.",
        ),
        article(
            "ferry",
            "A ferry ran aground off Falmark with 87 people aboard. No one was hurt, said its \
             owner, Tolland Lines. The captain, Ivo Brandt, has sailed for 31 years. Police in \
             Falmark want to speak to Ivo Brandt and to the mate, Lena Quist.",
            "A ferry of Tolland Lines ran aground off Falmark with 87 aboard.\nIvo Brandt, its \
             captain for 31 years, is to meet police with mate Lena Quist.",
        ),
        article(
            "match",
            "The final in Velden ended 4-2 before 6,300 people. Mara Steyn scored twice for the \
             hosts, and a header by Rika Olden settled it. The coach, Jona Pells, said that Mara \
             Steyn had trained for 9 weeks. In Velden there was dancing.",
            "Mara Steyn scored twice in Velden and Rika Olden settled the final.\nJona Pells, \
             the coach, said Steyn had trained for 9 weeks.",
        ),
    ]
}

fn grounds(article: &Article) -> Grounds<'_> {
    Grounds::new(&article.text, &sentence::split(&article.text), None)
}

fn shows() -> bool {
    std::env::var_os("STANDFIRST_SHOW").is_some()
}

/// What the check says of summaries that people wrote.
#[derive(Debug, Default)]
struct Reports {
    sentences: usize,
    /// Sentences with something unsupported.
    reported: usize,
    counts: BTreeMap<UnsupportedKind, usize>,
    /// What was found unsupported in the first word of a sentence.
    opening: usize,
    /// Ascending.
    supports: Vec<f32>,
}

fn reports(articles: &[Article]) -> Reports {
    let mut found = Reports::default();
    for article in articles {
        let check = grounds(article).check(&article.summary);
        for checked in &check.sentences {
            found.sentences += 1;
            found.reported += usize::from(!checked.unsupported.is_empty());
            found.supports.push(checked.support);
            for item in &checked.unsupported {
                *found.counts.entry(item.kind).or_default() += 1;
                let opens = item.span.start == checked.span.start;
                found.opening += usize::from(opens && item.kind == UnsupportedKind::Name);
                if shows() {
                    let sentence = checked.span.of(&article.summary);
                    println!("{}\t{:?}\t{}\t{}", article.id, item.kind, item.text, sentence);
                }
            }
        }
    }
    found.supports.sort_by(f32::total_cmp);
    let Reports { sentences, reported, counts, opening, supports } = &found;
    let shown = [5, 10, 25, 50, 75].map(|part| supports.get(supports.len() * part / 100));
    println!("{sentences} sentences, {reported} with a report: {counts:?}, {opening} open one");
    println!("support at 5, 10, 25, 50, 75%: {shown:.2?}");
    found
}

#[test]
fn summaries_that_hold_are_not_reported() {
    assert_eq!(reports(&made_up()).reported, 0);
}

#[test]
fn reference_summaries_are_rarely_reported() {
    let articles = articles(REFERENCES);
    if articles.is_empty() {
        return;
    }
    let Reports { sentences, reported, supports, .. } = reports(&articles[..500]);
    assert!(reported * 100 <= sentences * 13, "{reported} of {sentences} sentences have a report");
    assert!(supports[supports.len() / 10] > DEFAULT_MIN_SUPPORT);
}

#[test]
fn teasers_are_rarely_reported() {
    let articles = articles(TEASERS);
    if articles.is_empty() {
        return;
    }
    let Reports { sentences, reported, .. } = reports(&articles);
    assert!(reported * 100 <= sentences * 7, "{reported} of {sentences} sentences have a report");
}

/// A figure or name of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Figure,
    /// Inside a sentence.
    Name,
    /// At the beginning of one, where a common word has a capital too.
    OpeningName,
    /// The first word of one of the article's full names with the last of another.
    MixedName,
}

/// A summary with one figure or name in place of another.
struct Corrupted {
    summary: String,
    kind: Kind,
    /// Where it stands in the summary.
    place: std::ops::Range<usize>,
}

static FIGURE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[0-9]+(,[0-9]{3})*(\.[0-9]+)?\b").unwrap());
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[a-z,] ([A-Z][a-z]{2,}( [A-Z][a-z]{2,})*)").unwrap());
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\n|[a-z][.!?] )([A-Z][a-z]{2,}( [A-Z][a-z]{2,})*)").unwrap()
});
static FULL_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[a-z,] ([A-Z][a-z]{2,}) ([A-Z][a-z]{2,})\b").unwrap());

/// The words that an article writes with a capital inside sentences.
fn named(article: &Article) -> HashSet<&str> {
    let runs = NAME.captures_iter(&article.text).filter_map(|found| found.get(1));
    runs.flat_map(|run| run.as_str().split(' ')).collect()
}

/// Whether an article has a word in small letters, or one that begins with it.
fn writes_small(article: &Article, word: &str) -> bool {
    article.text.contains(&format!(" {}", word.to_lowercase()))
}

/// What can be swapped in an article's summary: figures, and words with a capital with the
/// capitalised words beside them; at the beginning of a sentence only what the article shows to be
/// a name.
fn swappable(article: &Article) -> Vec<(Kind, std::ops::Range<usize>)> {
    let summary = article.summary.as_str();
    let named = named(article);
    let figures = FIGURE.find_iter(summary).map(|found| (Kind::Figure, found.range()));
    let runs = |regex: &'static Regex, kind: Kind| {
        let runs = regex.captures_iter(summary).filter_map(|found| found.get(1));
        runs.map(move |run| (kind, run.range()))
    };
    let openings = runs(&OPENING, Kind::OpeningName).filter(|(_, range)| {
        let shown = |word: &str| named.contains(word) && !writes_small(article, word);
        summary[range.clone()].split(' ').all(shown)
    });
    figures.chain(runs(&NAME, Kind::Name)).chain(openings).collect()
}

/// Each swap of a figure or name in an article's summary for one of the next article's that the
/// article does not have, and of each full name for one that mixes two.
fn corrupted(article: &Article, other: &Article) -> Vec<Corrupted> {
    let held = format!("{} {}", article.text, article.summary).to_lowercase();
    let fresh = swappable(other).into_iter().filter_map(|(kind, range)| {
        let text = &other.summary[range];
        // Of a name, every word must be new; of a figure, the digits.
        let known = text.split(' ').any(|word| held.contains(&word.to_lowercase()));
        (!known).then(|| (kind, text.to_owned()))
    });
    let fresh: Vec<(Kind, String)> = fresh.collect();
    let mut made = Vec::new();
    let mut put = |kind: Kind, range: std::ops::Range<usize>, text: &str| {
        let mut summary = article.summary.clone();
        let place = range.start..range.start + text.len();
        summary.replace_range(range, text);
        made.push(Corrupted { summary, kind, place });
    };
    for (kind, range) in swappable(article) {
        if let Some((_, text)) = fresh.iter().find(|(other, _)| *other == kind) {
            put(kind, range, text);
        }
    }
    for found in FULL_NAME.captures_iter(&article.summary) {
        let (Some(first), Some(last)) = (found.get(1), found.get(2)) else { continue };
        let mixed = FULL_NAME.captures_iter(&article.text).find_map(|other| {
            let (a, b) = (first.as_str(), other.get(2)?.as_str());
            let together = format!("{a} {b}").to_lowercase();
            let apart = b != last.as_str() && !held.contains(&together);
            let names = !writes_small(article, a) && !writes_small(article, b);
            (apart && names).then(|| format!("{a} {b}"))
        });
        if let Some(mixed) = mixed {
            put(Kind::MixedName, first.start()..last.end(), &mixed);
        }
    }
    made
}

/// How many were made, and how many of these reported, by kind.
fn reported_swaps(articles: &[Article]) -> BTreeMap<Kind, (usize, usize)> {
    let mut counts: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    for pair in articles.windows(2) {
        let grounds = grounds(&pair[0]);
        for corrupted in corrupted(&pair[0], &pair[1]) {
            let check = grounds.check(&corrupted.summary);
            let Corrupted { summary, kind, place } = corrupted;
            let overlaps =
                |span: standfirst::Span| span.start < place.end && place.start < span.end;
            let found = check.unsupported().any(|item| overlaps(item.span));
            let (all, reported) = counts.entry(kind).or_default();
            (*all, *reported) = (*all + 1, *reported + usize::from(found));
            if !found && shows() {
                let shown = summary.replace('\n', " / ");
                println!("MISSED\t{}\t{kind:?}\t{}\t{shown}", pair[0].id, &summary[place]);
            }
        }
    }
    println!("swapped, reported: {counts:?}");
    counts
}

/// Whether swaps of each kind were made, and at least so many of a hundred reported.
fn assert_reported(swaps: &BTreeMap<Kind, (usize, usize)>, least: [(Kind, usize, usize); 4]) {
    for (kind, made, percent) in least {
        let (all, reported) = swaps.get(&kind).copied().unwrap_or_default();
        assert!(all >= made, "{kind:?}: {all} swaps, not {made}");
        assert!(reported * 100 >= all * percent, "{kind:?}: {reported} of {all} reported");
    }
}

#[test]
fn swaps_in_made_up_summaries_are_reported() {
    let swaps = reported_swaps(&made_up());
    let all = |kind| (kind, 1, 100);
    assert_reported(
        &swaps,
        [all(Kind::Figure), all(Kind::Name), all(Kind::OpeningName), all(Kind::MixedName)],
    );
}

#[test]
fn swaps_in_reference_summaries_are_reported() {
    let articles = articles(REFERENCES);
    if articles.is_empty() {
        return;
    }
    let swaps = reported_swaps(&articles[..500]);
    assert_reported(
        &swaps,
        [
            (Kind::Figure, 290, 98),
            (Kind::Name, 2680, 99),
            (Kind::OpeningName, 490, 99),
            (Kind::MixedName, 780, 65),
        ],
    );
}

#[test]
fn swaps_in_teasers_are_reported() {
    let articles = articles(TEASERS);
    if articles.is_empty() {
        return;
    }
    let swaps = reported_swaps(&articles);
    assert_reported(
        &swaps,
        [
            (Kind::Figure, 210, 98),
            (Kind::Name, 1900, 99),
            (Kind::OpeningName, 50, 99),
            (Kind::MixedName, 650, 60),
        ],
    );
}
