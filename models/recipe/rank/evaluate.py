"""Exported files against report and held-out sets.

In: an export folder, documents. Out: ROUGE-1/2/Lsum F1 of `rouge_score` (stemmed) in points, the gain over the
lead, the share that opens on a dangling word, words a summary. Same semantics as `score_summaries.py`;
the lead is cut by that scorer's own sentence rule, for budgets to the whole sentences that fit.
Chooses nothing.
"""

import re

import numpy as np
from rouge_score import rouge_scorer

from .features import DANGLING
from .rouge import stems

KINDS = ["rouge1", "rouge2", "rougeLsum"]
class Stems:
    """`rouge_score`'s own tokens and stems, each word stemmed once."""

    tokenize = staticmethod(stems)


SPLIT = re.compile(r"\n+|(?<=[.!?])[\"”']?\s+(?=[\"“'A-Z(])")


def scorer_sentences(text):
    return [p.strip() for p in SPLIT.split(text) if p.strip()]


def lead(text, sentences=None, words=None, chars=None):
    out, told = [], scorer_sentences(text)
    if sentences is not None:
        return told[:sentences]
    for s in told:
        if (words is not None and sum(len(t.split()) for t in out + [s]) > words) or (
            chars is not None and len(" ".join(out + [s])) > chars
        ):
            break
        out.append(s)
    return out


def evaluate(reference, documents, logits, **length):
    scorer = rouge_scorer.RougeScorer(KINDS, tokenizer=Stems())
    ours, theirs, dangling, their_dangling, sizes, lead_sizes = [], [], [], [], [], []
    for d, z in zip(documents, logits, strict=True):
        row = {"sentences": d.sentences, "ids": d.ids}
        picked = [d.sentences[i] for i in reference.summary(row, z, **length)]
        plain = lead(d.text, **length)
        target = "\n".join(scorer_sentences(d.summary))
        for sink, told in ((ours, picked), (theirs, plain)):
            score = scorer.score(target, "\n".join(told))
            sink.append([score[k].fmeasure for k in KINDS])
        dangling.append(bool(picked) and bool(DANGLING.match(picked[0])))
        their_dangling.append(bool(plain) and bool(DANGLING.match(plain[0])))
        sizes.append(sum(len(s.split()) for s in picked))
        lead_sizes.append(sum(len(s.split()) for s in plain))
    mean = lambda rows: [round(100 * float(v), 2) for v in np.mean(rows, axis=0)]
    gain = np.array(ours) - np.array(theirs)
    return {
        "documents": len(ours), "rouge": mean(ours), "lead": mean(theirs), "gain": mean(gain),
        "gain_standard_error": [round(100 * float(v), 2) for v in gain.std(0) / np.sqrt(len(gain))],
        "dangling": round(float(np.mean(dangling)), 4), "lead_dangling": round(float(np.mean(their_dangling)), 4),
        "words": round(float(np.mean(sizes)), 1), "lead_words": round(float(np.mean(lead_sizes)), 1),
    }
