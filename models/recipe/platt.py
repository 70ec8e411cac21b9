"""Two numbers by which similarities are read as probabilities (Platt, 1999).

In: similarities, and for each whether it is a true one. Out: slope and offset, rounded.
"""

import numpy as np


def platt(similar, gold):
    # From where every similarity says the same: the log loss is convex, and Newton's method is safe from there.
    slope, offset = 0.0, float(np.log(gold.mean() / (1 - gold.mean())))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(slope * similar + offset)))
        w = p * (1 - p)
        gradient = np.array([((p - gold) * similar).sum(), (p - gold).sum()])
        hessian = np.array([[(w * similar**2).sum(), (w * similar).sum()], [(w * similar).sum(), w.sum()]])
        slope, offset = np.array([slope, offset]) - np.linalg.solve(hessian, gradient)
    return round(float(slope), 4), round(float(offset), 4)
