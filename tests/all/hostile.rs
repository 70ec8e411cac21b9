//! Model folders that somebody made to do harm, hundreds of them: each is refused in words that name
//! the file, or is a model like any other; none hangs, panics, or is read to its end before that.
//!
//! The model that they are made of is tiny, so that all of them take seconds. What each kind does to it
//! is one function here; how many of a kind were refused and how many were harmless is printed
//! (`cargo test --test all hostile -- --nocapture`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use standfirst::topics::OwnLabel;
use standfirst::{Digester, ErrorKind, Input, Options, TopicOptions};

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const TAXONOMY: &str = "taxonomy.json";
const WEIGHTS: &str = "model.safetensors";
const FILES: [&str; 4] = [CONFIG, TOKENIZER, TAXONOMY, WEIGHTS];

/// No folder may take longer to be refused, or to be loaded and read an article with.
const MOST_TIME: Duration = Duration::from_secs(10);
/// No folder may have more of it read.
const MOST_BYTES: u64 = 64 << 20;

const ARTICLE: &str = "The council voted on the plan. A council of the lakes said “the plan fails”, \
    and the lakes froze. He came from Łódź, 他来了. The plan costs $4.5m, [UNK] said.\n\n\
    The lakes are a plan of the council. 3% of them froze.";

#[derive(Clone)]
struct Tensor {
    name: String,
    dtype: &'static str,
    shape: Vec<u64>,
    data: Vec<u8>,
}

/// A folder's files, in memory.
#[derive(Clone)]
struct Folder {
    config: Value,
    tokenizer: Value,
    taxonomy: Value,
    tensors: Vec<Tensor>,
}

impl Folder {
    /// A model of 24 tokens and 3 topics.
    fn tiny() -> Self {
        let pieces = "[PAD] [UNK] the council plan lake ##s . , a of said vote ##d froze $ 4 5 m “ ” fail 3 %";
        let vocab: Map<String, Value> = pieces
            .split(' ')
            .enumerate()
            .map(|(id, piece)| (piece.to_owned(), id.into()))
            .collect();
        let config = json!({
            "format": "standfirst/model-1", "name": "tiny-1", "languages": ["en"], "vocab_size": 24,
            "topics": {
                "dim": 4, "hidden": 3, "pooling": {"title": 3.0, "decay": 5.0, "eps": 1.0}, "floor": 0.3,
                "calibration": {"slope": [1.0, 0.9, 1.1], "offset": [0.0, -0.1, 0.1]},
                "thresholds": [0.4, 0.5, 0.3], "precise_thresholds": [0.9, 0.8, 1.5],
            },
            "own_labels": {
                "slope": 2.0, "offset": -1.0, "lead": 9.0, "sharpness": 15.0,
                "described": {"scale": 0.9, "shift": 0.0}, "shown": {"scale": 1.0, "shift": 0.0},
                "examples": 0.5, "shares": {"topic": 1.0, "rank": 0.5, "dense": 3.0},
                "threshold": 0.3, "floor": 0.2,
            },
            "ranker": {
                "dim": 4, "features": ["position", "length", "importance"], "width": 4, "heads": 2,
                "inner": 6, "layers": 2, "places": 3, "window": 8,
                "selection": {"repeat": 0.5, "fragment_tokens": 3, "fragment_penalty": 2.0,
                    "budget_floor": -2.0, "never": -1.4, "good": -0.3, "leans": 3.0},
            },
        });
        let tokenizer = json!({
            "version": "1.0", "truncation": null, "padding": null,
            "added_tokens": [{"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true}],
            "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": true, "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null,
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 64, "vocab": vocab},
        });
        let taxonomy = json!({"name": "tiny", "version": "1", "attribution": "ours", "topics": [
            {"code": "t:1", "label": "water"}, {"code": "t:2", "label": "councils"},
            {"code": "t:3", "label": "lakes", "parent": "t:1"},
        ]});
        let mut tensors = Vec::new();
        let mut state = 1_u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as f32 / 65_536.0
        };
        let mut floats = |name: &str, shape: &[u64]| {
            let count = shape.iter().product::<u64>();
            let low = if name == "rank.importance" { 0.0 } else { -0.5 };
            let data = (0..count).flat_map(|_| (next() + low).to_le_bytes()).collect();
            let tensor =
                Tensor { name: name.to_owned(), dtype: "F32", shape: shape.to_vec(), data };
            tensors.push(tensor);
        };
        for table in ["topics.embeddings", "topics.pairs", "rank.embeddings", "labels.embeddings"] {
            floats(&format!("{table}.scale"), &[if table == "topics.pairs" { 2 } else { 24 }]);
        }
        floats("topics.head.wide.weight", &[3, 4]);
        floats("topics.head.wide.bias", &[3]);
        floats("topics.head.deep.weight", &[3, 4]);
        floats("topics.head.deep.bias", &[3]);
        floats("topics.head.out.weight", &[3, 3]);
        floats("topics.mean", &[4]);
        floats("rank.mean", &[4]);
        floats("rank.importance", &[24]);
        floats("rank.place", &[3, 4]);
        let mut layers = vec![("rank.enter".to_owned(), 4, 7), ("rank.score".to_owned(), 5, 4)];
        for layer in 0..2 {
            for (part, out, input) in [("qkv", 12, 4), ("out", 4, 4), ("up", 6, 4), ("down", 4, 6)]
            {
                layers.push((format!("rank.layers.{layer}.{part}"), out, input));
            }
        }
        for (name, out, input) in layers {
            floats(&format!("{name}.weight"), &[out, input]);
            floats(&format!("{name}.bias"), &[out]);
        }
        for norm in
            ["norm", "layers.0.norm_1", "layers.0.norm_2", "layers.1.norm_1", "layers.1.norm_2"]
        {
            floats(&format!("rank.{norm}.weight"), &[4]);
            floats(&format!("rank.{norm}.bias"), &[4]);
        }
        for (name, rows, columns) in [
            ("topics.embeddings", 24, 4),
            ("topics.pairs", 2, 4),
            ("rank.embeddings", 24, 4),
            ("labels.embeddings", 24, 2),
        ] {
            let data = (0..rows * columns).map(|at| (at * 37 % 251) as u8).collect();
            let (name, shape) = (format!("{name}.weight"), vec![rows, columns]);
            tensors.push(Tensor { name, dtype: "I8", shape, data });
        }
        let keys = [2_u32 << 16 | 3, 2 << 16 | 4].into_iter().flat_map(u32::to_le_bytes).collect();
        tensors.push(Tensor {
            name: "topics.pairs.key".to_owned(),
            dtype: "U32",
            shape: vec![2],
            data: keys,
        });
        Self { config, tokenizer, taxonomy, tensors }
    }

