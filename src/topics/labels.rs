//! A caller's own labels to scores, without training.
//!
//! In: labels with a description and, perhaps, examples. Out: one score a label, by how near the
//! article lies to the label's text. All labels' vectors are made once, so an article costs the
//! same however many labels there are, but for one product a label.
//! Does not learn: [`crate::train`] does.

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

use super::taxonomy::Taxonomy;
use crate::error::{Error, ErrorKind, Result};
use crate::nn::{Weights, sigmoid};
use crate::vectors::{Pooled, Weighting, normalized};

/// A label of the caller's.
///
/// Labels compete: a score grows with how near the article lies to the label, and with its lead over
/// the nearest other label offered. It is the share of right ones to expect among labels with that
/// score, fitted on sets of labels with articles that have one of them and articles that have none.
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
#[non_exhaustive]
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

    /// The same label with texts that have it.
    pub fn with_examples(mut self, examples: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.examples = examples.into_iter().map(Into::into).collect();
        self
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

    /// Labels as a taxonomy of one level.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] when there are none, or a name is blank or stands twice.
    pub(crate) fn taxonomy(labels: &[OwnLabel]) -> Result<Taxonomy> {
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
        Ok(Taxonomy::flat("own labels", names))
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
/// sets of labels that nothing else was trained for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnLabelsConfig {
    pub(crate) slope: f32,
    pub(crate) offset: f32,
    /// What the lead over the nearest other label of the set counts beside the similarity itself;
    /// 0 where labels do not compete.
    #[serde(default)]
    pub(crate) lead: f32,
    /// The score from which a label is reported.
    pub(crate) threshold: f32,
}

impl OwnLabelsConfig {
    /// For an encoder that no heads were trained for: a half at a cosine of 0.3, which is where
    /// sentence-transformers' models begin to mean the same subject. Not calibrated.
    #[cfg(feature = "pretrained")]
    pub(crate) const DENSE: Self = Self { slope: 12.0, offset: -3.6, lead: 0.0, threshold: 0.5 };

    /// What is wrong with the numbers.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        let Self { slope, offset, lead, threshold } = *self;
        let finite = [slope, offset, lead].iter().all(|value| value.is_finite());
        if finite && lead >= 0.0 && (0.0..=1.0).contains(&threshold) {
            return Ok(());
        }
        Err(format!(
            "has slope {slope}, offset {offset}, lead {lead} and threshold {threshold} for own_labels, \
             expected finite numbers, a lead from 0 on and a threshold in 0.0..=1.0"
        ))
    }

    /// One score a label: `sigmoid(slope * similarity + lead * (similarity - rival) + offset)`. The
    /// rival is the most similar of the other labels, or what a text without a word in common has,
    /// 0, where that is more: so labels compete, and with a single one nothing else is compared.
    fn scores(&self, similar: &Array1<f32>) -> Vec<f32> {
        // The two highest of all: the second is the rival of the first, the first that of the rest.
        let (mut first, mut second, mut best) = (0.0_f32, 0.0_f32, None);
        for (index, &similar) in similar.iter().enumerate() {
            if similar > first {
                (first, second, best) = (similar, first, Some(index));
            } else {
                second = second.max(similar);
            }
        }
        let score = |(index, &similar): (usize, &f32)| {
            let rival = if best == Some(index) { second } else { first };
            let lead = self.lead * (similar - rival);
            sigmoid(self.slope * similar + lead + self.offset)
        };
        similar.iter().enumerate().map(score).collect()
    }
}

/// What each vector's cosine counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shares {
    pub(crate) topic: f32,
    pub(crate) rank: f32,
    pub(crate) dense: f32,
}

impl Shares {
    /// Without an encoder: chosen among 1, 2 and 3 for the topic vectors on training rows of
    /// labels from inside and outside the taxonomy.
    const LEXICAL: Self = Self { topic: 2.0, rank: 1.0, dense: 0.0 };

    /// An encoder that no heads were trained for.
    #[cfg(feature = "pretrained")]
    pub(crate) const DENSE: Self = Self { topic: 0.0, rank: 0.0, dense: 1.0 };

