"""The line model of `src/page/weights.rs`: what a line of a page is, story or furniture.

In: FACTS, one JSON row a page, `{"id", "lines": [[start, end, [facts]]]}`, as
`cargo run --release --example split -- --line-facts < PAGES.jsonl` writes them, and GOLD, JSON
Lines (xz) with `id`, `url`, `text`, `body`. Out: the Rust table on standard output with `--emit`, or
the figures of a 5-fold cross-validation by site with `--folds`.

A linear-chain CRF with two states, trained on its likelihood plus one minus the soft F1 of the
words it keeps (the likelihood alone cares for the many short lines of menus; the figure we want
counts words). Deterministic: one thread, fixed seed, full batch.

The shipped tables are learned on all 181 pages of `pages/aeb` (`--emit TEXT`, with `--clean` facts
and gold of every third composed page; `--emit HTML` on facts of `split --html --line-facts`).
Learned on the sites of one half only (`--half 0`, 94 pages) and run in the whole library, they
give these body F1 on the 87 pages of the other half's sites: text 0.888, HTML 0.936; by 5-fold
cross-validation over the sites of the first half, lines alone: text 0.920, HTML 0.953.
"""
import argparse
import hashlib
import json
import lzma
import re
from collections import Counter
from urllib.parse import urlparse

import numpy as np
import torch

OWN, PLACE, MARKUP = 36, 25, 32
OWN_AT, MARKUP_AT = (-2, -1, 0, 1, 2), (-1, 0, 1)


def site(url):
    return ".".join(urlparse(url).netloc.replace("www.", "").split(".")[-2:])


def site_hash(url):
    return int(hashlib.md5(site(url).encode()).hexdigest(), 16)


def words(text):
    return re.findall(r"\w+", text.lower())


def grams(w, n=4):
    return [tuple(w[i:i + n]) for i in range(max(1, len(w) - n + 1))]


def labels(lines, text, body):
    """1 for a line whose words the gold body holds in their order (4-grams; short lines whole)."""
    gold_grams = set(grams(words(body)))
    gold_lines = {" ".join(words(l)) for l in body.split("\n")}
    gold_text = " " + " ".join(words(body)) + " "
    out = []
    for s, e in lines:
        w = words(text[s:e].decode())
        if not w:
            out.append(-1)
        elif len(w) < 4:
            out.append(1 if " ".join(w) in gold_lines else (-1 if " " + " ".join(w) + " " in gold_text else 0))
        else:
            g = grams(w)
            out.append(1 if sum(x in gold_grams for x in g) >= 0.5 * len(g) else 0)
    # A short line between two of the story goes with them; elsewhere it is furniture.
    for i, l in enumerate(out):
        if l == -1:
            near = out[max(0, i - 1):i] + out[i + 1:i + 2]
            out[i] = 1 if near and all(x == 1 for x in near) else 0
    return out


def load(facts_path, gold_path):
    opener = lzma.open if facts_path.endswith(".xz") else open
    facts = {r["id"]: r for r in map(json.loads, opener(facts_path, "rt"))}
    pages = []
    for r in map(json.loads, lzma.open(gold_path, "rt")):
        f = facts[r["id"]]
        text = f.get("text", r["text"]).encode()
        spans = [(s, e) for s, e, _ in f["lines"]]
        x = np.array([v for _, _, v in f["lines"]], dtype=np.float32).reshape(len(spans), -1)
        own, place, markup = x[:, :OWN], x[:, OWN:OWN + PLACE], x[:, OWN + PLACE:]
        if "articles" in r:
            r["url"] = "https://composed/" + r["id"]
            r["body"] = "\n".join(b for a in r["articles"] for b in a["body"])
        parts = [place] + [shift(own, k) for k in OWN_AT]
        if markup.shape[1]:
            parts += [shift(markup, k) for k in MARKUP_AT]
        pages.append({
            "id": r["id"], "url": r["url"], "x": np.concatenate(parts, 1), "body": r["body"],
            "y": np.array(labels(spans, text, r["body"])), "lines": [text[s:e].decode() for s, e in spans],
            "w": np.array([len(words(text[s:e].decode())) for s, e in spans], dtype=np.float32),
        })
    return pages


