"""The line model of `src/page`: what a line of a page is, story or furniture.

In: pages, the features of their lines by name, as the library sees them (`program.py`). Out: a weight for each name
and neighbouring line, and those of the chain's four transitions: the file `data/page.json`, which the library reads.

A linear-chain CRF with two states, trained on its likelihood plus one minus the soft F1 of the words it keeps (the
likelihood alone cares for the many short lines of menus; the figure we want counts words). Deterministic: one thread,
full batch, from zero. Pages are cut into pieces of some 64 lines for the chain's sums, which makes a step ten times
faster and costs the transition at each cut.
"""
import hashlib
import re
from typing import NamedTuple
from urllib.parse import urlparse

import numpy as np
import torch

# The lines whose features count for a line, relative to it, by group of features.
OFFSETS = {"place": (0,), "line": (-2, -1, 0, 1, 2), "markup": (-1, 0, 1)}
# The transitions as (from, to): 0 for furniture, 1 for a story.
TRANSITIONS = {"stay_out": (0, 0), "enter": (0, 1), "leave": (1, 0), "stay_in": (1, 1)}

PIECE = 64
STEPS, RATE = 120, 0.08
# What a lost word costs beside a wrong line.
WORD_COST, LINE_COST = 2.0, 4.0
# What the squares of the weights cost; with what the markup says there are half as many more.
L2_TEXT, L2_HTML = 1e-3, 1e-2
# What a page composed of clean articles counts beside a real page: it teaches that prose may be all
# there is.
CLEAN_WEIGHT = 0.3


def site(url):
    return ".".join(urlparse(url).netloc.replace("www.", "").split(".")[-2:])


def site_hash(url):
    return int(hashlib.md5(site(url).encode()).hexdigest(), 16)


def words(text):
    return re.findall(r"\w+", text.lower())


def grams(w, n=4):
    return [tuple(w[i:i + n]) for i in range(max(1, len(w) - n + 1))]


def labels(lines, body):
    """1 for a line whose words the gold body holds in their order (4-grams; short lines whole)."""
    gold_grams = set(grams(words(body)))
    gold_lines = {" ".join(words(l)) for l in body.split("\n")}
    gold_text = " " + " ".join(words(body)) + " "
    out = []
    for line in lines:
        w = words(line)
        if not w:
            out.append(-1)
        elif len(w) < 4:
            said = " ".join(w)
            out.append(1 if said in gold_lines else (-1 if f" {said} " in gold_text else 0))
        else:
            g = grams(w)
            out.append(1 if sum(x in gold_grams for x in g) >= 0.5 * len(g) else 0)
    # A short line between two of the story goes with them; elsewhere it is furniture.
    for i, l in enumerate(out):
        if l == -1:
            near = out[max(0, i - 1):i] + out[i + 1:i + 2]
            out[i] = 1 if near and all(x == 1 for x in near) else 0
    return out


def shift(x, k):
    """Row i is row i + k of x; zeros past the ends."""
    out = np.zeros_like(x)
    if k == 0:
        return x
    if abs(k) < len(x):
        if k < 0:
            out[-k:] = x[:k]
        else:
            out[:-k] = x[k:]
    return out


class Column(NamedTuple):
    """A column of `Page.x`: a feature of the line so many lines below."""
    group: str
    name: str
    offset: int


class Page(NamedTuple):
    columns: list  # a Column each, the same for all pages of a kind
    x: np.ndarray  # (lines, columns)
    y: np.ndarray  # (lines): 1 for a line of a story
    w: np.ndarray  # (lines): words
    count: float  # what the page counts


def page(features, gold):
    """A page to train on: `features` its row of `Pages.features`, `gold` its row of the data; None without lines."""
    if not features["lines"]:
        return None
    text = features["text"].encode()
    lines = [text[line["start"]:line["end"]].decode() for line in features["lines"]]
    columns, parts = [], []
    for group, offsets in OFFSETS.items():
        names = list(features["lines"][0][group] or ())
        if not names:
            continue
        rows = [[line[group][name] for name in names] for line in features["lines"]]
        for offset in offsets:
            columns += [Column(group, name, offset) for name in names]
            parts.append(shift(np.array(rows, dtype=np.float32), offset))
    composed = "articles" in gold
    body = "\n".join(b for a in gold["articles"] for b in a["body"]) if composed else gold["body"]
    return Page(columns, np.concatenate(parts, 1), np.array(labels(lines, body), dtype=np.float32),
                np.array([len(words(line)) for line in lines], dtype=np.float32), CLEAN_WEIGHT if composed else 1.0)


