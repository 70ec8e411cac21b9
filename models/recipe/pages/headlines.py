"""Which line is the headline, `data/title.json`, and which lines open another article, `data/openings.json`.

    python -m models.recipe.pages.headlines --data DATA --program PROGRAM --titles data/title.json
    python -m models.recipe.pages.headlines --data DATA --program PROGRAM --openings data/openings.json
    python -m models.recipe.pages.headlines --data DATA --program PROGRAM --folds models/recipe/pages/headlines.json

In: DATA/pages with `wcxb_dev` (pages of one article: `id`, `url`, `title`, `text`, `html`, `body`), `naeb_dev`
(without HTML), `aeb` (without titles) and `composed_dev` (`articles`); pages made of them (`made.py`); the program
`page_features`, as `program.py` has it, which cuts pages into candidates and describes them. Deterministic, one
thread, full batch; some two minutes each.

Titles: a softmax over the candidates of a page, one of which says that there is no headline, linear in their
features. Openings: each candidate by itself, linear plus a hidden layer of eight. Those of openings are described
below the headline that the program's own weights find, so after new titles the program is built anew.

`--folds`: five folds by site (composed pages by number). Of titles, the share of pages whose headline is right; of
openings, the share of pages on which all are found and no other, and how many were found, added and missed.
"""
import argparse
import json
import random
import re
from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
import torch

from ..rows import rows
from . import made
from .line_model import site, site_hash
from .program import Pages

FOLDS = 5
FILES = ("wcxb_dev", "naeb_dev", "aeb", "composed_dev")
# What a page counts: as it was found; composed ones; those with something changed; without a headline; made ones.
# A page of several articles is worth more to openings, of which few pages have any.
TITLE_WEIGHTS = {"real": 1.0, "composed": 0.5, "changed": 0.25, "bare": 0.3, "clean": 0.2, "made": 0.2}
OPENING_WEIGHTS = {"real": 1.0, "composed": 4.0, "bare": 0.5, "made": 0.8}
UNMARKED = ("dated", "byline")
TITLE_L2, TITLE_STEPS, TITLE_RATE = 5e-4, 250, 0.1
OPENING_L2, OPENING_STEPS, OPENING_RATE = 5e-5, 400, 0.03
# What a missed opening costs beside one too many.
MISSED = 2.0
HIDDEN = 8


def plain(text):
    return re.sub(r"\W+", " ", (text or "").lower()).strip()


def fold(row):
    if "articles" in row:
        return int(row["id"].split("-")[1]) % FOLDS
    return site_hash(row) // 2 % FOLDS


def site_name(row):
    return (site(row.get("url") or "").split(".")[0] or "Daily Echo").title()


class Page(NamedTuple):
    id: str
    kind: str
    fold: int
    page: str  # text or HTML
    titles: list  # of its articles; none for a page without a headline
    weight: float


class Seen(NamedTuple):
    page: Page
    texts: list  # a candidate each; None for there being no headline
    x: np.ndarray
    y: np.ndarray  # 1 for the right ones
    mask: np.ndarray  # 0 for those that do not matter


class Data:
    """The pages, as text or as HTML."""

    def __init__(self, folder, html):
        self.html = html
        self.rows = {name: list(rows(folder, f"pages/{name}.jsonl.xz")) for name in FILES}
        self.stories = defaultdict(list)
        for name in ("wcxb_dev", "naeb_dev"):
            for row in self.rows[name]:
                body = [line.strip() for line in row["body"].split("\n") if line.strip()]
                body = body[1:] if body and plain(body[0]) == plain(row["title"]) else body
                if len(body) > 2 and 3 <= len(row["title"].split()) <= 22 and len(body[0].split()) >= 10:
                    self.stories[fold(row)].append((row["title"].strip(), body))

    def real(self, weights):
        for name, of in self.rows.items():
            if self.html and name in ("naeb_dev", "composed_dev"):
                continue
            kind = "composed" if name == "composed_dev" else "real"
            for row in of:
                titles = [a["title"] for a in row["articles"]] if "articles" in row else [row.get("title") or ""]
                yield Page(f"{name}-{row['id']}", name, fold(row), row["html" if self.html else "text"], titles,
                           weights[kind])

    def made(self, weights, count, seed):
        draw = random.Random(seed)
        several = made.html_of_several if self.html else made.text_of_several
        for number in range(FOLDS):
            stories = self.stories[number]
            for k in range(count if len(stories) > 5 else 0):
                page, titles, style = several(draw, stories)
                weight = weights["made"] * (2 if style in UNMARKED else 1)
                yield Page(f"made-{number}-{k}", f"made-{style}", number, page, titles, weight)

    def bare(self, weights):
        """Bodies alone, and under their titles."""
        draw = random.Random(7)
        for name in ("wcxb_dev", "naeb_dev", "aeb"):
            for row in self.rows[name]:
                lines = [line for line in row["body"].strip().split("\n") if line.strip()]
                title = row.get("title")
                prose = lines and len(lines[0].split()) >= 12 and re.search(r"[.!?”\"]$", lines[0].strip())
                if not prose or plain(title) in map(plain, lines[:3]):
                    continue
                page = "".join(f"<p>{line}</p>\n" for line in lines) if self.html else "\n\n".join(lines)
                yield Page(f"bare-{name}-{row['id']}", "bare", fold(row), page, [], weights["bare"])
                if title and draw.random() < 0.5 and "clean" in weights:
                    head = f"<h1>{title}</h1>\n" if self.html else f"{title}\n\n"
                    yield Page(f"clean-{name}-{row['id']}", "clean", fold(row), head + page, [title], weights["clean"])

    def changed(self, weights):
        draw = random.Random(11)
        for name in ("wcxb_dev",) if self.html else ("wcxb_dev", "naeb_dev"):
            for row in self.rows[name]:
                page = (made.changed_html(draw, row["html"], site_name(row)) if self.html else
                        made.changed_text(draw, row["text"], row["title"], row["body"].strip(), site_name(row)))
                yield Page(f"changed-{name}-{row['id']}", "changed", fold(row), page, [row["title"]], weights["changed"])


