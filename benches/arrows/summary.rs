//! A clean article to its summary, tokens and vectors included.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::summary::Length;

use crate::{DIGESTER, STORY};

#[divan::bench]
fn extractive(bencher: Bencher) {
    let length = Length::default();
    bencher.counter(BytesCount::of_str(STORY.as_str())).bench(|| {
        let summary =
            DIGESTER.summarize(None, black_box(&STORY), length).expect("the story is summarized");
        // One that adds nothing is left out, so there may be fewer than were asked for.
        assert!((1..=Length::DEFAULT_SENTENCES).contains(&summary.sentences.len()));
        summary
    });
}
