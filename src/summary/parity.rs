//! The ranker against the recipe's reference (`models/recipe/rank/reference.py`, plain numpy), whose
//! golden figures `models/recipe/rank/golden.py` writes.

use serde::Deserialize;

use super::Length;
use super::Words;
use super::features::{SentenceFeatures, features};
use super::overlaps::Overlaps;
use super::select::{Candidate, FEW, select};
use crate::article::Article;
use crate::model::Model;
use crate::nn::sigmoid;
use crate::recipe;
use crate::span::Span;
use crate::vectors::Wanted;

const FEATURE_TOLERANCE: f32 = 1e-5;
/// Both sides add 32-bit floats, in different orders.
const LOGIT_TOLERANCE: f32 = 2e-3;

#[derive(Deserialize)]
struct Golden {
    title: Option<String>,
    text: String,
    title_ids: Vec<u32>,
    sentences: Vec<String>,
    ids: Vec<Vec<u32>>,
    features: Vec<Vec<f32>>,
    logits: Vec<[f32; 5]>,
    selections: Vec<Selection>,
}

#[derive(Deserialize)]
struct Selection {
    sentences: Option<usize>,
    words: Option<usize>,
    chars: Option<usize>,
    picked: Vec<usize>,
}

#[test]
fn ids_features_logits_and_choices_are_those_of_the_reference() {
    check(include_str!("../../tests/golden/rank.json"), &Model::embedded().unwrap());
}

#[test]
fn and_so_they_are_of_the_recipe() {
    let Some((golden, model)) = recipe::embedded("rank.json") else { return };
    check(&golden, &model);
}

#[cfg(feature = "rust-bert")]
#[test]
fn and_so_are_the_logits_of_the_heads_of_the_recipe() {
    let Some((golden, model)) = recipe::with_heads() else { return };
    let golden: Vec<recipe::WithHeads> = serde_json::from_str(&golden).unwrap();
    let mut compared = 0;
    for case in &golden {
        let (text, spans) = case.kept();
        let encoded = model.encode(Article::of(&text, spans, case.title()), Wanted::ALL).unwrap();
        let ranker = model.ranker(Length::default());
        let overlaps = Overlaps::new(&encoded.ids, ranker.importance());
        let words = Words::of(&encoded, ranker.importance());
        let logits = ranker.logits(&encoded, &words, &overlaps);
        for (ours, theirs) in logits.for_length(&Length::default()).iter().zip(&case.ranker) {
            assert!((ours - theirs[0]).abs() < 5e-3, "{ours} {theirs:?} in {text}");
            compared += 1;
        }
    }
    assert!(compared >= 15, "{compared}");
}

fn check(golden: &str, model: &Model) {
    let golden: Vec<Golden> = serde_json::from_str(golden).unwrap();
    assert!(golden.len() >= 3);
    for case in golden {
        let spans: Vec<Span> = crate::sentence::split(&case.text);
        let parts: Vec<&str> = spans.iter().map(|span| span.of(&case.text)).collect();
        assert_eq!(parts, case.sentences, "the splitter changed: write the golden figures anew");
        let article = Article::of(&case.text, spans, case.title.as_deref());
        let encoded = model.encode(article, Wanted::ALL).unwrap();
        assert_eq!((&encoded.ids, &encoded.title_ids), (&case.ids, &case.title_ids));
        let overlaps = Overlaps::new(&encoded.ids, model.ranker(Length::default()).importance());
        let breaks = encoded.article.breaks();
        let ours = features(&parts, &breaks, &encoded.ids, &encoded.title_ids, &overlaps);
        for (ours, theirs) in ours.iter().zip(&case.features) {
            let names = SentenceFeatures::<f32>::NAMES;
            assert_eq!(theirs.len(), names.len());
            for (name, (ours, theirs)) in names.iter().zip(ours.values().iter().zip(theirs)) {
                assert!((ours - theirs).abs() < FEATURE_TOLERANCE, "{name}: {ours} {theirs}");
            }
        }
        let ranker = model.ranker(Length::default());
        let words = Words::of(&encoded, ranker.importance());
        let logits = ranker.logits(&encoded, &words, &overlaps);
        let single = Length { sentences: Some(1), words: None, chars: None };
        for (index, theirs) in case.logits.iter().enumerate() {
            let ours = [
                logits.for_length(&Length::default())[index],
                logits.for_length(&single)[index],
                logits.never[index],
                logits.good[index],
                logits.leans[index],
            ];
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert!(
                    (ours - theirs).abs() < LOGIT_TOLERANCE,
                    "sentence {index}: {ours} {theirs}"
                );
            }
        }
        for Selection { sentences, words, chars, picked } in case.selections {
            let length = Length { sentences, words, chars };
            // The choice alone: the reference knows no rules of form (`standing.rs`).
            let never = ranker.selection().never.unwrap();
            let good = ranker.selection().good.unwrap();
            let leans = ranker.selection().leans.unwrap();
            let few = sentences.is_some_and(|sentences| sentences <= FEW);
            let candidates: Vec<Candidate<'_>> = parts
                .iter()
                .zip(&encoded.ids)
                .enumerate()
                .map(|(index, (&text, ids))| Candidate {
                    text,
                    tokens: ids.len(),
                    barred: logits.never[index] > never,
                    filler: few && logits.good[index] < good,
                    leans: leans * sigmoid(logits.leans[index]),
                    with: &[],
                })
                .collect();
            let value = logits.for_length(&length);
            let chosen = select(&candidates, value, &overlaps, ranker.selection(), &length);
            assert_eq!(chosen, picked, "{length:?}");
        }
    }
}
