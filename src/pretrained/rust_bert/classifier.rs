//! Articles to one score a label, by a checkpoint with a classification head.
//!
//! In: an article's title and sentences. Out: scores in `0.0..=1.0`. Two readings of the head:
//! [`Entailment`] asks whether the text says a sentence about each label (zero-shot; Yin, Hay and
//! Roth, "Benchmarking zero-shot text classification", 2019), [`OwnClasses`] takes the
//! checkpoint's own labels, as IPTC codes where its description maps them.
//! An article longer than the window is read in windows of whole sentences, and window `k` counts
//! `1 / (1 + k)`: news says first what it is about. Nothing is cut.
//! Chooses no topic.

use std::collections::BTreeMap;
use std::sync::Arc;

use ndarray::Array2;
use rust_bert::albert::AlbertForSequenceClassification;
use rust_bert::bart::BartForSequenceClassification;
use rust_bert::bert::{BertConfig, BertForSequenceClassification};
use rust_bert::distilbert::DistilBertModelClassifier;
use rust_bert::longformer::LongformerForSequenceClassification;
use rust_bert::mobilebert::MobileBertForSequenceClassification;
use rust_bert::pipelines::sequence_classification::SequenceClassificationOption;
use rust_bert::roberta::RobertaForSequenceClassification;
use tch::nn::VarStore;
use tch::{Device, Tensor};

use super::batch::{TOKEN_BUDGET, batches};
use super::runtime::{Runtime, described, floats, in_batches, padded, parsed};
use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::CONFIG;
use crate::model::seams::{Classifier, Described};
use crate::nn::sigmoid;
use crate::pretrained::checkpoint::{Checkpoint, ModelType, is_entailment};
use crate::pretrained::description::{Calibration, DESCRIPTION, Task};
use crate::pretrained::pool::Pool;
use crate::tokens::{Frame, Tokenizer};
use crate::topics::{Label, OwnLabel, Taxonomy};

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
    name: String,
    device: String,
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
        let name = checkpoint.name();
        let tensors = Arc::new(checkpoint.tensors()?);
        let device = runtime.device;
        let (intra, threads) = runtime.split();
        let pad = checkpoint.pad();
        let make = move || {
            tch::set_num_threads(intra);
            let mut variables = VarStore::new(device);
            let model = classifier(&checkpoint, &variables)?;
            tensors.fill(&mut variables)?;
            Ok(Network { model, pad, device })
        };
        let threads = Pool::start(&name, threads, make, Network::logits)?;
        Ok(Self { device: runtime.name(), name, tokenizer, frame, window, classes, threads })
    }

    fn describe(&self) -> Described {
        described(&self.name, &self.device)
    }

    /// The ids of an article, in windows of whole sentences, each of `room` tokens at most. A
    /// sentence that is longer fills windows of its own.
    fn windows(
        &self,
        title: Option<&str>,
        sentences: &[&str],
        room: usize,
    ) -> Result<Vec<Vec<u32>>> {
        let mut windows = Vec::new();
        let mut open = String::new();
        let mut used = 0;
        let mut close = |text: &mut String| -> Result<()> {
            let ids = self.tokenizer.encode(text)?;
            windows.extend(ids.chunks(room).map(<[u32]>::to_vec));
            text.clear();
            Ok(())
        };
        for part in title.into_iter().chain(sentences.iter().copied()) {
            let own = self.tokenizer.encode(part)?.len();
            if used + own > room && used > 0 {
                close(&mut open)?;
                used = 0;
            }
            if used > 0 {
                open.push(' ');
            }
            open.push_str(part);
            used += own;
        }
        close(&mut open)?;
        if windows.is_empty() {
            windows.push(Vec::new());
        }
        Ok(windows)
    }

    /// The logits of rows: (rows, classes).
    pub(super) fn logits(&self, rows: Vec<Row>) -> Result<Array2<f32>> {
        let counts: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
        let batches = batches(&counts, TOKEN_BUDGET);
        in_batches(&self.threads, rows, batches, self.classes)
    }
}

/// What window `k`, counted from 0, counts.
fn weight(window: usize) -> f32 {
    1.0 / (1.0 + window as f32)
}

/// The weighted mean of the rows of (windows, labels).
fn weighted_mean(scores: &Array2<f32>) -> Vec<f32> {
    let mut sum = vec![0.0; scores.ncols()];
    let mut all = 0.0;
    for (window, row) in scores.rows().into_iter().enumerate() {
        let weight = weight(window);
        all += weight;
        sum.iter_mut().zip(row).for_each(|(sum, score)| *sum += weight * score);
    }
    sum.into_iter().map(|sum| if all > 0.0 { sum / all } else { 0.0 }).collect()
}

