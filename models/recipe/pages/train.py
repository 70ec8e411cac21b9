"""The line model, `data/lines`, from pages; or its figures on pages held back.

    python -m models.recipe.pages.train --data DATA --program PROGRAM --work WORK --out data/lines
    python -m models.recipe.pages.train --data DATA --program PROGRAM --work WORK --folds models/recipe/pages/folds.json

In: DATA/pages with `wcxb_dev` and `aeb` (real pages: `id`, `url`, `text`, `html`, `body`), `naeb_dev` (real pages as
text: `id`, `text`, `body`) and `composed_dev` (`id`, `text`, `articles`), JSON Lines packed with xz or not; the program
`page_features`, as `program.py` has it. WORK is a scratch folder. Deterministic; some two minutes, the folds five
times that.

The shipped weights learn on all pages. `--folds` is a 5-fold
cross-validation of the whole page step: for each fold, weights that learned on the pages of the other folds split the
pages of this one. Folds are by site, those of `naeb_dev`, whose sites are not given, and of composed pages by page.
Body F1 as `../../shared` scorers count it: of `wcxb_dev` the mean over pages of that of the words of all that is kept,
else that of the mean precision and recall of 4-grams of the longest article.
"""
import argparse
import datetime
import json
import random
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..rows import rows
from . import line_model
from .program import Pages

FOLDS = 5
# Pages by name, those that have HTML too, and those made of several articles.
REAL, COMPOSED = ("wcxb_dev", "aeb", "naeb_dev"), "composed_dev"
HTML = ("wcxb_dev", "aeb")
KINDS = ("text", "html")


def fold(row):
    return line_model.site_hash(row) // 2 % FOLDS


class Data(NamedTuple):
    rows: dict  # of the data, by its name
    pages: dict  # by kind and name, a line_model.Page a row
    reduced: dict  # the same pages with little furniture left

    def train(self, kind, taught):
        """The weights for pages of a kind, learned on those of which the row is `taught`."""
        rows = {name: self.rows[name] for of, name in self.pages if of == kind}
        pages = [page for name in rows for row, *both in zip(rows[name], self.pages[kind, name], self.reduced[kind, name])
                 if taught(row) for page in both]
        return line_model.train(pages)


def read(data, program):
    """`program`: the `Pages` that features come from."""
    of = {name: list(rows(data, f"pages/{name}.jsonl.xz")) for name in (*REAL, COMPOSED)}
    seen = lambda name, html: [line_model.page(found, row) for row, found in zip(of[name], program.features(of[name], html))]
    kinds = [("text", name) for name in (*REAL, COMPOSED)] + [("html", name) for name in HTML]
    pages = {(kind, name): seen(name, kind == "html") for kind, name in kinds}
    return Data(of, pages, {key: reduced(of[key[1]], pages[key], program, key) for key in pages})


def reduced(rows, pages, program, key):
    """The pages of some rows with little furniture left, None where there is no story or they are made ones."""
    kind, name = key
    if name == COMPOSED:
        return [None] * len(pages)
    chance = random.Random(line_model.SEED)
    kept = [line_model.left(page, chance) if page else [] for page in pages]
    asked = [row | {"kept": lines} for row, lines in zip(rows, kept)]
    made = []
    for row, page, lines, found in zip(rows, pages, kept, program.features(asked, kind == "html")):
        small = line_model.page(found, row)
        if small:
            small = line_model.disguised(small._replace(y=page.y[lines], count=line_model.MADE_WEIGHT), chance)
        made.append(small)
    return made


def grams(text):
    return Counter(line_model.grams(line_model.words(text)))


def body(article, text):
    return "\n".join(text[p["start"]:p["end"]].decode() for p in article["paragraphs"])


def body_scores(gold, found):
    """Precision and recall, in 4-grams, of the page's longest article."""
    text = found["text"].encode()
    longest = max(found["articles"], default=None,
                  key=lambda a: sum(p["end"] - p["start"] for p in a["paragraphs"]))
    want, have = grams(gold["body"]), grams(body(longest, text) if longest else "")
    common = sum((want & have).values())
    return common / max(1, sum(have.values())), common / max(1, sum(want.values()))


