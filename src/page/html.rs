//! HTML to text, and what the markup says of each of its lines.
//!
//! In: an HTML document as scraped, well formed or not. Out: its readable text, the document's
//! title first, one line a block, and where among the elements each line stands; the title and the
//! date that the document's head states; then the same splitting as for plain text.
//! Runs no scripts, applies no style sheets, follows no links.
//!
//! It reads the token stream of `html5ever` and keeps its own stack of open elements instead of
//! building a tree: a hundred thousand nested `div` cost nothing but their names, where the tree
//! builder of the standard looks through all open elements at each tag. The price is that
//! misnested markup is repaired by the simpler rule of [`Reader::close`].

use std::cell::RefCell;

use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::input::Form;
use crate::page::articles::Hints;
use crate::page::features::MarkupFeatures;
use crate::page::line::{self, Line};
use crate::page::markup::{Around, Block, LineMarkup, PageMarkup};
use crate::page::result::Page;
use crate::page::vocabulary::Vocabulary;
use crate::page::weights::{self, Weights};

use crate::page::{articles, furniture, markup, refused};
use crate::text::calendar;
use crate::text::chars;
use crate::text::keyed::Running;

/// How much HTML is handed to the tokenizer at once; its strings count in 32 bits.
const FEED_BYTES: usize = 1 << 16;
/// Open elements that an end tag is looked for among; deeper ones stay open. Bounds the work of a
/// page whose end tags match nothing.
const CLOSE_DEPTH: usize = 64;
/// Most open elements that are remembered; deeper ones count as part of their parent.
const OPEN_DEPTH: usize = 1 << 20;
/// So many characters of a name or class tell a path from others.
const PATH_CHARS: usize = 80;

/// A document's text and what its markup says.
pub(super) struct Document {
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
    pub(super) vocabulary: Vocabulary,
    /// What the markup says of each line.
    pub(super) markup: Vec<MarkupFeatures<f32>>,
    pub(super) hints: Hints,
}

/// The articles on a page of HTML, and the text that their spans point into.
///
/// The text holds the document's title, then each block on a line of its own. Headings, captions,
/// menus and `<article>` help to tell story from furniture; the title and the date that the head
/// states are used for the longest article. Takes time and memory linear in the length of `html`;
/// no input makes it fail.
///
/// ```
/// use standfirst::page;
///
/// let html = "<html><head><title>Ferry returns - Orrin Post</title></head><body>\
///     <nav><a href='/'>Home</a> <a href='/news'>News</a></nav>\
///     <article><h1>Ferry returns</h1><time datetime='2024-04-14T08:32:00Z'>14 April 2024</time>\
///     <p>The ferry crossed Lake Orrin on Sunday for the first time in nine years, and two hundred people came along.</p>\
///     <p>The town paid for the repair with money that it had put aside for a bridge, the mayor said.</p></article>\
///     <footer>Orrin Post, all rights reserved</footer></body></html>";
///
/// let (text, page) = page::split_html(html);
/// let article = &page.articles[0];
/// assert_eq!(article.title.unwrap().of(&text), "Ferry returns");
/// assert_eq!(article.published.as_deref(), Some("2024-04-14T08:32:00"));
/// assert_eq!(article.paragraphs.len(), 2);
/// ```
pub fn split_html(html: &str) -> (String, Page) {
    split(html, weights::html())
}

/// As [`split_html`], the story lines told by `weights`.
pub(super) fn split(html: &str, weights: &Weights) -> (String, Page) {
    let Document { text, lines, vocabulary, markup, hints } = extract(html);
    let story = furniture::story_lines(&lines, &vocabulary, &markup, &text, weights);
    let (articles, removed) = articles::articles(&lines, &vocabulary, &story, &hints, &text);
    let mut page = Page { articles, removed, no_article: None };
    let marked = lines.iter().zip(&markup).filter(|(_, markup)| markup.link_line > 0.0);
    let links: Vec<usize> = marked.map(|(line, _)| line.span.start).collect();
    refused::refuse(&mut page, &text, &links);
    (text, page)
}

