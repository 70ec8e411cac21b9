//! The rten engine's sentence vectors: the sentences of 500 Daily Mail articles, an article at a
//! time, from as many callers as there are threads. The bench `pretrained` has the rust-bert
//! engine and rust-bert's own pipeline on the same sentences; `INT8.md` sets them side by side.
//!
//! ```text
//! STANDFIRST_MINILM="$(scripts/minilm.sh)" cargo bench --features rten --bench rten
//! ```
//!
//! `--articles N` takes fewer articles, `--threads N` times one number of threads instead of 1 and
//! 2. What is timed is checked: one thread and two must give the same bits.

mod encoding;

use standfirst::topics::OwnLabel;
use standfirst::{Backend, Digester};

fn main() {
    let Some(asked) = encoding::Asked::read() else { return };
    let (sentences, articles) = (asked.sentences().len(), &asked.articles);
    let mut first: Option<Vec<Vec<f32>>> = None;
    for threads in asked.threads() {
        // Labels, so that an encoder without heads can be timed too.
        let labels = vec![OwnLabel::new("harbour", "ships and ports")];
        let builder = Digester::builder().model_folder(&asked.folder).backend(Backend::Rten);
        let digester = builder.labels(labels).threads(threads).build().expect("the model loads");
        println!("{threads} threads: loaded");
        let (vectors, seconds) = encoding::timed(&digester, articles, threads.get());
        println!(
            "{threads} threads: {:.0} sentences/s, {:.1} articles/s",
            sentences as f64 / seconds,
            articles.len() as f64 / seconds
        );
        let first = first.get_or_insert_with(|| vectors.clone());
        assert!(*first == vectors, "threads change the vectors");
    }
}
