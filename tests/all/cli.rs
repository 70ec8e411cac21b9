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
    run_program("digest", folder, args, input)
}

/// Runs a program as [`run_in`] runs `digest`.
fn run_program(name: &str, folder: &Path, args: &[&str], input: &[u8]) -> Option<Run> {
    let mut child = Command::new(program(name)?)
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
    let feed: String = (0..3000).map(|id| line(json!({ "id": id, "text": RATES }))).collect();
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
    assert!(run.err.contains("config.json cannot be read: it is no regular file"), "{}", run.err);
}

#[cfg(target_os = "linux")]
#[test]
fn no_more_is_read_of_an_input_than_would_be_digested() {
    let Some(run) = check(&["--format", "jsonl", "/dev/zero", "rates.txt"], "", SOME_FAILED) else {
        return;
    };
    assert_eq!(kinds(&run.rows()), ["too-large", "digest"]);
}

/// What a program does that a signal or a slow reader meets.
#[cfg(unix)]
mod faults {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::{Child, ExitStatus};
    use std::time::{Duration, Instant};

    use super::*;

    /// Far more than an end takes, far less than what the program was at.
    const SOON: Duration = Duration::from_secs(20);

    const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

    fn send(child: &Child, signal: &str) {
        let kill = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// How the program ended; that it did not is a failure, after which it does not linger.
    fn ended(child: &mut Child) -> ExitStatus {
        let start = Instant::now();
        while start.elapsed() < SOON {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        panic!("still running after {SOON:?}");
    }

    fn start(name: &str, folder: &Path, args: &[&str], input: Stdio) -> Option<Child> {
        let mut command = Command::new(program(name)?);
        command.args(args).current_dir(folder).stdin(input);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Some(command.spawn().unwrap())
    }

    /// What stands in a stream of a program that has ended.
    fn all(mut stream: impl Read) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_signal_writes_the_rows_that_are_done_of_a_run_that_waits() {
        let tokenizer =
            concat!(env!("CARGO_MANIFEST_DIR"), "/models/embedded/tokenizer.json").to_owned();
        let digest = ["--jobs", "1", "--input-format", "jsonl", "/dev/stdin", "--format"];
        let json = |out: &str| serde_json::from_str::<Vec<Value>>(out).unwrap().len();
        let lines = |out: &str| {
            assert!(out.ends_with('\n'), "{out:?}");
            out.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).unwrap()));
            out.lines().count()
        };
        type Count<'a> = &'a dyn Fn(&str) -> usize;
        let programs: [(&str, Vec<&str>, Count); 6] = [
            ("digest", [&digest[..], &["jsonl"]].concat(), &lines),
            ("digest", [&digest[..], &["json"]].concat(), &json),
            ("split", vec![], &lines),
            ("encode", vec![&tokenizer], &lines),
            ("tag", vec!["-"], &|out| out.lines().count()),
            ("summarize", vec!["-"], &|out| out.matches("\n\n").count()),
        ];
        let folder = folder();
        for (name, args, count) in programs {
            for (signal, code) in SIGNALS {
                let Some(mut child) = start(name, folder.path(), &args, Stdio::piped()) else {
                    return;
                };
                let mut input = child.stdin.take().unwrap();
                for id in ["a", "b", "c"] {
                    let row = line(json!({ "id": id, "title": RATES_TITLE, "text": RATES }));
                    input.write_all(row.as_bytes()).unwrap();
                }
                // More than a pipe holds: once it is taken, the rows before it were.
                input.write_all(&[b' '; 1 << 20]).unwrap();
                let mut out = child.stdout.take().unwrap();
                let mut seen = Vec::new();
                // Rows of a run on `-` are digested on other threads, and come one by one.
                while args == ["-"] && count(&String::from_utf8_lossy(&seen)) < 3 {
                    let mut byte = [0];
                    out.read_exact(&mut byte).unwrap();
                    seen.extend(byte);
                }
                send(&child, signal);
                let status = ended(&mut child);
                out.read_to_end(&mut seen).unwrap();
                let (out, err) =
                    (String::from_utf8(seen).unwrap(), all(child.stderr.take().unwrap()));
                assert_eq!(status.code(), Some(code), "{name} {args:?}: {err}");
                assert_eq!(count(&out), 3, "{name} {args:?}: {out}");
                assert_eq!(err, format!("{name}: ended by SIG{signal} after 3 rows\n"));
            }
        }
    }

    #[test]
    fn a_signal_does_not_wait_for_a_long_digest() {
        let folder = folder();
        let feed = line(json!({ "id": "short", "text": RATES }))
            + &line(json!({ "id": "long", "text": RATES.repeat(40_000_000 / RATES.len()) }));
        fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
        for (jobs, (signal, code)) in ["1", "3"].into_iter().zip(SIGNALS) {
            let feed = fs::File::open(folder.path().join("feed.jsonl")).unwrap();
            let args = ["--jobs", jobs, "--format", "jsonl", "-"];
            let Some(mut child) = start("digest", folder.path(), &args, feed.into()) else {
                return;
            };
            let mut out = child.stdout.take().unwrap();
            let mut first = [0];
            out.read_exact(&mut first).unwrap();
            send(&child, signal);
            assert_eq!(ended(&mut child).code(), Some(code));
            let row = String::from_utf8(first.to_vec()).unwrap() + &all(out);
            assert_eq!(row.lines().count(), 1);
            assert_eq!(serde_json::from_str::<Value>(&row).unwrap()["id"], "short");
        }
    }

    /// A row larger than a pipe is half written when its reader stops.
    #[test]
    fn a_row_is_not_torn_unless_a_second_signal_says_so() {
        let folder = folder();
        fs::write(folder.path().join("long.txt"), RATES.repeat(400_000 / RATES.len())).unwrap();
        for second in [false, true] {
            let args = ["--format", "jsonl", "--body", "long.txt"];
            let Some(mut child) = start("digest", folder.path(), &args, Stdio::null()) else {
                return;
            };
            let mut out = child.stdout.take().unwrap();
            let mut first = [0];
            out.read_exact(&mut first).unwrap();
            send(&child, "TERM");
            std::thread::sleep(Duration::from_millis(300));
            assert_eq!(child.try_wait().unwrap(), None, "it waits for who reads");
            if second {
                send(&child, "TERM");
                assert_eq!(ended(&mut child).code(), Some(143));
            } else {
                let row = String::from_utf8(first.to_vec()).unwrap() + &all(out);
                assert_eq!(ended(&mut child).code(), Some(143));
                assert_eq!(serde_json::from_str::<Value>(&row).unwrap()["id"], "long.txt");
            }
        }
    }

    #[test]
    fn different_names_give_different_ids_and_the_same_id_twice_is_told_once() {
        let folder = folder();
        let name = |bytes: &[u8]| folder.path().join("other").join(OsStr::from_bytes(bytes));
        for bytes in [&b"bad\xff.txt"[..], b"bad\xfe.txt", br"bad\xff.txt", b"fine.txt"] {
            if fs::write(name(bytes), RATES).is_err() {
                eprintln!("skipped: this file system takes UTF-8 only");
                return;
            }
        }
        let args = ["--format", "jsonl", "other"];
        let Some(run) = run_in(folder.path(), &args, b"") else { return };
        assert_eq!((run.code, run.err.as_str()), (ALL_DONE, ""));
        let ids: Vec<_> = run.rows().iter().map(|row| row["id"].clone()).collect();
        let expected =
            [r"other/bad\\xff.txt", r"other/bad\xfe.txt", r"other/bad\xff.txt", "other/fine.txt"];
        assert_eq!(ids, expected);

        let ids = ["a", "b", "a", "a\u{1b}", "b", "a", "a\u{1b}"];
        let feed: String =
            ids.iter().map(|id| line(json!({ "id": id, "text": "Rain fell." }))).collect();
        for name in ["digest", "tag"] {
            let args = if name == "digest" { &["--format", "jsonl", "-"][..] } else { &["-"] };
            let run = run_program(name, folder.path(), args, feed.as_bytes()).unwrap();
            let said = ["a", "b", "a\\u{1b}"];
            let said = said.map(|id| format!("{name}: more than one row has the id {id}\n"));
            assert_eq!((run.code, run.err), (ALL_DONE, said.concat()));
            assert_eq!(run.out.lines().count(), ids.len());
        }
    }

    #[test]
    fn a_number_of_jobs_beyond_all_use_is_cut() {
        let Some(few) = check(&["--format", "jsonl", "."], "", SOME_FAILED) else { return };
        for jobs in ["100000", "18446744073709551615"] {
            let run = check(&["--jobs", jobs, "--format", "jsonl", "."], "", SOME_FAILED).unwrap();
            assert_eq!(run.out, few.out);
            assert!(
                run.err.contains(&format!("{jobs} jobs are more than are of use")),
                "{}",
                run.err
            );
        }
    }

    /// A thread that finds no room ends the process, so none is started that would not.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_small_address_space_is_enough() {
        let folder = folder();
        let Some(program) = program("digest") else { return };
        for kilobytes in [80_000, 150_000] {
            let limited = format!(
                "ulimit -v {kilobytes}; exec '{}' --jobs 64 --format jsonl page.txt rates.txt",
                program.display()
            );
            let mut command = Command::new("sh");
            let ended = command.args(["-c", &limited]).current_dir(folder.path()).output().unwrap();
            let err = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(ALL_DONE), "{err}");
            assert!(err.contains("64 jobs are more than fit into the address space"), "{err}");
            assert_eq!(String::from_utf8(ended.stdout).unwrap().lines().count(), 2);
        }
    }

    #[test]
    fn few_handles_are_enough() {
        let folder = folder();
        for number in 0..40 {
            let file = format!("other/{}/page.txt", format!("{number}/").repeat(9));
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, RATES).unwrap();
        }
        let Some(program) = program("digest") else { return };
        let limited =
            format!("ulimit -n 9; exec '{}' --jobs 4 --format jsonl other", program.display());
        let ended =
            Command::new("sh").args(["-c", &limited]).current_dir(folder.path()).output().unwrap();
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
        assert_eq!(ended.status.code(), Some(ALL_DONE));
        assert_eq!(String::from_utf8(ended.stdout).unwrap().lines().count(), 40);
    }

    /// A folder's path grows past what the system takes: what lies there is told, not passed over.
    #[test]
    fn folders_of_any_depth_are_walked_or_told() {
        let folder = folder();
        let deep = |top: &str, levels: usize| {
            let path = folder.path().join(top).join(format!("{}/", "d".repeat(250)).repeat(levels));
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("page.txt"), RATES).unwrap();
            path
        };
        let end = deep("other", 12);
        deep("more", 12);
        fs::rename(folder.path().join("more"), end.join("more")).unwrap();
        let cycle = std::os::unix::fs::symlink(folder.path(), end.join("cycle"));
        cycle.unwrap();
        let Some(run) = run_in(folder.path(), &["--format", "jsonl", "other"], b"") else { return };
        assert_eq!(run.code, SOME_FAILED, "{}", run.err);
        let rows = run.rows();
        assert_eq!(kinds(&rows), ["io", "digest"]);
        let message = rows[0]["error"]["message"].as_str().unwrap();
        assert!(message.contains("/more/ddd") && message.contains("cannot be read"), "{message}");
        assert!(rows[1]["id"].as_str().unwrap().ends_with("d/page.txt"));
    }

    #[test]
    fn files_that_change_after_they_were_listed_cost_their_row_only() {
        let folder = folder();
        let file = |name: &str| folder.path().join("other").join(name);
        for number in 0..100 {
            fs::write(file(&format!("{number:03}.txt")), RATES.repeat(5)).unwrap();
        }
        for name in
            ["w.txt", "x-folder.txt", "x-gone.txt", "x-grown.txt", "x-pipe.txt", "x-short.txt"]
        {
            fs::write(file(name), RATES).unwrap();
        }
        let args = ["--jobs", "1", "--body", "--format", "jsonl", "other"];
        let Some(mut child) = start("digest", folder.path(), &args, Stdio::null()) else { return };
        let mut out = child.stdout.take().unwrap();
        let mut first = [0];
        // The folder is listed, and nobody reads on: the last files are far behind what a pipe holds.
        out.read_exact(&mut first).unwrap();
        let names = ["x-folder.txt", "x-gone.txt", "x-pipe.txt"];
        names.iter().for_each(|name| fs::remove_file(file(name)).unwrap());
        fs::create_dir(file("x-folder.txt")).unwrap();
        fs::write(file("x-grown.txt"), RATES.repeat(2)).unwrap();
        fs::write(file("x-short.txt"), "").unwrap();
        let pipe = Command::new("mkfifo").arg(file("x-pipe.txt")).status();
        let piped = pipe.is_ok_and(|status| status.success());
        let out = String::from_utf8(first.to_vec()).unwrap() + &all(out);
        assert_eq!(ended(&mut child).code(), Some(SOME_FAILED));
        let rows: Vec<Value> = out.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
        let of = |name: &str| {
            let id = format!("other/{name}");
            let row = rows.iter().find(|row| row["id"] == id.as_str()).unwrap();
            row["error"]["kind"].as_str().unwrap_or("digest")
        };
        assert_eq!(rows.len(), 106);
        let kinds = names.map(of);
        assert_eq!(kinds, ["io", "io", if piped { "io" } else { kinds[2] }]);
        assert_eq!(["w.txt", "x-grown.txt", "x-short.txt"].map(of), ["digest", "digest", "empty"]);
    }

    /// Every program: output that takes no more is an error, output that nobody reads a quiet end.
    #[test]
    fn full_output_is_an_error_and_closed_output_a_quiet_end() {
        let folder = folder();
        let tokenizer =
            concat!(env!("CARGO_MANIFEST_DIR"), "/models/embedded/tokenizer.json").to_owned();
        let feed: String =
            (0..300).map(|id| line(json!({ "id": id.to_string(), "text": RATES }))).collect();
        fs::write(folder.path().join("feed.jsonl"), &feed).unwrap();
        let programs: [(&str, &[&str]); 7] = [
            ("digest", &["--format", "jsonl", "feed.jsonl"]),
            ("digest", &["--format", "json", "page.txt"]),
            ("digest", &["page.txt"]),
            ("tag", &["feed.jsonl"]),
            ("summarize", &["feed.jsonl"]),
            ("split", &[]),
            ("encode", &[&tokenizer]),
        ];
        for (name, args) in programs {
            let feed = || Stdio::from(fs::File::open(folder.path().join("feed.jsonl")).unwrap());
            let Some(path) = program(name) else { return };
            let with = |out: Stdio| {
                let mut command = Command::new(&path);
                command.args(args).current_dir(folder.path()).stdin(feed()).stdout(out);
                let ended = command.stderr(Stdio::piped()).output().unwrap();
                (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
            };
            if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
                let (code, err) = with(full.into());
                assert_eq!(code, Some(COULD_NOT_RUN), "{name} {args:?}: {err}");
                assert!(err.starts_with(&format!("{name}: ")) && err.lines().count() == 1, "{err}");
            }
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            assert_eq!(with(writer.into()), (Some(ALL_DONE), String::new()), "{name} {args:?}");
        }
    }
}

