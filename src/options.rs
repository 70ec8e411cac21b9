//! What to compute, and how much of it to return.
//!
//! In: a caller's wishes. Out: the same, checked. Each default is a constant of the struct it
//! belongs to. Computes nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::offsets::Offsets;
use crate::summary::Length;
use crate::topics::Limits;

/// What to compute for each article, and how much of it to return.
///
/// What is `None` is neither computed nor returned, and costs nothing.
///
/// ```
/// use standfirst::{Digester, Input, Options, SummaryOptions, TopicOptions, summary::Length};
///
/// let options = Options::default()
///     .with_topics(TopicOptions::default().with_max(1))
///     .with_keywords(None)
///     .with_summary(SummaryOptions::default().with_length(Length::of_sentences(1)));
/// let digester = Digester::builder().options(options).build()?;
/// let text = "The keeper saved two penalties. The cup stays with the home team.";
/// let digest = digester.digest(&Input::article("final", text))?;
/// let article = &digest.articles[0];
/// assert_eq!(article.topics[0].label, "sport");
/// assert!(article.keywords.is_empty());
/// assert_eq!(article.summary.as_ref().unwrap().sentences.len(), 1);
/// # Ok::<(), standfirst::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Options {
    /// Topics; `None` for none.
    pub topics: Option<TopicOptions>,
    /// Keywords; `None` for none.
    pub keywords: Option<KeywordOptions>,
    /// A summary; `None` for none.
    pub summary: Option<SummaryOptions>,
    /// Whether each article carries its body's text: see [`crate::digest::Article::text`].
    pub keep_text: bool,
    /// What offsets count.
    pub offsets: Offsets,
    /// An input of more bytes fails with [`ErrorKind::TooLarge`] instead of filling the memory.
    pub max_bytes: usize,
    /// An input that is not done so long after it was begun fails with [`ErrorKind::TimedOut`]; `None`
    /// waits for each. It is looked at between the steps of a digest, the last of which takes as long
    /// as it takes. In JSON, seconds.
    #[serde(with = "seconds")]
    pub deadline: Option<Duration>,
}

impl Options {
    /// The largest input, in bytes, unless asked otherwise.
    pub const DEFAULT_MAX_BYTES: usize = 64_000_000;

    /// Nothing, to ask for single things.
    pub(crate) fn only() -> Self {
        Self { topics: None, keywords: None, summary: None, ..Self::default() }
    }

    /// With topics as `topics` asks for them, or without.
    pub fn with_topics(mut self, topics: impl Into<Option<TopicOptions>>) -> Self {
        self.topics = topics.into();
        self
    }

    /// With keywords as `keywords` asks for them, or without.
    pub fn with_keywords(mut self, keywords: impl Into<Option<KeywordOptions>>) -> Self {
        self.keywords = keywords.into();
        self
    }

    /// With a summary as `summary` asks for it, or without.
    pub fn with_summary(mut self, summary: impl Into<Option<SummaryOptions>>) -> Self {
        self.summary = summary.into();
        self
    }

    /// With the text of each article's body, or without.
    pub fn with_keep_text(mut self, keep_text: bool) -> Self {
        self.keep_text = keep_text;
        self
    }

    /// With offsets that count bytes, characters or UTF-16 units.
    pub fn with_offsets(mut self, offsets: Offsets) -> Self {
        self.offsets = offsets;
        self
    }

    /// With another limit on the size of an input.
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// With a time after which an input is given up, or without.
    pub fn with_deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] for a number outside its range.
    pub(crate) fn check(&self) -> Result<()> {
        let invalid = |message: &str| Err(Error::new(ErrorKind::InvalidOption, message));
        if self.deadline.is_some_and(|deadline| deadline.is_zero()) {
            return invalid("a deadline of 0 leaves no time for anything");
        }
        if let Some(topics) = &self.topics {
            if topics.min_score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
                return invalid("the minimum score must lie in 0.0..=1.0");
            }
            if topics.precise && topics.min_score.is_some() {
                return invalid(
                    "precise topics and a minimum score both set the thresholds: choose one",
                );
            }
        }
        if let Some(summary) = &self.summary {
            summary.length.check()?;
            if !(1..=AbstractOptions::MAX_BEAMS).contains(&summary.abstracts.beams) {
                return invalid("an abstract's beams must lie in 1..=32");
            }
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            topics: Some(TopicOptions::default()),
            keywords: Some(KeywordOptions::default()),
            summary: Some(SummaryOptions::default()),
            keep_text: false,
            offsets: Offsets::Bytes,
            max_bytes: Self::DEFAULT_MAX_BYTES,
            deadline: None,
        }
    }
}

/// A time as JSON has it: seconds, with a fraction where there is one.
mod seconds {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| time.as_secs_f64()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let seconds = Option::<f64>::deserialize(deserializer)?;
        seconds
            .map(|seconds| Duration::try_from_secs_f64(seconds).map_err(D::Error::custom))
            .transpose()
    }
}

/// Which topics to return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TopicOptions {
    /// At most this many topics of level 1, each with its level 2; 0 returns none.
    pub max: usize,
    /// The score from which a topic is returned, in `0.0..=1.0`, in place of the model's own
    /// threshold for it; `None` leaves it to that.
    pub min_score: Option<f32>,
    /// Whether to return only topics from the scores on at which 95 reports of a hundred were
    /// right on validation rows. Many articles are then left without one, and labels that no score
    /// makes so certain are never returned.
    pub precise: bool,
    /// Whether to return the score of every topic.
    pub all_scores: bool,
}

impl TopicOptions {
    /// The most topics of level 1 unless asked otherwise: editors give one to three.
    pub const DEFAULT_MAX: usize = 3;

