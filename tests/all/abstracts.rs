//! Generated summaries: what other programs and people are told about them.

use serde_json::{Value, json};
use standfirst::digest::{Row, Summary, SummaryKind};
use standfirst::grounding::{DEFAULT_MIN_SUPPORT, Grounds};
use standfirst::{Input, sentence};

use crate::pages::{RATES, RATES_TITLE, digester};
use crate::schema::faults;

/// The row of the rates story with an abstract in place of its summary, kept whole or mended.
fn row(summary: &str, mended: bool) -> Row {
    let input = Input::article("rates", RATES).with_title(RATES_TITLE);
    let mut digest = digester().digest(&input).unwrap();
    let article = &mut digest.articles[0];
    let sentences = sentence::split_paragraphs(RATES, &article.paragraphs);
    let grounds = Grounds::new(RATES, &sentences, Some(RATES_TITLE));
    let check = grounds.check(summary);
    let ranking: Vec<usize> = (0..sentences.len()).collect();
    let outcomes =
        if mended { grounds.fall_back(&check, &ranking, DEFAULT_MIN_SUPPORT) } else { Vec::new() };
    let mut summary = grounds.summary(summary, &check, &outcomes);
    summary.read = Some(1.0);
    article.summary = Some(summary);
    Row::Digest(digest)
}

/// The summary of a row's only article.
fn summary(row: &Row) -> &Summary {
    let Row::Digest(digest) = row else { panic!("a digest") };
    digest.articles[0].summary.as_ref().unwrap()
}

fn json_of(row: &Row) -> Value {
    let json = row.to_json();
    let value: Value = serde_json::from_str(&json).unwrap();
    let faults = faults(&value);
    assert!(faults.is_empty(), "{faults:#?}\n{value:#}");
    assert_eq!(&serde_json::from_str::<Row>(&json).unwrap(), row, "a row survives its JSON");
    value["articles"][0]["summary"].clone()
}

const INVENTED: &str = "Ilse Marten raised rates by 19 points in 1871. Nobody juggles.";

#[test]
fn an_abstract_carries_its_kind_sources_and_doubts() {
    let summary = json_of(&row(INVENTED, false));
    assert_eq!(summary["kind"], "abstractive");
    assert_eq!(summary["read"], 1.0);
    assert_eq!(
        summary["unsupported"],
        json!([
            { "text": "Ilse Marten", "kind": "name", "sentence": 0 },
            { "text": "19", "kind": "number", "sentence": 0 },
            { "text": "1871", "kind": "date", "sentence": 0 },
        ])
    );
    let [first, second] = summary["sentences"].as_array().unwrap().as_slice() else {
        panic!("two sentences: {summary:#}")
    };
    let best = &first["sources"][0];
    assert_eq!((&first["start"], &first["end"]), (&best["start"], &best["end"]));
    // Nothing supports it, so it points at no text.
    assert!(second.get("sources").is_none());
    assert_eq!((&second["score"], &second["start"]), (&json!(0.0), &second["end"]));
}

#[test]
fn an_extractive_summary_looks_as_before() {
    let row = digester().row(&Input::article("rates", RATES));
    let summary = summary(&row);
    assert_eq!(summary.kind, SummaryKind::Extractive);
    assert!(summary.sentences.iter().all(|sentence| sentence.is_verbatim()));
    let json = json_of(&row);
    let fields: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["kind", "one", "sentences", "text"]);
}

#[test]
fn what_is_mended_is_verbatim() {
    let row = row(INVENTED, true);
    let summary = summary(&row);
    assert!(summary.unsupported.is_empty() && summary.sentences.len() == 2);
    for sentence in &summary.sentences {
        assert!(sentence.is_verbatim());
        assert_eq!(sentence.span.of(RATES), sentence.text);
    }
}
