//! The wiring: input to row, in the order of the arrow.
//!
//! In: an [`Input`]. Out: a [`Digest`], or the error that says why there is none. Every step is a
//! plain function of its arguments in the file of its name; here is only their order, readable
//! on one screen, and the handle that holds the model.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::digest::{self, Digest, Failed, Row, SCHEMA};
use crate::engine::{Encoded, Model, Pretrained, ToWrite, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{Form, Input};
use crate::page::{self, Page, Reason, Removed};
use crate::span::Span;
use crate::summary::{self, Extract, Length};
use crate::topics::{Limits, OwnLabel, Reported, Taxonomy, Topics};
use crate::{keywords, language, sentence};

/// What to compute and how much of it to return.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How long a summary may be.
    pub length: Length,
    /// Whether sentences of a summary lose what they can be told without: datelines, asides in
    /// round brackets, and the day on which something was said. What is left is still verbatim,
    /// piece by piece: see [`digest::SummarySentence::pieces`]. Nobody's word becomes a fact by it:
    /// who says something stays.
    pub compress: bool,
    /// At most this many topics of level 1, each with its level 2; 0 returns none.
    pub max_topics: usize,
    /// Topics scored below this are left out, whatever their own thresholds say; `None` leaves it
    /// to those.
    pub min_score: Option<f32>,
    /// Whether to return only topics from the scores on at which 95 reports of a hundred were
    /// right on rows held out from training. Many articles are then left without one, and labels
    /// that no score makes so certain are never returned.
    pub precise: bool,
    /// Whether to return the score of every topic.
    pub all_scores: bool,
    /// At most this many keywords.
    pub max_keywords: usize,
}

/// The most topics of level 1 unless asked otherwise: editors give one to three.
pub const DEFAULT_MAX_TOPICS: usize = 3;

impl Default for Options {
    fn default() -> Self {
        Self {
            length: Length::default(),
            compress: false,
            max_topics: DEFAULT_MAX_TOPICS,
            min_score: None,
            precise: false,
            all_scores: false,
            max_keywords: keywords::DEFAULT_LIMIT,
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

/// What reads the folder of a pretrained model: see [`DigesterBuilder::engine`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Engine {
    /// rust-bert where the build has it, else rten.
    #[default]
    Auto,
    /// rust-bert and libtorch (feature `rust-bert`): models of every kind, in 32 bits.
    RustBert,
    /// rten (feature `rten`): sentence encoders of the BERT architecture, in 8 bits and on the
    /// CPU. Faster, and near the 32-bit vectors, not the same.
    Rten,
}

impl std::str::FromStr for Engine {
    type Err = Error;

    /// Reads `auto`, `rust-bert` or `rten`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "rust-bert" => Ok(Self::RustBert),
            "rten" => Ok(Self::Rten),
            _ => {
                let message = format!("{text:?} is no engine, expected auto, rust-bert or rten");
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
        }
    }
}

impl std::str::FromStr for Device {
    type Err = Error;

    /// Reads `cpu`, `auto`, `cuda` or `cuda:1`.
    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == "cpu" => Ok(Self::Cpu),
            None if text == "auto" => Ok(Self::Auto),
            None if text == "cuda" => Ok(Self::Cuda(0)),
            Some(("cuda", number)) if number.parse::<usize>().is_ok() => {
                Ok(Self::Cuda(number.parse().unwrap_or(0)))
            }
            _ => {
                let message = format!("{text:?} is no device, expected cpu, auto, cuda or cuda:N");
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
        }
    }
}

/// How abstracts are written and checked: see [`DigesterBuilder::summary_model_folder`].
#[derive(Debug, Clone, PartialEq)]
pub struct Abstracts {
    /// Abstracts kept at each step of the search, `1..=32`; 1 is the greedy choice.
    pub beams: usize,
    /// No run of so many tokens stands twice in an abstract; 0 allows all.
    pub no_repeat_ngram: usize,
    /// Whether a sentence that fails its check gives way to one taken from the article.
    pub grounded: bool,
}

impl Default for Abstracts {
    fn default() -> Self {
        Self { beams: 4, no_repeat_ngram: 3, grounded: false }
    }
}

