//! A caller's own labels to scores, without training.
//!
//! In: labels with a description and, perhaps, examples. Out: one score a label, by how near the
//! article lies to the label's text, and by how much nearer than to the other labels. All labels'
//! vectors are made once, so an article costs the same however many labels there are, but for one
//! product a label.
//! Does not learn: [`crate::train`] does.

use std::collections::HashSet;

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

use super::taxonomy::Taxonomy;
use crate::error::{Error, ErrorKind, Result};
use crate::nn::{Weights, sigmoid};
use crate::vectors::{Pooled, Weighting, normalized};

/// So many labels are taken, each of which costs a vector of some kilobytes, and a product an article.
const MAX_LABELS: usize = 100_000;

/// The largest number of the `own_labels` part of a config: those fitted are a few units, and beyond
/// this sums would not stay finite.
const LARGEST: f32 = 1e6;

/// A label of the caller's.
///
/// Labels compete: a score grows with how near the article lies to the label, and with its lead over
/// the other labels offered, the nearest of them above all; so of siblings that an article could all
/// have, few have a high score. It is the share of right ones to expect among labels with that score,
/// fitted on sets of 2 to 20 labels with articles that have one of them and articles that have none: of
/// labels with 0.9, nine in ten are right. The order of the labels says nothing. A description tells more
/// than a name, and examples more than that.
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

    /// Reads labels from JSON: one list of them, or JSON Lines; a byte order mark may stand before
    /// them. `file` is its name, for messages. Time and memory grow with the file's length; a digester
    /// takes 100,000 labels at most.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRow`] naming the line.
    pub fn parse(file: &str, json: &str) -> Result<Vec<OwnLabel>> {
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
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
    /// [`ErrorKind::InvalidOption`] when there are none or more than [`MAX_LABELS`], or a name is
    /// blank or stands twice.
    pub(crate) fn taxonomy(labels: &[OwnLabel]) -> Result<Taxonomy> {
        let refused = |message: String| Err(Error::new(ErrorKind::InvalidOption, message));
        if labels.is_empty() {
            return refused("no labels were given".to_owned());
        }
        if labels.len() > MAX_LABELS {
            let count = labels.len();
            return refused(format!("{count} labels were given, expected at most {MAX_LABELS}"));
        }
        let mut seen = HashSet::with_capacity(labels.len());
        for (index, label) in labels.iter().enumerate() {
            let name = label.label.trim();
            if name.is_empty() {
                return refused(format!("label {} has a blank name", index + 1));
            }
            if !seen.insert(name) {
                return refused(format!("the label {name:?} stands twice"));
            }
        }
        let names = labels.iter().map(|label| label.label.trim().to_owned()).collect();
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
    /// What the lead over the other labels of the set counts beside the similarity itself; 0 where
    /// labels do not compete.
    #[serde(default)]
    pub(crate) lead: f32,
    /// How much the nearest of the other labels counts before the rest of them.
    #[serde(default = "nearest_alone")]
    pub(crate) sharpness: f32,
    /// How the similarity to a label that has a description is made comparable to one of which only
    /// the name is known.
    #[serde(default)]
    pub(crate) described: Scaled,
    /// The same where it has examples.
    #[serde(default)]
    pub(crate) shown: Scaled,
    /// What all examples of a label count beside its name and description; without it, each counts
    /// as much as these.
    #[serde(default)]
    pub(crate) examples: Option<f32>,
    #[serde(default = "Shares::lexical")]
    pub(crate) shares: Shares,
    /// The score from which a label is reported.
    pub(crate) threshold: f32,
    /// The score from which the best is where none reaches the threshold.
    #[serde(default = "certain")]
    pub(crate) floor: f32,
}

/// The floor of folders without one: none is reported below the threshold.
fn certain() -> f32 {
    1.0
}

/// The sharpness of folders without one, whose rival was the nearest label.
fn nearest_alone() -> f32 {
    100.0
}

/// A similarity times `scale`, and `shift` added.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scaled {
    scale: f32,
    shift: f32,
}