def shift(x, k):
    out = np.zeros_like(x)
    n = len(x)
    if k == 0:
        return x
    if abs(k) < n:
        if k < 0:
            out[-k:] = x[:k]
        else:
            out[:-k] = x[k:]
    return out


def batch(pages):
    n = max(len(p["y"]) for p in pages)
    x = np.zeros((len(pages), n, pages[0]["x"].shape[1]), dtype=np.float32)
    y = np.zeros((len(pages), n), dtype=np.int64)
    w = np.zeros((len(pages), n), dtype=np.float32)
    m = np.zeros((len(pages), n), dtype=bool)
    for i, p in enumerate(pages):
        k = len(p["y"])
        x[i, :k], y[i, :k], w[i, :k], m[i, :k] = p["x"], p["y"], p["w"], True
    return map(torch.from_numpy, (x, y, w, m))


def forward(e, trans, m):
    """Log sums up to each line: (pages, lines, 2)."""
    a = torch.stack([torch.zeros_like(e[:, 0]), e[:, 0]], 1)
    out = [a]
    for t in range(1, e.shape[1]):
        b = torch.logsumexp(a[:, :, None] + trans[None], 1)
        b = torch.stack([b[:, 0], b[:, 1] + e[:, t]], 1)
        a = torch.where(m[:, t, None], b, a)
        out.append(a)
    return torch.stack(out, 1)


def backward(e, trans, m):
    b = torch.zeros(e.shape[0], 2)
    out = [b]
    for t in range(e.shape[1] - 1, 0, -1):
        v = torch.stack([b[:, 0], b[:, 1] + e[:, t]], 1)
        c = torch.logsumexp(trans[None] + v[:, None, :], 2)
        b = torch.where(m[:, t, None], c, b)
        out.append(b)
    return torch.stack(out[::-1], 1)


# What a page composed of clean articles counts beside a real page: it teaches that prose may be all there is.
CLEAN_WEIGHT = 0.3


def train(pages, l2, alpha, steps):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x, y, w, m = batch(pages)
    d = x.shape[2]
    theta = torch.zeros(d, requires_grad=True)
    trans = torch.zeros(2, 2, requires_grad=True)
    opt = torch.optim.Adam([theta, trans], lr=0.08)
    n = m.sum(1).float()
    count = torch.tensor([CLEAN_WEIGHT if "composed" in p["url"] else 1.0 for p in pages])
    count = count / count.sum()
    for step in range(steps):
        for g in opt.param_groups:
            g["lr"] = 0.08 * (1 - step / steps) + 0.002
        e = x @ theta
        fw, bw = forward(e, trans, m), backward(e, trans, m)
        log_z = torch.logsumexp(fw[:, -1], 1)
        pair = trans[y[:, :-1], y[:, 1:]] * m[:, 1:]
        gold = (e * y * m).sum(1) + pair.sum(1)
        nll = ((log_z - gold) / n * count).sum()
        p = torch.exp((fw + bw)[:, :, 1] - log_z[:, None]) * m
        tp = (p * y * w).sum(1)
        f1 = 2 * tp / ((p * w).sum(1) + (y * w).sum(1) + 1e-6)
        loss = nll * 4 + alpha * ((1 - f1) * count).sum() + l2 * (theta ** 2).sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
    return theta.detach().numpy(), trans.detach().numpy()


# A page that was asked about has a story: where the path finds too little, the bar is lowered.
LEAST_WORDS, EASE, EASES = 40, 1.0, 12


def decode(p, theta, trans):
    for k in range(EASES):
        keep = path(p["x"] @ theta + EASE * k, trans)
        if sum(w for w, z in zip(p["w"], keep) if z) >= min(LEAST_WORDS, 0.5 * sum(p["w"])):
            break
    return keep


