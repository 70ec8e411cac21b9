//! Text to articles.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use standfirst::page;

use crate::PAGE;

#[divan::bench]
fn split(bencher: Bencher) {
    let articles = page::split(PAGE).articles.len();
    bencher.counter(BytesCount::of_str(PAGE)).bench(|| {
        let page = page::split(black_box(PAGE));
        assert_eq!(page.articles.len(), articles);
        page
    });
}

#[divan::bench]
fn split_html(bencher: Bencher) {
    let paragraphs = PAGE.lines().map(|line| format!("<p>{line}</p>\n"));
    let html = format!("<html><body><main>{}</main></body></html>", paragraphs.collect::<String>());
    bencher.counter(BytesCount::of_str(&html)).bench(|| {
        let (text, page) = page::split_html(black_box(&html));
        assert!(!page.articles.is_empty());
        (text, page)
    });
}