    fn json(&mut self, file: &str) -> &mut Value {
        match file {
            CONFIG => &mut self.config,
            TOKENIZER => &mut self.tokenizer,
            _ => &mut self.taxonomy,
        }
    }

    fn weights(&self) -> Vec<u8> {
        let mut header = Map::new();
        let mut data = Vec::new();
        for tensor in &self.tensors {
            let offsets = [data.len(), data.len() + tensor.data.len()];
            data.extend(&tensor.data);
            let about =
                json!({"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": offsets});
            header.insert(tensor.name.clone(), about);
        }
        framed(&Value::Object(header).to_string(), &data)
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        match file {
            CONFIG => self.config.to_string().into_bytes(),
            TOKENIZER => self.tokenizer.to_string().into_bytes(),
            TAXONOMY => self.taxonomy.to_string().into_bytes(),
            _ => self.weights(),
        }
    }

    fn write(&self, folder: &Path) {
        for file in FILES {
            fs::write(folder.join(file), self.bytes(file)).unwrap();
        }
    }
}

/// Weights with this header.
fn framed(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// What a folder came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Refused,
    Harmless,
}

/// What must become of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    /// It is refused.
    Fall,
    /// It is refused or harmless.
    Behave,
}

/// Bytes that this thread has read, where the system says so.
fn bytes_read() -> u64 {
    let said = fs::read_to_string("/proc/thread-self/io").unwrap_or_default();
    let count = said.lines().find_map(|line| line.strip_prefix("rchar: ")?.parse().ok());
    count.unwrap_or(0)
}

