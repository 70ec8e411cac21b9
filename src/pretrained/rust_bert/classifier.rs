//! Articles to one score a label, by a checkpoint with a classification head.
//!
//! In: an article's title and sentences. Out: scores in `0.0..=1.0`. Two readings of the head:
//! [`Reading::Entailment`] asks whether the text says a sentence about each label (zero-shot; Yin, Hay
//! and Roth, "Benchmarking zero-shot text classification", 2019), [`Reading::OwnClasses`] takes the
//! checkpoint's own labels, as IPTC codes where its description maps them.
//! An article longer than the window is read in windows of whole sentences, and window `k` counts
//! `1 / (1 + k)`: news says first what it is about. Nothing is cut.
//! Chooses no topic.

use std::collections::BTreeMap;
use std::iter;
use std::sync::Arc;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis};
use rust_bert::albert::AlbertForSequenceClassification;
use rust_bert::bart::BartForSequenceClassification;
use rust_bert::bert::BertForSequenceClassification;
use rust_bert::distilbert::DistilBertModelClassifier;
use rust_bert::longformer::LongformerForSequenceClassification;
use rust_bert::mobilebert::MobileBertForSequenceClassification;
use rust_bert::pipelines::sequence_classification::SequenceClassificationOption;
use rust_bert::roberta::RobertaForSequenceClassification;
use tch::nn::VarStore;
use tch::{Device, Tensor};

use super::runtime::{Runtime, TOKEN_BUDGET, floats, padded, parsed};
use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::{CONFIG, invalid_model};
use crate::model::seams::{Classifier, Described};
use crate::nn::{matrix, sigmoid};
use crate::pretrained::batches::batches;
use crate::pretrained::checkpoint::{Checkpoint, ModelType, is_entailment};
use crate::pretrained::description::{Calibration, DESCRIPTION, Task};
use crate::pretrained::pool::Pool;
use crate::tokens::{Frame, Tokenizer};
use crate::topics::{OwnLabel, Taxonomy};

/// The sentence that an entailment model is asked about, unless its description has another.
const HYPOTHESIS: &str = "This text is about {}.";
/// The score from which a label is reported, unless a description says otherwise.
const THRESHOLD: f32 = 0.5;

/// The ids of a text, or of two, with the types of its tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) ids: Vec<u32>,
    pub(super) types: Vec<u32>,
}

/// Rows to their logits, one row after the other.
type Threads = Pool<Vec<Row>, Vec<f32>>;

/// A checkpoint with a classification head.
#[derive(Debug)]
pub(super) struct Head {
    described: Described,
    pub(super) tokenizer: Tokenizer,
    pub(super) frame: Frame,
    window: usize,
    classes: usize,
    threads: Threads,
}

impl Head {
    pub(super) fn load(checkpoint: Checkpoint, runtime: &Runtime) -> Result<Self> {
        let (tokenizer, frame) = checkpoint.tokenizer()?;
        let window = checkpoint.window()?;
        let classes = checkpoint.labels()?.len();
        let described = runtime.describe(&checkpoint);
        let tensors = Arc::new(checkpoint.tensors()?);
        let device = runtime.device;
        let pad = checkpoint.pad();
        let make = move || {
            tch::set_num_threads(1);
            let mut variables = VarStore::new(device);
            let model = classifier(&checkpoint, &variables)?;
            tensors.fill(&mut variables)?;
            Ok(Network { model, pad, device })
        };
        let threads = Pool::start(&described.model, runtime.owners(), make, Network::logits)?;
        Ok(Self { described, tokenizer, frame, window, classes, threads })
    }

    /// The ids of an article, in windows of whole sentences, each of `room` tokens at most. A
    /// sentence that is longer fills windows of its own.
    fn windows(
        &self,
        title: Option<&str>,
        sentences: &[&str],
        room: usize,
    ) -> Result<Vec<Vec<u32>>> {
        let mut texts = vec![String::new()];
        let mut used = 0;
        for part in title.into_iter().chain(sentences.iter().copied()) {
            let own = self.tokenizer.encode(part)?.len();
            if used > 0 && used + own > room {
                texts.push(String::new());
                used = 0;
            }
            if let Some(open) = texts.last_mut() {
                open.push_str(if used > 0 { " " } else { "" });
                open.push_str(part);
            }
            used += own;
        }
        let mut windows = Vec::new();
        for text in texts {
            windows.extend(self.tokenizer.encode(&text)?.chunks(room).map(<[u32]>::to_vec));
        }
        if windows.is_empty() {
            windows.push(Vec::new());
        }
        Ok(windows)
    }

