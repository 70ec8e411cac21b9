//! What the markup says of the lines of a page.
//!
//! In: the elements that are open around each line, by their names, roles, classes and ids. Out:
//! [`Around`], what they say, and [`MarkupFeatures`] a line, for which the page is seen as a whole.
//! Reads no HTML: `html.rs` does. Knows no weights.

use std::ops::{BitAnd, BitOr, BitOrAssign, Range};
use std::sync::LazyLock;

use crate::named::flag;
use crate::page::features::MarkupFeatures;
use crate::page::result::Reason;
use crate::text::keyed::{Key, Running, WordMap};
use crate::text::lists::{self, Entry, Kind};

/// Words from which a line counts as prose.
const PROSE_WORDS: usize = 8;
/// So many characters of a class are read.
const CLASS_CHARS: usize = 60;
/// Share of a line in links from which it is one.
const LINKED: f32 = 0.8;
/// Share of the page's prose from which a class that speaks against it is not believed.
const BELIEF: f32 = 0.6;

/// What surrounds a piece of text: one bit each, handed down from element to element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Around(u32);

impl Around {
    pub(super) const NOTHING: Self = Self(0);
    pub(super) const NAV: Self = Self(1);
    pub(super) const FOOTER: Self = Self(1 << 1);
    pub(super) const HEADER: Self = Self(1 << 2);
    pub(super) const ASIDE: Self = Self(1 << 3);
    pub(super) const FIGURE: Self = Self(1 << 4);
    pub(super) const FORM: Self = Self(1 << 5);
    pub(super) const ARTICLE: Self = Self(1 << 6);
    pub(super) const MAIN: Self = Self(1 << 7);
    pub(super) const BODY: Self = Self(1 << 8);
    pub(super) const STORY: Self = Self(1 << 9);
    pub(super) const COMMENT: Self = Self(1 << 10);
    pub(super) const SHARE: Self = Self(1 << 11);
    pub(super) const RELATED: Self = Self(1 << 12);
    pub(super) const ADVERT: Self = Self(1 << 13);
    pub(super) const MENU: Self = Self(1 << 14);
    pub(super) const SIGNUP: Self = Self(1 << 15);
    pub(super) const META: Self = Self(1 << 16);
    pub(super) const CAPTION: Self = Self(1 << 17);
    pub(super) const HIDDEN: Self = Self(1 << 18);
    pub(super) const QUOTE: Self = Self(1 << 19);
    pub(super) const ITEM: Self = Self(1 << 20);
    pub(super) const TABLE: Self = Self(1 << 21);
    pub(super) const PARAGRAPH: Self = Self(1 << 22);
    pub(super) const LINK: Self = Self(1 << 23);
    /// Text that is not shown.
    pub(super) const SKIP: Self = Self(1 << 24);
    pub(super) const SUBHEAD: Self = Self(1 << 25);
    pub(super) const HEADLINE: Self = Self(1 << 26);
    /// A subhead below the second level.
    pub(super) const DEEP: Self = Self(1 << 27);
    /// By an attribute or a style of its own not shown.
    pub(super) const UNSEEN: Self = Self(1 << 28);
    /// The standfirst under a headline.
    pub(super) const DECK: Self = Self(1 << 29);

    /// Where the name of an author is that of another text.
    pub(super) const NOT_AUTHOR: Self =
        Self(Self::COMMENT.0 | Self::RELATED.0 | Self::NAV.0 | Self::FOOTER.0);
    /// What is around the boxes of a page.
    const ELSEWHERE: Self = Self(
        Self::NAV.0
            | Self::FOOTER.0
            | Self::ASIDE.0
            | Self::COMMENT.0
            | Self::RELATED.0
            | Self::ADVERT.0
            | Self::MENU.0
            | Self::SIGNUP.0
            | Self::CAPTION.0,
    );
    const ALL: Self = Self(u32::MAX);

    /// What a class says against its content, and is not believed when most of the page has it.
    const DOUBTS: [Self; 14] = [
        Self::HEADER,
        Self::ASIDE,
        Self::FORM,
        Self::COMMENT,
        Self::SHARE,
        Self::RELATED,
        Self::ADVERT,
        Self::MENU,
        Self::SIGNUP,
        Self::META,
        Self::CAPTION,
        Self::FIGURE,
        Self::HIDDEN,
        Self::UNSEEN,
    ];

