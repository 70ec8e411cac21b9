"""Which adjacent token pairs earn a row of their own.

In: token streams, and for each row what a model without pairs gets wrong (target minus
prediction). Out: the sorted keys (left id << 16 | right id) of the most useful pairs.

A pair's use is a score test: over the articles that hold it, the summed residual of a label
against its expected spread, squared, summed over labels. A pair that says no more than its
two tokens scores nothing, however frequent.
"""

import numpy as np
from scipy import sparse

from .features import pair_keys

FIRST_PLACES = 15


def candidates(flats, least):
    """Unique (row, key) of pairs early in the article that occur in `least` articles or more."""
    keys, rows, offset = [], [], 0
    for flat in flats:
        key, row, place = pair_keys(flat)
        early = place < FIRST_PLACES
        code = np.unique((row[early] + offset) << 32 | key[early])
        rows.append(code >> 32)
        keys.append(code & 0xFFFFFFFF)
        offset += flat["rows"]
    key, row = np.concatenate(keys), np.concatenate(rows)
    unique, place, count = np.unique(key, return_inverse=True, return_counts=True)
    often = count >= least
    renumber = np.cumsum(often) - 1
    keep = often[place]
    x = sparse.csr_matrix((np.ones(keep.sum(), np.float32), (row[keep], renumber[place[keep]])),
                          shape=(offset, int(often.sum())))
    return unique[often], x


def usefulness(flats, picks, target, prediction, least):
    """`picks`: for each flat, the rows that `target` and `prediction` describe, in order."""
    key, x = candidates(flats, least)
    offset, wanted = 0, []
    for flat, pick in zip(flats, picks):
        wanted.append(np.asarray(pick) + offset)
        offset += flat["rows"]
    x = x[np.concatenate(wanted)].T.tocsr()
    print(f"pairs: {len(key)} candidates", flush=True)
    use = np.zeros(len(key))
    for j in range(0, target.shape[1], 32):
        p = np.asarray(prediction[:, j : j + 32], np.float32)
        residual = np.asarray(target[:, j : j + 32], np.float32) - p
        residual -= residual.mean(0)
        z = (x @ residual) / np.sqrt(x @ (p * (1 - p)) + 3.0)
        use += (z**2).sum(1)
    return key, use


def best(key, use, count):
    return np.sort(key[np.argsort(-use, kind="stable")[:count]]).astype(np.int64)
