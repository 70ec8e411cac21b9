"""Standfirst's keywords beside those of RAKE, TextRank, YAKE and MiniLM: which would a librarian file under?

    python3 -m pip --python WORK/python/bin/python install yake-rust==1.2.1
    WORK/python/bin/python benches/rivals/keywords.py --minilm "$(scripts/minilm.sh)"

In: DATA/picks, articles with the phrases that a reader picked under a guide; the recipe's packages, which models/recipe
leaves in WORK/python; all-MiniLM-L6-v2; the built example `digest`. Out: keywords.json and keywords.md in `--out`, this
folder unless another is named; table.py writes their table into documents. A quarter of an hour, nearly all MiniLM's.

Scored as shared/tools/score_picks.py does: phrases equal in small letters; F1, precision and recall of an article, and
their means over the articles that trained nothing (`reported` in models/recipe/picked.py). A rival does not say how many
keywords an article has: it gives 8, and then as many of [`COUNTS`] as are best for it on the picks that may be learned
from. Ours gives at most 8, fewer where few are likely. All are given the title and the text.
"""

import argparse
import collections
import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import mean

import numpy as np
import run
import table
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

sys.path.insert(0, str(run.ROOT))
from models.recipe import picked, rows  # noqa: E402

MOST, COUNTS = 8, (5, 6, 8)
LONGEST = 3  # words of a candidate
DRAWS = 1000
WORD = re.compile(r"\w+(?:[-'’.&/]\w+)*")
OWNER = re.compile(r"['’]s$")

# Name: label, package, licence, and what it does.
RIVALS = {
    "standfirst": ("**Standfirst**", "standfirst", "MIT OR Apache-2.0", "`digest --whole`: its own number, at most 8"),
    "yake": ("YAKE", "yake-rust 1.2.1", "MIT", "its defaults for English; the package `yake` is LGPL-3.0"),
    "keybert": (
        "as KeyBERT", "all-MiniLM-L6-v2", "Apache-2.0", "runs of one to three words without a stop word (scikit-learn's "
        "list), by the cosine of their vector and the text's (the first 256 tokens)"),
    "keybert-mmr": (
        "as KeyBERT, MMR", "all-MiniLM-L6-v2", "Apache-2.0", "the same, each less like those taken before: maximal marginal "
        "relevance, diversity 0.5"),
    "rake": ("RAKE", "in keywords.py", "MIT OR Apache-2.0", "runs between stop words and marks, by degree over frequency"),
    "textrank": (
        "TextRank", "in keywords.py", "MIT OR Apache-2.0", "PageRank of neighbouring words, stop words out, no "
        "tagger; neighbours among the best third are phrases"),
}


def main():
    args = arguments()
    articles = list(rows.rows(args.data, picked.SHARED))
    found = {"standfirst": digests(args.digest, articles)}
    for name, take in (("yake", yake()), ("rake", rake), ("textrank", textrank)):
        found[name] = {row["id"]: take(whole(row)) for row in articles}
        run_note(name)
    for name, of in minilm(args.minilm, articles).items():
        found[name] = of
    reported = [row for row in articles if picked.reported(row["id"])]
    others = [row for row in articles if not picked.reported(row["id"])]
    rivals = {}
    for name, (label, package, licence, about) in RIVALS.items():
        count = MOST
        if name != "standfirst":
            count = max(COUNTS, key=lambda count: mean(scores(others, found[name], count)[0]))
        rivals[name] = {"label": label, "package": package, "licence": licence, "about": about, "count": count,
                        "of_8": figures(reported, found[name], MOST), "of_count": figures(reported, found[name], count)}
    report = {"date": datetime.date.today().isoformat(), "articles": len(reported), "chosen_on": len(others),
              "wanted": round(mean(len(row["keywords"]) for row in reported), 2), "rivals": rivals}
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "keywords.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    document = f"# Keywords, beside their rivals\n\n{table.keywords(report)}\n{table.keywords_notes(report)}"
    (args.out / "keywords.md").write_text(document, encoding="utf-8")
    print(document)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=run.ROOT.parent / "shared/data", help="the development data")
    parser.add_argument("--minilm", type=Path, required=True, help="the folder of all-MiniLM-L6-v2")
    built = Path(os.environ.get("CARGO_TARGET_DIR", run.ROOT / "target")) / "release/examples/digest"
    parser.add_argument("--digest", type=Path, default=built, help="cargo build --release --example digest")
    parser.add_argument("--out", type=Path, default=run.HERE)
    return parser.parse_args()


def run_note(name):
    print(f"{name}: done", file=sys.stderr, flush=True)


# --- scores -----------------------------------------------------------------------------------


def scores(articles, found, count):
    """F1, precision and recall of each article, and how many phrases it was given."""
    lists = [], [], [], []
    for row in articles:
        wanted, given = {k.lower() for k in row["keywords"]}, set(found[row["id"]][:count])
        hits = len(wanted & given)
        of = (2 * hits / (len(wanted) + len(given)), hits / len(given) if given else 0, hits / len(wanted), len(given))
        for values, value in zip(lists, of):
            values.append(value)
    return lists


