//! A clean article to its topics with evidence, tokens and vectors included.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};

use crate::{DIGESTER, STORY};

#[divan::bench]
fn tag(bencher: Bencher) {
    bencher.counter(BytesCount::of_str(STORY.as_str())).bench(|| {
        let topics = DIGESTER.tag(None, black_box(&STORY)).expect("the story is tagged");
        assert!(!topics.is_empty());
        topics
    });
}
