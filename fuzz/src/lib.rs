//! What is fuzzed: eight doors by which bytes of others come in, and what must hold behind each.
//!
//! In: any bytes. Out: a number that stands for what became of them, so that a driver can keep the
//! inputs that did something new; a panic where a promise is broken. The promises of a digest are
//! those of the tests, from the same file.

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use std::{fs, hash};

use peak_alloc::PeakAlloc;

use standfirst::digest::{Digest, Failed, Row};
use standfirst::summary::Length;
use standfirst::topics::OwnLabel;
use standfirst::{
    Digester, ErrorKind, Input, KeywordOptions, Offsets, Options, SummaryOptions, TopicOptions,
};

#[path = "../../examples/cli/input.rs"]
#[allow(dead_code, missing_docs, reason = "the command line's own, of which one door is used")]
mod input;
#[path = "../../tests/all/promises.rs"]
mod promises;
#[path = "../../examples/cli/shown.rs"]
#[allow(dead_code, missing_docs, reason = "the command line's own")]
mod shown;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A door for bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// How the command line, the corpus and `fuzz_targets` call it.
    pub name: &'static str,
    /// Sends bytes through and checks what comes of them.
    pub run: fn(&[u8]) -> u64,
    /// What an input may hold in memory at most beyond [`BYTES_A_BYTE`] for each of its bytes.
    pub base_bytes: usize,
    /// What an input may take beyond [`MICROS_A_BYTE`] for each of its bytes, in milliseconds.
    pub base_millis: u64,
}

/// The bytes of memory that an input may hold for each of its own.
pub const BYTES_A_BYTE: usize = 64;
/// The microseconds that an input may take for each of its bytes: 1 MB/s.
pub const MICROS_A_BYTE: u64 = 1;

/// What a digest holds however short its text: its tables, the vectors of a sentence, the row.
const DIGEST_BASE: usize = 512 << 10;
/// A model is loaded: its files are some 9 MB, and are held once as read and once as unpacked.
const MODEL_BASE: usize = 64 << 20;

/// The embedded model is unpacked once more for other labels or options.
const BUILD_BASE: usize = 16 << 20;

/// All of them.
pub const TARGETS: [Target; 8] = [
    Target { name: "page", run: page, base_bytes: DIGEST_BASE, base_millis: 20 },
    Target { name: "html", run: html, base_bytes: DIGEST_BASE, base_millis: 20 },
    Target { name: "whole", run: whole, base_bytes: DIGEST_BASE, base_millis: 20 },
    Target { name: "bytes", run: bytes, base_bytes: DIGEST_BASE, base_millis: 20 },
    Target { name: "row", run: row, base_bytes: 2 * DIGEST_BASE, base_millis: 50 },
    Target { name: "model", run: model, base_bytes: MODEL_BASE, base_millis: 500 },
    Target { name: "labels", run: labels, base_bytes: BUILD_BASE, base_millis: 500 },
    Target { name: "options", run: options, base_bytes: BUILD_BASE, base_millis: 500 },
];

/// The target of a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// What an input came to, and what it took.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    /// What became of it, as a number.
    pub of: u64,
    /// The most memory held at a time beyond what was held before, the row included.
    pub bytes: usize,
    /// The time by the clock.
    pub time: Duration,
}

impl Target {
    /// Runs the target and says what it took. One at a time: memory is the whole process's.
    pub fn spend(&self, data: &[u8]) -> Spent {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let of = (self.run)(data);
        let time = start.elapsed();
        Spent { of, bytes: MEMORY.peak_usage().saturating_sub(before), time }
    }

    /// The memory that an input of so many bytes may hold.
    pub fn bytes_for(&self, length: usize) -> usize {
        self.base_bytes + length * BYTES_A_BYTE
    }

    /// The time that an input of so many bytes may take.
    pub fn time_for(&self, length: usize) -> Duration {
        Duration::from_millis(self.base_millis)
            + Duration::from_micros(length as u64 * MICROS_A_BYTE)
    }
}

/// Runs a target under its memory budget, and twenty times its time: for `fuzz_targets`, whose
/// code is instrumented.
///
/// # Panics
///
/// Where a promise or a budget is broken.
pub fn budgeted(name: &str, data: &[u8]) {
    let target = target(name).expect("a target of that name");
    let spent = target.spend(data);
    let most = target.bytes_for(data.len());
    assert!(spent.bytes <= most, "{} bytes held, at most {most} expected", spent.bytes);
    let most = 20 * target.time_for(data.len());
    assert!(spent.time <= most, "{:?} taken, at most {most:?} expected", spent.time);
}

