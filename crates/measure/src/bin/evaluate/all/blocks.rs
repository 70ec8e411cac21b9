//! Figures to tables, and tables to documents.
//!
//! In: a report. Out: `report.md`, and documents whose tables between `<!-- report:NAME -->` and
//! `<!-- /report -->` are those of the report. A test holds the documents of the repository to the
//! report that lies beside them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use standfirst_measure::length::Length;
use standfirst_measure::topics::Figures;

use super::bootstrap::RESAMPLES;
use super::figures::{
    Beside, ByLabel, Evidence, Given, Interval, Intervals, ManyLabels, OwnSet, Pages, Report,
    Selective, Summaries, Summarizer,
};

/// A table, its heading in `report.md` and the name by which documents ask for it.
struct Block {
    name: &'static str,
    heading: &'static str,
    render: fn(&Report) -> String,
}

const BLOCKS: [Block; 14] = [
    Block { name: "about", heading: "", render: about },
    Block { name: "overview", heading: "Overview", render: overview },
    Block { name: "topics", heading: "Topics", render: topics },
    Block { name: "topics-by-label", heading: "Topics, one by one", render: by_label },
    Block { name: "carry-over", heading: "Carried over", render: carry_over },
    Block { name: "own-labels", heading: "Own labels", render: own_labels },
    Block { name: "many-labels", heading: "Many labels", render: many_labels },
    Block { name: "evidence", heading: "Evidence", render: evidence },
    Block { name: "coverage", heading: "Answers given less often", render: coverage },
    Block { name: "precise", heading: "Precise topics", render: precise },
    Block { name: "summaries", heading: "Summaries", render: summaries },
    Block { name: "openings", heading: "Summaries: openings and length", render: openings },
    Block { name: "pages", heading: "Pages", render: pages },
    Block { name: "page-folds", heading: "Pages that taught nothing", render: page_folds },
];

/// Who says which topics are right.
const LABELLED: &str = "labelled by a language model under a guide, not checked by a person";

const OPEN: &str = "<!-- report:";
const OPEN_END: &str = " -->";
const CLOSE: &str = "<!-- /report -->";

/// `report.md`.
pub fn document(report: &Report) -> String {
    let mut text = "# Report\n".to_owned();
    for Block { heading, render, .. } in &BLOCKS {
        let block = render(report);
        if !block.is_empty() {
            let heading =
                if heading.is_empty() { String::new() } else { format!("\n## {heading}\n") };
            let _ = write!(text, "{heading}\n{block}");
        }
    }
    text
}

/// Refuses a document that asks for a table there is none of, or for none at all.
pub fn check(path: &Path) -> Result<()> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    let parts = parts(&text).with_context(|| format!("{name} cannot be filled"))?;
    if !parts.iter().any(|part| part.block.is_some()) {
        bail!("{name} quotes nothing: it has no line {OPEN}NAME{OPEN_END}");
    }
    Ok(())
}

/// A document with the report's tables in place of those it has.
pub fn filled(path: &Path, report: &Report) -> Result<String> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    fill(&text, report).with_context(|| format!("{name} cannot be filled"))
}

fn fill(text: &str, report: &Report) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    for Part { before, block } in parts(text)? {
        filled.push_str(before);
        if let Some(Block { name, render, .. }) = block {
            let _ = write!(filled, "{OPEN}{name}{OPEN_END}\n{}{CLOSE}", render(report));
        }
    }
    Ok(filled)
}

/// Text that stays, and the table after it; none after the last.
struct Part<'t> {
    before: &'t str,
    block: Option<&'static Block>,
}

fn parts(text: &str) -> Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once(OPEN_END).context("a mark is not closed")?;
        let (old, after) =
            after.split_once(CLOSE).with_context(|| format!("{OPEN}{name} has no end"))?;
        if old.contains(OPEN) {
            bail!("{OPEN}{name} has no end before the next");
        }
        let block = BLOCKS.iter().find(|block| block.name == name);
        let block = block.with_context(|| format!("the report has no table {name:?}"))?;
        parts.push(Part { before, block: Some(block) });
        rest = after;
    }
    parts.push(Part { before: rest, block: None });
    Ok(parts)
}

/// A table; the columns after the first `named` hold figures.
fn table(named: usize, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rules = (0..head.len()).map(|column| if column < named { "---" } else { "--:" });
    let rules = format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
    let rows: String = rows.into_iter().map(|row| line(&row)).collect();
    line(&head) + &rules + &rows
}

