//! What each option asks for, alone and with others; and what is refused.

use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use standfirst::digest::{Abstention, Article, Digest, Origin, Row};
use standfirst::summary::Length;
use standfirst::topics::OwnLabel;
use standfirst::{
    AbstractOptions, Backend, Device, Digester, DigesterBuilder, ErrorKind, Input, KeywordOptions,
    OffsetMap, Offsets, Options, Span, SummaryOptions, TopicOptions,
};

use crate::pages::{HTML, PAGE, RATES, RATES_TITLE, articles, digester, with};
use crate::promises;
use crate::schema::faults;

fn nothing() -> Options {
    Options::default().with_topics(None).with_keywords(None).with_summary(None)
}

fn only(digest: Digest) -> Article {
    let [article] = <[Article; 1]>::try_from(digest.articles).expect("one article");
    article
}

fn check_refused(builder: DigesterBuilder, expected: &str) {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption, "{error}");
    assert!(error.to_string().contains(expected), "expected {expected:?} in: {error}");
}

// ---- one thing alone ----------------------------------------------------------------------------

#[test]
fn what_is_not_asked_for_is_absent_and_changes_nothing_else() {
    let all = digester();
    let topics = with(nothing().with_topics(TopicOptions::default()));
    let keywords = with(nothing().with_keywords(KeywordOptions::default()));
    let summary = with(nothing().with_summary(SummaryOptions::default()));
    for input in articles() {
        let Ok(whole) = all.digest(&input) else { continue };
        let mut expected = whole.clone();
        expected.articles.iter_mut().for_each(|article| {
            article.keywords.clear();
            article.summary = None;
        });
        assert_eq!(topics.digest(&input).unwrap(), expected, "topics alone");
        let mut expected = whole.clone();
        let without_topics = |article: &mut Article| {
            article.topics.clear();
            (article.abstained, article.abstained_because) = (false, None);
        };
        expected.articles.iter_mut().for_each(|article| {
            without_topics(article);
            article.summary = None;
        });
        assert_eq!(keywords.digest(&input).unwrap(), expected, "keywords alone");
        let mut expected = whole;
        expected.articles.iter_mut().for_each(|article| {
            without_topics(article);
            article.keywords.clear();
        });
        assert_eq!(summary.digest(&input).unwrap(), expected, "the summary alone");
    }
}

#[test]
fn a_row_of_nothing_is_still_a_row() {
    let row = with(nothing()).row(&Input::page("velle", PAGE));
    let json: Value = serde_json::from_str(&row.to_json()).unwrap();
    assert_eq!(faults(&json), Vec::<String>::new());
    let article = &json["articles"][0];
    assert_eq!((&article["topics"], &article["keywords"]), (&json!([]), &json!([])));
    assert!(article.get("summary").is_none() && article.get("abstained").is_none());
    assert_eq!(serde_json::from_value::<Row>(json).unwrap(), row);
}

/// `tag`, `keywords` and `summarize` give what the digest of the same article has.
fn check_thin(digester: &Digester, title: Option<&str>, text: &str, length: Length) {
    let input = Input::article("thin", text);
    let input = match title {
        Some(title) => input.with_title(title),
        None => input,
    };
    match digester.digest(&input) {
        Ok(digest) => {
            let article = only(digest);
            assert_eq!(digester.tag(title, text).unwrap(), article.topics);
            assert_eq!(digester.keywords(title, text).unwrap(), article.keywords);
            let summary = digester.summarize(title, text, length).unwrap();
            assert_eq!(Some(summary), article.summary);
        }
        Err(error) => {
            let kind = error.kind();
            assert_eq!(digester.tag(title, text).unwrap_err().kind(), kind);
            assert_eq!(digester.keywords(title, text).unwrap_err().kind(), kind);
            assert_eq!(digester.summarize(title, text, length).unwrap_err().kind(), kind);
        }
    }
}

