//! The example programs as a person or a shell meets them: exit codes, messages, pipes.
//!
//! `cargo test` builds the examples before the tests.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use standfirst::digest::Topic;
use standfirst::{Digester, Options, TopicOptions};
use tempfile::TempDir;

use crate::pages::{HTML, PAGE, RATES, RATES_TITLE, with};

const ALL_DONE: i32 = 0;
const SOME_FAILED: i32 = 1;
const COULD_NOT_RUN: i32 = 2;

/// The built program, beside the folder of the test executable.
///
/// Cargo tells a test the place of a binary, but not that of an example, which `cargo test --test all`
/// does not even build. Where it is not built, the test says so; where `CI` is set, that is a failure.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let tests = std::env::current_exe().unwrap();
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let program = tests.parent()?.parent()?.join("examples").join(name);
    if program.is_file() {
        return Some(program);
    }
    let missing = format!("{} is not built (cargo build --examples)", program.display());
    assert!(std::env::var_os("CI").is_none(), "{missing}");
    eprintln!("skipped: {missing}");
    None
}

/// What a run left behind.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    /// The rows of JSON Lines.
    fn rows(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs `digest` in `folder` with `input` on its standard input; `None` where it is not built.
fn run_in(folder: &Path, args: &[&str], input: &[u8]) -> Option<Run> {
    let mut child = Command::new(program("digest")?)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that ends before it has read everything closes the pipe, as it may.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Some(Run {
        code: output.status.code().expect("ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    })
}

/// A folder with a file of each kind.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("page.txt", PAGE.as_bytes());
    write("page.html", HTML.as_bytes());
    write("rates.txt", RATES.as_bytes());
    write("latin.txt", b"The caf\xe9 opens on Monday.");
    write("blank.txt", b" \n\n");
    write("rates.md", format!("---\ntitle: \"{RATES_TITLE}\"\n---\n\n{RATES}\n").as_bytes());
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::create_dir(folder.path().join("other")).unwrap();
    write("other/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    folder
}

/// Runs on the folder's files and checks the exit code.
fn check(args: &[&str], input: &str, code: i32) -> Option<Run> {
    let folder = folder();
    let run = run_in(folder.path(), args, input.as_bytes())?;
    assert_eq!(run.code, code, "digest {}: {run:?}", args.join(" "));
    Some(run)
}

/// Could not run: one message on standard error that says each of `expected`, and no output.
fn check_refused(args: &[&str], expected: &[&str]) {
    let Some(run) = check(args, RATES, COULD_NOT_RUN) else { return };
    assert_eq!(run.out, "", "nothing was digested");
    for part in expected {
        assert!(run.err.contains(part), "expected {part:?} in: {}", run.err);
    }
}

/// A line of JSON Lines.
fn line(row: Value) -> String {
    format!("{row}\n")
}

fn kinds(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["error"]["kind"].as_str().unwrap_or("digest")).collect()
}

#[test]
fn all_done_is_code_0_and_silence_on_standard_error() {
    let args = ["--format", "jsonl", "page.txt", "page.html", "rates.md"];
    let Some(run) = check(&args, "", ALL_DONE) else { return };
    assert_eq!(run.err, "");
    let rows = run.rows();
    assert_eq!(kinds(&rows), ["digest"; 3]);
    let ids: Vec<&Value> = rows.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, ["page.txt", "page.html", "rates.md"]);
    assert_eq!(rows[2]["articles"][0]["title"]["text"], RATES_TITLE);
}

#[test]
fn the_program_says_what_the_library_says() {
    let Some(run) = check(&["--format", "jsonl", "page.txt"], "", ALL_DONE) else { return };
    let input = standfirst::Input::page("page.txt", PAGE).with_source("page.txt");
    let row = standfirst::digest::Row::Digest(Digester::new().unwrap().digest(&input).unwrap());
    assert_eq!(run.out.trim_end(), row.to_json());
}

#[test]
fn inputs_that_fail_are_rows_and_code_1() {
    let args = [
        "--format",
        "jsonl",
        "gone.txt",
        "other/picture.png",
        "blank.txt",
        "empty",
        "other",
        "page.txt",
    ];
    let Some(run) = check(&args, "", SOME_FAILED) else { return };
    let rows = run.rows();
    assert_eq!(kinds(&rows), ["io", "invalid-utf8", "empty", "empty", "empty", "digest"]);
    let message = |index: usize| rows[index]["error"]["message"].as_str().unwrap();
    assert!(message(0).starts_with("gone.txt cannot be read: "), "{}", message(0));
    assert!(
        message(1).starts_with("other/picture.png is not UTF-8 (first bad byte at 0), and no text")
    );
    assert_eq!(message(2), "blank.txt holds no text");
    assert!(
        message(3).starts_with("folder empty holds no file ending in .txt, "),
        "{}",
        message(3)
    );
    assert!(
        message(4).starts_with("folder other holds no file ending in .txt, "),
        "{}",
        message(4)
    );
    for failed in rows.iter().take(5) {
        assert_eq!(failed["schema"], "standfirst/digest-1");
        let message = failed["error"]["message"].as_str().unwrap();
        assert!(run.err.contains(message), "{}", run.err);
    }
}

#[test]
fn failed_rows_are_seen_in_every_format() {
    for format in ["text", "markdown", "json", "jsonl"] {
        let args = ["--format", format, "gone.txt", "page.txt"];
        let Some(run) = check(&args, "", SOME_FAILED) else { return };
        assert!(run.out.contains("gone.txt") && run.out.contains("cannot be read"), "{}", run.out);
        assert!(run.out.contains("Storm closes three bridges"), "{}", run.out);
    }
}

#[test]
fn a_folder_is_its_files_in_the_order_of_their_names() {
    let Some(run) = check(&["--format", "jsonl", "."], "", SOME_FAILED) else { return };
    let names: Vec<String> = run
        .rows()
        .iter()
        .map(|row| row["id"].as_str().unwrap().trim_start_matches("./").to_owned())
        .collect();
    assert_eq!(names, ["blank.txt", "latin.txt", "page.html", "page.txt", "rates.md", "rates.txt"]);
}

#[test]
fn a_malformed_line_is_told_by_its_number_and_the_run_goes_on() {
    let feed = [
        line(json!({ "id": "first", "text": RATES })),
        "{\"id\": \"second\", \"text\": \n".to_owned(),
        "\n".to_owned(),
        line(json!({ "id": 4, "html": HTML, "title": "Bridges shut" })),
        line(json!({ "id": "both", "text": RATES, "html": HTML })),
        line(json!({ "id": "neither" })),
        "[1, 2]\n".to_owned(),
        line(json!({ "id": "blank", "text": " " })),
        "{\"text\": \"\\ud800\"}\n".to_owned(),
        line(json!({ "text": RATES })).trim_end().to_owned(),
    ];
    let args = ["--format", "jsonl", "--input-format", "jsonl", "-"];
    let Some(run) = check(&args, &feed.concat(), SOME_FAILED) else { return };
    let rows = run.rows();
    let bad = "invalid-row";
    assert_eq!(kinds(&rows), ["digest", bad, "digest", bad, bad, bad, "empty", bad, "digest"]);
    let message = |index: usize| rows[index]["error"]["message"].as_str().unwrap();
    for (row, number) in [(1, 2), (3, 5), (4, 6), (5, 7), (7, 9)] {
        assert!(message(row).starts_with(&format!("line {number} of -")), "{}", message(row));
    }
    assert!(message(3).contains("both") && message(4).contains("neither"));
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["first", "-:2", "4", "both", "neither", "-:7", "blank", "-:9", "-:10"]);
    assert_eq!(rows[2]["articles"][0]["title"], json!({ "text": "Bridges shut" }));
}

#[test]
fn a_page_or_a_line_that_is_not_utf_8_is_read_and_its_row_says_so() {
    let folder = folder();
    let mut feed = line(json!({ "id": "first", "text": RATES })).into_bytes();
    feed.extend(b"{\"id\": \"old\", \"text\": \"The caf\xe9 opens on Monday.\"}\n");
    fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
    let args = ["--format", "jsonl", "feed.jsonl", "latin.txt"];
    let Some(run) = run_in(folder.path(), &args, b"") else { return };
    assert_eq!(run.code, ALL_DONE);
    let rows = run.rows();
    assert_eq!(rows[0].get("encoding"), None);
    for row in &rows[1..] {
        assert_eq!(row["encoding"], json!({ "name": "windows-1252", "from": "detected" }));
        assert_eq!(row["text"], "The café opens on Monday.");
    }
}

#[test]
fn json_lines_with_carriage_returns_are_read() {
    let feed = format!(
        "{}\r\n\r\n{}\r\n",
        json!({ "id": "a", "text": RATES }),
        json!({ "id": "b", "text": RATES })
    );
    let Some(run) = check(&["--format", "jsonl", "-"], &feed, ALL_DONE) else { return };
    assert_eq!(run.rows().len(), 2);
}

#[test]
fn json_lines_with_a_byte_order_mark_are_read() {
    let feed = format!("\u{feff}{}", line(json!({ "id": "a", "text": RATES })));
    let args = ["--format", "jsonl", "--input-format", "jsonl", "-"];
    let Some(run) = check(&args, &feed, ALL_DONE) else { return };
    assert_eq!(run.rows()[0]["id"], "a");
}

#[test]
fn a_malformed_first_line_of_standard_input_is_told_by_its_number() {
    let feed =
        format!("{{\"id\": \"a\", \"text\": \n{}", line(json!({ "id": "b", "text": RATES })));
    let Some(run) = check(&["--format", "jsonl", "-"], &feed, SOME_FAILED) else { return };
    assert_eq!(kinds(&run.rows()), ["invalid-row", "digest"]);
}

#[test]
fn standard_input_is_text_or_json_lines_by_its_first_line() {
    let Some(text) = check(&["--format", "jsonl", "-"], PAGE, ALL_DONE) else { return };
    assert_eq!(text.rows().len(), 1);
    assert_eq!(text.rows()[0]["articles"].as_array().unwrap().len(), 3);
    let feed: String = ["a", "b"].map(|id| line(json!({ "id": id, "text": RATES }))).concat();
    let rows = check(&["--format", "jsonl", "-"], &feed, ALL_DONE).unwrap().rows();
    assert_eq!((&rows[0]["id"], &rows[1]["id"]), (&json!("a"), &json!("b")));
}

#[test]
fn the_form_of_standard_input_can_be_said() {
    let Some(html) = check(&["--format", "jsonl", "--input-format", "html", "-"], HTML, ALL_DONE)
    else {
        return;
    };
    assert_eq!(html.rows()[0]["articles"][0]["published"], "2023-03-09T18:15:00");
    let markdown = format!("# {RATES_TITLE}\n\n{RATES}");
    let args = ["--format", "jsonl", "--input-format", "markdown", "-"];
    let rows = check(&args, &markdown, ALL_DONE).unwrap().rows();
    assert_eq!(rows[0]["articles"][0]["title"]["text"], RATES_TITLE);
    let row = line(json!({ "id": "a", "text": RATES }));
    let rows = check(&["--format", "jsonl", "--input-format", "text", "-"], &row, ALL_DONE)
        .unwrap()
        .rows();
    assert_eq!(rows[0]["id"], "-");
}

#[test]
fn empty_standard_input_is_a_failed_row_of_text_and_no_row_of_json_lines() {
    let Some(run) = check(&["--format", "jsonl", "-"], "", SOME_FAILED) else { return };
    assert_eq!(kinds(&run.rows()), ["empty"]);
    let run = check(&["--format", "json", "--input-format", "jsonl", "-"], "", ALL_DONE).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap(), json!([]));
}

