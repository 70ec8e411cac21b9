//! The pipeline: input to row, in the order of the arrow.
//!
//! In: an [`Input`]. Out: a [`Digest`], or the error that says why there is none. Every step is a
//! plain function of its arguments in the file of its name; here is only their order, and the
//! handle that holds the model.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::abstracts;
use crate::article::Article;
use crate::deadline::Deadline;
use crate::digest::{
    self, Abstention, Author, Deck, Digest, Failed, Provenance, Row, Schema, Title,
};
use crate::error::{Error, ErrorKind, Result};
use crate::input::Input;
use crate::keywords::{self, Keyword};
use crate::model::Model;
use crate::model::folder::Files;
use crate::model::seams::{Described, SentenceEncoder, Writer};
use crate::offsets::OffsetMap;
use crate::options::{Backend, Device, Options, SummaryOptions, TopicOptions};
use crate::page::{self, NoArticle, Section};
use crate::pretrained::Pretrained;
use crate::summary::{Length, Ranking, Summary, Words};
use crate::topics::{OwnLabel, Taxonomy, Topic, Topics};
use crate::train::TrainedModel;
use crate::vectors::{Encoded, Wanted};
use crate::workers::Ordered;

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
/// let summary = article.summary.as_ref().unwrap();
/// assert!(summary.text.starts_with("The central bank raised interest rates"));
/// # Ok::<(), standfirst::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Digester {
    model: Arc<Model>,
    /// What writes abstracts, where one is asked for.
    writer: Option<Arc<dyn Writer>>,
    options: Arc<Options>,
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

    /// What is computed.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Digests one input.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Empty`] when the input holds no text (a document that has markup without any is a
    /// digest without articles, which says so); [`ErrorKind::TooLarge`] when it has more
    /// bytes than [`Options::max_bytes`]; [`ErrorKind::TimedOut`] when it is not done by
    /// [`Options::deadline`]; [`ErrorKind::InvalidModel`] when the tokenizer of a model
    /// folder cannot encode it; [`ErrorKind::Engine`] when a pretrained model fails on it.
    pub fn digest(&self, input: &Input) -> Result<Digest> {
        self.check_size(input.id(), input.text())?;
        let deadline = Deadline::start(self.options.deadline);
        let (extracted, mut page) = page::of_input(input);
        let text = extracted.as_deref().unwrap_or(input.text());
        if text.is_empty() && !input.text().trim().is_empty() {
            // A document without text: its scripts, if it has any, may hold some.
            let scripts = input.text().contains("<script");
            let why = if scripts { NoArticle::ScriptOnly } else { NoArticle::NoText };
            page.no_article = Some(why);
        } else if page.is_empty() {
            return Err(Error::new(ErrorKind::Empty, format!("{} holds no text", input.id())));
        }
        let on_time = || deadline.check(input.id());
        let titled = input.title().and_then(|_| page.replace_title());
        let articles = page.articles.iter().enumerate().map(|(index, section)| {
            let given = input.title().filter(|_| titled == Some(index));
            self.article(&self.options, text, section, given, &on_time)
        });
        let mut digest = Digest {
            schema: Schema,
            id: input.id().to_owned(),
            source: input.source().map(str::to_owned),
            engine: self.provenance(),
            encoding: input.encoding().cloned(),
            offsets: Default::default(),
            articles: articles.collect::<Result<_>>()?,
            no_article: page.no_article,
            removed: page.removed,
            text: None,
        };
        digest.count(self.options.offsets, text);
        let decoded = || input.encoding().map(|_| input.text().to_owned());
        digest.text = extracted.or_else(decoded);
        Ok(digest)
    }

    /// Digests one input; one that fails is a row that says so.
    pub fn row(&self, input: &Input) -> Row {
        match self.digest(input) {
            Ok(digest) => Row::Digest(digest),
            Err(error) => Row::Failed(Failed::from_error(input.id(), input.source(), &error)),
        }
    }

    /// Digests a stream of inputs on `jobs` threads: one row an input, in the order of the inputs,
    /// each handed out as soon as it and those before it are done, with a bounded number of inputs,
    /// and of their bytes, read ahead: 32 and 16 MiB a thread, and one more. An input that its reader could not read is passed on as the failed row that it
    /// is.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use standfirst::{Digester, Input};
    ///
    /// let digester = Digester::new()?;
    /// let inputs = ["Rain fell.", "", "Snow fell."].map(|text| Ok(Input::article(text, text)));
    /// let jobs = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    /// let ids: Vec<String> = digester.rows(inputs, jobs).map(|row| row.id().to_owned()).collect();
    /// assert_eq!(ids, ["Rain fell.", "", "Snow fell."]);
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    pub fn rows<I>(&self, inputs: I, jobs: NonZeroUsize) -> Rows<I::IntoIter>
    where
        I: IntoIterator<Item = Result<Input, Failed>>,
        I::IntoIter: Send + 'static,
    {
        let digester = self.clone();
        let row = move |input: Result<Input, Failed>| match input {
            Ok(input) => digester.row(&input),
            Err(failed) => Row::Failed(failed),
        };
        let bytes =
            |input: &Result<Input, Failed>| input.as_ref().map_or(0, |input| input.text().len());
        Rows(Ordered::new(inputs.into_iter(), jobs.get(), bytes, row))
    }

    /// The topics of one clean article, without the rest of a digest, whatever else the options ask
    /// for. Evidence is into `text`; there is no topic where the model abstains.
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
    /// As [`digest`](Self::digest).
    pub fn tag(&self, title: Option<&str>, text: &str) -> Result<Vec<Topic>> {
        let options = self.options.topics.clone().unwrap_or_default();
        let found = self.alone(title, text, Options::only().with_topics(options))?;
        Ok(found.topics)
    }

    /// The keywords of one clean article, without the rest of a digest.
    ///
    /// ```
    /// use standfirst::Digester;
    ///
    /// let text = "The tidal barrier failed on Monday. The tidal barrier will reopen in May.";
    /// let keywords = Digester::new()?.keywords(None, text)?;
    /// assert_eq!(keywords[0].text, "tidal barrier");
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`digest`](Self::digest).
    pub fn keywords(&self, title: Option<&str>, text: &str) -> Result<Vec<Keyword>> {
        let options = self.options.keywords.clone().unwrap_or_default();
        let found = self.alone(title, text, Options::only().with_keywords(options))?;
        Ok(found.keywords)
    }

    /// What may be keywords of an article, for the training recipe: no part of the API.
    #[cfg(feature = "_recipe")]
    #[doc(hidden)]
    pub fn keyword_candidates(&self, title: Option<&str>, text: &str) -> Vec<keywords::Described> {
        let paragraphs = [crate::span::Span::new(0, text.len())];
        let article = Article::read(text, &paragraphs, title);
        keywords::describe(&article, |word| self.model.rarity(word))
    }

    /// The summary of one clean article, without the rest of a digest. Spans are into `text`.
    ///
    /// ```
    /// use standfirst::{Digester, summary::Length};
    ///
    /// let text = "The ferry is back. It crossed the lake on Sunday with two hundred people on board.";
    /// let summary = Digester::new()?.summarize(None, text, Length::of_sentences(1))?;
    /// let sentence = &summary.sentences[0];
    /// assert_eq!(sentence.text, sentence.span.of(text));
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`digest`](Self::digest); [`ErrorKind::InvalidOption`] for a length of 0.
    pub fn summarize(&self, title: Option<&str>, text: &str, length: Length) -> Result<Summary> {
        length.check()?;
        let options = self.options.summary.clone().unwrap_or_default().with_length(length);
        let found = self.alone(title, text, Options::only().with_summary(options))?;
        // Asked for, it is there.
        Ok(found.summary.unwrap_or_else(Summary::empty))
    }

    /// The sentence encoder that the digester was built with: see
    /// [`DigesterBuilder::model_folder`]. The embedded model is none.
    pub fn encoder(&self) -> Option<Encoder<'_>> {
        self.model.encoder().map(Encoder)
    }

    fn check_size(&self, id: &str, text: &str) -> Result<()> {
        let (found, most) = (text.len(), self.options.max_bytes);
        if found <= most {
            return Ok(());
        }
        let message = format!("{id} has {found} bytes, more than max_bytes, which is {most}");
        Err(Error::new(ErrorKind::TooLarge, message))
    }

    fn provenance(&self) -> Provenance {
        let Described { engine, model, device } = self.model.describe();
        let summary_model = self.writer.as_ref().map(|writer| writer.describe().model);
        Provenance { name: engine.to_owned(), model, device, summary_model }
    }

    /// What `options` ask for of one clean article; a blank title is none.
    fn alone(&self, title: Option<&str>, text: &str, options: Options) -> Result<digest::Article> {
        let title = title.map(str::trim).filter(|title| !title.is_empty());
        self.check_size("the text", text)?;
        let deadline = Deadline::start(self.options.deadline);
        let page = page::whole(text);
        let Some(section) = page.articles.first() else {
            return Err(Error::new(ErrorKind::Empty, "the text holds no text"));
        };
        let mut found =
            self.article(&options, text, section, title, &|| deadline.check("the text"))?;
        found.count(&OffsetMap::new(text, self.options.offsets));
        Ok(found)
    }

    /// The arrow, from an article's paragraphs to its digest; `on_time` fails once there is no time left.
    fn article(
        &self,
        options: &Options,
        text: &str,
        section: &Section,
        given: Option<&str>,
        on_time: &dyn Fn() -> Result<()>,
    ) -> Result<digest::Article> {
        on_time()?;
        let title = match given {
            Some(given) => Some(Title::new(given, None)),
            None => section.title.map(|span| Title::new(span.of(text), Some(span))),
        };
        let title_text = title.as_ref().map(|title| title.text.as_str());
        let article = Article::read(text, &section.paragraphs, title_text);
        let language = article.language;
        on_time()?;
        let encoded = self.model.encode(article, self.wanted(options))?;
        on_time()?;
        let (topics, abstained) = self.topics(options.topics.as_ref(), &encoded, language)?;
        let scores = options.topics.as_ref().is_some_and(|topics| topics.all_scores);
        let rarity = |word: &str| self.model.rarity(word);
        let keywords = options.keywords.as_ref();
        let keywords = keywords.map(|it| keywords::extract(&encoded.article, rarity, it.max));
        on_time()?;
        let summary = options.summary.as_ref().map(|options| self.summary(options, &encoded));
        let mut found = digest::Article {
            deck: section.deck.map(|span| Deck::new(span.of(text), span)),
            authors: section.authors.iter().map(|span| Author::new(span.of(text), *span)).collect(),
            site: section.site.clone(),
            text_from: section.text_from,
            published: section.published.clone(),
            published_from: section.published_from,
            modified: section.modified.clone(),
            modified_from: section.modified_from,
            language: language.unwrap_or("und").to_owned(),
            paragraphs: section.paragraphs.clone(),
            text: None,
            truncated: section.truncated,
            scores: scores.then(|| topics.by_code(self.taxonomy())),
            topics: topics.reported,
            abstained: abstained.is_some(),
            abstained_because: abstained,
            keywords: keywords.unwrap_or_default(),
            summary: summary.transpose()?,
            title,
        };
        found.text = options.keep_text.then(|| found.body(text));
        Ok(found)
    }

    /// The vectors that somebody is going to read.
    fn wanted(&self, options: &Options) -> Wanted {
        let nothing = Wanted { topic: false, rank: false };
        let topics = options.topics.as_ref().map_or(nothing, |_| self.model.topics_read());
        Wanted { rank: topics.rank || options.summary.is_some(), ..topics }
    }

    /// The topics of an encoded article, and why there are none where they were asked for.
    fn topics(
        &self,
        options: Option<&TopicOptions>,
        encoded: &Encoded<'_>,
        language: Option<&str>,
    ) -> Result<(Topics, Option<Abstention>)> {
        let Some(options) = options else { return Ok((Topics::default(), None)) };
        if !self.model.speaks(language) {
            let because = (options.max > 0).then_some(Abstention::Language);
            return Ok((Topics::default(), because));
        }
        let topics = self.model.topics(encoded, options.limits())?;
        let because = match topics.reported.is_empty() && options.max > 0 {
            false => None,
            true if encoded.is_empty() => Some(Abstention::TooShort),
            true => Some(Abstention::Uncertain),
        };
        Ok((topics, because))
    }

    /// The summary of an encoded article: taken from it, or written.
    fn summary(&self, options: &SummaryOptions, encoded: &Encoded<'_>) -> Result<Summary> {
        let length = options.length;
        let ranker = self.model.ranker(length);
        let words = Words::of(encoded, ranker.importance());
        let ranking =
            Ranking::new(ranker, encoded, &words, self.model.speaks(encoded.article.language));
        if let Some(writer) = &self.writer {
            let order = ranking.order();
            let written = abstracts::write(&**writer, encoded, &order, length, &options.abstracts)?;
            // Where nothing that was written fits, what is taken is at least true.
            if let Some(written) = written {
                return Ok(Summary { one: ranking.one(options.compress), ..written });
            }
        }
        Ok(ranking.extract(length, options.compress, options.considered))
    }
}

