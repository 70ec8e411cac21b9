//! What each step of the arrow costs, one module a step, named by what is timed.
//!
//! ```text
//! cargo bench --bench arrows
//! ```
//!
//! The text is the example page, written for this project. Loading, first article and steady state
//! are separate figures; every timed result is checked, so a faster wrong answer fails.

mod digest;
mod keywords;
mod page;
mod pipeline;
mod sentence;
mod summary;
mod tokens;
mod topics;

use std::sync::LazyLock;

use standfirst::{Digester, Span};

/// The page that every bench reads: about 10 KB, one long story and some teasers.
pub(crate) const PAGE: &str = include_str!("../../examples/data/page.txt");

/// The long story of the page as clean text.
pub(crate) static STORY: LazyLock<String> = LazyLock::new(|| {
    let page = standfirst::page::split(PAGE);
    let body =
        |spans: &[Span]| spans.iter().map(|span| span.of(PAGE)).collect::<Vec<_>>().join("\n\n");
    page.articles.first().map(|article| body(&article.paragraphs)).unwrap_or_default()
});

/// The embedded model, loaded once.
pub(crate) static DIGESTER: LazyLock<Digester> =
    LazyLock::new(|| Digester::new().expect("the embedded model loads"));

fn main() {
    divan::main();
}
