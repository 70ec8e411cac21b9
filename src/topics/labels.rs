//! A caller's own labels to scores, without training.
//!
//! In: labels with a description and, perhaps, examples. Out: one score a label, by how near the
//! article lies to the label's text. All labels' vectors are made once, so an article costs the
//! same however many labels there are, but for one product a label.
//! Does not learn: [`super::train`] does.

use ndarray::{Array1, Array2, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use super::Taxonomy;
use super::head::normalized;
use crate::engine::{Weights, sigmoid};
use crate::error::{Error, ErrorKind, Result};

/// A label of the caller's.
///
/// ```
/// use standfirst::{Digester, Input, topics::OwnLabel};
///
/// let labels = vec![
///     OwnLabel::new("rail", "trains, railway lines, stations and their timetables"),
///     OwnLabel::new("crops", "farming, harvests, grain and fruit"),
/// ];
/// let digester = Digester::builder().labels(labels).build()?;
/// let digest = digester.digest(&Input::article("a", "The night train to the coast stops at every station."))?;
/// assert_eq!(digest.articles[0].topics[0].label, "rail");
/// # Ok::<(), standfirst::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLabel {
    /// The name; also the code in a digest.
    pub label: String,
    /// What the label covers, in a line.
    #[serde(default)]
    pub description: Option<String>,
    /// Texts that have the label.
    #[serde(default)]
    pub examples: Vec<String>,
}

impl OwnLabel {
    /// A label with its description.
    pub fn new(label: &str, description: &str) -> Self {
        Self {
            label: label.to_owned(),
            description: Some(description.to_owned()),
            examples: Vec::new(),
        }
    }

    /// Reads labels from JSON: one list of them, or JSON Lines. `file` is its name, for messages.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRow`] naming the line.
    pub fn parse(file: &str, json: &str) -> Result<Vec<OwnLabel>> {
        let invalid = |place: String, cause: serde_json::Error| {
            let message = format!("{place} is not {{\"label\", \"description\"?, \"examples\"?}}");
            Error::because(ErrorKind::InvalidRow, message, cause)
        };
        if json.trim_start().starts_with('[') {
            return serde_json::from_str(json).map_err(|cause| invalid(file.to_owned(), cause));
        }
        let lines = json.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines
            .map(|(number, line)| {
                serde_json::from_str(line)
                    .map_err(|cause| invalid(format!("line {} of {file}", number + 1), cause))
            })
            .collect()
    }

    /// The texts whose vectors make the label's.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let said = match &self.description {
            Some(description) => format!("{}. {description}", self.label),
            None => self.label.clone(),
        };
        std::iter::once(said).chain(self.examples.iter().cloned())
    }
}

/// How a similarity is read as a probability: the `own_labels` part of `config.json`, fitted on
/// IPTC's names as if they were own labels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnLabelsConfig {
    pub(crate) slope: f32,
    pub(crate) offset: f32,
    /// The score from which a label is reported.
    pub(crate) threshold: f32,
}

impl OwnLabelsConfig {
    /// What is wrong with the numbers.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        let Self { slope, offset, threshold } = *self;
        if slope.is_finite() && offset.is_finite() && (0.0..=1.0).contains(&threshold) {
            return Ok(());
        }
        Err(format!(
            "has slope {slope}, offset {offset} and threshold {threshold} for own_labels, expected finite \
             numbers and a threshold in 0.0..=1.0"
        ))
    }
}

/// The two pooled vectors of a text: of topic rows, which know the taxonomy's subjects well, and
/// of ranker rows, which still tell words apart that no topic of the taxonomy does.
#[derive(Debug, Clone)]
pub(crate) struct Pooled {
    pub(crate) topic: Array1<f32>,
    pub(crate) rank: Array1<f32>,
}

/// What the topic vectors' cosine counts beside the ranker vectors', which counts 1: chosen among
/// 1, 2 and 3 on training rows of labels from inside and outside the taxonomy.
const TOPIC_SHARE: f32 = 2.0;

/// What articles have in common, taken off before anything is compared.
#[derive(Debug, Clone)]
pub(crate) struct Mean {
    topic: Array1<f32>,
    rank: Array1<f32>,
    eps: f32,
}