/// Articles as they come: sentences of several stories and languages, and what stands between them.
fn texts() -> impl Strategy<Value = String> {
    let sentences = RATES.split_inclusive(". ").chain(PAGE.split_inclusive('\n')).chain([
        "Le pont du port fermera lundi pour six mois, car des fissures ont été découvertes. ",
        "港口大桥将从星期一起关闭六个月。",
        "\n\n",
        " ",
        "🎉 Fans danced in Velle 🌧️. ",
        "“We would rather act early,” said Zoë Müller-Ångström. ",
        "\u{feff}",
        "… ",
    ]);
    let sentences: Vec<&'static str> = sentences.collect();
    prop::collection::vec(prop::sample::select(sentences), 0..24).prop_map(|parts| parts.concat())
}

fn titles() -> impl Strategy<Value = Option<String>> {
    let titles = [RATES_TITLE, "  Bridges shut\t", " ", "", "港口大桥关闭"];
    prop::option::of(prop::sample::select(titles.map(str::to_owned).to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn tag_keywords_and_summarize_are_thin_over_digest(text in texts(), title in titles()) {
        check_thin(&digester(), title.as_deref(), &text, Length::default());
    }

    #[test]
    fn offsets_of_every_unit_slice_to_the_same_text(text in texts(), title in titles()) {
        let html = format!("<h1>{}</h1><p>{}</p>", RATES_TITLE, text.replace('\n', "</p><p>"));
        for input in [
            Input::page("page", text.as_str()),
            Input::article("article", text.as_str()),
            Input::html("html", html),
        ] {
            let input = match &title {
                Some(title) => input.with_title(title),
                None => input,
            };
            check_units(&input);
        }
    }
}

#[test]
fn the_thin_ones_obey_their_own_options() {
    let options = Options::default()
        .with_topics(TopicOptions::default().with_max(1).with_min_score(0.2))
        .with_keywords(KeywordOptions::default().with_max(2))
        .with_summary(
            SummaryOptions::default().with_compress(true).with_length(Length::of_words(40)),
        )
        .with_offsets(Offsets::Utf16);
    let digester = with(options);
    let text = format!("ÖRSTA, Norway (AP) - {RATES}");
    check_thin(&digester, Some(RATES_TITLE), &text, Length::of_words(40));
    // What is not asked of a digest can still be asked for alone.
    let none = with(nothing());
    let usual = super::pages::digester();
    assert_eq!(none.tag(None, RATES).unwrap(), usual.tag(None, RATES).unwrap());
    assert_eq!(none.keywords(None, RATES).unwrap(), usual.keywords(None, RATES).unwrap());
    let length = Length::of_sentences(2);
    assert_eq!(
        none.summarize(None, RATES, length).unwrap(),
        usual.summarize(None, RATES, length).unwrap()
    );
}

#[test]
fn text_without_text_is_refused_by_all() {
    let digester = digester();
    for text in ["", " \n\t"] {
        let refused = [
            digester.digest(&Input::article("blank", text)).unwrap_err(),
            digester.tag(None, text).unwrap_err(),
            digester.keywords(Some(RATES_TITLE), text).unwrap_err(),
            digester.summarize(None, text, Length::default()).unwrap_err(),
        ];
        for error in refused {
            assert_eq!(error.kind(), ErrorKind::Empty, "{error}");
        }
    }
}

// ---- lengths and scores -------------------------------------------------------------------------

#[test]
fn a_length_of_nothing_is_refused_everywhere() {
    let digester = digester();
    let two = Length::of_sentences(2);
    for length in [
        Length::of_sentences(0),
        Length::of_words(0),
        Length::of_chars(0),
        two.with_words(0),
        two.with_chars(0),
        Length::of_words(9).with_sentences(0),
    ] {
        let options =
            Options::default().with_summary(SummaryOptions::default().with_length(length));
        check_refused(Digester::builder().options(options), "at least 1 sentence");
        let error = digester.summarize(None, RATES, length).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption, "{length:?}");
        // What is asked wrongly is wrong of any text.
        let error = digester.summarize(None, "", length).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption, "{length:?}");
    }
}

