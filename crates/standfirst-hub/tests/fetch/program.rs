//! The program `standfirst-models` as a person or a shell meets it: exit codes, messages, pipes.

use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::server::{COMMIT, Fault, Hub, Kind, Tunnel, sha256};

const ALL_DONE: i32 = 0;
const SOME_FAILED: i32 = 1;
const COULD_NOT_RUN: i32 = 2;

/// A run's exit code, output and messages.
struct Run {
    code: i32,
    out: String,
    err: String,
}

/// A cache of its own, and no variable of the caller's.
fn command(home: &TempDir, vars: &[(&str, &str)], args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_standfirst-models"));
    command.args(args).env_clear().env("HF_HOME", home.path()).stdin(Stdio::null());
    command.envs(vars.iter().copied());
    command
}

fn run(home: &TempDir, vars: &[(&str, &str)], args: &[&str]) -> Run {
    let output = command(home, vars, args).output().unwrap();
    Run {
        code: output.status.code().expect("ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn check(run: &Run, code: i32, err: &[&str]) {
    assert_eq!(run.code, code, "{} {}", run.out, run.err);
    for part in err {
        assert!(run.err.contains(part), "expected {part:?} in: {}", run.err);
    }
}

/// A server with the files of `t5-small`, whose bytes are not those of the pinned revision.
fn hub() -> Hub {
    let entry = standfirst_hub::find("t5-small").unwrap();
    let files = entry.files.iter().map(|file| {
        let kind = if file.path.ends_with(".json") { Kind::Small } else { Kind::Large };
        (file.path.as_str(), kind, file.path.as_bytes())
    });
    Hub::new(&files.collect::<Vec<_>>())
}

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The fetch of `t5-small` from `hub`; the server's repository has another name.
const FETCH: [&str; 6] = ["fetch", "t5-small", "--revision", COMMIT, "--first-wait", "1"];

#[test]
fn the_catalogue_is_listed() {
    let home = home();
    let run = run(&home, &[], &["list"]);
    check(&run, ALL_DONE, &[]);
    assert_eq!(run.err, "");
    assert_eq!(run.out.lines().count(), standfirst_hub::catalog().len());
    let line = run.out.lines().find(|line| line.starts_with("all-minilm-l6-v2 ")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let expected =
        ["all-minilm-l6-v2", "sentence-encoder", "91.57", "MB", "Apache-2.0", "not", "here"];
    assert_eq!(words, expected);
}

#[test]
fn a_model_is_fetched_checked_and_found() {
    let (home, hub) = (home(), hub().at("google-t5/t5-small"));
    let endpoint = hub.endpoint();
    let vars = [("HF_ENDPOINT", endpoint.as_str()), ("HF_TOKEN", "hf_secret")];
    let fetched = run(&home, &vars, &FETCH);
    check(
        &fetched,
        ALL_DONE,
        &["t5-small at 0123456789ab: 5 files", "5 fetched", "as first fetched"],
    );
    let folder = fetched.out.trim_end();
    let place = format!("hub/models--google-t5--t5-small/snapshots/{COMMIT}");
    assert_eq!(folder, home.path().join(place).to_str().unwrap());
    let seen = hub.seen();
    assert!(
        seen.iter()
            .all(|seen| (seen.server == "hub") == seen.headers.contains_key("authorization"))
    );
    assert!(!fetched.err.contains("hf_secret") && !fetched.out.contains("hf_secret"));

    let checked = run(&home, &[], &["check", folder]);
    check(&checked, ALL_DONE, &[]);
    assert!(checked.out.contains("5 as first fetched"), "{}", checked.out);

    fs::write(format!("{folder}/config.json"), b"config.jsOn").unwrap();
    let checked = run(&home, &[], &["check", folder, "/nowhere"]);
    check(&checked, SOME_FAILED, &["config.json", &sha256(b"config.json"), "/nowhere"]);
}

#[test]
fn what_is_not_the_pinned_file_is_refused() {
    let (home, hub) = (home(), hub().at("google-t5/t5-small"));
    hub.answer_for("df1b051c49625cf57a3d0d8d3863ed4d13564fe4");
    let endpoint = hub.endpoint();
    let vars = [("HF_ENDPOINT", endpoint.as_str())];
    let run = run(&home, &vars, &["fetch", "t5-small", "no-such-model"]);
    let says = ["config.json", "the server says bytes 11, expected 1206", "no model no-such-model"];
    check(&run, SOME_FAILED, &says);
    assert_eq!(run.out, "");
}

#[test]
fn a_cut_fetch_is_continued_by_the_next_run() {
    let (home, hub) = (home(), hub().at("google-t5/t5-small"));
    let endpoint = hub.endpoint();
    let vars = [("HF_ENDPOINT", endpoint.as_str())];
    hub.fail("model.safetensors", &[Fault::Cut(7)]);
    let args = [&FETCH[..], &["--tries", "1"]].concat();
    let cut = run(&home, &vars, &args);
    check(&cut, SOME_FAILED, &["model.safetensors", "the same command continues there"]);
    check(&run(&home, &vars, &args), ALL_DONE, &[]);
    assert_eq!(hub.ranges("model.safetensors"), ["all", "bytes=7-"]);
}

#[test]
fn the_environment_is_heard() {
    let (home, hub, proxy) = (home(), hub().at("google-t5/t5-small"), Tunnel::new());
    let (endpoint, way) = (hub.endpoint(), proxy.address());
    let vars = [("HF_ENDPOINT", endpoint.as_str()), ("HTTP_PROXY", way.as_str())];
    let offline = [&vars[..], &[("HF_HUB_OFFLINE", "1")]].concat();
    let refused = run(&home, &offline, &FETCH);
    check(&refused, SOME_FAILED, &["offline"]);
    assert_eq!(hub.seen().len(), 0);
    check(&run(&home, &vars, &FETCH), ALL_DONE, &[]);
    assert_eq!(proxy.asked().len(), hub.seen().len());
    check(&run(&home, &offline, &FETCH), ALL_DONE, &[]);
    let args = [&FETCH[..], &["--force"]].concat();
    let direct = [&vars[..], &[("NO_PROXY", "127.0.0.1")]].concat();
    let before = proxy.asked().len();
    check(&run(&home, &direct, &args), ALL_DONE, &[]);
    assert_eq!(proxy.asked().len(), before);
}

#[test]
fn a_name_is_a_folder_once_it_is_fetched() {
    let home = home();
    let missing = run(&home, &[], &["path", "t5-small"]);
    let way_out = "`standfirst-models fetch t5-small`";
    check(&missing, SOME_FAILED, &["t5-small is not on this machine", way_out]);
    let unknown = run(&home, &[], &["path", "t6"]);
    check(&unknown, SOME_FAILED, &["t6 is neither a folder nor a model's name", "t5-small"]);
    let folder = run(&home, &[], &["path", home.path().to_str().unwrap()]);
    assert_eq!(folder.out.trim_end(), home.path().to_str().unwrap());
}

#[test]
fn a_run_that_cannot_start_is_code_2() {
    let home = home();
    let refused = run(&home, &[("HF_ENDPOINT", "nowhere")], &["list"]);
    check(&refused, COULD_NOT_RUN, &["HF_ENDPOINT"]);
    check(&run(&home, &[], &[]), COULD_NOT_RUN, &["Usage"]);
    check(&run(&home, &[], &["fetch"]), COULD_NOT_RUN, &["NAME"]);
    let help = run(&home, &[], &["--help"]);
    assert!(help.code == ALL_DONE && help.out.contains("standfirst-models fetch all-minilm-l6-v2"));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = home();
    let mut command = command(&home, &[], &["list", "--notes"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(ALL_DONE));
    assert_eq!(output.stderr, b"");
}