#[test]
fn lines_that_end_with_a_carriage_return_alone_are_one_bad_row_that_says_so() {
    let rows = ["a", "b"].map(|id| json!({ "id": id, "text": RATES }).to_string());
    for feed in [rows.join("\r"), rows.join("\r") + "\r", rows.join("\r") + "\n"] {
        let Some(run) = check(&["--format", "jsonl", "-"], &feed, SOME_FAILED) else { return };
        assert_eq!(kinds(&run.rows()), ["invalid-row"]);
        let expected = "rows end with a line feed, these with a carriage return";
        assert!(run.err.contains(expected), "{}", run.err);
    }
}

#[test]
fn split_gives_a_bad_line_a_failed_row_and_goes_on() {
    let folder = folder();
    let feed = [
        "\u{feff}".to_owned() + &line(json!({ "id": "first", "text": PAGE })),
        "{\"id\": \"second\", \"text\": \n".to_owned(),
        "\n".to_owned(),
        line(json!({ "id": "none" })),
        line(json!([1, 2])),
        line(json!({ "text": RATES })).trim_end().to_owned(),
    ];
    let mut feed = feed.concat().into_bytes();
    feed.extend(b"\r\n{\"text\": \"caf\xe9\"}\n");
    for args in [&[][..], &["--whole", "--sentences"]] {
        let Some(run) = run_program("split", folder.path(), args, &feed) else { return };
        assert_eq!(run.code, SOME_FAILED);
        let rows = run.rows();
        let bad = "invalid-row";
        assert_eq!(kinds(&rows), ["digest", bad, bad, bad, "digest", bad]);
        let ids: Vec<_> = rows.iter().map(|row| row["id"].clone()).collect();
        assert_eq!(json!(ids), json!(["first", 1, "none", 4, 5, 6]));
        for row in [1, 2, 3, 5] {
            let message = rows[row]["error"]["message"].as_str().unwrap();
            let number = [0, 2, 4, 5, 0, 7][row];
            assert!(message.starts_with(&format!("line {number} of - ")), "{message}");
            assert!(run.err.contains(message), "{}", run.err);
        }
        assert_eq!(run.err.lines().count(), 4, "{}", run.err);
    }
}