/// Loads a folder and reads an article with it, or says what is not as it must be.
fn tried(folder: &Path) -> Result<End, String> {
    let before = bytes_read();
    let options = Options::default().with_topics(TopicOptions::default().with_all_scores(true));
    let builder = || Digester::builder().options(options.clone()).model_folder(folder);
    let built = builder().build();
    let read = bytes_read() - before;
    if read > MOST_BYTES {
        return Err(format!("{read} bytes were read"));
    }
    let digester = match built {
        Ok(digester) => digester,
        Err(error) => {
            let kind = error.kind();
            let whole = format!("{:#}", anyhow::Error::from(error));
            let names = FILES.iter().any(|file| whole.contains(file));
            if kind != ErrorKind::InvalidModel || !names || whole.len() > 20_000 {
                return Err(format!("{kind}: {whole:.2000}"));
            }
            return Ok(End::Refused);
        }
    };
    let labels = vec![
        OwnLabel::new("water", "lakes of the council"),
        OwnLabel::new("plans", "a plan").with_examples(["The council said a plan fails."]),
    ];
    let own = builder().labels(labels).build().map_err(|error| format!("own labels: {error}"))?;
    for digester in [digester, own] {
        let row = digester.row(&Input::article("a", ARTICLE)).to_json();
        if row.contains("\"error\"") || row.contains("null") {
            return Err(format!("a row without scores: {row:.1000}"));
        }
    }
    Ok(End::Harmless)
}

/// All folders that were tried, by kind.
struct Tally {
    /// Holds the tiny model between two cases: a case writes what it changes alone.
    folder: tempfile::TempDir,
    whole: BTreeMap<&'static str, Vec<u8>>,
    by_kind: BTreeMap<&'static str, [usize; 2]>,
    wrong: Vec<String>,
    slowest: (Duration, String),
}

impl Tally {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Folder::tiny().write(folder.path());
        let whole = FILES.map(|file| (file, Folder::tiny().bytes(file))).into();
        let slowest = (Duration::ZERO, String::new());
        Self { folder, whole, by_kind: BTreeMap::new(), wrong: Vec::new(), slowest }
    }

    /// Tries a folder some of whose files `make` makes others of.
    fn case(
        &mut self,
        kind: &'static str,
        what: &str,
        must: Must,
        files: &[&str],
        make: impl FnOnce(&Path),
    ) {
        make(self.folder.path());
        let (told, heard) = mpsc::channel();
        let path = self.folder.path().to_owned();
        let start = Instant::now();
        std::thread::spawn(move || told.send(tried(&path)));
        let what = format!("{kind}: {what}");
        match heard.recv_timeout(MOST_TIME) {
            Ok(Ok(end)) => {
                self.by_kind.entry(kind).or_default()[usize::from(end == End::Harmless)] += 1;
                if must == Must::Fall && end == End::Harmless {
                    self.wrong.push(format!("{what} was believed"));
                }
            }
            Ok(Err(wrong)) => self.wrong.push(format!("{what}: {wrong}")),
            Err(mpsc::RecvTimeoutError::Timeout) => self.wrong.push(format!("{what} hangs")),
            Err(mpsc::RecvTimeoutError::Disconnected) => self.wrong.push(format!("{what} panics")),
        }
        if start.elapsed() > self.slowest.0 {
            self.slowest = (start.elapsed(), what);
        }
        for file in files {
            let path = self.folder.path().join(file);
            let gone = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
            drop(gone); // There may be none.
            fs::write(path, &self.whole[file]).unwrap();
        }
    }

    /// A folder whose files `change` makes others of.
    fn changed(
        &mut self,
        kind: &'static str,
        what: &str,
        must: Must,
        change: impl FnOnce(&mut Folder),
    ) {
        let mut files = Folder::tiny();
        change(&mut files);
        let others = FILES.map(|file| (file, files.bytes(file)));
        let others: Vec<(&str, Vec<u8>)> =
            others.into_iter().filter(|(file, bytes)| *bytes != self.whole[file]).collect();
        let names: Vec<&str> = others.iter().map(|(file, _)| *file).collect();
        self.case(kind, what, must, &names, |folder| {
            others.iter().for_each(|(file, bytes)| fs::write(folder.join(file), bytes).unwrap());
        });
    }

    /// A folder with one file of these bytes.
    fn bytes(&mut self, kind: &'static str, file: &str, must: Must, bytes: &[u8]) {
        let what = format!("{file} of {} bytes", bytes.len());
        self.case(kind, &what, must, &[file], |folder| {
            fs::write(folder.join(file), bytes).unwrap()
        });
    }
}

