//! A clean article to its keywords, sentences included.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::KeywordOptions;

use crate::{DIGESTER, STORY};

#[divan::bench]
fn extract(bencher: Bencher) {
    bencher.counter(BytesCount::of_str(STORY.as_str())).bench(|| {
        let found = DIGESTER.keywords(None, black_box(&STORY)).expect("the story has keywords");
        // Fewer are given where fewer are likely.
        assert!((1..=KeywordOptions::DEFAULT_MAX).contains(&found.len()));
        found
    });
}