/// Digesters that ask for different things; the first byte of an input chooses one.
static DIGESTERS: LazyLock<Vec<Digester>> = LazyLock::new(|| {
    let summary = SummaryOptions::default();
    let all = [
        Options::default(),
        Options::default()
            .with_keep_text(true)
            .with_topics(TopicOptions::default().with_all_scores(true))
            .with_summary(summary.clone().with_compress(true).with_considered(true)),
        Options::default()
            .with_topics(TopicOptions::default().with_min_score(0.0).with_max(200))
            .with_keywords(KeywordOptions::default().with_max(1000))
            .with_summary(summary.clone().with_length(Length::of_sentences(1))),
        Options::default()
            .with_keywords(None)
            .with_summary(summary.with_length(Length::of_sentences(1000)).with_compress(true)),
    ];
    let built = all.into_iter().map(|options| Digester::builder().options(options).build());
    let digesters: Vec<Digester> = built.collect::<Result<_, _>>().expect("the model loads");
    // What is loaded for the first text that needs it is not that text's to pay for.
    for digester in &digesters {
        for text in ["Дождь шёл весь день. 雨が降った。", "[CLS] Rain fell."]
        {
            digester.digest(&Input::article("warm", text)).expect("text is digested");
        }
    }
    digesters
});

/// Loads what the targets share, so that the first input does not pay for it.
pub fn warm_up() {
    LazyLock::force(&DIGESTERS);
}

fn split(data: &[u8]) -> (&Digester, &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    (&DIGESTERS[usize::from(*first) % DIGESTERS.len()], rest)
}

fn signature(of: impl hash::Hash) -> u64 {
    hash::BuildHasher::hash_one(&hash::BuildHasherDefault::<hash::DefaultHasher>::default(), of)
}

/// What a digest is, in coarse figures.
fn shape(digest: &Digest) -> u64 {
    let log = |count: usize| count.checked_ilog2();
    let articles = digest.articles.iter().take(4).map(|article| {
        let topics: Vec<&str> = article.topics.iter().take(1).map(|it| it.code.as_str()).collect();
        (
            (article.title.is_some(), article.deck.is_some(), log(article.authors.len())),
            (article.language.clone(), log(article.paragraphs.len()), article.truncated),
            (article.published.is_some(), article.modified.is_some(), article.site.is_some()),
            (article.abstained, log(article.keywords.len())),
            (format!("{:?}{:?}", article.text_from, article.published_from), topics.concat()),
        )
    });
    let articles: Vec<_> = articles.collect();
    let mut why: Vec<String> =
        digest.removed.iter().map(|removed| format!("{:?}", removed.reason)).collect();
    why.sort_unstable();
    why.dedup();
    let told = (format!("{:?}", digest.no_article), format!("{:?}", digest.encoding));
    signature((log(digest.articles.len()), articles, why, told))
}

/// Digests an input: an error must be one that a text can have, a digest keeps its promises and
/// comes back whole from its JSON.
fn digest(digester: &Digester, input: &Input) -> u64 {
    let result = digester.digest(input);
    let (found, of) = match result {
        Ok(digest) => {
            promises::check(input, digester.options(), &digest);
            promises::children_score_below_their_parents(digester.taxonomy(), &digest);
            let of = shape(&digest);
            (Row::Digest(digest), of)
        }
        Err(error) => {
            assert!(
                matches!(error.kind(), ErrorKind::Empty | ErrorKind::TooLarge),
                "a text is digested, or empty, or too large: {error}"
            );
            let of = signature(error.kind().as_str());
            (Row::Failed(Failed::from_error(input.id(), input.source(), &error)), of)
        }
    };
    let json = found.to_json();
    let back: Row = serde_json::from_str(&json).expect("a row is read as it was written");
    assert_eq!(back.to_json(), json);
    of
}

fn page(data: &[u8]) -> u64 {
    let (digester, text) = split(data);
    digest(digester, &Input::page("page", String::from_utf8_lossy(text)))
}

fn html(data: &[u8]) -> u64 {
    let (digester, text) = split(data);
    digest(digester, &Input::html("html", String::from_utf8_lossy(text)))
}

fn whole(data: &[u8]) -> u64 {
    let (digester, text) = split(data);
    digest(digester, &Input::article("whole", String::from_utf8_lossy(text)))
}

/// What a server may say of the bytes it sends.
const CONTENT_TYPES: [&str; 8] = [
    "",
    "text/html",
    "text/plain; charset=utf-8",
    "text/html; charset=windows-1251",
    "text/plain; charset=shift_jis",
    "text/html; charset=utf-16le",
    "application/xhtml+xml; charset=\"gb18030\"",
    "text/html; charset=no-such-thing",
];

fn bytes(data: &[u8]) -> u64 {
    let (digester, rest) = split(data);
    let kind = data.first().map_or(0, |first| usize::from(*first) / 16 % CONTENT_TYPES.len());
    let input = match CONTENT_TYPES[kind] {
        "" => Input::from_bytes("bytes", rest.to_vec()),
        content_type => Input::from_response("bytes", rest.to_vec(), content_type),
    };
    match input {
        Ok(input) => {
            if std::str::from_utf8(rest).is_ok() && kind < 3 && input.encoding().is_none() {
                assert_eq!(input.text().as_bytes(), rest, "of plain UTF-8 no byte is changed");
            }
            digest(digester, &input)
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidUtf8, "{error}");
            signature(error.kind().as_str())
        }
    }
}