/// The text of `html`, and what its markup says.
pub(super) fn extract(html: &str) -> Document {
    let sink = Sink(RefCell::new(Reader::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let mut rest = html;
    while !rest.is_empty() {
        let mut cut = rest.len().min(FEED_BYTES);
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let (piece, after) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(piece));
        // The tokenizer stops at each end of a script, for a browser to run it.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        rest = after;
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => match tag.kind {
                TagKind::StartTag => return reader.open(&tag),
                TagKind::EndTag => reader.close(&tag.name),
            },
            Token::CharacterTokens(text) => reader.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// An element that is open.
struct Open {
    name: html5ever::LocalName,
    surrounds: Surrounds,
}

/// What is around the text in an element, or in none.
#[derive(Clone, Copy, Default)]
struct Surrounds {
    around: Around,
    /// The nearest block element, as [`LineMarkup`] has it.
    block: usize,
    /// The block elements, as [`LineMarkup`] has them.
    path: [Running; 2],
}

/// Where a page states its date, the better source first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum DateSource {
    /// The head's date of publication.
    Published,
    /// Linked data.
    LinkedData,
    /// An element that says that it is the date of publication.
    Microdata,
    /// Another date of the head.
    Meta,
    /// An element with a time.
    Time,
}

/// What a tag says beside its name.
#[derive(Clone, Copy)]
struct Attributes<'a>(&'a [Attribute]);

impl<'a> Attributes<'a> {
    fn get(self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|attribute| &*attribute.name.local == name).map(|found| &*found.value)
    }
}

/// What an element says of its content.
fn says(name: &str, attributes: Attributes<'_>) -> Around {
    let get = |wanted| attributes.get(wanted);
    let mut says = markup::by_element(name) | get("role").map(markup::by_role).unwrap_or_default();
    if !matches!(name, "html" | "body") {
        let classes = [get("class"), get("id")].into_iter().flatten().map(markup::by_classes);
        let classes = classes.fold(Around::NOTHING, |all, one| all | one);
        // On a paragraph or a link a class such as `text` says nothing.
        let plain = matches!(name, "span" | "a" | "p");
        says |= if plain { classes.without(Around::STORY) } else { classes };
        let hidden = get("hidden").is_some() || get("aria-hidden") == Some("true");
        if hidden || get("style").is_some_and(markup::hides) {
            says |= Around::HIDDEN;
        }
    }
    if get("itemprop")
        .is_some_and(|kinds| kinds.split_whitespace().any(|kind| kind == "articleBody"))
    {
        says |= Around::BODY;
    }
    says
}

/// The path of the block elements around, with one more.
fn path_with(path: [Running; 2], name: &str, attributes: Attributes<'_>) -> [Running; 2] {
    let with = |path: Running, part: &str| {
        part.chars().take(PATH_CHARS).fold(path.with('/'), Running::with)
    };
    let [classed, plain] = path.map(|path| with(path, name));
    [with(classed, attributes.get("class").unwrap_or("")), plain]
}

/// How the tokenizer has to read what is in an element that was opened inside `around`.
fn content(name: &str, around: Around) -> TokenSinkResult<()> {
    match name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "title" if !around.has(Around::SKIP) => TokenSinkResult::RawData(RawKind::Rcdata),
        "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    blocks: Vec<Block>,
    text: String,
    lines: Vec<LineMarkup>,
    /// The line being read, and where it stands.
    buffer: String,
    line: LineMarkup,
    /// Whether white space is owed before the next character of the line.
    space: bool,
    /// Whether a block that stands apart has ended since the last line.
    apart: bool,
    /// Elements past [`OPEN_DEPTH`].
    beyond: usize,
    title: Option<String>,
    stated_title: Option<String>,
    stated_date: Option<(DateSource, String)>,
    json: Option<String>,
}