/// Builds a [`Digester`].
#[derive(Debug, Clone, Default)]
pub struct DigesterBuilder {
    options: Options,
    folder: Option<PathBuf>,
    summary_folder: Option<PathBuf>,
    labels: Option<Vec<OwnLabel>>,
    abstracts: Abstracts,
    engine: Engine,
    device: Device,
    threads: Option<NonZeroUsize>,
}

impl DigesterBuilder {
    /// Takes the model from a folder instead of the crate.
    ///
    /// With the feature `rust-bert` the folder may also hold a checkpoint of the Hugging Face Hub:
    /// a sentence encoder, an entailment model (it then reads [`labels`](Self::labels), or IPTC's
    /// names, as hypotheses) or a classifier with labels of its own. The embedded model stays the
    /// lexical half: it splits, ranks sentences and finds keywords. With the feature `rten` it may
    /// be a sentence encoder, read without libtorch: see [`engine`](Self::engine).
    pub fn model_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Has summaries written by the pretrained summarizer in a folder (feature `rust-bert`)
    /// instead of taken from the article. Every sentence is then checked against the article:
    /// see [`digest::Summary`].
    pub fn summary_model_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.summary_folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Sets how abstracts are written and checked.
    pub fn abstracts(mut self, abstracts: Abstracts) -> Self {
        self.abstracts = abstracts;
        self
    }

    /// Sets what reads the folder of a pretrained [model](Self::model_folder): rust-bert where the
    /// build has it, else rten, unless asked otherwise. Summaries are always written by rust-bert.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Sets where pretrained models run; the CPU unless asked otherwise.
    pub fn device(mut self, device: Device) -> Self {
        self.device = device;
        self
    }

    /// Sets the CPU threads of pretrained models; one a core unless asked otherwise.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Tags with these labels instead of the model's own taxonomy.
    pub fn labels(mut self, labels: Vec<OwnLabel>) -> Self {
        self.labels = Some(labels);
        self
    }

    /// Sets what to compute.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Loads the model and checks the options.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when a folder is incomplete, damaged or does not fit together;
    /// [`ErrorKind::InvalidOption`] when an option is out of its range, a label is blank or stands
    /// twice, topics are to be [precise](Options::precise) and the labels are the caller's or the
    /// model has no thresholds for that, no model is named and the feature `embedded` is off, or a
    /// folder holds a pretrained model and the feature that could run it is off.
    pub fn build(self) -> Result<Digester> {
        let invalid = |message: &str| Err(Error::new(ErrorKind::InvalidOption, message));
        let Length { sentences, words, chars } = self.options.length;
        if [sentences, words, chars].contains(&Some(0)) {
            return invalid(
                "a summary's length must be at least 1 sentence, word or character, found 0",
            );
        }
        if self.options.min_score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
            return invalid("the minimum score must lie in 0.0..=1.0");
        }
        if !(1..=32).contains(&self.abstracts.beams) {
            return invalid("an abstract's beams must lie in 1..=32");
        }
        let pretrained =
            Pretrained { engine: self.engine, device: self.device, threads: self.threads };
        let labels = self.labels.as_deref();
        let model = match &self.folder {
            None => Model::embedded()?.with_own_labels(labels)?,
            Some(folder) if Model::is_own(folder)? => {
                Model::from_folder(folder)?.with_own_labels(labels)?
            }
            Some(folder) => pretrained.model(folder, labels)?,
        };
        if self.options.precise && !model.has_precise_topics() {
            let message = match labels {
                Some(_) => {
                    "precise topics need the model's own labels, but others were given".to_owned()
                }
                None => format!(
                    "the model {} has no thresholds for precise topics",
                    model.engine().model
                ),
            };
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let writer = match &self.summary_folder {
            None => None,
            Some(folder) => Some(pretrained.writer(folder, &self.abstracts)?),
        };
        let grounded = self.abstracts.grounded;
        Ok(Digester { model: Arc::new(model), writer, grounded, options: self.options })
    }
}