    /// With at most this many topics of level 1.
    pub fn with_max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// With topics from this score on.
    pub fn with_min_score(mut self, min_score: impl Into<Option<f32>>) -> Self {
        self.min_score = min_score.into();
        self
    }

    /// With nearly certain topics only, or not.
    pub fn with_precise(mut self, precise: bool) -> Self {
        self.precise = precise;
        self
    }

    /// With the score of every topic, or not.
    pub fn with_all_scores(mut self, all_scores: bool) -> Self {
        self.all_scores = all_scores;
        self
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits { max_level1: self.max, min_score: self.min_score, precise: self.precise }
    }
}

impl Default for TopicOptions {
    fn default() -> Self {
        Self { max: Self::DEFAULT_MAX, min_score: None, precise: false, all_scores: false }
    }
}

/// Which keywords to return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct KeywordOptions {
    /// At most this many; fewer where few are likely.
    pub max: usize,
}

impl KeywordOptions {
    /// How many keywords an article gets unless asked otherwise.
    pub const DEFAULT_MAX: usize = 8;

    /// With at most this many.
    pub fn with_max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }
}

impl Default for KeywordOptions {
    fn default() -> Self {
        Self { max: Self::DEFAULT_MAX }
    }
}

/// Which summary to return.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SummaryOptions {
    /// How long it may be.
    pub length: Length,
    /// Whether sentences lose what they can be told without: datelines, asides in round brackets,
    /// and the day on which something was said. What is left is still verbatim, piece by piece: see
    /// [`crate::summary::Origin`]. Nobody's word becomes a fact by it: who says something stays.
    pub compress: bool,
    /// Whether the summary says of every sentence why it was taken or left: see
    /// [`crate::summary::Summary::considered`].
    pub considered: bool,
    /// How abstracts are written, where a model writes them: see
    /// [`crate::DigesterBuilder::summary_model_folder`].
    pub abstracts: AbstractOptions,
}

impl SummaryOptions {
    /// With this length.
    pub fn with_length(mut self, length: Length) -> Self {
        self.length = length;
        self
    }

    /// With sentences that lose what they can be told without, or not.
    pub fn with_compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// With why each sentence was taken or left, or without.
    pub fn with_considered(mut self, considered: bool) -> Self {
        self.considered = considered;
        self
    }

    /// With abstracts written in this way.
    pub fn with_abstracts(mut self, abstracts: AbstractOptions) -> Self {
        self.abstracts = abstracts;
        self
    }
}

/// How abstracts are written and checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AbstractOptions {
    /// Abstracts kept at each step of the search, `1..=32`; 1 is the greedy choice.
    pub beams: usize,
    /// No run of so many tokens stands twice in an abstract; 0 allows all.
    pub no_repeat_ngram: usize,
    /// Whether a sentence that fails its check gives way to one taken from the article.
    pub grounded: bool,
}

impl AbstractOptions {
    /// The beams unless asked otherwise.
    pub const DEFAULT_BEAMS: usize = 4;
    /// The run of tokens that is not repeated unless asked otherwise.
    pub const DEFAULT_NO_REPEAT_NGRAM: usize = 3;
    /// The most beams.
    pub const MAX_BEAMS: usize = 32;

    /// With so many beams.
    pub fn with_beams(mut self, beams: usize) -> Self {
        self.beams = beams;
        self
    }

    /// Without a repeated run of so many tokens.
    pub fn with_no_repeat_ngram(mut self, no_repeat_ngram: usize) -> Self {
        self.no_repeat_ngram = no_repeat_ngram;
        self
    }

    /// With the article's own sentences in place of those that fail their check, or not.
    pub fn with_grounded(mut self, grounded: bool) -> Self {
        self.grounded = grounded;
        self
    }
}

impl Default for AbstractOptions {
    fn default() -> Self {
        Self {
            beams: Self::DEFAULT_BEAMS,
            no_repeat_ngram: Self::DEFAULT_NO_REPEAT_NGRAM,
            grounded: false,
        }
    }
}

/// Where pretrained models run. The embedded model always runs on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Device {
    /// The CPU.
    #[default]
    Cpu,
    /// The first GPU, where libtorch sees one, else the CPU; a digest says which it was.
    Auto,
    /// The GPU with this number; that it is missing is an error.
    Cuda(usize),
}

impl std::str::FromStr for Device {
    type Err = Error;

    /// Reads `cpu`, `auto`, `cuda` or `cuda:1`.
    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| text.strip_prefix("cuda:")?.parse().ok();
        match text {
            "cpu" => Ok(Self::Cpu),
            "auto" => Ok(Self::Auto),
            "cuda" => Ok(Self::Cuda(0)),
            _ => number(text).map(Self::Cuda).ok_or_else(|| {
                let message =
                    format!("{text:?} is not a device, expected cpu, auto, cuda or cuda:N");
                Error::new(ErrorKind::InvalidOption, message)
            }),
        }
    }
}

/// What reads the folder of a pretrained model: see [`crate::DigesterBuilder::backend`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Backend {
    /// rust-bert where the build has it, else rten.
    #[default]
    Auto,
    /// rust-bert and libtorch (feature `rust-bert`): models of every kind, in 32 bits.
    RustBert,
    /// rten (feature `rten`): sentence encoders of the BERT architecture, in 8 bits and on the
    /// CPU. Faster, and near the 32-bit vectors, not the same.
    Rten,
}

impl std::str::FromStr for Backend {
    type Err = Error;

    /// Reads `auto`, `rust-bert` or `rten`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "rust-bert" => Ok(Self::RustBert),
            "rten" => Ok(Self::Rten),
            _ => {
                let message =
                    format!("{text:?} is not a backend, expected auto, rust-bert or rten");
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
        }
    }
}
