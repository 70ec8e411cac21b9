//! The files of `data/` to the tables that the library looks words up in.
//!
//! In: `data/*.tsv`. Out: `languages.rs` and `lists.rs` in Cargo's folder for such files: constants,
//! so that a program that uses the library parses nothing when it starts. A row that is wrong fails
//! the build, with the file, the line, what was found and what was expected.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[path = "src/text/hash.rs"]
mod hash;
#[path = "build/rows.rs"]
mod rows;
#[path = "build/sha256.rs"]
mod sha256;

use rows::{Entry, Form, Kind, Language, Row, Values};

/// Slots of the table for each word, at least: where one in two or four is full, a look-up ends after
/// one or two, and the table stays in the processor's cache.
const SLOTS_A_WORD: usize = 2;
/// As many slots a look-up may visit, whatever the word.
const MOST_PROBES: usize = 16;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    for path in ["build.rs", "src/text/hash.rs", "build/rows.rs", "build/sha256.rs"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let read = |name: &str| {
        println!("cargo:rerun-if-changed={name}");
        fs::read_to_string(root.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    check_models(&root, &read(CARD)?)?;
    let kinds = rows::kinds("data/kinds.tsv", &read("data/kinds.tsv")?)?;
    let languages = rows::languages("data/languages.tsv", &read("data/languages.tsv")?)?;
    let list = |name: &str, form| rows::rows(name, &read(name)?, form, &kinds, &languages);
    let words = list("data/words.tsv", Form::Words)?;
    let phrases = list("data/phrases.tsv", Form::Phrases)?;
    let told = told_code(&read("data/told.tsv")?)?;
    write(&out.join("languages.rs"), &(languages_code(&languages)? + &told))?;
    let letters = letters_code(&read("data/letters.tsv")?)?;
    write(&out.join("lists.rs"), &(lists_code(&kinds, &words, &phrases)? + &letters))
}

/// The card that says which files a model has, with their hashes: `models/recipe card` writes it.
const CARD: &str = "models/README.md";

/// The files that are compiled in are those that the card says, to the byte: a file that was damaged
/// or changed on its way here fails the build.
fn check_models(root: &Path, card: &str) -> Result<(), String> {
    const EMBEDDED: [&str; 4] =
        ["config.json", "tokenizer.json", "taxonomy.json", "model.safetensors"];
    for (folder, feature, files) in [
        ("models/embedded", "CARGO_FEATURE_EMBEDDED", &EMBEDDED[..]),
        (
            "models/all-minilm-l6-v2",
            "CARGO_FEATURE_PRETRAINED",
            &["config.json", "model.safetensors"],
        ),
    ] {
        if env::var_os(feature).is_none() {
            continue;
        }
        for file in files {
            let name = format!("{folder}/{file}");
            println!("cargo:rerun-if-changed={name}");
            let bytes = fs::read(root.join(&name)).map_err(|error| format!("{name}: {error}"))?;
            let found = sha256::sha256(&bytes);
            // The rows of the card's tables: | `file` | bytes | `sha256` |
            let row = |line: &&str| line.starts_with(&format!("| `{file}` | "));
            if !card.lines().filter(row).any(|line| line.ends_with(&format!("| `{found}` |"))) {
                return Err(format!(
                    "{name} has the sha256 {found}, which {CARD} does not say; expected the file of \
                     its card (after a training: python3 models/recipe card)"
                ));
            }
        }
    }
    Ok(())
}

fn write(path: &Path, code: &str) -> Result<(), String> {
    fs::write(path, code).map_err(|error| format!("{}: {error}", path.display()))
}

fn languages_code(languages: &[Language]) -> Result<String, String> {
    let english = languages.iter().position(|language| language.code == "en");
    let english = english.ok_or("data/languages.tsv: found no row en; expected one")?;
    let mut code = format!("const ENGLISH: u8 = {english};\n");
    code.push_str("static LANGUAGES: &[Row] = &[\n");
    for Language { code: short, long_code, .. } in languages {
        let _ = writeln!(code, "Row {{ code: {short:?}, long_code: {long_code:?} }},");
    }
    Ok(code + "];\n")
}

/// The letters of `letters.tsv`, in order, each with what it is read as.
fn letters_code(text: &str) -> Result<String, String> {
    let mut letters = BTreeMap::new();
    for (index, row) in text.lines().enumerate() {
        let wrong = |found: String| {
            let line = index + 1;
            format!("data/letters.tsv:{line}: found {found}; expected letters, each once")
        };
        let (plain, accented) = row.split_once('\t').ok_or_else(|| wrong(format!("{row:?}")))?;
        for letter in accented.chars() {
            if letters.insert(letter, plain).is_some() {
                return Err(wrong(format!("{letter:?} a second time")));
            }
        }
    }
    let letters: Vec<(char, &str)> = letters.into_iter().collect();
    Ok(format!("static PLAIN: &[(char, &str)] = &{letters:?};\n"))
}

fn lists_code(kinds: &[Kind], words: &[Row], phrases: &[Row]) -> Result<String, String> {
    let mut code = kinds_code(kinds)?;
    let first = |phrase: &Row| phrase.word.split(' ').next().unwrap_or("").to_owned();
    let mut begins: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for phrase in phrases {
        begins.entry(first(phrase)).or_default().push(phrase);
    }
    let by_word: BTreeMap<&str, &Row> = words.iter().map(|row| (row.word.as_str(), row)).collect();
    let all: BTreeSet<&str> =
        by_word.keys().copied().chain(begins.keys().map(String::as_str)).collect();
    code.push_str("static ROWS: &[Row] = &[\n");
    for word in &all {
        let entries = by_word.get(word).map_or(&[][..], |row| &row.entries);
        let _ = write!(code, "Row {{ word: {word:?}, kinds: {}, entries: ", bits(entries));
        entries_code(&mut code, kinds, entries);
        code.push_str(", phrases: &[");
        for phrase in begins.get(*word).into_iter().flatten() {
            let rest: Vec<&str> = phrase.word.split(' ').skip(1).collect();
            let _ = write!(code, "Phrase {{ rest: &{rest:?}, entries: ");
            entries_code(&mut code, kinds, &phrase.entries);
            code.push_str(" }, ");
        }
        code.push_str("] },\n");
    }
    code.push_str("];\n");
    slots_code(&mut code, &all.into_iter().collect::<Vec<_>>())?;
    Ok(code)
}

/// Where the weights of each piece of a word stand in `told.tsv`: an open-addressed table.
fn told_code(text: &str) -> Result<String, String> {
    let (head, rows) = text.split_once('\n').ok_or("data/told.tsv: found no rows")?;
    let codes: Vec<&str> = head.split(' ').collect();
    let mut slots = vec![(0_u32, 0_u32); (rows.lines().count() * SLOTS_A_WORD).next_power_of_two()];
    let (mask, mut at, mut seen) = (slots.len() - 1, head.len() + 1, BTreeSet::new());
    for (index, line) in rows.lines().enumerate() {
        let wrong = |found: &str| format!("data/told.tsv:{}: found {found}", index + 2);
        let (piece, weights) = line.split_once('\t').ok_or_else(|| wrong("no tab"))?;
        if weights.len() != codes.len() || !weights.bytes().all(|it| (b'!'..=b'}').contains(&it)) {
            return Err(wrong(&format!("{weights:?}; expected {} of ! to }}", codes.len())));
        }
        let hash = hash::of(piece);
        let mark = hash::mark(hash);
        if mark == 0 || !seen.insert(mark) {
            return Err(wrong(&format!("{piece:?}, whose mark another piece has, or is 0")));
        }
        let mut slot = hash::slot(hash, mask);
        while slots[slot].1 != 0 {
            slot = (slot + 1) & mask;
        }
        slots[slot] = (mark, u32::try_from(at + piece.len() + 1).map_err(|it| it.to_string())?);
        at += line.len() + 1;
    }
    Ok(format!(
        "/// The languages whose words were learned, in the order of the letters of `told.tsv`.\n\
         pub(crate) static TOLD: [&str; {}] = {codes:?};\n\
         /// Which piece's letters stand where in `told.tsv`: the mark of a piece, and a place.\n\
         pub(crate) static SLOTS: &[(u32, u32)] = &{slots:?};\n",
        codes.len()
    ))
}

fn kinds_code(kinds: &[Kind]) -> Result<String, String> {
    if kinds.len() > 128 {
        return Err(format!("data/kinds.tsv: found {} kinds; expected at most 128", kinds.len()));
    }
    let mut code = String::from(
        "/// What a word is listed as: the rows of `data/kinds.tsv`.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub(crate) enum Kind {\n",
    );
    for kind in kinds {
        let _ = writeln!(code, "    /// {}\n    {},", kind.meaning, variant(&kind.name));
    }
    Ok(code + "}\n")
}

/// `before-name` as `BeforeName`.
fn variant(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_uppercase() + rest
    });
    parts.collect()
}

