//! Sentences to token ids: the `tokenizers` crate alone, the yardstick for everything else.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::sentence;
use tokenizers::Tokenizer;

use crate::STORY;

#[divan::bench]
fn encode(bencher: Bencher) {
    let json = include_bytes!("../../models/embedded/tokenizer.json");
    let tokenizer = Tokenizer::from_bytes(json).expect("the embedded tokenizer loads");
    let sentences: Vec<&str> =
        sentence::split(&STORY).into_iter().map(|span| span.of(&STORY)).collect();
    let count = |sentence: &&str| {
        tokenizer.encode_fast(*sentence, false).expect("a sentence encodes").len()
    };
    let tokens: usize = sentences.iter().map(count).sum();
    bencher.counter(BytesCount::of_str(STORY.as_str())).bench(|| {
        assert_eq!(black_box(&sentences).iter().map(count).sum::<usize>(), tokens);
    });
}