fn share(value: f64) -> String {
    format!("{value:.3}")
}

/// `1234567` as `1,234,567`.
fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn rouge(values: [f64; 3]) -> String {
    values.map(|value| format!("{value:.2}")).join(" / ")
}

/// A share, and the interval it lies in.
fn within(value: f64, Interval(low, high): Interval) -> String {
    format!("{} ({low:.2}–{high:.2})", share(value))
}

/// Ours, a rival's, and how far ours is above it, each with its interval.
fn beside(ours: f64, rival: f64, intervals: &Intervals) -> [String; 3] {
    let Interval(low, high) = intervals.ahead;
    let ahead = format!("{:+.3} ({low:+.3} to {high:+.3})", ours - rival);
    [within(ours, intervals.ours), within(rival, intervals.rival), ahead]
}

fn rouge_within(values: [f64; 3], intervals: [Interval; 3]) -> String {
    let both = values.into_iter().zip(intervals);
    let each: Vec<String> = both
        .map(|(value, Interval(low, high))| format!("{value:.2} ({low:.1}–{high:.1})"))
        .collect();
    each.join(" / ")
}

fn gain_within(values: [f64; 3], intervals: [Interval; 3]) -> String {
    let both = values.into_iter().zip(intervals);
    let each: Vec<String> = both
        .map(|(value, Interval(low, high))| format!("{value:+.2} ({low:+.2} to {high:+.2})"))
        .collect();
    each.join(" / ")
}

fn about(report: &Report) -> String {
    let about = &report.about;
    let hash =
        about.sha256.as_deref().map(|hash| format!(" (`model.safetensors`, sha256 `{hash}`)"));
    format!(
        "Measured on {} by `{}`, standfirst {}, model `{}`{}, on {}.\n",
        about.date,
        about.command,
        about.version,
        about.model,
        hash.unwrap_or_default(),
        about.machine
    )
}

/// The figures that a reader asks for first.
fn overview(report: &Report) -> String {
    let rows = [
        topic_rows(report),
        precise_rows(report),
        own_label_rows(report),
        summary_rows(report),
        page_rows(report),
    ];
    let head = ["", "measured on", "Standfirst", "beside it", "Standfirst is ahead by"];
    table(2, &head, rows.concat()) + "\n" + &overview_note(report)
}

fn topic_rows(report: &Report) -> Vec<Vec<String>> {
    let Beside { ours, rival } = &report.topics.all;
    let intervals = &report.topics.intervals;
    let row = |name: &str, of: &str, figure: fn(&Figures) -> f64, intervals: &Intervals| {
        let [ours, rival, ahead] = beside(figure(ours), figure(rival), intervals);
        let rival = format!("TF-IDF {rival}");
        vec![name.to_owned(), of.to_owned(), ours, rival, ahead]
    };
    let n = count(ours.n);
    let items = format!("{n} items, {LABELLED}");
    let same = format!("the same {n}");
    let calibration = [ours, rival].map(|figures| share(figures.ece.unwrap_or(1.0)));
    let [of_ours, of_rival] = calibration;
    vec![
        row("topics, level 1 (17): macro F1", &items, |of| of.macro_f1, &intervals.macro_f1),
        row("level 2 (120): micro F1", &same, |of| of.l2_micro_f1, &intervals.l2_micro_f1),
        row("best topic is right", &same, |of| of.top1_in_set, &intervals.top1_in_set),
        vec![
            "calibration error (less is better)".to_owned(),
            same,
            of_ours,
            format!("TF-IDF {of_rival}"),
            String::new(),
        ],
    ]
}

fn precise_rows(report: &Report) -> Vec<Vec<String>> {
    let Selective { usual, precise, .. } = &report.selective;
    let n = count(report.topics.all.ours.n);
    let row = |level: usize| {
        let [precision, recall] = [precise, usual].map(|given| precision_and_recall(given, level));
        let name = format!("`--precise`, level {}: precision; recall", level + 1);
        let usual = format!("usual thresholds {recall}");
        vec![name, format!("the same {n}"), precision, usual, String::new()]
    };
    let given = |given: &Given| share(given.coverage);
    let items = vec![
        "`--precise`: items given a topic".to_owned(),
        format!("the same {n}"),
        given(precise),
        format!("usual thresholds {}", given(usual)),
        String::new(),
    ];
    vec![row(0), row(1), items]
}