    /// What is wrong with the numbers.
    #[cfg(feature = "pretrained")]
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        let all = [self.topic, self.rank, self.dense];
        let sum: f32 = all.iter().sum();
        if all.iter().all(|share| share.is_finite() && *share >= 0.0) && sum > 0.0 {
            return Ok(());
        }
        Err(format!("has the shares {self:?}, expected numbers from 0 on, not all 0"))
    }
}

/// What articles have in common, taken off before anything is compared.
#[derive(Debug, Clone)]
pub(crate) struct Mean {
    topic: Array1<f32>,
    rank: Array1<f32>,
    dense: Array1<f32>,
    eps: f32,
    shares: Shares,
}

impl Mean {
    /// Reads `topics.mean` and `rank.mean`. `eps` is the pooling's.
    pub(crate) fn load(
        weights: &Weights<'_>,
        topic_dim: usize,
        rank_dim: usize,
        eps: f32,
    ) -> Result<Self> {
        Ok(Self {
            topic: weights.vector("topics.mean", topic_dim)?,
            rank: weights.vector("rank.mean", rank_dim)?,
            dense: Array1::zeros(0),
            eps,
            shares: Shares::LEXICAL,
        })
    }

    /// The same with the mean of an encoder's pooled vectors, each of length 1.
    #[cfg(feature = "pretrained")]
    pub(crate) fn with_dense(&self, dense: Array1<f32>, shares: Shares) -> Self {
        Self { dense, shares, ..self.clone() }
    }

    /// Length of a direction.
    fn len(&self) -> usize {
        self.topic.len() + self.rank.len() + self.dense.len()
    }

    /// The direction of a text: its vectors without what all articles share, joined so that a
    /// product of two such directions is the weighted mean of their cosines.
    fn direction(&self, pooled: &Pooled) -> Array1<f32> {
        let topic = unit(normalized(pooled.topic.view(), self.eps) - &self.topic);
        let rank = unit(unit(pooled.rank.clone()) - &self.rank);
        let dense = unit(unit(pooled.dense.clone()) - &self.dense);
        let Shares { topic: a, rank: b, dense: c } = self.shares;
        let scale = |share: f32| (share / (a + b + c)).sqrt();
        let scaled = (topic * scale(a)).into_iter().chain(rank * scale(b));
        scaled.chain(dense * scale(c)).collect()
    }
}

/// A vector of length 1; a vector of length 0 stays as it is.
fn unit(vector: Array1<f32>) -> Array1<f32> {
    let length = vector.dot(&vector).sqrt();
    if length > 0.0 { vector / length } else { vector }
}

/// All that comparing texts by their vectors takes, labels aside.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    pub(crate) mean: Mean,
    pub(crate) config: OwnLabelsConfig,
    /// How sentence vectors that are not dense are added up.
    pub(crate) weighting: Weighting,
    /// How dense ones are.
    pub(crate) dense_weighting: Weighting,
}

/// Own labels and their vectors.
#[derive(Debug)]
pub(crate) struct OwnLabels {
    taxonomy: Taxonomy,
    comparison: Comparison,
    /// (labels, both dims), each of length 1.
    vectors: Array2<f32>,
}

impl OwnLabels {
    /// Labels whose texts have the pooled vectors `pooled`, a list a label.
    pub(crate) fn new(
        labels: &[OwnLabel],
        pooled: &[Vec<Pooled>],
        comparison: &Comparison,
    ) -> Result<Self> {
        let mean = &comparison.mean;
        let taxonomy = OwnLabel::taxonomy(labels)?;
        debug_assert_eq!(pooled.len(), labels.len(), "a list of vectors a label");
        let mut vectors = Array2::zeros((labels.len(), mean.len()));
        for (mut row, texts) in vectors.rows_mut().into_iter().zip(pooled) {
            for text in texts {
                row += &mean.direction(text);
            }
            let direction = unit(row.to_owned());
            row.assign(&direction);
        }
        Ok(Self { taxonomy, comparison: comparison.clone(), vectors })
    }

    pub(crate) fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    pub(crate) fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// One score a label.
    pub(crate) fn scores(&self, pooled: &Pooled) -> Vec<f32> {
        let Comparison { mean, config, .. } = &self.comparison;
        config.scores(&self.vectors.dot(&mean.direction(pooled)))
    }

