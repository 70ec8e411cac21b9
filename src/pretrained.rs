//! A folder of a pretrained model to the engine for it.
//!
//! In: a folder, which engine, where to run, and a caller's labels. Out: the embedded model with
//! the pretrained one beside it, or a writer of abstracts; where the feature that could run it is
//! off, an error that says so. And what such a folder says of itself: [`Description`].
//!
//! ```text
//! description.rs  standfirst.json -> what the folder says it is
//! checkpoint.rs   a folder -> the same held against its other files
//! batches.rs      token counts -> batches
//! pool.rs         requests -> threads that own a model
//! modules.rs      texts -> parts that fit a sentence encoder's window, and back
//! encoder.rs      texts -> vectors, whatever runs the transformer
//! rust_bert/      models of all kinds (feature `rust-bert`)
//! rten/           sentence encoders in 8 bits, without libtorch (feature `rten`)
//! ```

mod description;
#[cfg(feature = "pretrained")]
pub(crate) mod checkpoint;
#[cfg(feature = "pretrained")]
mod batches;
#[cfg(feature = "pretrained")]
mod pool;
#[cfg(feature = "pretrained")]
mod modules;
#[cfg(feature = "pretrained")]
mod encoder;
#[cfg(feature = "rten")]
mod rten;
#[cfg(feature = "rust-bert")]
pub(crate) mod rust_bert;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "pretrained")]
use crate::model::Heads;
use crate::model::Model;
#[cfg(feature = "pretrained")]
use crate::model::folder::Files;
#[cfg(feature = "rten")]
use crate::model::folder::invalid_model;
#[cfg(feature = "pretrained")]
use crate::model::seams::SentenceEncoder;
use crate::model::seams::Writer;
use crate::options::{AbstractOptions, Backend, Device};
use crate::topics::OwnLabel;
pub use description::{Calibration, DESCRIPTION, Description, Pooling, Task};
#[cfg(feature = "pretrained")]
use encoder::Encoder;

/// Where and how pretrained models run.
#[cfg_attr(not(feature = "pretrained"), allow(dead_code, reason = "nothing runs without it"))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pretrained {
    pub(crate) backend: Backend,
    pub(crate) device: Device,
    pub(crate) threads: Option<NonZeroUsize>,
}

impl Pretrained {
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] when a backend or device is asked for by name that this build
    /// does not have.
    pub(crate) fn check(self) -> Result<()> {
        let (what, feature) = match (self.backend, self.device) {
            (Backend::RustBert, _) if cfg!(not(feature = "rust-bert")) => {
                ("the backend rust-bert".to_owned(), "rust-bert")
            }
            (Backend::Rten, _) if cfg!(not(feature = "rten")) => {
                ("the backend rten".to_owned(), "rten")
            }
            (_, Device::Cuda(index)) if cfg!(not(feature = "rust-bert")) => {
                (format!("the device cuda:{index}"), "rust-bert")
            }
            _ => return Ok(()),
        };
        unusable(format!("this build does not have {what}; build with the feature `{feature}`"))
    }

    /// The embedded model with the topics, or the vectors, of the pretrained one.
    pub(crate) fn model(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        let by_rten = match self.backend {
            Backend::RustBert => false,
            Backend::Rten => true,
            Backend::Auto => cfg!(all(feature = "rten", not(feature = "rust-bert"))),
        };
        if by_rten { self.by_rten(folder, labels) } else { self.by_rust_bert(folder, labels) }
    }

    #[cfg(feature = "pretrained")]
    fn threads(self) -> NonZeroUsize {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(cores)
    }
}

/// The error of a model that cannot be used as it was asked for.
fn unusable<T>(message: String) -> Result<T> {
    Err(Error::new(ErrorKind::InvalidOption, message))
}

/// What a build says without the feature.
#[cfg(not(all(feature = "rust-bert", feature = "rten")))]
fn missing<T>(folder: &Path, feature: &str) -> Result<T> {
    unusable(format!(
        "model folder {} holds a pretrained model, which this build cannot run; build with the feature `{feature}`",
        folder.display()
    ))
}

#[cfg(not(feature = "rust-bert"))]
impl Pretrained {
    fn by_rust_bert(self, folder: &Path, _labels: Option<&[OwnLabel]>) -> Result<Model> {
        missing(folder, "rust-bert")
    }