#[test]
fn numbers_outside_their_range_are_refused() {
    for score in [-0.1, 1.1, f32::NAN, f32::INFINITY] {
        let topics = TopicOptions::default().with_min_score(score);
        let options = Options::default().with_topics(topics);
        check_refused(Digester::builder().options(options), "minimum score must lie in 0.0..=1.0");
    }
    for beams in [0, AbstractOptions::MAX_BEAMS + 1] {
        let abstracts = AbstractOptions::default().with_beams(beams);
        let summary = SummaryOptions::default().with_abstracts(abstracts);
        let options = Options::default().with_summary(summary);
        check_refused(Digester::builder().options(options), "beams must lie in 1..=32");
    }
}

#[test]
fn precise_topics_and_a_minimum_score_contradict_each_other() {
    let topics = TopicOptions::default().with_precise(true).with_min_score(0.5);
    let options = Options::default().with_topics(topics);
    check_refused(Digester::builder().options(options), "choose one");
}

#[test]
fn a_minimum_score_stands_in_place_of_the_thresholds_in_both_directions() {
    let scored = |score: f32| {
        let topics = TopicOptions::default().with_max(17).with_min_score(score);
        with(Options::default().with_topics(topics))
    };
    let usual = with(Options::default().with_topics(TopicOptions::default().with_max(17)));
    let [all, low, high, most] = [0.0, 0.05, 0.9, 1.0].map(scored);
    let (mut more, mut fewer) = (false, false);
    for input in articles() {
        let (Some(title), text) = (input.title().or(Some("")), input.text()) else { continue };
        let Ok(found) = usual.tag(Some(title), text) else { continue };
        // The embedded model knows English alone.
        if only(usual.digest(&Input::article("language", text)).unwrap()).language != "en" {
            continue;
        }
        let tagged = |digester: &Digester| digester.tag(Some(title), text).unwrap();
        assert_eq!(tagged(&all).len(), usual.taxonomy().labels().len(), "0 is all of them");
        let (low, high) = (tagged(&low), tagged(&high));
        assert!(low.iter().all(|topic| topic.score >= 0.05), "{low:?}");
        assert!(high.iter().all(|topic| topic.score >= 0.9), "{high:?}");
        assert!(high.len() <= low.len());
        assert!(tagged(&most).iter().all(|topic| topic.score >= 1.0));
        (more, fewer) = (more || low.len() > found.len(), fewer || high.len() < found.len());
    }
    assert!(more && fewer, "below the thresholds more, above them fewer");
}

#[test]
fn abstaining_says_why() {
    let digester = digester();
    let because = |digester: &Digester, text: &str| {
        let article = only(digester.digest(&Input::article("why", text)).unwrap());
        assert_eq!(article.abstained, article.abstained_because.is_some());
        assert_eq!(article.abstained, article.topics.is_empty());
        article.abstained_because
    };
    assert_eq!(because(&digester, RATES), None);
    let german =
        "Der Stadtrat von Unterhamm hat am Mittwoch beschlossen, die alte Brücke zu sperren.";
    assert_eq!(because(&digester, german), Some(Abstention::Language));
    let dull = "A meeting took place in the hall. Some of them sat down, others stood.";
    assert_eq!(because(&digester, dull), Some(Abstention::Uncertain));
    assert_eq!(because(&digester, "\u{200b}"), Some(Abstention::TooShort));
    let names = [Abstention::Language, Abstention::Uncertain, Abstention::TooShort];
    assert_eq!(json!(names), json!(["language", "uncertain", "too-short"]));
    // Who asks for no topic gets no reason.
    let none = with(Options::default().with_topics(TopicOptions::default().with_max(0)));
    let article = only(none.digest(&Input::article("why", german)).unwrap());
    assert_eq!((article.abstained, article.abstained_because), (false, None));
}

// ---- text and offsets ---------------------------------------------------------------------------

