"""ROUGE-1 and ROUGE-2 as `rouge_score` counts them (stemmed), fast enough to label a corpus.

In: sentences and a reference. Out: for each sentence, how often it holds each of the
reference's words and word pairs, so that the score of any set of sentences is a sum and a minimum.
Pairs that straddle two sentences are left out here (`rouge_score` counts them); `check` says by how
much that moves a score. Figures that are reported come from `rouge_score` itself.
"""

import re
from collections import Counter

import numpy as np
from nltk.stem.porter import PorterStemmer

WORD = re.compile(r"[a-z0-9]+")
STEMMER = PorterStemmer()
STEMS = {}


def stems(text):
    out = []
    for word in WORD.findall(text.lower()):
        stem = STEMS.get(word)
        if stem is None:
            stem = STEMS[word] = STEMMER.stem(word) if len(word) > 3 else word
        out.append(stem)
    return out


def pairs(words):
    return list(zip(words, words[1:]))


def counts(sentences, reference):
    """uni (n, U), bi (n, B): clipped counts come later; ref_uni (U,), ref_bi (B,); words (n,)."""
    target = stems(reference)
    told = [stems(s) for s in sentences]
    tables = []
    for grams in (lambda w: w, pairs):
        wanted = Counter(grams(target))
        column = {gram: j for j, gram in enumerate(wanted)}
        table = np.zeros((len(sentences), len(column)), dtype=np.uint8)
        for i, words in enumerate(told):
            for gram in grams(words):
                j = column.get(gram)
                if j is not None and table[i, j] < 255:
                    table[i, j] += 1
        tables.append((table, np.array(list(wanted.values()), dtype=np.uint8)))
    (uni, ref_uni), (bi, ref_bi) = tables
    return uni, bi, ref_uni, ref_bi, np.array([len(w) for w in told], dtype=np.int32)


def f1(hits, said, wanted):
    return 2.0 * hits / np.maximum(said + wanted, 1)


def rouge_1_2(text, reference):
    """Exact `rouge_score` F1 of two whole texts."""
    told, target = stems(text), stems(reference)
    out = []
    for grams in (lambda w: w, pairs):
        a, b = Counter(grams(told)), Counter(grams(target))
        out.append(f1(sum((a & b).values()), sum(a.values()), sum(b.values())))
    return out
