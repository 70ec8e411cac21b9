//! Streams: each row as soon as it can be, and no input read before it must be.

use std::io::{BufRead, BufReader, Write};
use std::num::NonZeroUsize;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use standfirst::Input;
use standfirst::digest::{Failed, Row};

use crate::cli::program;
use crate::pages::{RATES, articles, digester};

/// Far more than a row needs, far less than a person waits.
const SOON: Duration = Duration::from_secs(60);

const JOBS: [usize; 3] = [1, 2, 4];

fn jobs(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

#[test]
fn each_row_comes_before_the_next_input_is_sent() {
    for count in JOBS {
        let (feed, source) = mpsc::channel::<Result<Input, Failed>>();
        let mut rows = digester().rows(source, jobs(count));
        let (given, seen) = mpsc::channel::<Row>();
        let reader = std::thread::spawn(move || {
            rows.by_ref().for_each(|row| given.send(row).unwrap());
            rows.next()
        });
        for round in 0..3 {
            for input in articles() {
                let expected = digester().row(&input);
                feed.send(Ok(input)).unwrap();
                // Who reads ahead waits here for ever: nothing is sent until this row was seen.
                let row = seen.recv_timeout(SOON);
                assert_eq!(row.as_ref(), Ok(&expected), "round {round}, {count} jobs");
            }
        }
        drop(feed);
        assert_eq!(reader.join().unwrap(), None, "after the end there is no row");
    }
}

#[test]
fn no_more_is_read_than_the_window_holds() {
    for count in JOBS {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let endless = std::iter::repeat_with(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(Input::article("again", "Rain fell on Velle."))
        });
        let mut rows = digester().rows(endless, jobs(count));
        assert_eq!(read.load(Ordering::SeqCst), 0, "nothing before a row is asked for");
        assert_eq!(rows.by_ref().take(3).count(), 3);
        drop(rows);
        let most = if count == 1 { 3 } else { 3 + 32 * count };
        assert!(read.load(Ordering::SeqCst) <= most, "{count} jobs");
    }
}

#[test]
fn the_number_of_rows_to_come_is_known_where_that_of_inputs_is() {
    let inputs = articles();
    let all = inputs.len();
    for count in JOBS {
        let mut rows = digester().rows(inputs.clone().into_iter().map(Ok), jobs(count));
        assert_eq!(rows.size_hint(), (all, Some(all)));
        assert_eq!(rows.by_ref().take(2).count(), 2);
        let (least, most) = rows.size_hint();
        assert!(least <= all - 2 && most.is_none_or(|most| most >= all - 2), "{least} {most:?}");
        assert_eq!(rows.by_ref().count(), all - 2);
        assert_eq!(rows.size_hint(), (0, Some(0)));
    }
}

/// Runs a program of ours on a feed that comes a line at a time; for each line, `told` says whether
/// what the program printed so far tells of it.
fn check_live(name: &str, args: &[&str], told: impl Fn(&str, &str) -> bool) {
    let Some(program) = program(name) else { return };
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut feed = child.stdin.take().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (printed, seen) = mpsc::channel::<String>();
    let reader = std::thread::spawn(move || {
        for line in out.lines() {
            printed.send(line.unwrap()).unwrap();
        }
    });
    for number in 0..6 {
        let id = format!("story-{number}");
        // Short, so that no buffer is full by itself.
        let row = json!({ "id": id, "text": format!("Rain fell on {id} all night.") });
        writeln!(feed, "{row}").unwrap();
        let mut printed = String::new();
        while !told(&printed, &id) {
            let line = seen.recv_timeout(SOON);
            printed += &line.unwrap_or_else(|_| panic!("{name} {args:?} keeps {id} to itself"));
            printed.push('\n');
        }
    }
    drop(feed);
    assert!(child.wait().unwrap().success());
    reader.join().unwrap();
}

#[test]
fn a_feed_of_a_line_a_moment_gives_a_row_a_moment() {
    for count in ["1", "2", "4"] {
        check_live("digest", &["--format", "jsonl", "--jobs", count, "-"], |printed, id| {
            let row = printed.lines().next().map(serde_json::from_str::<Value>);
            row.is_some_and(|row| row.unwrap()["id"] == id)
        });
        for format in ["text", "markdown", "json"] {
            check_live("digest", &["--format", format, "--jobs", count, "-"], |printed, id| {
                printed.contains(&format!("Rain fell on {id} all night."))
            });
        }
    }
}

#[test]
fn topics_and_summaries_of_a_feed_come_as_they_are_done() {
    check_live("tag", &["--whole", "-"], |printed, id| printed.contains(id));
    check_live("summarize", &["--whole", "-"], |printed, id| printed.contains(id));
}

#[test]
fn an_input_that_could_not_be_read_keeps_its_place() {
    let failed = Failed::new("b", None, standfirst::ErrorKind::Io, "b is gone");
    for count in JOBS {
        let inputs = vec![
            Ok(Input::article("a", RATES)),
            Err(failed.clone()),
            Ok(Input::article("c", "Rain.")),
        ];
        let rows: Vec<Row> = digester().rows(inputs, jobs(count)).collect();
        assert_eq!(rows.iter().map(Row::id).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(rows[1], Row::Failed(failed.clone()));
    }
}
