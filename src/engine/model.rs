//! Model files to a loaded model, and an article's sentences to their vectors.
//!
//! In: a model folder's four files; then titles and sentences. Out: an [`Encoded`] article, which
//! the topic head and the sentence ranker read, each its own part of the vectors.
//! Checks that the files belong together; chooses no topic and no sentence.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::folder::{self, CONFIG, TAXONOMY, TOKENIZER, WEIGHTS};
#[cfg(feature = "pretrained")]
use super::heads::{Base, Heads};
use super::{Classifier, Described, Files, SentenceEncoder, StaticTable, Weights};
use crate::digest;
use crate::error::{Error, ErrorKind, Result};
use crate::sentence;
use crate::span::Span;
use crate::summary::{Length, Ranker, RankerConfig};
use crate::tokens::Tokenizer;
#[cfg(feature = "pretrained")]
use crate::topics::Shares;
use crate::topics::{
    self, Head, HeadConfig, Limits, Mean, OwnLabel, OwnLabels, OwnLabelsConfig, Pooled, Taxonomy,
    Topics,
};

/// The value of `format` in `config.json`.
pub(crate) const FORMAT: &str = "standfirst/model-1";

/// Topic evidence is looked for among this many sentences from the start. The pooled vector holds
/// all of them; one so far down weighs less than a hundredth of the first.
const MAX_EVIDENCE_SENTENCES: usize = 512;

/// `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) format: String,
    /// The model's name and version.
    pub(crate) name: String,
    /// The languages that topics can be given in, ISO 639-1; none stands for any.
    pub(crate) languages: Vec<String>,
    pub(crate) vocab_size: usize,
    pub(crate) topics: HeadConfig,
    pub(crate) own_labels: OwnLabelsConfig,
    pub(crate) ranker: RankerConfig,
}

/// A loaded model. `Send + Sync`; never changes after loading.
#[derive(Debug)]
pub(crate) struct Model {
    config: Config,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    topic_table: StaticTable,
    head: Head,
    rank_table: StaticTable,
    ranker: Ranker,
    /// What ranks for a single sentence, where that is not `ranker`.
    single: Option<Ranker>,
    mean: Mean,
    own_config: OwnLabelsConfig,
    own_labels: Option<OwnLabels>,
    /// A pretrained encoder, whose dense vectors stand beside the lexical ones.
    encoder: Option<Arc<dyn SentenceEncoder>>,
    /// A pretrained classifier, which gives the topics in place of the head.
    classifier: Option<Arc<dyn Classifier>>,
    /// What gives the topics, where that is not the model alone.
    described: Option<Described>,
}

/// An article as the model sees it.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// The sentences that hold a token; the others have nothing to say.
    pub(crate) sentences: Vec<Span>,
    pub(crate) ids: Vec<Vec<u32>>,
    pub(crate) title_ids: Vec<u32>,
    /// The weighted sums of all vectors, title included.
    pub(crate) pooled: Pooled,
    /// Topic vectors of the first sentences: (sentences, dim).
    pub(crate) topic_vectors: Array2<f32>,
    /// Ranker vectors of all sentences: (sentences, dim).
    pub(crate) rank_vectors: Array2<f32>,
    /// A pretrained encoder's vectors of all sentences: (sentences, dim), dim 0 without one.
    pub(crate) dense_vectors: Array2<f32>,
}

impl Encoded {
    /// Whether there is not a single token.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.title_ids.is_empty()
    }
}

impl Model {
    /// The model compiled into the crate.
    pub(crate) fn embedded() -> Result<Self> {
        Self::load(&Files::compiled_in()?)
    }

    pub(crate) fn from_folder(folder: &Path) -> Result<Self> {
        Self::load(&Files::read(folder)?)
    }

