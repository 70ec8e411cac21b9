//! The whole arrow: the model loaded, and a page to its digest.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::{Digester, Input};

use crate::{DIGESTER, PAGE};

#[divan::bench(sample_count = 20)]
fn load() -> Digester {
    Digester::new().expect("the embedded model loads")
}

#[divan::bench]
fn warm(bencher: Bencher) {
    let input = Input::page("page", PAGE);
    let articles = DIGESTER.digest(&input).expect("the page digests").articles.len();
    bencher.counter(BytesCount::of_str(PAGE)).bench(|| {
        let digest = DIGESTER.digest(black_box(&input)).expect("the page digests");
        assert_eq!(digest.articles.len(), articles);
        digest
    });
}
