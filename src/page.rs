//! A page to its articles.
//!
//! In: the text of a scraped page, a clean article, or HTML. Out: a [`Page`]: the articles on it,
//! each with its title, its date and its paragraphs, and every other piece of text with the reason
//! why it was left out. All spans are half-open UTF-8 byte spans into the text as given (for HTML,
//! into the extracted text, which is returned too).
//! Reads nothing but the page it is given: no other page, no site profile, no clock; the same text
//! gives the same page on every run. Knows nothing of topics or sentences.
//!
//! The steps, a file each:
//!
//! ```text
//! line.rs       text -> lines and their facts        marks.rs    what furniture calls itself
//! vocabulary.rs the words of the lines, read once    wrap.rs     lines -> whole paragraphs
//! features.rs   lines -> features by name            places.rs   the same of where they stand
//! weights.rs    data/lines -> learned weights        furniture.rs lines -> story or furniture
//! title.rs      headlines, suffixes off              result.rs   what a page is made of
//! pieces.rs     a line -> what may be a title in it  headline.rs  which of them is the headline
//! several.rs    which lines open another article     deck.rs     which paragraph is the standfirst
//! articles.rs   story lines -> articles              html.rs     HTML -> text and hints
//! head.rs       what a document states of itself     dates.rs    when articles were published
//! authors.rs    who wrote them
//! refused.rs    why a page has no article            markup.rs   elements -> features by name
//! plain.rs      plain text -> articles               tags.rs     HTML -> without endless tags
//! recipe.rs     what training asks for
//! ```

mod result;
mod marks;
mod vocabulary;
mod wrap;
mod line;
mod title;
mod features;
mod places;
mod weights;
mod furniture;
#[cfg_attr(not(feature = "html"), expect(dead_code, reason = "text has no head"))]
mod head;
mod pieces;
mod headline;
mod deck;
mod several;
mod dates;
mod authors;
mod articles;
mod refused;
mod plain;
#[cfg(feature = "html")]
mod markup;
#[cfg(feature = "html")]
mod tags;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "_recipe")]
#[doc(hidden)]
pub mod recipe;

use crate::input::{Form, Input};
use crate::span::Span;
#[cfg(feature = "html")]
pub use html::split_html;
pub use result::{DateSource, NoArticle, Page, Reason, Removed, Section, TextSource};

/// The page of an input, and the text that its spans point into where that is not the input's.
pub(crate) fn of_input(input: &Input) -> (Option<String>, Page) {
    match (input.form(), input.is_whole()) {
        (Form::Text, false) => (None, plain::split(input.text(), input.url(), weights::text())),
        (Form::Text, true) => (None, whole(input.text())),
        #[cfg(feature = "html")]
        (Form::Html, false) => {
            let (text, page) = html::split(input.text(), input.url(), weights::html());
            (Some(text), page)
        }
        #[cfg(feature = "html")]
        (Form::Html, true) => {
            let text = html::extract(input.text()).text;
            let page = all_of(&text, Form::Html);
            (Some(text), page)
        }
    }
}

/// The articles on a page of plain text.
///
/// Takes time and memory linear in the length of `text`. Text without a line that looks like
/// furniture is one article, its first line the title if it reads like one.
///
/// ```
/// use standfirst::page;
///
/// let text = "\
/// Ferry returns to Lake Orrin | Local | Orrin Post
///
/// Release time:Apr 14, 2024 08:32 AM
///
/// The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.
///
/// Ferry returns to Lake Orrin | Local | Orrin Post
///
/// The town paid for the repair with the money that it had put aside for a bridge, the mayor said.
///
/// Ferry returns to Lake Orrin | Local | Orrin Post
/// Bakers ask for cheaper flour | Business
/// Bakers ask for cheaper flour | Business
///
/// The bakers of three valleys wrote to the mill on Friday. They want a price that holds until the";
///
/// let page = page::split(text);
/// let [ferry, bakers] = page.articles.as_slice() else { panic!("two articles") };
/// assert_eq!(ferry.title.unwrap().of(text), "Ferry returns to Lake Orrin");
/// assert_eq!(ferry.published.as_deref(), Some("2024-04-14T08:32:00"));
/// assert_eq!(ferry.paragraphs.len(), 2);
/// assert_eq!(bakers.title.unwrap().of(text), "Bakers ask for cheaper flour");
/// assert!(bakers.truncated && !ferry.truncated);
/// assert_eq!(page.removed[0].span.of(text), "| Local | Orrin Post");
/// assert_eq!(page.removed[0].reason.as_str(), "title-suffix");
/// ```
pub fn split(text: &str) -> Page {
    plain::split(text, None, weights::text())
}