impl Default for Scaled {
    fn default() -> Self {
        Self { scale: 1.0, shift: 0.0 }
    }
}

impl OwnLabelsConfig {
    /// For an encoder that no heads were trained for: a half at a cosine of 0.3, which is where
    /// sentence-transformers' models begin to mean the same subject. Not calibrated.
    #[cfg(feature = "pretrained")]
    pub(crate) fn dense() -> Self {
        Self {
            slope: 12.0,
            offset: -3.6,
            lead: 0.0,
            sharpness: nearest_alone(),
            described: Scaled::default(),
            shown: Scaled::default(),
            examples: None,
            shares: Shares::DENSE,
            threshold: 0.5,
            floor: certain(),
        }
    }

    /// What is wrong with the numbers.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        let Self { slope, offset, lead, sharpness, described, shown, examples, .. } = *self;
        let numbers = [slope, offset, described.shift, shown.shift];
        let sizes = [lead, sharpness, described.scale, shown.scale, examples.unwrap_or(0.0)];
        let finite = numbers.iter().chain(&sizes).all(|value| value.abs() <= LARGEST);
        let positive = sizes.iter().all(|&size| size >= 0.0) && sharpness > 0.0;
        let cuts = [self.threshold, self.floor];
        if finite && positive && cuts.iter().all(|cut| (0.0..=1.0).contains(cut)) {
            return self.shares.check();
        }
        Err(format!(
            "has {self:?} for own_labels, expected numbers of at most {LARGEST:e}, a lead, a weight of \
             examples and scales from 0 on, a sharpness above 0, a threshold and a floor in 0.0..=1.0"
        ))
    }

    /// How the similarity to a label is made comparable, by what is known of it.
    fn scaled(&self, label: &OwnLabel) -> Scaled {
        match label {
            OwnLabel { examples, .. } if !examples.is_empty() => self.shown,
            OwnLabel { description: Some(_), .. } => self.described,
            _ => Scaled::default(),
        }
    }

    /// One score a label: `sigmoid(slope * similar + lead * (similar - rival) + offset)`, with the
    /// rival a soft maximum over the other labels and what a text without a word in common has, 0:
    /// `ln(1 + sum exp(sharpness * other)) / sharpness`. So labels compete with each other and with
    /// none of them. Does not depend on the order of the labels.
    fn scores(&self, similar: &[f32]) -> Vec<f32> {
        let sharp = |similar: f32| f64::from(self.sharpness * similar);
        let highest = similar.iter().copied().fold(0.0, f32::max);
        let part = |similar: f32| (sharp(similar) - sharp(highest)).exp();
        let mut parts: Vec<f64> = similar.iter().map(|&similar| part(similar)).collect();
        parts.push(part(0.0));
        parts.sort_by(f64::total_cmp);
        let total: f64 = parts.iter().sum();
        let score = |&similar: &f32| {
            // Never below what 0 adds, whatever rounding leaves of the difference.
            let others = (total - part(similar)).max(part(0.0));
            let rival = (others.ln() + sharp(highest)) / f64::from(self.sharpness);
            let lead = self.lead * (similar - rival as f32);
            sigmoid(self.slope * similar + lead + self.offset)
        };
        similar.iter().map(score).collect()
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
    /// Of folders that say nothing else.
    fn lexical() -> Self {
        Self { topic: 2.0, rank: 1.0, dense: 0.0 }
    }

    /// An encoder that no heads were trained for.
    #[cfg(any(test, feature = "pretrained"))]
    pub(crate) const DENSE: Self = Self { topic: 0.0, rank: 0.0, dense: 1.0 };

    /// What is wrong with the numbers.
    fn check(&self) -> std::result::Result<(), String> {
        let all = [self.topic, self.rank, self.dense];
        let sum: f32 = all.iter().sum();
        if all.iter().all(|share| (0.0..=LARGEST).contains(share)) && sum > 0.0 {
            return Ok(());
        }
        Err(format!("has the shares {self:?}, expected numbers in 0.0..={LARGEST:e}, not all 0"))
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
            shares: Shares::lexical(),
        })
    }

    /// The same with the mean of pooled dense vectors, each of length 1.
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
    /// (labels, all dims), each of length 1.
    vectors: Array2<f32>,
    /// How the similarity to each is made comparable.
    scaled: Vec<Scaled>,
}