#[test]
fn a_closed_output_pipe_is_a_quiet_end() {
    let folder = folder();
    let feed = line(json!({ "id": "again", "text": RATES })).repeat(3000);
    fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
    for format in ["text", "markdown", "json", "jsonl"] {
        let Some(program) = program("digest") else { return };
        let mut child = Command::new(program)
            .args(["--format", format, "--jobs", "2", "feed.jsonl"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 10]).unwrap();
        drop(out);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(ALL_DONE), "{format}");
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "", "{format}");
    }
}

#[test]
fn every_format_has_its_form() {
    let Some(jsonl) = check(&["--format", "jsonl", "page.txt", "rates.txt"], "", ALL_DONE) else {
        return;
    };
    assert_eq!(jsonl.out.lines().count(), 2);
    let json = check(&["--format", "json", "page.txt", "rates.txt"], "", ALL_DONE).unwrap();
    let list: Vec<Value> = serde_json::from_str(&json.out).unwrap();
    assert_eq!(list, jsonl.rows());
    let text = check(&["page.txt"], "", ALL_DONE).unwrap();
    assert!(text.out.starts_with("page.txt: 3 articles, "), "{}", text.out);
    assert!(text.out.contains("disaster, accident and emergency incident 0."), "{}", text.out);
    assert_eq!(text.out, check(&["--format", "text", "page.txt"], "", ALL_DONE).unwrap().out);
    let markdown = check(&["--format", "markdown", "page.txt"], "", ALL_DONE).unwrap();
    assert!(markdown.out.starts_with("# page.txt\n"), "{}", markdown.out);
    assert!(markdown.out.contains("\n## Storm closes three bridges over the Velle\n"));
}

