//! Arguments to inputs.
//!
//! In: file and folder names, or `-`. Out: one item an article or page, in a fixed order, read
//! only when asked for; what cannot be read is a failed row in its place and the run goes on.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};
use serde::Deserialize;
use standfirst::digest::Failed;
use standfirst::{ErrorKind, Input, Options as DigestOptions};

use super::shown::say;

/// The endings by which files in a folder are taken.
const ENDINGS: [&str; 8] = ["txt", "text", "md", "markdown", "html", "htm", "jsonl", "ndjson"];

/// No more is read of an input: it would be refused, and what never ends would fill the memory.
const MOST_BYTES: usize = DigestOptions::DEFAULT_MAX_BYTES;
/// No more is read of a row of JSON Lines, where an escape of six bytes stands for two of text.
const MOST_LINE: usize = 3 * MOST_BYTES;

/// What to read, as typed.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Text, Markdown, HTML or JSON Lines files, folders of them, or `-` for standard input
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    /// Read each input as one clean article instead of a page with furniture
    #[arg(long)]
    pub whole: bool,

    /// How to read the inputs; `auto` goes by the file's ending, and for standard input by its
    /// first line
    #[arg(long, value_enum, default_value_t = Form::Auto, value_name = "FORM")]
    pub input_format: Form,
}

/// The form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Auto,
    Text,
    Markdown,
    Html,
    Jsonl,
}

/// An input, or the row that says why there is none.
pub type Item = Result<Input, Failed>;

impl InputArgs {
    /// Refuses a run without any input.
    pub fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            !self.inputs.is_empty(),
            "no input given; name files or folders, or - for standard input (see --help)"
        );
        Ok(())
    }

    /// Whether standard input is among them: what comes there may come slowly.
    pub fn has_standard_input(&self) -> bool {
        self.inputs.iter().any(|path| path == Path::new("-"))
    }

    /// All inputs, in the order of the arguments; a folder's files in the order of their names.
    pub fn read(&self) -> Box<dyn Iterator<Item = Item> + Send> {
        let (whole, form) = (self.whole, self.input_format);
        let paths = self.inputs.clone();
        Box::new(
            paths
                .into_iter()
                .flat_map(|path| {
                    let listed = path.is_dir();
                    let found = files(path, |other| say(&other, "no regular file, left out"));
                    found.into_iter().map(move |found| (found, listed))
                })
                .flat_map(move |(found, listed)| match found {
                    Ok(path) if listed && fs::metadata(&path).is_ok_and(|file| !file.is_file()) => {
                        let name = name_of(&path);
                        let message = format!("{name} is no regular file any more");
                        one(Err(Failed::new(&name, Some(&name), ErrorKind::Io, message)))
                    }
                    Ok(path) => open(&path, form),
                    Err(failed) => one(Err(failed)),
                })
                .map(move |item| {
                    item.map(|input| if whole { input.into_article() } else { input })
                }),
        )
    }

    /// The number of files, where every argument is one, for a progress bar's length; unknown where
    /// nobody would see the bar.
    pub fn known_length(&self) -> Option<u64> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let mut length = 0;
        for path in self.inputs.iter().cloned().flat_map(|path| files(path, drop)) {
            match path {
                Ok(path) if form_of(&path) == Form::Jsonl || path == Path::new("-") => return None,
                _ => length += 1,
            }
        }
        Some(length)
    }
}

fn one(item: Item) -> Box<dyn Iterator<Item = Item> + Send> {
    Box::new(std::iter::once(item))
}

fn too_large(id: &str, source: &str, place: &str, most: usize) -> Failed {
    let message = format!("{place} has more than {most} bytes, which are the most that are read");
    Failed::new(id, Some(source), ErrorKind::TooLarge, message)
}

fn io_failed(name: &str, cause: io::Error) -> Failed {
    Failed::new(name, Some(name), ErrorKind::Io, format!("{name} cannot be read: {cause}"))
}

