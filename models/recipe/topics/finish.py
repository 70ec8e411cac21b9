"""Pretrained student -> calibrated, quantised, measured export.

In: a student pretrained on soft labels (no annotated row's own labels in it), the annotated
rows. Out: topics.safetensors, topics.json, metrics.json, golden.json.

Two copies are fine-tuned. One never sees the validation split: calibration, thresholds and
the validation figures come from its scores there, after quantisation. The shipped copy is
fine-tuned on all annotated rows and takes that calibration over. Report sets are scored last
and decide nothing. (Folds over the other rows can't replace the split: soft labels carry what
the teachers memorised of their training rows, so such folds look far too good.)
"""

import copy
import json
from pathlib import Path

import numpy as np

import calibrate
import export
import measure
import student


def tune(model, parts, seeds, epochs, lr):
    """Fine-tune copies under several seeds and average their weights (they share a start)."""
    copies = [student.train(copy.deepcopy(model), parts, epochs, lr, seed, size=64) for seed in seeds]
    average = copies[0]
    for name, p in average.named_parameters():
        p.data = sum(dict(c.named_parameters())[name].data for c in copies) / len(copies)
    return average


def cross(z, y, parent, fold):
    """Validation figures: each half calibrated and cut by the other half."""
    p, on = np.zeros(z.shape, np.float32), np.zeros(z.shape, bool)
    for half in (0, 1):
        there, here = fold % 2 != half, fold % 2 == half
        t = calibrate.table(z[there], y[there], parent)
        p[here] = calibrate.scores(z[here], t["slope"], t["offset"], parent)
        on[here] = measure.choose(p[here], t["threshold"], parent, t["floor"])
    return measure.figures(p, y, on)


def restricted_top1(p, rows, place):
    """Share of rows whose best score, among the set's own level-1 classes, is a true one."""
    classes = sorted({place[c] for r in rows for c in r["l1"]})
    best = np.array(classes)[p[:, classes].argmax(1)]
    return float(np.mean([b in {place[c] for c in r["l1"]} for b, r in zip(best, rows)]))
