//! What the benches of sentence encoders share: the sentences, and how they are handed over.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use standfirst::{Digester, sentence};

use crate::common;

/// Sentences that are read for the comparison: a longer one is cut by rust-bert's pipeline.
const MAX_CHARS: usize = 600;

/// The vectors of all sentences, in order, and how long they took.
pub fn timed(
    digester: &Digester,
    articles: &[Vec<String>],
    callers: usize,
) -> (Vec<Vec<f32>>, f64) {
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
                        own.push((index, digester.embed(&texts).expect("it encodes")));
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
pub fn articles(count: usize) -> Option<Vec<Vec<String>>> {
    let sentences = |text: String| {
        let spans = sentence::split(&text);
        let texts = spans.iter().map(|span| span.of(&text).to_owned());
        texts.filter(|text| text.len() <= MAX_CHARS).collect()
    };
    Some(common::daily_mail(count)?.into_iter().map(sentences).collect())
}
