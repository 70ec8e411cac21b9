"""The second stage: which set of sentences, of those that the ranker's best ones make.

In: a document's values (logits less fragment penalties), what its sentences share, their words. Out:
for each set of `size` of the `among` best sentences its features; and, from training documents, the
eleven weights that go into `rank.json` as `selection.sets`.

The greedy choice adds sentence to sentence and cannot see the whole; MatchSum (Zhong et al., "Extractive
summarization as text matching", 2020) chooses among candidate summaries instead. Here a linear model reads
what only a whole summary has: its length, how much of the article's words it covers, where it stands. It
learns, by cross entropy, from the ROUGE of each set. Sets of other sizes than three are read as if they had
three (`TRAINED / size`).
"""

import itertools
import math

import numpy as np
import torch

from .features import columns, ends_sentence

AMONG, MOST, TRAINED = 10, 5, 3
TEMPERATURE, EVERY = 0.04, 8  # of the training documents, one in EVERY is enough for eleven weights
NAMES = ["plan", "length", "length_squared", "length_by_sentences", "coverage", "repeated",
         "repeated_by_sentences", "density", "place", "adjacent", "shortest"]


def values(sentences, ids, logits, options):
    """What sentences compete by: the logit, less the penalty of a fragment."""
    value = np.asarray(logits, dtype=np.float64).copy()
    for i, (text, tokens) in enumerate(zip(sentences, ids)):
        if len(tokens) < options["fragment_tokens"] or not ends_sentence(text):
            value[i] -= options["fragment_penalty"]
    return value


def candidates(value, size, among=AMONG):
    best = sorted(sorted(range(len(value)), key=lambda i: (-value[i], i))[:among])
    return list(itertools.combinations(best, size))


def features(sets, sentences, ids, value, overlap, importance, repeat):
    """(sets, len(NAMES)). `overlap(i, j)`: what two sentences share, 0..1."""
    distinct = [sorted(set(t)) for t in ids]
    spread = {}
    for words in distinct:
        for t in words:
            spread[t] = spread.get(t, 0) + 1
    weight = lambda words: sum(float(importance[t]) for t in words)
    recurrence = lambda words: sum(float(importance[t]) * math.log(spread[t]) for t in words)
    all_weight, all_recurrence = weight(sorted(spread)), recurrence(sorted(spread))
    over = lambda a, b: a / b if b > 0 else 0.0
    n = math.log(len(ids))
    out = []
    for s in sets:
        scale = TRAINED / len(s)
        union = sorted(set().union(*(distinct[i] for i in s)))
        words = scale * sum(len(sentences[i].split()) for i in s)
        plan = sum(value[i] for i in s) - repeat * sum(overlap(a, b) for a, b in itertools.combinations(s, 2))
        repeated = scale * over(recurrence(union), all_recurrence)
        out.append(columns(dict(
            plan=scale * plan,
            length=words / 50,
            length_squared=(words / 50) ** 2,
            length_by_sentences=n * math.log(1 + words),
            coverage=scale * over(weight(union), all_weight),
            repeated=repeated,
            repeated_by_sentences=n * repeated,
            density=over(recurrence(union), sum(len(ids[i]) for i in s)),
            place=math.log(1 + sum(s) / len(s)),
            adjacent=sum(b == a + 1 for a, b in zip(s, s[1:])),
            shortest=min(len(ids[i]) for i in s) / 20,
        ), NAMES))
    return np.array(out)


def worth(row, sets):
    """(ROUGE-1 + ROUGE-2) / 2 of each set."""
    from . import labels

    picked = np.array(sets)
    return labels.worth(row["uni"].astype(np.int64)[picked].sum(1), row["bi"].astype(np.int64)[picked].sum(1),
                        row["words"][picked].sum(1), row)


def fit(examples, pull=1e-4):
    """examples: (features, worth) a document. Weights by name, on the features as they are."""
    all_rows = np.concatenate([x for x, _ in examples])
    middle, wide = all_rows.mean(0), all_rows.std(0) + 1e-9
    most = max(len(w) for _, w in examples)
    x = torch.zeros(len(examples), most, len(NAMES), dtype=torch.float64)
    target = torch.full((len(examples), most), -1e4, dtype=torch.float64)
    for i, (f, w) in enumerate(examples):
        x[i, : len(w)] = torch.from_numpy((f - middle) / wide)
        target[i, : len(w)] = torch.from_numpy(w / TEMPERATURE)
    absent = target < -9e3
    target = target.softmax(1)
    weights = torch.zeros(len(NAMES), dtype=torch.float64, requires_grad=True)
    opt = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss():
        opt.zero_grad()
        p = (x @ weights).masked_fill(absent, -1e4).log_softmax(1)
        value = -(target * p.masked_fill(absent, 0)).sum(1).mean() + pull * (weights**2).sum()
        value.backward()
        return value

    opt.step(loss)
    return {name: round(float(v), 5) for name, v in zip(NAMES, weights.detach().numpy() / wide)}


def learn(rows, documents, importance, options):
    """The weights, from prepared rows that carry `logits` (n, 2) and the documents they came from."""
    examples = []
    for row, document in zip(rows, documents, strict=True):
        n = len(row["logits"])
        if n < TRAINED:
            continue
        sentences, ids = document.sentences[:n], document.ids[:n]
        value = values(sentences, ids, row["logits"][:, 0], options)
        sets = candidates(value, TRAINED, AMONG)
        shared = row["overlap"].astype(np.float64) / 255
        x = features(sets, sentences, ids, value, lambda a, b: shared[a, b], importance, options["repeat"])
        examples.append((x, worth(row, sets).astype(np.float64)))
    return fit(examples)