/// A file's name as an id: the name itself where it is UTF-8. Else, as in `ls -b`, its other bytes are
/// written `\xff` and its backslashes `\\`; so are those of a name that looks as if it had been
/// written so. Different names are different ids.
pub fn name_of(path: &Path) -> String {
    let escape = |four: &[u8]| {
        matches!(four, [b'\\', b'x', b'8' | b'9' | b'a'..=b'f', b'0'..=b'9' | b'a'..=b'f'])
    };
    let bytes = path.as_os_str().as_encoded_bytes();
    if let Some(name) = path.to_str()
        && !bytes.windows(4).any(escape)
    {
        return name.to_owned();
    }
    let mut name = String::new();
    for chunk in bytes.utf8_chunks() {
        name.push_str(&chunk.valid().replace('\\', r"\\"));
        name.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    name
}

/// The files that an argument stands for, a folder's in the order of their names. What is no regular
/// file (a pipe, a socket, a device) waits or never ends: it is read where an argument names it, left out
/// of a folder, and `other` hears its name.
///
/// A folder lists what is in it with its kind, so that a deep one costs one look-up of its path, not one
/// for each question; what lies deeper than the system's paths reach (4,096 bytes on Linux) is a
/// failed row.
fn files(path: PathBuf, mut other: impl FnMut(String)) -> Vec<Result<PathBuf, Failed>> {
    if !path.is_dir() {
        return vec![Ok(path)];
    }
    let mut found: Vec<(PathBuf, Option<Failed>)> = Vec::new();
    let failed = |path: &Path, cause| Some(io_failed(&name_of(path), cause));
    let mut left_out = Vec::new();
    let mut folders = vec![path.clone()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) => {
                let failed = failed(&folder, cause);
                found.push((folder, failed));
                continue;
            }
        };
        for entry in entries {
            let (child, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))
            {
                Ok(child) => child,
                Err(cause) => {
                    let failed = failed(&folder, cause);
                    found.push((folder.clone(), failed));
                    continue;
                }
            };
            let hidden =
                child.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if hidden {
                continue;
            }
            if kind.is_dir() {
                folders.push(child);
            } else if ending(&child).is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                // A link that leads nowhere is an input that cannot be read.
                let target = if kind.is_symlink() { fs::metadata(&child).ok() } else { None };
                let kind = target.map_or(kind, |target| target.file_type());
                if kind.is_file() || kind.is_symlink() {
                    found.push((child, None));
                } else if !kind.is_dir() {
                    left_out.push(child);
                }
                // A link to a folder is not followed, so that no cycle is walked.
            }
        }
    }
    left_out.sort();
    left_out.iter().for_each(|child| other(name_of(child)));
    if found.is_empty() {
        let name = name_of(&path);
        let message = format!("folder {name} holds no file ending in .{}", ENDINGS.join(", ."));
        return vec![Err(Failed::new(&name, Some(&name), ErrorKind::Empty, message))];
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.into_iter().map(|(path, failed)| failed.map_or(Ok(path), Err)).collect()
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn form_of(path: &Path) -> Form {
    match ending(path).as_deref() {
        Some("md" | "markdown") => Form::Markdown,
        Some("html" | "htm" | "xhtml") => Form::Html,
        Some("jsonl" | "ndjson") => Form::Jsonl,
        _ => Form::Text,
    }
}

fn open(path: &Path, form: Form) -> Box<dyn Iterator<Item = Item> + Send> {
    let name = name_of(path);
    if path == Path::new("-") {
        return open_reader("-", Box::new(BufReader::new(io::stdin())), form);
    }
    let form = if form == Form::Auto { form_of(path) } else { form };
    match File::open(path) {
        Ok(file) => open_reader(&name, Box::new(BufReader::new(file)), form),
        Err(cause) => one(Err(io_failed(&name, cause))),
    }
}

fn open_reader(
    name: &str,
    mut reader: Box<dyn BufRead + Send>,
    form: Form,
) -> Box<dyn Iterator<Item = Item> + Send> {
    let mut bytes = Vec::new();
    if form == Form::Auto {
        // Standard input: JSON Lines when its first line looks like a row, whole or broken, else
        // text.
        if let Err(cause) = (&mut reader).take(MOST_LINE as u64 + 1).read_until(b'\n', &mut bytes) {
            return one(Err(io_failed(name, cause)));
        }
        if is_row(&bytes) {
            let all = Box::new(BufReader::new(io::Cursor::new(bytes).chain(reader)));
            return rows(name, all);
        }
    }
    if form == Form::Jsonl {
        return rows(name, reader);
    }
    // What was read of the first line counts with the rest.
    let left = MOST_BYTES.saturating_sub(bytes.len()) as u64;
    if let Err(cause) = reader.take(left + 1).read_to_end(&mut bytes) {
        return one(Err(io_failed(name, cause)));
    }
    if bytes.len() > MOST_BYTES {
        return one(Err(too_large(name, name, name, MOST_BYTES)));
    }
    one(match Input::from_bytes(name, bytes) {
        Err(error) => Err(Failed::from_error(name, Some(name), &error)),
        Ok(input) => Ok(match form {
            Form::Html => input.into_html(),
            Form::Markdown => from_markdown(name, input.text()).with_encoding_of(&input),
            _ => input,
        }
        .with_source(name)),
    })
}

/// Whether a line is meant as a row of JSON Lines: it opens an object with a key.
fn is_row(line: &[u8]) -> bool {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii_start();
    line.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""))
}