/// Labels by entailment.
#[derive(Debug)]
pub(crate) struct Entailment {
    head: Head,
    taxonomy: Taxonomy,
    /// The ids of the sentence about each label.
    hypotheses: Vec<Vec<u32>>,
    /// Tokens of a text that are read at once beside the longest hypothesis.
    room: usize,
    entails: usize,
    contradicts: usize,
    calibration: Calibration,
    threshold: f32,
}

impl Entailment {
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the checkpoint has no label for entailment;
    /// [`ErrorKind::InvalidOption`] when the labels are none, blank or doubled, or a hypothesis
    /// leaves no room for a text.
    pub(crate) fn load(
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
            checkpoint.folder.invalid(CONFIG, what)
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
        let hypotheses = labels
            .iter()
            .map(|label| {
                let said = label.description.as_deref().unwrap_or(&label.label).trim();
                head.tokenizer.encode(&template.replace("{}", said.trim_end_matches('.')))
            })
            .collect::<Result<Vec<_>>>()?;
        let longest = hypotheses.iter().map(Vec::len).max().unwrap_or(0);
        let room = head.window.saturating_sub(head.frame.two() + longest);
        if room < head.window / 4 {
            let message = format!(
                "a label's description takes {longest} of the {} tokens that {} reads at once; shorten it",
                head.window, head.name
            );
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        Ok(Self { head, taxonomy, hypotheses, room, entails, contradicts, calibration, threshold })
    }

    /// The scores of texts for some labels: (texts, labels).
    fn scores(&self, texts: &[Vec<u32>], labels: &[usize]) -> Result<Array2<f32>> {
        let mut rows = Vec::with_capacity(texts.len() * labels.len());
        for text in texts {
            for hypothesis in labels.iter().filter_map(|&label| self.hypotheses.get(label)) {
                let (ids, types) = self.head.frame.around_both(text, hypothesis);
                rows.push(Row { ids, types });
            }
        }
        let logits = self.head.logits(rows)?;
        let Calibration { slope, offset } = self.calibration;
        let score = |row: ndarray::ArrayView1<'_, f32>| {
            let logit = |class: usize| row.get(class).copied().unwrap_or(0.0);
            sigmoid(slope * (logit(self.entails) - logit(self.contradicts)) + offset)
        };
        let scores: Vec<f32> = logits.rows().into_iter().map(score).collect();
        Ok(Array2::from_shape_vec((texts.len(), labels.len()), scores).unwrap_or_default())
    }
}

impl Classifier for Entailment {
    fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    fn threshold(&self) -> f32 {
        self.threshold
    }

    fn article(&self, title: Option<&str>, sentences: &[&str]) -> Result<Vec<f32>> {
        let all: Vec<usize> = (0..self.hypotheses.len()).collect();
        let windows = self.head.windows(title, sentences, self.room)?;
        Ok(weighted_mean(&self.scores(&windows, &all)?))
    }

    fn sentences(&self, sentences: &[&str], labels: &[usize]) -> Result<Array2<f32>> {
        each_alone(&self.head, sentences, self.room, labels.len(), |parts| {
            self.scores(parts, labels)
        })
    }

    fn describe(&self) -> Described {
        self.head.describe()
    }
}

/// The scores of each sentence alone: (sentences, labels).
fn each_alone(
    head: &Head,
    sentences: &[&str],
    room: usize,
    labels: usize,
    scores: impl Fn(&[Vec<u32>]) -> Result<Array2<f32>>,
) -> Result<Array2<f32>> {
    let (mut parts, mut starts) = (Vec::new(), vec![0]);
    for &sentence in sentences {
        parts.extend(head.windows(None, &[sentence], room)?);
        starts.push(parts.len());
    }
    let of_parts = scores(&parts)?;
    let mut alone = Array2::zeros((sentences.len(), labels));
    for ((mut row, &start), &end) in
        alone.rows_mut().into_iter().zip(&starts).zip(starts.iter().skip(1))
    {
        let own = of_parts.slice(ndarray::s![start..end, ..]).to_owned();
        row.iter_mut().zip(weighted_mean(&own)).for_each(|(to, from)| *to = from);
    }
    Ok(alone)
}

/// A checkpoint's own labels.
#[derive(Debug)]
pub(crate) struct OwnClasses {
    head: Head,
    taxonomy: Taxonomy,
    /// The label that each class counts for, if any.
    label_of: Vec<Option<usize>>,
    /// Whether a text may have several labels; else the classes share one probability.
    several: bool,
    threshold: f32,
    room: usize,
}

impl OwnClasses {
    /// `known` is the taxonomy whose codes the checkpoint's description may map its labels to.
    pub(crate) fn load(
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
        let problem = checkpoint.config.get("problem_type").and_then(serde_json::Value::as_str);
        let several = problem == Some("multi_label_classification");
        let threshold = checkpoint.said(|said| said.threshold).unwrap_or(THRESHOLD);
        let head = Head::load(checkpoint, runtime)?;
        let room = head.window.saturating_sub(head.frame.one()).max(1);
        Ok(Self { head, taxonomy, label_of, several, threshold, room })
    }

