//! HTML to text, and what the markup says of each of its lines.
//!
//! In: an HTML document as scraped, well formed or not. Out: its readable text, the document's
//! title first, one line a block, and for each line the facts of its markup; the title and the
//! date that the document's head states; then the same splitting as for plain text.
//! Runs no scripts, applies no style sheets, follows no links.
//!
//! It reads the token stream of `html5ever` and keeps its own stack of open elements instead of
//! building a tree: a hundred thousand nested `div` cost nothing but their names, where the tree
//! builder of the standard looks through all open elements at each tag. The price is that
//! misnested markup is repaired by the simpler rule of [`Reader::close`].

use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::page::articles::Hints;
use crate::page::furniture::{self, MARKUP};
use crate::page::{Page, articles, line, weights};
use crate::text::calendar;
use crate::text::hash;

/// How much HTML is handed to the tokenizer at once; its strings count in 32 bits.
const FEED_BYTES: usize = 1 << 16;
/// Open elements that an end tag is looked for among; deeper ones stay open. Bounds the work of a
/// page whose end tags match nothing.
const CLOSE_DEPTH: usize = 64;
/// Most open elements that are remembered; deeper ones count as part of their parent.
const OPEN_DEPTH: usize = 1 << 20;

/// A document's text and what its markup says.
pub(super) struct Document {
    pub(super) text: String,
    /// For each line of `text`, the facts of its markup.
    pub(super) markup: Vec<[f32; MARKUP]>,
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
    let document = extract(html);
    let Document { text, markup, hints, .. } = document;
    let (lines, vocabulary) = line::lines(&text);
    let story = furniture::story_lines(&lines, &vocabulary, &markup, &text, &weights::HTML);
    let (articles, removed) = articles::articles(&lines, &vocabulary, &story, &hints, &text);
    (text, Page { articles, removed })
}

/// The text of `html` with its markup's facts.
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

/// What surrounds a piece of text: one bit each, handed down from element to element.
type Around = u32;

mod around {
    pub(super) const NAV: u32 = 1;
    pub(super) const FOOTER: u32 = 1 << 1;
    pub(super) const HEADER: u32 = 1 << 2;
    pub(super) const ASIDE: u32 = 1 << 3;
    pub(super) const FIGURE: u32 = 1 << 4;
    pub(super) const FORM: u32 = 1 << 5;
    pub(super) const ARTICLE: u32 = 1 << 6;
    pub(super) const MAIN: u32 = 1 << 7;
    pub(super) const BODY: u32 = 1 << 8;
    pub(super) const STORY: u32 = 1 << 9;
    pub(super) const COMMENT: u32 = 1 << 10;
    pub(super) const SHARE: u32 = 1 << 11;
    pub(super) const RELATED: u32 = 1 << 12;
    pub(super) const ADVERT: u32 = 1 << 13;
    pub(super) const MENU: u32 = 1 << 14;
    pub(super) const SIGNUP: u32 = 1 << 15;
    pub(super) const META: u32 = 1 << 16;
    pub(super) const CAPTION: u32 = 1 << 17;
    pub(super) const HIDDEN: u32 = 1 << 18;
    pub(super) const QUOTE: u32 = 1 << 19;
    pub(super) const ITEM: u32 = 1 << 20;
    pub(super) const TABLE: u32 = 1 << 21;
    pub(super) const PARAGRAPH: u32 = 1 << 22;
    pub(super) const LINK: u32 = 1 << 23;
    pub(super) const SKIP: u32 = 1 << 24;
    pub(super) const SUBHEAD: u32 = 1 << 25;
    pub(super) const HEADLINE: u32 = 1 << 26;
    /// What a class says against its content, and is not believed when most of the page has it.
    pub(super) const DOUBTS: u32 = COMMENT
        | SHARE
        | RELATED
        | ADVERT
        | MENU
        | SIGNUP
        | META
        | CAPTION
        | ASIDE
        | HEADER
        | FORM
        | HIDDEN;
}