/// A loaded model and what to compute with it: cheap to clone, and shared by threads as it is.
///
/// ```
/// use standfirst::{Digester, Input};
///
/// let digester = Digester::new()?;
/// let digest = digester.digest(&Input::article(
///     "rates",
///     "The central bank raised interest rates by a quarter point on Thursday. \
///      Inflation has run above its target for two years. \
///      Lenders said that mortgages would cost more from Monday.",
/// ))?;
/// let article = &digest.articles[0];
/// assert_eq!(article.topics[0].label, "economy, business and finance");
/// assert!(article.summary.text.starts_with("The central bank raised interest rates"));
/// # Ok::<(), standfirst::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Digester {
    model: Arc<Model>,
    /// What writes abstracts, where one is asked for.
    writer: Option<Arc<dyn Writer>>,
    /// Whether a sentence of an abstract that fails its check gives way to an extracted one.
    grounded: bool,
    options: Options,
}

impl Digester {
    /// The embedded model with the default options.
    ///
    /// # Errors
    ///
    /// As [`DigesterBuilder::build`].
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// A builder with the embedded model and the default options.
    pub fn builder() -> DigesterBuilder {
        DigesterBuilder::default()
    }

    /// The labels that topics come from.
    pub fn taxonomy(&self) -> &Taxonomy {
        self.model.taxonomy()
    }

    /// Digests one input.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Empty`] when the input holds no text.
    pub fn digest(&self, input: &Input) -> Result<Digest> {
        let (extracted, mut page) = split(input);
        let text = extracted.as_deref().unwrap_or(input.text());
        if page.articles.is_empty() && page.removed.is_empty() {
            let message = format!("{} holds no text", input.id());
            return Err(Error::new(ErrorKind::Empty, message));
        }
        let titled = input.title().and_then(|_| longest(&page));
        if let Some(own) = titled.and_then(|index| page.articles.get(index)?.title) {
            page.removed.push(Removed { span: own, reason: Reason::ReplacedTitle });
            page.removed.sort_by_key(|removed| removed.span);
        }
        let articles = page.articles.iter().enumerate().map(|(index, article)| {
            let given = input.title().filter(|_| titled == Some(index));
            self.article(text, article, given)
        });
        Ok(Digest {
            schema: SCHEMA.to_owned(),
            id: input.id().to_owned(),
            source: input.source().map(str::to_owned),
            engine: self.engine(),
            articles: articles.collect::<Result<_>>()?,
            removed: page.removed,
            text: extracted,
        })
    }

    /// Digests inputs, in order; an input that fails is a row that says so.
    pub fn digest_batch(&self, inputs: &[Input]) -> Vec<Row> {
        inputs.iter().map(|input| self.row(input)).collect()
    }

    /// Digests a stream of inputs on `jobs` threads: one row an input, in the order of the
    /// inputs, with a bounded number of them in memory. An input that its reader could not read
    /// is passed on as the failed row that it is.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use standfirst::{Digester, Input};
    ///
    /// let digester = Digester::new()?;
    /// let inputs = ["Rain fell.", "", "Snow fell."].map(|text| Ok(Input::article(text, text)));
    /// let rows = digester.rows(inputs, NonZeroUsize::MIN);
    /// assert_eq!(rows.filter(|row| matches!(row, standfirst::digest::Row::Failed(_))).count(), 1);
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    pub fn rows<I>(&self, inputs: I, jobs: NonZeroUsize) -> Rows<'_, I::IntoIter>
    where
        I: IntoIterator<Item = Result<Input, Failed>>,
    {
        Rows { digester: self, inputs: inputs.into_iter(), jobs, crew: None }
    }

