"""What a sentence looks like from outside: the hand-made features, and how much two sentences share.

In: sentence texts, their token ids, the title's token ids, `importance` (one weight a token).
Out: float32 (sentences, FEATURES). Every value is finite and within about -1..2.
The twin of src/summary/features.rs: the same names, and golden files hold the values together. Columns go by
name: `config.json` lists the names in the order of the columns of the weights that were trained with them.
Does not look at the reference, the network or the length asked for.

A sentence's *words* are its distinct token ids. `weight(S)` is the sum of `importance` over a set S of
ids; `share(S, T)` = weight(S & T) / weight(S), 0 when weight(S) is 0. `spread(t)` is the number of
sentences that hold token t.
"""

import math
import re

import numpy as np

from .names import FEATURES

DANGLING = re.compile(
    r"^\W*(he|she|they|it|this|that|these|those|his|her|their|but|and|so|however|also|meanwhile)\b", re.I
)
QUOTES = "\"'“”‘’"
STOPS = ".!?…。！？"


def ends_sentence(text):
    return text.rstrip(QUOTES + ")]}")[-1:] in tuple(STOPS)


def share(words, other, importance, total):
    return sum(importance[t] for t in words if t in other) / total if total > 0 else 0.0


def columns(row, names):
    """The values of a row, a dict that has each of `names` and no other, in the order of `names`."""
    assert row.keys() == set(names), row.keys() ^ set(names)
    return [row[name] for name in names]


def in_order(values, names):
    """The columns of `features` in another order."""
    assert sorted(names) == sorted(FEATURES), set(names) ^ set(FEATURES)
    return values[:, [FEATURES.index(name) for name in names]]


def features(sentences, ids, title_ids, importance):
    n = len(sentences)
    out = np.zeros((n, len(FEATURES)), dtype=np.float32)
    words = [sorted(set(tokens)) for tokens in ids]
    sets = [set(w) for w in words]
    title = set(title_ids)
    title_total = sum(importance[t] for t in sorted(title))
    spread, seen = {}, set()
    for w in words:
        for t in w:
            spread[t] = spread.get(t, 0) + 1
    for i, text in enumerate(sentences):
        tokens, w = len(ids[i]), words[i]
        total = sum(importance[t] for t in w)
        lead = set().union(*(sets[j] for j in range(min(3, n)) if j != i))
        letters = [c for c in text if c.isalpha()]
        terms = text.split()
        row = dict(
            position=i / n,
            document_length=math.log(n) / 5,
            length=math.log(1 + tokens) / 5,
            length_linear=min(tokens, 60) / 60,
            dangling=bool(DANGLING.match(text)),
            digit=any(c in "0123456789" for c in text),
            opens_quote=text[:1] in QUOTES,
            holds_quote=any(c in "\"“”" for c in text),
            ends_sentence=ends_sentence(text),
            question="?" in text,
            colon=":" in text,
            bracket="(" in text,
            opens_lower=text[:1].islower(),
            upper_letters=sum(c.isupper() for c in letters) / max(1, len(letters)),
            capitalised=sum(t[0].isupper() for t in terms) / max(1, len(terms)),
            importance=total / max(1, len(w)),
            spread=sum(importance[t] * math.log(spread[t]) for t in w) / total / 3 if total > 0 else 0.0,
            in_first=share(w, sets[0], importance, total) if i > 0 else 0.0,
            in_lead=share(w, lead, importance, total),
            in_title=share(w, title, importance, total),
            has_title=bool(title),
            new=1.0 - share(w, seen, importance, total),
            in_previous=share(w, sets[i - 1], importance, total) if i > 0 else 0.0,
            in_next=share(w, sets[i + 1], importance, total) if i + 1 < n else 0.0,
            title_covered=share(title, sets[i], importance, title_total),
        )
        out[i] = columns(row, FEATURES)
        seen |= sets[i]
    return out