impl OwnLabels {
    /// Labels, which are those of `taxonomy`, whose texts have the pooled vectors `pooled`, a list a
    /// label: first that of its name and
    /// description, then those of its examples.
    pub(crate) fn new(
        labels: &[OwnLabel],
        taxonomy: Taxonomy,
        pooled: &[Vec<Pooled>],
        comparison: &Comparison,
    ) -> Self {
        let mean = &comparison.mean;
        debug_assert_eq!(pooled.len(), labels.len(), "a list of vectors a label");
        let mut vectors = Array2::zeros((labels.len(), mean.len()));
        for (mut row, texts) in vectors.rows_mut().into_iter().zip(pooled) {
            let mut directions = texts.iter().map(|text| mean.direction(text));
            row += &directions.next().unwrap_or_else(|| Array1::zeros(mean.len()));
            let examples = directions.fold(Array1::zeros(mean.len()), |sum, next| sum + next);
            match comparison.config.examples {
                Some(weight) => row.scaled_add(weight, &unit(examples)),
                None => row += &examples,
            }
            let direction = unit(row.to_owned());
            row.assign(&direction);
        }
        let scaled = labels.iter().map(|label| comparison.config.scaled(label)).collect();
        Self { taxonomy, comparison: comparison.clone(), vectors, scaled }
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
        let similar = self.vectors.dot(&mean.direction(pooled));
        let comparable =
            similar.iter().zip(&self.scaled).map(|(similar, to)| similar * to.scale + to.shift);
        config.scores(&comparable.collect::<Vec<f32>>())
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
    use proptest::prelude::*;

    use super::{OwnLabel, OwnLabelsConfig, Scaled, Shares};

    const CONFIG: OwnLabelsConfig = OwnLabelsConfig {
        slope: 2.0,
        offset: -1.5,
        lead: 8.0,
        sharpness: 12.0,
        described: Scaled { scale: 1.2, shift: -0.1 },
        shown: Scaled { scale: 1.4, shift: -0.1 },
        examples: Some(0.5),
        shares: Shares::DENSE,
        threshold: 0.3,
        floor: 1.0,
    };

    fn scores(similar: &[f32]) -> Vec<f32> {
        CONFIG.scores(similar)
    }

    /// The rival of each label summed over all others.
    fn slow_scores(similar: &[f32]) -> Vec<f32> {
        let score = |index: usize| {
            let others = similar.iter().enumerate().filter(|(other, _)| *other != index);
            let sum: f64 = others.map(|(_, &of)| f64::from(CONFIG.sharpness * of).exp()).sum();
            let rival = (1.0 + sum).ln() as f32 / CONFIG.sharpness;
            let lead = CONFIG.lead * (similar[index] - rival);
            crate::nn::sigmoid(CONFIG.slope * similar[index] + lead + CONFIG.offset)
        };
        (0..similar.len()).map(score).collect()
    }

    proptest! {
        #[test]
        fn the_rival_is_a_soft_maximum_and_the_order_stays(
            // Hundredths, so that some are equal.
            hundredths in prop::collection::vec(-100_i8..=100, 0..12)
        ) {
            let similar: Vec<f32> = hundredths.iter().map(|&of| f32::from(of) / 100.0).collect();
            let scores = scores(&similar);
            for (score, slow) in scores.iter().zip(slow_scores(&similar)) {
                prop_assert!((0.0..=1.0).contains(score) && (score - slow).abs() < 1e-4);
            }
            for (a, score) in similar.iter().zip(&scores) {
                for (b, other) in similar.iter().zip(&scores) {
                    prop_assert!(a > b || score <= other, "{similar:?} to {scores:?}");
                }
            }
        }

        #[test]
        fn the_order_in_which_labels_are_offered_says_nothing(
            similar in prop::collection::vec(-1.0_f32..=1.0, 1..20), by in 0_usize..20
        ) {
            let mut turned = similar.clone();
            turned.rotate_left(by % similar.len());
            let mut expected = scores(&similar);
            expected.rotate_left(by % similar.len());
            prop_assert_eq!(scores(&turned), expected);
        }

        #[test]
        fn a_label_never_gains_by_another_that_is_offered(
            similar in prop::collection::vec(-1.0_f32..=1.0, 1..8), added in -1.0_f32..=1.0
        ) {
            let fewer = scores(&similar);
            let more = scores(&[similar.as_slice(), &[added]].concat());
            prop_assert!(fewer.iter().zip(&more).all(|(before, after)| *after <= before + 1e-6));
        }
    }

    #[test]
    fn labels_without_names_of_their_own_are_refused() {
        let label = |number: usize| OwnLabel::new(&format!("label {number}"), "d");
        let mut labels: Vec<OwnLabel> = (0..50).map(label).collect();
        assert_eq!(OwnLabel::taxonomy(&labels).unwrap().labels().len(), labels.len());
        let message = |labels: &[OwnLabel]| OwnLabel::taxonomy(labels).unwrap_err().to_string();
        labels.push(OwnLabel::new(" label 17 ", "another"));
        assert_eq!(message(&labels), "the label \"label 17\" stands twice");
        labels[50] = OwnLabel::new(" ", "d");
        assert_eq!(message(&labels), "label 51 has a blank name");
        assert_eq!(message(&[]), "no labels were given");
        labels = (0..=super::MAX_LABELS).map(label).collect();
        assert_eq!(message(&labels), "100001 labels were given, expected at most 100000");
    }

    #[test]
    fn a_byte_order_mark_before_labels_is_no_part_of_them() {
        for text in [
            r#"[{"label": "rain"}, {"label": "snow"}]"#,
            "{\"label\": \"rain\"}\n{\"label\": \"snow\"}",
        ] {
            let expected = OwnLabel::parse("labels", text).unwrap();
            assert_eq!(OwnLabel::parse("labels", &format!("\u{feff}{text}")).unwrap(), expected);
            assert!(OwnLabel::parse("labels", &format!("{text}\u{feff}")).is_err());
        }
    }

    #[test]
    fn the_runner_up_falls_when_a_nearer_sibling_is_offered() {
        let (alone, beside) = (scores(&[0.4, 0.1]), scores(&[0.4, 0.1, 0.8]));
        assert!(alone[0] > CONFIG.threshold && beside[0] < CONFIG.threshold);
        // A farther one takes of the leader's lead, but not all of it.
        assert!(scores(&[0.4, 0.2])[0] < alone[0]);
    }

    #[test]
    fn a_folder_without_the_newer_numbers_compares_as_it_did() {
        let old = r#"{"slope": 2.0, "offset": -1.5, "lead": 8.0, "threshold": 0.3}"#;
        let old: OwnLabelsConfig = serde_json::from_str(old).unwrap();
        assert_eq!(old.check(), Ok(()));
        let rival_alone = |similar: f32, rival: f32| {
            crate::nn::sigmoid(2.0 * similar + 8.0 * (similar - rival) - 1.5)
        };
        for (found, expected) in old.scores(&[0.5, 0.3, -0.4]).into_iter().zip([
            rival_alone(0.5, 0.3),
            rival_alone(0.3, 0.5),
            rival_alone(-0.4, 0.5),
        ]) {
            assert!((found - expected).abs() < 1e-3);
        }
        assert_eq!(old.scaled(&OwnLabel::new("rain", "storms")), Scaled::default());
    }
}
