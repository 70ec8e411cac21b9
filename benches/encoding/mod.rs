//! What the benches of sentence encoders share: what they are asked, the sentences, and how these
//! are handed over.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use standfirst::{Digester, sentence};
use standfirst_measure::articles::daily_mail;
use standfirst_measure::machine::machine;

/// Sentences that are read for the comparison: a longer one is cut by rust-bert's pipeline.
const MAX_CHARS: usize = 600;

/// Articles that are read unless `--articles` says otherwise.
const ARTICLES: usize = 500;

/// What a bench works on.
pub struct Asked {
    args: Vec<String>,
    /// The encoder's folder.
    pub folder: PathBuf,
    /// The sentences of each article.
    pub articles: Vec<Vec<String>>,
}

impl Asked {
    /// As the command line and `STANDFIRST_MINILM` say; `None`, and why, where something is missing.
    pub fn read() -> Option<Self> {
        let args: Vec<String> = std::env::args().collect();
        let Some(folder) = std::env::var_os("STANDFIRST_MINILM").map(PathBuf::from) else {
            println!("skipped: STANDFIRST_MINILM names no folder of all-MiniLM-L6-v2");
            return None;
        };
        let mut asked = Self { args, folder, articles: Vec::new() };
        let count = asked.after("--articles").map_or(ARTICLES, |n| n.parse().expect("a number"));
        let test = asked.args.iter().any(|arg| arg == "--test");
        let Some(articles) = articles(if test { 10 } else { count }) else {
            println!("skipped: the development data is not there");
            return None;
        };
        asked.articles = articles;
        let (sentences, articles) = (asked.sentences().len(), asked.articles.len());
        println!("workload: {sentences} sentences of {articles} Daily Mail articles");
        println!("machine: {}", machine());
        Some(asked)
    }

    /// What stands behind an option.
    pub fn after(&self, name: &str) -> Option<&str> {
        self.args.iter().skip_while(|arg| *arg != name).nth(1).map(String::as_str)
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> Vec<&str> {
        self.articles.iter().flatten().map(String::as_str).collect()
    }

    /// The numbers of threads to be timed.
    pub fn threads(&self) -> Vec<NonZeroUsize> {
        match self.after("--threads") {
            Some(count) => vec![count.parse().expect("a number above 0")],
            None => vec![NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(1)],
        }
    }
}

/// The vectors of all sentences, in order, and how long they took.
pub fn timed(
    digester: &Digester,
    articles: &[Vec<String>],
    callers: usize,
) -> (Vec<Vec<f32>>, f64) {
    let encoder = digester.encoder().expect("the model is a sentence encoder");
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let mut found: Vec<(usize, Vec<Vec<f32>>)> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..callers)
            .map(|_| {
                scope.spawn(|| {
                    let mut own = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(article) = articles.get(index) else { return own };
                        let texts: Vec<&str> = article.iter().map(String::as_str).collect();
                        own.push((index, encoder.encode(&texts).expect("it encodes")));
                    }
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().expect("no panic")).collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    found.sort_by_key(|(index, _)| *index);
    (found.into_iter().flat_map(|(_, vectors)| vectors).collect(), seconds)
}

/// The sentences of the first articles of the Daily Mail.
fn articles(count: usize) -> Option<Vec<Vec<String>>> {
    let sentences = |text: String| {
        let spans = sentence::split(&text);
        let texts = spans.iter().map(|span| span.of(&text).to_owned());
        texts.filter(|text| text.len() <= MAX_CHARS).collect()
    };
    Some(daily_mail(count)?.into_iter().map(sentences).collect())
}