    /// The logits of rows: (rows, classes).
    pub(super) fn logits(&self, rows: Vec<Row>) -> Result<Array2<f32>> {
        let counts: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
        self.threads.in_batches(rows, batches(&counts, TOKEN_BUDGET), self.classes)
    }
}

/// The mean of the rows of (windows, labels), where window `k`, counted from 0, counts
/// `1 / (1 + k)`.
fn weighted_mean(scores: ArrayView2<'_, f32>) -> Array1<f32> {
    let mut sum = Array1::zeros(scores.ncols());
    let mut all = 0.0;
    for (window, row) in scores.rows().into_iter().enumerate() {
        let weight = 1.0 / (1.0 + window as f32);
        all += weight;
        sum.scaled_add(weight, &row);
    }
    if all > 0.0 { sum / all } else { sum }
}

/// A checkpoint's head, read as scores of labels.
#[derive(Debug)]
pub(crate) struct LabelScorer {
    head: Head,
    taxonomy: Taxonomy,
    reading: Reading,
    /// Tokens of a text that are read at once.
    room: usize,
    threshold: f32,
}

/// How logits are read.
#[derive(Debug)]
enum Reading {
    Entailment {
        /// The ids of the sentence about each label.
        hypotheses: Vec<Vec<u32>>,
        /// The classes that say so.
        entails: usize,
        contradicts: usize,
        calibration: Calibration,
    },
    OwnClasses {
        /// The label that each class counts for, if any.
        label_of: Vec<Option<usize>>,
        /// Whether a text may have several labels; else the classes share one probability.
        several: bool,
    },
}

