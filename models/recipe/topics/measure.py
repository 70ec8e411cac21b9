"""Scores against labels, by the same rules as the engine and the project's scorer.

In: probabilities (rows, labels), true labels, thresholds. Out: figures.
`choose` is the rule that turns scores into topics; the Rust engine must match it.
"""

import numpy as np

LEVEL1 = 17


def cap(p, parent):
    """Level-2 scores never above their parent's."""
    p = p.copy()
    p[:, LEVEL1:] = np.minimum(p[:, LEVEL1:], p[:, np.array(parent[LEVEL1:])])
    return p


def choose(p, threshold, parent, floor=0.0, most=3):
    """Reported labels: level 1 at or above its threshold (at most `most`, best first); if none,
    the best one at or above `floor`; level 2 at or above its threshold under a reported parent."""
    on = p >= threshold
    one = on[:, :LEVEL1]
    best = p[:, :LEVEL1].argmax(1)
    none = ~one.any(1) & (p[np.arange(len(p)), best] >= floor)
    one[none, best[none]] = True
    rank = (-np.where(one, p[:, :LEVEL1], -1)).argsort(1, kind="stable").argsort(1, kind="stable")
    one &= rank < most
    on[:, LEVEL1:] &= one[:, np.array(parent[LEVEL1:])]
    return on


def f1(tp, fp, fn):
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1e-9)


def ece(p, y, bins=10):
    at = np.minimum((p * bins).astype(int), bins - 1)
    return sum(abs(p[at == b].sum() - y[at == b].sum()) for b in range(bins)) / p.size


def figures(p, y, on):
    keep = y[:, :LEVEL1].any(1)
    p, y, on = p[keep], y[keep] > 0, on[keep]
    tp, fp, fn = ((on & y).sum(0), (on & ~y).sum(0), (~on & y).sum(0))
    best = np.where(on[:, :LEVEL1], p[:, :LEVEL1], -1).argmax(1)
    answered = on[:, :LEVEL1].any(1)
    hit = y[np.arange(len(y)), best] & answered
    one, two = slice(0, LEVEL1), slice(LEVEL1, None)
    return {
        "n": int(len(y)),
        "macro_f1": float(f1(tp[one], fp[one], fn[one]).mean()),
        "micro_f1": float(f1(tp[one].sum(), fp[one].sum(), fn[one].sum())),
        "l2_micro_f1": float(f1(tp[two].sum(), fp[two].sum(), fn[two].sum())),
        "top1_in_set": float(hit.mean()),
        "coverage": float(answered.mean()),
        "ece": float(ece(p[:, :LEVEL1], y[:, :LEVEL1])),
        "per_label": [round(float(v), 3) for v in f1(tp[one], fp[one], fn[one])],
    }


def thresholds(p, level2=0.32):
    """Level 1, per label: the cut that maximises the F1 one expects if the calibrated scores are
    true, which is half of that F1. It needs no labels, so rare ones don't scatter (cuts tuned on
    the labels themselves lost 0.004 macro on the validation split). Level 2: one cut for all,
    as micro-F1 asks (0.25 to 0.40 lie within 0.01 of each other)."""
    cut = np.full(p.shape[1], level2, np.float32)
    for j in range(LEVEL1):
        q = np.sort(p[:, j].astype(np.float64))[::-1]
        expected = 2 * np.cumsum(q) / (np.arange(1, len(q) + 1) + q.sum())
        cut[j] = expected.max() / 2
    return cut