/// Files that are none, or none that anybody should read.
#[cfg(unix)]
fn other_than_files(tally: &mut Tally) {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    for file in FILES {
        let mut case = |kind, make: &dyn Fn(&Path)| {
            tally.case(kind, file, Must::Fall, &[file], |folder| {
                let path = folder.join(file);
                fs::remove_file(&path).unwrap();
                make(&path);
            });
        };
        case("file missing", &|_| {});
        case("file a folder", &|path| fs::create_dir(path).unwrap());
        case("file a pipe", &|path| {
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.unwrap().success());
        });
        case("file a socket", &|path| drop(UnixListener::bind(path).unwrap()));
        case("file a link to itself", &|path| symlink(path, path).unwrap());
        case("file a link to nothing", &|path| symlink("nowhere", path).unwrap());
        for device in ["/dev/zero", "/dev/null", "/dev/tty"] {
            case("file a device", &|path| symlink(device, path).unwrap());
        }
        for bytes in [65 << 20, 3 << 30, 1 << 40_u64] {
            case("file too large", &|path| {
                fs::File::create(path).unwrap().set_len(bytes).unwrap();
            });
        }
    }
}

/// Cut short, with bits of them turned, or with other bytes around them.
fn damaged(tally: &mut Tally) {
    let mut state = 7_usize;
    for file in FILES {
        let whole = Folder::tiny().bytes(file);
        for part in 0..24 {
            tally.bytes("file cut short", file, Must::Fall, &whole[..whole.len() * part / 24]);
        }
        for _ in 0..40 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let mut bytes = whole.clone();
            let at = (state >> 33) % bytes.len();
            bytes[at] ^= 1 << (state >> 29 & 7);
            tally.bytes("bit turned", file, Must::Behave, &bytes);
        }
        for around in [
            [&whole[..], b"x"].concat(),
            [b"x", &whole[..]].concat(),
            [&whole[..], &whole].concat(),
            b"\xff\xfe\xfd".to_vec(),
            vec![0; 5000],
            b"[".repeat(200_000),
            b"{\"a\":".repeat(200_000),
            b"[1, 2]".to_vec(),
            b"null".to_vec(),
        ] {
            tally.bytes("other bytes", file, Must::Fall, &around);
        }
    }
}

/// The pointers of all values, of lists the first two, of the vocabulary a few.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let most = if at.ends_with("/vocab") { 3 } else { map.len() };
            for (key, value) in map.iter().take(most) {
                found.push(format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")));
                pointers(value, &found[found.len() - 1].clone(), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate().take(2) {
                found.push(format!("{at}/{index}"));
                pointers(value, &found[found.len() - 1].clone(), found);
            }
        }
        _ => {}
    }
}

/// Every value of the three JSON files replaced, taken out, named otherwise, or there twice.
fn values(tally: &mut Tally) {
    let others = [
        ("null", Value::Null),
        ("-1", json!(-1)),
        ("0", json!(0)),
        ("0.5", json!(0.5)),
        ("a number that is large", json!(3e38)),
        ("a number beyond floats", json!(1e300)),
        ("a size beyond memory", json!(1_u64 << 62)),
        ("the largest size", json!(u64::MAX)),
        ("a text", json!("x")),
        ("a long text", json!("x".repeat(5000))),
        ("a list", json!([])),
        ("an object", json!({})),
        ("true", json!(true)),
    ];
    for file in [CONFIG, TOKENIZER, TAXONOMY] {
        let mut found = Vec::new();
        pointers(Folder::tiny().json(file), "", &mut found);
        for pointer in found {
            for (name, other) in &others {
                let what = format!("{file} {pointer} is {name}");
                tally.changed("value replaced", &what, Must::Behave, |files| {
                    *files.json(file).pointer_mut(&pointer).unwrap() = other.clone();
                });
            }
            let value = Folder::tiny().json(file).pointer(&pointer).unwrap().clone();
            for by in [-1, 1] {
                let Some(number) = value.as_i64() else { continue };
                let must = if file == CONFIG && !pointer.ends_with("fragment_tokens") {
                    // The window, and thirds of heads, are the only sizes that no tensor tells.
                    if pointer.ends_with("window") || pointer.ends_with("heads") {
                        Must::Behave
                    } else {
                        Must::Fall
                    }
                } else {
                    Must::Behave
                };
                let what = format!("{file} {pointer} off by {by}");
                tally.changed("size off by one", &what, must, |files| {
                    *files.json(file).pointer_mut(&pointer).unwrap() = json!(number + by);
                });
            }
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let key = key.replace("~1", "/").replace("~0", "~");
            let is_key = Folder::tiny().json(file).pointer(parent).is_some_and(Value::is_object);
            if !is_key {
                continue;
            }
            let object = |files: &mut Folder, change: &dyn Fn(&mut Map<String, Value>)| {
                change(files.json(file).pointer_mut(parent).unwrap().as_object_mut().unwrap());
            };
            let what = format!("{file} {pointer}");
            tally.changed("key removed", &what, Must::Behave, |files| {
                object(files, &|map| drop(map.remove(&key)));
            });
            tally.changed("key renamed", &what, Must::Behave, |files| {
                object(files, &|map| {
                    let value = map.remove(&key).unwrap();
                    map.insert(format!("{key}x"), value);
                });
            });
            let whole = Folder::tiny().json(file).to_string();
            let once = format!("{}:{value}", json!(key));
            let twice = whole.replacen(&once, &format!("{once},{once}"), 1);
            tally.bytes("key twice", file, Must::Behave, twice.as_bytes());
            for no_number in ["NaN", "Infinity", "1e999", "-", "00", "\u{feff}1"] {
                let other = whole.replacen(&once, &format!("{}:{no_number}", json!(key)), 1);
                if value.is_number() && other != whole {
                    tally.bytes("no number", file, Must::Fall, other.as_bytes());
                }
            }
        }
    }
}