/// Some programs write it before the first line.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A Markdown document as the HTML page that it stands for, with the title of its front matter.
fn from_markdown(name: &str, markdown: &str) -> Input {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut front_matter = String::new();
    let mut inside = false;
    let events = Parser::new_ext(markdown, options).filter(|event| {
        match event {
            Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) => inside = true,
            Event::End(TagEnd::MetadataBlock(_)) => inside = false,
            Event::Text(text) if inside => front_matter.push_str(text),
            _ => {}
        }
        true
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    let title = front_matter.lines().find_map(|line| line.strip_prefix("title:"));
    let input = Input::html(name, &html);
    match title {
        Some(title) => input.with_title(title.trim().trim_matches(['"', '\''])),
        None => input,
    }
}

/// A row of JSON Lines.
#[derive(Debug, Deserialize)]
struct Row {
    id: Option<Id>,
    title: Option<String>,
    url: Option<String>,
    text: Option<String>,
    html: Option<String>,
}

/// Ids are often numbers.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// The rows of a JSON Lines file, one at a time.
fn rows(name: &str, reader: Box<dyn BufRead + Send>) -> Box<dyn Iterator<Item = Item> + Send> {
    let name = name.to_owned();
    Box::new(Lines::new(&name, reader).map(move |line| line.and_then(|line| parse(&name, &line))))
}

/// The lines of a JSON Lines file, one at a time, without those that are blank. A line ends at a line
/// feed, as JSON Lines says: a carriage return before it is white space of JSON.
pub struct Lines {
    name: String,
    reader: Box<dyn BufRead + Send>,
    number: usize,
    done: bool,
}

/// A line of JSON Lines.
pub struct Line {
    /// From 1 on.
    pub number: usize,
    /// The number and the file, for people.
    pub place: String,
    /// Without the byte order mark that some programs write first.
    pub bytes: Vec<u8>,
}

impl Lines {
    /// The lines of `reader`, which is called `name`.
    pub fn new(name: &str, reader: Box<dyn BufRead + Send>) -> Self {
        Self { name: name.to_owned(), reader, number: 0, done: false }
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let mut bytes = Vec::new();
            self.number += 1;
            let place = format!("line {} of {}", self.number, self.name);
            let limit = MOST_LINE as u64 + 1;
            match (&mut self.reader).take(limit).read_until(b'\n', &mut bytes) {
                Ok(0) => self.done = true,
                Ok(_) if bytes.len() > MOST_LINE => {
                    let id = format!("{}:{}", self.name, self.number);
                    if !bytes.ends_with(b"\n") {
                        self.done = self.reader.skip_until(b'\n').is_err();
                    }
                    return Some(Err(too_large(&id, &self.name, &place, MOST_LINE)));
                }
                Ok(_) => {
                    if bytes.starts_with(BYTE_ORDER_MARK) {
                        bytes.drain(..BYTE_ORDER_MARK.len());
                    }
                    if !bytes.trim_ascii().is_empty() {
                        return Some(Ok(Line { number: self.number, place, bytes }));
                    }
                }
                Err(cause) => {
                    self.done = true;
                    return Some(Err(io_failed(&self.name, cause)));
                }
            }
        }
        None
    }
}

