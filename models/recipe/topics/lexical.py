"""TF-IDF (words and word pairs) + logistic regression: the rival, and half of the teacher.

In: WORK/rows.pkl. Out: WORK/lexical.pkl (vectoriser and coefficients) and
WORK/lexical.<group>.npy (logits, float16) for the annotated rows and the report sets.
Trained on the annotated rows outside the validation split; one regression a label.
"""

import pickle
import sys
import time
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from data import REPORT, fold, taxonomy
from minilm import labels

C = 20.0


def text(row):
    return row["title"] + " . " + row["title"] + " . " + row["text"]


def fit_one(x, y):
    if y.sum() < 2:
        return np.zeros(x.shape[1], np.float32), -7.0
    model = LogisticRegression(C=C, solver="liblinear", max_iter=100).fit(x, y)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def main(data, work, threads=1):
    codes, _, _ = taxonomy(data)
    groups = pickle.load(open(Path(work) / "rows.pkl", "rb"))
    rows = groups["annotated"]
    train = [i for i, r in enumerate(rows) if fold(r["id"]) != 0]
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=3, max_df=0.4, sublinear_tf=True,
                                 strip_accents="unicode", dtype=np.float32, max_features=250_000)
    start = time.time()
    x = vectoriser.fit_transform(text(rows[i]) for i in train)
    y = labels([rows[i] for i in train], codes)
    print(f"tf-idf {x.shape} {time.time() - start:.0f} s", flush=True)
    fits = Parallel(n_jobs=int(threads), verbose=2)(delayed(fit_one)(x, y[:, j]) for j in range(len(codes)))
    coef = np.stack([f[0] for f in fits], axis=1)
    bias = np.array([f[1] for f in fits], np.float32)
    pickle.dump((vectoriser, coef, bias), open(Path(work) / "lexical.pkl", "wb"))
    print(f"fitted {time.time() - start:.0f} s", flush=True)
    for name in ["annotated", *REPORT]:
        z = vectoriser.transform(text(r) for r in groups[name]) @ coef + bias
        np.save(Path(work) / f"lexical.{name}.npy", z.astype(np.float16))
    print(f"done {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
