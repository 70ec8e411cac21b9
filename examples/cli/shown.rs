//! Text of others to text that is safe to show.
//!
//! In: a title, an id, a file's name, a message that quotes them. Out: the same on one line, where
//! what a terminal would obey rather than show is written as its escape, as in Rust's strings. JSON
//! rows do not come through here: they keep the exact text.

use std::io::Write;

/// `text` with its control characters, and what turns the direction of writing, as escapes.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// Text from a page on one line, each run of white space a blank.
pub fn one_line(text: &str) -> String {
    shown(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a terminal obeys `c`: controls (C0, C1, DEL), the ends of lines and paragraphs of
/// Unicode, and the embeddings, overrides and isolates of its bidirectional algorithm (UAX #9), by
/// which a name is read backwards. The marks that belong to ordinary Arabic and Hebrew stay.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Says one line of `who`, a program or a file, on standard error. Where that is full or closed
/// there is nobody to tell, and the run goes on.
pub fn say(who: &str, message: &str) {
    let _ = writeln!(std::io::stderr(), "{}: {}", shown(who), shown(message));
}

#[cfg(test)]
mod tests {
    use super::{one_line, shown};

    #[test]
    fn what_a_terminal_would_obey_is_an_escape() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let written = shown(&c.to_string());
            let same = written == c.to_string();
            let hides = c.is_control()
                || ('\u{2028}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c);
            assert_eq!(same, !hides, "{c:?}");
            assert!(same || written.is_ascii() && written.starts_with('\\'), "{written}");
        }
        assert_eq!(shown("a\u{1b}[2J\nb \u{202e}gpj.exe"), "a\\u{1b}[2J\\nb \\u{202e}gpj.exe");
    }

    #[test]
    fn lines_of_a_title_are_joined() {
        assert_eq!(one_line(" Ferry\n back \t\u{7}now\u{2028}"), "Ferry back \\u{7}now");
        let kept = "Ésta «año» 北京 \u{200f}שלום 👩\u{200d}🔬";
        assert_eq!(one_line(kept), kept);
    }
}