#[test]
fn control_characters_of_a_page_do_not_reach_a_terminal() {
    let page = RATES.replace("Governor", "Governor \u{1b}[31m\u{7}");
    for format in ["text", "markdown"] {
        let args = ["--whole", "--sentences", "9", "--format", format, "-"];
        let Some(run) = check(&args, &page, ALL_DONE) else { return };
        let bad = |c: char| c.is_control() && c != '\n';
        assert!(!run.out.contains(bad), "{:?}", run.out);
        assert!(run.out.contains("u{1b}"), "it is seen: {}", run.out);
    }
}

/// Ids, titles, texts, names of files and of labels that a terminal or a reader of Markdown would obey.
#[test]
fn what_others_wrote_is_inert_where_people_read_it() {
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\r\n\u{202e}txt\u{2066} <img src=x onerror=y> [a](javascript:b) &lt;i&gt;";
    let rows = [
        json!({"id": hostile, "title": format!("Governor {hostile}"), "text": RATES.replace("Governor", hostile)}),
        json!({"id": hostile, "text": 7}),
        json!({"id": hostile, "text": ""}),
    ];
    let rows: String = rows.into_iter().map(line).collect();
    let folder = folder();
    let label = json!({"label": format!("rates {hostile}"), "description": "central banks and interest rates"});
    fs::write(folder.path().join("labels.jsonl"), line(label)).unwrap();
    let file = "\u{1b}[31m\n\u{202e}.txt";
    fs::write(folder.path().join(file), RATES).unwrap();
    let bad = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{2069}').contains(&c);
    for format in ["text", "markdown"] {
        for more in [&["--min-score", "0"][..], &["--labels", "labels.jsonl", "--min-score", "0"]] {
            let args = [&["--explain", "--format", format][..], more, &["-", file, "gone\u{1b}c"]]
                .concat();
            let Some(run) = run_in(folder.path(), &args, rows.as_bytes()) else { return };
            assert_eq!(run.code, SOME_FAILED, "{run:?}");
            for said in [&run.out, &run.err] {
                assert!(!said.contains(bad), "{said:?}");
            }
            if format == "markdown" {
                for live in ["<img", "](", "&lt"] {
                    let found =
                        run.out.match_indices(live).any(|(at, _)| !run.out[..at].ends_with('\\'));
                    assert!(!found, "{live} in {}", run.out);
                }
            }
        }
    }
    // JSON keeps the text as it is.
    let run = run_in(folder.path(), &["--format", "jsonl", "-"], rows.as_bytes()).unwrap();
    let ids: Vec<_> = run.rows().into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, [hostile, "-:2", hostile]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_error_costs_no_row() {
    let folder = folder();
    let feed =
        line(json!({ "id": "bad" })).repeat(40) + &line(json!({"id": "good", "text": RATES}));
    fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
    let Some(program) = program("digest") else { return };
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = Command::new(program)
        .args(["--format", "jsonl", "feed.jsonl"])
        .current_dir(folder.path())
        .stderr(full)
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(SOME_FAILED));
    assert_eq!(String::from_utf8(ended.stdout).unwrap().lines().count(), 41);
}

