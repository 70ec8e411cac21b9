//! HTML to HTML whose tags have no more attributes than a page has.
//!
//! In: the source of a document. Out: the same, without the attributes of a tag from the
//! [`MAX_ATTRIBUTES`]th on. The tokenizer compares each attribute with all before it: a tag of a
//! megabyte would take minutes.
//! Knows tags by their form alone, in scripts and comments too; nothing that ends one of those is
//! taken out.

use std::borrow::Cow;

/// More attributes than this has no tag that somebody wrote.
const MAX_ATTRIBUTES: usize = 512;
/// What ends text that is no markup, wherever it stands.
const ENDS: [&str; 9] = [
    "</script",
    "</style",
    "</title",
    "</textarea",
    "</xmp",
    "</iframe",
    "</noembed",
    "</noframes",
    "</noscript",
];

/// `html` without the attributes that are too many.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let mut bounded = String::new();
    let mut copied = 0;
    let mut next = 0;
    while let Some(found) = html.get(next..).and_then(|rest| rest.find('<')) {
        let start = next + found + 1;
        let name = html.get(start..).unwrap_or("");
        let name = name.strip_prefix('/').unwrap_or(name);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            next = start;
            continue;
        }
        let tag = Tag::read(html.as_bytes(), start);
        next = tag.end;
        if let Some(surplus) = tag.surplus {
            bounded.push_str(html.get(copied..surplus).unwrap_or(""));
            keep_ends(html.get(surplus..tag.end).unwrap_or(""), &mut bounded);
            copied = tag.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    bounded.push_str(html.get(copied..).unwrap_or(""));
    Cow::Owned(bounded)
}

/// Adds what of `cut`, the end of a tag without its `>`, would end a script or a comment.
fn keep_ends(cut: &str, kept: &mut String) {
    for (at, _) in cut.match_indices("</") {
        let rest = cut.get(at..).unwrap_or("");
        let is_end =
            |end: &&&str| rest.get(..end.len()).is_some_and(|it| it.eq_ignore_ascii_case(end));
        if let Some(end) = ENDS.iter().find(is_end) {
            kept.push_str(end);
            kept.push(' ');
        }
    }
    if cut.ends_with("--") {
        kept.push_str("--");
    }
}

/// A tag in the source.
struct Tag {
    /// Where its `>` is, or the end of the document.
    end: usize,
    /// Where its first attribute starts that is too many.
    surplus: Option<usize>,
}

impl Tag {
    /// The tag whose `<` stands before `start`, by the tokenizer's states from "tag name" on (HTML
    /// standard, 13.2.5).
    fn read(html: &[u8], start: usize) -> Self {
        let blank = |byte: u8| byte.is_ascii_whitespace();
        let find = |from: usize, such: &dyn Fn(u8) -> bool| {
            let rest = html.get(from..).unwrap_or_default();
            from + rest.iter().position(|byte| such(*byte)).unwrap_or(rest.len())
        };
        let (mut count, mut surplus) = (0, None);
        let ends_name = |byte: u8| blank(byte) || matches!(byte, b'/' | b'>');
        let mut at =
            find(if html.get(start) == Some(&b'/') { start + 1 } else { start }, &ends_name);
        loop {
            at = find(at, &|byte| !blank(byte) && byte != b'/');
            if matches!(html.get(at), None | Some(b'>')) {
                return Self { end: at, surplus };
            }
            count += 1;
            if count > MAX_ATTRIBUTES {
                surplus = surplus.or(Some(at));
            }
            // A name may begin with `=`.
            at = find(at + 1, &|byte| ends_name(byte) || byte == b'=');
            let sign = find(at, &|byte| !blank(byte));
            if html.get(sign) != Some(&b'=') {
                continue;
            }
            let value = find(sign + 1, &|byte| !blank(byte));
            at = match html.get(value) {
                Some(quote @ (b'"' | b'\'')) => find(value + 1, &|byte| byte == *quote) + 1,
                _ => find(value, &|byte| blank(byte) || byte == b'>'),
            };
            at = at.min(html.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::{MAX_ATTRIBUTES, bounded};

    fn attributes(count: usize) -> String {
        (0..count).map(|number| format!(" a{number}='>' b=x")).collect()
    }

    #[test]
    fn what_a_page_has_stays() {
        let many = format!("<p{}>text</p>", attributes(MAX_ATTRIBUTES / 2));
        for html in ["", "a < b", "<p class=a title=\"a > b\">text</p>", "<", "</", "<p", &many] {
            assert!(matches!(bounded(html), Cow::Borrowed(same) if same == html), "{html}");
        }
    }

    #[test]
    fn what_is_too_many_goes_and_the_text_stays() {
        let many = attributes(5_000);
        let kept = attributes(MAX_ATTRIBUTES / 2);
        let html = format!("<p{many}>one</p><p{many}>two</p>");
        assert_eq!(bounded(&html), format!("<p{kept} >one</p><p{kept} >two</p>"));
        let words = "a ".repeat(2_000);
        let kept = "a ".repeat(MAX_ATTRIBUTES);
        // What only looks like a tag ends where it ended.
        let script = format!("<script>if (x <b {words}</script><p>text");
        assert_eq!(bounded(&script), format!("<script>if (x <b {kept}</script ><p>text"));
        let comment = format!("<!-- x <b {words}--><p>text");
        assert_eq!(bounded(&comment), format!("<!-- x <b {kept}--><p>text"));
    }

    proptest! {
        #[test]
        fn few_attributes_are_never_touched(html in "[<>/a-c='\" \\-!é]{0,300}") {
            prop_assert!(matches!(bounded(&html), Cow::Borrowed(same) if same == html));
        }

        #[test]
        fn no_tag_is_left_with_more(unit in "[a-c='\"/ <]{1,6}", count in 500..3_000_usize) {
            let html = format!("<p {}>text", unit.repeat(count));
            prop_assert!(matches!(bounded(&bounded(&html)), Cow::Borrowed(_)));
        }
    }
}
