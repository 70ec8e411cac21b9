//! The check of abstracts, measured on summaries that people wrote.
//!
//! The data (500 reference summaries of CNN/DailyMail) is not ours to pass on, so it lies beside
//! the checkout, and these tests say so when it does not. `STANDFIRST_SHOW=1` prints each report
//! with its sentence, for reading by hand:
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
//! family names, 2 rounded figures.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;
use standfirst::digest::UnsupportedKind;
use standfirst::grounding::{DEFAULT_MIN_SUPPORT, Grounds};
use standfirst::sentence;

/// How many articles are measured.
const ARTICLES: usize = 500;

#[derive(Deserialize)]
struct Article {
    id: String,
    text: String,
    summary: String,
}

/// The first articles of the validation part, or nothing where the data is not there.
fn articles() -> Vec<Article> {
    let root = env!("CARGO_MANIFEST_DIR");
    let places =
        ["..", "../.."].map(|up| format!("{root}/{up}/shared/data/summaries/cnndm_val.jsonl.xz"));
    let Some(bytes) = places.iter().find_map(|path| std::fs::read(path).ok()) else {
        eprintln!("skipped: no {}", places[0]);
        return Vec::new();
    };
    let mut text = String::new();
    lzma_rust2::XzReader::new(bytes.as_slice(), true).read_to_string(&mut text).unwrap();
    text.lines().take(ARTICLES).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn grounds(article: &Article) -> Grounds<'_> {
    Grounds::new(&article.text, &sentence::split(&article.text), None)
}

#[test]
fn reference_summaries_are_rarely_reported() {
    let articles = articles();
    let mut counts: BTreeMap<UnsupportedKind, usize> = BTreeMap::new();
    let (mut sentences, mut reported) = (0, 0);
    let mut supports: Vec<f32> = Vec::new();
    for article in &articles {
        let check = grounds(article).check(&article.summary);
        for checked in &check.sentences {
            sentences += 1;
            reported += usize::from(!checked.unsupported.is_empty());
            supports.push(checked.support);
            if std::env::var_os("STANDFIRST_SHOW").is_some() {
                for item in &checked.unsupported {
                    let sentence = checked.span.of(&article.summary);
                    println!("{}\t{:?}\t{}\t{}", article.id, item.kind, item.text, sentence);
                }
            }
        }
        for item in check.unsupported() {
            *counts.entry(item.kind).or_default() += 1;
        }
    }
    if articles.is_empty() {
        return;
    }
    supports.sort_by(f32::total_cmp);
    let quantile = |part: usize| supports[supports.len() * part / 100];
    let shown = [5, 10, 25, 50, 75].map(quantile);
    println!("{sentences} sentences, {reported} with a report: {counts:?}");
    println!("support at 5, 10, 25, 50, 75%: {shown:.2?}");
    assert!(reported * 100 <= sentences * 14, "{reported} of {sentences} sentences have a report");
    assert!(quantile(10) > DEFAULT_MIN_SUPPORT);
}

/// A summary with one figure or name in place of another.
struct Corrupted {
    summary: String,
    kind: &'static str,
    /// Where it stands in the summary.
    place: std::ops::Range<usize>,
}

/// The words of a summary that can be swapped: figures, and words with a capital inside a sentence
/// with the capitalised words beside them.
fn swappable(summary: &str) -> Vec<(&'static str, std::ops::Range<usize>)> {
    let figure = regex::Regex::new(r"\b[0-9]+(,[0-9]{3})*(\.[0-9]+)?\b").unwrap();
    let name = regex::Regex::new(r"[a-z,] ([A-Z][a-z]{2,}( [A-Z][a-z]{2,})*)").unwrap();
    let figures = figure.find_iter(summary).map(|found| ("figure", found.range()));
    let names =
        name.captures_iter(summary).filter_map(|found| Some(("name", found.get(1)?.range())));
    figures.chain(names).collect()
}

/// Each swap of a figure or name in an article's summary for one of the next article's that the
/// article does not have.
fn corrupted(article: &Article, other: &Article) -> Vec<Corrupted> {
    let held = format!("{} {}", article.text, article.summary).to_lowercase();
    let fresh = swappable(&other.summary).into_iter().filter_map(|(kind, range)| {
        let text = &other.summary[range];
        // Of a name, every word must be new; of a figure, the digits.
        let known = text.split(' ').any(|word| held.contains(&word.to_lowercase()));
        (!known).then(|| (kind, text.to_owned()))
    });
    let fresh: Vec<(&str, String)> = fresh.collect();
    let mut made = Vec::new();
    for (kind, range) in swappable(&article.summary) {
        if let Some((_, put_in)) = fresh.iter().find(|(other, _)| *other == kind) {
            let mut summary = article.summary.clone();
            let place = range.start..range.start + put_in.len();
            summary.replace_range(range, put_in);
            made.push(Corrupted { summary, kind, place });
        }
    }
    made
}

#[test]
fn swapped_figures_and_names_are_reported() {
    let articles = articles();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
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
            if !found && std::env::var_os("STANDFIRST_SHOW").is_some() {
                println!(
                    "MISSED\t{}\t{}\t{}",
                    pair[0].id,
                    &summary[place],
                    summary.replace('\n', " / ")
                );
            }
        }
    }
    println!("swapped, reported: {counts:?}");
    for (kind, (all, reported)) in counts {
        assert!(reported * 100 >= all * 95, "{kind}: {reported} of {all} reported");
    }
}
