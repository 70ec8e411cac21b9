//! Model files to a loaded model.
//!
//! In: a model folder's four files, or the copy compiled into the crate. Out: a [`Model`]: tables
//! that give an article its vectors, a tagger that gives it topics, a ranker of its sentences, and
//! how rare its words are.
//! Checks that the files belong together; chooses no topic and no sentence.
//!
//! ```text
//! folder.rs  a folder -> the bytes of its files    seams.rs   what a pretrained model can stand for
//! heads.rs   trained heads for the vectors of a pretrained encoder
//! tagger.rs  a head, own labels, or a classifier -> topics
//! ```

pub(crate) mod folder;
pub(crate) mod seams;
#[cfg(feature = "pretrained")]
mod heads;
mod tagger;
#[cfg(all(test, feature = "embedded"))]
mod parity;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use crate::nn::Weights;
use crate::sentence;
use crate::summary::{Length, Ranker, RankerConfig};
use crate::tokens::Tokenizer;
use crate::topics::{
    Comparison, Head, HeadConfig, Limits, Mean, OwnLabel, OwnLabels, OwnLabelsConfig, Taxonomy,
    Topics,
};
use crate::vectors::{Encoded, Packed, Pooled, StaticTable, Tables, Wanted, Weighting};
use folder::{CONFIG, Files, TAXONOMY, TOKENIZER, WEIGHTS, invalid_model};
#[cfg(feature = "pretrained")]
pub(crate) use heads::{Base, Heads};
#[cfg(feature = "rust-bert")]
use seams::Classifier;
use seams::{Described, SentenceEncoder};
use tagger::Tagger;

/// The value of `format` in `config.json`.
pub(crate) const FORMAT: &str = "standfirst/model-1";

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

/// The largest vocabulary of a model of this kind: the keys of pairs have 16 bits for a token.
const MAX_VOCAB: usize = 1 << 16;
/// The longest name of a model, in bytes, and the most languages.
const MAX_NAME_BYTES: usize = 200;
const MAX_LANGUAGES: usize = 256;

/// What a folder's model is tried with before it is believed.
const PROBE: [&str; 2] = [
    "Council keeps the old bridge open",
    "The council voted 7-2 on Tuesday to keep the old bridge open. \
     “It carries 4,000 people a day,” said the mayor. He came from Łódź, 他来了. \
     Critics had asked for $4.5m to be spent on trains, but the plan failed in March.",
];

