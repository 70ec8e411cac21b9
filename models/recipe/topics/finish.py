"""Pretrained student -> calibrated, quantised, measured export.

In, of WORK/topics: pretrained.pt (a student that has seen soft labels only), x.*.npz, targets.npz, keys.npy,
short.npz, the annotated rows. Out: WORK/topics/export (topics.safetensors, topics.json) and the figures,
models/recipe/topics/metrics.json.

Two copies are fine-tuned. One never sees the validation split: calibration, thresholds and
the validation figures come from its scores there, after quantisation. The shipped copy is
fine-tuned on all annotated rows and takes that calibration over. Report sets are scored last
and decide nothing. (Folds over the other rows can't replace the split: soft labels carry what
the teachers memorised of their training rows, so such folds look far too good.)
"""

import copy
import hashlib
import json

import numpy as np
import torch
from scipy import sparse

from . import calibrate, distil, export, features, measure, student
from .data import REPORT
from .headlines import EDUCATION_CODE
from .minilm import labels

SEEDS, RATE, POOL_SHARE = (1, 2), (1e-3, 5e-4), 0.05
SHORT_SHARE, NAMED_SHARE, READ_SHARE = 0.05, 2, 0.3
SECTION_ROWS, SECTION_SHARE = 2400, 0.125  # rows a topic that a section names; share of them an epoch


def tune(model, parts, epochs, seeds=SEEDS):
    """Copies fine-tuned under several seeds, their weights averaged (they share a start)."""
    copies = [student.train(copy.deepcopy(model), parts, epochs, RATE, seed, size=64) for seed in seeds]
    average = copies[0]
    with torch.no_grad():
        for parameters in zip(*(c.parameters() for c in copies)):
            parameters[0].copy_(sum(parameters) / len(copies))
    return export.rounded(average)


def sections(rows, pool):
    """Rows of the pool whose section names a topic, as many of each, to be told apart by it alone.

    A section's topic is the first thing a desk says of a story. The annotations say what else it is
    about, so the rows teach which topic comes first and nothing of the others.
    """
    place = {c: i for i, c in enumerate(rows.codes)}
    topic = np.full(len(rows.pool), -1)
    for k, (group, i) in enumerate(rows.pool):
        row = rows.groups[group][i]
        if row["section"] and row["l1"]:
            topic[k] = place[row["l1"][0]]
    rng = np.random.default_rng(3)
    pick = np.concatenate([rng.permutation(np.where(topic == j)[0])[:SECTION_ROWS] for j in range(measure.LEVEL1)])
    return pool[pick], topic[pick], None, SECTION_SHARE


def half(row):
    return int(hashlib.sha1((row["id"] + "x").encode()).hexdigest()[:4], 16) % 2


def cross(z, y, parent, halves):
    """Validation figures: each half calibrated and cut by the other half."""
    p, on = np.zeros(z.shape, np.float32), np.zeros(z.shape, bool)
    for h in (0, 1):
        there, here = halves != h, halves == h
        t = calibrate.table(z[there], y[there], parent)
        p[here] = calibrate.scores(z[here], t["slope"], t["offset"], parent)
        on[here] = measure.choose(p[here], t["threshold"], parent, t["floor"])
    return measure.figures(p, y, on)


def restricted_top1(p, rows, place):
    """Share of rows whose best score, among the set's own level-1 classes, is a true one."""
    classes = sorted({place[c] for r in rows for c in r["l1"]})
    best = np.array(classes)[p[:, classes].argmax(1)]
    return float(np.mean([b in {place[c] for c in r["l1"]} for b, r in zip(best, rows)]))


def report(rows, logits, table):
    """Figures on the report sets, given a set's logits by name."""
    place = {c: i for i, c in enumerate(rows.codes)}
    out = {}
    for name in REPORT:
        p = calibrate.scores(logits(name), table["slope"], table["offset"], rows.parent)
        group = rows.groups[name]
        if name == "dev":
            on = measure.choose(p, table["threshold"], rows.parent, table["floor"])
            out[name] = measure.figures(p, labels(group, rows.codes), on)
        else:
            out[name + "_top1_restricted"] = restricted_top1(p, group, place)
    return out


class Soft:
    """What is rehearsed beside annotated rows: parts as `student.train` takes them."""

    def __init__(self, rows):
        self.pool, self.brief = (sparse.load_npz(rows.work / f"x.{name}.npz") for name in ("pool", "short"))
        self.targets, texts = rows.load("targets.npz"), rows.load("short.npz")
        self.p, helpings = self.targets["p"], self.targets["helpings"]
        self.rehearse = (self.pool, self.p, distil.weights(helpings), POOL_SHARE)
        read = np.where(helpings == helpings.max())[0]  # by MPNet
        self.taught = (self.pool[read], self.p[read], None, READ_SHARE)
        self.short = (self.brief, texts["p"], None, SHORT_SHARE)
        at, target = texts["named"], texts["p"][texts["named"]]
        education = rows.codes.index(EDUCATION_CODE)
        target[:, education] = np.maximum(target[:, education], 0.9)
        self.named = (self.brief[at], target, None, NAMED_SHARE)
        print(f"{len(at)} short texts named for education", flush=True)


def main(job):
    rows, epochs = distil.Rows(job), job.options.tune_epochs
    y, v = rows.y, rows.valid
    halves = np.array([half(rows.annotated[i]) for i in v])
    x, keys = sparse.load_npz(rows.work / "x.annotated.npz"), rows.load("keys.npy")
    model, soft = student.read(rows.work / "pretrained.pt"), Soft(rows)
    beside = [soft.rehearse, soft.taught, soft.short, soft.named, sections(rows, soft.pool)]

    held = tune(model, [(x[rows.train], y[rows.train], None, 1), *beside], epochs)
    z = student.scores(held, x[v])
    table = calibrate.table(z, y[v], rows.parent)
    metrics = {"validation": cross(z, y[v], rows.parent, halves)}
    print(f"validation {json.dumps(metrics['validation'])}", flush=True)
    shipped = tune(model, [(x, y, None, 1), *beside], epochs)
    export.write(job.topics / "export", shipped, keys, table, rows.codes, rows.parent)

    tokens = rows.load("tokens.npz")

    def ours(name):
        return student.scores(shipped, features.matrix(features.split(tokens, name), keys))

    def lexical(name):
        return rows.load(f"lexical.{name}.npy").astype(np.float32)

    metrics |= report(rows, ours, table)
    zr = lexical("annotated")[v]
    rival = calibrate.table(zr, y[v], rows.parent)
    metrics["rival_tfidf_lr"] = {"validation": cross(zr, y[v], rows.parent, halves)} | report(rows, lexical, rival)
    metrics["labels"] = [rows.label[c] for c in rows.codes[: measure.LEVEL1]]
    out = job.out / "models/recipe/topics/metrics.json"
    out.write_text(json.dumps(metrics, indent=1), encoding="utf-8")
    print(json.dumps(metrics))