/// Every tensor taken away, of another shape or type, or with other values.
fn tensors(tally: &mut Tally) {
    for (index, tensor) in Folder::tiny().tensors.iter().enumerate() {
        let name = &tensor.name;
        let mut case = |kind, must, change: &dyn Fn(&mut Tensor)| {
            tally.changed(kind, name, must, |files| change(&mut files.tensors[index]));
        };
        let shape = |change: &'static dyn Fn(&mut Vec<u64>)| {
            move |tensor: &mut Tensor| {
                change(&mut tensor.shape);
                let of_one = if tensor.dtype == "I8" { 1 } else { 4 };
                let bytes = tensor.shape.iter().product::<u64>() * of_one;
                tensor.data.resize(bytes as usize, 0);
            }
        };
        case("tensor renamed", Must::Fall, &|tensor| tensor.name.push('x'));
        case("tensor one row longer", Must::Fall, &shape(&|shape| shape[0] += 1));
        case("tensor one row shorter", Must::Fall, &shape(&|shape| shape[0] -= 1));
        case("tensor empty", Must::Fall, &shape(&|shape| shape[0] = 0));
        case("tensor of another rank", Must::Fall, &|tensor| tensor.shape.push(1));
        case("tensor of another type", Must::Fall, &|tensor| {
            tensor.dtype = if tensor.dtype == "I8" { "U8" } else { "BOOL" };
            tensor.shape = vec![tensor.data.len() as u64];
        });
        let size = u64::MAX / 2;
        case("tensor of a shape beyond memory", Must::Fall, &|tensor| {
            tensor.shape = vec![size, size]
        });
        for (kind, value, must) in [
            ("tensor of no numbers", f32::NAN, Must::Fall),
            ("tensor with infinity", f32::INFINITY, Must::Fall),
            ("tensor of large numbers", 3e38, Must::Fall),
            ("tensor of large numbers", -1e30, Must::Fall),
            ("tensor of large numbers", 9e5, Must::Behave),
            ("tensor of tiny numbers", 1e-45, Must::Behave),
            ("tensor of zeros", 0.0, Must::Behave),
            ("tensor below zero", -1.0, Must::Behave),
        ] {
            if tensor.dtype == "F32" {
                case(kind, must, &|tensor| {
                    let count = tensor.data.len() / 4;
                    tensor.data = value.to_le_bytes().repeat(count);
                });
            }
        }
        tally.changed("tensor missing", name, Must::Behave, |files| {
            files.tensors.remove(index);
        });
    }
    let more =
        Tensor { name: "rank.layers.2.up.bias".into(), dtype: "F32", shape: vec![0], data: vec![] };
    tally.changed("tensor too many", "", Must::Fall, |files| files.tensors.push(more));
    for keys in [[2 << 16 | 24, 0], [24 << 16, 3 << 16], [5, 4], [u32::MAX, u32::MAX]] {
        tally.changed("pair of no tokens", &format!("{keys:?}"), Must::Fall, |files| {
            let keys = keys.into_iter().flat_map(u32::to_le_bytes).collect();
            files.tensors.last_mut().unwrap().data = keys;
        });
    }
    for length in [0, 1, 1 << 20, 1 << 40, 100_000_001, u64::MAX] {
        let mut bytes = Folder::tiny().weights();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        tally.bytes("header of another length", WEIGHTS, Must::Fall, &bytes);
    }
    let about = |offsets: [u64; 2]| json!({"dtype": "F32", "shape": [1], "data_offsets": offsets});
    for header in [
        json!({"a": about([0, 4]), "b": about([0, 4])}),
        json!({"a": about([4, 0])}),
        json!({"a": about([u64::MAX - 3, u64::MAX])}),
        json!({"a": about([0, 1 << 40])}),
        json!({"a": {"dtype": "F32", "shape": vec![u64::MAX; 9], "data_offsets": [0, 4]}}),
        json!({"a": {"dtype": "F32", "shape": Vec::<u64>::new(), "data_offsets": [0, 4]}}),
        json!({"__metadata__": {"a": "b".repeat(100_000)}}),
        json!([]),
    ] {
        tally.bytes("header that lies", WEIGHTS, Must::Fall, &framed(&header.to_string(), &[0; 4]));
    }
}

