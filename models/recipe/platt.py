"""Logistic regression by which similarities are read as probabilities; of one number, Platt's (1999).

In: similarities, and for each whether it is a true one. Out: slopes and offset, rounded.
"""

import numpy as np


def logistic(features, gold, weight):
    """`features`: a row a case. A slope for each feature, and last the offset."""
    x = np.c_[features, np.ones(len(gold))]
    # From where every row says the same: the log loss is convex, and Newton's method is safe from there.
    share = (weight * gold).sum() / weight.sum()
    found = np.zeros(x.shape[1])
    found[-1] = np.log(share / (1 - share))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ found)))
        gradient = x.T @ (weight * (p - gold))
        hessian = (x.T * (weight * p * (1 - p))) @ x
        found = found - np.linalg.solve(hessian, gradient)
    return tuple(round(float(number), 4) for number in found)


def platt(similar, gold):
    return logistic(similar[:, None], gold, np.ones(len(gold)))
