"""The line tables: `src/page/weights.rs` from the pages, or their figures on pages held back.

    python models/recipe/pages/train.py DATA/pages WORK            # writes src/page/weights.rs
    python models/recipe/pages/train.py DATA/pages WORK --folds    # writes models/recipe/pages/folds.json

DATA/pages holds `aeb` (real pages: `id`, `url`, `text`, `html`, `body`) and `composed_dev` (`id`,
`text`, `articles`), JSON Lines packed with xz; WORK is a scratch folder. Needs Rust, numpy and torch
(requirements.txt). Deterministic; a few minutes.

The shipped tables learn on all real pages (text, with every third composed page; HTML). `--folds`
is a 5-fold cross-validation of the whole page step: for each fold, tables that learned on the
pages of the other folds' sites are compiled into the library, which splits the pages of this one.
Folds of real pages are by site, those of composed ones by number. Scored as `evaluate` does.
"""
import argparse
import datetime
import json
import lzma
from collections import Counter
from pathlib import Path

import line_model
import step

FOLDS = 5
HERE = Path(__file__).resolve().parent


def rows(path):
    with lzma.open(path, "rt", encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def number(row):
    return int(row["id"].split("-")[1])


def fold(row):
    return (line_model.site_hash(row["url"]) // 2 if "url" in row else number(row)) % FOLDS


def tables(real, composed, facts):
    """The text of weights.rs, learned on these pages."""
    page = lambda kind, row: line_model.page(facts[kind][row["id"]], row)
    text = [page("text", r) for r in real] + [page("composed", r) for r in composed if number(r) % 3 == 0]
    html = [page("html", r) for r in real]
    return line_model.tables(line_model.train(text, line_model.L2_TEXT),
                             line_model.train(html, line_model.L2_HTML))


def grams(text):
    return Counter(line_model.grams(line_model.words(text)))


def body(article, text):
    return "\n".join(text[p["start"]:p["end"]].decode() for p in article["paragraphs"])


def body_scores(gold, found):
    """Precision and recall, in 4-grams, of the page's longest article."""
    text = found.get("text", gold["text"]).encode()
    longest = max(found["articles"], default=None,
                  key=lambda a: sum(p["end"] - p["start"] for p in a["paragraphs"]))
    want, have = grams(gold["body"]), grams(body(longest, text) if longest else "")
    common = sum((want & have).values())
    return common / max(1, sum(have.values())), common / max(1, sum(want.values()))


def split_scores(gold, found):
    """Of one composed page: articles found, articles given, articles there, titles right."""
    said = lambda text: " ".join(line_model.words(text))
    text = gold["text"].encode()
    left = [(Counter(line_model.words(body(a, text))), a) for a in found["articles"]]
    same = lambda a, b: sum((a & b).values()) / max(1, sum((a | b).values()))
    hits = titles = 0
    for want in gold["articles"]:
        of = Counter(line_model.words("\n".join(want["body"])))
        match = max(left, key=lambda item: same(of, item[0]), default=None)
        if match and same(of, match[0]) >= 0.9:
            left.remove(match)
            hits += 1
            title = said((match[1].get("title") or {}).get("text", ""))
            titles += title.startswith(said(want["title"]))
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


def main():
    options = argparse.ArgumentParser()
    options.add_argument("data", type=Path)
    options.add_argument("work", type=Path)
    options.add_argument("--folds", action="store_true", help="score by 5-fold cross-validation")
    options = options.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    real, composed = rows(options.data / "aeb.jsonl.xz"), rows(options.data / "composed_dev.jsonl.xz")
    step.prepare(options.work)
    # The facts do not depend on the tables.
    split = step.build(options.work, line_model.tables())
    by_id = lambda found: {row["id"]: row for row in found}
    facts = {"text": by_id(step.run(split, real, "--line-facts")),
             "html": by_id(step.run(split, real, "--line-facts", "--html")),
             "composed": by_id(step.run(split, composed, "--line-facts"))}
    if not options.folds:
        (line_model.SOURCE / "weights.rs").write_text(tables(real, composed, facts))
        return
    whole, folds = {"text": [], "html": [], "composed": []}, []
    for n in range(FOLDS):
        held = lambda rows: [row for row in rows if fold(row) == n]
        rest = lambda rows: [row for row in rows if fold(row) != n]
        split = step.build(options.work, tables(rest(real), rest(composed), facts))
        own = {"text": list(map(body_scores, held(real), step.run(split, held(real)))),
               "html": list(map(body_scores, held(real), step.run(split, held(real), "--html"))),
               "composed": list(map(split_scores, held(composed), step.run(split, held(composed))))}
        folds.append(summary(own))
        for kind, scores in own.items():
            whole[kind] += scores
        print(n, json.dumps(folds[-1]), flush=True)
    report = {"date": datetime.date.today().isoformat(), "folds": FOLDS,
              "sites": len({line_model.site(row["url"]) for row in real}),
              "all": summary(whole), "by_fold": folds}
    (HERE / "folds.json").write_text(json.dumps(report, indent=1) + "\n")
    print("all", json.dumps(report["all"]))


main()