    /// Whether any of `what` is among it.
    pub(super) fn has(self, what: Self) -> bool {
        self & what != Self::NOTHING
    }

    /// All but `what`.
    pub(super) fn without(self, what: Self) -> Self {
        Self(self.0 & !what.0)
    }
}

impl BitOr for Around {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Around {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl BitAnd for Around {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What an element's name says.
pub(super) fn by_element(name: &str) -> Around {
    match name {
        "nav" | "menu" => Around::NAV,
        "footer" => Around::FOOTER,
        "header" => Around::HEADER,
        "aside" => Around::ASIDE,
        "figure" => Around::FIGURE,
        "figcaption" => Around::FIGURE | Around::CAPTION,
        "form" | "button" | "label" | "select" | "fieldset" => Around::FORM,
        "article" => Around::ARTICLE,
        "main" => Around::MAIN,
        "blockquote" => Around::QUOTE,
        "li" | "dt" | "dd" => Around::ITEM,
        "table" => Around::TABLE,
        "p" => Around::PARAGRAPH,
        "a" => Around::LINK,
        "h1" => Around::HEADLINE,
        "h2" => Around::SUBHEAD,
        "h3" | "h4" | "h5" | "h6" => Around::SUBHEAD | Around::DEEP,
        "script" | "style" | "template" | "noscript" | "svg" | "iframe" | "object" | "textarea"
        | "option" | "canvas" | "math" | "video" | "audio" | "noframes" => Around::SKIP,
        _ => Around::NOTHING,
    }
}

/// Elements that break the line, before and after them.
pub(super) fn is_block(name: &str) -> bool {
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
pub(super) fn is_tight(name: &str) -> bool {
    matches!(name, "li" | "td" | "th" | "tr" | "dt" | "dd" | "br" | "option" | "button")
}

/// Elements that have no content.
pub(super) fn is_void(name: &str) -> bool {
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
fn by_class_word(word: &str) -> Around {
    let listed = lists::find(word).and_then(|row| row.of(Kind::Class).next());
    match listed.and_then(Entry::text) {
        Some("menu") => Around::MENU,
        Some("footer") => Around::FOOTER,
        Some("aside") => Around::ASIDE,
        Some("comment") => Around::COMMENT,
        Some("share") => Around::SHARE,
        Some("related") => Around::RELATED,
        Some("advert") => Around::ADVERT,
        Some("signup") => Around::SIGNUP,
        Some("meta") => Around::META,
        Some("caption") => Around::CAPTION,
        Some("figure") => Around::FIGURE,
        Some("hidden") => Around::HIDDEN,
        Some("story") => Around::STORY,
        Some("deck") => Around::DECK,
        _ => Around::NOTHING,
    }
}

/// Class and id names, their separators off, that hold a story's body on most sites that use them.
static BODY_NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| lists::words_of(Kind::ClassOfBody).map(|(word, _)| word).collect());

/// What the role of an element says.
pub(super) fn by_role(role: &str) -> Around {
    match role {
        "navigation" | "menu" | "menubar" => Around::NAV,
        "main" => Around::MAIN,
        "article" => Around::ARTICLE,
        "complementary" => Around::ASIDE,
        "contentinfo" => Around::FOOTER,
        "banner" => Around::HEADER,
        "dialog" | "search" => Around::FORM,
        _ => Around::NOTHING,
    }
}

/// What the classes or ids of an element say, `list` by white space parted.
pub(super) fn by_classes(list: &str) -> Around {
    let mut says = Around::NOTHING;
    for class in list.split_whitespace() {
        let letters = class.chars().filter(|c| c.is_alphanumeric());
        let plain: String = letters.flat_map(char::to_lowercase).take(CLASS_CHARS).collect();
        if BODY_NAMES.iter().any(|body| plain.contains(body)) {
            says |= Around::BODY;
        }
        let mut word = String::new();
        let mut after_lower = false;
        for c in class.chars().take(CLASS_CHARS) {
            // `storyBody`, `story-body`, `story_body`.
            if !c.is_alphanumeric() || (after_lower && c.is_uppercase()) {
                says |= by_class_word(&word);
                word.clear();
            }
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
            after_lower = c.is_lowercase();
        }
        says |= by_class_word(&word);
    }
    says
}

/// Whether a style hides the element.
pub(super) fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// Where a line stands among the elements.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LineMarkup {
    /// Where it starts in the text, in bytes.
    pub(super) start: usize,
    pub(super) around: Around,
    /// Number of the block element right around it, from 1; 0 for the document.
    pub(super) block: usize,
    /// Number of the outermost article element around it, from 1; 0 for none.
    pub(super) article: u32,
    /// Keys of the names and classes of the block elements around it, and of the names alone.
    pub(super) path: [Running; 2],
    pub(super) chars: usize,
    /// Characters that stand in links.
    pub(super) link_chars: usize,
    /// Words between white space.
    pub(super) words: usize,
}

impl LineMarkup {
    /// Whether the line is long enough for prose.
    fn is_long(&self) -> bool {
        self.words >= PROSE_WORDS
    }

