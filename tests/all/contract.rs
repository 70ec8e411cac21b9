//! The JSON that other programs read, field by field, as the design writes it down.

use serde_json::{Value, json};
use standfirst::digest::{self, Digest, Failed, Origin, Row};
use standfirst::summary::Length;
use standfirst::topics::OwnLabel;
use standfirst::{Digester, ErrorKind, Input, Options, Span, TopicOptions};

use crate::pages::{HTML, PAGE, RATES, RATES_TITLE, articles, digester, with};
use crate::schema::faults;

/// The row of an input as other programs see it, once it is valid by the schema.
fn row_of(digester: &Digester, input: Input) -> Value {
    let row = digester.row(&input);
    let json = row.to_json();
    assert!(!json.contains('\n'), "a row is one line");
    let value: Value = serde_json::from_str(&json).unwrap();
    check_schema(&value);
    assert_eq!(serde_json::from_str::<Row>(&json).unwrap(), row, "a row survives its JSON");
    value
}

fn row(input: Input) -> Value {
    row_of(&digester(), input)
}

fn all_scores() -> Digester {
    topics(TopicOptions::default().with_all_scores(true))
}

fn topics(topics: TopicOptions) -> Digester {
    with(Options::default().with_topics(topics))
}

fn check_schema(row: &Value) {
    let faults = faults(row);
    assert!(faults.is_empty(), "{faults:#?}\n{row:#}");
}

/// An object has these fields and no other.
fn check_fields(object: &Value, expected: &[&str]) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    let found: Vec<&String> = object.as_object().unwrap().keys().collect();
    assert_eq!(found, expected, "{object:#}");
}

/// Values are numbers in `0.0..=1.0` of at most four decimals.
fn check_share(value: &Value) {
    let number = value.as_f64().unwrap();
    assert!((0.0..=1.0).contains(&number), "{value}");
    assert!(value.to_string().len() <= "0.1234".len(), "{value} has more than four decimals");
}

