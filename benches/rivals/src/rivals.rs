//! The rivals: each from its crate's documented entry point, with its defaults.
//!
//! In: an article. Out: what the rival says of it, and how much that is, so that a pass can be
//! checked. Those that summarize are asked for three sentences.

use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use clap::ValueEnum;
use model2vec_rs::model::StaticModel;
use serde::{Deserialize, Serialize};
use standfirst::digest::{Digest, Summary, Topic};
use standfirst::summary::Length;
use standfirst::{Digester, Input, sentence};
use tokenizers::Tokenizer;

use crate::Article;

/// Sentences of a summary.
pub const SENTENCES: usize = 3;
const KEYWORDS: usize = 10;

/// One rival, ready to be asked.
pub type Rival = Box<dyn Fn(&Article) -> Result<Answer>>;

/// What a rival says of an article.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The sentences of its summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Vec<String>>,
    /// Codes of topics of level 1, best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<String>>,
    /// How much came out, in [`Name::unit`]; 0 is no answer.
    #[serde(skip)]
    pub amount: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Name {
    StandfirstDigest,
    StandfirstSummarize,
    StandfirstTag,
    Summary,
    SimpleSummarize,
    Pithy,
    Rake,
    YakeRust,
    Model2vecRs,
    Tokenizers,
}

impl Name {
    /// What [`Answer::amount`] counts.
    pub fn unit(self) -> &'static str {
        match self {
            Self::StandfirstDigest => "bytes of JSON",
            Self::StandfirstTag => "topics",
            Self::StandfirstSummarize | Self::Summary | Self::SimpleSummarize | Self::Pithy => {
                "sentences"
            }
            Self::Rake | Self::YakeRust => "keywords",
            Self::Model2vecRs => "vectors",
            Self::Tokenizers => "tokens",
        }
    }

    /// Whether it is given sentences that were split beforehand.
    pub fn takes_sentences(self) -> bool {
        self == Self::Model2vecRs
    }

    /// Whether it gives topics.
    pub fn topics(self) -> bool {
        matches!(self, Self::StandfirstDigest | Self::StandfirstTag)
    }

    /// Loads what the rival needs.
    pub fn load(self, minilm: Option<&Path>, model2vec: Option<&Path>) -> Result<Rival> {
        Ok(match self {
            Self::StandfirstDigest => standfirst_digest(Digester::new()?),
            Self::StandfirstSummarize => standfirst_summarize(Digester::new()?),
            Self::StandfirstTag => standfirst_tag(Digester::new()?),
            Self::Summary => summary(),
            Self::SimpleSummarize => Box::new(simple_summarize),
            Self::Pithy => Box::new(pithy),
            Self::Rake => rake(),
            Self::YakeRust => yake(),
            Self::Model2vecRs => model2vec_rs(model2vec.context("--model2vec is not given")?)?,
            Self::Tokenizers => tokenizers(minilm.context("--minilm is not given")?)?,
        })
    }
}

/// Everything: the page split, topics with evidence, summary, keywords, and the row as JSON.
///
/// An article that comes with its title is no page.
fn standfirst_digest(digester: Digester) -> Rival {
    Box::new(move |article| {
        let text = article.text.as_str();
        let input = if article.title.is_empty() {
            Input::page(&article.id, text)
        } else {
            Input::article(&article.id, text).with_title(&article.title)
        };
        let digest: Digest = digester.digest(&input)?;
        let json = serde_json::to_string(&digest)?;
        let Some(first) = digest.articles.first() else { return Ok(Answer::default()) };
        let (summary, topics) = (first.summary.as_ref().map(sentences), level1(&first.topics));
        Ok(Answer { summary, topics: Some(topics), amount: json.len() })
    })
}

fn standfirst_summarize(digester: Digester) -> Rival {
    let length = Length::of_sentences(SENTENCES);
    Box::new(move |article| {
        let summary = digester.summarize(None, &article.text, length)?;
        Ok(summarized(sentences(&summary)))
    })
}

fn standfirst_tag(digester: Digester) -> Rival {
    Box::new(move |article| {
        let title = Some(article.title.as_str()).filter(|title| !title.is_empty());
        let topics = digester.tag(title, &article.text)?;
        Ok(Answer { summary: None, topics: Some(level1(&topics)), amount: topics.len() })
    })
}

fn sentences(summary: &Summary) -> Vec<String> {
    summary.sentences.iter().map(|sentence| sentence.text.clone()).collect()
}

fn level1(topics: &[Topic]) -> Vec<String> {
    let level1 = topics.iter().filter(|topic| topic.level == 1);
    level1.map(|topic| topic.code.clone()).collect()
}

