"""The report of run.py as tables, and tables into documents.

    python3 benches/rivals/table.py [REPORT.json] [--pages PAGES.json] [--sentences SENTENCES.json] [--quote README.md --quote benches/README.md]

In: benches/rivals/report.json, pages.json of pages.py and sentences.json of sentences.py, unless others are named. Out: the table and its notes on standard
output; with --quote, what stands in each document between `<!-- rivals -->` and
`<!-- /rivals -->` becomes the table, between `<!-- rivals-brief -->` and `<!-- /rivals -->` the same
without what `cargo bench --bench daily_mail` measures too, and between `<!-- rivals-notes -->` and
`<!-- /rivals -->` the notes; `rivals-pages` and `rivals-pages-notes` are those of pages.json,
`rivals-sentences` and `rivals-sentences-notes` those of sentences.json.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HEAD = ["", "articles/s", "speed, digest = 1", "memory, MB", "load, ms", "ROUGE-1 / 2 / Lsum", "words", "macro F1"]
BASE = "standfirst-digest"
# A document that has the figures of `daily_mail` would say two of one thing.
ALSO_OF_DAILY_MAIL = {"articles/s", "load, ms"}
RIVAL_OF_DAILY_MAIL = "`tokenizers`, encoding alone"
PAGES_HEAD = ["", "body F1", "title", "day right", "day wrong", "pages/s", "time, ours = 1"]
PAGES_BASE = "standfirst"
BLOCK = re.compile(r"(<!-- (rivals(?:-pages|-sentences)?(?:-notes|-brief)?) -->\n).*?(<!-- /rivals -->)", re.S)


def table(report, brief=False):
    rows = [HEAD, ["---"] + ["--:"] * (len(HEAD) - 1)]
    base = report["rivals"][BASE]["articles_per_sec"]
    for rival in report["rivals"].values():
        speed = rival["articles_per_sec"]
        rows.append([
            rival["label"], number(speed), ratio(speed / base), megabytes(rival["memory_bytes"]),
            milliseconds(rival["load_secs"]), *quality(rival),
        ])
    rows.append(["the first three sentences", "", "", "", "", *quality(report["lead"])])
    if brief:
        kept = [column for column, name in enumerate(HEAD) if name not in ALSO_OF_DAILY_MAIL]
        rows = [[row[column] for column in kept] for row in rows if row[0] != RIVAL_OF_DAILY_MAIL]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines[1] = "|" + "|".join(rows[1]) + "|"
    return caption(report) + "\n\n" + "\n".join(lines) + "\n"


def caption(report):
    work = report["workload"]
    return (
        f"On one thread of {report['machine']}, one after the other in one run ({report['date']}), each in a process "
        f"of its own, over {work['articles']:,} articles of CNN/DailyMail validation ({work['daily_mail']:,} of the "
        f"Daily Mail, {work['cnn']:,} of CNN; {work['bytes'] / 1e6:.1f} MB). ROUGE is of the Daily Mail's, three "
        f"sentences beside the paper's highlights; macro F1 of the 17 topics of level 1, on {work['topic_items']} "
        "annotated items. Memory is the peak, less the texts."
    )


def notes(report):
    described = [rival for rival in report["rivals"].values() if rival["about"]]
    lines = [f"- {rival['package']} ({rival['licence']}): {rival['about']}." for rival in described]
    lines += [f"- Not run: {why}" for why in report["not_run"]]
    lines += [f"- {fault}" for fault in report["faults"] or ["Nothing failed, and every pass gave the same."]]
    return "\n".join(lines) + "\n"


def pages(report):
    """The table of pages.py."""
    base = report["rivals"][PAGES_BASE]["pages_per_sec"]
    lines = ["| " + " | ".join(PAGES_HEAD) + " |", "|---" + "|--:" * (len(PAGES_HEAD) - 1) + "|"]
    for rival in report["rivals"].values():
        days = [f"{rival[name]:.3f}" for name in ("date", "date_wrong")] if rival["date_none"] < 1 else ["–", "–"]
        row = [
            rival["label"], f"{rival['body_f1']:.3f}", f"{rival['title']:.3f}", *days, number(rival["pages_per_sec"]),
            ratio(base / rival["pages_per_sec"])]
        lines.append("| " + " | ".join(row) + " |")
    note = f" {report['note']}" if report["note"] else ""
    caption = (
        f"On one thread of {report['machine']}, one after the other in one run ({report['date']}), each in a process of "
        f"its own: {report['pages']:,} pages of HTML, {report['bytes'] / 1e6:.1f} MB (`{report['gold']}`, from WCXB). Body F1 "
        f"is of bags of words, title equal but for case and punctuation, days those of the pages that have one, time that of the processor.{note}"
    )
    return caption + "\n\n" + "\n".join(lines) + "\n"


def pages_notes(report):
    lines = [f"- {rival['package']} ({rival['licence']}): {rival['about']}." for rival in report["rivals"].values()]
    lines += [f"- {fault}" for fault in report["faults"]]
    return "\n".join(lines) + "\n"


def sentences(report):
    """The table of sentences.py."""
    first, *_ = report["rivals"].values()
    languages = [language for language in first["boundaries"] if language != "all"]
    head = ["", "precision", "recall", "F1", *languages] + (["cases"] if report["cases"] else [])
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    for name, rival in report["rivals"].items():
        of = rival["boundaries"]
        cells = [of["all"][key] for key in ("precision", "recall", "f1")] + [of[language]["f1"] for language in languages]
        row = [f"**{name}**" if rival is first else name, *(f"{cell:.3f}" for cell in cells)]
        lines.append("| " + " | ".join(row + ([str(rival["cases"])] if report["cases"] else [])) + " |")
    cases = (
        f" Cases: of {report['cases']} small texts with a trap each, those parted as they are written; ours was made with "
        "an eye on them." if report["cases"] else "")
    caption = (
        f"{report['boundaries']:,} boundaries inside {report['paragraphs']:,} paragraphs of the development parts of "
        f"Universal Dependencies ({report['date']}): precision, recall and F1 over all, then F1 by language.{cases}")
    return caption + "\n\n" + "\n".join(lines) + "\n"


def sentences_notes(report):
    lines = [f"- {r['package']} {r['version']} ({r['licence']}): {r['what']}." for r in report["rivals"].values()]
    return "\n".join(lines) + "\n"


def quality(rival):
    rouge, topics = rival.get("summaries"), rival.get("topics")
    daily_mail = rouge and rouge["daily_mail"]
    return [
        " / ".join(f"{value:.2f}" for value in daily_mail["rouge"]) if rouge else "–",
        f"{daily_mail['words']:.0f}" if rouge else "–",
        f"{topics['macro_f1']:.3f}" if topics else "–",
    ]


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def ratio(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def megabytes(value):
    return f"{value / 1e6:.0f}" if value else "–"


def milliseconds(secs):
    if secs < 5e-5:
        return "–"
    return f"{1e3 * secs:,.0f}" if secs >= 0.01 else f"{1e3 * secs:.1f}"


def quote(report, of_pages, of_sentences, path):
    """Writes the blocks that a document has; says so when it has none."""
    blocks = {"rivals": table(report), "rivals-brief": table(report, brief=True), "rivals-notes": notes(report)}
    blocks |= {"rivals-pages": pages(of_pages), "rivals-pages-notes": pages_notes(of_pages)}
    blocks |= {"rivals-sentences": sentences(of_sentences), "rivals-sentences-notes": sentences_notes(of_sentences)}
    text = path.read_text(encoding="utf-8")
    changed, found = BLOCK.subn(lambda block: block[1] + blocks[block[2]] + block[3], text)
    if not found:
        sys.exit(f"{path} has no <!-- rivals --> … <!-- /rivals -->")
    path.write_text(changed, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path, nargs="?", default=Path(__file__).with_name("report.json"))
    parser.add_argument("--pages", type=Path, default=Path(__file__).with_name("pages.json"))
    parser.add_argument("--sentences", type=Path, default=Path(__file__).with_name("sentences.json"))
    parser.add_argument("--quote", type=Path, action="append", default=[])
    args = parser.parse_args()
    report = json.loads(args.report.read_text(encoding="utf-8"))
    of_pages = json.loads(args.pages.read_text(encoding="utf-8"))
    of_sentences = json.loads(args.sentences.read_text(encoding="utf-8"))
    print(
        table(report), notes(report), pages(of_pages), pages_notes(of_pages), sentences(of_sentences),
        sentences_notes(of_sentences), sep="\n", end="")
    for path in args.quote:
        quote(report, of_pages, of_sentences, path)


if __name__ == "__main__":
    main()