def pieces(pages):
    """Lines by piece, longest piece first: (longest, pieces) indices into all lines, and a mask."""
    spans, base = [], 0
    for p in pages:
        n = len(p.y)
        cuts = np.linspace(0, n, max(1, round(n / PIECE)) + 1).astype(int)
        spans += [(base + a, b - a) for a, b in zip(cuts[:-1], cuts[1:])]
        base += n
    spans.sort(key=lambda span: -span[1])
    index = np.zeros((spans[0][1], len(spans)), dtype=np.int64)
    mask = np.zeros(index.shape, dtype=bool)
    for j, (start, n) in enumerate(spans):
        index[:n, j], mask[:n, j] = np.arange(start, start + n), True
    return torch.from_numpy(index), torch.from_numpy(mask)


def marginals(e, trans, mask):
    """Probability of story, (longest, pieces), and the log of the sum over all paths, (pieces)."""
    n, count = e.shape
    (t00, t01), (t10, t11) = trans
    long = mask.sum(1).tolist()
    before = [(torch.zeros(count), e[0])]
    for t in range(1, n):
        a0, a1 = (a[:long[t]] for a in before[-1])
        before.append((torch.logaddexp(a0 + t00, a1 + t10), torch.logaddexp(a0 + t01, a1 + t11) + e[t, :long[t]]))
    after = [(torch.zeros(long[-1]), torch.zeros(long[-1]))]
    for t in range(n - 2, -1, -1):
        b0, b1 = after[-1]
        b1 = b1 + e[t + 1, :long[t + 1]]
        pad = torch.zeros(long[t] - long[t + 1])
        after.append((torch.cat([torch.logaddexp(b0 + t00, b1 + t01), pad]),
                      torch.cat([torch.logaddexp(b0 + t10, b1 + t11), pad])))
    after.reverse()
    log_z = torch.logaddexp(after[0][0], after[0][1] + e[0])
    p = [torch.cat([torch.sigmoid(a1 + b1 - a0 - b0), torch.zeros(count - len(a0))])
         for (a0, a1), (b0, b1) in zip(before, after)]
    return torch.stack(p), log_z


class Chain(NamedTuple):
    weights: dict  # by Column
    transitions: dict  # by name


def train(pages, l2):
    """The `Chain` that these pages teach."""
    torch.set_num_threads(1)
    pages = [page for page in pages if page is not None]
    columns = pages[0].columns
    assert all(page.columns == columns for page in pages), "pages of two kinds"
    index, mask = pieces(pages)
    x, y, w = (torch.from_numpy(np.concatenate(parts)) for parts in zip(*((p.x, p.y, p.w) for p in pages)))
    lengths = torch.tensor([len(p.y) for p in pages])
    of = torch.repeat_interleave(torch.arange(len(pages)), lengths)
    count = torch.tensor([p.count for p in pages])
    count = count / count.sum()
    theta = torch.zeros(x.shape[1], requires_grad=True)
    trans = torch.zeros(2, 2, requires_grad=True)
    opt = torch.optim.Adam([theta, trans], lr=RATE)

    def by_page(values):
        return torch.zeros(len(pages)).index_add(0, of, values)

    said, wanted = y[index] * mask, by_page(y * w)
    steps = said[:-1].long(), said[1:].long()
    each = (count / lengths)[of[index[0]]]
    for step in range(STEPS):
        opt.param_groups[0]["lr"] = RATE * (1 - step / STEPS) + 0.002
        e = (x @ theta)[index] * mask
        p, log_z = marginals(e, trans, mask)
        gold = (e * said).sum(0) + (trans[steps] * mask[1:]).sum(0)
        line = ((log_z - gold) * each).sum()
        p = torch.zeros(len(x)).index_put((index[mask],), p[mask])
        f1 = 2 * by_page(p * y * w) / (by_page(p * w) + wanted + 1e-6)
        loss = LINE_COST * line + WORD_COST * ((1 - f1) * count).sum() + l2 * (theta ** 2).sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
    weights = dict(zip(columns, theta.tolist(), strict=True))
    return Chain(weights, {name: trans[step].item() for name, step in TRANSITIONS.items()})


def file(text, html):
    """The text of data/page.json with these two chains."""
    offsets = ", ".join(f'"{group}": {list(OFFSETS[group])}' for group in ("line", "markup"))
    return f'{{\n "line_offsets": {{{offsets}}},\n "text": {written(text)},\n "html": {written(html)}\n}}\n'


def written(chain):
    """A chain as JSON, a feature a line."""
    number = lambda value: f"{value:.3f}"
    groups = []
    for group in ("line", "markup", "place"):
        names = dict.fromkeys(column.name for column in chain.weights if column.group == group)
        rows = {name: [number(chain.weights[group, name, offset]) for offset in OFFSETS[group]] for name in names}
        flat = {name: row[0] if group == "place" else f"[{', '.join(row)}]" for name, row in rows.items()}
        groups += [(group, flat)] if flat else []
    groups.append(("transitions", {name: number(value) for name, value in chain.transitions.items()}))
    lines = [f'  "{group}": {{\n' + ",\n".join(f'   "{name}": {value}' for name, value in rows.items()) + "\n  }"
             for group, rows in groups]
    return "{\n" + ",\n".join(lines) + "\n }"