/// One clean article: every line a paragraph, nothing removed. A first line that stands apart from
/// the text and ends like no sentence is its title.
///
/// For text that is known to be the body of one article. Text without a line gives a page without
/// an article.
///
/// ```
/// use standfirst::page;
///
/// let text = "The ferry sails again.\n\nIt had not sailed for nine years.";
/// let page = page::whole(text);
/// assert_eq!(page.articles[0].paragraphs.len(), 2);
/// assert!(page.removed.is_empty());
/// ```
pub fn whole(text: &str) -> Page {
    all_of(text, Form::Text)
}

/// All of `text` as one article.
fn all_of(text: &str, form: Form) -> Page {
    let pieces = wrap::paragraphs(text, form);
    let mut paragraphs: Vec<Span> = pieces.iter().map(|piece| piece.span).collect();
    if paragraphs.is_empty() {
        return Page::default();
    }
    let title = match pieces.as_slice() {
        [first, second, ..] if second.blank_before => Some(first.span)
            .filter(|title| title::stands_above(title.of(text), second.span.of(text))),
        _ => None,
    };
    if title.is_some() {
        paragraphs.remove(0);
    }
    let article = Section { title, paragraphs, ..Section::default() };
    Page { articles: vec![article], ..Page::default() }
}

#[cfg(test)]
mod tests {
    use super::{Reason, split, whole};
    use crate::text::lists::{Kind, phrases_of, words_of};

    /// The date of a page whose second line is `line`, and why that line was removed.
    fn published(line: &str) -> (Option<String>, Option<Reason>) {
        let text = format!(
            "Ferry returns to Lake Orrin after nine years\n\n{line}\n\n\
             The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.\n\n\
             The town paid for the repair with the money that it had put aside for a bridge, the mayor said.\n\n\
             Fishermen had asked for a bridge, which would have cost eleven times as much as the ship.\n"
        );
        let page = split(&text);
        assert_eq!(page.articles.len(), 1, "{line}");
        let removed = page.removed.iter().find(|removed| removed.span.of(&text) == line);
        (page.articles[0].published.clone(), removed.map(|removed| removed.reason))
    }

    fn check(line: &str, expected: &str) {
        let (date, reason) = published(line);
        assert_eq!(date.as_deref(), Some(expected), "{line}");
        assert_eq!(reason, Some(Reason::DateLine), "{line}");
    }

    #[test]
    fn a_wrapped_page_has_whole_paragraphs() {
        let text = "Home\nNews\nWeather\n\nFerry returns to Lake Orrin after nine years\n14 April 2024\n\n\
            The ferry crossed Lake Orrin on Sunday for the\nfirst time in nine years, with two hundred people\n\
            on board.\n\nThe town paid for the repair with the money that\nit had put aside for a bridge, the mayor \
            said.\n\nhttps://orrinpost.example/2024/04/14/ferry-returns-to-lake-orrin-after-nine-years-and-more\n";
        let page = split(text);
        let body: Vec<String> = page.articles[0]
            .paragraphs
            .iter()
            .map(|span| span.of(text).replace('\n', " "))
            .collect();
        assert_eq!(
            body[..2],
            [
                "The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.",
                "The town paid for the repair with the money that it had put aside for a bridge, the mayor said.",
            ]
        );
    }

    #[test]
    fn a_headline_over_a_whole_text_is_its_title() {
        let text = "Ferry returns to the lake\n\nThe ferry crossed Lake Orrin on Sunday, the mayor said.\n";
        let article = &whole(text).articles[0];
        assert_eq!(article.title.map(|span| span.of(text)), Some("Ferry returns to the lake"));
        assert_eq!(article.paragraphs.len(), 1);
        for text in [
            "The ferry is back.\n\nIt sails on Monday, the mayor said.",
            "Ferry\n\nIt sails on Monday.",
            "Ferry returns to the lake\nIt sails again on Monday.",
        ] {
            assert_eq!(whole(text).articles[0].title, None, "{text}");
        }
    }

    #[test]
    fn dates_in_figures_are_read() {
        for line in [
            "2024-04-14",
            "2024/4/14",
            "2024.04.14",
            "2024.04.14.",
            "2024. 4. 14.",
            "14.04.2024",
            "14.4.2024",
            "14. 4. 2024",
            "14.4. 2024",
            "14/04/2024",
            "14-04-2024",
            "4/14/2024",
            "14.04.24",
            "2024年4月14日",
            "２０２４年４月１４日",
            "2024년 4월 14일",
            "2024년 4월 14일(현지시간)",
        ] {
            check(line, "2024-04-14");
        }
    }