def seen(program, pages, html, group, label):
    """What the program sees of pages, with what is right; and the names of features."""
    asked = [{"id": page.id, "html" if html else "text": page.page} for page in pages]
    found, names = [], None
    for page, row in zip(pages, program.run(asked, html, "--headlines")):
        text = row["text"].encode()
        cut = lambda span: text[span["start"]:span["end"]].decode() if span else None
        candidates = row[group]
        if candidates:
            names = list(candidates[0]["features"])
        texts = [cut(candidate["span"]) for candidate in candidates]
        y, mask = label(page, texts)
        found.append((page._replace(page=""), texts, [list(c["features"].values()) for c in candidates], y, mask))
    array = lambda x: np.array(x, dtype=np.float32).reshape(-1, len(names))
    return [Seen(page, texts, array(x), y, mask) for page, texts, x, y, mask in found], names


def titles_right(page, texts):
    if page.titles:
        y = [text is not None and plain(text) == plain(page.titles[0]) for text in texts]
    else:
        y = [text is None for text in texts]
    return np.array(y, dtype=np.float32), np.ones(len(y), dtype=np.float32)


def openings_right(page, texts):
    """Each headline but the first, where it stands first; the first one said again does not matter."""
    said = [plain(text) for text in texts]
    says = lambda text, title: text == title or (text.startswith(title) and len(text) < len(title) + 60)
    y, mask = np.zeros(len(said), dtype=np.float32), np.ones(len(said), dtype=np.float32)
    first = plain(page.titles[0]) if page.titles else ""
    for i, text in enumerate(said):
        mask[i] = not (first and says(text, first))
    at = 0
    for title in map(plain, page.titles[1:]):
        found = next((i for i in range(at, len(said)) if says(said[i], title)), None)
        if found is not None:
            y[found], mask[found], at = 1, 1, found + 1
            if at < len(said) and said[at] == said[found]:
                mask[at], at = 0, at + 1
    return y, mask


def title_pages(data):
    weights = TITLE_WEIGHTS
    real = (page for page in data.real(weights) if page.kind != "aeb")
    return [*real, *data.bare(weights), *data.changed(weights), *data.made(weights, 60, 5)]


def opening_pages(data):
    weights = OPENING_WEIGHTS
    bare = [] if data.html else data.bare(weights)
    return [*data.real(weights), *bare, *data.made(weights, 120 if data.html else 60, 11)]


def adam(parameters, rate, steps, loss):
    opt = torch.optim.Adam(parameters, lr=rate)
    for step in range(steps):
        opt.param_groups[0]["lr"] = rate * (1 - step / steps) + rate / 50
        opt.zero_grad()
        loss().backward()
        opt.step()
    return [parameter.detach().numpy() for parameter in parameters]


def stacked(pages):
    x, y, mask = (torch.from_numpy(np.concatenate(parts)) for parts in zip(*((p.x, p.y, p.mask) for p in pages)))
    of = torch.repeat_interleave(torch.arange(len(pages)), torch.tensor([len(p.y) for p in pages]))
    weight = torch.tensor([p.page.weight for p in pages])
    return x, y, mask, of, weight / weight.sum()


def train_titles(pages):
    x, y, _, of, weight = stacked([page for page in pages if page.y.any()])
    theta = torch.zeros(x.shape[1], requires_grad=True)

    def log_sum(v):
        top = torch.full(weight.shape, -1e9).scatter_reduce(0, of, v.detach(), "amax")
        return top + torch.log(torch.zeros(weight.shape).index_add(0, of, torch.exp(v - top[of])) + 1e-30)

    def loss():
        v = x @ theta
        right = torch.where(y > 0, v, torch.tensor(-1e4))
        return ((log_sum(v) - log_sum(right)) * weight).sum() + TITLE_L2 * (theta ** 2).sum()

    return adam([theta], TITLE_RATE, TITLE_STEPS, loss)


