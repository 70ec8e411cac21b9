//! What a document states of itself: in its head, and in linked data.
//!
//! In: the elements of a head (`title`, `meta`, `link`, the document's language) and its linked
//! data, as `html.rs` comes by them. Out: [`Head`]: titles, days, authors, the site's name, each as
//! it is stated, with where. Decides nothing: what is used of it is up to `title.rs`, `dates.rs` and
//! `authors.rs`. Reads no visible text.

#[cfg(feature = "html")]
mod linked;

#[cfg(feature = "html")]
use linked::Linked;

#[cfg(feature = "html")]
use crate::text::chars;
#[cfg(feature = "html")]
use crate::text::lists::{self, Kind};

/// Longest title, in characters; what is longer is none.
#[cfg(feature = "html")]
const TITLE_CHARS: usize = 400;
/// So many statements of a kind are kept, and so many characters of each.
#[cfg(feature = "html")]
const STATEMENTS: usize = 64;
#[cfg(feature = "html")]
const STATEMENT_CHARS: usize = 2_000;
/// So many characters of a name of `meta` are read.
#[cfg(feature = "html")]
const NAME_CHARS: usize = 60;

/// Where a title is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TitleSource {
    /// The headline of the article in linked data.
    LinkedData,
    /// `og:title`.
    OpenGraph,
    /// `twitter:title`.
    Twitter,
    /// The `title` element.
    Document,
}

/// Of which day a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Day {
    Published,
    Modified,
    /// It says no more than that it is a date.
    Unclear,
}

/// A day that the head states, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatedDay {
    pub(super) day: Day,
    /// Whether linked data state it, and not a `meta`.
    pub(super) linked: bool,
    /// Whether it is of the document's page and not of its article; always `false` for a `meta`.
    pub(super) of_page: bool,
    pub(super) value: String,
}

/// What a document states of itself. All text has its entities decoded and its white space made
/// single spaces; `article_body` keeps its line breaks.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// In the order of their sources; no two that are the same.
    pub(super) titles: Vec<(TitleSource, String)>,
    pub(super) site_name: Option<String>,
    pub(super) description: Option<String>,
    /// As stated: `en-GB`.
    pub(super) language: Option<String>,
    /// Its own address.
    pub(super) url: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) days: Vec<StatedDay>,
    /// The body of the article, where linked data hold it.
    pub(super) article_body: Option<String>,
}

impl Head {
    /// The title that a source states.
    pub(super) fn title(&self, source: TitleSource) -> Option<&str> {
        self.titles.iter().find(|(from, _)| *from == source).map(|(_, title)| title.as_str())
    }
}

/// A head that is being read.
#[cfg(feature = "html")]
#[derive(Debug, Default)]
pub(super) struct HeadReader {
    head: Head,
    /// The text of the `title` element as it comes.
    title: String,
    scripts: Vec<String>,
}

#[cfg(feature = "html")]
impl HeadReader {
    /// Takes the next piece of the `title` element's text.
    pub(super) fn title_text(&mut self, piece: &str) {
        self.title.push_str(piece);
    }

    /// Takes a `meta` element.
    pub(super) fn meta(&mut self, name: &str, content: &str) {
        let content = collapse(content);
        if content.is_empty() || content.chars().nth(STATEMENT_CHARS).is_some() {
            return;
        }
        let name = name.trim().to_ascii_lowercase();
        let head = &mut self.head;
        match name.as_str() {
            "og:title" => return add_title(head, TitleSource::OpenGraph, content),
            "twitter:title" => return add_title(head, TitleSource::Twitter, content),
            "og:site_name" => return set(&mut head.site_name, content),
            "og:url" => return set(&mut head.url, content),
            // Either; the one for readers of links is the better written.
            "og:description" => return head.description = Some(content),
            "description" | "twitter:description" => return set(&mut head.description, content),
            "og:locale" | "language" | "content-language" => {
                return set(&mut head.language, content);
            }
            _ => {}
        }
        if let Some(day) = day_of(&name).filter(|_| head.days.len() < STATEMENTS) {
            head.days.push(StatedDay { day, linked: false, of_page: false, value: content });
        } else if stated_by(&name) == Some("author") && head.authors.len() < STATEMENTS {
            head.authors.push(content);
        }
    }