def kept_scores(gold, found):
    """Precision, recall and F1 of the words of all that a page keeps, and whether that is one article."""
    text = found["text"].encode()
    title = lambda a: text[a["title"]["start"]:a["title"]["end"]].decode() if a["title"] else ""
    kept = "\n".join(title(a) + "\n" + body(a, text) for a in found["articles"])
    want, have = Counter(line_model.words(gold["body"])), Counter(line_model.words(kept))
    common = sum((want & have).values())
    precision, recall = common / max(1, sum(have.values())), common / max(1, sum(want.values()))
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0, len(found["articles"]) == 1


def split_scores(gold, found):
    """Of one composed page: articles found, articles given, articles there, titles right."""
    said = lambda text: " ".join(line_model.words(text))
    text = found["text"].encode()
    title = lambda article: text[article["title"]["start"]:article["title"]["end"]].decode() if article["title"] else ""
    left = [(Counter(line_model.words(body(a, text))), a) for a in found["articles"]]
    same = lambda a, b: sum((a & b).values()) / max(1, sum((a | b).values()))
    hits = titles = 0
    for want in gold["articles"]:
        of = Counter(line_model.words("\n".join(want["body"])))
        match = max(left, key=lambda item: same(of, item[0]), default=None)
        if match and same(of, match[0]) >= 0.9:
            left.remove(match)
            hits += 1
            titles += said(title(match[1])).startswith(said(want["title"]))
    return hits, len(found["articles"]), len(gold["articles"]), titles


def summary(name, scores):
    """The figures of some pages of `name`, of which `scores` has a tuple each."""
    sums = [sum(column) for column in zip(*scores)]
    if name == COMPOSED:
        hits, given, there, titles = sums
        figures = {"article_f1": 2 * hits / (given + there), "exact_pages": sum(h == g == t for h, g, t, _ in scores) / len(scores),
                   "titles": titles / hits}
    else:
        precision, recall, *rest = (part / len(scores) for part in sums)
        figures = {"precision": precision, "recall": recall}
        figures |= dict(zip(("body_f1", "one_article"), rest)) if rest else {"body_f1": 2 * precision * recall / (precision + recall)}
    return {"pages": len(scores)} | {key: round(value, 4) for key, value in figures.items()}


SCORES = {"wcxb_dev": kept_scores, "aeb": body_scores, "naeb_dev": body_scores, COMPOSED: split_scores}


def folds(data, program, work):
    """The figures of a cross-validation."""
    scores = {key: [] for key in data.pages}
    for n in range(FOLDS):
        for kind in KINDS:
            weights = Path(work) / f"fold-{n}-{kind}.safetensors"
            line_model.write(data.train(kind, lambda row: fold(row) != n), weights)
            for of, name in data.pages:
                if of == kind:
                    held = [row for row in data.rows[name] if fold(row) == n]
                    scores[kind, name] += map(SCORES[name], held, program.articles(held, weights, kind == "html"))
        print(n, {" ".join(key): summary(key[1], found) for key, found in scores.items()}, flush=True)
    return {"date": datetime.date.today().isoformat(), "folds": FOLDS,
            "all": {" ".join(key): summary(key[1], found) for key, found in scores.items()}}


def agrees(data, program, kind, weights, path):
    """Whether the library gets the log-odds from the weights that it reads which we get from them."""
    name = HTML[-1]
    rows, pages = data.rows[name][:20], data.pages[kind, name][:20]
    for page, found in zip(pages, program.articles(rows, path, kind == "html")):
        ours = line_model.odds(weights, page).numpy() if page else []
        if len(ours) != len(found["log_odds"]) or not np.allclose(ours, found["log_odds"], atol=1e-2):
            return False
    return True


def main(data, program, work, out=None, figures=None):
    """`out`: the folder of the weights; `figures`: where those of the folds go."""
    Path(work).mkdir(parents=True, exist_ok=True)
    program = Pages(program)
    data = read(data, program)
    for kind in KINDS if out else ():
        weights, path = data.train(kind, lambda row: True), Path(out) / f"{kind}.safetensors"
        line_model.write(weights, path)
        if not agrees(data, program, kind, weights, path):
            raise SystemExit(f"the library reads {path} otherwise than it was written")
    if figures:
        report = folds(data, program, work)
        Path(figures).write_text(json.dumps(report, indent=1) + "\n")
        print("all", json.dumps(report["all"]))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "program", "work"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--out", help="write the weights into this folder")
    p.add_argument("--folds", help="write the figures of a 5-fold cross-validation here")
    a = p.parse_args()
    main(a.data, a.program, a.work, a.out, a.folds)
