//! Rust source to its pieces.
//!
//! In: a source file. Out: its words and signs in order, without comments, and on request without
//! what only tests or a feature compile. Knows no grammar beyond brackets and attributes.

/// A piece of code: a word, a number, or one sign.
pub(crate) type Token = String;

/// The pieces of a source without its comments; a string is one of them, and of a character nothing
/// but its quotes is left.
pub(crate) fn words(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1
                }
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
            }
            '"' => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
                found.push(chars[start..i.min(chars.len())].iter().collect());
            }
            'r' if at(i + 1) == '"' || (at(i + 1) == '#' && matches!(at(i + 2), '#' | '"')) => {
                let hashes = (1..).take_while(|n| at(i + n) == '#').count();
                i += hashes + 2;
                let ends = |i: usize| at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#');
                while i < chars.len() && !ends(i) {
                    i += 1;
                }
                i += hashes + 1;
                found.push("\"\"".to_owned());
            }
            // A character, unless it is a lifetime.
            '\'' if at(i + 1) == '\\' || at(i + 2) == '\'' => {
                i += if at(i + 1) == '\\' { 3 } else { 2 };
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                found.push("''".to_owned());
            }
            c if c.is_alphanumeric() || c == '_' => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                found.push(chars[start..i].iter().collect());
            }
            ':' if at(i + 1) == ':' => {
                i += 2;
                found.push("::".to_owned());
            }
            c => {
                i += 1;
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
            }
        }
    }
    found
}

/// Past the bracket that closes the one at `open`.
pub(crate) fn closed(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// Past the item that begins at `start`, its further attributes included.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let is = |index: usize, text: &str| tokens.get(index).is_some_and(|token| token == text);
    let mut i = start;
    while is(i, "#") || is(i, "pub") || is(i, "(") || is(i, "[") {
        i = if is(i, "(") || is(i, "[") { closed(tokens, i) } else { i + 1 };
    }
    let is_use = is(i, "use");
    while let Some(token) = tokens.get(i) {
        match token.as_str() {
            ";" => return i + 1,
            "{" if !is_use => return closed(tokens, i),
            "(" | "[" | "{" => i = closed(tokens, i),
            _ => i += 1,
        }
    }
    i
}

/// The pieces without the items under an attribute that `such` holds for; of other attributes that
/// `such_attribute` holds for, without these.
fn without(
    tokens: Vec<Token>,
    such: impl Fn(&[&str]) -> bool,
    such_attribute: impl Fn(&[&str]) -> bool,
) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if tokens[i] == "#" && tokens.get(i + 1).is_some_and(|token| token == "[") {
            let end = closed(&tokens, i + 1);
            let inside: Vec<&str> = tokens[i + 2..end].iter().map(String::as_str).collect();
            if such(&inside) {
                i = item_end(&tokens, end);
                continue;
            }
            if such_attribute(&inside) {
                i = end;
                continue;
            }
        }
        kept.push(tokens[i].clone());
        i += 1;
    }
    kept
}

/// The pieces without what is only compiled for tests.
pub(crate) fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let such = |inside: &[&str]| {
        inside.starts_with(&["cfg", "(", "test", ")"])
            || inside.starts_with(&["cfg", "(", "all", "(", "test", ","])
    };
    without(tokens, such, |_| false)
}

/// The pieces without what is only compiled with a feature.
pub(crate) fn without_feature(tokens: Vec<Token>, feature: &str) -> Vec<Token> {
    let name = format!("\"{feature}\"");
    let begins = |inside: &[&str], with: &str| {
        inside.starts_with(&[with, "(", "feature", "="]) && inside.get(4) == Some(&name.as_str())
    };
    without(tokens, |inside| begins(inside, "cfg"), |inside| begins(inside, "cfg_attr"))
}
