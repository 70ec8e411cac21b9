//! Sentences to keywords.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::{keywords, sentence};

use crate::STORY;

#[divan::bench]
fn extract(bencher: Bencher) {
    let sentences = sentence::split(&STORY);
    bencher.counter(BytesCount::of_str(STORY.as_str())).bench(|| {
        let limit = keywords::DEFAULT_LIMIT;
        let found = keywords::extract(black_box(&STORY), &sentences, None, |_| Some(0.6), limit);
        assert_eq!(found.len(), limit);
        found
    });
}
