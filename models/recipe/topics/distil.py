"""Teachers -> soft labels -> a pretrained student with pairs.

In: WORK/rows.pkl, tokens.npz, lexical.pkl, lexical.annotated.npy, minilm.annotated.npy,
minilm.pool.npy with minilm.pick.npy, the same of mpnet, short.npz. Out: WORK/bag.npz (third teacher), targets.npz,
pairs.npz (candidates with their use), pretrained.pt, x.annotated.npz, x.pool.npz.

Four teachers, all trained on the annotated rows outside the validation split: TF-IDF
regression (lexical.py), MiniLM (minilm.py), MPNet (mpnet.py), and the student's own architecture
without pairs, trained here. Rows of the pool that no encoder has read are labelled by the other
two, and count less; those that MiniLM has read are shown twice, those that MPNet has read too
three times.
"""

import pickle
import time
from pathlib import Path

import numpy as np
import torch
from scipy import sparse

import features
import lexical
import pairs
import student
import teacher
from data import fold, taxonomy
from minilm import labels

PAIRS, UNREAD_WEIGHT, EPOCHS = 8192, 0.2, 3
SHORT_SHARE = 1.0


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, np.float32)))


class Rows:
    """Annotated rows and pool, their labels and token streams."""

    def __init__(self, data, work):
        self.work = Path(work)
        self.codes, self.parent, self.label = taxonomy(data)
        self.groups = pickle.load(open(self.work / "rows.pkl", "rb"))
        self.annotated = self.groups["annotated"]
        self.y = labels(self.annotated, self.codes)
        folds = np.array([fold(r["id"]) for r in self.annotated])
        self.train, self.valid = np.where(folds != 0)[0], np.where(folds == 0)[0]
        self.pool = teacher.pool_rows(self.groups)
        self.picks = [np.array([i for g, i in self.pool if g == name]) for name in ("weak", "unlabelled")]

    def streams(self):
        tokens = np.load(self.work / "tokens.npz")
        return [features.split(tokens, name) for name in ("annotated", "weak", "unlabelled")]

    def matrices(self, streams, keys=None):
        own, weak, news = (features.matrix(s, keys) for s in streams)
        return own, sparse.vstack([weak[self.picks[0]], news[self.picks[1]]]).tocsr()


def lexical_pool(rows, size=10_000):
    vectoriser, coef, bias = pickle.load(open(rows.work / "lexical.pkl", "rb"))
    out = np.zeros((len(rows.pool), len(rows.codes)), np.float16)
    for i in range(0, len(out), size):
        here = rows.pool[i : i + size]
        out[i : i + size] = vectoriser.transform(lexical.text(rows.groups[g][j]) for g, j in here) @ coef + bias
    np.save(rows.work / "lexical.pool.npy", out)


def bag(rows, streams, seeds=(1, 2)):
    x, pool = rows.matrices(streams)
    own, other = 0, 0
    for seed in seeds:
        torch.manual_seed(seed)
        model = student.Student(x.shape[1], len(rows.codes), prior=rows.y[rows.train].mean(0))
        part = (x[rows.train], rows.y[rows.train], None, 1)
        student.train(model, [part], 7, (4e-3, 2e-3), seed, size=64)
        own = own + student.scores(model, x) / len(seeds)
        other = other + student.scores(model, pool) / len(seeds)
    np.savez(rows.work / "bag.npz", annotated=own.astype(np.float16), pool=other.astype(np.float16))


def sections(rows):
    """Evidence from the site's section: (validation rows, pool rows)."""
    counted = teacher.Sections([rows.annotated[i] for i in rows.train], rows.y[rows.train])
    memo = {}

    def of(row):
        key = (row["source"], row["section"], tuple(row["l1"])) if row["section"] else None
        if key not in memo:
            weak = (row["source"], row["section"], row["l1"], row["l2"]) if key else None
            memo[key] = counted.of(weak).astype(np.float16)
        return memo[key]

    valid = np.stack([counted.of(rows.annotated[i].get("weak")) for i in rows.valid])
    return valid, np.stack([of(rows.groups[g][i]) for g, i in rows.pool])


