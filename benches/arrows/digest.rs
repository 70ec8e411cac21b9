//! A digest to its JSON row.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::Input;
use standfirst::digest::Row;

use crate::{DIGESTER, PAGE};

#[divan::bench]
fn to_json(bencher: Bencher) {
    let row = Row::Digest(DIGESTER.digest(&Input::page("page", PAGE)).expect("the page digests"));
    let json = row.to_json();
    bencher.counter(BytesCount::of_str(&json)).bench(|| {
        let written = black_box(&row).to_json();
        assert_eq!(written.len(), json.len());
        written
    });
}