    pub(crate) fn load(files: &Files) -> Result<Self> {
        let config_name = files.name(CONFIG);
        let config: Config = serde_json::from_slice(&files.config).map_err(|cause| {
            let message = format!("{config_name} is not a model's config");
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        if config.format != FORMAT {
            let message =
                format!("{config_name} has the format {:?}, expected {FORMAT:?}", config.format);
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
        let tokenizer_name = files.name(TOKENIZER);
        let tokenizer = match files.tokenizer {
            Cow::Borrowed(json) => Tokenizer::compiled_in(&tokenizer_name, json)?,
            Cow::Owned(ref json) => Tokenizer::from_json(&tokenizer_name, json)?,
        };
        if tokenizer.vocab_size() != config.vocab_size {
            let message = format!(
                "{} has {} tokens, but {CONFIG} says {}: is it another model's?",
                files.name(TOKENIZER),
                tokenizer.vocab_size(),
                config.vocab_size
            );
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
        let taxonomy = Taxonomy::from_json(&files.name(TAXONOMY), &files.taxonomy)?;
        let checked = config
            .topics
            .check(taxonomy.labels().len())
            .and_then(|()| config.own_labels.check())
            .and_then(|()| config.ranker.check());
        if let Err(wrong) = checked {
            return Err(Error::new(ErrorKind::InvalidModel, format!("{config_name} {wrong}")));
        }
        let weights = Weights::parse(files.name(WEIGHTS), &files.weights)?;
        let vocab = config.vocab_size;
        Ok(Self {
            topic_table: StaticTable::load(&weights, "topics", vocab, config.topics.dim, true)?,
            head: Head::load(&weights, config.topics.clone(), config.topics.pooling, &taxonomy)?,
            rank_table: StaticTable::load(&weights, "rank", vocab, config.ranker.dim, false)?,
            ranker: Ranker::load(
                &weights,
                config.ranker.clone(),
                weights.vector("rank.importance", vocab)?.to_vec(),
            )?,
            mean: Mean::load(
                &weights,
                config.topics.dim,
                config.ranker.dim,
                config.topics.pooling.eps,
            )?,
            single: None,
            own_config: config.own_labels,
            own_labels: None,
            encoder: None,
            classifier: None,
            described: None,
            tokenizer,
            taxonomy,
            config,
        })
    }

    /// The name written into a digest.
    pub(crate) fn engine(&self) -> digest::Engine {
        match &self.described {
            Some(Described { engine, model, device }) => digest::Engine {
                name: (*engine).to_owned(),
                model: model.clone(),
                device: Some(device.clone()),
                summary_model: None,
            },
            None => digest::Engine {
                name: "embedded".to_owned(),
                model: self.config.name.clone(),
                device: None,
                summary_model: None,
            },
        }
    }

    /// The labels that topics come from: the caller's own, where there are any.
    pub(crate) fn taxonomy(&self) -> &Taxonomy {
        match (&self.classifier, &self.own_labels) {
            (Some(classifier), _) => classifier.taxonomy(),
            (None, Some(own)) => own.taxonomy(),
            (None, None) => &self.taxonomy,
        }
    }

    /// Whether the topics can be told for which 95 reports of a hundred are right.
    pub(crate) fn has_precise_topics(&self) -> bool {
        let is_own = self.classifier.is_none() && self.own_labels.is_none();
        is_own && self.head.config().precise_thresholds.is_some()
    }

    /// The same model with a pretrained encoder's vectors beside its own, read by `heads`; without
    /// heads, own labels are compared by the encoder's vectors alone, and nothing else reads them.
    #[cfg(feature = "pretrained")]
    pub(crate) fn with_encoder(
        mut self,
        encoder: Arc<dyn SentenceEncoder>,
        heads: Option<Heads>,
    ) -> Self {
        let mut described = encoder.describe();
        match heads {
            Some(heads) => {
                self.head = heads.head;
                // On teasers of one sentence, held out, the lexical ranker stays ahead.
                self.single = Some(std::mem::replace(&mut self.ranker, heads.ranker));
                self.mean = heads.mean;
                self.own_config = heads.own_labels;
                described.model = heads.encoder;
            }
            None => {
                let zeros = Array1::zeros(encoder.dim());
                self.mean = self.mean.with_dense(zeros, Shares::DENSE);
                self.own_config = OwnLabelsConfig::DENSE;
            }
        }
        self.encoder = Some(encoder);
        self.described = Some(described);
        self
    }

    /// The same model with the topics of a pretrained classifier.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn with_classifier(mut self, classifier: Arc<dyn Classifier>) -> Self {
        self.described = Some(classifier.describe());
        self.classifier = Some(classifier);
        self
    }

    /// What heads stand on.
    #[cfg(feature = "pretrained")]
    pub(crate) fn base(&self) -> Base<'_> {
        Base {
            name: &self.config.name,
            pooling: self.head.pooling(),
            taxonomy: &self.taxonomy,
            topic_dim: self.topic_table.dim(),
            rank_dim: self.rank_table.dim(),
            importance: self.ranker.importance(),
            mean: &self.mean,
        }
    }

    /// Whether a folder holds a model of this kind, rather than a pretrained one of another.
    pub(crate) fn is_own(folder: &Path) -> Result<bool> {
        let config = folder::config_of(folder)?;
        Ok(config.get("model_type").is_none() || config.get("format").is_some())
    }

    /// The same model, tagging with a caller's labels, where there are any.
    pub(crate) fn with_own_labels(mut self, labels: Option<&[OwnLabel]>) -> Result<Self> {
        let Some(labels) = labels else { return Ok(self) };
        let pooled_text =
            |text: String| Ok(self.encode(&text, &sentence::split(&text), None)?.pooled);
        let pooled = labels
            .iter()
            .map(|label| label.texts().map(pooled_text).collect())
            .collect::<Result<Vec<Vec<Pooled>>>>()?;
        let own = OwnLabels::new(labels, &pooled, self.own_config, self.mean.clone())?;
        self.own_labels = Some(own);
        Ok(self)
    }

    /// The topics of an article, whose sentences are spans into `text`.
    pub(crate) fn topics(
        &self,
        title: Option<&str>,
        text: &str,
        encoded: &Encoded,
        limits: Limits,
    ) -> Result<Topics> {
        if let Some(classifier) = &self.classifier {
            return topics::classified(&**classifier, title, text, encoded, limits);
        }
        Ok(match &self.own_labels {
            Some(own) => topics::own_topics(own, &self.head, encoded, limits),
            None => topics::topics(&self.head, &self.taxonomy, encoded, limits),
        })
    }

    /// What ranks sentences for a summary of this length.
    pub(crate) fn ranker(&self, length: &Length) -> &Ranker {
        match &self.single {
            Some(single) if length.sentences == Some(1) => single,
            _ => &self.ranker,
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The rows of the topic table, tokens before pairs: (rows, dim), row-major.
    pub(crate) fn topic_table_values(&self) -> Vec<f32> {
        self.topic_table.values()
    }

    /// The rows of the topic table that `text`, one sentence, adds up.
    pub(crate) fn topic_terms(&self, text: &str) -> Result<Vec<u32>> {
        Ok(self.topic_table.terms(&self.tokenizer.encode(text)?))
    }

    /// Whether the model can give topics to text in `language`; text whose language cannot be
    /// told gets the benefit of the doubt.
    pub(crate) fn speaks(&self, language: Option<&str>) -> bool {
        let known = &self.config.languages;
        // What a pretrained classifier speaks, its folder does not say.
        self.classifier.is_some()
            || known.is_empty()
            || language.is_none_or(|language| known.iter().any(|known| known == language))
    }

    /// The vectors of an article. `sentences` are spans into `text`.
    pub(crate) fn encode(
        &self,
        text: &str,
        sentences: &[Span],
        title: Option<&str>,
    ) -> Result<Encoded> {
        let (topic_dim, rank_dim) = (self.topic_table.dim(), self.rank_table.dim());
        let title_ids = self.tokenizer.encode(title.unwrap_or(""))?;
        let pooling = self.head.pooling();
        let mut pooled = Pooled {
            topic: Array1::from_vec(self.topic_table.sum(&title_ids)) * pooling.title,
            rank: Array1::from_vec(self.rank_table.sum(&title_ids)) * pooling.title,
            dense: Array1::zeros(0),
        };
        let (mut kept, mut ids) =
            (Vec::with_capacity(sentences.len()), Vec::with_capacity(sentences.len()));
        let (mut topic_vectors, mut rank_vectors) = (Vec::new(), Vec::new());
        for &sentence in sentences {
            let tokens = self.tokenizer.encode(sentence.of(text))?;
            if tokens.is_empty() {
                continue;
            }
            let weight = pooling.weight(kept.len());
            let topic = self.topic_table.sum(&tokens);
            add_scaled(&mut pooled.topic, &topic, weight);
            if kept.len() < MAX_EVIDENCE_SENTENCES {
                topic_vectors.extend(topic);
            }
            let rank = self.rank_table.sum(&tokens);
            add_scaled(&mut pooled.rank, &rank, weight);
            let count = tokens.len() as f32;
            rank_vectors.extend(rank.iter().map(|value| value / count));
            kept.push(sentence);
            ids.push(tokens);
        }
        let dense_vectors = match &self.encoder {
            None => Array2::zeros((kept.len(), 0)),
            Some(encoder) => {
                let title = title.filter(|_| !title_ids.is_empty());
                let (sum, vectors) = self.dense(&**encoder, text, &kept, title)?;
                pooled.dense = sum;
                vectors
            }
        };
        let matrix = |values: Vec<f32>, dim: usize| {
            Array2::from_shape_vec((values.len() / dim.max(1), dim), values).unwrap_or_default()
        };
        Ok(Encoded {
            sentences: kept,
            ids,
            title_ids,
            pooled,
            topic_vectors: matrix(topic_vectors, topic_dim),
            rank_vectors: matrix(rank_vectors, rank_dim),
            dense_vectors,
        })
    }

    /// The vectors of a pretrained encoder.
    pub(crate) fn embed(&self, texts: &[&str]) -> Result<Array2<f32>> {
        match &self.encoder {
            Some(encoder) => encoder.encode(texts),
            None => {
                let message = format!("the model {} is no sentence encoder", self.engine().model);
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
        }
    }

    /// An encoder's vectors of sentences, and their weighted sum, title included.
    fn dense(
        &self,
        encoder: &dyn SentenceEncoder,
        text: &str,
        sentences: &[Span],
        title: Option<&str>,
    ) -> Result<(Array1<f32>, Array2<f32>)> {
        let texts: Vec<&str> = sentences.iter().map(|span| span.of(text)).chain(title).collect();
        let mut vectors = encoder.encode(&texts)?;
        let pooling = self.head.config().pooling;
        let mut sum = Array1::zeros(encoder.dim());
        for (index, vector) in vectors.rows().into_iter().enumerate() {
            let is_title = index == sentences.len();
            sum.scaled_add(if is_title { pooling.title } else { pooling.weight(index) }, &vector);
        }
        vectors.slice_collapse(ndarray::s![..sentences.len(), ..]);
        Ok((sum, vectors))
    }

    /// The rarity of a word in small letters: its inverse document frequency in the training
    /// text; `None` when it is no word of the vocabulary.
    pub(crate) fn rarity(&self, word: &str) -> Option<f32> {
        let id = self.tokenizer.id(word)?;
        self.ranker.importance().get(id as usize).copied()
    }
}

/// `sum += weight * vector`.
fn add_scaled(sum: &mut Array1<f32>, vector: &[f32], weight: f32) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += weight * value;
    }
}
