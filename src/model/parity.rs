//! The embedded model against the recipe's reference forward (`models/recipe/topics/reference.py`,
//! numpy in 32-bit floats), whose golden figures `models/recipe/topics/golden.py` writes.

use serde::Deserialize;

use crate::article::Article;
use crate::model::Model;
use crate::recipe;
use crate::span::Span;
use crate::topics::Limits;
use crate::vectors::Wanted;

/// Both sides add 32-bit floats, in different orders.
const LOGIT_TOLERANCE: f32 = 2e-3;
const SCORE_TOLERANCE: f32 = 5e-4;

#[derive(Deserialize)]
struct Golden {
    title: Option<String>,
    sentences: Vec<String>,
    titled: bool,
    ids: Vec<Vec<u32>>,
    pooled: Vec<f32>,
    scores: Vec<f32>,
    topics: Vec<String>,
}

#[test]
fn ids_vectors_scores_and_topics_are_those_of_the_reference() {
    check(include_str!("../../tests/golden/topics.json"), &Model::embedded().unwrap());
}

#[test]
fn and_so_they_are_of_the_recipe() {
    let Some((golden, model)) = recipe::embedded("topics.json") else { return };
    check(&golden, &model);
}

fn check(golden: &str, model: &Model) {
    let golden: Vec<Golden> = serde_json::from_str(golden).unwrap();
    assert!(golden.len() >= 10);
    for case in golden {
        let (text, spans) = recipe::joined(&case.sentences);
        let title = case.title.as_deref().filter(|_| case.titled);
        let encoded = model.encode(Article::of(&text, spans, title), Wanted::ALL).unwrap();
        let body_ids = if case.titled { &case.ids[1..] } else { &case.ids[..] };
        assert_eq!(encoded.ids, body_ids, "{text}");
        for (ours, theirs) in encoded.pooled.topic.iter().zip(&case.pooled) {
            assert!((ours - theirs).abs() < LOGIT_TOLERANCE, "{ours} {theirs} in {text}");
        }
        let limits = Limits { max_level1: 3, min_score: None, precise: false };
        let found = model.topics(&encoded, limits).unwrap();
        for (ours, theirs) in found.scores.iter().zip(&case.scores) {
            assert!((ours - theirs).abs() < SCORE_TOLERANCE, "{ours} {theirs} in {text}");
        }
        let mut codes: Vec<&str> = found.reported.iter().map(|topic| topic.code.as_str()).collect();
        // The reference lists level 1 before level 2; a digest puts children under parents.
        let mut expected: Vec<&str> = case.topics.iter().map(String::as_str).collect();
        assert_eq!(codes.first(), expected.first(), "{text}");
        codes.sort_unstable();
        expected.sort_unstable();
        assert_eq!(codes, expected, "{text}");
    }
}

#[cfg(feature = "rust-bert")]
#[test]
fn and_so_are_the_scores_of_the_heads_of_the_recipe() {
    let Some((golden, model)) = recipe::with_heads() else { return };
    let golden: Vec<recipe::WithHeads> = serde_json::from_str(&golden).unwrap();
    for case in &golden {
        let (text, spans) = case.kept();
        let encoded = model.encode(Article::of(&text, spans, case.title()), Wanted::ALL).unwrap();
        let limits = Limits { max_level1: 3, min_score: None, precise: false };
        let found = model.topics(&encoded, limits).unwrap();
        for (ours, theirs) in found.scores.iter().zip(&case.scores) {
            assert!((ours - theirs).abs() < 2e-3, "{ours} {theirs} in {text}");
        }
    }
    assert!(golden.len() >= 6);
}

#[test]
fn a_sentence_taken_out_lowers_the_logit_by_its_contribution() {
    let text = "The court jailed the banker for fraud. Rain is expected on Friday.";
    let spans = crate::sentence::split(text);
    let model = Model::embedded().unwrap();
    let limits = Limits { max_level1: 1, min_score: None, precise: false };
    let encode = |spans: &[Span]| {
        model.encode(Article::of(text, spans.to_vec(), None), Wanted::ALL).unwrap()
    };
    let found = model.topics(&encode(&spans), limits).unwrap();
    let topic = &found.reported[0];
    assert_eq!(topic.evidence[0].span, spans[0]);
    let total: f32 = topic.evidence.iter().map(|evidence| evidence.weight).sum();
    assert!(total <= 1.0 + 1e-3);
    // The slow twin: encode the article again without the sentence that carried it.
    let without = model.topics(&encode(&spans[1..]), limits).unwrap();
    let score = |scores: &[f32]| {
        let labels = model.taxonomy().labels();
        scores[labels.iter().position(|label| label.code == topic.code).unwrap()]
    };
    assert!(score(&without.scores) < score(&found.scores));
}
