"""What the heads reach, by the folder's own numpy forward pass: nothing is chosen by these figures.

In: models/embedded, models/all-minilm-l6-v2, WORK/heads (vectors, topic_head.json, own.json, rank_head.json). Out:
WORK/heads/figures.json.
"""

import json

import numpy as np

from ..rank.evaluate import evaluate
from . import vectors
from .folder import read
from .heads_reference import Heads


def logits_of(ranker, docs, dense):
    at, out = 0, []
    for d in docs:
        n = len(d.sentences)
        own = dense[at : at + n].astype(np.float32)
        out.append(ranker.logits(d.sentences, d.ids, d.title_ids, own, d.breaks) if n else np.zeros((0, 2)))
        at += n
    return out


def main(job):
    ranker, summaries = Heads(job.embedded, job.minilm_heads).ranker, {}
    sets = vectors.rank_sets(job)
    sets.pop("told")
    for name, docs in sets.items():
        dense, count = vectors.read(job, name, [len(d.sentences) for d in docs])
        docs = docs[:count]
        pairs = list(zip(docs, logits_of(ranker, docs, dense)))
        parts = {name: pairs}
        if name == "report_cnndm":
            parts = {"report_dm": [p for p in pairs if p[0].part != "cnn"],
                     "report_cnn": [p for p in pairs if p[0].part == "cnn"]}
        for part, group in parts.items():
            group, logits = [d for d, _ in group], [z for _, z in group]
            for length in ([{"sentences": 1}] if "teasers" in part else []) + [{"sentences": 3}, {"words": 50}, {"chars": 280}]:
                key = " ".join([part] + [f"{k}={v}" for k, v in length.items()])
                summaries[key] = evaluate(ranker, group, logits, **length)
                print(f"{key} {json.dumps(summaries[key])}", flush=True)
    figures = read(job.heads / "topic_head.json")["figures"] | {
        "summaries": summaries, "rank_documents": read(job.heads / "rank_head.json")["documents"],
        "own_tries": read(job.heads / "own.json")["tries"]}
    (job.heads / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