#[test]
fn the_bodys_text_comes_on_request() {
    let keeping = with(Options::default().with_keep_text(true));
    for input in [Input::page("page", PAGE), Input::html("html", HTML), Input::article("a", RATES)]
    {
        let digest = keeping.digest(&input).unwrap();
        promises::check(&input, keeping.options(), &digest);
        let text = digest.text.as_deref().unwrap_or(input.text());
        for article in &digest.articles {
            let kept = article.text.as_deref().unwrap();
            assert_eq!(kept.split("\n\n").count(), article.paragraphs.len());
            assert_eq!(kept, article.body(text));
        }
        let plain = digester().digest(&input).unwrap();
        assert!(plain.articles.iter().all(|article| article.text.is_none()));
    }
    let text = "The ferry sails.\r\nIt had not sailed for nine years.";
    let article = only(keeping.digest(&Input::article("ferry", text)).unwrap());
    assert_eq!(
        article.text.as_deref(),
        Some("The ferry sails.\n\nIt had not sailed for nine years.")
    );
}

/// The spans of a digest, in a fixed order.
fn spans(digest: &Digest) -> Vec<Span> {
    let mut spans: Vec<Span> = digest.removed.iter().map(|removed| removed.span).collect();
    for article in &digest.articles {
        spans.extend(article.title.iter().filter_map(|title| title.span));
        spans.extend(&article.paragraphs);
        spans.extend(article.topics.iter().flat_map(|topic| &topic.evidence).map(|one| one.span));
        spans.extend(article.keywords.iter().map(|keyword| keyword.span));
        for sentence in article.summary.iter().flat_map(|summary| &summary.sentences) {
            spans.push(sentence.span);
            if let Origin::Verbatim { pieces } = &sentence.origin {
                spans.extend(pieces);
            }
        }
    }
    spans
}

/// Digesters that count bytes, characters and UTF-16 units.
static UNITS: LazyLock<[Digester; 3]> = LazyLock::new(|| {
    let summary = SummaryOptions::default().with_compress(true);
    let options = Options::default().with_summary(summary);
    [Offsets::Bytes, Offsets::Chars, Offsets::Utf16]
        .map(|unit| with(options.clone().with_offsets(unit)))
});

fn check_units(input: &Input) {
    let [in_bytes, in_chars, in_utf16] = &*UNITS;
    let Ok(bytes) = in_bytes.digest(input) else { return };
    let text = bytes.text.as_deref().unwrap_or(input.text());
    let chars: Vec<char> = text.chars().collect();
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let expected: Vec<&str> = spans(&bytes).into_iter().map(|span| span.of(text)).collect();
    let sliced = |digest: &Digest, slice: &dyn Fn(Span) -> String| -> Vec<String> {
        spans(digest).into_iter().map(slice).collect()
    };
    let by_chars = in_chars.digest(input).unwrap();
    assert_eq!(by_chars.offsets, Offsets::Chars);
    assert_eq!(sliced(&by_chars, &|span| chars[span.start..span.end].iter().collect()), expected);
    let by_utf16 = in_utf16.digest(input).unwrap();
    let of_utf16 = |span: Span| String::from_utf16(&utf16[span.start..span.end]).unwrap();
    assert_eq!(sliced(&by_utf16, &of_utf16), expected);
    // A reader who wants another unit later makes it from the bytes.
    let map = OffsetMap::new(text, Offsets::Utf16);
    let mapped: Vec<Span> = spans(&bytes).into_iter().map(|span| map.span(span)).collect();
    assert_eq!(mapped, spans(&by_utf16));
}

#[test]
fn offsets_of_pages_slice_to_the_same_text() {
    for input in articles() {
        check_units(&input);
    }
    let wide = PAGE.replace("Velle", "Vélle 🚋").replace("Quell", "奎尔");
    check_units(&Input::page("wide", wide.as_str()));
    check_units(&Input::html("wide", HTML.replace("Velle", "Vélle 🚋")));
    check_units(&Input::article("wide", format!("\u{feff}{wide}")));
}

