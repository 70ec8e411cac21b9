//! Text that nobody wrote: short units over and over, such as make a careless reader slow.
//!
//! Out: [`Shape`]s, which grow to any length, and the [`Input`]s that carry them. Those by name were
//! found by attacking the library; those by number are drawn from an alphabet with a fixed seed. For
//! the bench `growth`, the soak and whoever else wants to see the library suffer.

use standfirst::Input;

/// A text of any length: a unit over and over between a head and a tail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    pub name: String,
    pub head: String,
    pub unit: String,
    pub tail: String,
}

impl Shape {
    pub fn new(head: &str, unit: &str, tail: &str) -> Self {
        let name = format!("{head:?}+{unit:?}*n+{tail:?}");
        let name = name.replace("\"\"+", "").replace("+\"\"", "");
        Self { name, head: head.to_owned(), unit: unit.to_owned(), tail: tail.to_owned() }
    }

    /// About `bytes` bytes of it, and at least one unit.
    pub fn text(&self, bytes: usize) -> String {
        let around = self.head.len() + self.tail.len();
        let count = bytes.saturating_sub(around) / self.unit.len().max(1);
        [&*self.head, &*self.unit.repeat(count.max(1)), &*self.tail].concat()
    }
}

/// Where a shape stands in an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A page as scraped.
    Page,
    /// One clean article.
    Whole,
    /// A caller's title and the text below it, half each, as of a row of JSON Lines.
    Row,
    /// HTML source.
    Html,
    /// The headings of a document: `<title>`, `og:title` and `<h1>`, a third each.
    Head,
    /// One attribute of an element.
    Attribute,
}

impl Place {
    pub const ALL: [Self; 6] =
        [Self::Page, Self::Whole, Self::Row, Self::Html, Self::Head, Self::Attribute];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Whole => "whole",
            Self::Row => "row",
            Self::Html => "html",
            Self::Head => "head",
            Self::Attribute => "attribute",
        }
    }

    /// An input of about `bytes` bytes of `shape`.
    pub fn input(self, shape: &Shape, bytes: usize) -> Input {
        const STORY: &str =
            "The ferry crossed Lake Orrin on Sunday, the mayor said. The town paid.";
        let escaped = |bytes: usize| {
            let text = shape.text(bytes);
            text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
        };
        match self {
            Self::Page => Input::page("hostile", shape.text(bytes)),
            Self::Whole => Input::article("hostile", shape.text(bytes)),
            Self::Row => {
                Input::article("hostile", shape.text(bytes / 2)).with_title(shape.text(bytes / 2))
            }
            Self::Html => Input::html("hostile", shape.text(bytes)),
            Self::Head => {
                let third = escaped(bytes / 3);
                Input::html(
                    "hostile",
                    format!(
                        "<title>{third}</title><meta property=\"og:title\" content=\"{third}\">\
                         <h1>{third}</h1><p>{STORY}</p>"
                    ),
                )
            }
            Self::Attribute => {
                let value = escaped(bytes);
                Input::html("hostile", format!("<p class=\"{value}\">{STORY}</p>"))
            }
        }
    }
}