/// A pipe that nobody writes to makes whoever opens it wait.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_left_out_of_a_folder_and_is_no_model() {
    let folder = folder();
    let pipe = |name: &str| {
        let made = Command::new("mkfifo").arg(folder.path().join(name)).status();
        made.is_ok_and(|status| status.success())
    };
    if !pipe("other/wait.txt") || !pipe("empty/config.json") {
        eprintln!("skipped: no mkfifo");
        return;
    }
    fs::write(folder.path().join("other/rates.txt"), RATES).unwrap();
    let Some(run) = run_in(folder.path(), &["--format", "jsonl", "other"], b"") else { return };
    assert_eq!(run.code, ALL_DONE, "{run:?}");
    assert_eq!(kinds(&run.rows()), ["digest"]);
    assert_eq!(run.err, "other/wait.txt: no regular file, left out\n");
    let run = run_in(folder.path(), &["--model", "empty", "page.txt"], b"").unwrap();
    assert_eq!(run.code, COULD_NOT_RUN);
    assert!(run.err.contains("config.json is no regular file"), "{}", run.err);
}

#[cfg(target_os = "linux")]
#[test]
fn no_more_is_read_of_an_input_than_would_be_digested() {
    let Some(run) = check(&["--format", "jsonl", "/dev/zero", "rates.txt"], "", SOME_FAILED) else {
        return;
    };
    assert_eq!(kinds(&run.rows()), ["too-large", "digest"]);
}