    pub(crate) fn writer(
        self,
        folder: &Path,
        _abstracts: &AbstractOptions,
    ) -> Result<Arc<dyn Writer>> {
        missing(folder, "rust-bert")
    }
}

#[cfg(not(feature = "rten"))]
impl Pretrained {
    fn by_rten(self, folder: &Path, _labels: Option<&[OwnLabel]>) -> Result<Model> {
        missing(folder, "rten")
    }
}

#[cfg(feature = "rten")]
impl Pretrained {
    fn by_rten(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        if let Device::Cuda(index) = self.device {
            let what = format!("the engine rten runs on the CPU, found the device cuda:{index}");
            return unusable(what);
        }
        let checkpoint = checkpoint::Checkpoint::open(folder)?;
        if checkpoint.task != Task::SentenceEncoder {
            return Err(invalid_model(format!(
                "model folder {} holds a {}, and the engine rten reads sentence encoders alone: use rust-bert",
                folder.display(),
                checkpoint.task.as_str()
            )));
        }
        encoding(folder, rten::encoder(&checkpoint, self.threads())?, labels)
    }
}

/// What an encoder is tried with before it is believed.
#[cfg(feature = "pretrained")]
const PROBE: &str = "The council voted 7-2 on Tuesday to keep the old bridge open.";

/// The embedded model with an encoder's vectors beside its own, and the heads for them.
#[cfg(feature = "pretrained")]
fn encoding(folder: &Path, encoder: Encoder, labels: Option<&[OwnLabel]>) -> Result<Model> {
    // What is not finite, or cannot be run at all, is an error of the folder, not of every article.
    encoder.encode(&[PROBE])?;
    let model = Model::embedded()?;
    let heads = Heads::load(&Files::compiled_in_heads(), &encoder, &model.base())?;
    if heads.is_none() && labels.is_none() {
        return unusable(format!(
            "no topic heads are known for the sentence encoder in {}; give labels of your own",
            folder.display()
        ));
    }
    model.with_encoder(Arc::new(encoder), heads).with_own_labels(labels)
}

#[cfg(feature = "rust-bert")]
impl Pretrained {
    fn by_rust_bert(self, folder: &Path, labels: Option<&[OwnLabel]>) -> Result<Model> {
        use self::rust_bert::LabelScorer;

        let runtime = self.runtime()?;
        let checkpoint = checkpoint::Checkpoint::open(folder)?;
        match checkpoint.task {
            Task::SentenceEncoder => {
                encoding(folder, self::rust_bert::encoder(checkpoint, &runtime)?, labels)
            }
            Task::ZeroShot => {
                let model = Model::embedded()?;
                let iptc =
                    || model.taxonomy().level1().map(|name| OwnLabel::new(name, name)).collect();
                let labels = labels.map_or_else(iptc, <[OwnLabel]>::to_vec);
                let classifier = LabelScorer::by_entailment(checkpoint, &labels, &runtime)?;
                Ok(model.with_classifier(Arc::new(classifier)))
            }
            Task::Classifier if labels.is_some() => unusable(format!(
                "the classifier in {} has labels of its own and cannot take others",
                folder.display()
            )),
            Task::Classifier => {
                let model = Model::embedded()?;
                let classifier = LabelScorer::own_classes(checkpoint, model.taxonomy(), &runtime)?;
                Ok(model.with_classifier(Arc::new(classifier)))
            }
            Task::Summarizer => unusable(format!(
                "the model in {} writes summaries and gives no topics: name it as the summary model",
                folder.display()
            )),
        }
    }

    /// A writer of abstracts.
    pub(crate) fn writer(
        self,
        folder: &Path,
        abstracts: &AbstractOptions,
    ) -> Result<Arc<dyn Writer>> {
        let checkpoint = checkpoint::Checkpoint::open(folder)?;
        let runtime = self.runtime()?;
        Ok(Arc::new(self::rust_bert::Abstractor::load(checkpoint, abstracts, &runtime)?))
    }

    fn runtime(self) -> Result<self::rust_bert::Runtime> {
        self::rust_bert::Runtime::new(self.device, self.threads())
    }
}
