"""TF-IDF (words and word pairs) + logistic regression: the rival, and one of the teachers.

In: WORK/topics/rows. Out: WORK/topics/lexical.GROUP.npy (logits, float16) for the annotated rows, the report
sets and the pool. Trained on the annotated rows outside the validation split; one regression a label.
"""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from ..taxonomy import read as read_taxonomy
from .data import REPORT, Groups, fold
from .minilm import labels
from .teacher import pool_rows

C = 20.0
POOL_ROWS = 10_000  # read at a time


def text(row):
    return row["title"] + " . " + row["title"] + " . " + row["text"]


def fit_one(x, y):
    if y.sum() < 2:
        return np.zeros(x.shape[1], np.float32), -7.0
    model = LogisticRegression(C=C, solver="liblinear", max_iter=100).fit(x, y)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def main(job):
    codes = read_taxonomy(job).codes
    groups = Groups(job)
    rows = groups["annotated"]
    told = [r for r in rows if fold(r["id"]) != 0]
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=3, max_df=0.4, sublinear_tf=True,
                                 strip_accents="unicode", dtype=np.float32, max_features=250_000)
    x = vectoriser.fit_transform(text(r) for r in told)
    y = labels(told, codes)
    print(f"tf-idf {x.shape}", flush=True)
    fits = [fit_one(x, y[:, j]) for j in range(len(codes))]
    coef = np.stack([f[0] for f in fits], axis=1)
    bias = np.array([f[1] for f in fits], np.float32)

    def logits(some):
        return (vectoriser.transform(text(r) for r in some) @ coef + bias).astype(np.float16)

    for name in ["annotated", *REPORT]:
        np.save(job.topics / f"lexical.{name}.npy", logits(groups[name]))
    pool = pool_rows(groups)
    out = np.zeros((len(pool), len(codes)), np.float16)
    for i in range(0, len(out), POOL_ROWS):
        out[i : i + POOL_ROWS] = logits(groups[g][j] for g, j in pool[i : i + POOL_ROWS])
    np.save(job.topics / "lexical.pool.npy", out)
