"""Rows for the topic head: static and dense vectors pooled and normalized, labels beside them.

In: WORK/heads/vectors (vectors.py), streams of WORK/topics. Out: `Dense` by set.
Knows the poolings; trains nothing.
"""

import numpy as np
from scipy import sparse

from . import vectors

DENSE = {"title": 2.0, "decay": 5.0, "eps": 1e-6}


def normalized(u, eps):
    return u / np.sqrt((u * u).mean(1, keepdims=True) + eps)


class Dense:
    """The sentence vectors of a set, and their pooling."""

    def __init__(self, v, streams, name, rows, pick=None):
        """`v`: vectors of the first `rows` rows; `streams`: tokens.npz or short.npz; `pick`: rows of it, in the
        order of the vectors."""
        row_ends, ends = streams[f"{name}.row_ends"], streams[f"{name}.sentence_ends"]
        counts, starts = np.diff(row_ends, prepend=0), np.concatenate([[0], row_ends[:-1]])
        told, titled = np.diff(ends, prepend=0) > 0, streams[f"{name}.is_title"] == 1
        if pick is not None:
            at = np.concatenate([np.arange(starts[i], row_ends[i]) for i in pick])
            counts, told, titled = counts[pick], told[at], titled[at]
        counts, n = counts[:rows], len(v)
        self.v, self.rows, self.row = v, rows, np.repeat(np.arange(rows), counts)
        self.told, self.titled = told[:n], titled[:n]
        # the place among the row's sentences that hold a token
        here = (self.told & ~self.titled).astype(np.int64)
        before = np.cumsum(here) - here
        first = np.repeat(np.cumsum(counts) - counts, counts)
        self.place = before - before[first] if n else before

    def pooled(self, title=DENSE["title"], decay=DENSE["decay"]):
        weight = np.where(self.titled, title, 1 / (1 + self.place / decay)) * self.told
        w = sparse.csr_matrix((weight.astype(np.float32), (self.row, np.arange(len(self.row)))),
                              shape=(self.rows, len(self.row)))
        out = np.zeros((self.rows, self.v.shape[1]), np.float32)
        for start in range(0, self.rows, 1000):  # blocks: float32 of all would not fit twice
            part = w[start : start + 1000]
            a, b = np.searchsorted(self.row, [start, start + 1000])
            out[start : start + 1000] = part[:, a:b] @ self.v[a:b].astype(np.float32)
        return out


def dense(job, streams, name, as_name=None, pick=None):
    """A set's vectors as they were written; `as_name`: under which name."""
    counts = np.diff(streams[f"{name}.row_ends"], prepend=0)
    v, rows = vectors.read(job, as_name or name, counts if pick is None else counts[pick])
    return Dense(v, streams, name, rows, pick)


def pool(job, rows, tokens):
    """The pool's rows that have vectors: their places in the pool, their `Dense`."""
    places, _ = vectors.pool_pick(job, rows.groups)
    # the pool mixes two groups: their streams, one after the other
    join = {}
    for key in ("row_ends", "sentence_ends"):
        a, b = tokens[f"weak.{key}"], tokens[f"unlabelled.{key}"]
        join[f"pool.{key}"] = np.concatenate([a, b + a[-1]])
    join["pool.is_title"] = np.concatenate([tokens["weak.is_title"], tokens["unlabelled.is_title"]])
    weak = len(tokens["weak.row_ends"])
    at = np.array([i if g == "weak" else weak + i for g, i in (rows.pool[k] for k in places)])
    return places, dense(job, join, "pool", pick=at)