    /// The topics of one clean article, without the rest of a digest. Evidence spans are into
    /// `text`; none is reported where the model abstains.
    ///
    /// ```
    /// use standfirst::Digester;
    ///
    /// let text = "The goalkeeper saved two penalties. The cup stays with the home team.";
    /// let topics = Digester::new()?.tag(Some("Cup final goes to penalties"), text)?;
    /// assert_eq!(topics[0].label, "sport");
    /// assert!(topics[0].score > 0.9);
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the tokenizer of a model folder cannot encode the text;
    /// [`ErrorKind::Engine`] when a pretrained model fails on it.
    pub fn tag(&self, title: Option<&str>, text: &str) -> Result<Vec<digest::Topic>> {
        let paragraphs = paragraphs(text);
        let encoded = self.encode(text, &paragraphs, title)?;
        let language = language::of_article(text, &paragraphs, title);
        let topics = self.topics(title, text, &encoded, language)?;
        Ok(topics.reported.iter().map(|topic| self.topic(topic, &encoded)).collect())
    }

    /// The summary of one clean article, without the rest of a digest. Spans are into `text`.
    ///
    /// ```
    /// use standfirst::{Digester, summary::Length};
    ///
    /// let text = "The ferry is back. It crossed the lake on Sunday with two hundred people on board.";
    /// let length = Length { sentences: Some(1), words: None, chars: None };
    /// let summary = Digester::new()?.summarize(None, text, &length)?;
    /// let sentence = &summary.sentences[0];
    /// assert_eq!(sentence.text, text[sentence.start..sentence.end]);
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`tag`](Self::tag).
    pub fn summarize(
        &self,
        title: Option<&str>,
        text: &str,
        length: &Length,
    ) -> Result<digest::Summary> {
        let encoded = self.encode(text, &paragraphs(text), title)?;
        self.summary(title, text, &encoded, length)
    }

    /// The dense vectors of texts, one each, from the sentence encoder that the digester was built
    /// with: see [`DigesterBuilder::model_folder`]. A text is read whole, however long; a vector
    /// has length 1 where the encoder's folder asks for that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] when the model is no pretrained sentence encoder;
    /// [`ErrorKind::Engine`] when the encoder fails.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let vectors = self.model.embed(texts)?;
        Ok(vectors.rows().into_iter().map(|row| row.to_vec()).collect())
    }

    fn encode(&self, text: &str, paragraphs: &[Span], title: Option<&str>) -> Result<Encoded> {
        self.model.encode(text, &sentence::split_paragraphs(text, paragraphs), title)
    }

    /// The topics of an encoded article; none where the model does not know its language.
    fn topics(
        &self,
        title: Option<&str>,
        text: &str,
        encoded: &Encoded,
        language: Option<&str>,
    ) -> Result<Topics> {
        if !self.model.speaks(language) {
            return Ok(Topics::default());
        }
        let Options { max_topics: max_level1, min_score, precise, .. } = self.options;
        self.model.topics(title, text, encoded, Limits { max_level1, min_score, precise })
    }

    /// The summary of an encoded article: taken from it, or written.
    fn summary(
        &self,
        title: Option<&str>,
        text: &str,
        encoded: &Encoded,
        length: &Length,
    ) -> Result<digest::Summary> {
        let ranker = self.model.ranker(length);
        let extract = Extract { title, length, compress: self.options.compress };
        let Some(writer) = &self.writer else {
            return Ok(summary::summarize(ranker, text, encoded, extract));
        };
        let sentences: Vec<&str> = encoded.sentences.iter().map(|span| span.of(text)).collect();
        let ranked = summary::ranked(ranker, text, title, encoded);
        let article = ToWrite { title, sentences: &sentences, ranked: &ranked, length: *length };
        let written = writer.write(&article)?;
        let checked =
            summary::abstractive(text, title, encoded, &ranked, &written, length, self.grounded);
        // Where nothing that was written fits, what was taken is at least true.
        Ok(checked.unwrap_or_else(|| summary::summarize(ranker, text, encoded, extract)))
    }

    fn engine(&self) -> digest::Engine {
        let summary_model = self.writer.as_ref().map(|writer| writer.describe().model);
        digest::Engine { summary_model, ..self.model.engine() }
    }

    fn row_of(&self, input: Result<Input, Failed>) -> Row {
        match input {
            Ok(input) => self.row(&input),
            Err(failed) => Row::Failed(failed),
        }
    }

    fn row(&self, input: &Input) -> Row {
        match self.digest(input) {
            Ok(digest) => Row::Digest(digest),
            Err(error) => Row::Failed(Failed::of(input.id(), input.source(), &error)),
        }
    }

    /// The arrow, from an article's paragraphs to its digest.
    fn article(
        &self,
        text: &str,
        article: &page::Article,
        given_title: Option<&str>,
    ) -> Result<digest::Article> {
        let title = match (given_title, article.title) {
            (Some(given), _) => {
                Some(digest::Title { text: given.to_owned(), start: None, end: None })
            }
            (None, Some(span)) => Some(digest::Title {
                text: span.of(text).to_owned(),
                start: Some(span.start),
                end: Some(span.end),
            }),
            (None, None) => None,
        };
        let title_text = title.as_ref().map(|title| title.text.as_str());
        let language = language::of_article(text, &article.paragraphs, title_text);
        let encoded = self.encode(text, &article.paragraphs, title_text)?;
        let topics = self.topics(title_text, text, &encoded, language)?;
        let rarity = |word: &str| self.model.rarity(word);
        let keywords = keywords::extract(
            text,
            &encoded.sentences,
            title_text,
            rarity,
            self.options.max_keywords,
        );
        Ok(digest::Article {
            published: article.published.clone(),
            language: language.unwrap_or("und").to_owned(),
            paragraphs: article.paragraphs.clone(),
            truncated: article.truncated,
            topics: topics.reported.iter().map(|topic| self.topic(topic, &encoded)).collect(),
            abstained: topics.reported.is_empty() && self.options.max_topics > 0,
            scores: self.options.all_scores.then(|| self.all_scores(&topics)),
            keywords: keywords
                .into_iter()
                .map(|keyword| digest::Keyword::new(text, keyword))
                .collect(),
            summary: self.summary(title_text, text, &encoded, &self.options.length)?,
            title,
        })
    }

    fn topic(&self, topic: &Reported, encoded: &Encoded) -> digest::Topic {
        let label = self.taxonomy().labels().get(topic.label);
        let evidence = topic.evidence.iter().filter_map(|&(sentence, weight)| {
            let span = encoded.sentences.get(sentence)?;
            Some(digest::Evidence {
                start: span.start,
                end: span.end,
                weight: digest::rounded(weight),
            })
        });
        digest::Topic {
            code: label.map_or_else(String::new, |label| label.code.clone()),
            label: label.map_or_else(String::new, |label| label.name.clone()),
            level: label.map_or(1, |label| label.level()),
            score: digest::rounded(topic.score),
            evidence: evidence.collect(),
        }
    }

    fn all_scores(&self, topics: &Topics) -> BTreeMap<String, f32> {
        let codes = self.taxonomy().labels().iter().map(|label| label.code.clone());
        codes.zip(topics.scores.iter().map(|&score| digest::rounded(score))).collect()
    }
}