fn own_label_rows(report: &Report) -> Vec<Vec<String>> {
    let row = |set: &OwnSet| {
        let with = format!("with {} examples each", set.examples_a_label);
        vec![
            format!("own labels by a line of description; {with}: best is right"),
            format!("{} articles of {}, by its own labels", count(set.n), set.set),
            format!(
                "{}; {}",
                within(set.described, set.described_interval),
                within(set.examples, set.examples_interval)
            ),
            String::new(),
            String::new(),
        ]
    };
    report.own_labels.iter().map(row).collect()
}

fn summary_rows(report: &Report) -> Vec<Vec<String>> {
    let rows = report.summaries.iter().filter(|row| is_shown_first(row));
    let both = |row: &Summaries| {
        let n = count(row.n);
        let [ours, lead, textrank] =
            [row.ours, row.lead, row.textrank].map(|by| share(by.dangling));
        [
            vec![
                format!("summaries, {}: ROUGE-1 / 2 / Lsum", length(&row.length)),
                format!("{n} articles of {}", row.set),
                rouge_within(row.ours.rouge, row.rouge_intervals),
                format!("lead {}, TextRank {}", rouge(row.lead.rouge), rouge(row.textrank.rouge)),
                format!(
                    "of the lead {}",
                    gain_within(row.gain_over_lead, row.gain_over_lead_intervals)
                ),
            ],
            vec![
                "their openings that point back (*He*, *But*)".to_owned(),
                format!("the same {n}"),
                ours,
                format!("lead {lead}, TextRank {textrank}"),
                String::new(),
            ],
        ]
    };
    rows.flat_map(both).collect()
}

fn page_rows(report: &Report) -> Vec<Vec<String>> {
    let row = |row: &Pages| {
        // The first of each set says most.
        let (name, _) = *page_figures(&row.all.ours).first()?;
        let [ours, rival, ahead] = beside(row.all.ours.f1(), row.all.rival.f1(), &row.f1_intervals);
        Some(vec![
            name.to_owned(),
            format!(
                "{} {} ({} taught the line tables)",
                count(row.all.ours.n),
                row.set,
                row.taught
            ),
            ours,
            format!("everything kept {rival}"),
            ahead,
        ])
    };
    report.pages.iter().filter_map(row).collect()
}

/// What the table does not say by itself.
fn overview_note(report: &Report) -> String {
    let precise = &report.selective.precise;
    let [one, two] = precise.precision.map(share);
    format!(
        "In brackets: where the middle 95 of a hundred of {} resamples of the items lie (bootstrap). The \
         differences are taken on the same resamples; one whose range holds 0 may be chance. TF-IDF is with \
         logistic regression, fitted on the same annotated items. The topics' labels were given by a large \
         language model that read each item under a guide, and no person checked them: these rows say how \
         far that reader is met. {} The thresholds of `--precise` were set where 95 of a hundred were \
         right on the validation rows; on these items {one} of the topics given at level 1 are right, and {two} \
         at level 2.\n",
        count(RESAMPLES as usize),
        label_by_label(report, 1),
    )
}

/// The topics on which the rival is ahead, the widest gap first.
fn behind(report: &Report) -> Vec<&ByLabel> {
    let rows = report.topics.by_label.iter();
    let mut behind: Vec<&ByLabel> = rows.filter(|row| row.f1.rival > row.f1.ours).collect();
    let gap = |row: &ByLabel| row.f1.rival - row.f1.ours;
    behind.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
    behind
}

/// On how many topics the rival is ahead, and at most `most` of them.
fn label_by_label(report: &Report, most: usize) -> String {
    let behind = behind(report);
    let all = report.topics.by_label.len();
    let shown: Vec<String> = behind
        .iter()
        .take(most)
        .map(|row| format!("{} ({} and {})", row.name, share(row.f1.rival), share(row.f1.ours)))
        .collect();
    // Names have commas of their own.
    let shown = match behind.len() {
        0 => String::new(),
        n if n > most => format!(", most of all on {}", shown.join("; ")),
        _ => format!(": {}", shown.join("; ")),
    };
    format!("TF-IDF has the higher F1 on {} of the {all} topics{shown}.", behind.len())
}

fn precision_and_recall(given: &Given, level: usize) -> String {
    let precision = within(given.precision[level], given.precision_intervals[level]);
    let recall = within(given.recall[level], given.recall_intervals[level]);
    format!("{precision}; {recall}")
}

/// Three sentences of the Daily Mail's articles, and one for its teasers.
fn is_shown_first(row: &Summaries) -> bool {
    match row.length.sentences {
        Some(3) => row.set.contains("Daily Mail part"),
        Some(1) => row.set.contains("teasers"),
        _ => false,
    }
}

