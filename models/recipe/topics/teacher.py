"""Soft labels for rows that no one annotated: several models and the site's section, stacked.

In: logits of the teachers on held-out annotated rows and on the pool (weak and unlabelled
rows), the sections. Out: one probability a label and pool row.

The stack is a logistic regression with a handful of weights shared by all labels, fitted on
the validation split, which none of the teachers was trained on. The section speaks through
P(label | section), counted on the annotated rows that also carry a section, drawn towards
P(label | the section's topic) and that towards P(label): so a missing label stays unknown.
"""

import hashlib

import numpy as np
from sklearn.linear_model import LogisticRegression

SHARE = {"rss": 1.0, "others": 1.0, "dailymail": 1.0, "allsides": 0.4, "news": 0.55}


def logit(p):
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))


def pool_rows(groups):
    """(group, row) of the rows that get soft labels, chosen by a hash of the id."""
    out = []
    for name in ("weak", "unlabelled"):
        for i, row in enumerate(groups[name]):
            kind = "news" if name == "unlabelled" else next((k for k in SHARE if row["source"].startswith(k)), "others")
            if int(hashlib.sha1(("pool" + row["id"]).encode()).hexdigest()[:4], 16) < SHARE[kind] * 65536:
                out.append((name, i))
    return out


class Sections:
    """log-odds of each label given a row's section, relative to the label's own log-odds."""

    def __init__(self, annotated, y, strength=8.0):
        self.base = y.mean(0)
        self.logit_base = logit(self.base)
        by_section, by_topic = {}, {}
        for row, labels in zip(annotated, y):
            if row.get("weak"):
                source, section, l1, _ = row["weak"]
                by_section.setdefault((source, section), []).append(labels)
                by_topic.setdefault(tuple(sorted(l1)), []).append(labels)
        self.topic = {k: (np.sum(v, 0) + strength * self.base) / (len(v) + strength) for k, v in by_topic.items()}
        self.section = {k: (np.sum(v, 0), len(v)) for k, v in by_section.items()}
        self.strength = strength

    def of(self, weak, own=None):
        """`own`: the row's own labels, to leave it out of the counts."""
        if not weak:
            return np.zeros_like(self.base)
        source, section, l1, _ = weak
        prior = self.topic.get(tuple(sorted(l1)), self.base)
        total, n = self.section.get((source, section), (0.0, 0))
        if own is not None and n:
            total, n = total - own, n - 1
        p = (total + self.strength * prior) / (n + self.strength)
        return logit(p) - self.logit_base


def features(parts, sections):
    """(rows * labels, k): teachers' logits, then the section's evidence."""
    z = [np.asarray(p, np.float32) for p in parts] + [np.asarray(sections, np.float32)]
    return np.stack([np.clip(p, -9, 9).ravel() for p in z], axis=1)


def fit(parts, sections, y):
    rows, count = y.shape
    x = features(parts, sections)
    level1 = np.tile(np.arange(count) < 17, rows)[:, None]
    return LogisticRegression(C=10.0).fit(np.hstack([x, level1]), y.ravel() > 0)


def apply(model, parts, sections, size=20_000):
    out = np.zeros(parts[0].shape, np.float16)
    for i in range(0, len(out), size):
        here = [p[i : i + size] for p in parts]
        x = features(here, sections[i : i + size])
        level1 = np.tile(np.arange(out.shape[1]) < 17, len(here[0]))[:, None]
        out[i : i + size] = model.predict_proba(np.hstack([x, level1]))[:, 1].reshape(here[0].shape)
    return out
