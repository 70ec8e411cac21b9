"""Short texts, written for this project, with what the heads make of them.

In: models/embedded, models/all-minilm-l6-v2, MiniLM's folder. Out: tests/golden/heads.json, which the library is
held to: title, sentences, token ids, the first eight numbers of each MiniLM vector (float32), the scores of all
labels, and both ranker logits a sentence. Sentences are given, so that parity does not hang on a splitter.
"""

import json

import numpy as np
import torch

from .. import library
from .heads_reference import Heads
from .minilm_encoder import MiniLM

TEXTS = [
    ("Harbour bridge to close for nine weeks from Monday", [
        "The swing bridge over the old harbour will close to cars and lorries for nine weeks from Monday.",
        "Engineers found cracks in two of its bearings during an inspection in June.",
        "Buses will take the tunnel, and the city has asked cyclists to use the ferry.",
        "\"It is better to close it now than to have it fail in winter,\" said Lena Oduya, the city's chief engineer."]),
    ("", [
        "A jury found the former head of a savings bank guilty on four counts of fraud.",
        "He had moved customers' money into his brother's building firm for six years.",
        "Sentencing is set for 9 October."]),
    ("Rovers sign teenage striker from Lisbon", [
        "Rovers have signed the 18-year-old striker Tiago Brandt from Lisbon for a club record fee.",
        "He scored 22 goals in 30 matches last season.",
        "The coach said that he would be given time to settle."]),
    ("Village cuts its power use by a third in one winter", [
        "Households in Lower Aske used a third less electricity this winter than last.",
        "The parish council lent every home a meter that shows the cost of each appliance.",
        "It also paid for draught strips, thicker curtains and a visit by an energy adviser.",
        "Most people were surprised by what their kettles cost them.",
        "Peter Sandhu, who runs the pub, turned off two of his five refrigerators.",
        "He says that nobody has asked for warmer beer.",
        "The grid company sent a researcher to the village in February.",
        "She counted 214 homes and found a meter in use in 190 of them.",
        "Similar schemes elsewhere had lost half of their members within weeks.",
        "The council believes that a public table of each street's savings made the difference.",
        "But one resident complained that the table had set neighbours against each other.",
        "The scheme will go on for another year, with solar panels on the school roof."]),
    ("New malaria vaccine protects infants in three-country trial", [
        "A vaccine against malaria protected four in five infants in a trial in three countries.",
        "The researchers followed 4,800 children for a year and saw no serious side effects.",
        "Health ministers will discuss supplies next week."]),
    ("Parliament rejects plan to raise pension age", [
        "Parliament voted 204 to 187 on Wednesday against raising the pension age to 68.",
        "Eleven members of the governing party joined the opposition.",
        "Unions had called a one-day strike against the plan."]),
    ("Storm leaves coast without power", ["Read more", "..."]),
    ("Probe sends first pictures from the far side of an asteroid", []),
]


def rounded(values):
    return [round(float(v), 6) for v in values]


def main(job):
    heads, encoder = Heads(job.embedded, job.minilm_heads), MiniLM(job.minilm, torch.float32)
    rows = [{"title": title, "sentences": sentences} for title, sentences in TEXTS]
    made = []
    for (title, given), found in zip(TEXTS, library.encode(job.tokenizer, rows), strict=True):
        # a sentence without a known token has no vector at all
        places = [i for i, ids in enumerate(found.ids) if ids]
        kept, ids = [given[i] for i in places], [found.ids[i] for i in places]
        dense = encoder.encode(kept)
        title_dense = encoder.encode([title])[0] if found.title_ids else None
        topic, _, deep = heads.sums(found.title_ids, ids, title_dense, dense)
        z = heads.logits(topic, deep)
        values = heads.ranker.logits(kept, ids, found.title_ids, dense, [i > 0 for i in range(len(kept))]) if kept else np.zeros((0, 2))
        made.append({
            "title": title, "sentences": given, "kept": places, "title_ids": found.title_ids, "ids": ids,
            "title_vector": rounded(title_dense[:8]) if found.title_ids else [], "vectors": [rounded(v[:8]) for v in dense],
            "logits": rounded(z), "scores": rounded(heads.scores(z)), "ranker": [rounded(v) for v in values],
        })
    out = job.golden("heads.json")
    out.write_text(json.dumps(made) + "\n", encoding="utf-8")
