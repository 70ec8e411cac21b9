//! Generated summaries: what other programs and people are told about them.

use serde_json::{Value, json};
use standfirst::digest::{self, Row, SummaryKind};
use standfirst::summary::grounding::{DEFAULT_MIN_SUPPORT, Grounds};
use standfirst::{Input, sentence};

use crate::pages::{RATES, RATES_TITLE, digester};
use crate::schema;

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
    article.summary = grounds.summary(summary, &check, &outcomes);
    article.summary.read = Some(1.0);
    Row::Digest(digest)
}

fn json_of(row: &Row) -> Value {
    let json = row.to_json();
    let value: Value = serde_json::from_str(&json).unwrap();
    let faults = schema::faults(&serde_json::from_str(&digest::schema()).unwrap(), &value);
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
    let digest = digester().digest(&Input::article("rates", RATES)).unwrap();
    let summary = &digest.articles[0].summary;
    assert_eq!(summary.kind, SummaryKind::Extractive);
    assert!(summary.sentences.iter().all(|sentence| sentence.is_verbatim()));
    let json = json_of(&Row::Digest(digest));
    let fields: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["kind", "sentences", "text"]);
}

#[test]
fn what_is_mended_is_verbatim() {
    let row = row(INVENTED, true);
    let Row::Digest(digest) = &row else { panic!("a digest") };
    let summary = &digest.articles[0].summary;
    assert!(summary.unsupported.is_empty() && summary.sentences.len() == 2);
    for sentence in &summary.sentences {
        assert!(sentence.is_verbatim());
        assert_eq!(RATES[sentence.start..sentence.end], sentence.text);
    }
}
