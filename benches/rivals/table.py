"""The reports of this folder as tables, and tables into documents.

    python3 benches/rivals/table.py [REPORT.json] [--pages PAGES.json] [--keywords KEYWORDS.json] [--sentences SENTENCES.json]
        [--quote README.md --quote benches/README.md]

In: report.json of run.py, pages.json of pages.py, keywords.json of keywords.py and sentences.json of
sentences.py, unless others are named. Out: the tables and their notes on standard output; with --quote, what
stands in each document between `<!-- rivals -->` and `<!-- /rivals -->` becomes the table, between
`<!-- rivals-brief -->` and `<!-- /rivals -->` the same without what `cargo bench --bench daily_mail` measures
too, and between `<!-- rivals-notes -->` and `<!-- /rivals -->` the notes; `rivals-pages` and
`rivals-pages-notes` are those of pages.json, and so on.
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
KEYWORDS_HEAD = ["", "F1 of 8", "precision", "recall", "phrases", "F1 of the best number"]


def table(report, brief=False):
    rows = [HEAD]
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
    return caption(report) + "\n\n" + markdown(rows)


def markdown(rows):
    """Rows of text as a table, the first of them its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" + "|--:" * (len(rows[0]) - 1) + "|")
    return "\n".join(lines) + "\n"


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
    lines = [described(rival) for rival in report["rivals"].values() if rival["about"]]
    lines += [f"Not run: {why}" for why in report["not_run"]]
    return bullets(lines + (report["faults"] or ["Nothing failed, and every pass gave the same."]))


def described(rival):
    return f"{rival['package']} ({rival['licence']}): {rival['about']}."


def bullets(lines):
    return "".join(f"- {line}\n" for line in lines)


def pages(report):
    """The table of pages.py."""
    base = report["rivals"][PAGES_BASE]["pages_per_sec"]
    rows = [PAGES_HEAD]
    for rival in report["rivals"].values():
        days = [f"{rival[name]:.3f}" for name in ("date", "date_wrong")] if rival["date_none"] < 1 else ["–", "–"]
        rows.append([
            rival["label"], f"{rival['body_f1']:.3f}", f"{rival['title']:.3f}", *days, number(rival["pages_per_sec"]),
            ratio(base / rival["pages_per_sec"])])
    note = f" {report['note']}" if report["note"] else ""
    caption = (
        f"On one thread of {report['machine']}, one after the other in one run ({report['date']}), each in a process of "
        f"its own: {report['pages']:,} pages of HTML, {report['bytes'] / 1e6:.1f} MB (`{report['gold']}`, from WCXB). Body F1 "
        f"is of bags of words, title equal but for case and punctuation, days those of the pages that have one, time that of the processor.{note}"
    )
    return caption + "\n\n" + markdown(rows)


def pages_notes(report):
    return bullets([*map(described, report["rivals"].values()), *report["faults"]])


def keywords(report):
    """The table of keywords.py."""
    rows = [KEYWORDS_HEAD]
    for name, rival in report["rivals"].items():
        of, best = rival["of_8"], rival["of_count"]
        low, high = of["range"]
        rows.append([
            rival["label"], f"{of['f1']:.3f} ({low:.2f}–{high:.2f})", f"{of['precision']:.3f}", f"{of['recall']:.3f}",
            f"{of['given']:.1f}", "–" if name == PAGES_BASE else f"{best['f1']:.3f} ({rival['count']})"])
    caption = (
        f"{report['articles']} picked articles that trained nothing, {report['wanted']} keywords each ({report['date']}). A keyword is "
        "right if the reader picked the same phrase, but for case. In brackets where the middle 95 of a hundred of 1,000 "
        f"resamples of the articles lie, and which of 5, 6 and 8 phrases is best for the rival on the {report['chosen_on']} "
        "picked articles beside these."
    )
    return caption + "\n\n" + markdown(rows)


def keywords_notes(report):
    return bullets(f"{rival['label']}: {described(rival)}" for rival in report["rivals"].values())


def sentences(report):
    """The table of sentences.py."""
    languages = [language for language in report["rivals"][PAGES_BASE]["boundaries"] if language != "all"]
    rows = [["", "precision", "recall", "F1", *languages] + (["cases"] if report["cases"] else [])]
    for rival in report["rivals"].values():
        of = rival["boundaries"]
        cells = [of["all"][key] for key in ("precision", "recall", "f1")] + [of[language]["f1"] for language in languages]
        row = [rival["label"], *(f"{cell:.3f}" for cell in cells)]
        rows.append(row + ([str(rival["cases"])] if report["cases"] else []))
    cases = (
        f" Cases: of {report['cases']} small texts with a trap each, those parted as they are written; ours was made with "
        "an eye on them." if report["cases"] else "")
    caption = (
        f"{report['boundaries']:,} boundaries inside {report['paragraphs']:,} paragraphs of the development parts of "
        f"Universal Dependencies ({report['date']}): precision, recall and F1 over all, then F1 by language.{cases}")
    return caption + "\n\n" + markdown(rows)


def sentences_notes(report):
    return bullets(map(described, report["rivals"].values()))


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


# The tables beside that of run.py: the option and file of a report, its table and its notes.
TABLES = {"pages": (pages, pages_notes), "keywords": (keywords, keywords_notes), "sentences": (sentences, sentences_notes)}
BLOCK = re.compile(rf"(<!-- (rivals(?:-(?:{'|'.join(TABLES)}))?(?:-notes|-brief)?) -->\n).*?(<!-- /rivals -->)", re.S)


def blocks_of(report, beside):
    """What each block becomes; `beside` are the reports of `TABLES` by name."""
    blocks = {"rivals": table(report), "rivals-brief": table(report, brief=True), "rivals-notes": notes(report)}
    for name, (show, tell) in TABLES.items():
        blocks |= {f"rivals-{name}": show(beside[name]), f"rivals-{name}-notes": tell(beside[name])}
    return blocks


def quote(blocks, path):
    """Writes the blocks that a document has; says so when it has none."""
    text = path.read_text(encoding="utf-8")
    changed, found = BLOCK.subn(lambda block: block[1] + blocks[block[2]] + block[3], text)
    if not found:
        sys.exit(f"{path} has no <!-- rivals --> … <!-- /rivals -->")
    path.write_text(changed, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path, nargs="?", default=Path(__file__).with_name("report.json"))
    for name in TABLES:
        parser.add_argument(f"--{name}", type=Path, default=Path(__file__).with_name(f"{name}.json"))
    parser.add_argument("--quote", type=Path, action="append", default=[])
    args = parser.parse_args()
    report = json.loads(args.report.read_text(encoding="utf-8"))
    beside = {name: json.loads(getattr(args, name).read_text(encoding="utf-8")) for name in TABLES}
    blocks = blocks_of(report, beside)
    print("\n".join(block for name, block in blocks.items() if name != "rivals-brief"), end="")
    for path in args.quote:
        quote(blocks, path)


if __name__ == "__main__":
    main()