/// The page of an input, and the text that its spans point into where that is not the input's.
fn split(input: &Input) -> (Option<String>, Page) {
    match (input.form(), input.is_whole()) {
        (Form::Text, false) => (None, page::split(input.text())),
        (Form::Text, true) => (None, page::whole(input.text())),
        #[cfg(feature = "html")]
        (Form::Html, whole) => {
            let (text, page) = page::split_html(input.text());
            let page = if whole { page::whole(&text) } else { page };
            (Some(text), page)
        }
    }
}

/// The paragraphs of a clean article.
fn paragraphs(text: &str) -> Vec<Span> {
    page::whole(text).articles.into_iter().flat_map(|article| article.paragraphs).collect()
}

/// The index of the article with the longest body, the first of equals.
fn longest(page: &Page) -> Option<usize> {
    let length =
        |article: &page::Article| article.paragraphs.iter().map(|span| span.len()).sum::<usize>();
    let indices = page.articles.iter().enumerate();
    indices.rev().max_by_key(|(_, article)| length(article)).map(|(index, _)| index)
}

/// Rows in the order of their inputs, computed on several threads: see [`Digester::rows`].
#[derive(Debug)]
pub struct Rows<'a, I> {
    digester: &'a Digester,
    inputs: I,
    jobs: NonZeroUsize,
    /// The other threads, once the first row was asked for; none where one job is all.
    crew: Option<Crew>,
}