/// The kinds of a word, a bit each.
fn bits(entries: &[Entry]) -> u128 {
    entries.iter().fold(0, |bits, entry| bits | 1 << entry.kind)
}

fn entries_code(code: &mut String, kinds: &[Kind], entries: &[Entry]) {
    code.push_str("&[");
    for entry in entries {
        let kind = &kinds[entry.kind];
        let value = match (&kind.values, &entry.value) {
            (_, None) => "Value::None".to_owned(),
            (Values::Number(_), Some(number)) => format!("Value::Number({number})"),
            (_, Some(text)) => format!("Value::Text({:?})", text.replace('_', " ")),
        };
        let languages: Vec<String> =
            entry.languages.iter().map(|index| format!("Language::at({index})")).collect();
        let _ = write!(
            code,
            "Entry {{ kind: Kind::{}, value: {value}, languages: &[{}] }}, ",
            variant(&kind.name),
            languages.join(", ")
        );
    }
    code.push(']');
}

/// The hash table of all words: of each slot the tag and the row's place, from 1; 0 is an empty one.
/// And a bit for each hash that a word has, so that most that are not listed are known at once.
fn slots_code(code: &mut String, words: &[&str]) -> Result<(), String> {
    let mut size = (words.len() * SLOTS_A_WORD).next_power_of_two();
    let slots = loop {
        if let Some(slots) = slots(words, size) {
            break slots;
        }
        size *= 2;
        if size > 64 * SLOTS_A_WORD * words.len() {
            return Err(format!("data/words.tsv: more than {MOST_PROBES} words of one hash"));
        }
    };
    let _ = writeln!(code, "static SLOTS: &[(u16, u16); {size}] = &{slots:?};");
    let mut known = vec![0_u64; hash::BITS / 64];
    for word in words {
        let bit = hash::bit(hash::of(word));
        known[bit / 64] |= 1 << (bit % 64);
    }
    let _ = writeln!(code, "static KNOWN: &[u64; {}] = &{known:?};", known.len());
    Ok(())
}

/// The table of that size, where no look-up in it takes long.
fn slots(words: &[&str], size: usize) -> Option<Vec<(u16, u16)>> {
    let mut slots = vec![(0, 0); size];
    for (index, word) in words.iter().enumerate() {
        let hash = hash::of(word);
        let start = hash::slot(hash, size - 1);
        let free = (0..MOST_PROBES - 1).find(|step| slots[(start + step) & (size - 1)].1 == 0)?;
        slots[(start + free) & (size - 1)] = (hash::tag(hash), u16::try_from(index + 1).ok()?);
    }
    // A word that is not listed is looked for up to the next empty slot.
    let full = |at: usize| slots[at & (size - 1)].1 != 0;
    let ends = |start: usize| (start..start + MOST_PROBES).any(|at| !full(at));
    (0..size).all(ends).then_some(slots)
}