    /// Whether the line is some words long and mostly no link.
    pub(super) fn is_prose(&self) -> bool {
        self.is_long() && self.link_chars * 2 < self.chars
    }

    /// Share of its characters that stand in links.
    fn links(&self) -> f32 {
        self.link_chars as f32 / self.chars.max(1) as f32
    }

    /// Whether its element's class calls it a deck.
    pub(super) fn is_deck(&self) -> bool {
        self.around.has(Around::DECK)
    }

    /// 1 for the line of a headline, 2 for that of a subhead, 3 for a deeper one, 0 for any other.
    pub(super) fn heading_level(&self) -> u8 {
        match self.around {
            around if around.has(Around::DECK) => 0,
            around if around.has(Around::HEADLINE) => 1,
            around if around.has(Around::DEEP) => 3,
            around if around.has(Around::SUBHEAD) => 2,
            _ => 0,
        }
    }
}

/// A block element: the number of the one around it, the lines it holds, how much prose stands
/// right in it.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) parent: usize,
    pub(super) lines: Range<usize>,
    pub(super) prose: usize,
}

/// The markup of a page as a whole, which says what that of a line is worth.
#[derive(Debug)]
pub(super) struct PageMarkup {
    /// What is believed of what surrounds a line.
    believed: Around,
    /// Whether there is prose in a story's body, by its class, and in an article element.
    has_body: bool,
    has_article: bool,
    /// Number of the article element around the first headline, 0 for none.
    headline_article: u32,
    /// For each line, whether the last subhead above it, in it or below the headline, is a link.
    linked_heads: Vec<bool>,
    /// The number of the block that holds most prose right in it, and its lines.
    densest: Option<(usize, Range<usize>)>,
    /// Words of prose by path.
    prose: WordMap<Key, usize>,
    /// The most of those.
    most: f32,
}

impl PageMarkup {
    pub(super) fn of(lines: &[LineMarkup], blocks: &[Block]) -> Self {
        let covers = |what| lines.iter().any(|line| line.is_long() && line.around.has(what));
        let prose = prose_by_path(lines);
        Self {
            believed: believed(lines),
            has_body: covers(Around::BODY),
            has_article: covers(Around::ARTICLE),
            headline_article: lines
                .iter()
                .find(|line| line.heading_level() == 1)
                .map_or(0, |line| line.article),
            linked_heads: linked_heads(lines),
            densest: densest(blocks),
            most: prose.values().copied().max().unwrap_or(1) as f32,
            prose,
        }
    }

    /// Why a line is no story whatever it says, if it is none: as a caption, or as nothing that
    /// a reader sees.
    pub(super) fn left_out(&self, line: &LineMarkup) -> Option<Reason> {
        let believed = line.around & self.believed;
        if believed.has(Around::UNSEEN) {
            return Some(Reason::Hidden);
        }
        believed.has(Around::CAPTION).then_some(Reason::Caption)
    }

    /// Whether what surrounds something says that it is not of the article.
    pub(super) fn is_elsewhere(&self, around: Around) -> bool {
        (around & self.believed).has(Around::ELSEWHERE)
    }

    /// Whether a line is a figure's caption, or stands in a comment or the page's footer: that of an
    /// article is none of the page's (HTML, 4.3.9).
    pub(super) fn is_apart(&self, line: &LineMarkup) -> bool {
        let around = line.around & self.believed;
        let caption = around.has(Around::CAPTION) && line.around.has(Around::FIGURE);
        let footer = around.has(Around::FOOTER) && !line.around.has(Around::ARTICLE);
        caption || footer || around.has(Around::COMMENT | Around::UNSEEN)
    }