    /// The scores of texts: (texts, labels).
    fn scores(&self, texts: &[Vec<u32>]) -> Result<Array2<f32>> {
        let row = |text: &Vec<u32>| {
            let ids = self.head.frame.around(text);
            Row { types: vec![0; ids.len()], ids }
        };
        let logits = self.head.logits(texts.iter().map(row).collect())?;
        let mut scores = Array2::zeros((texts.len(), self.taxonomy.labels().len()));
        for (logits, mut scores) in logits.rows().into_iter().zip(scores.rows_mut()) {
            let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = logits.iter().map(|logit| (logit - max).exp()).sum();
            for (&logit, label) in logits.iter().zip(&self.label_of) {
                let Some(score) = label.and_then(|label| scores.get_mut(label)) else { continue };
                if self.several {
                    *score = f32::max(*score, sigmoid(logit));
                } else {
                    *score += (logit - max).exp() / sum;
                }
            }
        }
        Ok(scores)
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
        return Err(invalid(format!(
            "maps {stray:?}, which is none of the model's labels {classes:?}"
        )));
    }
    let mut labels: Vec<Label> = Vec::new();
    let mut label_of = Vec::with_capacity(classes.len());
    for class in classes {
        let Some(code) = map.get(class) else {
            return Err(invalid(format!(
                "maps some labels, but not {class:?}; null is for one without a topic"
            )));
        };
        let Some(code) = code else {
            label_of.push(None);
            continue;
        };
        let Some(topic) = known.labels().iter().find(|label| label.code == *code) else {
            return Err(invalid(format!(
                "maps {class:?} to {code}, which is no code of {}",
                known.name()
            )));
        };
        let at = labels.iter().position(|label| label.code == *code).unwrap_or_else(|| {
            labels.push(Label { code: topic.code.clone(), name: topic.name.clone(), parent: None });
            labels.len() - 1
        });
        label_of.push(Some(at));
    }
    // A topic of level 2 stands under its parent where that is there too.
    let parent_code = |label: &Label| {
        let topic = known.labels().iter().find(|topic| topic.code == label.code)?;
        known.labels().get(topic.parent?).map(|parent| parent.code.clone())
    };
    let parents: Vec<Option<usize>> = labels
        .iter()
        .map(|label| {
            let code = parent_code(label)?;
            labels.iter().position(|other| other.code == code)
        })
        .collect();
    for (label, parent) in labels.iter_mut().zip(parents) {
        label.parent = parent;
    }
    Ok((Taxonomy::of(known, labels), label_of))
}

impl Classifier for OwnClasses {
    fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    fn threshold(&self) -> f32 {
        self.threshold
    }

    fn article(&self, title: Option<&str>, sentences: &[&str]) -> Result<Vec<f32>> {
        let windows = self.head.windows(title, sentences, self.room)?;
        Ok(weighted_mean(&self.scores(&windows)?))
    }

    fn sentences(&self, sentences: &[&str], labels: &[usize]) -> Result<Array2<f32>> {
        let all = self.taxonomy.labels().len();
        let alone = each_alone(&self.head, sentences, self.room, all, |parts| self.scores(parts))?;
        Ok(alone.select(ndarray::Axis(1), labels))
    }

    fn describe(&self) -> Described {
        self.head.describe()
    }
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
    let refused = |cause| {
        let name = checkpoint.folder.name(CONFIG);
        let message = format!("{name} does not make a classifier");
        Error::because(ErrorKind::InvalidModel, message, cause)
    };
    Ok(match checkpoint.architecture {
        ModelType::Bert => Bert(
            BertForSequenceClassification::new(root, &parsed::<BertConfig>(checkpoint)?)
                .map_err(refused)?,
        ),
        ModelType::Roberta | ModelType::XLMRoberta => Roberta(
            RobertaForSequenceClassification::new(root, &parsed::<BertConfig>(checkpoint)?)
                .map_err(refused)?,
        ),
        ModelType::DistilBert => {
            DistilBert(DistilBertModelClassifier::new(root, &parsed(checkpoint)?).map_err(refused)?)
        }
        ModelType::Albert => Albert(
            AlbertForSequenceClassification::new(root, &parsed(checkpoint)?).map_err(refused)?,
        ),
        ModelType::MobileBert => MobileBert(
            MobileBertForSequenceClassification::new(root, &parsed(checkpoint)?)
                .map_err(refused)?,
        ),
        ModelType::Longformer => Longformer(
            LongformerForSequenceClassification::new(root, &parsed(checkpoint)?)
                .map_err(refused)?,
        ),
        ModelType::Bart => {
            Bart(BartForSequenceClassification::new(root, &parsed(checkpoint)?).map_err(refused)?)
        }
        other => {
            let message = format!(
                "{other:?} is no architecture of rust-bert's classifiers that is read here"
            );
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
    })
}