fn topics(report: &Report) -> String {
    let (ours, rival) = (&report.topics.all.ours, &report.topics.all.rival);
    let intervals = &report.topics.intervals;
    let row = |name: &str, figure: fn(&Figures) -> f64, intervals: &Intervals| {
        let figures = beside(figure(ours), figure(rival), intervals);
        [name.to_owned()].into_iter().chain(figures).collect()
    };
    let rows = [
        row("macro F1, level 1", |of| of.macro_f1, &intervals.macro_f1),
        row("micro F1, level 1", |of| of.micro_f1, &intervals.micro_f1),
        row("micro F1, level 2", |of| of.l2_micro_f1, &intervals.l2_micro_f1),
        row("top 1 among the true topics", |of| of.top1_in_set, &intervals.top1_in_set),
    ];
    let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), share);
    let rest = [
        ("expected calibration error", optional(ours.ece), optional(rival.ece)),
        ("articles given a topic", share(ours.coverage), share(rival.coverage)),
    ];
    let rest = rest.map(|(name, ours, rival)| vec![name.to_owned(), ours, rival, String::new()]);
    let head = format!("{} items, {LABELLED}", count(ours.n));
    let head = [&*head, "Standfirst", "TF-IDF + logistic regression", "difference"];
    table(1, &head, rows.into_iter().chain(rest))
        + "\n"
        + &label_by_label(report, usize::MAX)
        + "\n"
}

fn by_label(report: &Report) -> String {
    let rows = report.topics.by_label.iter();
    let rows = rows.map(|row| vec![row.name.clone(), share(row.f1.ours), share(row.f1.rival)]);
    table(1, &["F1", "Standfirst", "TF-IDF + logistic regression"], rows)
}

fn carry_over(report: &Report) -> String {
    let rows = report.carry_over.iter().map(|row| {
        let top1 = &row.top1_in_classes;
        let figures = beside(top1.ours, top1.rival, &row.intervals);
        [row.set.clone(), count(row.n)].into_iter().chain(figures).collect()
    });
    let head = ["set", "articles", "Standfirst", "TF-IDF + logistic regression", "difference"];
    table(1, &head, rows)
}

fn own_labels(report: &Report) -> String {
    let rows = report.own_labels.iter().map(|row| {
        let labels = format!("{}; {}", row.offered, row.occurring);
        let described = within(row.described, row.described_interval);
        let examples = within(row.examples, row.examples_interval);
        vec![row.set.clone(), count(row.n), labels, described, examples]
    });
    let (examples, draws) =
        report.own_labels.first().map_or((0, 0), |row| (row.examples_a_label, row.draws.len()));
    let examples = format!("and {examples} examples a label (mean of {draws} draws)");
    let head = [
        "set",
        "articles",
        "labels offered; occurring",
        "a name and a line of description",
        &examples,
    ];
    table(1, &head, rows)
}

fn many_labels(report: &Report) -> String {
    let ManyLabels { articles, few, many, ratio, few_secs, many_secs } = report.many_labels;
    format!(
        "Tagging {articles} articles with {} own labels takes {ratio:.2} times as long as with \
         {few}: {many_secs:.3} and {few_secs:.3} s on one thread, the best of several rounds in turns.\n",
        count(many)
    )
}

fn evidence(report: &Report) -> String {
    let Evidence { topics, articles, draws, falls_more, falls_most, fall, fall_of_others } =
        report.evidence;
    format!(
        "Of {} topics of level 1 in {articles} articles, a share of {} falls more when the evidence is cut out than, \
         on the mean of {draws} draws, when as many other sentences are; {} more than in any draw. The \
         mean fall of the score is {} without the evidence and {} without others.\n",
        count(topics),
        share(falls_more),
        share(falls_most),
        share(fall),
        share(fall_of_others)
    )
}

fn coverage(report: &Report) -> String {
    let selective = &report.selective;
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let rows = selective.curve.iter().map(|point| {
        vec![percent(point.coverage), share(point.accuracy.ours), share(point.accuracy.rival)]
    });
    let area = ["area under the risk".to_owned()]
        .into_iter()
        .chain([selective.area.ours, selective.area.rival].map(|area| format!("{area:.4}")))
        .collect();
    let head =
        ["articles answered", "Standfirst: best topic is right", "TF-IDF + logistic regression"];
    table(1, &head, rows.chain([area]))
}