/// `start` and `end` of an object name a text.
fn check_span(object: &Value, text: &str, expected: &str) {
    let at = |field: &str| usize::try_from(object[field].as_u64().unwrap()).unwrap();
    assert_eq!(text.get(at("start")..at("end")), Some(expected), "{object}");
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn a_row_has_the_fields_of_the_contract() {
    let row = row(Input::page("velle", PAGE).with_source("pages/velle.txt"));
    check_fields(&row, &["schema", "id", "source", "engine", "articles", "removed"]);
    assert_eq!(row["schema"], "standfirst/digest-1");
    assert_eq!(row["id"], "velle");
    assert_eq!(row["source"], "pages/velle.txt");
    check_fields(&row["engine"], &["name", "model"]);
    assert_eq!(row["engine"]["name"], "embedded");
    assert!(!string(&row["engine"]["model"]).is_empty());
}

#[test]
fn a_row_without_a_source_has_no_such_field() {
    check_fields(
        &row(Input::page("velle", PAGE)),
        &["schema", "id", "engine", "articles", "removed"],
    );
}

#[test]
fn an_article_has_the_fields_of_the_contract() {
    let row = row(Input::page("velle", PAGE));
    let [storm, meals, rowers] = list(&row["articles"]) else {
        panic!("three articles, found {:#}", row["articles"])
    };
    let fields = [
        "title",
        "published",
        "published_from",
        "language",
        "paragraphs",
        "truncated",
        "topics",
        "keywords",
        "summary",
    ];
    check_fields(storm, &fields);
    assert_eq!(storm["published"], "2023-03-09T18:15:00");
    assert_eq!(storm["published_from"], "text");
    assert_eq!(storm["language"], "en");
    assert_eq!(storm["truncated"], false);
    assert_eq!((&meals["truncated"], &rowers["truncated"]), (&json!(true), &json!(true)));
    check_fields(&storm["title"], &["text", "start", "end"]);
    assert_eq!(storm["title"]["text"], "Storm closes three bridges over the Velle");
    check_span(&storm["title"], PAGE, string(&storm["title"]["text"]));
    for paragraph in list(&storm["paragraphs"]) {
        check_fields(paragraph, &["start", "end"]);
    }
}

#[test]
fn topics_carry_code_label_level_score_and_evidence() {
    let row = row(Input::page("velle", PAGE));
    let topics = list(&row["articles"][0]["topics"]);
    assert_eq!(topics[0]["code"], "medtop:03000000");
    assert_eq!(topics[0]["label"], "disaster, accident and emergency incident");
    assert_eq!(topics[0]["level"], 1);
    for topic in topics {
        check_fields(topic, &["code", "label", "level", "score", "evidence"]);
        assert!(string(&topic["code"]).starts_with("medtop:"));
        check_share(&topic["score"]);
        assert!(!list(&topic["evidence"]).is_empty(), "{topic}");
        for evidence in list(&topic["evidence"]) {
            check_fields(evidence, &["start", "end", "weight"]);
            check_share(&evidence["weight"]);
        }
    }
}

#[test]
fn keywords_and_the_summary_name_their_places() {
    let row = row(Input::page("velle", PAGE));
    let article = &row["articles"][0];
    assert!(!list(&article["keywords"]).is_empty());
    for keyword in list(&article["keywords"]) {
        check_fields(keyword, &["text", "score", "start", "end", "mentions"]);
        check_span(keyword, PAGE, string(&keyword["text"]));
        check_share(&keyword["score"]);
    }
    check_fields(&article["summary"], &["kind", "text", "sentences", "one"]);
    assert_eq!(article["summary"]["kind"], "extractive");
    let sentences = list(&article["summary"]["sentences"]);
    assert_eq!(sentences.len(), Length::DEFAULT_SENTENCES);
    for sentence in sentences {
        check_fields(sentence, &["text", "start", "end", "score"]);
        check_span(sentence, PAGE, string(&sentence["text"]));
        check_share(&sentence["score"]);
    }
}

#[test]
fn what_is_removed_has_its_place_and_reason() {
    let row = row(Input::page("velle", PAGE));
    let removed = list(&row["removed"]);
    let reason_of = |text: &str| {
        let at = u64::try_from(PAGE.find(text).unwrap()).unwrap();
        let place = |removed: &&Value| removed["start"] == at;
        removed.iter().find(place).map(|removed| string(&removed["reason"]))
    };
    assert_eq!(reason_of("| Local | Velle Courier"), Some("title-suffix"));
    assert_eq!(reason_of("Published: March 9"), Some("date-line"));
    assert_eq!(reason_of("Share this article"), Some("share"));
    for removed in removed {
        check_fields(removed, &["start", "end", "reason"]);
    }
}

#[test]
fn a_title_from_the_caller_has_no_place() {
    let row = row(Input::article("rates", RATES).with_title(RATES_TITLE));
    assert_eq!(row["articles"][0]["title"], json!({ "text": RATES_TITLE }));
}

#[test]
fn a_title_from_the_caller_drops_no_text_in_silence() {
    let row = row(Input::page("velle", PAGE).with_title("Bridges shut"));
    assert_eq!(row["articles"][0]["title"], json!({ "text": "Bridges shut" }));
    let at = u64::try_from(PAGE.find("Storm closes").unwrap()).unwrap();
    assert!(
        list(&row["removed"]).iter().any(|removed| removed["start"] == at),
        "{:#}",
        row["removed"]
    );
}

#[test]
fn an_article_without_title_and_date_has_no_such_fields() {
    let row = row(Input::article("rates", RATES));
    let fields = ["language", "paragraphs", "truncated", "topics", "keywords", "summary"];
    check_fields(&row["articles"][0], &fields);
    assert_eq!(row["removed"], json!([]));
}

#[test]
fn scores_come_on_request_only_and_then_for_every_topic() {
    assert!(row(Input::article("rates", RATES))["articles"][0].get("scores").is_none());
    let digester = all_scores();
    let row = row_of(&digester, Input::article("rates", RATES));
    let article = &row["articles"][0];
    let mut codes: Vec<&str> =
        digester.taxonomy().labels().iter().map(|label| label.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes.len(), 17 + 120);
    check_fields(&article["scores"], &codes);
    article["scores"].as_object().unwrap().values().for_each(check_share);
    for topic in list(&article["topics"]) {
        assert_eq!(article["scores"][string(&topic["code"])], topic["score"]);
    }
    assert_eq!(article["topics"][0]["code"], "medtop:04000000");
}

#[test]
fn abstaining_is_said_and_only_then() {
    let sure = row(Input::article("rates", RATES));
    assert!(sure["articles"][0].get("abstained").is_none());
    let strict = topics(TopicOptions::default().with_min_score(1.0));
    let unsure = row_of(&strict, Input::article("rates", RATES));
    assert_eq!(unsure["articles"][0]["abstained"], true);
    assert_eq!(unsure["articles"][0]["topics"], json!([]));
}

#[test]
fn precise_topics_are_the_surest_of_the_usual_ones() {
    let precise = topics(TopicOptions::default().with_precise(true));
    let usual = crate::pages::digester();
    let text = "The weather office issued a warning of storms. Ministers met to discuss flood aid, and \
                schools will close on Monday.";
    let mut fewer = false;
    for (title, text) in [(Some("Central bank raises rates"), RATES), (None, text)] {
        let surest = precise.tag(title, text).unwrap();
        let all = usual.tag(title, text).unwrap();
        assert!(surest.iter().all(|topic| all.contains(topic)), "{surest:?}");
        fewer |= surest.len() < all.len();
    }
    assert!(fewer, "some topic is less certain than that");
    // Below the thresholds there is no floor by which the best would be given all the same.
    let unsure = row_of(&precise, Input::article("unsure", "A meeting took place in the hall."));
    assert_eq!(unsure["articles"][0]["abstained"], true, "{unsure:#}");
}

#[test]
fn precise_topics_need_the_models_own_labels() {
    let options = Options::default().with_topics(TopicOptions::default().with_precise(true));
    let labels = vec![OwnLabel::new("rail", "trains and stations")];
    let refused = Digester::builder().options(options).labels(labels).build().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidOption);
    assert!(refused.to_string().contains("the model's own labels"), "{refused}");
}

