"""Standfirst beside what takes articles out of HTML: body, title, day and time in one run.

    python3 -m venv target/rivals-venv
    target/rivals-venv/bin/pip install -r benches/rivals/requirements.txt
    target/rivals-venv/bin/python benches/rivals/pages.py

In: pages with their HTML and what is right (`--gold`). Out: pages.json and pages.md in `--out`, this folder
unless another is named; table.py writes their table into documents. Each rival runs alone, in its own
process, on one thread, over the same pages, which are in memory before the clock starts: the Rust ones in
src/pages.rs, the Python ones here (`pages.py run NAME`). What is timed is extraction, with title and day,
from HTML to text, in processor time; passes are repeated where they are short, and the median counts.

Scored as shared/tools/score_html.py does, titles of bodies aside: `body_f1` is the mean over pages of the F1 of
bags of words; `title` the share of titles that are equal but for case and punctuation; `date`, `date_wrong` and
`date_none` the shares of the pages with a known day that have it, another, none.
"""

import argparse
import collections
import datetime
import json
import lzma
import os
import re
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import run
import table

# A rival that takes longer for a pass runs once.
LONG_SECS = 6.0
PASSES = 3

# Name: label, package, licence, and what it does.
RIVALS = {
    "standfirst": (
        "**Standfirst**", "standfirst", "MIT OR Apache-2.0", "`page::split_html`: all articles of the page, title and "
        "day of the longest"),
    "rs-trafilatura": ("crate `rs-trafilatura`", "rs-trafilatura", "MIT OR Apache-2.0", "`extract`"),
    "dom-smoothie": ("crate `dom_smoothie`", "dom_smoothie", "MIT", "`Readability::parse`, after readability.js"),
    "trafilatura": (
        "trafilatura", "trafilatura", "Apache-2.0", "`bare_extraction` with metadata, without comments; days by "
        "htmldate (Apache-2.0)"),
    "readability-lxml": (
        "readability-lxml", "readability-lxml", "Apache-2.0", "`summary` and `short_title`; it gives no day"),
    "newspaper4k": (
        "newspaper4k", "newspaper4k", "MIT", "`Article.parse` of the page as it is; its language is that of the page"),
}
IN_RUST = {"standfirst", "rs-trafilatura", "dom-smoothie"}


def main():
    if sys.argv[1:2] == ["run"]:
        return run_here(*sys.argv[2:])
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def progress(text):
        print(f"[{time.monotonic() - began:4.0f} s] {text}", file=sys.stderr, flush=True)

    progress("the Rust rivals")
    target = Path(os.environ.get("CARGO_TARGET_DIR", args.work / "cargo")).resolve()
    manifest = run.HERE / "Cargo.toml"
    subprocess.run(
        ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir", target],
        check=True)
    program = target / "release" / "rivals"

    gold = {row["id"]: row for row in rows(args.gold)}
    pages = args.work / "pages.jsonl"
    with open(pages, "w", encoding="utf-8") as out:
        for row in gold.values():
            print(json.dumps({"id": row["id"], "html": row["html"]}, ensure_ascii=False), file=out)

    rivals, faults = {}, []
    for name in args.only:
        progress(name)
        answers = args.work / f"pages-{name}.jsonl"
        side = [program, "pages", name] if name in IN_RUST else [sys.executable, __file__, "run", name]
        command = [*side, "--pages", pages, "--answers", answers]
        try:
            measured = json.loads(subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | run.ONE_THREAD).stdout)
        except subprocess.CalledProcessError as cause:
            faults.append(f"{name} ended with {cause.returncode}.")
            continue
        if measured["failed"]:
            faults.append(f"{name} failed on {measured['failed']} of {len(gold):,} pages.")
        found = {row["id"]: row for row in rows(answers)}
        if name == "standfirst" and args.digests:
            found = dict(map(of_digest, rows(args.digests)))
        label, package, licence, about = RIVALS[name]
        rivals[name] = {
            "label": label,
            "package": f"{package} {version_of(package, name, manifest)}",
            "licence": licence,
            "about": about,
            "pages_per_sec": measured["pages"] / statistics.median(measured["pass_secs"]),
            **score(gold, found),
            **measured,
        }
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": run.machine(),
        "python": sys.version.split()[0],
        "rustc": run.output(["rustc", "--version"]).strip(),
        "gold": args.gold.name.split(".")[0],
        "pages": len(gold),
        "bytes": sum(len(row["html"].encode()) for row in gold.values()),
        "note": args.note,
        "rivals": rivals,
        "faults": faults,
    }
    args.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (args.out / "pages.json").write_text(text, encoding="utf-8")
    document = f"# Out of HTML, beside its rivals\n\n{table.pages(report)}\n{table.pages_notes(report)}"
    (args.out / "pages.md").write_text(document, encoding="utf-8")
    print(document)
    progress(f"done: pages.json and pages.md in {args.out}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--gold", type=Path, default=run.ROOT.parent / "shared/data/pages/wcxb_dev.jsonl.xz",
        help="rows with id, html, title, published, body")
    parser.add_argument(
        "--digests", type=Path, help="rows that `digest` printed for these pages, to score in place of the build's own: "
        "those of folds, where the model learned from the pages")
    parser.add_argument("--note", default="", help="what the caption has to say of the run")
    parser.add_argument("--only", nargs="+", choices=RIVALS, default=list(RIVALS), metavar="NAME")
    parser.add_argument("--work", type=Path, default=run.ROOT / "target/rivals", help="what is built and answered")
    parser.add_argument("--out", type=Path, default=run.HERE)
    args = parser.parse_args()
    if table.PAGES_BASE not in args.only:
        args.only.insert(0, table.PAGES_BASE)
    return args


