//! Cleaned and split pages beside the truth.
//!
//! In: a page's digest beside the articles that the page holds, page by page. Out: for pages with
//! one article, how far its body was found; for pages with several, how many were found whole.
//! Does not run the library.

use serde::{Deserialize, Serialize};
use standfirst::digest::{Article, Digest};

use crate::bag::{Bag, bag, shared, size};
use crate::gold::{Stories, Story};
use crate::report::Line;
use crate::text;

/// An article was found when it shares so much of its words with the true one (Jaccard, repeated
/// words counted).
const SAME_BODY: f64 = 0.9;

/// Bodies are compared by their runs of so many words.
const SHINGLE_WORDS: usize = 4;

/// What was measured, in `0.0..=1.0`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Pages.
    pub n: usize,
    /// Pages in which no article was found.
    pub failed: usize,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub bodies: Option<Bodies>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub articles: Option<Articles>,
}

/// What was measured on pages with one article.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bodies {
    /// Runs of words found that are the body's, the mean over pages.
    pub precision: f64,
    /// Runs of words of the body that were found, the mean over pages.
    pub recall: f64,
    /// F1 of the two means.
    pub body_f1: f64,
}

/// What was measured on pages with several articles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Articles {
    /// F1 over all articles.
    pub article_f1: f64,
    /// Pages whose articles were all found, and nothing else.
    pub exact_pages: f64,
    /// Articles found that have their title.
    pub titles: f64,
}

/// What has been counted so far.
#[derive(Debug, Default)]
pub struct Tally {
    pages: usize,
    failed: usize,
    bodies: usize,
    precision: f64,
    recall: f64,
    right: usize,
    wrong: usize,
    missed: usize,
    titles: usize,
    exact: usize,
}

impl Tally {
    /// Counts a page, given as the text that the digest's offsets point into; `digest` is none
    /// where it failed.
    pub fn add(&mut self, page: &str, truth: &Stories, digest: Option<&Digest>) {
        self.pages += 1;
        let articles = digest.map_or(&[][..], |digest| &digest.articles);
        self.failed += usize::from(articles.is_empty());
        match truth {
            Stories::Body(body) => self.add_body(page, body, articles),
            Stories::Each(stories) => self.add_stories(page, stories, articles),
        }
    }

    /// Counts all pages that another counted.
    pub fn add_all(&mut self, other: &Self) {
        let Self { pages, failed, bodies, precision, recall, right, wrong, missed, titles, exact } =
            other;
        self.pages += pages;
        self.failed += failed;
        self.bodies += bodies;
        self.precision += precision;
        self.recall += recall;
        self.right += right;
        self.wrong += wrong;
        self.missed += missed;
        self.titles += titles;
        self.exact += exact;
    }

    fn add_body(&mut self, page: &str, truth: &str, articles: &[Article]) {
        let length =
            |article: &Article| article.paragraphs.iter().map(|span| span.len()).sum::<usize>();
        // The longest, the first of equals.
        let longest = articles.iter().rev().max_by_key(|article| length(article));
        let found = longest.map_or_else(String::new, |article| body(page, article));
        let (wanted, found) = (text::words(truth), text::words(&found));
        let (wanted, found) = (bag(shingles(&wanted)), bag(shingles(&found)));
        let common = shared(&wanted, &found) as f64;
        self.bodies += 1;
        // Never 0: even no text is one run.
        self.precision += common / size(&found) as f64;
        self.recall += common / size(&wanted) as f64;
    }

    fn add_stories(&mut self, page: &str, stories: &[Story], articles: &[Article]) {
        let mut left: Vec<(Bag<String>, &Article)> = articles
            .iter()
            .map(|article| (bag(text::words(&body(page, article))), article))
            .collect();
        let mut found = 0;
        for story in stories {
            let wanted = bag(text::words(&story.body.join("\n")));
            // The most alike, the first of equals; each article is taken once.
            let alike = left.iter().map(|(bag, _)| likeness(&wanted, bag)).enumerate().rev();
            let Some((index, likeness)) = alike.max_by(|(_, a), (_, b)| a.total_cmp(b)) else {
                continue;
            };
            if likeness >= SAME_BODY {
                let (_, article) = left.remove(index);
                found += 1;
                self.titles += usize::from(has_title(article, &story.title));
            }
        }
        self.right += found;
        self.wrong += articles.len() - found;
        self.missed += stories.len() - found;
        self.exact += usize::from(found == stories.len() && found == articles.len());
    }

    /// The figures of all pages.
    pub fn figures(&self) -> Figures {
        let pages = self.pages.max(1) as f64;
        let (precision, recall) = (self.precision / pages, self.recall / pages);
        let sum = precision + recall;
        let body_f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        let all = 2 * self.right + self.wrong + self.missed;
        Figures {
            n: self.pages,
            failed: self.failed,
            bodies: (self.bodies > 0).then_some(Bodies { precision, recall, body_f1 }),
            articles: (all > 0).then(|| Articles {
                article_f1: (2 * self.right) as f64 / all as f64,
                exact_pages: self.exact as f64 / pages,
                titles: self.titles as f64 / self.right.max(1) as f64,
            }),
        }
    }
}

