//! A folder of a pretrained model to the engine for it.
//!
//! In: a folder, which engine, where to run, and a caller's labels. Out: the embedded model with
//! the pretrained one beside it, or a writer of abstracts; where the feature that could run it is
//! off, an error that says so.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use super::{Model, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{Abstracts, Device, Engine};
use crate::topics::OwnLabel;

/// Where and how pretrained models run.
#[cfg_attr(not(feature = "pretrained"), allow(dead_code, reason = "nothing runs without it"))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pretrained {
    pub(crate) engine: Engine,
    pub(crate) device: Device,
    pub(crate) threads: Option<NonZeroUsize>,
}

impl Pretrained {
    /// The embedded model with the topics, or the vectors, of the pretrained one.
    pub(crate) fn model(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        match self.engine {
            Engine::RustBert => self.by_rust_bert(folder, labels),
            Engine::Rten => self.by_rten(folder, labels),
            Engine::Auto if cfg!(all(feature = "rten", not(feature = "rust-bert"))) => {
                self.by_rten(folder, labels)
            }
            Engine::Auto => self.by_rust_bert(folder, labels),
        }
    }

    #[cfg(feature = "pretrained")]
    fn threads(self) -> NonZeroUsize {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(cores)
    }
}

/// What a build says without the feature.
#[cfg(not(all(feature = "rust-bert", feature = "rten")))]
fn missing(folder: &Path, feature: &str) -> Error {
    let message = format!(
        "model folder {} holds a pretrained model, which this build cannot run; build with the feature `{feature}`",
        folder.display()
    );
    Error::new(ErrorKind::InvalidOption, message)
}

#[cfg(not(feature = "rust-bert"))]
impl Pretrained {
    fn by_rust_bert(self, folder: &Path, _labels: Option<&[OwnLabel]>) -> Result<Model> {
        Err(missing(folder, "rust-bert"))
    }

    pub(crate) fn writer(self, folder: &Path, _abstracts: &Abstracts) -> Result<Arc<dyn Writer>> {
        Err(missing(folder, "rust-bert"))
    }
}

#[cfg(not(feature = "rten"))]
impl Pretrained {
    fn by_rten(self, folder: &Path, _labels: Option<&[OwnLabel]>) -> Result<Model> {
        Err(missing(folder, "rten"))
    }
}

#[cfg(feature = "rten")]
impl Pretrained {
    fn by_rten(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        if let Device::Cuda(index) = self.device {
            let message = format!("the engine rten runs on the CPU, found the device cuda:{index}");
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let checkpoint = super::checkpoint::Checkpoint::open(folder)?;
        if checkpoint.task() != crate::models::Task::SentenceEncoder {
            let message = format!(
                "model folder {} holds a {}, and the engine rten reads sentence encoders alone: use rust-bert",
                folder.display(),
                checkpoint.task().as_str()
            );
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
        let encoder = super::rten::Encoder::load(&checkpoint, self.threads())?;
        encoding(folder, Arc::new(encoder), labels)
    }
}

/// The embedded model with an encoder's vectors beside its own, and the heads for them.
#[cfg(feature = "pretrained")]
fn encoding(
    folder: &Path,
    encoder: Arc<dyn super::SentenceEncoder>,
    labels: Option<&[OwnLabel]>,
) -> Result<Model> {
    use super::folder::Files;
    use super::heads::Heads;

    let model = Model::embedded()?;
    let heads = Heads::load(&Files::compiled_in_heads(), &*encoder, &model.base())?;
    if heads.is_none() && labels.is_none() {
        let message = format!(
            "no topic heads are known for the sentence encoder in {}; give labels of your own",
            folder.display()
        );
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    model.with_encoder(encoder, heads).with_own_labels(labels)
}

#[cfg(feature = "rust-bert")]
impl Pretrained {
    fn by_rust_bert(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        use super::checkpoint::Checkpoint;
        use super::rust_bert::{Encoder, Entailment, OwnClasses};
        use crate::models::Task;

        let runtime = self.runtime()?;
        let checkpoint = Checkpoint::open(folder)?;
        match checkpoint.task() {
            Task::SentenceEncoder => {
                encoding(folder, Arc::new(Encoder::load(checkpoint, &runtime)?), labels)
            }
            Task::ZeroShot => {
                let model = Model::embedded()?;
                let iptc =
                    || model.taxonomy().level1().map(|name| OwnLabel::new(name, name)).collect();
                let labels = labels.map_or_else(iptc, <[OwnLabel]>::to_vec);
                let classifier = Entailment::load(checkpoint, &labels, &runtime)?;
                Ok(model.with_classifier(Arc::new(classifier)))
            }
            Task::Classifier if labels.is_some() => {
                let message = format!(
                    "the classifier in {} has labels of its own and cannot take others",
                    folder.display()
                );
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
            Task::Classifier => {
                let model = Model::embedded()?;
                let classifier = OwnClasses::load(checkpoint, model.taxonomy(), &runtime)?;
                Ok(model.with_classifier(Arc::new(classifier)))
            }
            Task::Summarizer => {
                let message = format!(
                    "the model in {} writes summaries and gives no topics: name it as the summary model",
                    folder.display()
                );
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
        }
    }

    /// A writer of abstracts.
    pub(crate) fn writer(self, folder: &Path, abstracts: &Abstracts) -> Result<Arc<dyn Writer>> {
        use super::rust_bert::{Abstractor, Beams};

        let beams = Beams { beams: abstracts.beams, no_repeat: abstracts.no_repeat_ngram };
        let checkpoint = super::checkpoint::Checkpoint::open(folder)?;
        Ok(Arc::new(Abstractor::load(checkpoint, beams, &self.runtime()?)?))
    }

    fn runtime(self) -> Result<super::rust_bert::Runtime> {
        super::rust_bert::Runtime::new(self.device, self.threads())
    }
}