/// What an element's name says.
fn by_name(name: &str) -> Around {
    match name {
        "nav" | "menu" => around::NAV,
        "footer" => around::FOOTER,
        "header" => around::HEADER,
        "aside" => around::ASIDE,
        "figure" => around::FIGURE,
        "figcaption" => around::FIGURE | around::CAPTION,
        "form" | "button" | "label" | "select" | "fieldset" => around::FORM,
        "article" => around::ARTICLE,
        "main" => around::MAIN,
        "blockquote" => around::QUOTE,
        "li" | "dt" | "dd" => around::ITEM,
        "table" => around::TABLE,
        "p" => around::PARAGRAPH,
        "a" => around::LINK,
        "h1" => around::HEADLINE,
        "h2" | "h3" | "h4" | "h5" | "h6" => around::SUBHEAD,
        "script" | "style" | "template" | "noscript" | "svg" | "iframe" | "object" | "textarea"
        | "option" | "canvas" | "math" | "video" | "audio" | "noframes" => around::SKIP,
        _ => 0,
    }
}

/// Elements that break the line, before and after them.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "ul"
            | "br"
            | "option"
            | "select"
            | "button"
            | "caption"
            | "noscript"
            | "video"
            | "iframe"
    )
}

/// Blocks so close to their neighbours that no blank line stands between them.
fn is_tight(name: &str) -> bool {
    matches!(name, "li" | "td" | "th" | "tr" | "dt" | "dd" | "br" | "option" | "button")
}

/// Elements that have no content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// What a word of a class or id says.
fn by_word(word: &str) -> Around {
    match word {
        "nav" | "navbar" | "navigation" | "menu" | "breadcrumb" | "breadcrumbs" | "topbar"
        | "masthead" => around::MENU,
        "footer" | "foot" | "colophon" | "copyright" => around::FOOTER,
        "sidebar" | "side" | "rail" | "aside" | "widget" | "widgets" => around::ASIDE,
        "comment" | "comments" | "disqus" | "reply" | "respond" | "discussion" => around::COMMENT,
        "share" | "sharing" | "social" | "sharedaddy" | "follow" | "addthis" | "print" => {
            around::SHARE
        }
        "related" | "recommended" | "recommend" | "recirc" | "recirculation" | "popular"
        | "trending" | "latest" | "promo" | "teaser" | "teasers" | "read" | "more" | "next"
        | "prev" | "list" | "card" | "cards" | "carousel" | "outbrain" | "taboola" | "tease" => {
            around::RELATED
        }
        "ad" | "ads" | "advert" | "advertisement" | "sponsor" | "sponsored" | "dfp" | "banner" => {
            around::ADVERT
        }
        "newsletter" | "subscribe" | "subscription" | "signup" | "modal" | "popup" | "cookie"
        | "consent" | "gdpr" | "paywall" | "overlay" | "login" | "promotion" => around::SIGNUP,
        "byline" | "author" | "authors" | "bio" | "meta" | "tags" | "tag" | "timestamp"
        | "date" | "dateline" | "time" | "published" | "credit" | "credits" | "category"
        | "categories" => around::META,
        "caption" | "wp" | "photo" | "image" | "gallery" | "slideshow" | "media" | "figcaption"
        | "video" => around::CAPTION,
        "hidden" | "hide" | "sr" | "visuallyhidden" | "screen" => around::HIDDEN,
        "article" | "story" | "post" | "entry" | "content" | "text" | "body" | "paragraph"
        | "main" | "copy" => around::STORY,
        _ => 0,
    }
}

/// Class and id names, their separators off, that hold a story's body on most sites that use them.
const BODY_NAMES: [&str; 16] = [
    "articlebody",
    "articlecontent",
    "articletext",
    "bodycontent",
    "bodycopy",
    "entrycontent",
    "mainarticle",
    "newsbody",
    "newscontent",
    "newstext",
    "postbody",
    "postcontent",
    "storybody",
    "storycontent",
    "storytext",
    "singlecontent",
];

/// An element that is open.
struct Open {
    name: html5ever::LocalName,
    around: Around,
    /// Number of the nearest block element around the text.
    block: usize,
    /// Hash of the names and classes of the block elements around the text, and of the names alone.
    path: [u64; 2],
}

/// A line being put together, or done.
#[derive(Clone, Copy, Default)]
struct Facts {
    around: Around,
    block: usize,
    path: [u64; 2],
    chars: usize,
    link_chars: usize,
    words: usize,
}

