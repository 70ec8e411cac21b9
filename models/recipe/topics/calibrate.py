"""Logits to honest scores, and the cut for each label.

In: logits and labels of rows that the model was not trained on (out-of-fold). Out: a slope
and an offset a label, thresholds, the floor under which nothing is reported, and a second
table of thresholds that reach a precision of 0.95 where the rows can show it.

Calibration is Platt's: score = 1 / (1 + exp(-(slope * logit + offset))). Slope and offset of
a label are drawn towards those of all labels of its level, the more so the rarer it is.
"""

import numpy as np
import torch
import torch.nn.functional as F

from .measure import LEVEL1, cap, thresholds

FLOOR = 0.35  # a best label that is right one time in three is better left unsaid


def platt(z, y, pull=20.0, steps=300):
    z, y = torch.tensor(z, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    level = torch.tensor([0] * LEVEL1 + [1] * (z.shape[1] - LEVEL1))
    shared = torch.tensor([[1.0, 0.0], [1.0, 0.0]], dtype=torch.float64, requires_grad=True)
    own = torch.zeros(z.shape[1], 2, dtype=torch.float64, requires_grad=True)
    opt = torch.optim.LBFGS([shared, own], max_iter=steps, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        ab = shared[level] + own
        loss = F.binary_cross_entropy_with_logits(z * ab[:, 0] + ab[:, 1], y, reduction="sum")
        loss = loss + pull * (own**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    ab = (shared[level] + own).detach().numpy()
    return ab[:, 0].astype(np.float32), ab[:, 1].astype(np.float32)


def scores(z, slope, offset, parent):
    return cap(1 / (1 + np.exp(-(z * slope + offset))), parent)


def precise(p, y, aim=0.95, least=10):
    """Lowest cut at which `least` rows or more are reported with precision `aim`, lower bound
    smoothed by half an error; None where the rows can't show it."""
    out = []
    for j in range(p.shape[1]):
        order = np.argsort(-p[:, j], kind="stable")
        right = np.cumsum(y[order, j] > 0)
        n = np.arange(1, len(order) + 1)
        good = np.where((right - 0.5 >= aim * n) & (n >= least))[0]
        out.append(round(float(p[order[good[-1]], j]), 4) if len(good) else None)
    return out


def table(z, y, parent):
    slope, offset = platt(z, y)
    p = scores(z, slope, offset, parent)
    return {"slope": slope, "offset": offset, "threshold": thresholds(p),
            "precision_95": precise(p, y), "floor": FLOOR}