impl Reader {
    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let attributes = Attributes(&tag.attrs);
        self.read_statements(name, attributes);
        if markup::is_block(name) {
            // A paragraph ends where a block begins, an item where the next begins.
            if name != "br" {
                self.close_implied(name);
            }
            self.end_line(!markup::is_tight(name));
        }
        if markup::is_void(name) {
            return TokenSinkResult::Continue;
        }
        if self.open.len() >= OPEN_DEPTH {
            self.beyond += 1;
            return TokenSinkResult::Continue;
        }
        let says = says(name, attributes);
        let Surrounds { around, block, path } = self.surrounds();
        let surrounds = Surrounds {
            around: around | says,
            block: self.block_of(name, says, block),
            path: if markup::is_block(name) { path_with(path, name, attributes) } else { path },
        };
        self.open.push(Open { name: tag.name.clone(), surrounds });
        if name == "script" && attributes.get("type").is_some_and(|kind| kind.contains("ld+json")) {
            self.json = Some(String::new());
        }
        content(name, around)
    }

    /// What surrounds text that comes now.
    fn surrounds(&self) -> Surrounds {
        self.open.last().map(|open| open.surrounds).unwrap_or_default()
    }

    /// The number of the block that an element is: a new one, or that of `parent`.
    fn block_of(&mut self, name: &str, says: Around, parent: usize) -> usize {
        let holds_blocks = markup::is_block(name) && !markup::is_tight(name) && name != "p";
        if !holds_blocks || says.has(Around::HEADLINE | Around::SUBHEAD) {
            return parent;
        }
        let next = self.lines.len();
        self.blocks.push(Block { parent, lines: next..next, prose: 0 });
        // Blocks are numbered from 1; 0 is the document.
        self.blocks.len()
    }

    /// Takes a title or a date that an element of the head, or any other, states.
    fn read_statements(&mut self, name: &str, attributes: Attributes<'_>) {
        let get = |wanted| attributes.get(wanted);
        if name == "meta" {
            self.meta(get("property").or(get("name")).or(get("itemprop")), get("content"));
        }
        if name == "time" || get("itemprop") == Some("datePublished") {
            let published = get("itemprop").is_some() || get("pubdate").is_some();
            let source = if published { DateSource::Microdata } else { DateSource::Time };
            self.date(source, get("datetime").or(get("content")));
        }
    }

    /// Closes what a new block ends by itself.
    fn close_implied(&mut self, name: &str) {
        let closes = |open: &str| match name {
            "li" => matches!(open, "li" | "p"),
            "dt" | "dd" => matches!(open, "dt" | "dd" | "p"),
            "tr" => matches!(open, "tr" | "td" | "th" | "p"),
            "td" | "th" => matches!(open, "td" | "th" | "p"),
            "option" => open == "option",
            _ => open == "p",
        };
        let stops = |open: &str| {
            matches!(
                open,
                "ul" | "ol"
                    | "dl"
                    | "table"
                    | "div"
                    | "section"
                    | "article"
                    | "body"
                    | "button"
                    | "select"
                    | "nav"
            )
        };
        let mut keep = None;
        for (i, open) in self.open.iter().enumerate().rev().take(CLOSE_DEPTH) {
            if closes(&open.name) {
                keep = Some(i);
            }
            if stops(&open.name) {
                break;
            }
        }
        if let Some(keep) = keep {
            self.pop_to(keep);
        }
    }

    /// Closes the nearest open element of that name and all inside it; none, and the tag is
    /// ignored.
    fn close(&mut self, name: &html5ever::LocalName) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take(CLOSE_DEPTH)
            .find(|(_, open)| open.name == *name)
            .map(|(i, _)| i);
        if markup::is_block(name) {
            self.end_line(!markup::is_tight(name));
        }
        if &**name == "script"
            && let Some(json) = self.json.take()
        {
            self.linked_data(&json);
        }
        if let Some(found) = found {
            self.pop_to(found);
        }
    }

    fn pop_to(&mut self, len: usize) {
        while self.open.len() > len {
            let Some(open) = self.open.pop() else { break };
            let parent = self.open.last().map_or(0, |open| open.surrounds.block);
            if open.surrounds.block != parent {
                let last = self.lines.len() + usize::from(!self.buffer.is_empty());
                if let Some(block) =
                    open.surrounds.block.checked_sub(1).and_then(|i| self.blocks.get_mut(i))
                {
                    block.lines.end = last;
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(json) = self.json.as_mut() {
            json.push_str(text);
            return;
        }
        let in_title = self.open.last().is_some_and(|open| &*open.name == "title");
        let Surrounds { around, block, path } = self.surrounds();
        if around.has(Around::SKIP) {
            return;
        }
        if in_title && self.title.is_none() && self.lines.is_empty() {
            self.title = Some(collapse(text));
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if chars::is_invisible(c) || (chars::is_joiner(c) && !self.may_join()) {
                continue;
            }
            if self.buffer.is_empty() {
                self.line = LineMarkup { around, block, path, ..LineMarkup::default() };
            } else if self.space {
                self.buffer.push(' ');
            }
            if self.space || self.line.chars == 0 {
                self.line.words += 1;
            }
            self.space = false;
            self.buffer.push(c);
            self.line.chars += 1;
            self.line.link_chars += usize::from(around.has(Around::LINK));
            // A line that begins with a link or a word in bold is in all that its parts share.
            self.line.around = self.line.around & (around | Around::LINK);
        }
    }

    /// Whether the letter before is of a script whose letters join.
    fn may_join(&self) -> bool {
        let before = self.buffer.chars().next_back();
        !self.space && before.is_some_and(|c| !chars::stands_alone(c))
    }

    /// Ends the line being read, if there is one.
    fn end_line(&mut self, apart: bool) {
        self.space = false;
        if !self.buffer.is_empty() {
            if !self.text.is_empty() {
                self.text.push_str(if self.apart { "\n\n" } else { "\n" });
            }
            self.line.start = self.text.len();
            self.text.push_str(&self.buffer);
            self.buffer.clear();
            if self.line.is_prose() {
                // Right inside it, and half as much for the block around that (readability's rule).
                let mut share = self.line.words * 2;
                let mut at = self.line.block;
                for _ in 0..2 {
                    let Some(block) = at.checked_sub(1).and_then(|i| self.blocks.get_mut(i)) else {
                        break;
                    };
                    block.prose += share;
                    share /= 2;
                    at = block.parent;
                }
            }
            self.lines.push(std::mem::take(&mut self.line));
            self.apart = false;
        }
        self.apart |= apart;
    }

    fn meta(&mut self, name: Option<&str>, content: Option<&str>) {
        let (Some(name), Some(content)) = (name, content) else { return };
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "og:title" | "twitter:title"
                if !content.trim().is_empty()
                    && (self.stated_title.is_none() || name == "og:title") =>
            {
                self.stated_title = Some(collapse(content));
            }
            "article:published_time" | "datepublished" => {
                self.date(DateSource::Published, Some(content));
            }
            "og:published_time"
            | "pubdate"
            | "publishdate"
            | "parsely-pub-date"
            | "sailthru.date"
            | "dc.date"
            | "dc.date.issued"
            | "publication_date"
            | "article.published"
            | "date"
            | "publish-date"
            | "dcterms.created"
            | "cxenseparse:recs:publishtime" => self.date(DateSource::Meta, Some(content)),
            _ => {}
        }
    }

    /// Keeps a stated date where no better source has stated one.
    fn date(&mut self, source: DateSource, value: Option<&str>) {
        let Some(stated) = value.and_then(calendar::stated) else { return };
        if self.stated_date.as_ref().is_none_or(|(old, _)| source < *old) {
            self.stated_date = Some((source, stated.iso));
        }
    }

    /// The date in the document's linked data. Read by its key alone: what scripts hold is often
    /// no JSON.
    fn linked_data(&mut self, json: &str) {
        const KEY: &str = "\"datePublished\"";
        if let Some((_, rest)) = json.split_once(KEY) {
            let value = rest
                .trim_start()
                .strip_prefix(':')
                .map(str::trim_start)
                .and_then(|r| r.strip_prefix('"'));
            if let Some((value, _)) = value.and_then(|v| v.split_once('"')) {
                self.date(DateSource::LinkedData, Some(value));
            }
        }
    }

    fn finish(mut self) -> Document {
        self.end_line(true);
        self.pop_to(0);
        let Self { text, lines: stands, blocks, title, stated_title, stated_date, .. } = self;
        let (lines, vocabulary) = line::lines(&text, Form::Html);
        let page = PageMarkup::of(&stands, &blocks);
        let of_lines = starts(&lines, &stands);
        let hints = Hints {
            title: stated_title.or(title).filter(|title| !title.is_empty()),
            published: stated_date.map(|(_, iso)| iso),
            levels: of_lines.iter().map(|(_, line)| line.heading_level()).collect(),
            captions: of_lines.iter().map(|(_, line)| page.is_caption(line)).collect(),
        };
        let markup = of_lines.iter().map(|(index, line)| page.features(*index, line)).collect();
        Document { text, lines, vocabulary, markup, hints }
    }
}

/// For each line of the page the line of the markup in which it starts, with its number: a paragraph
/// that was wrapped by hand is several of the latter.
fn starts<'a>(lines: &[Line], stands: &'a [LineMarkup]) -> Vec<(usize, &'a LineMarkup)> {
    let of_start = |line: &Line| {
        let behind = stands.partition_point(|stand| stand.start <= line.span.start);
        let index = behind.checked_sub(1)?;
        Some((index, stands.get(index)?))
    };
    lines.iter().filter_map(of_start).collect()
}

