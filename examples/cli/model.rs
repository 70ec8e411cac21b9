//! The options that say which model, and how to open what they name.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use standfirst::{AbstractOptions, Backend, Device, Digester, DigesterBuilder};
use standfirst_hub::resolve;

/// The model's name that stands for the one inside the program.
pub const EMBEDDED: &str = "embedded";

/// The entailment model that reads own labels unless another is named.
const ENTAILMENT: &str = "bart-large-mnli";

/// Which models, and where they run.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// The model: `embedded` is the one inside the program; else a folder, or a name that
    /// `standfirst-models list` shows and `standfirst-models fetch` brought
    #[arg(long, value_name = "FOLDER-OR-NAME")]
    model: Option<String>,

    /// Have summaries written by this model instead of taken from the article
    #[arg(long, value_name = "FOLDER-OR-NAME")]
    summary_model: Option<String>,

    /// Read --labels by an entailment model: bart-large-mnli, unless --model names another
    #[arg(long, requires = "labels")]
    zero_shot: bool,

    /// In place of a written sentence that the article does not support, take one from the article
    #[arg(long, requires = "summary_model")]
    grounded: bool,

    /// Summaries kept at each step of writing one
    #[arg(long, value_name = "N", requires = "summary_model", default_value_t = AbstractOptions::DEFAULT_BEAMS)]
    beams: usize,

    #[command(flatten)]
    engine: EngineArgs,

    /// Where pretrained models run: cpu, auto, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: Device,

    /// CPU threads of pretrained models [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// What reads a pretrained model.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// What reads a pretrained --model: rust-bert, or rten, which is faster, reads sentence encoders
    /// only and is built with `--features rten`; auto takes the first that is there
    #[arg(long, value_name = "ENGINE", default_value = "auto")]
    pub engine: Backend,
}

impl ModelArgs {
    /// A builder for what the options name.
    ///
    /// # Errors
    ///
    /// A name that is no folder and was not fetched.
    pub fn builder(&self) -> Result<DigesterBuilder> {
        let usual = if self.zero_shot { ENTAILMENT } else { EMBEDDED };
        let mut builder = builder(self.model.as_deref().unwrap_or(usual))?;
        builder = builder.backend(self.engine.engine).device(self.device);
        if let Some(name) = &self.summary_model {
            builder = builder.summary_model_folder(folder(name)?);
        }
        if let Some(threads) = self.threads {
            builder = builder.threads(threads);
        }
        Ok(builder)
    }

    /// How abstracts are written, where a summary model is named.
    pub fn abstracts(&self) -> AbstractOptions {
        AbstractOptions::default().with_beams(self.beams).with_grounded(self.grounded)
    }
}

/// A builder for one model: [`EMBEDDED`], a folder, or a name of the catalogue.
///
/// # Errors
///
/// As [`ModelArgs::builder`].
pub fn builder(model: &str) -> Result<DigesterBuilder> {
    Ok(match model {
        EMBEDDED => Digester::builder(),
        name => Digester::builder().model_folder(folder(name)?),
    })
}

fn folder(name: &str) -> Result<PathBuf> {
    if name.is_empty() {
        bail!(
            "a model's name is empty; name a folder, or a model that `standfirst-models list` shows"
        );
    }
    Ok(resolve(name)?)
}