/// Shapes with a history, each beside the kind of scan that it was the worst for.
pub fn known() -> Vec<Shape> {
    [
        // Ends of sentences: marks upon marks, and words of dots.
        ("", ".", "x"),
        ("Hello ", "!", "x"),
        ("他来了", "。", "」…"),
        ("", "ab.", ""),
        ("", "1.2.3.4.", ""),
        ("", "it's.a&b", ""),
        ("", "-abc.De", ""),
        ("", "ab!Cd", ""),
        ("", "😀", "x"),
        ("Hello", "!😀", "x"),
        ("", ". ", ""),
        ("", "I. ", ""),
        ("", "e.g. ", ""),
        ("", "A. B. ", "C"),
        ("", "No. 1. ", ""),
        ("", "。」", ""),
        ("", "?! ", ""),
        ("", "Mr. ", "Smith"),
        // Titles and the separators in them.
        ("Hello big world", " |", " end"),
        ("", " | »", ""),
        ("", " - ", ""),
        ("", " – News", ""),
        ("Story: ", "a: ", ""),
        ("", "> ", "x"),
        ("", "/a", ""),
        // Lines: the shortest there are, tables, lists, contents, headlines.
        ("", "a\n", ""),
        ("", "a\n\n", ""),
        ("", "a\r", ""),
        ("", "\n", "x"),
        ("", "\u{2028}a", ""),
        ("", "Chapter one . . . .\n", ""),
        ("", "# x\n", ""),
        ("", "* x\n", ""),
        ("", "|a|b|\n", ""),
        ("", "---\n", ""),
        ("", "By Ann Lee\n", ""),
        ("", "Read more\n\n", ""),
        ("", "14 April 2024\n\n", ""),
        ("", "2024-01-02 ", ""),
        ("", "10:20 ", ""),
        ("", "Ferry returns to Lake Orrin | Local | Orrin Post\n\n", ""),
        (
            "",
            "Ferry returns to Lake Orrin\n14 April 2024\n\nThe ferry crossed the lake on Sunday, the \
             mayor said. The town paid for its repair.\n\n",
            "",
        ),
        (
            "",
            "Ferry returns to Lake Orrin Ferry returns to Lake Orrin\n\nThe ferry crossed the lake on \
             Sunday, the mayor said.\n\n",
            "",
        ),
        // Speech, brackets and what opens and never closes.
        ("", "“a” ", ""),
        ("", "“I said.” he said. ", ""),
        ("", "\"", ""),
        ("", "“", ""),
        ("", "'a' ", ""),
        ("", "(", ""),
        ("", "(a ", ""),
        ("", "(a) ", ""),
        ("", "[", "]"),
        ("", "he said, ", ""),
        ("", "said Ann Lee. ", ""),
        // Words and names.
        ("", "a", ""),
        ("", "A ", ""),
        ("", "Ann Lee ", ""),
        ("", "Ann Lee, ", ""),
        ("", "Ann-Lee-", ""),
        ("", "of the ", ""),
        ("", "1 ", ""),
        ("", "1,", ""),
        ("", "1/2/", ""),
        ("", "$1m ", ""),
        ("", "a_b@c.d ", ""),
        ("", "http://a.b/c ", ""),
        ("", "x\u{301}", ""),
        ("", "\u{200b}", "x"),
        ("", "\u{a0}", "x"),
        ("", " ", "x"),
        ("", "\t", "x"),
        ("", "他", ""),
        ("", "他来", ""),
        ("", "他 ", ""),
        ("", "かな", ""),
        ("", "한국 ", ""),
        ("", "مرحبا ", ""),
        ("", "ß", ""),
        ("", "İ", ""),
        // Elements, entities and attributes.
        ("", "<", "x"),
        ("", "<a", ">"),
        ("", "<b>", "x"),
        ("", "<b><i></b>", "x"),
        ("", "</p>", "x"),
        ("", "<p>a", ""),
        ("", "<div>", "x"),
        ("", "<a href=x>", "x"),
        ("", "<td>a", ""),
        ("<table>", "<tr><td>a", ""),
        ("<table>", "a<b>", ""),
        ("<select>", "<option>a", ""),
        ("", "<ul><li>a", ""),
        ("", "<h1>a</h1>", ""),
        ("", "<p>a<br>", ""),
        ("", "<time>14 April 2024</time>", ""),
        ("", "<article><h2>Ferry returns to the lake</h2><p>The ferry is back, the mayor said.</p></article>", ""),
        ("", "<title>a</title>", ""),
        ("", "<meta property='og:title' content=' - '>", ""),
        ("", "<!--", ""),
        ("", "<!-- -->", ""),
        ("", "<script>", ""),
        ("", "<script></script>", "x"),
        ("<script type='application/ld+json'>", "[", "</script>"),
        ("<script type='application/ld+json'>{\"@graph\":[", "{\"@type\":\"NewsArticle\",\"headline\":\"a\"},", "{}]}</script>"),
        ("", "<svg><p>", ""),
        ("", "<template>", ""),
        ("", "<font><p>", ""),
        ("", "&amp;", ""),
        ("", "&", ""),
        ("", "&#65;", ""),
        ("<p ", "a ", ">x"),
    ]
    .into_iter()
    .map(|(head, unit, tail)| Shape::new(head, unit, tail))
    .collect()
}

/// One element with about `bytes` bytes of attributes, no two of a name.
pub fn distinct_attributes(bytes: usize) -> Input {
    let names: String = (0..bytes / 8).map(|number| format!("a{number:06x} ")).collect();
    Input::html("hostile", format!("<p {names}>The ferry is back, the mayor said.</p>"))
}

/// A Chinese row of a title and a text in which no run of characters comes back, half each.
pub fn distinct_han(bytes: usize) -> Input {
    let mut random = fastrand::Rng::with_seed(20);
    let mut text = |bytes: usize| -> String {
        let han =
            (0..bytes / 3).map(|_| char::from_u32(random.u32(0x4e00..0x9000)).unwrap_or('他'));
        han.collect()
    };
    let title = text(bytes / 2);
    Input::article("hostile", text(bytes / 2)).with_title(title)
}