impl Facts {
    /// Whether the line is some words long and mostly no link.
    fn is_prose(&self) -> bool {
        self.words >= 8 && self.link_chars * 2 < self.chars
    }
}

/// A block element: its parent, the lines it holds, how much prose stands right in it.
struct Block {
    parent: usize,
    first: usize,
    last: usize,
    prose: usize,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    blocks: Vec<Block>,
    text: String,
    lines: Vec<Facts>,
    /// The line being read and its facts.
    buffer: String,
    facts: Facts,
    /// Whether white space is owed before the next character of the line.
    space: bool,
    /// Whether a block that stands apart has ended since the last line.
    apart: bool,
    /// Elements past [`OPEN_DEPTH`].
    beyond: usize,
    title: Option<String>,
    stated_title: Option<String>,
    stated_date: Option<(u8, String)>,
    json: Option<String>,
}

impl Reader {
    fn around(&self) -> Around {
        self.open.last().map_or(0, |open| open.around)
    }

    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let attr =
            |wanted: &str| tag.attrs.iter().find(|a| &*a.name.local == wanted).map(|a| &*a.value);
        if name == "meta" {
            self.meta(attr("property").or(attr("name")).or(attr("itemprop")), attr("content"));
        }
        if name == "time" || attr("itemprop") == Some("datePublished") {
            self.date(
                if attr("itemprop").is_some() || attr("pubdate").is_some() { 3 } else { 5 },
                attr("datetime").or(attr("content")),
            );
        }
        // A paragraph ends where a block begins, an item where the next begins.
        if is_block(name) && name != "br" {
            self.close_implied(name);
        }
        if is_block(name) {
            self.end_line(!is_tight(name));
        }
        if is_void(name) {
            return TokenSinkResult::Continue;
        }
        if self.open.len() >= OPEN_DEPTH {
            self.beyond += 1;
            return TokenSinkResult::Continue;
        }
        let mut own = by_name(name);
        if !matches!(name, "html" | "body") {
            own |= self.by_attributes(name, attr("class"), attr("id"));
            let hides = attr("style").is_some_and(|style| {
                let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
                style.contains("display:none") || style.contains("visibility:hidden")
            });
            if hides || attr("hidden").is_some() || attr("aria-hidden") == Some("true") {
                own |= around::HIDDEN;
            }
        }
        match attr("role") {
            Some("navigation" | "menu" | "menubar") => own |= around::NAV,
            Some("main") => own |= around::MAIN,
            Some("article") => own |= around::ARTICLE,
            Some("complementary") => own |= around::ASIDE,
            Some("contentinfo") => own |= around::FOOTER,
            Some("banner") => own |= around::HEADER,
            Some("dialog" | "search") => own |= around::FORM,
            _ => {}
        }
        if attr("itemprop").is_some_and(|prop| prop.split_whitespace().any(|p| p == "articleBody"))
        {
            own |= around::BODY;
        }
        let parent = self.open.last().map_or(0, |open| open.block);
        let block = if is_block(name)
            && !is_tight(name)
            && name != "p"
            && own & (around::HEADLINE | around::SUBHEAD) == 0
        {
            let next = self.lines.len();
            self.blocks.push(Block { parent, first: next, last: next, prose: 0 });
            // Blocks are numbered from 1; 0 is the document.
            self.blocks.len()
        } else {
            parent
        };
        let inherited = self.around();
        let mut path = self.open.last().map_or([hash::START; 2], |open| open.path);
        if is_block(name) {
            let [named, plain] = path;
            let hash =
                |from, part: &str| part.chars().take(80).fold(hash::with(from, '/'), hash::with);
            path = [hash(hash(named, name), attr("class").unwrap_or("")), hash(plain, name)];
        }
        self.open.push(Open { name: tag.name.clone(), around: inherited | own, block, path });
        match name {
            "script" => {
                if attr("type").is_some_and(|t| t.contains("ld+json")) {
                    self.json = Some(String::new());
                }
                TokenSinkResult::RawData(RawKind::ScriptData)
            }
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" if inherited & around::SKIP == 0 => TokenSinkResult::RawData(RawKind::Rcdata),
            "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }

    /// What class and id say.
    fn by_attributes(&self, name: &str, class: Option<&str>, id: Option<&str>) -> Around {
        let mut own = 0;
        for value in [class, id].into_iter().flatten() {
            for entry in value.split_whitespace() {
                let plain: String = entry
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .flat_map(char::to_lowercase)
                    .take(60)
                    .collect();
                if BODY_NAMES.iter().any(|body| plain.contains(body)) {
                    own |= around::BODY;
                }
                let mut word = String::new();
                let mut low = false;
                for c in entry.chars().take(60) {
                    // `storyBody`, `story-body`, `story_body`.
                    if !c.is_alphanumeric() || (low && c.is_uppercase()) {
                        own |= by_word(&word);
                        word.clear();
                    }
                    if c.is_alphanumeric() {
                        word.extend(c.to_lowercase());
                    }
                    low = c.is_lowercase();
                }
                own |= by_word(&word);
            }
        }
        // On a paragraph or a link a class such as `text` says nothing.
        if matches!(name, "span" | "a" | "p") { own & !around::STORY } else { own }
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
        if is_block(name) {
            self.end_line(!is_tight(name));
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
            let parent = self.open.last().map_or(0, |open| open.block);
            if open.block != parent {
                let last = self.lines.len() + usize::from(!self.buffer.is_empty());
                if let Some(block) = open.block.checked_sub(1).and_then(|i| self.blocks.get_mut(i))
                {
                    block.last = last;
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(json) = self.json.as_mut() {
            json.push_str(text);
            return;
        }
        let (around, block, path, in_title) = match self.open.last() {
            Some(open) => (open.around, open.block, open.path, &*open.name == "title"),
            None => (0, 0, [0; 2], false),
        };
        if around & around::SKIP != 0 {
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
            if self.buffer.is_empty() {
                self.facts = Facts { around, block, path, ..Facts::default() };
            } else if self.space {
                self.buffer.push(' ');
            }
            if self.space || self.facts.chars == 0 {
                self.facts.words += 1;
            }
            self.space = false;
            self.buffer.push(c);
            self.facts.chars += 1;
            self.facts.link_chars += usize::from(around & around::LINK != 0);
            // A line that begins with a link or a word in bold is in all that its parts share.
            self.facts.around &= around | around::LINK;
        }
    }

    /// Ends the line being read, if there is one.
    fn end_line(&mut self, apart: bool) {
        self.space = false;
        if !self.buffer.is_empty() {
            if !self.text.is_empty() {
                self.text.push_str(if self.apart { "\n\n" } else { "\n" });
            }
            self.text.push_str(&self.buffer);
            self.buffer.clear();
            if self.facts.is_prose() {
                // Right inside it, and half as much for the block around that (readability's rule).
                let mut share = self.facts.words * 2;
                let mut at = self.facts.block;
                for _ in 0..2 {
                    let Some(block) = at.checked_sub(1).and_then(|i| self.blocks.get_mut(i)) else {
                        break;
                    };
                    block.prose += share;
                    share /= 2;
                    at = block.parent;
                }
            }
            self.lines.push(std::mem::take(&mut self.facts));
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
            "article:published_time" | "datepublished" => self.date(1, Some(content)),
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
            | "cxenseparse:recs:publishtime" => self.date(4, Some(content)),
            _ => {}
        }
    }

    /// Keeps a stated date, the better `rank` (lower) first.
    fn date(&mut self, rank: u8, value: Option<&str>) {
        let Some(stated) = value.and_then(calendar::stated) else { return };
        if self.stated_date.as_ref().is_none_or(|(old, _)| rank < *old) {
            self.stated_date = Some((rank, stated.iso));
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
                self.date(2, Some(value));
            }
        }
    }

    fn finish(mut self) -> Document {
        self.end_line(true);
        self.pop_to(0);
        let total =
            self.lines.iter().filter(|f| f.words >= 8).map(|f| f.words).sum::<usize>().max(1);
        // What covers most of the page's prose says nothing against it.
        let mut believed = u32::MAX;
        for bit in (0..u32::BITS).map(|b| 1_u32 << b).filter(|bit| bit & around::DOUBTS != 0) {
            let covered: usize = self
                .lines
                .iter()
                .filter(|f| f.words >= 8 && f.around & bit != 0)
                .map(|f| f.words)
                .sum();
            if covered as f32 > BELIEF * total as f32 {
                believed &= !bit;
            }
        }
        let covers = |bit: u32| self.lines.iter().any(|f| f.words >= 8 && f.around & bit != 0);
        let (has_body, has_article) = (covers(around::BODY), covers(around::ARTICLE));
        let densest = (0..self.blocks.len())
            .rev()
            .max_by_key(|i| self.blocks.get(*i).map_or(0, |block| block.prose))
            .and_then(|i| self.blocks.get(i).map(|block| (i + 1, block)));
        // Words of prose that stand in elements of the same names and classes, and of the same names.
        let mut prose: HashMap<u64, usize> = HashMap::new();
        for facts in self.lines.iter().filter(|f| f.is_prose()) {
            for path in facts.path {
                *prose.entry(path).or_insert(0) += facts.words;
            }
        }
        let most = prose.values().copied().max().unwrap_or(1) as f32;
        let markup = self
            .lines
            .iter()
            .enumerate()
            .map(|(i, facts)| {
                let around = facts.around & believed;
                let is = |bit: u32| f32::from(u8::from(around & bit != 0));
                let links = facts.link_chars as f32 / facts.chars.max(1) as f32;
                let inside = densest.is_some_and(|(_, b)| i >= b.first && i < b.last);
                let right_in = densest.is_some_and(|(n, _)| facts.block == n);
                let yes = |b: bool| f32::from(u8::from(b));
                let like = facts.path.map(|path| {
                    let others = if facts.is_prose() { facts.words } else { 0 };
                    let words = prose.get(&path).copied().unwrap_or(0).saturating_sub(others);
                    words as f32 / most
                });
                let [like_named, like_plain] = like;
                [
                    links,
                    yes(links > 0.8),
                    is(around::PARAGRAPH),
                    is(around::HEADLINE),
                    is(around::SUBHEAD),
                    is(around::ITEM),
                    is(around::TABLE),
                    is(around::NAV),
                    is(around::FOOTER),
                    is(around::HEADER),
                    is(around::ASIDE),
                    is(around::FIGURE),
                    is(around::FORM),
                    is(around::ARTICLE),
                    is(around::MAIN),
                    is(around::BODY),
                    is(around::STORY),
                    is(around::COMMENT),
                    is(around::SHARE),
                    is(around::RELATED),
                    is(around::ADVERT),
                    is(around::MENU),
                    is(around::SIGNUP),
                    is(around::META),
                    is(around::CAPTION),
                    is(around::HIDDEN),
                    is(around::QUOTE),
                    yes(inside) * (1.0 - links),
                    yes(has_body) * (1.0 - is(around::BODY)),
                    yes(has_article) * (1.0 - is(around::ARTICLE)),
                    yes(inside),
                    yes(right_in),
                    like_named,
                    like_plain,
                    like_named * (1.0 - links),
                    is(around::ITEM) * yes(inside) * (1.0 - links),
                    is(around::SUBHEAD) * yes(inside),
                    yes(facts.around & around::COMMENT != 0),
                    yes(facts.around & around::RELATED != 0),
                ]
            })
            .collect();
        let levels = self
            .lines
            .iter()
            .map(|f| {
                if f.around & around::HEADLINE != 0 {
                    1
                } else {
                    2 * u8::from(f.around & around::SUBHEAD != 0)
                }
            })
            .collect();
        let captions = self
            .lines
            .iter()
            .map(|f| f.around & around::FIGURE != 0 && f.around & around::CAPTION & believed != 0)
            .collect();
        let hints = Hints {
            title: self.stated_title.or(self.title).filter(|title| !title.is_empty()),
            published: self.stated_date.map(|(_, iso)| iso),
            levels,
            captions,
        };
        Document { text: self.text, markup, hints }
    }
}

/// Share of the page's prose from which a class that speaks against it is not believed.
const BELIEF: f32 = 0.6;

/// White space to single spaces.
fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