fn precise(report: &Report) -> String {
    let row = |name: &str, given: &Given| {
        let levels = |values: [f64; 2], intervals: [Interval; 2]| {
            let [one, two] = [0, 1].map(|level| within(values[level], intervals[level]));
            format!("{one}; {two}")
        };
        vec![
            name.to_owned(),
            share(given.coverage),
            levels(given.precision, given.precision_intervals),
            levels(given.recall, given.recall_intervals),
            format!("{}; {}", given.labels[0], given.labels[1]),
        ]
    };
    let rows = [row("usual", &report.selective.usual), row("precise", &report.selective.precise)];
    let head = [
        "thresholds",
        "articles given a topic",
        "precision, level 1; level 2",
        "recall, level 1; level 2",
        "different topics given, level 1; level 2",
    ];
    let precise = &report.selective.precise;
    let [one, two] = precise.precision.map(share);
    let [recall, l2_recall] = precise.recall.map(share);
    let said = format!(
        "95 of a hundred is what the thresholds were set to on the validation rows. On these {} items {one} of \
         the topics given at level 1 are right and {two} at level 2, for {} and {} of those that \
         the reader gave.\n",
        count(report.topics.all.ours.n),
        recall,
        l2_recall
    );
    table(1, &head, rows) + "\n" + &said
}

fn length(length: &Length) -> String {
    match *length {
        Length { sentences: Some(1), .. } => "1 sentence".to_owned(),
        Length { sentences: Some(most), .. } => format!("{most} sentences"),
        Length { words: Some(most), .. } => format!("{most} words"),
        Length { chars: Some(most), .. } => format!("{most} characters"),
        _ => "any length".to_owned(),
    }
}

fn summaries(report: &Report) -> String {
    let rows = report.summaries.iter().map(|row| {
        vec![
            row.set.clone(),
            length(&row.length),
            count(row.n),
            rouge_within(row.ours.rouge, row.rouge_intervals),
            gain_within(row.gain_over_lead, row.gain_over_lead_intervals),
            gain_within(row.gain_over_textrank, row.gain_over_textrank_intervals),
        ]
    });
    let head =
        ["set", "at most", "articles", "ROUGE-1 / 2 / Lsum", "above the lead", "above TextRank"];
    let ahead = report.summaries.iter().filter(|row| row.beats_lead).count();
    let is_sure = |row: &&Summaries| row.gain_over_lead_intervals.iter().all(|of| of.0 > 0.0);
    let sure = report.summaries.iter().filter(is_sure).count();
    let behind = report.summaries.iter().filter(|row| !row.beats_lead);
    let behind: Vec<String> =
        behind.map(|row| format!("{}, {}", row.set, length(&row.length))).collect();
    let behind =
        if behind.is_empty() { String::new() } else { format!(" Not: {}.", behind.join("; ")) };
    let all = report.summaries.len();
    let said = format!(
        "Ahead of the lead by all three measures in {ahead} of {all} rows.{behind} In {sure} rows all three ranges are above 0.\n"
    );
    table(2, &head, rows) + "\n" + &said
}

fn openings(report: &Report) -> String {
    let each = |row: &Summaries, figure: fn(&Summarizer) -> String| {
        [row.ours, row.lead, row.textrank].map(|by| figure(&by)).join(" / ")
    };
    let rows = report.summaries.iter().map(|row| {
        vec![
            row.set.clone(),
            length(&row.length),
            each(row, |by| share(by.dangling)),
            each(row, |by| format!("{:.0}", by.words)),
            share(row.verbatim),
        ]
    });
    let head = [
        "set",
        "at most",
        "openings that point back: Standfirst / lead / TextRank",
        "words",
        "sentences verbatim",
    ];
    table(2, &head, rows)
}

/// The figures of a set of pages, by name.
fn page_figures(figures: &standfirst_measure::pages::Figures) -> Vec<(&'static str, f64)> {
    let mut named = Vec::new();
    if let Some(articles) = figures.articles {
        named.extend([
            ("article F1", articles.article_f1),
            ("exact pages", articles.exact_pages),
            ("titles", articles.titles),
        ]);
    }
    named.extend(figures.bodies.map(|bodies| ("body F1", bodies.body_f1)));
    named
}

