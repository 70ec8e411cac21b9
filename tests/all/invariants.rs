//! What must not change a result: threads, order, company, the run.

use std::num::NonZeroUsize;

use standfirst::digest::{Article, Digest, Row};
use standfirst::topics::OwnLabel;
use standfirst::{Digester, Error, Input, Options, TopicOptions};

use crate::pages::{HTML, PAGE, RATES, RATES_TITLE, articles, digester, with};

const fn shared_by_threads<T: Send + Sync + Clone + 'static>() {}

// Holds when it compiles.
const _: () = {
    shared_by_threads::<Digester>();
    shared_by_threads::<Input>();
    shared_by_threads::<Row>();
};

const fn crosses_threads<T: Send + Sync + std::error::Error + 'static>() {}

const _: () = crosses_threads::<Error>();

/// Enough inputs for every thread of eight to take several, each with an id of its own.
fn many() -> Vec<Input> {
    let mut inputs = Vec::new();
    for round in 0..40 {
        for (index, input) in articles().into_iter().enumerate() {
            let id = format!("{round}-{index}");
            let again = match input.id() {
                "page" => Input::page(id, PAGE),
                "html" => Input::html(id, HTML),
                _ => Input::article(id, format!("{}\n\nRound {round}.", input.text())),
            };
            inputs.push(again);
        }
    }
    inputs
}

fn rows(digester: &Digester, inputs: &[Input], jobs: usize) -> Vec<String> {
    let jobs = NonZeroUsize::new(jobs).unwrap();
    let inputs = inputs.to_vec();
    digester.rows(inputs.into_iter().map(Ok), jobs).map(|row| row.to_json()).collect()
}

/// One input, one row, nothing beside it.
fn alone(digester: &Digester, input: &Input) -> String {
    digester.row(input).to_json()
}

fn digest(input: &Input) -> Digest {
    digester().digest(input).unwrap()
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let (digester, inputs) = (digester(), many());
    let one = rows(&digester, &inputs, 1);
    assert_eq!(one.len(), inputs.len());
    for jobs in [2, 8, 1000] {
        assert_eq!(rows(&digester, &inputs, jobs), one, "{jobs} threads");
    }
}

#[test]
fn rows_come_in_the_order_of_their_inputs() {
    let (digester, inputs) = (digester(), many());
    let ids = inputs.iter().map(Input::id);
    for (id, row) in ids.zip(rows(&digester, &inputs, 8)) {
        assert!(row.contains(&format!("\"id\":\"{id}\"")), "{id} expected, found {row}");
    }
}

#[test]
fn neither_order_nor_company_changes_a_row() {
    let (digester, inputs) = (digester(), articles());
    let expected: Vec<String> = inputs.iter().map(|input| alone(&digester, input)).collect();
    assert_eq!(rows(&digester, &inputs, 1), expected);
    for turn in 0..inputs.len() {
        let (mut turned, mut wanted) = (inputs.clone(), expected.clone());
        turned.rotate_left(turn);
        wanted.rotate_left(turn);
        if turn % 2 == 1 {
            turned.reverse();
            wanted.reverse();
        }
        assert_eq!(rows(&digester, &turned, 2), wanted);
    }
}

#[test]
fn a_stream_of_none_has_no_row() {
    for jobs in [1, 4] {
        assert!(rows(&digester(), &[], jobs).is_empty());
    }
}

#[test]
fn two_loads_of_the_model_give_the_same_bytes() {
    let options = Options::default().with_topics(TopicOptions::default().with_all_scores(true));
    let fresh = || with(options.clone());
    let labels = || {
        let labels =
            vec![OwnLabel::new("banks", "money and loans"), OwnLabel::new("rivers", "water")];
        Digester::builder().labels(labels).options(options.clone()).build().unwrap()
    };
    assert_eq!(rows(&fresh(), &articles(), 2), rows(&fresh(), &articles(), 2));
    assert_eq!(rows(&labels(), &articles(), 2), rows(&labels(), &articles(), 2));
}

#[test]
fn the_folder_of_the_embedded_model_gives_what_the_embedded_model_gives() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/embedded");
    let loaded = Digester::builder().model_folder(folder).build().unwrap();
    assert_eq!(rows(&loaded, &articles(), 1), rows(&digester(), &articles(), 1));
}

#[test]
fn a_title_given_counts_as_a_title_found() {
    let found = digest(&Input::page("rates", format!("{RATES_TITLE}\n\n{RATES}")));
    let given = digest(&Input::article("rates", RATES).with_title(RATES_TITLE));
    let ([found], [given]) = (found.articles.as_slice(), given.articles.as_slice()) else {
        panic!("one article each")
    };
    assert_eq!(found.title.as_ref().unwrap().text, given.title.as_ref().unwrap().text);
    assert_eq!(found.paragraphs.len(), given.paragraphs.len());
    let text = |article: &Article| article.summary.as_ref().unwrap().text.clone();
    assert_eq!(text(found), text(given));
    let scores = |article: &Article| -> Vec<(String, f32)> {
        article.topics.iter().map(|topic| (topic.code.clone(), topic.score)).collect()
    };
    assert_eq!(scores(found), scores(given));
}

#[test]
fn a_title_given_goes_to_the_longest_article() {
    let digest = digest(&Input::page("velle", PAGE).with_title("Bridges shut"));
    let titles: Vec<&str> = digest
        .articles
        .iter()
        .map(|article| article.title.as_ref().map_or("", |title| title.text.as_str()))
        .collect();
    assert_eq!(
        titles,
        ["Bridges shut", "School meals to be free from autumn", "Rowers win the spring cup"]
    );
}

#[test]
fn a_blank_title_is_no_title() {
    let plain = digest(&Input::page("velle", PAGE));
    assert_eq!(digest(&Input::page("velle", PAGE).with_title(" \t")), plain);
}

#[test]
fn eight_threads_share_one_handle() {
    let (digester, inputs) = (digester(), articles());
    let expected = rows(&digester, &inputs, 1);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let found: Vec<String> =
                        inputs.iter().map(|input| alone(&digester, input)).collect();
                    assert_eq!(found, expected);
                }
            });
        }
    });
}