    /// Takes a `link` element: only the document's own address is of use.
    pub(super) fn link(&mut self, rel: &str, href: &str) {
        if rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical")) {
            self.head.url = Some(href.trim().to_owned()).filter(|url| !url.is_empty());
        }
    }

    /// Takes the language of the document.
    pub(super) fn language(&mut self, language: &str) {
        self.head.language = Some(language.trim().to_owned()).filter(|it| !it.is_empty());
    }

    /// Takes what a script with linked data holds.
    pub(super) fn script(&mut self, script: String) {
        self.scripts.push(script);
    }

    /// What was stated. `plain` makes HTML plain text.
    pub(super) fn finish(mut self, plain: impl Fn(&str) -> String) -> Head {
        let all = linked::read(&self.scripts);
        let title = collapse(&self.title);
        add_title(&mut self.head, TitleSource::Document, title);
        // Of several articles, the one that another title names; else the first.
        let known = |linked: &&Linked| {
            linked.is_article
                && linked.headline.as_ref().is_some_and(|headline| {
                    let headline = collapse(&plain(headline));
                    self.head.titles.iter().any(|(_, title)| title.starts_with(&headline))
                })
        };
        let chosen = all.iter().find(known).or(all.first()).cloned();
        let page = all.iter().find(|linked| !linked.is_article).cloned();
        if let Some(linked) = chosen {
            self.take(linked, page, plain);
        }
        self.head.titles.sort_by_key(|(source, _)| *source);
        self.head
    }

    /// Takes what linked data say of the article, and of its page.
    fn take(&mut self, article: Linked, page: Option<Linked>, plain: impl Fn(&str) -> String) {
        let head = &mut self.head;
        let text = |value: Option<String>| {
            value.map(|value| collapse(&plain(&value))).filter(|value| !value.is_empty())
        };
        let page = page.unwrap_or_default();
        for (linked, of_page) in [(&article, !article.is_article), (&page, true)] {
            let days = [(Day::Published, &linked.published), (Day::Modified, &linked.modified)];
            for (day, value) in days {
                if let Some(value) = value.clone() {
                    head.days.push(StatedDay { day, linked: true, of_page, value });
                }
            }
        }
        let Linked {
            is_article, headline, authors, description, language, publisher, body, ..
        } = article;
        if is_article && let Some(headline) = text(headline) {
            add_title(head, TitleSource::LinkedData, headline);
        }
        if let Some(name) = text(publisher.or(page.publisher)) {
            set(&mut head.site_name, name);
        }
        if let Some(description) = text(description) {
            set(&mut head.description, description);
        }
        if let Some(language) = text(language) {
            set(&mut head.language, language);
        }
        // Linked data name the writers one by one.
        if !authors.is_empty() {
            head.authors = authors.into_iter().filter_map(|name| text(Some(name))).collect();
        }
        head.article_body =
            body.map(|body| plain(&body).trim().to_owned()).filter(|body| !body.is_empty());
    }
}

/// What a `meta` of that name states, by the words it is made of; the last word that says
/// something, and nothing where another says that it is of something else.
#[cfg(feature = "html")]
fn stated_by(name: &str) -> Option<&'static str> {
    let name = chars::head(name, NAME_CHARS);
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let says = |word: &str| lists::find(word)?.of(Kind::MetaName).next()?.text();
    let all: Vec<&str> = words.filter_map(says).collect();
    if all.contains(&"other") {
        return None;
    }
    ["published", "modified", "author", "date"].into_iter().find(|kind| all.contains(kind))
}

/// Which day a `meta` or a property of that name, or an element of those classes, states.
#[cfg(feature = "html")]
pub(super) fn day_of(name: &str) -> Option<Day> {
    match stated_by(&name.to_ascii_lowercase())? {
        "published" => Some(Day::Published),
        "modified" => Some(Day::Modified),
        "date" => Some(Day::Unclear),
        _ => None,
    }
}

/// Whether a property of that name, or an element of those classes, holds the name of an author.
#[cfg(feature = "html")]
pub(super) fn names_author(name: &str) -> bool {
    !name.is_empty() && stated_by(&name.to_ascii_lowercase()) == Some("author")
}

/// Sets what has not been stated.
#[cfg(feature = "html")]
fn set(slot: &mut Option<String>, value: String) {
    slot.get_or_insert(value);
}

/// Keeps a title, the first of each source.
#[cfg(feature = "html")]
fn add_title(head: &mut Head, source: TitleSource, title: String) {
    let fits = !title.is_empty() && title.chars().nth(TITLE_CHARS).is_none();
    if fits && head.title(source).is_none() {
        head.titles.push((source, title));
    }
}

/// White space to single spaces.
#[cfg(feature = "html")]
pub(super) fn collapse(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.retain(|c| !chars::is_invisible(c));
    words
}
