"""Teachers -> soft labels -> a pretrained student with pairs.

In, of WORK/topics: rows, tokens.npz, lexical.*.npy, of each encoder annotated.npy, pool.npy and pick.npy,
short.npz. Out, there: bag.npz (third teacher), targets.npz, pairs.npz (candidates with their use), keys.npy,
x.annotated.npz, x.pool.npz, x.short.npz, pretrained.pt.

Four teachers, all trained on the annotated rows outside the validation split: TF-IDF
regression (lexical.py), MiniLM (minilm.py), MPNet (mpnet.py), and the student's own architecture
without pairs, trained here. Rows of the pool that no encoder has read are labelled by the other
two, and count less; those that MiniLM has read are shown twice, those that MPNet has read too
three times.
"""

import numpy as np
import torch
from scipy import sparse

from ..taxonomy import read as read_taxonomy
from . import features, pairs, student, teacher
from .data import Groups, fold
from .minilm import labels

UNREAD_WEIGHT = 0.2
SHORT_SHARE = 1.0


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, np.float32)))


class Rows:
    """Annotated rows and pool, their labels and token streams."""

    def __init__(self, job):
        self.work = job.topics
        self.codes, self.parent, self.label = read_taxonomy(job)
        self.groups = Groups(job)
        self.annotated = self.groups["annotated"]
        self.y = labels(self.annotated, self.codes)
        folds = np.array([fold(r["id"]) for r in self.annotated])
        self.train, self.valid = np.where(folds != 0)[0], np.where(folds == 0)[0]
        self.pool = teacher.pool_rows(self.groups)
        self.picks = [np.array([i for g, i in self.pool if g == name], np.int64) for name in ("weak", "unlabelled")]

    def load(self, name):
        return np.load(self.work / name)

    def streams(self):
        tokens = self.load("tokens.npz")
        return [features.split(tokens, name) for name in ("annotated", "weak", "unlabelled")]

    def matrices(self, streams, keys=None):
        own, weak, news = (features.matrix(s, keys) for s in streams)
        return own, sparse.vstack([weak[self.picks[0]], news[self.picks[1]]]).tocsr()


def bag(rows, streams, options, seeds=(1, 2)):
    x, pool = rows.matrices(streams)
    own, other = 0, 0
    for seed in seeds:
        torch.manual_seed(seed)
        model = student.Student(x.shape[1], len(rows.codes), options.topic_dim, options.topic_hidden,
                                prior=rows.y[rows.train].mean(0))
        part = (x[rows.train], rows.y[rows.train], None, 1)
        student.train(model, [part], options.bag_epochs, (4e-3, 2e-3), seed, size=64)
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


def targets(rows):
    """(probability a label and pool row, how many helpings the row deserves)."""
    v, y = rows.valid, rows.y[rows.valid]
    own_bag = rows.load("bag.npz")
    on_valid = [rows.load("lexical.annotated.npy")[v], own_bag["annotated"][v]]
    on_pool = [rows.load("lexical.pool.npy"), own_bag["pool"]]
    sections_valid, sections_pool = sections(rows)
    out = np.zeros(on_pool[0].shape, np.float16)
    helpings = np.zeros(len(out), np.float32)
    place = np.arange(len(out))
    for encoder in (None, "minilm", "mpnet"):
        if encoder:
            on_valid.append(rows.load(f"{encoder}.annotated.npy")[v])
            pick, logits = rows.load(f"{encoder}.pick.npy"), rows.load(f"{encoder}.pool.npy")
            read = {k: i for i, k in enumerate(pick) if not np.isnan(logits[i, 0])}
            here = np.array([i for i, k in enumerate(place) if k in read])
            place, on_pool = place[here], [p[here] for p in on_pool]
            on_pool.append(logits[[read[k] for k in place]])
        stack = teacher.fit(on_valid, sections_valid, y)
        print(f"stack with {encoder}: {stack.coef_[0].round(3)}; {len(place)} rows", flush=True)
        out[place] = teacher.apply(stack, on_pool, sections_pool[place])
        helpings[place] += 1
    np.savez(rows.work / "targets.npz", p=out, helpings=helpings)
    return out, helpings


def weights(helpings):
    return np.where(helpings > 1, 1, UNREAD_WEIGHT).astype(np.float32)[:, None]


def main(job):
    options, rows = job.options, Rows(job)
    streams = rows.streams()
    if not (rows.work / "bag.npz").exists():
        bag(rows, streams, options)
        print("bag teacher trained", flush=True)
    p, helpings = targets(rows)
    if not (rows.work / "pairs.npz").exists():
        own_bag = rows.load("bag.npz")
        truth = np.concatenate([rows.y[rows.train].astype(np.float16), p])
        guess = sigmoid(np.concatenate([own_bag["annotated"][rows.train], own_bag["pool"]])).astype(np.float16)
        key, use = pairs.usefulness(streams, [rows.train, *rows.picks], truth, guess, options.pair_occurs)
        np.savez(rows.work / "pairs.npz", key=key, use=use)
    found = rows.load("pairs.npz")
    keys = pairs.best(found["key"], found["use"], options.pairs)
    np.save(rows.work / "keys.npy", keys)
    x, pool = rows.matrices(streams, keys)
    sparse.save_npz(rows.work / "x.annotated.npz", x, compressed=False)
    sparse.save_npz(rows.work / "x.pool.npz", pool, compressed=False)
    short = rows.load("short.npz")
    brief = features.matrix(features.split(short, "short"), keys)
    sparse.save_npz(rows.work / "x.short.npz", brief, compressed=False)
    print("features ready", flush=True)
    torch.manual_seed(1)
    model = student.Student(x.shape[1], len(rows.codes), options.topic_dim, options.topic_hidden,
                            prior=p[:20_000].astype(np.float32).mean(0))
    parts = [(pool, p, weights(helpings), 1), (brief, short["p"], None, SHORT_SHARE)]
    for least in (2, 3):
        read = np.where(helpings >= least)[0]
        parts.append((pool[read], p[read], None, 1))
    student.train(model, parts, options.student_epochs, (4e-3, 2e-3), 1, size=256, drop=0.1, word_drop=0.15, log=300)
    torch.save(model.state_dict(), rows.work / "pretrained.pt")
