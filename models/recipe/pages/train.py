"""The line model, `data/page.json`, from pages; or its figures on pages held back.

    python -m models.recipe.pages.train --data DATA --program PROGRAM --work WORK --out data/page.json
    python -m models.recipe.pages.train --data DATA --program PROGRAM --work WORK --folds models/recipe/pages/folds.json

In: DATA/pages with `aeb` (real pages: `id`, `url`, `text`, `html`, `body`) and `composed_dev` (`id`, `text`,
`articles`), JSON Lines packed with xz or not; the program `page_features`, as `program.py` has it. WORK is a scratch
folder. Deterministic; some three minutes, the folds five times that.

The shipped weights learn on all real pages (text, with every third composed page; HTML). `--folds` is a 5-fold
cross-validation of the whole page step: for each fold, weights that learned on the pages of the other folds' sites
split the pages of this one. Folds of real pages are by site, those of composed ones by number. Scored as `evaluate`
does.
"""
import argparse
import datetime
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ..rows import rows
from . import line_model
from .program import Pages

FOLDS = 5
FILES = ("pages/aeb.jsonl.xz", "pages/composed_dev.jsonl.xz")


def number(row):
    return int(row["id"].split("-")[1])


def fold(row):
    return (line_model.site_hash(row["url"]) // 2 if "url" in row else number(row)) % FOLDS


class Data(NamedTuple):
    real: list  # rows of the data
    composed: list
    text: dict  # a line_model.Page by id: real pages as text, as HTML, and composed ones
    html: dict
    made: dict

    def weights(self, real, composed):
        """The text of a file of weights learned on these pages."""
        text = [self.text[row["id"]] for row in real] + [self.made[row["id"]] for row in composed if number(row) % 3 == 0]
        html = [self.html[row["id"]] for row in real]
        return line_model.file(line_model.train(text, line_model.L2_TEXT), line_model.train(html, line_model.L2_HTML))


def read(data, program):
    """`program`: the `Pages` that features come from."""
    real, composed = (list(rows(data, name)) for name in FILES)

    def seen(of, html=False):
        return {row["id"]: line_model.page(found, row) for row, found in zip(of, program.features(of, html))}

    return Data(real, composed, seen(real), seen(real, html=True), seen(composed))


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


def summary(results):
    """The figures of some pages: `results` has, by kind, a score tuple a page."""
    out = {}
    for kind in ("text", "html"):
        precision, recall = (sum(v) / len(v) for v in zip(*results[kind]))
        out[kind] = {"pages": len(results[kind]), "precision": precision, "recall": recall,
                     "body_f1": 2 * precision * recall / (precision + recall)}
    hits, given, there, titles = map(sum, zip(*results["composed"]))
    exact = sum(h == g == t for h, g, t, _ in results["composed"])
    out["composed"] = {"pages": len(results["composed"]), "article_f1": 2 * hits / (given + there),
                       "exact_pages": exact / len(results["composed"]), "titles": titles / hits}
    return {kind: {k: round(v, 4) for k, v in figures.items()} for kind, figures in out.items()}


def folds(data, program, work):
    """The figures of a cross-validation."""
    whole, by_fold = {"text": [], "html": [], "composed": []}, []
    for n in range(FOLDS):
        held = lambda of: [row for row in of if fold(row) == n]
        rest = lambda of: [row for row in of if fold(row) != n]
        weights = Path(work) / f"fold-{n}.json"
        weights.write_text(data.weights(rest(data.real), rest(data.composed)))
        real, composed = held(data.real), held(data.composed)
        own = {"text": list(map(body_scores, real, program.articles(real, weights))),
               "html": list(map(body_scores, real, program.articles(real, weights, html=True))),
               "composed": list(map(split_scores, composed, program.articles(composed, weights)))}
        by_fold.append(summary(own))
        for kind, scores in own.items():
            whole[kind] += scores
        print(n, json.dumps(by_fold[-1]), flush=True)
    return {"date": datetime.date.today().isoformat(), "folds": FOLDS,
            "sites": len({line_model.site(row["url"]) for row in data.real}),
            "all": summary(whole), "by_fold": by_fold}


def main(data, program, work, out=None, figures=None):
    """`out`: where the weights go; `figures`: where those of the folds go."""
    Path(work).mkdir(parents=True, exist_ok=True)
    program = Pages(program)
    data = read(data, program)
    if out:
        Path(out).write_text(data.weights(data.real, data.composed))
    if figures:
        report = folds(data, program, work)
        Path(figures).write_text(json.dumps(report, indent=1) + "\n")
        print("all", json.dumps(report["all"]))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "program", "work"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--out", help="write the weights here")
    p.add_argument("--folds", help="write the figures of a 5-fold cross-validation here")
    a = p.parse_args()
    main(a.data, a.program, a.work, a.out, a.folds)
