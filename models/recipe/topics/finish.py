"""Pretrained student -> calibrated, quantised, measured export.

In: WORK/pretrained.pt (a student that has seen soft labels only), x.*.npz, targets.npz,
keys.npy, short.npz, x.short.npz, the annotated rows. Out: topics.safetensors, topics.json, metrics.json, golden.json.

Two copies are fine-tuned. One never sees the validation split: calibration, thresholds and
the validation figures come from its scores there, after quantisation. The shipped copy is
fine-tuned on all annotated rows and takes that calibration over. Report sets are scored last
and decide nothing. (Folds over the other rows can't replace the split: soft labels carry what
the teachers memorised of their training rows, so such folds look far too good.)
"""

import copy
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from scipy import sparse

import calibrate
import distil
import export
import features
import golden
import measure
import student
from data import REPORT
from minilm import labels

SEEDS, EPOCHS, RATE, POOL_SHARE = (1, 2), 4, (1e-3, 5e-4), 0.05
SHORT_SHARE, NAMED_SHARE, READ_SHARE = 0.05, 2, 0.3
SECTION_ROWS, SECTION_SHARE = 2400, 0.125  # rows a topic that a section names; share of them an epoch


def tune(model, parts):
    """Copies fine-tuned under several seeds, their weights averaged (they share a start)."""
    copies = [student.train(copy.deepcopy(model), parts, EPOCHS, RATE, seed, size=64) for seed in SEEDS]
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


def main(data, tokenizer, work, out, log=print):
    rows = distil.Rows(data, work)
    y, v = rows.y, rows.valid
    halves = np.array([half(rows.annotated[i]) for i in v])
    x, pool = (sparse.load_npz(rows.work / f"x.{name}.npz") for name in ("annotated", "pool"))
    keys, soft = np.load(rows.work / "keys.npy"), np.load(rows.work / "targets.npz")
    state = torch.load(rows.work / "pretrained.pt", weights_only=True)
    model = student.Student(x.shape[1], len(rows.codes), state["rows"].shape[1], len(state["deep.bias"]))
    model.load_state_dict(state)
    rehearse = (pool, soft["p"], distil.weights(soft["helpings"]), POOL_SHARE)
    read = np.where(soft["helpings"] == soft["helpings"].max())[0]  # by MPNet
    sectioned, taught = sections(rows, pool), (pool[read], soft["p"][read], None, READ_SHARE)
    texts = np.load(rows.work / "short.npz")
    short = (sparse.load_npz(rows.work / "x.short.npz"), texts["p"], None, SHORT_SHARE)
    at, target = texts["named"], texts["p"][texts["named"]]
    education = rows.codes.index("medtop:05000000")
    target[:, education] = np.maximum(target[:, education], 0.9)
    named = (short[0][at], target, None, NAMED_SHARE)
    log(f"{len(at)} short texts named for education")

    held = tune(model, [(x[rows.train], y[rows.train], None, 1), rehearse, taught, short, named, sectioned])
    z = student.scores(held, x[v])
    table = calibrate.table(z, y[v], rows.parent)
    metrics = {"validation": cross(z, y[v], rows.parent, halves)}
    log(f"validation {json.dumps(metrics['validation'])}")
    shipped = tune(model, [(x, y, None, 1), rehearse, taught, short, named, sectioned])
    export.write(out, shipped, keys, table, rows.codes, rows.parent)
    golden.main(out, tokenizer)

    tokens = np.load(rows.work / "tokens.npz")
    metrics |= report(rows, lambda name: student.scores(shipped, features.matrix(features.split(tokens, name), keys)), table)
    lexical = lambda name: np.load(rows.work / f"lexical.{name}.npy").astype(np.float32)
    zr = lexical("annotated")[v]
    rival = calibrate.table(zr, y[v], rows.parent)
    metrics["rival_tfidf_lr"] = {"validation": cross(zr, y[v], rows.parent, halves)} | report(rows, lexical, rival)
    metrics["labels"] = [rows.label[c] for c in rows.codes[: measure.LEVEL1]]
    json.dump(metrics, open(Path(out) / "metrics.json", "w"), indent=1)
    log(json.dumps(metrics))