    #[test]
    fn dates_in_each_language_are_read() {
        for line in [
            "April 14, 2024",
            "14th of April 2024",
            "Sunday, 14 April 2024",
            "Apr. 14, 2024",
            "14-Apr-2024",
            "14. April 2024",
            "Sonntag, den 14. April 2024",
            "Veröffentlicht am 14. April 2024",
            "14 avril 2024",
            "Publié le dimanche 14 avril 2024",
            "14 de abril de 2024",
            "domingo, 14 de abril del 2024",
            "Publicado em 14 de abril de 2024",
            "domenica 14 aprile 2024",
            "14 d'abril de 2024",
            "zondag 14 april 2024",
            "14 kwietnia 2024 r.",
            "14. dubna 2024",
            "14 aprilie 2024",
            "2024. április 14.",
            "2024. április 14., vasárnap",
            "söndag 14 april 2024",
            "den 14 april 2024",
            "søndag den 14. april 2024",
            "14. huhtikuuta 2024",
            "14 апреля 2024 г.",
            "14 квітня 2024 року",
            "14 Nisan 2024 Pazar",
            "Minggu, 14 April 2024",
            "Chủ nhật, ngày 14 tháng 4 năm 2024",
            "14 tháng 4, 2024",
            "14 tháng tư 2024",
            "Κυριακή 14 Απριλίου 2024",
            "14 ΑΠΡΙΛΙΟΥ 2024",
            "١٤ أبريل ٢٠٢٤",
            "14 अप्रैल 2024",
        ] {
            check(line, "2024-04-14");
        }
        check("1er août 2018", "2018-08-01");
        check("1º de maio de 2018", "2018-05-01");
        check("1° maggio 2018", "2018-05-01");
        // One word, two months: Croatian writes a full stop behind the day.
        check("14 listopada 2024", "2024-11-14");
        check("14. listopada 2024.", "2024-10-14");
    }

    #[test]
    fn times_are_read_with_their_dates() {
        for (line, time) in [
            ("14 April 2024 at 3.20pm", "15:20:00"),
            ("14 April 2024, 15:20 GMT", "15:20:00"),
            ("14. April 2024, 15.20 Uhr", "15:20:00"),
            ("Um 15:20 am 14. April 2024", "15:20:00"),
            ("14 avril 2024 à 15h20", "15:20:00"),
            ("14 de abril de 2024 às 15 h 20", "15:20:00"),
            ("14 Απριλίου 2024, 3:20 μ.μ.", "15:20:00"),
            ("14 апреля 2024, 15:20", "15:20:00"),
            ("2024年4月14日 15:20", "15:20:00"),
            ("2024年4月14日 下午3:20", "15:20:00"),
            ("2024年4月14日15时20分", "15:20:00"),
            ("2024년 4월 14일 오후 3:20", "15:20:00"),
            ("2024.04.14 오전 3시 20분", "03:20:00"),
            ("2024-04-14T15:20:07+02:00", "15:20:07"),
        ] {
            check(line, &format!("2024-04-14T{time}"));
        }
    }

    #[test]
    fn each_month_that_is_listed_is_read() {
        let words = |kind| words_of(kind).map(|(word, entry)| (word.to_owned(), entry));
        let phrases =
            phrases_of(Kind::Month).map(|(first, phrase, entry)| (phrase.with(first), entry));
        let mut count = 0;
        for (word, entry) in words(Kind::Month).chain(words(Kind::MonthShort)).chain(phrases) {
            check(&format!("14 {word} 2024"), &format!("2024-{:02}-14", entry.number().unwrap()));
            count += 1;
        }
        assert!(count > 500, "{count}");
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for line in [
            "03/04/2024",
            "31 April 2024",
            "April 2024",
            "14 April",
            "24年4月14日",
            "Section 4.14",
            "Patch notes: 1.8.86",
            "Echo Show 8 (3rd Gen, 2023)",
            "Intel Gen 12, 2021",
            "Nov 18 52 photos",
            "June 17-20, 2026",
            "14-16 April 2024",
        ] {
            assert_eq!(published(line).0, None, "{line}");
        }
    }

    #[test]
    fn a_space_that_was_lost_loses_no_date() {
        check("By Ada Poe14 April 2024", "2024-04-14");
        check("14Apr2024 at3:20 pm", "2024-04-14T15:20:00");
    }

    #[test]
    fn a_page_that_writes_the_month_first_has_its_doubtful_dates_unread() {
        assert_eq!(published("09.10.2024").0.as_deref(), Some("2024-10-09"));
        let text = "Ferry returns to Lake Orrin after nine years\n\n09.10.2024\n\n\
            The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.\n\n\
            The town paid for the repair with the money that it had put aside for a bridge, the mayor said.\n\n\
            Home\n\nNews\n\nWeather\n\nContact us\n\nJobs\n\nMost read\n\n11.24.2024\n";
        assert_eq!(split(text).articles[0].published, None);
    }