/// An article's paragraphs, one a line.
fn body(page: &str, article: &Article) -> String {
    let paragraphs: Vec<&str> = article.paragraphs.iter().map(|span| span.of(page)).collect();
    paragraphs.join("\n")
}

/// Whether an article's title is the true one, or goes on after it (with the name of the site).
fn has_title(article: &Article, truth: &str) -> bool {
    let found = article.title.as_ref().map_or("", |title| &title.text);
    text::words(found).join(" ").starts_with(&text::words(truth).join(" "))
}

/// Every run of four words; a shorter text, even an empty one, is one run.
fn shingles(words: &[String]) -> impl Iterator<Item = &[String]> {
    words.windows(SHINGLE_WORDS.min(words.len()).max(1)).chain(words.is_empty().then_some(words))
}

/// The shared part of two texts' words: 1 for two empty texts.
fn likeness(a: &Bag<String>, b: &Bag<String>) -> f64 {
    let shared = shared(a, b);
    let all = size(a) + size(b) - shared;
    if all == 0 { 1.0 } else { shared as f64 / all as f64 }
}

impl Figures {
    /// F1 of articles, or of bodies where pages hold one article; 0 of no page.
    pub fn f1(&self) -> f64 {
        let bodies = self.bodies.map_or(0.0, |bodies| bodies.body_f1);
        self.articles.map_or(bodies, |articles| articles.article_f1)
    }

    /// The figures for people.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![Line::count("pages", self.n), Line::count("failed", self.failed)];
        if let Some(Bodies { precision, recall, body_f1 }) = self.bodies {
            lines.extend([
                Line::share("body precision", precision),
                Line::share("body recall", recall),
                Line::share("body F1", body_f1),
            ]);
        }
        if let Some(Articles { article_f1, exact_pages, titles }) = self.articles {
            lines.extend([
                Line::share("article F1", article_f1),
                Line::share("exact pages", exact_pages),
                Line::share("titles", titles),
            ]);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use standfirst::digest::Digest;

    use super::{Figures, Tally, shingles};
    use crate::gold::{Stories, Story};
    use crate::text;

    /// The digest of a page whose articles are given as title and paragraphs, each paragraph by
    /// its words on the page.
    fn digest(page: &str, articles: &[(Option<&str>, &[&str])]) -> Digest {
        let span = |part: &&str| {
            let start = page.find(part).unwrap();
            json!({"start": start, "end": start + part.len()})
        };
        let article = |(title, paragraphs): &(Option<&str>, &[&str])| {
            json!({
                "title": title.map(|title| json!({"text": title})),
                "language": "en",
                "paragraphs": paragraphs.iter().map(span).collect::<Vec<Value>>(),
                "truncated": false,
                "topics": [],
                "keywords": [],
                "summary": {"kind": "extractive", "text": "", "sentences": []}
            })
        };
        let articles: Vec<Value> = articles.iter().map(article).collect();
        let engine = json!({"name": "embedded", "model": "m"});
        let row = json!({"schema": standfirst::digest::SCHEMA, "id": "p", "engine": engine, "articles": articles});
        serde_json::from_value(row).unwrap()
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    fn figures(page: &str, truth: Stories, found: Option<&Digest>) -> Figures {
        let mut tally = Tally::default();
        tally.add(page, &truth, found);
        tally.figures()
    }

    #[test]
    fn runs_of_four_words() {
        let count = |text| shingles(&text::words(text)).count();
        assert_eq!(["", "a", "a b c d", "a b c d e f"].map(count), [1, 1, 1, 3]);
    }

    #[test]
    fn the_longest_body_counts() {
        let page = "Menu. Rain fell on the old harbour. Snow";
        let truth = || Stories::Body("rain fell on the old town".to_owned());
        let rain = "Rain fell on the old harbour.";
        let found = digest(page, &[(None, &["Snow"]), (None, &[rain])]);
        let bodies = figures(page, truth(), Some(&found)).bodies.unwrap();
        close(bodies.precision, 2.0 / 3.0);
        close(bodies.body_f1, 2.0 / 3.0);
        let none = figures(page, truth(), None);
        assert_eq!((none.n, none.failed, none.articles.is_none()), (1, 1, true));
        assert_eq!(none.bodies.unwrap().body_f1, 0.0);
    }

    #[test]
    fn articles_are_found_once_each() {
        let page = "One Rain fell here. Two Snow fell there. More";
        let story = |title: &str, body: &str| Story {
            title: title.to_owned(),
            body: vec![body.to_owned()],
        };
        let truth = vec![story("One", "Rain fell here"), story("Two", "Snow fell there")];
        let both: &[(Option<&str>, &[&str])] =
            &[(None, &["Snow fell there"]), (Some("One | Site"), &["Rain fell here"])];
        let exact =
            figures(page, Stories::Each(truth), Some(&digest(page, both))).articles.unwrap();
        assert_eq!((exact.article_f1, exact.exact_pages, exact.titles), (1.0, 1.0, 0.5));

        let twice = vec![story("One", "Rain fell here"), story("One", "Rain fell here")];
        let found =
            figures(page, Stories::Each(twice), Some(&digest(page, both))).articles.unwrap();
        assert_eq!((found.article_f1, found.exact_pages), (0.5, 0.0));
    }
}
