//! What training topics of one's own promises, on rows made here.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use standfirst::train::{Example, TrainOptions, TrainedModel, Warning, train};
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
            Example::new(format!("{text} Day {index}."), labels.iter().copied())
        })
        .collect()
}

/// Three folds: as much to check as five, in less time.
fn options() -> TrainOptions {
    TrainOptions::default().with_folds(3)
}

fn trained_on(examples: &[Example]) -> TrainedModel {
    train(examples, &options(), |_| {}).unwrap()
}

fn files(trained: &TrainedModel) -> Vec<(&'static str, &[u8])> {
    trained.files().collect()
}

fn codes(digester: &Digester, text: &str) -> Vec<String> {
    let topics = digester.tag(None, text).unwrap();
    let mut codes: Vec<String> = topics.into_iter().map(|topic| topic.code).collect();
    codes.sort();
    codes
}

fn warnings(trained: &TrainedModel) -> Vec<String> {
    trained.report().warnings.iter().map(ToString::to_string).collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_trained_model_tags_with_its_labels_from_memory_and_from_its_folder() {
    let trained = trained_on(&examples(150));
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("models").join("desk");
    trained.write_to(&folder).unwrap();
    let read = Digester::builder().model_folder(&folder).build().unwrap();
    for digester in [read, trained.digester().build().unwrap()] {
        let codes = |text: &str| codes(&digester, text);
        assert_eq!(codes("The boat reached the harbour at noon."), ["ferries"]);
        assert_eq!(codes("The harvest of apples and plums was small."), ["orchards"]);
        assert_eq!(
            codes("The ferry left the pier. The orchard lost its cherries."),
            ["ferries", "orchards"]
        );
    }
}

#[test]
fn the_report_is_of_all_rows_and_says_how_certain_it_is() {
    let trained = trained_on(&examples(150));
    let report = trained.report();
    assert_eq!((report.rows, report.folds), (150, 3));
    let labels: Vec<_> = report.labels.iter().map(|l| (l.label.as_str(), l.rows)).collect();
    assert_eq!(labels, [("ferries", 100), ("orchards", 100)]);
    for figure in [report.micro_f1, report.macro_f1, report.top1] {
        assert_eq!(figure.rows, 150);
        assert!(figure.value > 0.9 && figure.low > 0.85, "{figure}");
        assert!(figure.low < figure.value && figure.high <= 1.0, "{figure}");
    }
    assert_eq!(warnings(&trained), ["150 rows: with fewer than 200 the figures say little"]);
    let json = serde_json::to_value(report).unwrap();
    assert_eq!(json["warnings"][0]["kind"], "few-rows");
}

#[test]
fn labels_that_no_word_tells_are_reported_as_such() {
    // Which of the two a row has says nothing about its words.
    let mut rows = examples(120);
    for (index, row) in rows.iter_mut().enumerate() {
        row.labels = vec![["left", "right"][index / 3 % 8 / 4].to_owned()];
    }
    let trained = trained_on(&rows);
    let top1 = trained.report().top1;
    assert!(top1.value < 0.75, "cross-validation sees what it was not trained on: {top1}");
}

#[test]
fn two_runs_give_the_same_bytes_on_any_number_of_threads() {
    let rows = examples(60);
    let first = trained_on(&rows);
    for jobs in [1, 2, 9] {
        let options = options().with_jobs(NonZeroUsize::new(jobs).unwrap());
        let second = train(&rows, &options, |_| {}).unwrap();
        assert_eq!(files(&first), files(&second));
        assert_eq!(first.report(), second.report());
    }
    let other = train(&rows, &options().with_seed(2), |_| {}).unwrap();
    assert_ne!(files(&first), files(&other));
}

#[test]
fn each_epoch_of_each_training_is_told() {
    let told = std::sync::Mutex::new(Vec::new());
    let options = options().with_epochs(2);
    train(&examples(60), &options, |progress| {
        assert!(progress.loss > 0.0);
        told.lock().unwrap().push((progress.fold, progress.epoch));
    })
    .unwrap();
    let folds = [Some(1), Some(2), Some(3), None];
    let expected: Vec<_> = folds.into_iter().flat_map(|fold| [(fold, 1), (fold, 2)]).collect();
    assert_eq!(told.into_inner().unwrap(), expected);
}

#[test]
fn what_cannot_be_trained_on_is_refused_with_what_is_needed() {
    let refused = |examples: &[Example], options: &TrainOptions| {
        let error = train(examples, options, |_| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        error.to_string()
    };
    let options = options();
    let few = refused(&examples(19), &options);
    assert!(few.starts_with("training needs at least 20 rows"), "{few}");
    assert!(few.contains("own labels"), "the way out is named: {few}");
    let mut same = examples(60);
    same.iter_mut().for_each(|example| example.labels = vec!["ferries".to_owned()]);
    assert!(refused(&same, &options).contains("found 60 rows and 1 such labels"));
    let mut blank = examples(60);
    blank[3].labels.push(" ".to_owned());
    assert_eq!(refused(&blank, &options), "row 4 has a blank label");
    let rows = examples(60);
    assert_eq!(refused(&rows, &options.clone().with_folds(1)), "the folds must lie in 2..=20");
    assert_eq!(refused(&rows, &options.with_epochs(0)), "training needs at least 1 epoch");
}

#[test]
fn rows_whose_labels_are_left_out_teach_nothing() {
    let plain = trained_on(&examples(60));
    let mut rows = examples(60);
    rows[0].labels.push("rare".to_owned());
    for text in ["The boat race is on.", "Rowers crossed the harbour."] {
        rows.push(Example::new(text, ["rare"]));
    }
    rows.push(Example::new("  \n", ["ferries"]));
    let trained = trained_on(&rows);
    assert_eq!(files(&trained), files(&plain), "the same as without them");
    assert_eq!(trained.report().labels, plain.report().labels);
    assert_eq!(
        warnings(&trained),
        [
            "labels left out, fewer than 5 rows: rare (3)",
            "2 rows left out with all their labels",
            "1 row left out, without a word",
            "60 rows: with fewer than 200 the figures say little",
        ]
    );
}

#[test]
fn rows_without_a_label_teach_what_is_about_nothing_of_these() {
    let chess = [
        "The grandmaster offered a draw.",
        "A pawn decided the match at the board.",
        "The club buys new clocks for its players.",
    ];
    let none =
        |index: usize| Example::new(format!("{} Day {index}.", chess[index % 3]), [] as [&str; 0]);
    let mut rows = examples(90);
    rows.extend((0..40).map(none));
    let trained = trained_on(&rows);
    let report = trained.report();
    assert_eq!((report.rows, report.top1.rows, report.micro_f1.rows), (130, 90, 130));
    let digester = trained.digester().build().unwrap();
    assert!(codes(&digester, "The grandmaster lost his pawn and the match.").is_empty());
}

#[test]
fn labels_and_rows_that_look_alike_are_named() {
    let mut rows = examples(210);
    for row in rows.iter_mut().step_by(6) {
        row.labels = vec!["Ferries ".to_owned()];
    }
    let mut twin = rows[1].clone();
    rows.push(twin.clone());
    twin.labels = vec!["ferries".to_owned()];
    rows.push(twin);
    let trained = trained_on(&rows);
    assert_eq!(
        warnings(&trained),
        [
            "labels that differ in case or blanks alone, trained as several: \"Ferries \", \"ferries\"",
            "2 rows have the words of an earlier row, 1 of them other labels",
        ]
    );
    let alike = &trained.report().warnings[0];
    assert!(matches!(alike, Warning::LabelsAlike { labels, .. } if labels.len() == 2));
}

#[test]
fn labels_with_few_rows_are_named() {
    let mut rows = examples(210);
    for row in &mut rows[..7] {
        row.labels.push("news".to_owned());
    }
    let expected = "with fewer than 20 rows a label's figures are noise: news (7)";
    assert_eq!(warnings(&trained_on(&rows)), [expected]);
}

#[test]
fn a_folder_is_replaced_whole_or_left_as_it_was() {
    let trained = trained_on(&examples(60));
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("model");
    trained.write_to(&folder).unwrap();
    let names = ["config.json", "model.safetensors", "taxonomy.json", "tokenizer.json"];
    assert_eq!(names_in(&folder), names);

    let other = train(&examples(60), &options().with_name("second"), |_| {}).unwrap();
    other.write_to(&folder).unwrap();
    assert_eq!(names_in(&folder), names, "nothing else is left behind");
    for (name, bytes) in other.files() {
        assert_eq!(fs::read(folder.join(name)).unwrap(), bytes);
    }

    // The last file cannot be written: none is replaced.
    fs::create_dir(folder.join("config.json.new")).unwrap();
    let error = trained.write_to(&folder).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let path = folder.join("config.json");
    assert_eq!(error.to_string(), format!("{} cannot be written", path.display()));
    assert!(std::error::Error::source(&error).is_some());
    fs::remove_dir(folder.join("config.json.new")).unwrap();
    assert_eq!(names_in(&folder), names);
    for (name, bytes) in other.files() {
        assert_eq!(fs::read(folder.join(name)).unwrap(), bytes);
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    let folder = file.join("model");
    let error = trained_on(&examples(60)).write_to(&folder).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.to_string(), format!("{} cannot be written", folder.display()));
}

#[test]
fn a_trained_model_can_be_trained_on() {
    let place = tempfile::tempdir().unwrap();
    trained_on(&examples(60)).write_to(place.path()).unwrap();
    let options = options().with_base_folder(place.path().to_owned());
    let again = train(&examples(60), &options, |_| {}).unwrap();
    assert!(again.report().top1.value > 0.9, "{:?}", again.report());
}

#[test]
fn options_survive_their_json_and_refuse_what_they_do_not_know() {
    let options = options().with_name("desk").with_min_rows(9);
    let json = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<TrainOptions>(&json).unwrap(), options);
    let partial: TrainOptions = serde_json::from_str(r#"{"folds":3}"#).unwrap();
    assert_eq!(partial, TrainOptions::default().with_folds(3));
    assert!(serde_json::from_str::<TrainOptions>(r#"{"fold":3}"#).is_err());
}