/// JSON Lines, and Markdown where the first byte says so, as the command line reads them.
fn row(data: &[u8]) -> u64 {
    let (digester, rest) = split(data);
    let form = match data.first() {
        Some(first) if first & 0x10 != 0 => input::Form::Markdown,
        _ => input::Form::Jsonl,
    };
    FOLDER.with(|folder| {
        let path = folder.path().join("rows");
        fs::write(&path, rest).expect("the folder is ours");
        let read = input::InputArgs { inputs: vec![path], whole: false, input_format: form };
        let rows = read.read().map(|item| match item {
            Ok(input) => digest(digester, &input),
            Err(failed) => signature(failed.error.kind.as_str()),
        });
        signature(rows.take(64).collect::<Vec<u64>>())
    })
}

/// The four files of the embedded model.
const FILES: [(&str, &[u8]); 4] = [
    ("config.json", include_bytes!("../../models/embedded/config.json")),
    ("tokenizer.json", include_bytes!("../../models/embedded/tokenizer.json")),
    ("taxonomy.json", include_bytes!("../../models/embedded/taxonomy.json")),
    ("model.safetensors", include_bytes!("../../models/embedded/model.safetensors")),
];

thread_local! {
    /// Where files go that are read by name, with a model's files in it.
    static FOLDER: tempfile::TempDir = {
        let folder = tempfile::tempdir().expect("there is a place for files");
        for (name, bytes) in FILES {
            fs::write(folder.path().join(name), bytes).expect("the folder is ours");
        }
        folder
    };
}

/// A model folder of which one file is changed: in whole, or by edits. A model that is believed all
/// the same digests texts, and keeps the promises.
fn model(data: &[u8]) -> u64 {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let (name, bytes) = FILES[usize::from(first & 3)];
    let changed = if first & 4 != 0 { rest.to_vec() } else { edited(bytes, rest) };
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        fs::write(&path, changed).expect("the folder is ours");
        let of = load(folder.path());
        fs::write(&path, bytes).expect("the folder is ours");
        of
    })
}

/// Edits of five bytes: a place in four, the byte that it becomes. Most are near the start, where a
/// file says what it is. A place past the end cuts the file there.
fn edited(bytes: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for edit in edits.chunks_exact(5) {
        let at = u32::from_le_bytes([edit[0], edit[1], edit[2], 0]) as usize;
        let near = if edit[3] & 1 == 0 { at % 8192 } else { at };
        match bytes.get_mut(near) {
            Some(byte) => *byte = edit[4],
            None => bytes.truncate(at % (bytes.len() + 1)),
        }
    }
    bytes
}

fn load(folder: &Path) -> u64 {
    match Digester::builder().model_folder(folder).build() {
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::InvalidModel | ErrorKind::InvalidOption));
            let text = error.to_string();
            signature(text.chars().filter(|c| c.is_ascii_alphabetic()).take(60).collect::<String>())
        }
        Ok(digester) => {
            let texts = ["Rain fell on the harbour. The ferry stayed in.", "Дождь шёл весь день."];
            for text in texts {
                let input = Input::article("text", text);
                match digester.digest(&input) {
                    Ok(digest) => promises::check(&input, digester.options(), &digest),
                    Err(error) => assert!(
                        matches!(error.kind(), ErrorKind::InvalidModel),
                        "a model encodes a text, or says that it cannot: {error}"
                    ),
                }
            }
            1
        }
    }
}

/// A file of labels: what is read of it tags a text.
fn labels(data: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(data);
    let labels = match OwnLabel::parse("labels.json", &text) {
        Ok(labels) => labels,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidRow, "{error}");
            return signature(error.to_string().len());
        }
    };
    let count = labels.len().min(20);
    match Digester::builder().labels(labels).build() {
        Ok(digester) => {
            let input = Input::article("text", "Rain fell. The ferry stayed in the harbour.");
            let digest =
                digester.digest(&input).expect("labels do not keep a text from being read");
            promises::check(&input, digester.options(), &digest);
            signature((count, digest.articles[0].topics.len()))
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidOption, "{error}");
            signature((count, "refused"))
        }
    }
}

const PAGE: &str = "Home | News\n\nHarbour bridge to close\n\nThe council will close the harbour bridge on \
    Monday, officials said (it is old). Engineers found cracks in two piers last week.\n\nShare this";

/// Options as JSON: those that are taken digest a page, and come back from their own JSON.
fn options(data: &[u8]) -> u64 {
    let options: Options = match serde_json::from_slice(data) {
        Ok(options) => options,
        Err(error) => return signature((error.is_data(), error.is_eof())),
    };
    let json = serde_json::to_string(&options).expect("options have a JSON form");
    assert_eq!(serde_json::from_str::<Options>(&json).expect("and are read from it"), options);
    match Digester::builder().options(options.clone()).build() {
        Ok(digester) => {
            let input = Input::page("page", PAGE);
            match digester.digest(&input) {
                // Places in characters are those in bytes here: all is ASCII. The checks ask for bytes.
                Ok(mut digest) => {
                    assert_eq!(digest.offsets, options.offsets);
                    digest.offsets = Offsets::Bytes;
                    promises::check(&input, &options, &digest);
                    shape(&digest)
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
                    signature("too large")
                }
            }
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidOption, "{error}");
            signature(error.to_string())
        }
    }
}