def rows(path):
    opener = lzma.open if str(path).endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def version_of(package, name, manifest):
    return run.version_of(package, name, manifest) if name in IN_RUST else version(package)


def of_digest(row):
    """A row of `digest` as an answer: see src/pages.rs."""
    text = (row.get("text") or "").encode()
    articles = [
        ((article.get("title") or {}).get("text") or "", article.get("published") or "",
         [text[span["start"]:span["end"]].decode("utf-8", "replace") for span in article["paragraphs"]])
        for article in row.get("articles", [])
    ]
    longest = max(range(len(articles)), key=lambda at: sum(map(len, articles[at][2])), default=None)
    lines = [
        line for at, (title, _, body) in enumerate(articles) for line in ([] if at == longest else [title]) + body]
    title, date = articles[longest][:2] if articles else ("", "")
    return row["id"], {"title": title, "date": date, "text": "\n".join(lines)}


def score(gold, found):
    def bag(text):
        return collections.Counter(re.findall(r"\w+", (text or "").lower()))

    def plain(text):
        return re.sub(r"\W+", " ", (text or "").lower()).strip()

    values = collections.defaultdict(list)
    for key, right in gold.items():
        answer = found.get(key, {"title": "", "date": "", "text": ""})
        kept, body = bag(answer["text"]), bag(right["body"])
        both = sum((kept & body).values())
        precision, recall = both / max(1, sum(kept.values())), both / max(1, sum(body.values()))
        values["body_f1"].append(2 * precision * recall / (precision + recall) if both else 0)
        values["precision"].append(precision)
        values["recall"].append(recall)
        if right["title"]:
            values["title"].append(plain(answer["title"]) == plain(right["title"]))
        if right["published"]:
            day = (answer["date"] or "")[:10]
            values["date"].append(day == right["published"][:10])
            values["date_wrong"].append(bool(day) and day != right["published"][:10])
            values["date_none"].append(not day)
    return {name: round(statistics.mean(of), 4) for name, of in values.items()}


# --- the Python rivals ----------------------------------------------------------------------


def run_here(name, *rest):
    """One rival over the pages: its answers into a file, the times on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--answers", type=Path, required=True)
    args = parser.parse_args(rest)
    pages = rows(args.pages)
    take = {"trafilatura": trafilatura, "readability-lxml": readability, "newspaper4k": newspaper}[name]()
    answers, pass_secs, failed = [], [], 0
    while len(pass_secs) < PASSES and (not pass_secs or pass_secs[0] < LONG_SECS):
        start = time.process_time()
        for page in pages:
            try:
                answer = take(page["html"])
            except Exception:  # what a rival cannot read, it fails on
                answer = None
            if not pass_secs:
                failed += answer is None
                title, date, text = answer or ("", "", "")
                answers.append({"id": page["id"], "title": title or "", "date": date or "", "text": text or ""})
        pass_secs.append(time.process_time() - start)
    with open(args.answers, "w", encoding="utf-8") as out:
        for answer in answers:
            print(json.dumps(answer, ensure_ascii=False), file=out)
    print(json.dumps({"pages": len(pages), "failed": failed, "pass_secs": pass_secs}))


def trafilatura():
    from trafilatura import bare_extraction

    def take(html):
        found = bare_extraction(html, with_metadata=True, include_comments=False)
        return found and (found.title, found.date, found.text)

    return take


def readability():
    import lxml.html
    from readability import Document

    def take(html):
        document = Document(html)
        tree = lxml.html.fromstring(document.summary(html_partial=True))
        return document.short_title(), "", " ".join(tree.itertext())

    return take


def newspaper():
    from newspaper import Article

    def take(html):
        article = Article(url="https://example.org/", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        date = article.publish_date
        return article.title, date.isoformat() if date else "", article.text

    return take


if __name__ == "__main__":
    main()