impl LabelScorer {
    /// The caller's labels, by entailment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the checkpoint has no label for entailment;
    /// [`ErrorKind::InvalidOption`] when the labels are none, blank or doubled, or a hypothesis
    /// leaves no room for a text.
    pub(crate) fn by_entailment(
        checkpoint: Checkpoint,
        labels: &[OwnLabel],
        runtime: &Runtime,
    ) -> Result<Self> {
        checkpoint.expect(Task::ZeroShot)?;
        let taxonomy = OwnLabel::taxonomy(labels)?;
        let classes = checkpoint.labels()?;
        let place = |wanted: &dyn Fn(&str) -> bool| classes.iter().position(|class| wanted(class));
        let missing = || {
            let what =
                format!("has the labels {classes:?}, expected one for entailment and another");
            checkpoint.invalid(what)
        };
        let entails = place(&is_entailment).ok_or_else(missing)?;
        let contradicts = place(&|class| class.to_lowercase().starts_with("contra"))
            .or_else(|| place(&|class| !is_entailment(class)))
            .ok_or_else(missing)?;
        let template = checkpoint.said(|said| said.hypothesis_template.clone());
        let template = template.unwrap_or_else(|| HYPOTHESIS.to_owned());
        let calibration = checkpoint.said(|said| said.calibration);
        let calibration = calibration.unwrap_or(Calibration { slope: 1.0, offset: 0.0 });
        let threshold = checkpoint.said(|said| said.threshold).unwrap_or(THRESHOLD);
        let head = Head::load(checkpoint, runtime)?;
        let hypothesis = |label: &OwnLabel| {
            let said = label.description.as_deref().unwrap_or(&label.label).trim();
            head.tokenizer.encode(&template.replace("{}", said.trim_end_matches('.')))
        };
        let hypotheses = labels.iter().map(hypothesis).collect::<Result<Vec<_>>>()?;
        let longest = hypotheses.iter().map(Vec::len).max().unwrap_or(0);
        let room = head.window.saturating_sub(head.frame.two() + longest);
        if room < head.window / 4 {
            let message = format!(
                "a label's description takes {longest} of the {} tokens that {} reads at once; shorten it",
                head.window, head.described.model
            );
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let reading = Reading::Entailment { hypotheses, entails, contradicts, calibration };
        Ok(Self { head, taxonomy, reading, room, threshold })
    }

    /// The checkpoint's own labels. `known` is the taxonomy whose codes its description may map
    /// them to.
    pub(crate) fn own_classes(
        checkpoint: Checkpoint,
        known: &Taxonomy,
        runtime: &Runtime,
    ) -> Result<Self> {
        checkpoint.expect(Task::Classifier)?;
        let classes = checkpoint.labels()?;
        let map = checkpoint.said(|said| Some(said.labels.clone()).filter(|map| !map.is_empty()));
        let (taxonomy, label_of) = match map {
            Some(map) => mapped(&checkpoint, &map, &classes, known)?,
            None => {
                let all = (0..classes.len()).map(Some).collect();
                (Taxonomy::flat("own labels", classes), all)
            }
        };
        let several = checkpoint.text("problem_type") == Some("multi_label_classification");
        let threshold = checkpoint.said(|said| said.threshold).unwrap_or(THRESHOLD);
        let head = Head::load(checkpoint, runtime)?;
        let room = head.window.saturating_sub(head.frame.one()).max(1);
        let reading = Reading::OwnClasses { label_of, several };
        Ok(Self { head, taxonomy, reading, room, threshold })
    }

    /// The scores of texts for some labels: (texts, labels).
    fn scores(&self, texts: &[Vec<u32>], labels: &[usize]) -> Result<Array2<f32>> {
        let frame = &self.head.frame;
        match &self.reading {
            Reading::Entailment { hypotheses, entails, contradicts, calibration } => {
                let asked = labels.iter().filter_map(|&label| hypotheses.get(label));
                let pairs = texts.iter().flat_map(|text| asked.clone().map(move |own| (text, own)));
                let row = |(text, hypothesis): (&Vec<u32>, &Vec<u32>)| {
                    let (ids, types) = frame.around_both(text, hypothesis);
                    Row { ids, types }
                };
                let logits = self.head.logits(pairs.map(row).collect())?;
                let Calibration { slope, offset } = *calibration;
                let logit = &logits.column(*entails) - &logits.column(*contradicts);
                let scores = logit.iter().map(|logit| sigmoid(slope * logit + offset)).collect();
                Ok(matrix(texts.len(), labels.len(), scores))
            }
            Reading::OwnClasses { label_of, several } => {
                let row = |text: &Vec<u32>| {
                    let ids = frame.around(text);
                    Row { types: vec![0; ids.len()], ids }
                };
                let logits = self.head.logits(texts.iter().map(row).collect())?;
                let mut scores = Array2::zeros((texts.len(), self.taxonomy.labels().len()));
                for (logits, scores) in logits.rows().into_iter().zip(scores.rows_mut()) {
                    add_scores(logits, label_of, *several, scores);
                }
                Ok(scores.select(Axis(1), labels))
            }
        }
    }
}

/// Adds the scores of a text, by the logits of its classes, to those of the labels.
fn add_scores(
    logits: ArrayView1<'_, f32>,
    label_of: &[Option<usize>],
    several: bool,
    mut scores: ArrayViewMut1<'_, f32>,
) {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - max).exp()).sum();
    for (&logit, label) in logits.iter().zip(label_of) {
        let Some(score) = label.and_then(|label| scores.get_mut(label)) else { continue };
        if several {
            *score = f32::max(*score, sigmoid(logit));
        } else {
            *score += (logit - max).exp() / sum;
        }
    }
}

impl Classifier for LabelScorer {
    fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    fn threshold(&self) -> f32 {
        self.threshold
    }

    fn article(&self, title: Option<&str>, sentences: &[&str]) -> Result<Vec<f32>> {
        let all: Vec<usize> = (0..self.taxonomy.labels().len()).collect();
        let windows = self.head.windows(title, sentences, self.room)?;
        Ok(weighted_mean(self.scores(&windows, &all)?.view()).to_vec())
    }

    fn sentences(&self, sentences: &[&str], labels: &[usize]) -> Result<Array2<f32>> {
        let (mut parts, mut places) = (Vec::new(), Vec::new());
        for &sentence in sentences {
            let start = parts.len();
            parts.extend(self.head.windows(None, &[sentence], self.room)?);
            places.push(start..parts.len());
        }
        let of_parts = self.scores(&parts, labels)?;
        let mut alone = Array2::zeros((sentences.len(), labels.len()));
        for (mut row, place) in alone.rows_mut().into_iter().zip(places) {
            row.assign(&weighted_mean(of_parts.slice(ndarray::s![place, ..])));
        }
        Ok(alone)
    }

    fn describe(&self) -> Described {
        self.head.described.clone()
    }
}