/// White space to single spaces, without what is not seen.
fn collapse(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.retain(|c| !chars::is_invisible(c));
    words
}

#[cfg(test)]
mod tests {
    use super::extract;

    #[test]
    fn lines_that_one_paragraph_was_wrapped_to_share_its_markup() {
        let html = "<html><body><h1>The ferry sails again</h1><p>\
            The ferry crossed the lake on Sunday for the first time in nine<br>\
            years, and two hundred people came along to see the harbour and<br>\
            the town that paid for its repair.</p><ul><li><a href='/'>Home</a></li></ul>\
            <h2>The bakers ask for cheaper flour</h2></body></html>";
        let page = extract(html);
        assert_eq!(page.lines.len(), 4, "{}", page.text);
        assert_eq!(page.hints.levels, [1, 0, 0, 2]);
        assert_eq!(
            page.markup.iter().map(|line| line.paragraph).collect::<Vec<_>>(),
            [0.0, 1.0, 0.0, 0.0]
        );
        assert_eq!(
            page.markup.iter().map(|line| line.links).collect::<Vec<_>>(),
            [0.0, 0.0, 1.0, 0.0]
        );
    }
    #[test]
    fn what_is_not_seen_splits_no_word() {
        let page = extract(
            "<h1>The har&shy;bour\u{200b}\u{feff} &zwnj;re\u{2060}opens</h1><p>می\u{200c}روم 👩\u{200d}🔧</p>",
        );
        assert_eq!(page.text, "The harbour reopens\n\nمی\u{200c}روم 👩\u{200d}🔧");
    }

    #[test]
    fn a_line_that_starts_with_what_no_line_keeps_has_its_markup() {
        let page = extract("<p>\u{feff}</p><p>\u{feff}The ferry</p><h2>sails again</h2>");
        assert_eq!(page.hints.levels, [0, 2], "{:?}", page.text);
        assert_eq!(page.markup.len(), 2);
    }
}