#[test]
fn text_about_nothing_has_no_topic() {
    for text in ["Xqzv brrt fnord glimp.", "Yes. No. Well. Perhaps.", "12 34 56 78."] {
        let row = row(Input::article("nothing", text));
        assert_eq!(row["articles"][0]["abstained"], true, "{row:#}");
    }
}

#[test]
fn a_row_of_html_carries_the_text_that_its_offsets_point_into() {
    let row = row(Input::html("velle", HTML));
    check_fields(&row, &["schema", "id", "engine", "articles", "removed", "text"]);
    let (text, article) = (string(&row["text"]), &row["articles"][0]);
    assert!(text.contains("broken bones & cuts") && !text.contains("never shown"));
    assert_eq!(article["title"]["text"], "Storm closes three bridges over the Velle");
    check_span(&article["title"], text, string(&article["title"]["text"]));
    assert_eq!(article["published"], "2023-03-09T18:15:00");
    assert_eq!(article["published_from"], "meta");
    for sentence in list(&article["summary"]["sentences"]) {
        check_span(sentence, text, string(&sentence["text"]));
    }
}

#[test]
fn own_labels_are_topics_of_level_1_whose_code_is_the_label() {
    let labels = vec![
        OwnLabel::new("money", "banks, interest rates, inflation, loans and mortgages"),
        OwnLabel::new("weather", "storms, rain, wind, heat and floods"),
    ];
    let digester = Digester::builder().labels(labels).build().unwrap();
    let row = row_of(&digester, Input::article("rates", RATES));
    let topic = &row["articles"][0]["topics"][0];
    check_fields(topic, &["code", "label", "level", "score", "evidence"]);
    assert_eq!(
        (&topic["code"], &topic["label"], &topic["level"]),
        (&json!("money"), &json!("money"), &json!(1))
    );
}