def train_openings(pages):
    x, y, mask, of, weight = stacked([page for page in pages if len(page.y)])
    cost = mask * weight[of] * torch.where(y > 0, MISSED, 1.0)
    draw = torch.Generator().manual_seed(0)
    hidden = (torch.randn(x.shape[1], HIDDEN, generator=draw) * 0.3).requires_grad_()
    out = (torch.randn(HIDDEN, generator=draw) * 0.5).requires_grad_()
    direct = torch.zeros(x.shape[1], requires_grad=True)
    parameters = [direct, hidden, out]

    def loss():
        v = torch.nn.functional.softsign(x @ hidden) @ out + x @ direct
        wrong = torch.nn.functional.binary_cross_entropy_with_logits(v, y, reduction="none")
        return (wrong * cost).sum() + OPENING_L2 * sum((p ** 2).sum() for p in parameters)

    return adam(parameters, OPENING_RATE, OPENING_STEPS, loss)


def opened(page, weights):
    """The candidates that open an article, as the library takes them."""
    if not len(page.y):
        return []
    direct, hidden, out = weights
    bent = page.x @ hidden
    scores = (bent / (1 + np.abs(bent))) @ out + page.x @ direct
    found, skip = [], -1
    for i, score in enumerate(scores):
        if i > skip and score > 0:
            found.append(i)
            twice = i + 1 < len(scores) and plain(page.texts[i + 1]) == plain(page.texts[i])
            skip = i + 1 if twice else i
    return [i for i in found if page.mask[i]]


def title_figures(pages):
    right = defaultdict(list)
    for number in range(FOLDS):
        theta, = train_titles([page for page in pages if page.page.fold != number])
        for page in pages:
            if page.page.fold == number:
                right[page.page.kind].append(page.y[int(np.argmax(page.x @ theta))])
    return {kind: {"pages": len(v), "right": round(float(np.mean(v)), 4)} for kind, v in sorted(right.items())}


def opening_figures(pages):
    exact, counts = defaultdict(list), defaultdict(Counter)
    for number in range(FOLDS):
        weights = train_openings([page for page in pages if page.page.fold != number])
        for page in pages:
            if page.page.fold != number:
                continue
            got, want = set(opened(page, weights)), {i for i, y in enumerate(page.y) if y}
            lost = max(0, len(page.page.titles) - 1) - len(want)
            exact[page.page.kind].append(got == want and not lost)
            counts[page.page.kind] += Counter(found=len(got & want), added=len(got - want), missed=len(want - got) + lost)
    return {kind: {"pages": len(v), "exact": round(float(np.mean(v)), 4),
                   **{name: counts[kind][name] for name in ("found", "added", "missed")}}
            for kind, v in sorted(exact.items())}


def number(value):
    return f"{value:.3f}"


def block(rows, indent):
    pad = " " * indent
    return "{\n" + ",\n".join(f'{pad} "{name}": {value}' for name, value in rows.items()) + f"\n{pad}}}"


def written_titles(names, weights):
    return block(dict(zip(names, map(number, weights[0]), strict=True)), 1)


def written_openings(names, weights):
    direct, hidden, out = weights
    listed = lambda values: f"[{', '.join(map(number, values))}]"
    return block({"direct": block(dict(zip(names, map(number, direct), strict=True)), 2),
                  "hidden": block(dict(zip(names, map(listed, hidden), strict=True)), 2), "out": listed(out)}, 1)


TITLES = ("titles", title_pages, titles_right, train_titles, written_titles, title_figures)
OPENINGS = ("openings", opening_pages, openings_right, train_openings, written_openings, opening_figures)


def main(data, program, titles=None, openings=None, figures=None):
    """`titles`, `openings`: where the weights go; `figures`: where those of the folds go."""
    torch.set_num_threads(1)
    program, report = Pages(program), {"folds": FOLDS}
    for out, (group, pages_of, label, train, written, figures_of) in ((titles, TITLES), (openings, OPENINGS)):
        parts = {}
        for kind in ("text", "html"):
            if not (out or figures):
                continue
            pages, names = seen(program, pages_of(Data(data, kind == "html")), kind == "html", group, label)
            if out:
                parts[kind] = written(names, train(pages))
            if figures:
                report.setdefault(group, {})[kind] = figures_of(pages)
                print(group, kind, json.dumps(report[group][kind]), flush=True)
        if out:
            with open(out, "w", encoding="utf-8") as file:
                file.write(block(parts, 0) + "\n")
    if figures:
        with open(figures, "w", encoding="utf-8") as file:
            file.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "program"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--titles", help="write the weights of titles here")
    p.add_argument("--openings", help="write the weights of openings here")
    p.add_argument("--folds", help="write the figures of a 5-fold cross-validation here")
    a = p.parse_args()
    main(a.data, a.program, a.titles, a.openings, a.folds)
