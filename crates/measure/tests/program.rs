//! The program `evaluate` as a shell meets it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ALL_DONE: i32 = 0;
const SOME_FAILED: i32 = 1;
const COULD_NOT_RUN: i32 = 2;

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_evaluate"));
    program.args(args).current_dir(folder).output().unwrap()
}

fn check(found: &Output, code: i32, err: &[&str]) {
    let said = String::from_utf8_lossy(&found.stderr);
    assert_eq!(found.status.code(), Some(code), "{said}");
    for part in err {
        assert!(said.contains(part), "expected {part:?} in: {said}");
    }
}

#[test]
fn a_report_that_cannot_be_made_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let check = |args: &[&str], expected: &[&str]| {
        let found = run(folder.path(), args);
        check(&found, COULD_NOT_RUN, expected);
        assert!(found.stdout.is_empty());
    };
    check(&["--all", "gone"], &["annotated_dev.jsonl.xz cannot be read"]);
    check(&["--all", "gone", "page.txt"], &["--all", "GOLD"]);
    check(&["--all", "gone", "--words", "50"], &["--all", "--words"]);
    check(&["--all", "gone", "--engine", "rten"], &["--all", "--engine"]);
    check(&["--all", "gone", "--model", "embedded", "--model", "next"], &["one model", "2"]);
    check(&["--model", "gone", "page.txt"], &["page.txt cannot be read"]);
    check(&[], &["GOLD"]);
}

#[test]
fn figures_come_a_file_and_model() {
    let folder = tempfile::tempdir().unwrap();
    let text = "The council will close the harbour bridge on Monday for six months. Engineers \
                found cracks in two of its piers last week.";
    let row = serde_json::json!({"id": "a", "text": text, "summary": "The bridge closes."});
    fs::write(folder.path().join("gold.jsonl"), format!("{row}\n")).unwrap();
    let found = run(folder.path(), &["--format", "json", "--sentences", "1", "gold.jsonl"]);
    check(&found, ALL_DONE, &[]);
    let figures: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let expected = serde_json::json!({"sentences": 1, "words": null, "chars": null});
    assert_eq!((&figures[0]["n"], &figures[0]["length"]), (&1.into(), &expected));
    assert_eq!(figures[0]["verbatim"], 1.0);

    fs::write(folder.path().join("gold.jsonl"), format!("{row}\nnot JSON\n")).unwrap();
    let found = run(folder.path(), &["gold.jsonl"]);
    check(&found, SOME_FAILED, &["line 2 of gold.jsonl is not a labelled row"]);
}