def figures(articles, found, count):
    f1, precision, recall, given = scores(articles, found, count)
    random = np.random.RandomState(0)
    draws = [np.mean(random.choice(f1, len(f1))) for _ in range(DRAWS)]
    return {"f1": round(mean(f1), 4), "range": [round(float(x), 4) for x in np.percentile(draws, (2.5, 97.5))],
            "precision": round(mean(precision), 4), "recall": round(mean(recall), 4), "given": round(mean(given), 2)}


# --- the rivals: a text in, phrases in small letters out, best first ----------------------------


def whole(row):
    return f"{row['title']}.\n\n{row['text']}" if row["title"] else row["text"]


def digests(program, articles):
    asked = "".join(json.dumps({key: row[key] for key in ("id", "title", "text")}) + "\n" for row in articles)
    said = subprocess.run([program, "--whole", "--format", "jsonl", "--input-format", "jsonl", "-"], input=asked.encode(),
                          stdout=subprocess.PIPE, check=True).stdout
    said = map(json.loads, said.decode().splitlines())
    return {row["id"]: [k["text"].lower() for a in row["articles"][:1] for k in a["keywords"]] for row in said}


def yake():
    from yake_rust import Yake

    extractor = Yake(language="en")
    return lambda text: first(k.lower() for k, _ in extractor.get_n_best(text, n=4 * MOST))


def first(phrases):
    return list(dict.fromkeys(phrases))[:MOST]


def runs(text):
    """The words between stop words and marks, each run a list of words in small letters."""
    run_of, end = [], 0
    for found in WORD.finditer(text):
        word = OWNER.sub("", found[0].lower())
        apart = text[end:found.start()].strip() or "\n\n" in text[end:found.start()]
        stop = word in ENGLISH_STOP_WORDS
        if run_of and (apart or stop):
            yield run_of
            run_of = []
        if not stop:
            run_of.append(word)
        end = found.start() + len(word)  # "'s" parts
    if run_of:
        yield run_of


def rake(text):
    phrases = [run_of for run_of in runs(text) if not all(word.isdigit() for word in run_of)]
    often, degree = collections.Counter(), collections.Counter()
    for phrase in phrases:
        for word in phrase:
            often[word] += 1
            degree[word] += len(phrase)
    score = {" ".join(phrase): sum(degree[word] / often[word] for word in phrase) for phrase in phrases}
    return first(sorted(score, key=lambda phrase: -score[phrase]))


def textrank(text):
    phrases = list(runs(text))
    near = collections.defaultdict(collections.Counter)
    for phrase in phrases:
        for a, b in zip(phrase, phrase[1:]):
            near[a][b] += 1
            near[b][a] += 1
    words = list(near)
    rank = dict.fromkeys(words, 1.0)
    for _ in range(50):
        rank = {word: 0.15 + 0.85 * sum(rank[other] * often / near[other].total() for other, often in near[word].items())
                for word in words}
    best = set(sorted(words, key=lambda word: -rank[word])[:max(len(words) // 3, MOST)])
    score = {}
    for phrase in phrases:
        kept = []
        for word in [*phrase, None]:
            if word in best:
                kept.append(word)
            elif kept:
                score[" ".join(kept)] = sum(rank[word] for word in kept)
                kept = []
    return first(sorted(score, key=lambda phrase: -score[phrase]))


def minilm(folder, articles):
    """Both ways of KeyBERT, over the same vectors."""
    import torch

    from models.recipe.heads.minilm_encoder import MiniLM

    torch.set_num_threads(1)
    model = MiniLM(folder, torch.float32)
    found = {"keybert": {}, "keybert-mmr": {}}
    for number, row in enumerate(articles):
        text = whole(row)
        candidates = list(dict.fromkeys(
            " ".join(phrase[at:at + size]) for phrase in runs(text) for size in range(1, LONGEST + 1)
            for at in range(len(phrase) - size + 1)))
        vectors = np.asarray(model.encode([text, *candidates]), np.float32)
        near, vectors = vectors[1:] @ vectors[0], vectors[1:]
        found["keybert"][row["id"]] = [candidates[at] for at in np.argsort(-near, kind="stable")[:MOST]]
        taken, like = [], np.zeros(len(candidates), np.float32)
        while len(taken) < min(MOST, len(candidates)):
            worth = near if not taken else 0.5 * near - 0.5 * like
            worth = np.where(np.isin(np.arange(len(near)), taken), -np.inf, worth)
            at = int(worth.argmax())
            like = np.maximum(like, vectors @ vectors[at]) if taken else vectors @ vectors[at]
            taken.append(at)
        found["keybert-mmr"][row["id"]] = [candidates[at] for at in taken]
        if number % 100 == 99:
            run_note(f"MiniLM, {number + 1} articles")
    return found


if __name__ == "__main__":
    main()