#[test]
fn a_bad_line_of_rows_to_train_on_is_told_by_its_number() {
    let folder = folder();
    let row = line(json!({ "text": RATES, "labels": ["rates"] }));
    for (rows, expected) in [
        (format!("\u{feff}{row}\n{{\"text\": 1}}\n"), "line 3 of rows.jsonl is not a row"),
        (row.trim_end().to_owned() + "\r" + &row, "these with a carriage return"),
    ] {
        fs::write(folder.path().join("rows.jsonl"), rows).unwrap();
        let args = ["--out", "model", "rows.jsonl"];
        let Some(run) = run_program("train", folder.path(), &args, b"") else { return };
        assert_eq!(run.code, COULD_NOT_RUN);
        assert!(run.err.contains(expected), "{}", run.err);
        assert!(!folder.path().join("model").exists());
    }
}

#[test]
fn a_byte_order_mark_before_labels_is_no_part_of_them() {
    let folder = folder();
    let labels = format!("\u{feff}{}", line(json!({ "label": "money", "description": "banks" })));
    fs::write(folder.path().join("labels.jsonl"), labels).unwrap();
    let args = ["--labels", "labels.jsonl", "rates.txt"];
    let Some(run) = run_in(folder.path(), &args, b"") else { return };
    assert_eq!(run.code, ALL_DONE, "{}", run.err);
}

#[test]
fn options_that_name_nothing_or_what_is_not_built_stop_the_run() {
    for option in ["--model", "--summary-model"] {
        check_refused(&[option, "", "-"], &["a model's name is empty"]);
    }
    for (option, value, feature) in [
        ("--engine", "rust-bert", cfg!(feature = "rust-bert")),
        ("--engine", "rten", cfg!(feature = "rten")),
        ("--device", "cuda:0", cfg!(feature = "rust-bert")),
    ] {
        if !feature {
            check_refused(&[option, value, "-"], &["this build", "build with the feature"]);
        }
    }
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