    /// Words of prose on the path `path`, the line's own aside, relative to the most of any path.
    fn prose_like(&self, line: &LineMarkup, path: Running) -> f32 {
        let own = if line.is_prose() { line.words } else { 0 };
        self.prose.get(&path.key()).copied().unwrap_or(0).saturating_sub(own) as f32 / self.most
    }

    /// What the markup says of a line, by its number among those of the markup.
    pub(super) fn features(&self, index: usize, line: &LineMarkup) -> MarkupFeatures<f32> {
        let around = line.around & self.believed;
        let within = |what| flag(around.has(what));
        let links = line.links();
        let text = 1.0 - links;
        let densest = self.densest.as_ref();
        let in_block = flag(densest.is_some_and(|(_, lines)| lines.contains(&index)));
        let [like_class, like_name] = line.path.map(|path| self.prose_like(line, path));
        let (article, body) = (within(Around::ARTICLE), within(Around::BODY));
        let (item, subhead) = (within(Around::ITEM), within(Around::SUBHEAD));
        MarkupFeatures {
            links,
            link_line: flag(links > LINKED),
            paragraph: within(Around::PARAGRAPH),
            headline: within(Around::HEADLINE),
            subhead,
            item,
            table: within(Around::TABLE),
            nav: within(Around::NAV),
            footer: within(Around::FOOTER),
            header: within(Around::HEADER),
            aside: within(Around::ASIDE),
            figure: within(Around::FIGURE),
            form: within(Around::FORM),
            article,
            main: within(Around::MAIN),
            body,
            story: within(Around::STORY),
            comment: within(Around::COMMENT),
            share: within(Around::SHARE),
            related: within(Around::RELATED),
            advert: within(Around::ADVERT),
            menu: within(Around::MENU),
            signup: within(Around::SIGNUP),
            meta: within(Around::META),
            caption: within(Around::CAPTION),
            hidden: within(Around::HIDDEN),
            quote: within(Around::QUOTE),
            block_text: in_block * text,
            outside_body: flag(self.has_body) * (1.0 - body),
            outside_article: flag(self.has_article) * (1.0 - article),
            in_block,
            right_in_block: flag(densest.is_some_and(|(number, _)| line.block == *number)),
            prose_like_class: like_class,
            prose_like_name: like_name,
            prose_like_class_text: like_class * text,
            block_item_text: item * in_block * text,
            block_subhead: subhead * in_block,
            class_comment: flag(line.around.has(Around::COMMENT)),
            class_related: flag(line.around.has(Around::RELATED)),
            headline_article: flag(self.headline_article > 0)
                * flag(line.article == self.headline_article),
            outside_headline_article: flag(self.headline_article > 0)
                * flag(line.article != self.headline_article),
            linked_head: flag(self.linked_heads.get(index).copied().unwrap_or(false)),
        }
    }
}

/// All but what covers so much of the page's prose that it says nothing against it.
fn believed(lines: &[LineMarkup]) -> Around {
    let words = |covers: &dyn Fn(&LineMarkup) -> bool| -> usize {
        lines.iter().filter(|line| line.is_long() && covers(line)).map(|line| line.words).sum()
    };
    let most = BELIEF * words(&|_| true).max(1) as f32;
    let doubted = |what: &Around| words(&|line| line.around.has(*what)) as f32 > most;
    Around::DOUBTS.into_iter().filter(doubted).fold(Around::ALL, Around::without)
}

/// For each line, whether the last subhead above it, in it or below the headline, is a link.
fn linked_heads(lines: &[LineMarkup]) -> Vec<bool> {
    let mut linked = false;
    let under = |line: &LineMarkup| {
        linked = match line.heading_level() {
            0 => linked,
            1 => false,
            _ => line.links() > LINKED,
        };
        linked
    };
    lines.iter().map(under).collect()
}

/// The block that holds most prose, and its number; the first of equals.
fn densest(blocks: &[Block]) -> Option<(usize, Range<usize>)> {
    let numbered = blocks.iter().enumerate().rev();
    let (index, block) = numbered.max_by_key(|(_, block)| block.prose)?;
    Some((index + 1, block.lines.clone()))
}

/// Words of prose that stand in elements of the same names and classes, and of the same names.
fn prose_by_path(lines: &[LineMarkup]) -> WordMap<Key, usize> {
    let mut prose = WordMap::default();
    for line in lines.iter().filter(|line| line.is_prose()) {
        for path in line.path {
            *prose.entry(path.key()).or_insert(0) += line.words;
        }
    }
    prose
}