#[test]
fn a_row_says_what_its_offsets_count_unless_it_is_bytes() {
    for (unit, name) in [
        (Offsets::Bytes, None),
        (Offsets::Chars, Some(json!("chars"))),
        (Offsets::Utf16, Some(json!("utf16"))),
    ] {
        let row = with(Options::default().with_offsets(unit)).row(&Input::page("velle", PAGE));
        let json: Value = serde_json::from_str(&row.to_json()).unwrap();
        assert_eq!(json.get("offsets"), name.as_ref());
        assert_eq!(faults(&json), Vec::<String>::new());
        assert_eq!(serde_json::from_value::<Row>(json).unwrap(), row);
    }
}

#[test]
fn an_input_beyond_the_limit_is_refused_and_not_read() {
    let digester = with(Options::default().with_max_bytes(RATES.len()));
    assert!(digester.digest(&Input::article("rates", RATES)).is_ok());
    assert!(digester.tag(None, RATES).is_ok());
    let longer = format!("{RATES}\n");
    let input = Input::article("rates", longer.as_str()).with_source("rates.txt");
    let error = digester.digest(&input).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let (found, most) = (longer.len(), RATES.len());
    assert_eq!(
        error.to_string(),
        format!("rates has {found} bytes, more than max_bytes, which is {most}")
    );
    for error in [
        digester.tag(None, &longer).unwrap_err(),
        digester.keywords(None, &longer).unwrap_err(),
        digester.summarize(None, &longer, Length::default()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert!(error.to_string().starts_with("the text has "), "{error}");
    }
    let failed = digester.row(&input).into_result().unwrap_err();
    assert_eq!((failed.id.as_str(), failed.source.as_deref()), ("rates", Some("rates.txt")));
    assert_eq!(failed.error.kind, ErrorKind::TooLarge);
}

#[test]
fn an_input_that_is_not_done_in_time_is_a_failed_row_and_the_run_goes_on() {
    let digester = with(Options::default().with_deadline(Duration::from_millis(20)));
    // Some seconds of work, whatever the machine.
    let long = format!("{RATES}\n\n").repeat(20_000);
    let inputs = [("long", long.as_str()), ("rates", RATES), ("long again", &long)];
    let inputs = inputs.map(|(id, text)| Ok(Input::page(id, text)));
    let rows: Vec<Row> = digester.rows(inputs, NonZeroUsize::MIN).collect();
    let kinds = rows.iter().map(|row| match row {
        Row::Failed(failed) => Some(failed.error.kind),
        Row::Digest(_) => None,
    });
    let late = Some(ErrorKind::TimedOut);
    assert_eq!(kinds.collect::<Vec<_>>(), [late, None, late]);
    let error = digester.tag(None, &long).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let message = "the text is not done after 20ms, the deadline of the options";
    assert_eq!(error.to_string(), message);
    // Nothing but the rows that failed depends on it.
    let plenty = with(Options::default().with_deadline(Duration::from_secs(3_600)));
    let input = Input::page("rates", RATES);
    assert_eq!(plenty.digest(&input).unwrap(), with(Options::default()).digest(&input).unwrap());
    let none = Digester::builder().options(Options::default().with_deadline(Duration::ZERO));
    assert_eq!(none.build().unwrap_err().kind(), ErrorKind::InvalidOption);
}

// ---- options as JSON ----------------------------------------------------------------------------

#[test]
fn options_survive_their_json_and_defaults_may_be_left_out() {
    let abstracts =
        AbstractOptions::default().with_beams(2).with_no_repeat_ngram(0).with_grounded(true);
    let summary = SummaryOptions::default()
        .with_length(Length::of_chars(280).with_sentences(2))
        .with_compress(true)
        .with_abstracts(abstracts);
    for options in [
        Options::default(),
        nothing(),
        Options::default()
            .with_topics(TopicOptions::default().with_max(1).with_min_score(0.25))
            .with_keywords(KeywordOptions::default().with_max(3))
            .with_summary(summary)
            .with_keep_text(true)
            .with_offsets(Offsets::Chars)
            .with_max_bytes(1_000)
            .with_deadline(Duration::from_millis(1_500)),
        Options::default()
            .with_topics(TopicOptions::default().with_precise(true).with_all_scores(true)),
    ] {
        let json = serde_json::to_string(&options).unwrap();
        assert_eq!(serde_json::from_str::<Options>(&json).unwrap(), options, "{json}");
    }
    let read = |json: Value| serde_json::from_value::<Options>(json).unwrap();
    assert_eq!(read(json!({})), Options::default());
    assert_eq!(
        read(
            json!({ "topics": { "max": 1 }, "keywords": null, "summary": {}, "offsets": "utf16" })
        ),
        Options::default()
            .with_topics(TopicOptions::default().with_max(1))
            .with_keywords(None)
            .with_offsets(Offsets::Utf16)
    );
    let words = read(json!({ "summary": { "length": { "words": 50 } } }));
    assert_eq!(words.summary.unwrap().length, Length::of_words(50));
}

#[test]
fn options_of_an_unknown_name_are_refused() {
    for json in [
        json!({ "topic": {} }),
        json!({ "topics": { "min": 0.5 } }),
        json!({ "keywords": { "limit": 3 } }),
        json!({ "summary": { "sentences": 3 } }),
        json!({ "summary": { "length": { "lines": 3 } } }),
        json!({ "summary": { "abstracts": { "beam": 3 } } }),
        json!({ "offsets": "graphemes" }),
        json!({ "max_bytes": -1 }),
        json!({ "deadline": -1 }),
        json!({ "deadline": "1 s" }),
    ] {
        let error = serde_json::from_value::<Options>(json.clone()).unwrap_err();
        assert!(!error.to_string().is_empty(), "{json}");
    }
}

#[test]
fn units_devices_and_backends_are_read_by_name() {
    for (text, unit) in
        [("bytes", Offsets::Bytes), ("chars", Offsets::Chars), ("utf16", Offsets::Utf16)]
    {
        assert_eq!(text.parse::<Offsets>().unwrap(), unit);
        assert_eq!(json!(unit), json!(text));
    }
    for (text, device) in [
        ("cpu", Device::Cpu),
        ("auto", Device::Auto),
        ("cuda", Device::Cuda(0)),
        ("cuda:3", Device::Cuda(3)),
    ] {
        assert_eq!(text.parse::<Device>().unwrap(), device);
    }
    for (text, backend) in
        [("auto", Backend::Auto), ("rust-bert", Backend::RustBert), ("rten", Backend::Rten)]
    {
        assert_eq!(text.parse::<Backend>().unwrap(), backend);
    }
    for refused in [
        "utf8".parse::<Offsets>().unwrap_err(),
        "cuda:x".parse::<Device>().unwrap_err(),
        "onnx".parse::<Backend>().unwrap_err(),
    ] {
        assert_eq!(refused.kind(), ErrorKind::InvalidOption);
        assert!(refused.to_string().contains("expected"), "{refused}");
        assert!(refused.source().is_none());
    }
}

#[test]
fn what_is_not_built_in_is_refused_before_anything_is_read() {
    let labels = vec![OwnLabel::new("rail", "trains and stations")];
    for builder in [Digester::builder(), Digester::builder().labels(labels)] {
        if cfg!(not(feature = "rust-bert")) {
            check_refused(builder.clone().backend(Backend::RustBert), "the feature `rust-bert`");
            check_refused(builder.clone().device(Device::Cuda(1)), "the device cuda:1");
        }
        if cfg!(not(feature = "rten")) {
            check_refused(builder.clone().backend(Backend::Rten), "the feature `rten`");
        }
        assert!(builder.clone().backend(Backend::Auto).device(Device::Auto).build().is_ok());
    }
}