fn summarized(sentences: Vec<String>) -> Answer {
    let amount = sentences.iter().filter(|sentence| !sentence.trim().is_empty()).count();
    Answer { summary: Some(sentences), topics: None, amount }
}

fn summary() -> Rival {
    let summarizer = summary::Summarizer::new(summary::Language::English);
    let most = NonZeroU32::new(SENTENCES as u32).expect("not zero");
    Box::new(move |article| {
        let sentences = summarizer.summarize_sentences(&article.text, most);
        Ok(summarized(sentences.into_iter().map(str::to_owned).collect()))
    })
}

/// It takes a share to leave out, not a number of sentences, and then keeps up to 1.4 times what
/// is left where words repeat much, as in news they do: it is asked for what gives three then.
fn simple_summarize(article: &Article) -> Result<Answer> {
    const MOST_KEPT: f32 = 1.4;
    let all = simple_summarize::split_sentences(&article.text).len();
    // Half a sentence less, because it rounds up.
    let cut = 1.0 - (SENTENCES as f32 - 0.5) / MOST_KEPT / all.max(SENTENCES) as f32;
    let report = simple_summarize::summarize_text(&article.text, cut)
        .map_err(|cause| anyhow!("simple-summarize: {cause}"))?;
    Ok(summarized(report.summary.lines().map(str::to_owned).collect()))
}

/// As its command line calls it.
fn pithy(article: &Article) -> Result<Answer> {
    const SHORTEST: usize = 30;
    const LONGEST: usize = 1500;
    const LENGTH_PENALTY: f32 = 0.6;
    const DENSITY: f32 = 3.0;
    let mut summariser = pithy::Summariser::new();
    let (name, text) = (article.id.clone(), article.text.clone());
    summariser.add_raw_text(name.clone(), text, ". ", SHORTEST, LONGEST, false);
    let mut best = summariser.top_sentences(
        SENTENCES,
        false,
        None,
        false,
        LENGTH_PENALTY,
        false,
        DENSITY,
        None,
        None,
        false,
        name,
    );
    best.sort_by_key(|sentence| sentence.index);
    Ok(summarized(best.into_iter().map(|sentence| sentence.text).collect()))
}

fn rake() -> Rival {
    let stop_words: std::collections::HashSet<String> = stop_words().into_iter().collect();
    let rake = rake::Rake::new(stop_words.into());
    Box::new(move |article| {
        let mut keywords = rake.run(&article.text);
        keywords.truncate(KEYWORDS);
        let finite = keywords.iter().filter(|keyword| keyword.score.is_finite()).count();
        Ok(Answer { amount: finite, ..Answer::default() })
    })
}

fn yake() -> Rival {
    let stop_words = yake_rust::StopWords::custom(stop_words().into_iter().collect());
    let config = yake_rust::Config::default();
    Box::new(move |article| {
        let keywords = yake_rust::get_n_best(KEYWORDS, &article.text, &stop_words, &config);
        let finite = keywords.iter().filter(|keyword| keyword.score.is_finite()).count();
        Ok(Answer { amount: finite, ..Answer::default() })
    })
}

fn stop_words() -> Vec<String> {
    stop_words::get("en")
}

fn model2vec_rs(folder: &Path) -> Result<Rival> {
    let model = StaticModel::from_pretrained(folder, None, None, None)?;
    Ok(Box::new(move |article| {
        let vectors = model.encode(&article.sentences);
        ensure!(vectors.len() == article.sentences.len(), "a vector a sentence");
        ensure!(vectors.iter().flatten().all(|value| value.is_finite()), "finite numbers");
        Ok(Answer { amount: vectors.len(), ..Answer::default() })
    }))
}

/// The sentences of an article, in place of its text.
pub fn to_sentences(article: &mut Article) {
    let text = std::mem::take(&mut article.text);
    article.sentences =
        sentence::split(&text).iter().map(|span| span.of(&text).to_owned()).collect();
}

fn tokenizers(folder: &Path) -> Result<Rival> {
    let file = folder.join("tokenizer.json");
    let failed = |cause| anyhow!("{}: {cause}", file.display());
    let mut tokenizer = Tokenizer::from_file(&file).map_err(failed)?;
    // The whole text, as it is.
    tokenizer.with_padding(None).with_truncation(None).map_err(failed)?;
    Ok(Box::new(move |article| {
        let encoding =
            tokenizer.encode_fast(article.text.as_str(), false).map_err(|cause| anyhow!(cause))?;
        Ok(Answer { amount: encoding.len(), ..Answer::default() })
    }))
}