/// Inputs of a thread that wait or are done: enough that none waits for the next to be read, nor
/// for a slow one to be handed out.
const INPUTS_A_JOB: usize = 32;

impl<I: Iterator<Item = Result<Input, Failed>>> Iterator for Rows<'_, I> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.jobs.get() == 1 {
            return self.inputs.next().map(|input| self.digester.row_of(input));
        }
        let crew = self.crew.get_or_insert_with(|| Crew::start(self.digester, self.jobs));
        while crew.taken - crew.given < self.jobs.get() * INPUTS_A_JOB
            && let Some(input) = self.inputs.next()
        {
            crew.take(input);
        }
        crew.give(self.digester)
    }
}

/// An input and its place in the stream.
type Numbered = (usize, Result<Input, Failed>);

/// Threads that turn inputs into rows beside the one that asks for them, and the rows that are
/// done before their turn.
#[derive(Debug)]
struct Crew {
    queue: Arc<Queue>,
    rows: Receiver<(usize, std::thread::Result<Row>)>,
    threads: Vec<JoinHandle<()>>,
    done: BTreeMap<usize, Row>,
    /// How many inputs went in, and how many rows were handed out.
    taken: usize,
    given: usize,
}

/// Inputs that nobody works on yet; `None` when the threads may go home.
#[derive(Debug)]
struct Queue {
    inputs: Mutex<Option<VecDeque<Numbered>>>,
    grown: Condvar,
}

impl Queue {
    /// The next input, as soon as there is one; `None` when the threads may go home.
    fn wait(&self) -> Option<Numbered> {
        let mut inputs = self.inputs();
        loop {
            if let Some(next) = inputs.as_mut()?.pop_front() {
                return Some(next);
            }
            inputs = self.grown.wait(inputs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn inputs(&self) -> MutexGuard<'_, Option<VecDeque<Numbered>>> {
        self.inputs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crew {
    fn start(digester: &Digester, jobs: NonZeroUsize) -> Self {
        let queue =
            Arc::new(Queue { inputs: Mutex::new(Some(VecDeque::new())), grown: Condvar::new() });
        let (results, rows) = mpsc::channel();
        let threads = (1..jobs.get())
            .map(|_| {
                let (digester, queue, results) = (digester.clone(), queue.clone(), results.clone());
                std::thread::spawn(move || {
                    while let Some((number, input)) = queue.wait() {
                        let row = catch_unwind(AssertUnwindSafe(|| digester.row_of(input)));
                        if results.send((number, row)).is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        Self { queue, rows, threads, done: BTreeMap::new(), taken: 0, given: 0 }
    }

    fn take(&mut self, input: Result<Input, Failed>) {
        if let Some(inputs) = self.queue.inputs().as_mut() {
            inputs.push_back((self.taken, input));
            self.taken += 1;
        }
        self.queue.grown.notify_one();
    }

    /// The next row in order; `None` when all that went in came out. Who waits for it works.
    fn give(&mut self, digester: &Digester) -> Option<Row> {
        while self.given < self.taken {
            while let Ok((number, row)) = self.rows.try_recv() {
                self.keep(number, row);
            }
            if let Some(row) = self.done.remove(&self.given) {
                self.given += 1;
                return Some(row);
            }
            let next = self.queue.inputs().as_mut().and_then(VecDeque::pop_front);
            match next {
                Some((number, input)) => {
                    self.done.insert(number, digester.row_of(input));
                }
                None => {
                    let (number, row) = self.rows.recv().ok()?;
                    self.keep(number, row);
                }
            }
        }
        None
    }

    /// A panic goes on here, as it would have on one thread.
    fn keep(&mut self, number: usize, row: std::thread::Result<Row>) {
        match row {
            Ok(row) => self.done.insert(number, row),
            Err(panic) => resume_unwind(panic),
        };
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        // What nobody waits for any more is not worth computing.
        *self.queue.inputs() = None;
        self.queue.grown.notify_all();
        for thread in self.threads.drain(..) {
            // No panic leaves a thread.
            let _ = thread.join();
        }
    }
}