impl Mean {
    /// Reads `topics.mean` and `rank.mean`. `eps` is the pooling's.
    pub(crate) fn load(
        weights: &Weights<'_>,
        topic_dim: usize,
        rank_dim: usize,
        eps: f32,
    ) -> Result<Self> {
        let topic = weights.vector("topics.mean", topic_dim)?;
        Ok(Self { topic, rank: weights.vector("rank.mean", rank_dim)?, eps })
    }

    /// The direction of a text: both vectors without what all articles share, joined so that a
    /// product of two such directions is the weighted mean of their two cosines.
    fn direction(&self, topic: ArrayView1<'_, f32>, rank: ArrayView1<'_, f32>) -> Array1<f32> {
        let topic = unit(normalized(topic, self.eps) - &self.topic);
        let rank = unit(unit(rank.to_owned()) - &self.rank);
        let all = TOPIC_SHARE + 1.0;
        let scaled = (topic * (TOPIC_SHARE / all).sqrt()).into_iter();
        scaled.chain(rank * (1.0 / all).sqrt()).collect()
    }
}

/// A vector of length 1; a vector of length 0 stays as it is.
fn unit(vector: Array1<f32>) -> Array1<f32> {
    let length = vector.dot(&vector).sqrt();
    if length > 0.0 { vector / length } else { vector }
}

/// Own labels and their vectors.
#[derive(Debug)]
pub(crate) struct OwnLabels {
    taxonomy: Taxonomy,
    config: OwnLabelsConfig,
    mean: Mean,
    /// (labels, both dims), each of length 1.
    vectors: Array2<f32>,
}

impl OwnLabels {
    /// Labels whose texts have the pooled vectors `pooled`, a list a label.
    pub(crate) fn new(
        labels: &[OwnLabel],
        pooled: &[Vec<Pooled>],
        config: OwnLabelsConfig,
        mean: Mean,
    ) -> Result<Self> {
        let names: Vec<String> = labels.iter().map(|label| label.label.trim().to_owned()).collect();
        if names.is_empty() {
            return Err(Error::new(ErrorKind::InvalidOption, "no labels were given"));
        }
        for (index, name) in names.iter().enumerate() {
            if name.is_empty() {
                let message = format!("label {} has a blank name", index + 1);
                return Err(Error::new(ErrorKind::InvalidOption, message));
            }
            if names.iter().take(index).any(|other| other == name) {
                let message = format!("the label {name:?} stands twice");
                return Err(Error::new(ErrorKind::InvalidOption, message));
            }
        }
        let mut vectors = Array2::zeros((names.len(), mean.topic.len() + mean.rank.len()));
        for (mut row, texts) in vectors.rows_mut().into_iter().zip(pooled) {
            for text in texts {
                row += &mean.direction(text.topic.view(), text.rank.view());
            }
            let direction = unit(row.to_owned());
            row.assign(&direction);
        }
        Ok(Self { taxonomy: Taxonomy::flat("own labels", names), config, mean, vectors })
    }

    pub(crate) fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    pub(crate) fn threshold(&self) -> f32 {
        self.config.threshold
    }

    /// One score a label: `sigmoid(slope * similarity + offset)`.
    pub(crate) fn scores(&self, pooled: &Pooled) -> Vec<f32> {
        let similar =
            self.vectors.dot(&self.mean.direction(pooled.topic.view(), pooled.rank.view()));
        let score = |similar: f32| sigmoid(self.config.slope * similar + self.config.offset);
        similar.iter().map(|&similar| score(similar)).collect()
    }

    /// How far the similarity to each of `labels` falls when one sentence is taken out:
    /// (sentences, labels). `sentences` are the two vectors that each added to the sums, its
    /// weight included.
    pub(crate) fn contributions(
        &self,
        pooled: &Pooled,
        sentences: impl ExactSizeIterator<Item = Pooled>,
        labels: &[usize],
    ) -> Array2<f32> {
        let vectors = self.vectors.select(Axis(0), labels);
        let full = vectors.dot(&self.mean.direction(pooled.topic.view(), pooled.rank.view()));
        let mut falls = Array2::zeros((sentences.len(), labels.len()));
        for (mut row, sentence) in falls.rows_mut().into_iter().zip(sentences) {
            let topic = &pooled.topic - &sentence.topic;
            let rank = &pooled.rank - &sentence.rank;
            row.assign(&(&full - &vectors.dot(&self.mean.direction(topic.view(), rank.view()))));
        }
        falls
    }
}
