"""ROUGE counts to soft labels, and how much each two sentences of a document share.

In: a prepared row. Out, added to it: `three`, `one` (chance that a sentence is in the best summary of
three sentences, of one) and `overlap` (uint8 n x n, 255 = one holds all that the other says).

A label is a Boltzmann average: over all sets of three of the document's `CANDIDATES` best sentences,
weighted by exp((ROUGE-1 + ROUGE-2) / 2 / temperature), how often the sentence is in the set.
A greedy oracle names one set where many are about as good; this names all of them by their worth.
"""

import itertools

import numpy as np

from .rouge import f1

CANDIDATES = 14
TEMPERATURE = 0.02


def worth(uni, bi, words, row):
    """(ROUGE-1 + ROUGE-2) / 2 of summed counts; `words` and counts have one row a set."""
    said = words.astype(np.float32)
    one = f1(np.minimum(uni, row["ref_uni"]).sum(1), said, row["ref_uni"].sum(dtype=np.int64))
    # a text of w words has w - 1 pairs; the pairs that straddle sentences are not in `bi`
    two = f1(np.minimum(bi, row["ref_bi"]).sum(1), np.maximum(said - 1, 0), row["ref_bi"].sum(dtype=np.int64))
    return (one + two) / 2


def boltzmann(row, size):
    n = len(row["words"])
    alone = worth(row["uni"], row["bi"], row["words"], row)
    best = np.argsort(-alone, kind="stable")[:CANDIDATES]
    sets = np.array(list(itertools.combinations(sorted(best), min(size, n))))
    uni = row["uni"].astype(np.int16)[sets].sum(1)
    bi = row["bi"].astype(np.int16)[sets].sum(1)
    value = worth(uni, bi, row["words"][sets].sum(1), row)
    p = np.exp((value - value.max()) / TEMPERATURE)
    p /= p.sum()
    out = np.zeros(n, dtype=np.float32)
    for column in sets.T:
        np.add.at(out, column, p)
    return out


def overlap(ids, importance):
    """weight(words of both) / the smaller of the two weights."""
    words = [np.unique(t) for t in ids]
    all_words, place = np.unique(np.concatenate(words), return_inverse=True)
    table = np.zeros((len(ids), len(all_words)), dtype=np.float32)
    table[np.repeat(np.arange(len(ids)), [len(w) for w in words]), place] = 1
    weight = importance[all_words]
    total = table @ weight
    return (table * weight) @ table.T / np.maximum(np.minimum(total[:, None], total), 1e-6)


def label(row, importance):
    row["three"], row["one"] = boltzmann(row, 3), boltzmann(row, 1)
    row["overlap"] = np.rint(255 * np.minimum(overlap(row["ids"], importance), 1)).astype(np.uint8)
    return row