def path(e, trans):
    a, back = np.array([0.0, e[0]]), []
    for t in range(1, len(e)):
        s = a[:, None] + trans
        back.append(s.argmax(0))
        a = s.max(0) + np.array([0.0, e[t]])
    state, out = int(a.argmax()), []
    for b in reversed(back):
        out.append(state)
        state = int(b[state])
    return [state] + out[::-1]


def score(pages, keep):
    prec, rec = [], []
    for p, k in zip(pages, keep):
        want = Counter(grams(words(p["body"])))
        have = Counter(grams(words("\n".join(l for l, z in zip(p["lines"], k) if z))))
        common = sum((want & have).values())
        prec.append(common / max(1, sum(have.values())))
        rec.append(common / max(1, sum(want.values())))
    a, b = np.mean(prec), np.mean(rec)
    return a, b, 2 * a * b / (a + b), list(zip(prec, rec))


def table(theta, trans, name, markup):
    row = lambda v: "[" + ", ".join(f"{z:.3f}" for z in v) + "]"
    at = PLACE
    own = []
    for _ in OWN_AT:
        own.append(row(theta[at:at + OWN]))
        at += OWN
    tags = []
    for _ in MARKUP_AT:
        tags.append(row(theta[at:at + MARKUP]) if markup else "[0.0; MARKUP]")
        at += MARKUP
    return (f"/// {name}\n#[rustfmt::skip]\npub(super) const {name.split()[0]}: Weights = Weights {{\n"
            f"    own: [\n        " + ",\n        ".join(own) + ",\n    ],\n"
            f"    markup: [\n        " + ",\n        ".join(tags) + ",\n    ],\n"
            f"    place: {row(theta[:PLACE])},\n"
            f"    stay_out: {trans[0, 0]:.3f},\n    enter: {trans[0, 1]:.3f},\n"
            f"    leave: {trans[1, 0]:.3f},\n    stay_in: {trans[1, 1]:.3f},\n}};\n")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("facts")
    a.add_argument("gold")
    a.add_argument("--l2", type=float, default=3e-4)
    a.add_argument("--alpha", type=float, default=2.0)
    a.add_argument("--steps", type=int, default=120)
    a.add_argument("--clean", nargs=2, help="facts and gold of composed pages, for training only")
    a.add_argument("--half", type=int, help="only sites of this half (parity of the site's hash)")
    a.add_argument("--folds", action="store_true")
    a.add_argument("--emit", help="name of the table")
    a.add_argument("--worst", type=int, default=0)
    o = a.parse_args()
    pages = load(o.facts, o.gold)
    if o.half is not None:
        pages = [p for p in pages if site_hash(p["url"]) % 2 == o.half]
    clean = load(*o.clean) if o.clean else []
    clean = [p for p in clean if o.half is None or int(p["id"].split("-")[1]) % 2 == o.half][::3]
    print("//", len(pages), "pages; oracle", score(pages, [p["y"] for p in pages])[:3])
    if o.folds:
        keep = {}
        for f in range(5):
            part = [p for p in pages if site_hash(p["url"]) // 2 % 5 == f]
            rest = [p for p in pages if site_hash(p["url"]) // 2 % 5 != f]
            theta, trans = train(rest + clean, o.l2, o.alpha, o.steps)
            for p in part:
                keep[p["id"]] = decode(p, theta, trans)
        p, r, f, each = score(pages, [keep[q["id"]] for q in pages])
        print(f"// folds: precision {p:.4f} recall {r:.4f} f1 {f:.4f}")
        worst = sorted(zip(each, pages), key=lambda t: min(t[0]))[:o.worst]
        for (p, r), q in worst:
            print(f"#### {p:.2f} {r:.2f} {q['url']}")
            for l, k, y in zip(q["lines"], keep[q["id"]], q["y"]):
                if k != y:
                    print("   ", "+" if k else "-", l[:140])
    if o.emit:
        theta, trans = train(pages + clean, o.l2, o.alpha, o.steps)
        print(table(theta, trans, o.emit, pages[0]["x"].shape[1] > PLACE + 5 * OWN))


main()
