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
use std::iter::once;
use std::ops::Range;

use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::input::Form;
use crate::page::articles::Hints;
use crate::page::dates::ElementDate;
use crate::page::features::MarkupFeatures;
use crate::page::head::{self, Day, Head, HeadReader, TitleSource, collapse};
use crate::page::line::{self, Line};
use crate::page::markup::{Around, Block, LineMarkup, PageMarkup};
use crate::page::result::Page;
use crate::page::vocabulary::Vocabulary;
use crate::page::weights::{self, Weights};
use crate::page::{articles, furniture, markup, refused, tags};
use crate::span::Span;
use crate::text::chars;
use crate::text::keyed::Running;
use crate::text::words::{self, Inner};

/// How much HTML is handed to the tokenizer at once; its strings count in 32 bits.
const FEED_BYTES: usize = 1 << 16;
/// Open elements that an end tag is looked for among; deeper ones stay open. Bounds the work of a
/// page whose end tags match nothing.
const CLOSE_DEPTH: usize = 64;
/// Most open elements that are remembered; deeper ones count as part of their parent.
const OPEN_DEPTH: usize = 1 << 20;
/// A line that holds a title may be as many bytes longer and say it.
const MORE_BYTES: usize = 60;
/// A heading with more characters is broken where blocks in it are.
const HEADING_CHARS: usize = 300;
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
    split(html, None, weights::html())
}

/// As [`split_html`], of a page whose address is known, the story lines told by `weights`.
pub(super) fn split(html: &str, url: Option<&str>, weights: &Weights) -> (String, Page) {
    let Document { text, lines, vocabulary, markup, mut hints } = extract(html);
    if let Some(url) = url {
        hints.url = Some(url.to_owned());
    }
    let mut story = furniture::story_lines(&lines, &vocabulary, &markup, &text, weights);
    if let Some(from) = hints.given_from {
        for (index, slot) in story.iter_mut().enumerate() {
            *slot = index >= from;
        }
    }
    let (articles, removed) =
        articles::articles(&lines, &vocabulary, &story, &markup, &hints, &text);
    let mut page = Page { articles, removed, no_article: None };
    let marked = lines.iter().zip(&markup).filter(|(_, markup)| markup.link_line > 0.0);
    let links: Vec<usize> = marked.map(|(line, _)| line.span.start).collect();
    refused::refuse(&mut page, &text, &links);
    (text, page)
}

/// The text of `html`, and what its markup says.
pub(super) fn extract(html: &str) -> Document {
    tokenize(&tags::bounded(html), Sink(RefCell::new(Reader::default()))).0.into_inner().finish()
}

/// What a sink has taken of all of `html`.
fn tokenize<S: TokenSink<Handle = ()>>(html: &str, sink: S) -> S {
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
    tokenizer.sink
}

/// The text of a piece of HTML, such as linked data hold: tags off, a line where a block or a
/// `br` breaks it, entities decoded.
fn plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    tokenize(&tags::bounded(html), Plain(RefCell::new(String::new()))).0.into_inner()
}

struct Plain(RefCell<String>);

impl TokenSink for Plain {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.0.borrow_mut().push_str(&text),
            Token::TagToken(tag) if markup::is_block(&tag.name) => {
                self.0.borrow_mut().push('\n');
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
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
    /// Where it begins, if it holds the name of an author.
    author: Option<Spot>,
}

/// What is around the text in an element, or in none.
#[derive(Clone, Copy, Default)]
struct Surrounds {
    around: Around,
    /// The nearest block element, as [`LineMarkup`] has it.
    block: usize,
    /// The nearest article element, as [`LineMarkup`] has it.
    article: u32,
    /// The block elements, as [`LineMarkup`] has them.
    path: [Running; 2],
}

/// A date that an element states, as it is read: of the line of that number among those of the
/// markup.
struct ReadDate {
    stand: usize,
    around: Around,
    value: String,
    day: Option<Day>,
    property: bool,
}

/// Most dates and authors of elements that are kept.
const DATES: usize = 4_096;
/// Longest text of an element that holds an author's name, in bytes.
const AUTHOR_BYTES: usize = 160;
/// Fewest words of a body of linked data that the page does not show, and how many times the words of
/// all prose that it does.
const GIVEN_WORDS: usize = 40;
const GIVEN_TIMES: usize = 3;

/// Where something stands in the text as it is read: the line of the markup, and the bytes of it
/// before that.
type Spot = (usize, usize);

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
        let unseen = get("hidden").is_some() || get("style").is_some_and(markup::hides);
        if unseen || get("aria-hidden") == Some("true") {
            says |= Around::HIDDEN;
        }
        if unseen {
            says |= Around::UNSEEN;
        }
        // Inside a sentence it is a word to a program that reads aloud, or nothing at all.
        if name == "span" && (unseen || classes.has(Around::HIDDEN)) {
            says |= Around::SKIP;
        }
    }
    if get("itemprop")
        .is_some_and(|kinds| kinds.split_whitespace().any(|kind| kind == "articleBody"))
    {
        says |= Around::BODY;
    }
    says
}