/// A pretrained sentence encoder: see [`Digester::encoder`].
#[derive(Debug, Clone, Copy)]
pub struct Encoder<'a>(&'a dyn SentenceEncoder);

impl Encoder<'_> {
    /// The length of a vector.
    pub fn dim(&self) -> usize {
        self.0.dim()
    }

    /// The vectors of texts, one each, of [`dim`](Self::dim) values. A text is read whole, however
    /// long; a vector has length 1 where the encoder's folder asks for that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Engine`] when the encoder fails.
    pub fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let vectors = self.0.encode(texts)?;
        Ok(vectors.rows().into_iter().map(|row| row.to_vec()).collect())
    }
}

/// Rows in the order of their inputs, computed on several threads: see [`Digester::rows`].
#[derive(Debug)]
pub struct Rows<I: Iterator>(Ordered<I, Row>);

impl<I> Iterator for Rows<I>
where
    I: Iterator<Item = Result<Input, Failed>> + Send + 'static,
{
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// Builds a [`Digester`].
///
/// ```
/// use standfirst::{Digester, ErrorKind, Options, TopicOptions};
///
/// let options = Options::default().with_topics(TopicOptions::default().with_min_score(1.5));
/// let error = Digester::builder().options(options).build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidOption);
/// assert_eq!(error.to_string(), "the minimum score must lie in 0.0..=1.0");
/// ```
#[derive(Debug, Clone, Default)]
pub struct DigesterBuilder {
    options: Options,
    source: ModelSource,
    summary_folder: Option<PathBuf>,
    labels: Option<Vec<OwnLabel>>,
    backend: Backend,
    device: Device,
    threads: Option<NonZeroUsize>,
}

/// Where a builder takes its model from.
#[derive(Debug, Clone, Default)]
enum ModelSource {
    #[default]
    Embedded,
    Folder(PathBuf),
    Files(Arc<Files>),
}

impl TrainedModel {
    /// A builder with this model, from memory, and the default options.
    pub fn digester(&self) -> DigesterBuilder {
        DigesterBuilder { source: ModelSource::Files(self.shared_files()), ..Default::default() }
    }
}

impl DigesterBuilder {
    /// Takes the model from a folder instead of the crate.
    ///
    /// With the feature `rust-bert` the folder may also hold a checkpoint of the Hugging Face Hub:
    /// a sentence encoder, an entailment model (it then reads [`labels`](Self::labels), or IPTC's
    /// names, as hypotheses) or a classifier with labels of its own. The embedded model stays the
    /// lexical half: it splits, ranks sentences and finds keywords. With the feature `rten` it may
    /// be a sentence encoder, read without libtorch: see [`backend`](Self::backend).
    pub fn model_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.source = ModelSource::Folder(folder.as_ref().to_owned());
        self
    }

    /// Has summaries written by the pretrained summarizer in a folder (feature `rust-bert`)
    /// instead of taken from the article. Every sentence is then checked against the article: see
    /// [`Summary`].
    pub fn summary_model_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.summary_folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Sets what reads the folder of a pretrained [model](Self::model_folder): rust-bert where the
    /// build has it, else rten, unless asked otherwise. Summaries are always written by rust-bert.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
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
    /// twice, topics are to be [precise](TopicOptions::precise) and the labels are the caller's or
    /// the model has no thresholds for that, no model is named and the feature `embedded` is off, a
    /// backend or device is named that this build does not have, or a folder holds a pretrained
    /// model and the feature that could run it is off.
    pub fn build(self) -> Result<Digester> {
        let Self { options, source, summary_folder, labels, backend, device, threads } = self;
        options.check()?;
        let pretrained = Pretrained { backend, device, threads };
        pretrained.check()?;
        let labels = labels.as_deref();
        let model = match &source {
            ModelSource::Embedded => Model::embedded()?.with_own_labels(labels)?,
            ModelSource::Files(files) => Model::load(files)?.with_own_labels(labels)?,
            ModelSource::Folder(folder) if Model::is_own(folder)? => {
                Model::from_folder(folder)?.with_own_labels(labels)?
            }
            ModelSource::Folder(folder) => pretrained.model(folder, labels)?,
        };
        if options.topics.as_ref().is_some_and(|topics| topics.precise) {
            model.check_precise(labels.is_some())?;
        }
        let abstracts = options.summary.clone().unwrap_or_default().abstracts;
        let writer = summary_folder.map(|folder| pretrained.writer(&folder, &abstracts));
        let (model, options) = (Arc::new(model), Arc::new(options));
        Ok(Digester { model, writer: writer.transpose()?, options })
    }
}
