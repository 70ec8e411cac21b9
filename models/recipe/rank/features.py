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
UNTITLED = [FEATURES.index(name) for name in (  # what a document without a title has none of
    "in_title", "has_title", "title_covered", "title_share", "title_told", "title_told_before", "is_title")]
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
    assert set(names) <= set(FEATURES) and len(set(names)) == len(names), set(names) - set(FEATURES)
    return values[:, [FEATURES.index(name) for name in names]]


def told(covered):
    """title_share, title_told, title_told_before of each sentence, from its title_covered."""
    most, before, out = max(covered, default=0.0), 0.0, []
    for part in covered:
        share_ = part / most if most > 0 else 0.0
        out.append((share_, share_ >= 0.6 > before, before))
        before = max(before, share_)
    return out


def is_full(words, text, upper):
    return words >= 8 and ends_sentence(text) and upper < 0.7


def features(sentences, ids, title_ids, importance, breaks=None):
    """`breaks`: whether a line break stands before each sentence; without, there is none."""
    n = len(sentences)
    out = np.zeros((n, len(FEATURES)), dtype=np.float32)
    words = [sorted(set(tokens)) for tokens in ids]
    sets = [set(w) for w in words]
    title = set(title_ids)
    title_total = sum(importance[t] for t in sorted(title))
    spread, seen = {}, set()
    shapes = []
    for text in sentences:
        letters = [c for c in text if c.isalpha()]
        shapes.append((len(text.split()), sum(c.isupper() for c in letters) / max(1, len(letters))))
    full = [is_full(count, text, upper) for text, (count, upper) in zip(sentences, shapes)]
    full_count, full_before = max(1, sum(full)), 0
    covered = [share(title, words, importance, title_total) for words in sets]
    titled = told(covered)
    paragraph = in_paragraph = 0
    for w in words:
        for t in w:
            spread[t] = spread.get(t, 0) + 1
    for i, text in enumerate(sentences):
        tokens, w = len(ids[i]), words[i]
        total = sum(importance[t] for t in w)
        lead = set().union(*(sets[j] for j in range(min(3, n)) if j != i))
        terms, upper = text.split(), shapes[i][1]
        if i > 0 and breaks and breaks[i]:
            paragraph, in_paragraph = paragraph + 1, 0
        elif i > 0:
            in_paragraph += 1
        marks = {c: text.count(c) for c in "\"“”$£€%!@#|"}
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
            upper_letters=upper,
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
            title_covered=covered[i],
            title_share=titled[i][0],
            title_told=titled[i][1],
            title_told_before=titled[i][2],
            is_title=bool(title_ids) and list(ids[i]) == list(title_ids),
            paragraph=math.log(1 + paragraph) / 4,
            in_paragraph=min(in_paragraph, 5) / 5,
            opens_paragraph=in_paragraph == 0,
            full=full[i],
            full_before=math.log(1 + full_before) / 4,
            first_full=full[i] and full_before == 0,
            second_full=full[i] and full_before == 1,
            third_full=full[i] and full_before == 2,
            full_position=full_before / full_count,
            full_count=math.log(full_count) / 5,
            previous_full=i > 0 and full[i - 1],
            next_full=i + 1 < n and full[i + 1],
            last=i + 1 == n,
            near_end=n - i <= 4,
            short=len(terms) < 8,
            long=len(terms) > 40,
            digits=min(sum(c in "0123456789" for c in text), 8) / 8,
            money=any(marks[c] for c in "$£€"),
            percent=marks["%"] > 0,
            quotes=min(marks['"'] + marks["“"] + marks["”"], 4) / 4,
            open_quotes=marks["“"] != marks["”"] or marks['"'] % 2 == 1,
            exclaims=marks["!"] > 0,
            ends_colon=text.endswith(":"),
            dots="..." in text or "…" in text,
            address=any(part in text for part in ("http", "www.", ".com")),
            at_sign=marks["@"] > 0,
            hash_sign=marks["#"] > 0,
            pipe=marks["|"] > 0,
            dash=any(part in text for part in ("—", "--", " – ", " - ")),
        )
        full_before += full[i]
        out[i] = columns(row, FEATURES)
        seen |= sets[i]
    return out