#[test]
fn a_failed_row_says_what_and_why() {
    let empty = row(Input::page("blank", " \n").with_source("pages/blank.txt"));
    let expected = json!({
        "schema": "standfirst/digest-1",
        "id": "blank",
        "source": "pages/blank.txt",
        "error": { "kind": "empty", "message": "blank holds no text" },
    });
    assert_eq!(empty, expected);
    let failed = Row::Failed(Failed::new("a", None, ErrorKind::Io, "a is gone"));
    let found: Value = serde_json::from_str(&failed.to_json()).unwrap();
    check_schema(&found);
    check_fields(&found, &["schema", "id", "error"]);
}

#[test]
fn every_kind_of_row_is_valid_by_the_schema() {
    let digester = all_scores();
    for input in articles() {
        row_of(&digester, input);
    }
}

/// A row with the value at a JSON pointer changed, or gone, is no row.
fn check_refused(pointer: &str, value: Option<Value>) {
    let mut row = row(Input::article("rates", RATES).with_title(RATES_TITLE));
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = row.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match &value {
        Some(value) => parent.insert(field.to_owned(), value.clone()),
        None => parent.remove(field),
    };
    assert!(!faults(&row).is_empty(), "{pointer} as {value:?} was believed");
}

#[test]
fn the_schema_refuses_what_is_no_row() {
    for field in ["/schema", "/id", "/engine", "/articles", "/engine/name", "/articles/0/topics"] {
        check_refused(field, None);
    }
    check_refused("/articles/0/summary/kind", Some(json!("invented")));
    check_refused("/articles/0/paragraphs/0/start", Some(json!(-1)));
    check_refused("/articles/0/paragraphs/0/end", Some(json!(1.5)));
    check_refused("/articles/0/topics/0/level", Some(json!(256)));
    check_refused("/articles/0/topics/0/score", Some(json!(null)));
    check_refused("/articles/0/title", Some(json!("a title")));
    check_refused("/articles/0/scores", Some(json!({ "medtop:04000000": "high" })));
    check_refused("/removed", Some(json!([{ "reason": "gossip" }])));
    for other in [json!({}), json!([]), json!({ "id": "a", "articles": [] }), json!("row")] {
        assert!(!faults(&other).is_empty(), "{other}");
    }
}

// ---- reading rows back ----------------------------------------------------------------------------

/// A digest as JSON with one summary sentence, of the fields given.
fn with_sentence(sentence: Value) -> Value {
    let mut row = row(Input::article("rates", RATES));
    row["articles"][0]["summary"] = json!({
        "kind": "abstractive",
        "text": sentence["text"],
        "sentences": [sentence],
        "read": 0.5,
    });
    row
}

#[test]
fn a_sentence_of_every_origin_survives_its_json() {
    let span = |start, end| json!({ "start": start, "end": end });
    let verbatim = json!({ "text": "The central", "start": 0, "end": 11, "score": 0.5 });
    let mut pieced = verbatim.clone();
    pieced["pieces"] = json!([span(0, 4), span(8, 11)]);
    let mut generated = verbatim.clone();
    generated["sources"] = json!([{ "start": 0, "end": 11, "weight": 0.25 }]);
    let mut bare = verbatim.clone();
    bare["end"] = json!(0);
    let source = Span::new(0, 11);
    let read = |sentence: &Value| {
        let json = with_sentence(sentence.clone());
        check_schema(&json);
        let row: Row = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&row.to_json()).unwrap(), json, "and back");
        let digest = row.into_result().unwrap();
        digest.articles[0].summary.clone().unwrap().sentences.remove(0)
    };
    let found = read(&verbatim);
    assert_eq!(found.origin, Origin::Verbatim { pieces: Vec::new() });
    assert_eq!(
        (found.is_verbatim(), found.spans(), found.sources()),
        (true, vec![source], &[][..])
    );
    let found = read(&pieced);
    let pieces = vec![Span::new(0, 4), Span::new(8, 11)];
    assert_eq!(found.origin, Origin::Verbatim { pieces: pieces.clone() });
    assert_eq!((found.span, found.spans()), (source, pieces));
    let found = read(&generated);
    let [evidence] = found.sources() else { panic!("{found:?}") };
    assert_eq!((evidence.span, evidence.weight), (source, 0.25));
    assert_eq!((found.is_verbatim(), found.spans()), (false, vec![source]));
    let found = read(&bare);
    assert_eq!(found.origin, Origin::Generated { sources: Vec::new() });
    assert!(!found.is_verbatim() && found.span.is_empty());
}