def targets(rows, log=print):
    """(probability a label and pool row, how many helpings the row deserves)."""
    v, y = rows.valid, rows.y[rows.valid]
    load = lambda name: np.load(rows.work / name)
    b = load("bag.npz")
    on_valid = [load("lexical.annotated.npy")[v], b["annotated"][v]]
    on_pool = [load("lexical.pool.npy"), b["pool"]]
    sections_valid, sections_pool = sections(rows)
    out = np.zeros(on_pool[0].shape, np.float16)
    helpings = np.zeros(len(out), np.float32)
    place = np.arange(len(out))
    for encoder in (None, "minilm", "mpnet"):
        if encoder:
            on_valid.append(load(f"{encoder}.annotated.npy")[v])
            pick, logits = load(f"{encoder}.pick.npy"), load(f"{encoder}.pool.npy")
            read = {k: i for i, k in enumerate(pick) if not np.isnan(logits[i, 0])}
            here = np.array([i for i, k in enumerate(place) if k in read])
            place, on_pool = place[here], [p[here] for p in on_pool]
            on_pool.append(logits[[read[k] for k in place]])
        stack = teacher.fit(on_valid, sections_valid, y)
        log(f"stack with {encoder}: {stack.coef_[0].round(3)}; {len(place)} rows")
        out[place] = teacher.apply(stack, on_pool, sections_pool[place])
        helpings[place] += 1
    np.savez(rows.work / "targets.npz", p=out, helpings=helpings)
    return out, helpings


def weights(helpings):
    return np.where(helpings > 1, 1, UNREAD_WEIGHT).astype(np.float32)[:, None]


def main(data, work, log=print):
    start = time.time()
    say = lambda s: log(f"{s} ({time.time() - start:.0f} s)")
    rows = Rows(data, work)
    streams = rows.streams()
    if not (rows.work / "lexical.pool.npy").exists():
        lexical_pool(rows)
        say("lexical teacher has read the pool")
    if not (rows.work / "bag.npz").exists():
        bag(rows, streams)
        say("bag teacher trained")
    p, helpings = targets(rows, say)
    if not (rows.work / "pairs.npz").exists():
        b = np.load(rows.work / "bag.npz")
        truth = np.concatenate([rows.y[rows.train].astype(np.float16), p])
        guess = sigmoid(np.concatenate([b["annotated"][rows.train], b["pool"]])).astype(np.float16)
        key, use = pairs.usefulness(streams, [rows.train, *rows.picks], truth, guess, say)
        np.savez(rows.work / "pairs.npz", key=key, use=use)
    found = np.load(rows.work / "pairs.npz")
    keys = pairs.best(found["key"], found["use"], PAIRS)
    np.save(rows.work / "keys.npy", keys)
    x, pool = rows.matrices(streams, keys)
    sparse.save_npz(rows.work / "x.annotated.npz", x, compressed=False)
    sparse.save_npz(rows.work / "x.pool.npz", pool, compressed=False)
    short = np.load(rows.work / "short.npz")
    brief = features.matrix(features.split(short, "short"), keys)
    sparse.save_npz(rows.work / "x.short.npz", brief, compressed=False)
    say("features ready")
    torch.manual_seed(1)
    model = student.Student(x.shape[1], len(rows.codes), prior=p[:20_000].astype(np.float32).mean(0))
    parts = [(pool, p, weights(helpings), 1), (brief, short["p"], None, SHORT_SHARE)]
    for least in (2, 3):
        read = np.where(helpings >= least)[0]
        parts.append((pool[read], p[read], None, 1))
    student.train(model, parts, EPOCHS, (4e-3, 2e-3), 1, size=256, drop=0.1, word_drop=0.15, log=300)
    torch.save(model.state_dict(), rows.work / "pretrained.pt")
    say("student pretrained")
