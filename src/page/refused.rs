//! A page without a story to why it has none.
//!
//! In: the text of a page, and what was found on it. Out: where that is no story, the reason, as the page
//! says it: an error, scripts that it needs, a person that it asks for; or else what it looks like.
//! Says nothing of a page with a story, however short: the words alone decide nothing, since news is
//! about such pages too.

use std::sync::LazyLock;

use crate::page::result::{NoArticle, Page};
use crate::text::chars;
use crate::text::lists::{self, Kind};
use crate::text::words;

/// A page that refuses says so in fewer words.
const MOST_WORDS: usize = 60;
/// So does one without an article, its menus counted.
const MOST_WORDS_IN_ALL: usize = 300;
/// A page of fewer pieces of text is no index of others.
const INDEX_PIECES: usize = 8;
/// Most words of a headline, and most that they have in the mean; fewest of a sentence.
const HEADLINE_WORDS: usize = 20;
const MEAN_HEADLINE_WORDS: usize = 12;
const SENTENCE_WORDS: usize = 6;

/// What pages without a story say, and why they have none; a space before and behind.
static SAYINGS: LazyLock<Vec<(String, NoArticle)>> = LazyLock::new(|| {
    let phrases = lists::phrases_of(Kind::NoStory);
    let sayings = phrases.filter_map(|(first, phrase, entry)| {
        let why = match entry.text()? {
            "bot" => NoArticle::BotCheck,
            "script" => NoArticle::ScriptOnly,
            _ => NoArticle::ErrorPage,
        };
        Some((format!(" {} ", phrase.with(first)), why))
    });
    let mut sayings: Vec<_> = sayings.collect();
    // A check for robots often needs scripts, and either may call itself an error.
    sayings.sort_by_key(|(_, why)| match why {
        NoArticle::BotCheck => 0,
        NoArticle::ScriptOnly => 1,
        _ => 2,
    });
    sayings
});

/// Empties a page that has no story, and says why it has none; `links` are where the lines start that
/// are links and nothing else, in order.
pub(super) fn refuse(page: &mut Page, text: &str, links: &[usize]) {
    if page.articles.is_empty() {
        let many = page.removed.len() >= INDEX_PIECES;
        let rest = if many { NoArticle::IndexPage } else { NoArticle::NoText };
        let all = page.removed.iter().map(|removed| removed.span.of(text));
        page.no_article = said(all, MOST_WORDS_IN_ALL).or(Some(rest));
        return;
    }
    let pieces = || {
        let articles = page.articles.iter();
        articles.flat_map(|article| article.title.iter().chain(&article.paragraphs))
    };
    let bytes: usize = pieces().map(|span| span.len()).sum();
    if is_index(page, text, links) {
        page.clear(NoArticle::IndexPage);
        return;
    }
    // A dozen bytes a word are plenty, and spare most pages the count.
    if bytes > 12 * MOST_WORDS {
        return;
    }
    if let Some(why) = said(pieces().map(|span| span.of(text)), MOST_WORDS) {
        page.clear(why);
    }
}

/// Whether all that was taken for story are headlines: many short lines, nearly all of them links, and
/// not one sentence.
fn is_index(page: &Page, text: &str, links: &[usize]) -> bool {
    let (mut lines, mut linked, mut count) = (0, 0, 0);
    for article in &page.articles {
        for span in article.title.iter().chain(&article.paragraphs) {
            let words = words::count(span.of(text));
            let bare = span.of(text).trim_end_matches(chars::closes);
            let sentence = words >= SENTENCE_WORDS && bare.ends_with(chars::is_stop);
            if sentence || words > HEADLINE_WORDS {
                return false;
            }
            lines += 1;
            linked += usize::from(links.binary_search(&span.start).is_ok());
            count += words;
        }
    }
    lines >= INDEX_PIECES && 4 * linked >= 3 * lines && count <= MEAN_HEADLINE_WORDS * lines
}

/// What some pieces of text say of why there is no story, if they are `most` words or fewer.
fn said<'a>(pieces: impl Iterator<Item = &'a str>, most: usize) -> Option<NoArticle> {
    let mut count = 0;
    let mut small = String::new();
    for piece in pieces {
        count += words::count(piece);
        if count > most {
            return None;
        }
        small.push(' ');
        for c in piece.chars().flat_map(char::to_lowercase) {
            if chars::is_of_word(c) {
                small.push(c);
            } else if !matches!(c, '\'' | '’') && !small.ends_with(' ') {
                small.push(' ');
            }
        }
    }
    small.push(' ');
    let saying = SAYINGS.iter().find(|(saying, _)| small.contains(saying.as_str()));
    saying.map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use crate::page::{NoArticle, split};

    fn check(text: &str, expected: Option<NoArticle>) {
        let page = split(text);
        assert_eq!(page.no_article, expected, "{text}");
        assert_eq!(page.articles.is_empty(), expected.is_some(), "{text}");
    }

    #[test]
    fn a_page_that_refuses_says_why() {
        let error = Some(NoArticle::ErrorPage);
        check("Home\nNews\n\nPage not found\n\nThe page has moved, or it never was here.", error);
        check("Error 404\n\nWe couldn’t find the page that you wanted to see today.", error);
        check(
            "Seite nicht gefunden\n\nDie Adresse ist falsch, oder die Seite ist umgezogen.",
            error,
        );
        let script = Some(NoArticle::ScriptOnly);
        check("You need to enable JavaScript to run this app.", script);
        let bot = Some(NoArticle::BotCheck);
        check("One moment\n\nPlease enable JavaScript so that we can verify you are human.", bot);
    }

    #[cfg(feature = "html")]
    #[test]
    fn a_page_of_links_is_an_index_and_a_list_is_none() {
        let list = |item: fn(u8) -> String| (1..13).map(item).collect::<String>();
        let links =
            list(|n| format!("<h3><a href='/{n}'>Ferry number {n} sails over the lake</a></h3>"));
        let found = |html: &str| crate::page::split_html(html).1.no_article;
        assert_eq!(found(&links), Some(NoArticle::IndexPage));
        let lead =
            "<p>The ferry crossed the lake on Sunday, and two hundred people came along.</p>";
        assert_eq!(found(&format!("{lead}{links}")), None);
        let plain = list(|n| format!("<p>Ferry number {n} sails over the lake</p>"));
        assert_eq!(found(&plain), None);
    }

    #[test]
    fn a_story_about_such_pages_is_a_story() {
        check("The ferry sails again.", None);
        let story = "The town’s site said only “page not found” on Monday, after a clerk had taken it down by \
            mistake. It took the council three days to find the copy that the school had kept, and a week \
            until all that had been on it was there again, the mayor said, who thanked the pupils for it. \
            Nobody had noticed before the ferry’s timetable was asked for by a visitor from the islands.";
        check(&format!("Page not found: town loses its site\n\n{story}"), None);
    }
}
