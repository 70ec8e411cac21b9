//! What training topics of one's own promises, on rows made here.

use std::fs;

use standfirst::train::{Example, TrainOptions, TrainedModel, train};
use standfirst::{Digester, ErrorKind};

/// Rows about ferries, orchards, or both, told apart by their words alone.
fn examples(count: usize) -> Vec<Example> {
    let ferries = [
        "The ferry left the pier late because of fog.",
        "A new captain takes over the night boat to the island.",
        "Passengers waited at the harbour for the repaired ship.",
        "The harbour office counts more boats than last summer.",
    ];
    let orchards = [
        "The orchard lost half of its cherries to the frost.",
        "Growers of pears and apples ask for cheaper boxes.",
        "A late blossom promises a small harvest of plums.",
        "Bees were brought to the trees a week too early.",
    ];
    let sentence = |list: &[&str; 4], index: usize| list[index % list.len()].to_owned();
    (0..count)
        .map(|index| {
            let (text, labels): (String, &[&str]) = match index % 3 {
                0 => (sentence(&ferries, index / 3), &["ferries"]),
                1 => (sentence(&orchards, index / 3), &["orchards"]),
                _ => {
                    let both = [sentence(&ferries, index / 3), sentence(&orchards, index / 2)];
                    (both.join(" "), &["ferries", "orchards"])
                }
            };
            let labels = labels.iter().map(|label| (*label).to_owned()).collect();
            Example { title: None, text: format!("{text} Day {index}."), labels }
        })
        .collect()
}

fn trained() -> TrainedModel {
    train(None, &examples(150), &TrainOptions::default(), |_, _| {}).unwrap()
}

#[test]
fn a_trained_folder_is_a_model_that_tags_with_its_labels() {
    let trained = trained();
    assert_eq!(trained.report.labels, ["ferries", "orchards"]);
    assert!(trained.report.macro_f1 > 0.9, "{:?}", trained.report);
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &trained.files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let digester = Digester::builder().model_folder(folder.path()).build().unwrap();
    let codes = |text: &str| -> Vec<String> {
        let mut codes: Vec<String> =
            digester.tag(None, text).unwrap().into_iter().map(|topic| topic.code).collect();
        codes.sort();
        codes
    };
    assert_eq!(codes("The boat reached the harbour at noon."), ["ferries"]);
    assert_eq!(codes("The harvest of apples and plums was small."), ["orchards"]);
    assert_eq!(
        codes("The ferry left the pier. The orchard lost its cherries."),
        ["ferries", "orchards"]
    );
}

#[test]
fn two_runs_of_training_give_the_same_bytes() {
    let (first, second) = (trained(), trained());
    assert_eq!(first.files, second.files);
    assert_eq!(first.report, second.report);
}

#[test]
fn too_few_rows_or_labels_are_refused_with_what_is_needed() {
    let refused = |examples: &[Example]| {
        let error = train(None, examples, &TrainOptions::default(), |_, _| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        error.to_string()
    };
    assert!(refused(&examples(39)).contains("at least 40 rows"));
    let mut same = examples(60);
    same.iter_mut().for_each(|example| example.labels = vec!["ferries".to_owned()]);
    assert!(refused(&same).contains("found 60 rows and 1 such labels"));
}

#[test]
fn labels_with_too_few_rows_are_left_out_and_named() {
    let mut rows = examples(60);
    rows[0].labels.push("rare".to_owned());
    let trained = train(None, &rows, &TrainOptions::default(), |_, _| {}).unwrap();
    assert_eq!(trained.report.left_out, ["rare"]);
}
