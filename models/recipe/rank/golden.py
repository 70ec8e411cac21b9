"""Golden answers for the Rust engine, on articles written for it.

In: WORK/rank/picks, the vocabulary, the library's splitter. Out: tests/golden/rank.json: for each article its
sentences, token ids, features, logits, scores and selections at several lengths.
"""

import json

import numpy as np

from .. import library
from . import documents
from .features import features
from .reference import Reference

ARTICLES = [
    {
        "id": "ferry", "title": "Night ferry returns to the island after two-year gap",
        "text": "By Maren Holt\nThe night ferry between Castle Bay and the island of Skarra will sail again from 3 May, "
        "two years after a fire put its engine out of use. The council voted 14 to 3 on Tuesday to pay £2.4m for "
        "repairs and a new crew. \"We have waited long enough,\" said Ida Brennan, who runs the island's only bakery. "
        "She has flown in flour since the ferry stopped.\nIt will carry 60 cars and 220 passengers a night. But "
        "unions say the crew is too small. They want two more engineers on board before the first crossing.\n"
        "Scroll down for video",
    },
    {
        "id": "rates", "title": "",
        "text": "The central bank held its main rate at 3.5 per cent on Thursday, but said that a cut was likely before "
        "the summer. Inflation fell to 2.1 per cent in March, close to the bank's target of 2 per cent. Meanwhile, "
        "wages rose faster than prices for a fifth month. This gives the bank room, said Paulo Reyes of Norwell "
        "Partners. Shares in house builders rose by 4 per cent after the decision. The next meeting is on 12 June. "
        "The central bank held its main rate at 3.5 per cent in February too.",
    },
    {
        "id": "pointing-back", "title": "A short one",
        "text": "He won again in May. They lost, and it hurt. This was the third time in a row.",
    },
    {
        "id": "long", "title": "The clock tower's long year",
        "text": " ".join(
            f"In week {i} the builders of the clock tower in Ostrava laid {100 + 7 * i} bricks, and "
            f"{['rain', 'frost', 'a strike', 'the mayor', 'a wedding'][i % 5]} held them up for {1 + i % 4} days."
            for i in range(1, 136)
        ),
    },
]
LENGTHS = [{"sentences": 1}, {"sentences": 2}, {"sentences": 3}, {"words": 50}, {"chars": 280}, {"chars": 20}]


def rounded(values):
    return [[round(float(v), 6) for v in line] for line in values]


def main(job):
    reference, made = Reference(job.rank / "picks"), []
    importance = [float(w) for w in reference.t["importance"]]
    for row, found in zip(ARTICLES, library.encode(job.tokenizer, ARTICLES), strict=True):
        _, sentences, ids, breaks = documents.kept(row["text"], found)
        logits = reference.logits(sentences, ids, found.title_ids, breaks)
        document = {"sentences": sentences, "ids": ids}
        made.append({
            **row, "title_ids": found.title_ids, "sentences": sentences, "ids": ids,
            "features": rounded(features(sentences, ids, found.title_ids, importance, breaks)),
            "logits": rounded(logits), "scores": rounded(1 / (1 + np.exp(-logits))),
            "selections": [{**length, "picked": reference.summary(document, logits, **length)} for length in LENGTHS],
        })
    out = job.golden("rank.json")
    out.write_text(json.dumps(made) + "\n", encoding="utf-8")
