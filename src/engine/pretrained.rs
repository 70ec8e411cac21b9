//! A folder of a pretrained model to the engine for it.
//!
//! In: a folder, where to run, and a caller's labels. Out: the embedded model with the pretrained
//! one beside it, or a writer of abstracts; without the feature `rust-bert`, an error that says so.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use super::{Model, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{Abstracts, Device};
use crate::topics::OwnLabel;

/// Where and how pretrained models run.
#[cfg_attr(not(feature = "rust-bert"), allow(dead_code, reason = "nothing runs without it"))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pretrained {
    pub(crate) device: Device,
    pub(crate) threads: Option<NonZeroUsize>,
}

#[cfg(not(feature = "rust-bert"))]
impl Pretrained {
    pub(crate) fn model(self, folder: &Path, _labels: Option<&[OwnLabel]>) -> Result<Model> {
        Err(missing(folder))
    }

    pub(crate) fn writer(self, folder: &Path, _abstracts: &Abstracts) -> Result<Arc<dyn Writer>> {
        Err(missing(folder))
    }
}

#[cfg(not(feature = "rust-bert"))]
fn missing(folder: &Path) -> Error {
    let message = format!(
        "model folder {} holds a pretrained model, which this build cannot run; build with the feature `rust-bert`",
        folder.display()
    );
    Error::new(ErrorKind::InvalidOption, message)
}

#[cfg(feature = "rust-bert")]
impl Pretrained {
    /// The embedded model with the topics, or the vectors, of the pretrained one.
    pub(crate) fn model(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        use super::folder::Files;
        use super::heads::Heads;
        use super::rust_bert::{Encoder, Entailment, OwnClasses};
        use crate::models::Task;

        let runtime = self.runtime()?;
        let checkpoint = super::rust_bert::open(folder)?;
        let model = Model::embedded()?;
        match checkpoint.task() {
            Task::SentenceEncoder => {
                let encoder: Arc<Encoder> = Arc::new(Encoder::load(checkpoint, &runtime)?);
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
            Task::ZeroShot => {
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
        let checkpoint = super::rust_bert::open(folder)?;
        Ok(Arc::new(Abstractor::load(checkpoint, beams, &self.runtime()?)?))
    }

    fn runtime(self) -> Result<super::rust_bert::Runtime> {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        super::rust_bert::Runtime::new(self.device, self.threads.unwrap_or_else(cores))
    }
}
