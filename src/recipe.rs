//! What a run of the training recipe has left, for tests that hold the engine to it.
//!
//! In: the folder that `STANDFIRST_RECIPE` names, laid out as the repository; for the heads also
//! the encoder's folder, `STANDFIRST_RECIPE_ENCODER`. Out: golden files and the models they are
//! of. `models/recipe` runs these tests; without the variables they say that they are skipped.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::Model;
use crate::span::Span;

/// Sentences joined by line feeds, and where each is.
pub(crate) fn joined(sentences: &[impl AsRef<str>]) -> (String, Vec<Span>) {
    let mut start = 0;
    let span = |sentence: &str| {
        let span = Span::new(start, start + sentence.len());
        start = span.end + 1;
        span
    };
    let parts: Vec<&str> = sentences.iter().map(AsRef::as_ref).collect();
    (parts.join("\n"), parts.iter().copied().map(span).collect())
}

/// An article in the golden file of the heads.
#[cfg(feature = "rust-bert")]
#[derive(serde::Deserialize)]
pub(crate) struct WithHeads {
    title: String,
    sentences: Vec<String>,
    /// Places of the sentences that are read.
    kept: Vec<usize>,
    /// Of all labels.
    pub(crate) scores: Vec<f32>,
    /// Of the sentences that are read.
    pub(crate) ranker: Vec<[f32; 2]>,
}

#[cfg(feature = "rust-bert")]
impl WithHeads {
    /// The sentences that are read, as [`joined`] has them.
    pub(crate) fn kept(&self) -> (String, Vec<Span>) {
        joined(&self.kept.iter().map(|&place| &self.sentences[place]).collect::<Vec<_>>())
    }

    pub(crate) fn title(&self) -> Option<&str> {
        Some(self.title.as_str()).filter(|title| !title.is_empty())
    }
}

fn folder(variable: &str) -> Option<PathBuf> {
    let folder = env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: {variable} names no folder of a run of the recipe");
    }
    folder
}

fn golden(run: &Path, name: &str) -> Option<String> {
    let path = run.join("tests/golden").join(name);
    path.exists().then(|| fs::read_to_string(path).unwrap())
}

/// A golden file, and the embedded model of the same run.
pub(crate) fn embedded(name: &str) -> Option<(String, Model)> {
    let run = folder("STANDFIRST_RECIPE")?;
    let model = Model::from_folder(&run.join("models/embedded")).unwrap();
    Some((golden(&run, name).unwrap(), model))
}

/// The golden file of the heads, and the model of the same run with its heads.
#[cfg(feature = "rust-bert")]
pub(crate) fn with_heads() -> Option<(String, Model)> {
    use std::num::NonZeroUsize;
    use std::sync::Arc;

    use crate::model::Heads;
    use crate::model::folder::Files;
    use crate::options::Device;
    use crate::pretrained::checkpoint::Checkpoint;
    use crate::pretrained::rust_bert::{Runtime, encoder as loaded};

    let run = folder("STANDFIRST_RECIPE")?;
    let encoder = folder("STANDFIRST_RECIPE_ENCODER")?;
    let golden = golden(&run, "heads.json")?;
    let runtime = Runtime::new(Device::Cpu, NonZeroUsize::MIN).unwrap();
    let checkpoint = Checkpoint::open(&encoder).unwrap();
    let encoder = Arc::new(loaded(checkpoint, &runtime).unwrap());
    let read = |name| fs::read(run.join("models/all-minilm-l6-v2").join(name)).unwrap().into();
    let mut files = Files::read(&run.join("models/embedded")).unwrap();
    let model = Model::load(&files).unwrap();
    (files.config, files.weights) = (read("config.json"), read("model.safetensors"));
    let heads = Heads::load(&files, &*encoder, &model.base()).unwrap();
    assert!(heads.is_some(), "the heads are for another encoder");
    Some((golden, model.with_encoder(encoder, heads)))
}