#[test]
fn a_row_of_another_schema_is_refused() {
    let failed = Row::Failed(Failed::new("a", None, ErrorKind::Io, "a is gone"));
    let digest = digester().row(&Input::article("rates", RATES));
    for row in [failed, digest] {
        let mut json = serde_json::to_value(&row).unwrap();
        assert_eq!(json["schema"], digest::SCHEMA);
        assert!(serde_json::from_value::<Row>(json.clone()).is_ok());
        for other in [json!("standfirst/digest-2"), json!(""), json!(null), json!(1)] {
            json["schema"] = other;
            assert!(serde_json::from_value::<Row>(json.clone()).is_err(), "{}", json["schema"]);
        }
        json.as_object_mut().unwrap().remove("schema");
        assert!(serde_json::from_value::<Row>(json).is_err(), "none at all");
    }
    // Read as what it is, it says why.
    let mut json = serde_json::to_value(digester().row(&Input::article("a", RATES))).unwrap();
    json["schema"] = json!("standfirst/digest-2");
    let error = serde_json::from_value::<Digest>(json).unwrap_err().to_string();
    assert!(error.contains("digest-2") && error.contains("expected"), "{error}");
}

#[test]
fn a_row_of_a_later_version_with_more_fields_is_read() {
    let mut json = row(Input::article("rates", RATES));
    json["fetched"] = json!({ "status": 200 });
    json["articles"][0]["deck"] = json!({ "text": "t", "start": 0, "end": 1 });
    assert!(serde_json::from_value::<Row>(json).is_ok());
}

#[test]
fn rows_name_their_input_and_become_results() {
    let digester = digester();
    let good = digester.row(&Input::article("rates", RATES).with_source("feed/rates"));
    assert_eq!((good.id(), good.source()), ("rates", Some("feed/rates")));
    assert_eq!(good.clone().into_result().unwrap().articles.len(), 1);
    assert_eq!(Row::Digest(good.clone().into_result().unwrap()), good);
    let bad = digester.row(&Input::page("blank", " "));
    assert_eq!((bad.id(), bad.source()), ("blank", None));
    let failed = bad.into_result().unwrap_err();
    assert_eq!(failed.error.kind, ErrorKind::Empty);
    assert_eq!(failed.error.message, "blank holds no text");
}

#[test]
fn error_kinds_have_names_and_are_read_by_them() {
    let kinds = [
        (ErrorKind::InvalidUtf8, "invalid-utf8"),
        (ErrorKind::Empty, "empty"),
        (ErrorKind::TooLarge, "too-large"),
        (ErrorKind::TimedOut, "timed-out"),
        (ErrorKind::InvalidRow, "invalid-row"),
        (ErrorKind::Io, "io"),
        (ErrorKind::InvalidModel, "invalid-model"),
        (ErrorKind::InvalidOption, "invalid-option"),
        (ErrorKind::Engine, "engine"),
        (ErrorKind::Unknown, "unknown"),
    ];
    for (kind, name) in kinds {
        assert_eq!((kind.as_str(), kind.to_string().as_str()), (name, name));
        assert_eq!(name.parse(), Ok(kind));
        let failed = Row::Failed(Failed::new("a", Some("b"), kind, "why"));
        let json: Value = serde_json::from_str(&failed.to_json()).unwrap();
        check_schema(&json);
        assert_eq!(json["error"]["kind"], name);
        assert_eq!(serde_json::from_value::<Row>(json).unwrap(), failed);
    }
    // What a later version may say is no reason to lose the row.
    assert_eq!("out-of-paper".parse(), Ok(ErrorKind::Unknown));
    let mut json =
        serde_json::to_value(Failed::new("a", None, ErrorKind::Io, "the message")).unwrap();
    json["error"]["kind"] = json!("out-of-paper");
    let failed = serde_json::from_value::<Row>(json).unwrap().into_result().unwrap_err();
    assert_eq!(
        (failed.error.kind, failed.error.message.as_str()),
        (ErrorKind::Unknown, "the message")
    );
}