    /// How far the similarity to each of `labels` falls when one sentence is taken out:
    /// (sentences, labels). `sentences` are the vectors that each added to the sums, its weight
    /// included.
    pub(crate) fn contributions(
        &self,
        pooled: &Pooled,
        sentences: &[Pooled],
        labels: &[usize],
    ) -> Array2<f32> {
        let vectors = self.vectors.select(Axis(0), labels);
        let similar = |pooled: &Pooled| vectors.dot(&self.comparison.mean.direction(pooled));
        let full = similar(pooled);
        let mut falls = Array2::zeros((sentences.len(), labels.len()));
        for (mut row, sentence) in falls.rows_mut().into_iter().zip(sentences) {
            let rest = Pooled {
                topic: &pooled.topic - &sentence.topic,
                rank: &pooled.rank - &sentence.rank,
                dense: &pooled.dense - &sentence.dense,
            };
            row.assign(&(&full - &similar(&rest)));
        }
        falls
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;
    use proptest::prelude::*;

    use super::OwnLabelsConfig;

    const CONFIG: OwnLabelsConfig =
        OwnLabelsConfig { slope: 2.0, offset: -1.5, lead: 8.0, threshold: 0.3 };

    fn scores(similar: &[f32]) -> Vec<f32> {
        CONFIG.scores(&Array1::from(similar.to_vec()))
    }

    /// The rival of each label looked for among all others.
    fn slow_scores(similar: &[f32]) -> Vec<f32> {
        let score = |index: usize| {
            let others = similar.iter().enumerate().filter(|(other, _)| *other != index);
            let rival = others.map(|(_, &other)| other).fold(0.0, f32::max);
            let lead = CONFIG.lead * (similar[index] - rival);
            crate::nn::sigmoid(CONFIG.slope * similar[index] + lead + CONFIG.offset)
        };
        (0..similar.len()).map(score).collect()
    }

    proptest! {
        #[test]
        fn the_rival_is_the_nearest_other_and_the_order_stays(
            // Hundredths, so that some are equal.
            hundredths in prop::collection::vec(-100_i8..=100, 0..12)
        ) {
            let similar: Vec<f32> = hundredths.iter().map(|&of| f32::from(of) / 100.0).collect();
            let scores = scores(&similar);
            prop_assert_eq!(&scores, &slow_scores(&similar));
            for (a, score) in similar.iter().zip(&scores) {
                prop_assert!((0.0..=1.0).contains(score));
                for (b, other) in similar.iter().zip(&scores) {
                    prop_assert!(a > b || score <= other, "{similar:?} to {scores:?}");
                }
            }
        }

        #[test]
        fn a_label_never_gains_by_another_that_is_offered(
            similar in prop::collection::vec(-1.0_f32..=1.0, 1..8), added in -1.0_f32..=1.0
        ) {
            let fewer = scores(&similar);
            let more = scores(&[similar.as_slice(), &[added]].concat());
            prop_assert!(fewer.iter().zip(&more).all(|(before, after)| after <= before));
        }
    }

    #[test]
    fn the_runner_up_falls_when_a_nearer_sibling_is_offered() {
        let (alone, beside) = (scores(&[0.4, 0.1]), scores(&[0.4, 0.1, 0.6]));
        assert!(alone[0] > CONFIG.threshold && beside[0] < CONFIG.threshold);
        // A farther one takes the leader's lead, but not all of it; one below 0 nothing.
        assert!(scores(&[0.4, 0.2])[0] < alone[0]);
        assert_eq!(scores(&[0.4, -0.3]), [scores(&[0.4])[0], scores(&[0.0, 0.4, -0.3])[2]]);
    }

    #[test]
    fn a_lone_label_scores_as_without_rivals() {
        let without = OwnLabelsConfig { slope: CONFIG.slope + CONFIG.lead, lead: 0.0, ..CONFIG };
        for similar in [0.0, 0.2, 0.7, 1.0].map(|similar| Array1::from(vec![similar])) {
            let (found, expected) = (CONFIG.scores(&similar)[0], without.scores(&similar)[0]);
            assert!((found - expected).abs() < 1e-6);
        }
    }
}