/// Sizes that all files agree on.
fn agreed(tally: &mut Tally) {
    for layers in [0, 1] {
        tally.changed("layers left out", &layers.to_string(), Must::Fall, |files| {
            files.config["ranker"]["layers"] = json!(layers);
        });
    }
    tally.changed("inner layer left out", "", Must::Fall, |files| {
        files.config["topics"]["hidden"] = json!(0);
    });
    for size in [1, 4, 1_u64 << 62] {
        tally.changed("dense part of no encoder", &size.to_string(), Must::Fall, |files| {
            files.config["topics"]["dense"] = json!(size);
        });
    }
    tally.changed("a model of nothing", "", Must::Fall, |files| {
        files.config["ranker"]["width"] = json!(0);
        files.config["ranker"]["inner"] = json!(0);
        files.tensors.retain(|tensor| !tensor.name.starts_with("rank."));
    });
    for (codes, labels) in
        [(["a", "a"], ["x", "y"]), (["a", " "], ["x", "y"]), (["a", "b"], ["x", "\u{1b}]0;"])]
    {
        tally.changed(
            "labels that are none",
            &format!("{codes:?} {labels:?}"),
            Must::Fall,
            |files| {
                for topic in 0..2 {
                    files.taxonomy["topics"][topic]["code"] = json!(codes[topic]);
                    files.taxonomy["topics"][topic]["label"] = json!(labels[topic]);
                }
                files.taxonomy["topics"][2].as_object_mut().unwrap().remove("parent");
            },
        );
    }
    tally.changed("labels that are none", "below each other", Must::Fall, |files| {
        files.taxonomy["topics"][0]["parent"] = json!("t:3");
    });
    for name in ["", " ", "a\u{1b}[2J", "a\nb"] {
        tally.changed("name that nobody should see", name, Must::Fall, |files| {
            files.config["name"] = json!(name);
        });
    }
    for language in ["", "EN", "english", "\u{1b}[", "e\n"] {
        tally.changed("language that is none", language, Must::Fall, |files| {
            files.config["languages"][0] = json!(language);
        });
    }
}

fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> =
        ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut bits = three.iter().fold(0, |bits, &byte| bits << 8 | usize::from(byte));
        bits <<= (3 - three.len()) * 8;
        text.extend((0..=three.len()).map(|place| letters[bits >> (18 - 6 * place) & 63]));
        text.push_str(&"=".repeat(3 - three.len()));
    }
    text
}