#[test]
fn one_clean_article_is_read_whole() {
    let args = ["--format", "jsonl", "--whole", "page.txt"];
    let Some(run) = check(&args, "", ALL_DONE) else { return };
    let rows = run.rows();
    assert_eq!(rows[0]["articles"].as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["removed"], json!([]));
}

#[test]
fn lengths_hold() {
    let summary = |args: &[&str]| -> Option<String> {
        let args = [&["--format", "jsonl", "--whole"], args, &["rates.txt"]].concat();
        let run = check(&args, "", ALL_DONE)?;
        Some(run.rows()[0]["articles"][0]["summary"]["text"].as_str().unwrap().to_owned())
    };
    let Some(words) = summary(&["--words", "40"]) else { return };
    assert!((1..=40).contains(&words.split_whitespace().count()), "{words}");
    let chars = summary(&["--chars", "200"]).unwrap();
    assert!((1..=200).contains(&chars.chars().count()), "{chars}");
    let one = summary(&["--sentences", "1"]).unwrap();
    assert!(RATES.contains(&one) && !one.is_empty());
    let both = summary(&["--sentences", "1", "--words", "1000"]).unwrap();
    assert_eq!(both, one);
    assert_eq!(summary(&["--words", "1"]).unwrap(), "");
}

#[test]
fn topics_and_scores_are_as_many_as_asked() {
    let article = |args: &[&str]| -> Option<Value> {
        let args = [&["--format", "jsonl", "--whole"], args, &["rates.txt"]].concat();
        Some(check(&args, "", ALL_DONE)?.rows()[0]["articles"][0].clone())
    };
    let Some(none) = article(&["--topics", "0", "--keywords", "0"]) else { return };
    assert_eq!((&none["topics"], &none["keywords"]), (&json!([]), &json!([])));
    let top = article(&["--topics", "1"]).unwrap();
    let levels = top["topics"].as_array().unwrap().iter().filter(|topic| topic["level"] == 1);
    assert_eq!(levels.count(), 1);
    assert_eq!(article(&["--min-score", "1"]).unwrap()["abstained"], true);
    assert_eq!(article(&["--all-scores"]).unwrap()["scores"].as_object().unwrap().len(), 137);
}

#[test]
fn own_labels_come_from_a_list_or_from_lines() {
    let folder = folder();
    let labels = [
        json!({ "label": "money", "description": "banks, interest rates, inflation and loans" }),
        json!({ "label": "weather", "examples": ["Heavy rain flooded the cellars of the old town."] }),
    ];
    let lines: String = labels.iter().cloned().map(line).collect();
    fs::write(folder.path().join("list.json"), json!(labels).to_string()).unwrap();
    fs::write(folder.path().join("lines.jsonl"), lines).unwrap();
    let mut found = Vec::new();
    for file in ["list.json", "lines.jsonl"] {
        let args = ["--format", "jsonl", "--labels", file, "--all-scores", "rates.txt"];
        let Some(run) = run_in(folder.path(), &args, b"") else { return };
        assert_eq!(run.code, ALL_DONE, "{run:?}");
        let article = run.rows()[0]["articles"][0].clone();
        assert_eq!(article["topics"][0]["label"], "money");
        assert_eq!(article["scores"].as_object().unwrap().len(), 2);
        found.push(run.out);
    }
    assert_eq!(found[0], found[1]);
}