impl Config {
    /// What is wrong with it, for a taxonomy of `labels` labels; a sentence without its subject.
    fn check(&self, labels: usize) -> std::result::Result<(), String> {
        let Self { name, languages, vocab_size, .. } = self;
        let shown = !name.trim().is_empty() && !name.chars().any(char::is_control);
        if !shown || name.len() > MAX_NAME_BYTES {
            return Err(format!(
                "has the name {:?}, expected 1 to {MAX_NAME_BYTES} bytes without control characters",
                name.chars().take(MAX_NAME_BYTES).collect::<String>()
            ));
        }
        let is_code = |code: &&String| {
            (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        let wrong = languages.iter().take(MAX_LANGUAGES + 1).find(|code| !is_code(code));
        if wrong.is_some() || languages.len() > MAX_LANGUAGES {
            let first = wrong.map(|code| code.chars().take(20).collect::<String>());
            return Err(format!(
                "has {} languages, {first:?} among them; expected at most {MAX_LANGUAGES} codes of ISO 639",
                languages.len()
            ));
        }
        if !(1..=MAX_VOCAB).contains(vocab_size) {
            return Err(format!("says {vocab_size} for vocab_size, expected 1 to {MAX_VOCAB}"));
        }
        if self.topics.dense != 0 {
            let dense = self.topics.dense;
            return Err(format!("says {dense} for topics.dense, expected 0: it has no encoder"));
        }
        self.topics.check(labels)?;
        self.own_labels.check()?;
        self.ranker.check()
    }
}

/// A loaded model. `Send + Sync`; never changes after loading.
#[derive(Debug)]
pub(crate) struct Model {
    config: Config,
    tables: Tables,
    /// A pretrained encoder, whose dense vectors stand beside the lexical ones.
    dense: Option<Dense>,
    tagger: Tagger,
    ranker: Ranker,
    /// What ranks for a single sentence, where that is not `ranker`.
    single: Option<Ranker>,
    comparison: Comparison,
    /// Rows by which own labels are compared; a folder of an older version has none.
    label_rows: Option<Packed>,
    /// The same, once there are own labels and no encoder.
    compared: Option<StaticTable>,
}

/// A pretrained encoder, and how its vectors are added up.
#[derive(Debug)]
struct Dense {
    encoder: Arc<dyn SentenceEncoder>,
    described: Described,
    weighting: Weighting,
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
        let config = files.config("a model's config", |config: &Config| &config.format, FORMAT)?;
        let tokenizer_name = files.name(TOKENIZER);
        let tokenizer = match files.tokenizer {
            Cow::Borrowed(json) => Tokenizer::compiled_in(&tokenizer_name, json)?,
            Cow::Owned(ref json) => Tokenizer::from_json(&tokenizer_name, json)?,
        };
        if tokenizer.vocab_size() != config.vocab_size {
            return Err(invalid_model(format!(
                "{tokenizer_name} has {} tokens, but {CONFIG} says {}: is it another model's?",
                tokenizer.vocab_size(),
                config.vocab_size
            )));
        }
        // The embedded one's are checked by a test, and to ask for all would load the crate.
        if matches!(files.tokenizer, Cow::Owned(_)) && !tokenizer.fits(config.vocab_size) {
            return Err(invalid_model(format!(
                "{tokenizer_name} has ids beyond its {} tokens: the weights have no rows for them",
                config.vocab_size
            )));
        }
        let taxonomy = Taxonomy::from_json(&files.name(TAXONOMY), &files.taxonomy)?;
        let checked = config.check(taxonomy.labels().len());
        checked.map_err(|wrong| invalid_model(format!("{} {wrong}", files.name(CONFIG))))?;
        let weights = Weights::parse(files.name(WEIGHTS), &files.weights)?;
        let (vocab, topic_dim, rank_dim) =
            (config.vocab_size, config.topics.dim, config.ranker.dim);
        let weighting = config.topics.pooling;
        let importance = weights.vector("rank.importance", vocab)?.to_vec();
        let tables = Tables {
            tokenizer,
            topic: StaticTable::load_with_pairs(&weights, "topics", vocab, topic_dim)?,
            rank: StaticTable::load(&weights, "rank", vocab, rank_dim)?,
            weighting,
        };
        let head = Head::load(&weights, config.topics.clone(), weighting, &taxonomy)?;
        let label_rows = Packed::load(&weights, "labels", vocab)?;
        let mut mean = Mean::load(&weights, topic_dim, rank_dim, weighting.eps)?;
        if let Some(rows) = &label_rows {
            mean = mean.with_dense(Array1::zeros(rows.dim()), config.own_labels.shares);
        }
        let comparison =
            Comparison { mean, config: config.own_labels, weighting, dense_weighting: weighting };
        let ranker = Ranker::load(&weights, config.ranker.clone(), importance)?;
        let tagger = Tagger::Head(head, taxonomy);
        let (dense, single, compared) = (None, None, None);
        let model = Self {
            config,
            tables,
            dense,
            tagger,
            ranker,
            single,
            comparison,
            label_rows,
            compared,
        };
        // What is compiled in was tried when it was built: its digests are tests.
        if matches!(files.weights, Cow::Owned(_)) {
            weights.check_all_read()?;
            let damaged = "its weights are damaged, or not its own";
            if !model.gives_finite()? {
                let name = files.name(WEIGHTS);
                return Err(invalid_model(format!(
                    "{name} gives scores that are not finite: {damaged}"
                )));
            }
        }
        Ok(model)
    }

    /// Whether all that a short article goes through is finite.
    fn gives_finite(&self) -> Result<bool> {
        let [title, text] = PROBE;
        let encoded = self
            .tables
            .encode(Article::of(text, sentence::split(text), Some(title)), Wanted::ALL)?;
        let topics = match &self.tagger {
            Tagger::Head(head, _) => head.scores(&encoded.pooled),
            _ => Vec::new(),
        };
        let finite = topics.iter().all(|score| score.is_finite());
        Ok(finite && self.ranker.gives_finite(&encoded))
    }

    /// What gives the topics, for a digest.
    pub(crate) fn describe(&self) -> Described {
        match (&self.tagger, &self.dense) {
            (Tagger::Classifier(classifier), _) => classifier.describe(),
            (_, Some(dense)) => dense.described.clone(),
            (_, None) => {
                Described { engine: "embedded", model: self.config.name.clone(), device: None }
            }
        }
    }

    /// The labels that topics come from: the caller's own, where there are any.
    pub(crate) fn taxonomy(&self) -> &Taxonomy {
        self.tagger.taxonomy()
    }

    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] when the topics cannot be told for which 95 reports of a hundred
    /// are right; `own` says whether the labels are the caller's.
    pub(crate) fn check_precise(&self, own: bool) -> Result<()> {
        if self.tagger.has_precise_topics() {
            return Ok(());
        }
        let message = if own {
            "precise topics need the model's own labels, but others were given".to_owned()
        } else {
            format!("the model {} has no thresholds for precise topics", self.describe().model)
        };
        Err(Error::new(ErrorKind::InvalidOption, message))
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
                self.comparison.mean = heads.mean;
                self.comparison.config = heads.own_labels;
                self.comparison.dense_weighting = heads.head.config().pooling;
                self.tagger = Tagger::Head(heads.head, self.taxonomy().clone());
                // On teasers of one sentence, held out, the lexical ranker stays ahead.
                self.single = Some(std::mem::replace(&mut self.ranker, heads.ranker));
                described.model = heads.encoder;
            }
            None => {
                let zeros = Array1::zeros(encoder.dim());
                let config = OwnLabelsConfig::dense();
                self.comparison.mean = self.comparison.mean.with_dense(zeros, config.shares);
                self.comparison.config = config;
            }
        }
        let weighting = self.comparison.dense_weighting;
        self.dense = Some(Dense { encoder, described, weighting });
        self
    }

    /// The same model with the topics of a pretrained classifier.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn with_classifier(mut self, classifier: Arc<dyn Classifier>) -> Self {
        self.tagger = Tagger::Classifier(classifier);
        self
    }

    /// What heads stand on.
    #[cfg(feature = "pretrained")]
    pub(crate) fn base(&self) -> Base<'_> {
        Base {
            name: &self.config.name,
            tables: &self.tables,
            taxonomy: self.taxonomy(),
            importance: self.ranker.importance(),
            mean: &self.comparison.mean,
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
        // Before anything is read for labels that may be none.
        let taxonomy = OwnLabel::taxonomy(labels)?;
        if self.dense.is_none() {
            self.compared = self.label_rows.as_ref().map(Packed::unpacked);
        }
        let pooled_text = |text: String| {
            let article = Article::of(&text, sentence::split(&text), None);
            Ok(self.encode(article, Wanted::ALL)?.pooled)
        };
        let pooled = labels
            .iter()
            .map(|label| label.texts().map(pooled_text).collect())
            .collect::<Result<Vec<Vec<Pooled>>>>()?;
        let own = OwnLabels::new(labels, taxonomy, &pooled, &self.comparison);
        self.tagger = Tagger::OwnLabels(own);
        Ok(self)
    }

    /// The topics of an article.
    pub(crate) fn topics(&self, encoded: &Encoded<'_>, limits: Limits) -> Result<Topics> {
        self.tagger.topics(encoded, limits)
    }

    /// The vectors that [`topics`](Self::topics) reads.
    pub(crate) fn topics_read(&self) -> Wanted {
        self.tagger.reads()
    }

    /// What ranks sentences for a summary of this length.
    pub(crate) fn ranker(&self, length: Length) -> &Ranker {
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
        self.tables.topic.values()
    }

    /// The rows of the topic table that `text`, one sentence, adds up.
    pub(crate) fn topic_terms(&self, text: &str) -> Result<Vec<u32>> {
        Ok(self.tables.topic.terms(&self.tables.ids(text)?))
    }

    /// Whether the model can give topics to text in `language`; text whose language cannot be
    /// told gets the benefit of the doubt.
    pub(crate) fn speaks(&self, language: Option<&str>) -> bool {
        let known = &self.config.languages;
        // What a pretrained classifier speaks, its folder does not say.
        matches!(self.tagger, Tagger::Classifier(_))
            || known.is_empty()
            || language.is_none_or(|language| known.iter().any(|known| known == language))
    }

    /// The vectors of an article.
    pub(crate) fn encode<'t>(&self, article: Article<'t>, wanted: Wanted) -> Result<Encoded<'t>> {
        let mut encoded = self.tables.encode(article, wanted)?;
        if let Some(dense) = &self.dense {
            dense.add_to(&mut encoded)?;
        } else if let Some(rows) = self.compared.as_ref().filter(|_| wanted.topic) {
            self.tables.add_compared(&mut encoded, rows);
        }
        Ok(encoded)
    }

    /// The pretrained encoder, where there is one.
    pub(crate) fn encoder(&self) -> Option<&dyn SentenceEncoder> {
        self.dense.as_ref().map(|dense| &*dense.encoder)
    }

    /// The rarity of a word in small letters: its inverse document frequency in the training
    /// text; `None` when it is no word of the vocabulary.
    pub(crate) fn rarity(&self, word: &str) -> Option<f32> {
        let id = self.tables.tokenizer.id(word)?;
        self.ranker.importance().get(id as usize).copied()
    }
}

impl Dense {
    /// Adds the encoder's vectors of an article's sentences, and their weighted sum, title
    /// included.
    fn add_to(&self, encoded: &mut Encoded<'_>) -> Result<()> {
        let article = &encoded.article;
        let title = article.title.filter(|_| !encoded.title_ids.is_empty());
        let texts: Vec<&str> = article.sentences.iter().copied().chain(title).collect();
        let mut vectors = self.encoder.encode(&texts)?;
        debug_assert_eq!(vectors.dim(), (texts.len(), self.encoder.dim()), "a vector a text");
        let mut sum = Array1::zeros(self.encoder.dim());
        for (index, vector) in vectors.rows().into_iter().enumerate() {
            let is_title = index == article.len();
            let weight = if is_title { self.weighting.title } else { self.weighting.weight(index) };
            sum.scaled_add(weight, &vector);
        }
        vectors.slice_collapse(ndarray::s![..article.len(), ..]);
        encoded.pooled.dense = sum;
        encoded.dense_vectors = vectors;
        Ok(())
    }
}