impl Line {
    /// That the line is not what was `wanted`, because of `cause`.
    pub fn is_not(&self, wanted: &str, cause: &serde_json::Error) -> String {
        // White space of JSON, which in a whole row stands before a line feed only.
        let joined = self.bytes.trim_ascii().contains(&b'\r');
        let why =
            if joined { "; rows end with a line feed, these with a carriage return" } else { "" };
        format!("{} is not a row {wanted}: {cause}{why}", self.place)
    }
}

/// The input that a row of the file `name` gives.
fn parse(name: &str, line: &Line) -> Item {
    let (place, default_id) = (&line.place, format!("{name}:{}", line.number));
    let fail = |id: &str, kind, message: String| Failed::new(id, Some(name), kind, message);
    // As a page of bytes: one that is wrong does not cost the row.
    let text = Input::from_bytes(place, line.bytes.clone())
        .map_err(|error| fail(&default_id, error.kind(), error.to_string()))?;
    let row: Row = serde_json::from_str(text.text()).map_err(|cause| {
        let wanted = "{\"id\"?, \"title\"?, \"url\"?, \"text\" or \"html\"}";
        fail(&default_id, ErrorKind::InvalidRow, line.is_not(wanted, &cause))
    })?;
    let id = match row.id {
        Some(Id::Text(id)) => id,
        Some(Id::Number(id)) => id.to_string(),
        None => default_id.clone(),
    };
    let input = match (row.text, row.html) {
        (Some(text), None) => Input::page(&id, text),
        (None, Some(html)) => Input::html(&id, html),
        (text, _) => {
            let found = if text.is_some() { "both" } else { "neither" };
            let message = format!("{place} gives {found} of \"text\" and \"html\"; expected one");
            return Err(fail(&id, ErrorKind::InvalidRow, message));
        }
    };
    let input = input.with_source(name).with_encoding_of(&text);
    let input = match row.url {
        Some(url) => input.with_url(url),
        None => input,
    };
    Ok(match row.title {
        Some(title) => input.with_title(&title),
        None => input,
    })
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use super::name_of;

    #[test]
    fn different_names_are_different_ids() {
        let of = |bytes: &[u8]| name_of(Path::new(OsStr::from_bytes(bytes)));
        for same in ["page.txt", "ä/日.txt", r"a\xyz", r"C:\xen\x7f.txt", "a\u{1b}.txt"] {
            assert_eq!(of(same.as_bytes()), same);
        }
        assert_eq!(of(b"bad\xff.txt"), r"bad\xff.txt");
        assert_eq!(of(br"bad\xff.txt"), r"bad\\xff.txt");
        // All names of up to six of these.
        let units: [&[u8]; 5] = [b"\\", b"x", b"f", b"\xff", b"\xc3"];
        let mut names: Vec<Vec<u8>> = vec![Vec::new()];
        let mut ids: HashMap<String, Vec<u8>> = HashMap::new();
        for _ in 0..6 {
            names = names.iter().flat_map(|name| units.map(|unit| [name, unit].concat())).collect();
            for name in &names {
                let other = ids.insert(of(name), name.clone());
                assert_eq!(other, None, "{name:?}");
            }
        }
    }
}
