//! Paragraphs to sentences.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::{language, sentence};

use crate::STORY;

#[divan::bench]
fn split(bencher: Bencher) {
    let sentences = sentence::split(&STORY).len();
    bencher.counter(BytesCount::of_str(STORY.as_str())).bench(|| {
        let spans = sentence::split(black_box(&STORY));
        assert_eq!(spans.len(), sentences);
        spans
    });
}

#[divan::bench]
fn language(bencher: Bencher) {
    bencher.bench(|| assert_eq!(language::detect(black_box(&STORY)), Some("en")));
}