/// Tokenizers by which the crate behind them would panic, abort, or never end.
fn tokenizers(tally: &mut Tally) {
    let mut case = |kind, what: &str, must, change: &dyn Fn(&mut Value)| {
        tally.changed(kind, what, must, |files| change(&mut files.tokenizer));
    };
    let maps = [
        "",
        "!",
        "AAAA",
        "AAAAAA==",
        "/////w==",
        "////f///",
        "BAAAAP////8=",
        "CAAAAAAAAAAAAAAAYWE=",
        "EAAAAAEBAQECAgICAwMDAwQEBAR4AHkA",
    ];
    let long = ["A".repeat(40_000), "/".repeat(40_000), format!("AAQAAA{}", "k".repeat(4000))];
    for map in maps.iter().copied().chain(long.iter().map(|map| map.as_str())) {
        for (nested, tagged) in [(false, true), (true, true), (false, false)] {
            case(
                "map of characters",
                &format!("{map:.20} {nested} {tagged}"),
                Must::Fall,
                &|json| {
                    let mut part = json!({"type": "Precompiled", "precompiled_charsmap": map});
                    if !tagged {
                        part.as_object_mut().unwrap().remove("type");
                    }
                    let nest = json!({"type": "Sequence", "normalizers": [{"type": "NFC"}, part]});
                    json["normalizer"] = if nested { nest } else { part };
                },
            );
        }
    }
    // Maps of random units, and one that is as it should be: `A` is written "the".
    let mut state = 3_u64;
    for number in 0..100 {
        let mut units = vec![0_u32; 768];
        for unit in &mut units {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Half of them a child of some byte, near enough to lead somewhere.
            let random = (state >> 32) as u32;
            *unit = if random & 1 == 0 { 0 } else { random & 0x3_ffff };
        }
        if number == 0 {
            units.fill(0);
            units[0] = 256 << 10;
            units[256 ^ 0x41] = 0x41 | 1 << 8 | (512 ^ 256 ^ 0x41) << 10;
        }
        let units = units.into_iter().flat_map(u32::to_le_bytes);
        let map: Vec<u8> =
            3072_u32.to_le_bytes().into_iter().chain(units).chain(*b"the\0a\0").collect();
        case("map of random units", &number.to_string(), Must::Behave, &|json| {
            json["normalizer"] =
                json!({"type": "Precompiled", "precompiled_charsmap": base64(&map)});
        });
    }
    for pattern in [
        "(a+)+$",
        "(a|a)*b",
        "(.*)*x",
        "(a*)*\\1",
        "(?<=a)b",
        "a{99999}",
        "(a{99}){99}",
        "\\s*\\s*\\s*\\s*x",
        "(?:(?:a?){50}){50}",
        "[",
        "(",
        "a{2,1}",
        "\\",
        "(?>a)+",
        "(?P<x>a)(?P=x)",
    ] {
        case("pattern that explodes", pattern, Must::Fall, &|json| {
            json["normalizer"] =
                json!({"type": "Replace", "pattern": {"Regex": pattern}, "content": "x"});
        });
        case("pattern that explodes", pattern, Must::Fall, &|json| {
            json["pre_tokenizer"] = json!({"type": "Split", "pattern": {"Regex": pattern},
                "behavior": "Isolated", "invert": false});
        });
    }
    for (depth, must) in
        [(2, Must::Behave), (8, Must::Fall), (60, Must::Fall), (20_000, Must::Fall)]
    {
        for (part, list, inner) in [
            ("normalizer", "normalizers", r#"{"type": "NFC"}"#),
            ("pre_tokenizer", "pretokenizers", r#"{"type": "BertPreTokenizer"}"#),
            (
                "post_processor",
                "processors",
                r#"{"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": true}"#,
            ),
            ("decoder", "decoders", r#"{"type": "Fuse"}"#),
        ] {
            let open = format!(r#"{{"type": "Sequence", "{list}": ["#).repeat(depth);
            let nested = format!("{open}{inner}{}", "]}".repeat(depth));
            let mut json = Folder::tiny().tokenizer;
            json[part] = json!("HERE");
            let bytes = json.to_string().replace("\"HERE\"", &nested);
            tally.bytes("parts within parts", TOKENIZER, must, bytes.as_bytes());
        }
    }
    let mut case = |kind, what: &str, must, change: &dyn Fn(&mut Value)| {
        tally.changed(kind, what, must, |files| change(&mut files.tokenizer));
    };
    for times in [5, 10, 1000] {
        case("text that grows", &times.to_string(), Must::Fall, &|json| {
            let one =
                json!({"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaa"});
            json["normalizer"] = json!({"type": "Sequence", "normalizers": vec![one; times]});
        });
    }
    for (what, part) in [
        ("empty pattern", json!({"type": "Replace", "pattern": {"String": ""}, "content": "xyz"})),
        (
            "long content",
            json!({"type": "Replace", "pattern": {"String": "a"}, "content": "x".repeat(1 << 20)}),
        ),
        ("long prefix", json!({"type": "Prepend", "prepend": "x".repeat(1 << 20)})),
        ("a list for a part", json!(["AAAA"])),
        (
            "a type that is a map",
            json!({"type": {"Precompiled": null}, "precompiled_charsmap": "AAAA"}),
        ),
    ] {
        case("text that grows", what, Must::Fall, &|json| json["normalizer"] = part.clone());
    }
    case("text that is cut to nothing", "", Must::Fall, &|json| {
        json["pre_tokenizer"] = json!({"type": "FixedLength", "length": 0});
    });
    for id in [24, 25, 1000, 65_536, u32::MAX] {
        case("id beyond the table", &id.to_string(), Must::Fall, &|json| {
            json["model"]["vocab"]["%"] = json!(id);
        });
    }
    case("unknown token missing", "", Must::Fall, &|json| {
        json["model"]["unk_token"] = json!("[X]")
    });
    case("unknown token missing", "from the pieces", Must::Fall, &|json| {
        let vocab = json["model"]["vocab"].as_object_mut().unwrap();
        vocab.remove("[UNK]").unwrap();
        vocab.insert("other".to_owned(), json!(1));
    });
    for chars in [1001, 1 << 40, u64::MAX] {
        case("words of any length", &chars.to_string(), Must::Fall, &|json| {
            json["model"]["max_input_chars_per_word"] = json!(chars);
        });
    }
    let vocab = Folder::tiny().tokenizer["model"]["vocab"].clone();
    case("ids by chance", "", Must::Fall, &|json| {
        json["model"] = json!({"type": "BPE", "vocab": vocab, "merges": [], "dropout": 0.5});
    });
    for merges in
        [json!(["a b"]), json!(["nothing"]), json!([["a", "x"]]), json!([1]), json!("a b")]
    {
        case("merges of no pieces", &merges.to_string(), Must::Fall, &|json| {
            json["model"] = json!({"type": "BPE", "vocab": vocab, "merges": merges});
        });
    }
    let scored: Vec<Value> = (0..24).map(|id| json!([format!("p{id}"), -1.0])).collect();
    for (what, id, first) in [
        ("no unknown", json!(null), json!(["p", 0.0])),
        ("unknown beyond", json!(24), json!(["p", 0.0])),
        ("unknown below", json!(-1), json!(["p", 0.0])),
        ("empty piece", json!(1), json!(["", 0.0])),
        ("large score", json!(1), json!(["p", 1e300])),
        ("score of no number", json!(1), json!(["p", null])),
    ] {
        let mut scored = scored.clone();
        scored[0] = first;
        case("scores of pieces", what, Must::Fall, &|json| {
            json["model"] = json!({"type": "Unigram", "unk_id": id, "vocab": scored});
        });
    }
    case("scores of pieces", "as they should be", Must::Behave, &|json| {
        json["model"] = json!({"type": "Unigram", "unk_id": 1, "vocab": scored});
    });
    case("tokens that are added", "too many", Must::Fall, &|json| {
        let one = json["added_tokens"][0].clone();
        json["added_tokens"] = json!(vec![one; 2000]);
    });
    for content in ["", "x", " ", "\u{0}", &"long".repeat(1000)] {
        case("tokens that are added", &format!("{content:.9}"), Must::Behave, &|json| {
            json["added_tokens"][0]["content"] = json!(content);
        });
    }
    case("part of millions", "", Must::Fall, &|json| json["padding"] = json!(vec![0; 1_000_000]));
    case("pieces of any length", "", Must::Fall, &|json| {
        let vocab = json["model"]["vocab"].as_object_mut().unwrap();
        vocab.remove("%").unwrap();
        vocab.insert("x".repeat(1 << 20), json!(23));
    });
}

#[test]
fn the_tiny_model_is_one() {
    let folder = tempfile::tempdir().unwrap();
    Folder::tiny().write(folder.path());
    assert_eq!(tried(folder.path()), Ok(End::Harmless));
}

/// Names that agree in all but their last letters, and one of them twice: so many take half a minute
/// where every name is held against every other.
#[test]
fn labels_are_told_apart_in_linear_time() {
    let label = |number: usize| OwnLabel::new(&format!("{}{number}", "x".repeat(500)), "d");
    let labels: Vec<OwnLabel> = (0..60_000).map(label).chain([label(59_999)]).collect();
    let start = Instant::now();
    let error = Digester::builder().labels(labels).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert!(error.to_string().ends_with("59999\" stands twice"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

/// Hundreds of folders that should not be believed, and what becomes of each.
#[cfg(unix)]
#[test]
fn a_hostile_folder_is_refused_or_harmless() {
    let mut tally = Tally::new();
    for kind in [other_than_files, damaged, values, tensors, agreed, tokenizers] {
        kind(&mut tally);
    }
    let mut sums = [0, 0];
    for (kind, [refused, harmless]) in &tally.by_kind {
        println!("{kind:34} {refused:5} refused {harmless:5} harmless");
        sums = [sums[0] + refused, sums[1] + harmless];
    }
    let [refused, harmless] = sums;
    println!(
        "{} folders: {refused} refused, {harmless} harmless; slowest {:?}",
        refused + harmless,
        tally.slowest
    );
    let first: Vec<&String> = tally.wrong.iter().take(60).collect();
    assert!(tally.wrong.is_empty(), "{} of them: {first:#?}", tally.wrong.len());
    assert!(refused + harmless >= 3000 && refused >= 2500, "{refused} + {harmless}");
}
