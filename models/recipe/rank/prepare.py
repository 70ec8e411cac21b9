"""Documents to arrays for training.

In: documents of one set, token importance. Out: one pickle a set: token ids, features and ROUGE counts,
documents one after another. Keeps the first `MOST_SENTENCES` sentences of a document for *training*
(scoring reads all of them).
"""

import math
import multiprocessing
import pickle
from pathlib import Path

import numpy as np

from .features import UNTITLED, features
from .labels import label
from .rouge import counts

MOST_SENTENCES = 80
_IMPORTANCE = _IMPORTANCE_ROW = None  # set once, before the workers fork


def importance_of(documents, vocabulary):
    """ln((N + 1) / (documents with the token + 1)) / ln(N + 1): 0 in every document, 1 in none."""
    seen = np.zeros(vocabulary)
    for d in documents:
        seen[list(set().union(*d.ids))] += 1
    n = len(documents)
    return (np.log((n + 1) / (seen + 1)) / math.log(n + 1)).astype(np.float32)


def _one(d):
    weights = _IMPORTANCE
    full = features(d.sentences, d.ids, d.title_ids, weights, d.breaks)
    bare = full.copy()  # as it would be without a title
    bare[:, UNTITLED] = 0
    n = min(len(d.ids), MOST_SENTENCES)
    uni, bi, ref_uni, ref_bi, words = counts(d.sentences[:n], d.summary)
    row = {
        "id": d.id, "part": d.part, "held_out": d.held_out,
        "ids": [np.array(t, dtype=np.int32) for t in d.ids[:n]],
        "features": full[:n].astype(np.float16), "bare": bare[:n].astype(np.float16),
        "uni": uni, "bi": bi, "ref_uni": ref_uni, "ref_bi": ref_bi, "words": words,
    }
    return label(row, _IMPORTANCE_ROW)


def prepare(documents, importance, out, jobs=2):
    global _IMPORTANCE, _IMPORTANCE_ROW
    _IMPORTANCE, _IMPORTANCE_ROW = [float(w) for w in importance], importance
    usable = [d for d in documents if d.ids and d.summary.strip()]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        made = []
        for i, row in enumerate(pool.imap(_one, usable, chunksize=64)):
            made.append(row)
            if i % 10000 == 0:
                print(f"  prepared {i} of {len(usable)}", flush=True)
    with open(out, "wb") as handle:
        pickle.dump(made, handle, protocol=4)
    return made
