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
//! line.rs       text -> lines and their facts        words.rs    what furniture calls itself
//! furniture.rs  lines -> story or furniture          weights.rs  the learned weights of that
//! title.rs      headlines, suffixes off              vocabulary.rs the words of the lines, read once
//! articles.rs   story lines -> articles              html.rs     HTML -> text and hints
//! ```

mod articles;
mod furniture;
#[cfg(feature = "html")]
mod html;
mod line;
mod title;
mod vocabulary;
mod weights;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;
#[cfg(feature = "html")]
pub use html::split_html;

/// What was found on a page.
///
/// No text is lost: each character that is not white space lies in exactly one title, paragraph
/// or removed span.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The articles, in page order; empty for a page without text.
    pub articles: Vec<Article>,
    /// What is not part of an article, in page order.
    pub removed: Vec<Removed>,
}

/// One article found on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// The title, without site and section suffixes; `None` when the page shows none.
    pub title: Option<Span>,
    /// The publication date the page states, ISO 8601 without zone (`2024-04-14T08:32:00`), or
    /// the date alone. The clock is the page's own; no zone is converted.
    pub published: Option<String>,
    /// The paragraphs of the body, in page order; never empty.
    pub paragraphs: Vec<Span>,
    /// Whether the page itself cut the article short.
    pub truncated: bool,
}

/// A piece of the page that is not part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// Why it is not part of an article.
    pub reason: Reason,
}

/// Why a piece of text is not part of an article.
///
/// The reason is the likeliest reading of the line, for the person who checks; only
/// `repeated-line`, `title-suffix` and `date-line` are certain.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The page said it before: a title that returns, a menu printed twice.
    RepeatedLine,
    /// Site and section names around a title.
    TitleSuffix,
    /// The page's own title, where the caller gave another.
    ReplacedTitle,
    /// A line that states when the story was published.
    DateLine,
    /// Who wrote it.
    Byline,
    /// A picture's caption or credit.
    Caption,
    /// Buttons for sharing, following, printing.
    Share,
    /// Menus and other short lines.
    Navigation,
    /// Links to other stories.
    Related,
    /// Advertising.
    Advert,
    /// Readers' comments.
    Comments,
    /// Rights, cookies, terms.
    Notice,
    /// Furniture of another kind.
    Other,
}

impl Reason {
    /// The name used in a digest row, such as `repeated-line`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RepeatedLine => "repeated-line",
            Self::TitleSuffix => "title-suffix",
            Self::ReplacedTitle => "replaced-title",
            Self::DateLine => "date-line",
            Self::Byline => "byline",
            Self::Caption => "caption",
            Self::Share => "share",
            Self::Navigation => "navigation",
            Self::Related => "related",
            Self::Advert => "advert",
            Self::Comments => "comments",
            Self::Notice => "notice",
            Self::Other => "other",
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
    let (lines, vocabulary) = line::lines(text);
    let story = furniture::story_lines(&lines, &vocabulary, &[], text, &weights::TEXT);
    let hints = articles::Hints::default();
    let (articles, removed) = articles::articles(&lines, &vocabulary, &story, &hints, text);
    Page { articles, removed }
}

/// One clean article: every line a paragraph, nothing removed, no title.
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
    let paragraphs: Vec<Span> = line::spans(text).iter().map(|line| line.span).collect();
    if paragraphs.is_empty() {
        return Page::default();
    }
    let article = Article { paragraphs, ..Article::default() };
    Page { articles: vec![article], removed: Vec::new() }
}

/// The facts of each line as the line model sees them; for the recipe that trains it.
#[doc(hidden)]
pub fn line_facts(text: &str) -> Vec<(Span, Vec<f32>)> {
    facts(text, &[])
}

/// As [`line_facts`], for HTML, with the extracted text.
#[cfg(feature = "html")]
#[doc(hidden)]
pub fn html_line_facts(html: &str) -> (String, Vec<(Span, Vec<f32>)>) {
    let document = html::extract(html);
    let facts = facts(&document.text, &document.markup);
    (document.text, facts)
}

fn facts(text: &str, markup: &[[f32; furniture::MARKUP]]) -> Vec<(Span, Vec<f32>)> {
    let (lines, vocabulary) = line::lines(text);
    let counts = furniture::repeats(&lines);
    let places = furniture::places(&lines, &vocabulary, text);
    lines
        .iter()
        .zip(&places)
        .enumerate()
        .map(|(i, (line, place))| {
            let own = furniture::own(line, counts.get(&line.key).copied().unwrap_or(1));
            let tags = markup.get(i).map(|tags| tags.as_slice()).unwrap_or_default();
            (line.span, [own.as_slice(), place.as_slice(), tags].concat())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Reason, split};
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
}
