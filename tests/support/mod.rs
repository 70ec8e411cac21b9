//! What the tests of both pretrained engines share: the tiny models, copies of them to damage, and
//! the golden vectors of all-MiniLM-L6-v2.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use standfirst::topics::OwnLabel;

pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/rust-bert").join(name)
}

pub fn labels() -> Vec<OwnLabel> {
    vec![
        OwnLabel::new("transport", "roads, bridges, ferries and trains"),
        OwnLabel::new("weather", "rain, snow, storms and forecasts"),
    ]
}

pub fn copied(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_into(&golden(name), folder.path());
    folder
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// `tests/golden/minilm.json`.
#[derive(Deserialize)]
pub struct MiniLm {
    pub window: usize,
    pub inputs: Vec<Sentence>,
}

#[derive(Deserialize)]
pub struct Sentence {
    pub text: String,
    pub ids: Vec<u32>,
    pub vector: Vec<f32>,
}

impl MiniLm {
    pub fn golden() -> Self {
        serde_json::from_str(include_str!("../golden/minilm.json")).unwrap()
    }
}

pub fn minilm() -> Option<PathBuf> {
    let folder = std::env::var_os("STANDFIRST_MINILM").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: STANDFIRST_MINILM names no folder of all-MiniLM-L6-v2");
    }
    folder
}