/// What units are drawn from: marks, letters, spaces, digits, Han and Latin, and for HTML tags.
const MARKS: &[&str] = &[
    ".", "!", "?", ",", ":", ";", "|", "-", "–", "—", "…", "'", "\"", "’", "“", "”", "«", "»", "(",
    ")", "[", "]", "#", "*", "_", ">", "~", "/", "\\", "@", "&", "%", "$", "+", "=", "。", "、",
    "「", "」", "•", "·", "©",
];
const LETTERS: &[&str] = &[
    "a", "b", "A", "I", "é", "ß", "ж", "ω", "א", "ب", "x\u{301}", "the", "Ann", "said", "By", "No",
    "Mr", "km",
];
const SPACES: &[&str] =
    &[" ", " ", "\n", "\n\n", "\r", "\t", "\u{a0}", "\u{200b}", "\u{2028}", "\u{3000}"];
const DIGITS: &[&str] = &["0", "1", "9", "12", "2024", "٣"];
const HAN: &[&str] = &["他", "来", "月", "年", "か", "カ", "한"];
const TAGS: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<a href=x>",
    "</a>",
    "<div>",
    "</div>",
    "<br>",
    "<li>",
    "<ul>",
    "</ul>",
    "<h1>",
    "</h1>",
    "<h2>",
    "<td>",
    "<tr>",
    "<table>",
    "</table>",
    "<i>",
    "<article>",
    "<section>",
    "<time>",
    "<nav>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<",
    "&amp;",
    "&#8230;",
    "<span class=a>",
    "</span>",
    "<img alt=a>",
    "<figure>",
    "<svg>",
    "<title>",
    "</title>",
];

/// One piece of a unit.
fn piece(random: &mut fastrand::Rng, html: bool) -> &'static str {
    let sets: &[&[&str]] = &[MARKS, LETTERS, SPACES, DIGITS, HAN, TAGS, TAGS];
    let sets = if html { sets } else { &sets[..5] };
    let set = sets[random.usize(..sets.len())];
    set[random.usize(..set.len())]
}

/// A shape whose unit is one to six pieces of the alphabet, often of few kinds.
pub fn drawn(random: &mut fastrand::Rng, html: bool) -> Shape {
    let few: Vec<&str> = (0..random.usize(1..=3)).map(|_| piece(random, html)).collect();
    let unit: String = (0..random.usize(1..=6)).map(|_| few[random.usize(..few.len())]).collect();
    let end = |random: &mut fastrand::Rng| match random.u8(..4) {
        0 => piece(random, html),
        _ => "",
    };
    let (head, tail) = (end(random), end(random));
    Shape::new(head, &unit, tail)
}

/// `shape` with one thing about it changed.
pub fn mutated(shape: &Shape, random: &mut fastrand::Rng, html: bool) -> Shape {
    let mut unit: Vec<char> = shape.unit.chars().collect();
    let (mut head, mut tail) = (shape.head.clone(), shape.tail.clone());
    match random.u8(..8) {
        0 => head = piece(random, html).to_owned(),
        1 => tail = piece(random, html).to_owned(),
        2 if unit.len() > 1 => {
            unit.remove(random.usize(..unit.len()));
        }
        3 if unit.len() > 1 => {
            let (a, b) = (random.usize(..unit.len()), random.usize(..unit.len()));
            unit.swap(a, b);
        }
        4 => unit.extend(unit.clone()),
        _ => {
            let at = random.usize(..=unit.len());
            unit.splice(at..at, piece(random, html).chars());
        }
    }
    unit.truncate(24);
    Shape::new(&head, &unit.iter().collect::<String>(), &tail)
}

/// `count` shapes drawn with a fixed seed, every other of them with tags.
pub fn generated(count: usize) -> Vec<Shape> {
    let mut random = fastrand::Rng::with_seed(14);
    (0..count).map(|number| drawn(&mut random, number % 2 == 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Place, generated, known};

    #[test]
    fn a_shape_is_as_long_as_asked_for() {
        for shape in known().iter().chain(&generated(60)) {
            for bytes in [300, 10_000] {
                let text = shape.text(bytes);
                assert!(text.len() <= bytes && text.len() + shape.unit.len() > bytes, "{shape:?}");
            }
        }
    }

    #[test]
    fn the_same_shapes_are_drawn_each_time() {
        assert_eq!(generated(20), generated(30)[..20]);
        let mut units: Vec<_> = generated(60);
        units.sort();
        units.dedup();
        assert!(units.len() > 55, "{}", units.len());
    }

    #[test]
    fn every_place_carries_its_shape() {
        let shape = &known()[0];
        for place in Place::ALL {
            let input = place.input(shape, 900);
            let all = input.text().len() + input.title().map_or(0, str::len);
            assert!((850..1200).contains(&all), "{place:?} {all}");
        }
    }
}
