//! Prose: from 1 KB to 1 MB, and 25 and 50 MB on one line.
//!
//! The text is 4 MB of the Daily Mail's in the development data, one article after the other, cut into
//! pieces of each length, so that every length reads the same; where the data is not there, the
//! example page's story again and again, and the report says so. A piece is read once in a pass:
//! one that is read again and again would be faster than any article is.

use std::fmt::Write as _;
use std::time::Instant;

use standfirst::{Digester, Input, page};
use standfirst_measure::articles::daily_mail;

/// Lengths are doubled from the first to the last, in bytes.
const LENGTHS: std::ops::RangeInclusive<u32> = 10..=20;
/// So much text is cut into pieces of each length: whatever the length, the same is read.
const ALL: usize = 4 << 20;
/// The best of so many passes counts: it is what the machine can do. Each goes through all lengths,
/// so that a slow minute of the machine meets no length alone.
const PASSES: usize = 5;
const LINES: [usize; 2] = [25 << 20, 50 << 20];

/// Prints the table; its points are bytes and seconds.
pub fn run(digester: &Digester, test: bool) -> Vec<(usize, f64)> {
    let (name, story) = text();
    println!("workload: {name}");
    // What the first digest alone has to do is not of the article's length.
    digester.digest(&Input::page("warm", start_of(&story, 1 << 14))).expect("it digests");

    let all = if test { 1 << LENGTHS.end() } else { ALL };
    let passes = if test { 1 } else { PASSES };
    let mut points: Vec<(usize, f64)> = LENGTHS.map(|power| (1 << power, f64::INFINITY)).collect();
    for _ in 0..passes {
        for (length, best) in &mut points {
            let pieces = all / *length;
            let inputs = (0..pieces).map(|piece| {
                Input::page("piece", start_of(from(&story, piece * *length), *length))
            });
            let took: f64 = inputs.map(|input| seconds(digester, &input)).sum();
            *best = best.min(took / pieces as f64);
        }
    }
    let mut before = None;
    for &(length, best) in &points {
        println!(
            "{length:>8} bytes: {:>9.3} ms, {:.2} MB/s{}",
            best * 1e3,
            length as f64 / best / 1e6,
            before.map_or(String::new(), |before| {
                format!(", {:.2} times the one before", best / before)
            })
        );
        before = Some(best);
    }
    let most = points.iter().zip(points.iter().skip(1)).map(|(a, b)| b.1 / a.1);
    let most = most.fold(0.0, f64::max);
    println!("twice the length takes at most {most:.2} times the time");

    if !test {
        let line = story.replace('\n', " ");
        let mut before = None;
        for length in LINES {
            let input = Input::page("line", start_of(&line, length));
            let took = seconds(digester, &input);
            println!(
                "one line of {length} bytes: {took:.1} s, {:.2} MB/s{}",
                length as f64 / took / 1e6,
                before.map_or(String::new(), |before| {
                    format!(", {:.2} times half of it", took / before)
                })
            );
            before = Some(took);
        }
        assert!(most < 2.5, "the time grows faster than the length");
    }
    points
}

fn seconds(digester: &Digester, input: &Input) -> f64 {
    let start = Instant::now();
    let digest = digester.digest(input).expect("it digests");
    let took = start.elapsed().as_secs_f64();
    assert!(!std::hint::black_box(digest).articles.is_empty());
    took
}

/// `text` from a byte on, or from the next that begins a character.
fn from(text: &str, start: usize) -> &str {
    (start..text.len()).find_map(|start| text.get(start..)).unwrap_or(text)
}

/// The first `length` bytes of `text`, or a few fewer, over again where it is shorter.
fn start_of(text: &str, length: usize) -> String {
    let mut found = String::with_capacity(length * 2);
    while found.len() < length {
        let end = (0..=text.len().min(length)).rev().find(|&end| text.is_char_boundary(end));
        found.push_str(text.get(..end.unwrap_or(0)).unwrap_or_default());
    }
    let mut end = length;
    while !found.is_char_boundary(end) {
        end -= 1;
    }
    found.truncate(end);
    found
}

fn text() -> (&'static str, String) {
    if let Some(articles) = daily_mail(1500) {
        return ("articles of the Daily Mail, one after the other", articles.join("\n\n"));
    }
    let text = include_str!("../../examples/data/page.txt");
    let page = page::split(text);
    let story = page.articles.first().expect("the example page has an article");
    let body: Vec<&str> = story.paragraphs.iter().map(|span| span.of(text)).collect();
    ("the example page's story, over again (no development data here)", body.join("\n") + "\n")
}

/// Both axes in powers of two, beside a line of time in proportion to length.
pub fn plot(points: &[(usize, f64)]) -> String {
    const SIDE: f64 = 48.0;
    let (&(first, quickest), &(_, slowest)) =
        (points.first().expect("there are points"), points.last().expect("there are points"));
    let height = (slowest / quickest).log2().ceil().max(10.0);
    let x = |length: usize| 70.0 + SIDE * (length as f64 / first as f64).log2();
    let y = |time: f64| 20.0 + SIDE * (height - (time / quickest).log2());
    let (width, bottom) = (x(1 << 20) + 30.0, y(quickest) + 50.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {bottom:.0}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let ends = (x(first), y(quickest), x(1 << 20), y(quickest * 1024.0));
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#999\" \
         stroke-dasharray=\"5 4\"/>",
        ends.0, ends.1, ends.2, ends.3
    );
    for &(length, time) in points {
        let (x, y) = (x(length), y(time));
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#0057b7\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{} KB</text>",
            bottom - 25.0,
            length.div_ceil(1024)
        );
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\">{:.2} ms</text>",
            x + 8.0,
            y + 14.0,
            time * 1e3
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"70\" y=\"{:.1}\">length of the article; dashed: time in proportion to it</text>\n\
         </svg>",
        bottom - 6.0
    );
    svg
}