    const FERRY: &str = "The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.\n\n\
        The town paid for the repair with the money that it had put aside for a bridge, the mayor said.\n\n\
        Fishermen had asked for a bridge, which would have cost eleven times as much as the ship.";
    const FLOUR: &str = "Bakers of three valleys wrote to the mill on Friday and asked for a price of flour that holds until harvest.\n\n\
        Wheat has become dearer since the dry spring, and two bakeries in Halm closed their ovens.\n\n\
        A miller said that grain was sold long before it was ground, and nobody could promise anything.";

    /// The titles of the articles in a text, each with its number of paragraphs.
    fn titles(text: &str) -> Vec<(Option<&str>, usize)> {
        let of = |section: &super::Section| {
            (section.title.map(|title| title.of(text)), section.paragraphs.len())
        };
        split(text).articles.iter().map(of).collect()
    }

    #[test]
    fn a_sentence_is_no_headline() {
        assert_eq!(titles(FERRY), [(None, 3)]);
        assert_eq!(titles(FLOUR), [(None, 3)]);
    }

    #[test]
    fn what_stands_above_a_headline_is_not_it() {
        for top in [
            "Orrin Post",
            "News",
            "Home > News > Local",
            "Monday, 18 March 2024",
            "Menu\n\nSearch\n\nOrrin Post",
        ] {
            let text = format!(
                "{top}\n\nFerry returns to Lake Orrin after nine years\n\nBy Ada Poe\n\n{FERRY}"
            );
            assert_eq!(
                titles(&text),
                [(Some("Ferry returns to Lake Orrin after nine years"), 3)],
                "{top}"
            );
        }
    }

    #[test]
    fn several_stories_in_a_text_are_told_apart() {
        for (head, between) in [("# ", "\n\n"), ("", "\n\n----------\n\n")] {
            let text = format!(
                "{head}Ferry returns to Lake Orrin\n\n{FERRY}{between}{head}Bakers ask for cheaper flour\n\n{FLOUR}"
            );
            let expected = [
                (Some("Ferry returns to Lake Orrin"), 3),
                (Some("Bakers ask for cheaper flour"), 3),
            ];
            assert_eq!(titles(&text), expected, "{text}");
        }
    }

    #[cfg(feature = "html")]
    mod of_html {
        use super::{FERRY, FLOUR};
        use crate::page::split_html;

        fn paragraphs(body: &str) -> String {
            body.split("\n\n").map(|line| format!("<p>{line}</p>")).collect()
        }

        /// The titles of the articles, with their decks and the number of their paragraphs.
        fn titles(html: &str) -> Vec<(String, String, usize)> {
            let (text, page) = split_html(html);
            let said =
                |span: Option<crate::span::Span>| span.map_or("", |span| span.of(&text)).to_owned();
            let of = |section: &super::super::Section| {
                (said(section.title), said(section.deck), section.paragraphs.len())
            };
            page.articles.iter().map(of).collect()
        }

        #[test]
        fn a_heading_is_one_line() {
            let html = format!(
                "<title>Ferry: back on the lake - Orrin Post</title><header>Orrin Post</header>\
                 <h1>Ferry:<br>back on the lake</h1>{}",
                paragraphs(FERRY)
            );
            assert_eq!(titles(&html), [("Ferry: back on the lake".to_owned(), String::new(), 3)]);
        }

        #[test]
        fn a_deck_is_named_and_stays_in_the_body() {
            for deck in ["<p class='standfirst'>", "<h2 class='article-subtitle'>"] {
                let html = format!(
                    "<title>Ferry returns to Lake Orrin</title><article><h1>Ferry returns to Lake Orrin</h1>\
                     {deck}Nine years after it ran aground, the ship is back and the town has no bridge.{}\
                     <div>By Ada Poe</div><time>14 April 2024</time>{}</article>",
                    if deck.starts_with("<p") { "</p>" } else { "</h2>" },
                    paragraphs(FERRY)
                );
                let [(title, said, count)] = titles(&html).try_into().unwrap();
                assert_eq!(title, "Ferry returns to Lake Orrin");
                assert!(said.starts_with("Nine years") && count >= 4, "{said} {count}");
            }
        }

        #[test]
        fn articles_in_elements_of_their_own_are_several() {
            let html = format!(
                "<title>Local news</title><article><h2>Ferry returns to Lake Orrin</h2>{}</article>\
                 <article><h2>Bakers ask for cheaper flour</h2>{}</article>",
                paragraphs(FERRY),
                paragraphs(FLOUR)
            );
            let found = titles(&html);
            let found: Vec<(&str, usize)> =
                found.iter().map(|(title, _, count)| (title.as_str(), *count)).collect();
            assert_eq!(
                found,
                [("Ferry returns to Lake Orrin", 3), ("Bakers ask for cheaper flour", 3)]
            );
        }
    }
}
