"""Token ids by sentence -> one sparse row of weighted features an article.

In: WORK/topics/tokens.npz (data.py), the list of selected pairs. Out: scipy CSR matrices, one column
a token (0..V) and one a selected pair (V..V+P), values = summed sentence weights.

The sentence weight is the only thing that depends on position: TITLE for the title,
1 / (1 + i / DECAY) for text sentence i = 0, 1, 2, ... So a document is a plain weighted sum
over its sentences, and any sentence can be taken out again by subtraction.
"""

import numpy as np
from scipy import sparse

TITLE, DECAY = 2.0, 5.0
# What the title counts in use. A page's teasers are cut short and their headlines say most; on the
# validation rows, by then trained on, 3 scored as 2 did (macro F1 +0.001, level 2 -0.001).
TITLE_IN_USE = 3.0


def split(tokens, name):
    """Flat ids with, for each id: its row, its place (0 title, 1.. text), its sentence."""
    ids = tokens[f"{name}.ids"].astype(np.int64)
    ends, row_ends = tokens[f"{name}.sentence_ends"], tokens[f"{name}.row_ends"]
    is_title = tokens[f"{name}.is_title"].astype(np.int64)
    per_row = np.diff(row_ends, prepend=0)
    sentence_row = np.repeat(np.arange(len(row_ends)), per_row)
    place = np.arange(len(ends)) - np.repeat(row_ends - per_row, per_row)
    titled = np.zeros(len(row_ends), np.int64)
    titled[sentence_row[is_title == 1]] = 1
    place = np.where(is_title == 1, 0, place - titled[sentence_row] + 1)
    counts = np.diff(ends, prepend=0)
    return {
        "vocabulary": int(tokens["vocabulary"]),
        "ids": ids,
        "sentence": np.repeat(np.arange(len(ends)), counts),
        "row": np.repeat(sentence_row, counts),
        "place": np.repeat(place, counts),
        "rows": len(row_ends),
    }


def pair_keys(flat):
    """Adjacent pairs within a sentence: key, row, place."""
    inside = flat["sentence"][1:] == flat["sentence"][:-1]
    key = (flat["ids"][:-1] << 16 | flat["ids"][1:])[inside]
    return key, flat["row"][1:][inside], flat["place"][1:][inside]


def weight(place, title=TITLE, decay=DECAY):
    return np.where(place == 0, title, 1.0 / (1.0 + np.maximum(place - 1, 0) / decay)).astype(np.float32)


def matrix(flat, pairs=None, title=TITLE, decay=DECAY):
    """CSR (rows, V + P)."""
    row, column, place = flat["row"], flat["ids"], flat["place"]
    columns = flat["vocabulary"]
    if pairs is not None and len(pairs):
        key, prow, pplace = pair_keys(flat)
        at = np.minimum(np.searchsorted(pairs, key), len(pairs) - 1)
        hit = pairs[at] == key
        row = np.concatenate([row, prow[hit]])
        column = np.concatenate([column, at[hit] + columns])
        place = np.concatenate([place, pplace[hit]])
        columns += len(pairs)
    x = sparse.csr_matrix((weight(place, title, decay), (row, column.astype(np.int32))),
                          shape=(flat["rows"], columns), dtype=np.float32)
    x.sum_duplicates()
    return x