fn pages(report: &Report) -> String {
    let rows = report.pages.iter().flat_map(|Pages { set, taught, all, f1_intervals }| {
        let n = count(all.ours.n);
        let of_rival = page_figures(&all.rival);
        let row = |(index, (name, ours)): (usize, (&str, f64))| {
            let rival = of_rival.get(index).map_or(0.0, |(_, rival)| *rival);
            // The first of a set is its F1.
            let [ours, rival, ahead] = match index {
                0 => beside(ours, rival, f1_intervals),
                _ => [share(ours), share(rival), String::new()],
            };
            vec![format!("{set}: {name}"), n.clone(), taught.clone(), ours, rival, ahead]
        };
        page_figures(&all.ours).into_iter().enumerate().map(row).collect::<Vec<_>>()
    });
    let head = [
        "set",
        "pages",
        "taught the line tables",
        "Standfirst",
        "everything kept as one article",
        "difference",
    ];
    table(1, &head, rows)
}

/// Every number of the recipe's figures, by its path.
fn page_folds(report: &Report) -> String {
    let Some(folds) = &report.page_folds else { return String::new() };
    let figures = [
        ("web pages, from HTML: body F1", "/html wcxb_dev/body_f1"),
        ("web pages, from HTML: given as one article", "/html wcxb_dev/one_article"),
        ("web pages, from text: body F1", "/text wcxb_dev/body_f1"),
        ("web pages, from text: given as one article", "/text wcxb_dev/one_article"),
        ("news pages of 2023, from text: body F1", "/text naeb_dev/body_f1"),
        ("real pages, from HTML: body F1", "/html aeb/body_f1"),
        ("real pages, from text: body F1", "/text aeb/body_f1"),
        ("composed pages: article F1", "/text composed_dev/article_f1"),
        ("composed pages: exact pages", "/text composed_dev/exact_pages"),
        ("composed pages: titles", "/text composed_dev/titles"),
    ];
    let row = |(name, path): (&str, &str)| {
        let figure = folds.pointer(&format!("/all{path}")).and_then(serde_json::Value::as_f64);
        vec![name.to_owned(), share(figure.unwrap_or(f64::NAN))]
    };
    table(1, &["figure", "five folds together"], figures.map(row).to_vec())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use standfirst_measure::root;

    use super::super::{OUT, about};
    use super::{Report, check, count, document, fill, filled};

    fn committed() -> Report {
        let json = fs::read_to_string(root().join(OUT).join("report.json")).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// Set to write what is out of step anew from the report, after a change of words alone.
    const UPDATE: &str = "STANDFIRST_UPDATE";

    /// Where this fails, `evaluate --all DATA --quote README.md --quote models/README.md` was not
    /// run after the last change.
    #[test]
    fn the_documents_quote_the_report() {
        let report = committed();
        let quoting = ["README.md", "models/README.md"].map(|name| {
            let path = root().join(name);
            check(&path).unwrap();
            let text = filled(&path, &report).unwrap();
            (path, text)
        });
        let people = (root().join(OUT).join("report.md"), document(&report));
        for (path, expected) in quoting.into_iter().chain([people]) {
            if std::env::var_os(UPDATE).is_some() {
                fs::write(&path, &expected).unwrap();
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), expected, "{}", path.display());
        }
    }

    #[test]
    fn the_report_is_on_the_model_that_is_here() {
        let found = committed().about.sha256.unwrap();
        assert_eq!(found, about::sha256(about::WEIGHTS), "train, then evaluate --all");
        let card = fs::read_to_string(root().join("models/README.md")).unwrap();
        assert!(card.contains(&found), "the card names other weights");
    }

    #[test]
    fn tables_are_replaced_and_the_rest_stays() {
        let report = committed();
        let text = "Before.\n\n<!-- report:many-labels -->\nold\n<!-- /report -->\nAfter.\n";
        let new = fill(text, &report).unwrap();
        assert!(new.starts_with("Before.\n\n<!-- report:many-labels -->\nTagging "), "{new}");
        assert!(new.ends_with(".\n<!-- /report -->\nAfter.\n"), "{new}");
        assert_eq!(fill(&new, &report).unwrap(), new);
    }

    #[test]
    fn marks_that_make_no_sense_are_refused() {
        let report = committed();
        for (text, expected) in [
            ("<!-- report:none -->\n<!-- /report -->", "no table \"none\""),
            ("<!-- report:topics -->", "has no end"),
            ("<!-- report:topics", "not closed"),
            ("<!-- report:topics --><!-- report:pages --><!-- /report -->", "before the next"),
        ] {
            let error = format!("{:#}", fill(text, &report).unwrap_err());
            assert!(error.contains(expected), "expected {expected:?} in: {error}");
        }
    }

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
}