#[test]
fn bad_labels_stop_the_run_before_the_first_article() {
    let folder = folder();
    for (labels, expected) in [
        ("{\"label\": \"a\"}\n{\"name\": \"b\"}\n", "line 2 of labels.jsonl"),
        ("[{\"label\": \"a\"}", "labels.jsonl"),
        ("{\"label\": \" \"}", "label 1 has a blank name"),
        ("{\"label\": \"a\"}\n{\"label\": \"a\"}", "the label \"a\" stands twice"),
        ("", "no labels were given"),
        ("[]", "no labels were given"),
    ] {
        fs::write(folder.path().join("labels.jsonl"), labels).unwrap();
        let Some(run) = run_in(folder.path(), &["--labels", "labels.jsonl", "rates.txt"], b"")
        else {
            return;
        };
        assert_eq!((run.code, run.out.as_str()), (COULD_NOT_RUN, ""), "{labels}");
        assert!(run.err.contains(expected), "expected {expected:?} in: {}", run.err);
    }
    check_refused(&["--labels", "gone.jsonl", "rates.txt"], &["gone.jsonl cannot be read"]);
}

#[test]
fn bad_option_values_stop_the_run() {
    check_refused(&[], &["no input given", "--help"]);
    check_refused(&["--format", "yaml", "-"], &["yaml", "jsonl"]);
    check_refused(&["--input-format", "pdf", "-"], &["pdf", "markdown"]);
    check_refused(&["--words", "many", "-"], &["many", "--words"]);
    check_refused(&["--words", "-3", "-"], &["-3"]);
    check_refused(&["--jobs", "0", "-"], &["--jobs"]);
    check_refused(&["--nosuch", "-"], &["--nosuch"]);
    for option in ["--sentences", "--words", "--chars"] {
        check_refused(&[option, "0", "-"], &["at least 1", "found 0"]);
    }
    for score in ["1.5", "nan", "inf"] {
        check_refused(&["--min-score", score, "-"], &["minimum score must lie in 0.0..=1.0"]);
    }
}

#[test]
fn precise_topics_on_the_command_line() {
    let Some(run) = check(&["--precise", "--format", "jsonl", "rates.txt"], "", ALL_DONE) else {
        return;
    };
    let options = Options::default().with_topics(TopicOptions::default().with_precise(true));
    let expected = with(options).tag(None, RATES).unwrap();
    let found = run.rows()[0]["articles"][0]["topics"].clone();
    assert_eq!(serde_json::from_value::<Vec<Topic>>(found).unwrap(), expected);
    check_refused(&["--precise", "--labels", "labels.jsonl", "-"], &["--precise", "--labels"]);
}

#[test]
fn a_bad_model_folder_stops_the_run_before_the_first_article() {
    for format in ["text", "markdown", "json", "jsonl"] {
        check_refused(
            &["--format", format, "--model", "gone", "page.txt"],
            &["gone is neither a folder nor a model's name", "all-minilm-l6-v2"],
        );
        check_refused(
            &["--format", format, "--model", "empty", "page.txt"],
            &["config.json", "cannot be read"],
        );
    }
}

#[test]
fn a_model_folder_gives_what_the_model_inside_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/embedded");
    let args = ["--format", "jsonl", "--model", folder.to_str().unwrap(), "page.txt"];
    let Some(run) = check(&args, "", ALL_DONE) else { return };
    assert_eq!(run.out, check(&["--format", "jsonl", "page.txt"], "", ALL_DONE).unwrap().out);
}

#[test]
fn the_number_of_jobs_changes_no_byte() {
    let one = check(&["--format", "jsonl", "--jobs", "1", "."], "", SOME_FAILED);
    let Some(one) = one else { return };
    for jobs in ["2", "8"] {
        let other = check(&["--format", "jsonl", "--jobs", jobs, "."], "", SOME_FAILED).unwrap();
        assert_eq!(other.out, one.out);
    }
}

#[test]
fn help_shows_examples_and_exit_codes() {
    let Some(run) = check(&["--help"], "", ALL_DONE) else { return };
    for part in ["Examples:", "Exit codes: 0", "--format", "--all-scores", "[default: 3"] {
        assert!(run.out.contains(part), "expected {part:?} in: {}", run.out);
    }
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let Some(run) = run_in(root, &["examples/data/page.txt"], b"") else { return };
    let mut printed = run.out.lines();
    for line in shown.lines() {
        assert!(
            printed.any(|other| other == line),
            "{line:?} is not printed, or not in this order"
        );
    }
    assert_eq!(shown.lines().count(), 6);
}