/// The taxonomy that a description maps the classes to, and the label of each class.
fn mapped(
    checkpoint: &Checkpoint,
    map: &BTreeMap<String, Option<String>>,
    classes: &[String],
    known: &Taxonomy,
) -> Result<(Taxonomy, Vec<Option<usize>>)> {
    let invalid = |what: String| checkpoint.folder.invalid(DESCRIPTION, what);
    if let Some(stray) = map.keys().find(|label| !classes.contains(label)) {
        let what = format!("maps {stray:?}, which is none of the model's labels {classes:?}");
        return Err(invalid(what));
    }
    // Places in `known`, and the place of each class's topic among them.
    let mut topics: Vec<usize> = Vec::new();
    let mut label_of = Vec::with_capacity(classes.len());
    for class in classes {
        let missing =
            || format!("maps some labels, but not {class:?}; null is for one without a topic");
        let Some(code) = map.get(class).ok_or_else(|| invalid(missing()))? else {
            label_of.push(None);
            continue;
        };
        let unknown = || format!("maps {class:?} to {code}, which is no code of {}", known.name());
        let topic = known.labels().iter().position(|label| label.code == *code);
        let topic = topic.ok_or_else(|| invalid(unknown()))?;
        label_of.push(Some(topics.iter().position(|&other| other == topic).unwrap_or_else(|| {
            topics.push(topic);
            topics.len() - 1
        })));
    }
    // A topic stands under the nearest of those above it that is there too.
    let above = |topic: usize| known.labels().get(topic)?.parent;
    let label = |&topic: &usize| {
        let mut ancestors = iter::successors(above(topic), |&topic| above(topic));
        let parent = ancestors.find_map(|at| topics.iter().position(|&other| other == at));
        Some(known.labels().get(topic)?.under(parent))
    };
    Ok((Taxonomy::of(known, topics.iter().filter_map(label).collect()), label_of))
}

/// What a thread owns.
struct Network {
    model: SequenceClassificationOption,
    pad: i64,
    device: Device,
}

impl Network {
    fn logits(&self, rows: Vec<Row>) -> Result<Vec<f32>> {
        tch::no_grad(|| {
            let (ids, types): (Vec<_>, Vec<_>) =
                rows.into_iter().map(|row| (row.ids, row.types)).unzip();
            let (ids, mask) = padded(&ids, self.pad, self.device);
            // Architectures without types have tokenizers that give none.
            let typed = types.iter().flatten().any(|&kind| kind != 0);
            let types: Option<Tensor> = typed.then(|| padded(&types, 0, self.device).0);
            let logits =
                self.model.forward_t(Some(&ids), Some(&mask), types.as_ref(), None, None, false);
            floats(&logits)
        })
    }
}

/// rust-bert's network for the architecture, its variables registered but not yet filled.
fn classifier(
    checkpoint: &Checkpoint,
    variables: &VarStore,
) -> Result<SequenceClassificationOption> {
    use SequenceClassificationOption::{
        Albert, Bart, Bert, DistilBert, Longformer, MobileBert, Roberta,
    };
    let root = variables.root();
    let made = match checkpoint.architecture {
        ModelType::Bert => BertForSequenceClassification::new(root, &parsed(checkpoint)?).map(Bert),
        ModelType::Roberta | ModelType::XLMRoberta => {
            RobertaForSequenceClassification::new(root, &parsed(checkpoint)?).map(Roberta)
        }
        ModelType::DistilBert => {
            DistilBertModelClassifier::new(root, &parsed(checkpoint)?).map(DistilBert)
        }
        ModelType::Albert => {
            AlbertForSequenceClassification::new(root, &parsed(checkpoint)?).map(Albert)
        }
        ModelType::MobileBert => {
            MobileBertForSequenceClassification::new(root, &parsed(checkpoint)?).map(MobileBert)
        }
        ModelType::Longformer => {
            LongformerForSequenceClassification::new(root, &parsed(checkpoint)?).map(Longformer)
        }
        ModelType::Bart => BartForSequenceClassification::new(root, &parsed(checkpoint)?).map(Bart),
        other => {
            return Err(invalid_model(format!(
                "{other:?} is no architecture of rust-bert's classifiers that is read here"
            )));
        }
    };
    made.map_err(|cause| checkpoint.folder.because(CONFIG, "does not make a classifier", cause))
}