/// Whether an element says that it holds the name of an author.
fn says_author(attributes: Attributes<'_>) -> bool {
    let get = |wanted| attributes.get(wanted).unwrap_or("");
    get("rel").split_ascii_whitespace().any(|rel| rel == "author")
        || head::names_author(get("itemprop"))
        || head::names_author(get("class"))
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
    /// Article elements so far.
    articles: u32,
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
    head: HeadReader,
    /// Whether the document's body has begun.
    in_body: bool,
    dates: Vec<ReadDate>,
    authors: Vec<[Spot; 2]>,
    json: Option<String>,
}

impl Reader {
    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let attributes = Attributes(&tag.attrs);
        self.read_statements(name, attributes);
        let says = says(name, attributes);
        if markup::is_block(name) {
            // A paragraph ends where a block begins, an item where the next begins.
            if name != "br" {
                self.close_implied(name);
            }
            self.break_line(name, says.has(Around::DECK));
        }
        if markup::is_void(name) {
            return TokenSinkResult::Continue;
        }
        if self.open.len() >= OPEN_DEPTH {
            self.beyond += 1;
            return TokenSinkResult::Continue;
        }
        let Surrounds { around, block, article, path } = self.surrounds();
        // The header of an article or of the page's main part is none of the page's (HTML, 4.3.8).
        let inner_header = name == "header" && around.has(Around::ARTICLE | Around::MAIN);
        let says = if inner_header { says.without(Around::HEADER) } else { says };
        let of_article = name == "article" && article == 0;
        self.articles += u32::from(of_article);
        let surrounds = Surrounds {
            around: around | says,
            block: self.block_of(name, says, block),
            article: if of_article { self.articles } else { article },
            path: if markup::is_block(name) { path_with(path, name, attributes) } else { path },
        };
        let names_author = says_author(attributes) && !surrounds.around.has(Around::NOT_AUTHOR);
        let author = names_author.then_some((self.lines.len(), self.buffer.len()));
        self.open.push(Open { name: tag.name.clone(), surrounds, author });
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
        let property = get("itemprop").unwrap_or("");
        match name {
            // A property in the body is of what stands there.
            "meta" if property.is_empty() || !self.in_body => {
                let name = ["property", "name", "itemprop", "http-equiv"].into_iter().find_map(get);
                if let (Some(name), Some(content)) = (name, get("content")) {
                    self.head.meta(name, content);
                }
            }
            "link" => self.head.link(get("rel").unwrap_or(""), get("href").unwrap_or("")),
            "html" => self.head.language(get("lang").or(get("xml:lang")).unwrap_or("")),
            "head" | "title" | "noscript" => {}
            name => self.in_body |= markup::is_block(name),
        }
        let by_property = head::day_of(property);
        let states = name == "time" || (by_property.is_some() && (self.in_body || name != "meta"));
        if states && self.dates.len() < DATES {
            let by_class = || head::day_of(get("class").unwrap_or(""));
            let first = get("pubdate").map(|_| Day::Published);
            self.dates.push(ReadDate {
                stand: self.lines.len(),
                around: self.surrounds().around | says(name, attributes),
                value: get("datetime").or(get("content")).unwrap_or("").trim().to_owned(),
                day: by_property.or(first).or_else(by_class),
                property: by_property.is_some(),
            });
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
            self.break_line(name, false);
        }
        if &**name == "script"
            && let Some(json) = self.json.take()
        {
            self.head.script(json);
        }
        if let Some(found) = found {
            self.pop_to(found);
        }
    }

    fn pop_to(&mut self, len: usize) {
        while self.open.len() > len {
            let Some(open) = self.open.pop() else { break };
            if let Some(start) = open.author.filter(|_| self.authors.len() < DATES) {
                self.authors.push([start, (self.lines.len(), self.buffer.len())]);
            }
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
        let Surrounds { around, block, article, path } = self.surrounds();
        if around.has(Around::SKIP) {
            return;
        }
        if in_title && self.lines.is_empty() {
            self.head.title_text(text);
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
                self.line = LineMarkup { around, block, article, path, ..LineMarkup::default() };
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

    /// Ends the line being read where a block begins or ends. A heading is one line, whatever breaks
    /// are in it, but for a deck's; unless it is so long that its end tag may be missing.
    fn break_line(&mut self, name: &str, deck: bool) {
        let inside = matches!(name, "br" | "div" | "span")
            && !deck
            && self.surrounds().around.has(Around::HEADLINE | Around::SUBHEAD)
            && self.line.around.has(Around::HEADLINE | Around::SUBHEAD)
            && self.line.chars < HEADING_CHARS;
        if inside {
            self.space = true;
        } else {
            self.end_line(!markup::is_tight(name));
        }
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

    fn finish(mut self) -> Document {
        self.end_line(true);
        self.pop_to(0);
        let Self { mut text, lines: mut stands, blocks, head, dates, authors, .. } = self;
        let head = head.finish(plain);
        let stated = insert_titles(&mut text, &mut stands, &head);
        let given = append_body(&mut text, &mut stands, &head);
        let (mut lines, vocabulary) = line::lines(&text, Form::Html);
        let head_lines = take_lines(&mut lines, &stated);
        let page = PageMarkup::of(&stands, &blocks);
        let of_lines = starts(&lines, &stands);
        let hints = Hints {
            levels: of_lines.iter().map(|(_, line)| line.heading_level()).collect(),
            left_out: of_lines.iter().map(|(_, line)| page.left_out(line)).collect(),
            apart: of_lines.iter().map(|(_, line)| page.is_apart(line)).collect(),
            decks: of_lines.iter().map(|(_, line)| line.is_deck()).collect(),
            dates: element_dates(dates, &lines, &stands, &page),
            authors: element_authors(&authors, &stands, &text),
            given_from: given.map(|from| lines.partition_point(|line| line.span.start < from)),
            url: head.url.clone(),
            articles: of_lines.iter().map(|(_, line)| line.article).collect(),
            head,
            head_lines,
        };
        let markup = of_lines.iter().map(|(index, line)| page.features(*index, line)).collect();
        Document { text, lines, vocabulary, markup, hints }
    }
}

/// Puts the titles that the head states and no line says into the text, behind the first line where
/// that is the `title` element. Where they stand.
fn insert_titles(text: &mut String, stands: &mut [LineMarkup], head: &Head) -> Range<usize> {
    let mut added: Vec<&str> = Vec::new();
    for (_, title) in &head.titles {
        let said = text.lines().chain(added.iter().copied()).any(|line| line_says(line, title));
        if !said {
            added.push(title);
        }
    }
    let mut block = added.join("\n\n");
    let own = head.title(TitleSource::Document).filter(|_| !block.is_empty());
    let first = text.lines().next().unwrap_or("");
    let at = if own == Some(first) { first.len() } else { 0 };
    match at {
        0 => block.push_str("\n\n"),
        _ => block.insert_str(0, "\n\n"),
    }
    if added.is_empty() {
        return 0..0;
    }
    for stand in stands.iter_mut().filter(|stand| at == 0 || stand.start > at) {
        stand.start += block.len();
    }
    text.insert_str(at, &block);
    at..at + block.len()
}

/// The words of a line in small letters, a space before each.
fn small(part: &str) -> impl Iterator<Item = char> + '_ {
    let words = words::split(part, Inner::None).map(|word| word.span.of(part));
    words.flat_map(|word| once(' ').chain(word.chars().flat_map(char::to_lowercase)))
}

/// Whether a line says a title: the same words, or the title and not much else.
fn line_says(line: &str, title: &str) -> bool {
    if line.len() > 2 * title.len() + MORE_BYTES {
        return false;
    }
    line.contains(title) || small(line).eq(small(title))
}

/// Appends the body that linked data hold, where the page shows next to nothing of it; where that
/// begins.
fn append_body(text: &mut String, stands: &mut Vec<LineMarkup>, head: &Head) -> Option<usize> {
    let body = head.article_body.as_deref()?;
    let words = body.split_whitespace().count();
    let shown: usize = stands.iter().filter(|it| it.is_prose()).map(|it| it.words).sum();
    if words < GIVEN_WORDS || words < GIVEN_TIMES * shown {
        return None;
    }
    let begin = text.len();
    for line in body.lines().map(collapse).filter(|line| !line.is_empty()) {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        stands.push(LineMarkup {
            start: text.len(),
            around: Around::ARTICLE | Around::BODY | Around::PARAGRAPH,
            chars: line.chars().count(),
            words: line.split(' ').count(),
            ..LineMarkup::default()
        });
        text.push_str(&line);
    }
    Some(begin)
}

/// Where elements hold the names of authors.
fn element_authors(authors: &[[Spot; 2]], stands: &[LineMarkup], text: &str) -> Vec<Span> {
    let place = |(stand, within): Spot| match stands.get(stand) {
        Some(stand) if within > 0 => stand.start + within,
        Some(stand) => stand.start,
        None => text.len(),
    };
    let spans = authors.iter().map(|[start, end]| {
        let (start, end) = (place(*start), place(*end));
        Span::new(start, end.max(start)).trim(text)
    });
    let mut spans: Vec<Span> =
        spans.filter(|span| !span.is_empty() && span.len() <= AUTHOR_BYTES).collect();
    spans.sort_unstable();
    spans
}

/// The dates of elements by the lines of the page.
fn element_dates(
    dates: Vec<ReadDate>,
    lines: &[Line],
    stands: &[LineMarkup],
    page: &PageMarkup,
) -> Vec<ElementDate> {
    let of_date = |date: ReadDate| {
        let start = stands.get(date.stand).map_or(usize::MAX, |stand| stand.start);
        ElementDate {
            // A line of the markup may be one of several that a paragraph was wrapped to.
            line: lines.partition_point(|line| line.span.end <= start),
            value: date.value,
            day: date.day,
            property: date.property,
            elsewhere: page.is_elsewhere(date.around),
        }
    };
    dates.into_iter().map(of_date).collect()
}

/// Takes the lines that stand in `range` out of those of a page.
fn take_lines(lines: &mut Vec<Line>, range: &Range<usize>) -> Vec<Line> {
    let start = lines.partition_point(|line| line.span.start < range.start);
    let end = lines.partition_point(|line| line.span.start < range.end);
    let taken: Vec<Line> = lines.drain(start..end).collect();
    for (index, line) in lines.iter_mut().enumerate() {
        // No line says what these do.
        line.same = match line.same {
            same if same >= end => same - taken.len(),
            same if same >= start => index,
            same => same,
        };
    }
    taken
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

#[cfg(test)]
mod tests {
    use super::{Line, TitleSource, extract};

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

    #[test]
    fn titles_that_no_line_says_stand_in_the_text_and_not_among_the_lines() {
        let html = "<html><head><title>Traders&#39; rent &amp; the mill</title>\
            <meta property=og:title content='Bakers &quot;win&quot; a rent freeze'>\
            <meta name=twitter:title content='The bakers ask for cheaper flour'>\
            </head><body><h2>The bakers ask for cheaper flour</h2><p>They wrote on Friday.</p></body></html>";
        let page = extract(html);
        assert_eq!(page.text.lines().next(), Some("Traders' rent & the mill"));
        let of = |lines: &[Line]| -> Vec<String> {
            lines.iter().map(|line| line.span.of(&page.text).to_owned()).collect()
        };
        assert_eq!(of(&page.hints.head_lines), ["Bakers \"win\" a rent freeze"]);
        assert_eq!(of(&page.lines).len(), 3, "{}", page.text);
        assert_eq!(page.hints.levels, [0, 2, 0]);
        assert_eq!(page.lines.iter().map(|line| line.same).collect::<Vec<_>>(), [0, 1, 2]);
        let sources: Vec<TitleSource> = page.hints.head.titles.iter().map(|it| it.0).collect();
        assert_eq!(sources, [TitleSource::OpenGraph, TitleSource::Twitter, TitleSource::Document]);
    }

    #[test]
    fn a_body_that_only_linked_data_hold_is_read() {
        let body = "The ferry crossed Lake Orrin on Sunday for the first time in nine years.\\n\\n\
            The town paid for the repair with the money that it had put aside for a bridge &amp; a road.\\n\\n\
            Fishermen had asked for a bridge, which would have cost eleven times as much as the ship.";
        let html = format!(
            "<html><head><title>Ferry returns to Lake Orrin</title><script type='application/ld+json'>\
            {{\"@type\":\"NewsArticle\",\"articleBody\":\"{body}\"}}</script></head><body>\
            <nav><a href='/'>Home</a></nav><div id=root></div><footer>About us</footer></body></html>"
        );
        let (text, page) = super::split_html(&html);
        let [article] = page.articles.as_slice() else { panic!("one article") };
        assert_eq!(article.text_from, Some(crate::page::TextSource::JsonLd));
        assert_eq!(article.paragraphs.len(), 3);
        assert!(article.paragraphs[1].of(&text).ends_with("a bridge & a road."), "{text}");
        // Where the page shows it, the page is read.
        let shown = body.replace("\\n\\n", "</p><p>");
        let html = html.replace("<div id=root>", &format!("<div><p>{shown}</p>"));
        let (_, page) = super::split_html(&html);
        assert_eq!(page.articles[0].text_from, None);
        assert_eq!(page.articles[0].paragraphs.len(), 3);
    }
}
