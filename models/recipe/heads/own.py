"""Own labels: what the three cosines count, and how their mean is read as a probability.

In: WORK/heads (static.npz, vectors), WORK/topics, models/embedded, DATA/topics/reuters21578.jsonl.xz, MiniLM's
folder. Out, in WORK/heads: own.json (shares, slope, offset, threshold, the table of tries) and dense_mean.npy.

Shares are chosen by how often the nearest label is a true one, on training rows alone: labels inside the
taxonomy (level-2 names, annotated rows outside the validation split) and outside it (Reuters-21578's training
rows). Slope and offset are Platt's, on annotated training rows with level-1 names as if they were own labels.
The topic vectors of annotated rows come from tables that never saw them (static.py).
"""

import json

import numpy as np
import torch

from ..platt import platt
from ..quantize import tensors
from ..rows import rows as read_rows
from ..topics import data, distil, features
from .heads_reference import settings
from .minilm_encoder import MiniLM
from .static import shipped_rows
from .topic_rows import Dense, dense, normalized

PLATT_ROWS, EACH, THRESHOLD = 3000, 1500, 0.4
SHARES = [(a, b, c) for a in (0, 1, 2, 3) for b in (0, 1, 2) for c in (0, 1, 2, 3, 4, 6) if a + b + c]
LEAST_FOREIGN, MOST_FOREIGN = 10, 60  # rows of one of Reuters' codes
REUTERS = {  # what Reuters' codes stand for
    "acq": "acquisitions, mergers and takeovers of companies", "earn": "company earnings, profit and dividends",
    "crude": "crude oil", "money-fx": "foreign exchange, money market", "grain": "grain, wheat and corn",
    "ship": "shipping", "interest": "interest rates", "trade": "trade balance and tariffs",
    "cpi": "consumer price index, inflation", "gnp": "gross national product, growth",
    "jobs": "jobs and unemployment", "nat-gas": "natural gas", "iron-steel": "iron and steel",
    "veg-oil": "vegetable oil", "ipi": "industrial production", "reserves": "currency reserves",
    "money-supply": "money supply", "livestock": "livestock, cattle and hogs",
}


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


class Texts:
    """Vectors of a few texts, as the library compares them: topic, rank and dense directions."""

    def __init__(self, job):
        base = tensors(job.embedded / "model.safetensors")
        self.tokenizer, self.encoder = job.tokenizer, MiniLM(job.minilm, torch.float32)
        self.vocabulary = data.vocabulary_size(job.tokenizer)
        (self.table, self.keys), self.rank = shipped_rows(job.embedded), base["rank.embeddings.weight"]
        self.pooling = settings(job.embedded)["topics"]["pooling"]
        self.means = [base["topics.mean"], base["rank.mean"]]  # and the dense one, once known

    def matrix(self, streams, name, keys):
        return features.matrix(features.split(streams, name), keys, self.pooling["title"], self.pooling["decay"])

    def directions(self, topic, rank, deep):
        vectors = normalized(topic, self.pooling["eps"]), unit(rank), unit(deep)
        return tuple(unit(v - mean) for v, mean in zip(vectors, self.means, strict=True))

    def of(self, texts):
        """`texts`: dicts with title and text."""
        streams = data.named("texts", data.encode(self.tokenizer, texts)) | {"vocabulary": self.vocabulary}
        x = self.matrix(streams, "texts", self.keys)
        flat = [part for row in texts for part in data.parts(row)]
        deep = Dense(self.encoder.encode(flat), streams, "texts", len(texts))
        return self.directions(x @ self.table, x[:, : self.vocabulary] @ self.rank, deep.pooled())


def name(text):
    return {"title": "", "text": text}


def cosines(texts, labels):
    return [a @ b.T for a, b in zip(texts, labels)]


def shared(shares, parts):
    return sum(share * part for share, part in zip(shares, parts)) / sum(shares)


def hit(similar, truth):
    return float(truth[np.arange(len(similar)), similar.argmax(1)].mean())


def foreign_rows(folder):
    """(code, row) of Reuters, and the codes that have rows enough."""
    by = {}
    for row in read_rows(folder, "topics/reuters21578.jsonl.xz"):
        if row["split"] == "train" and len(row["labels"]) == 1 and row["labels"][0] in REUTERS:
            by.setdefault(row["labels"][0], []).append({"title": row["title"] or "", "text": row["text"][:1500]})
    codes = [code for code in REUTERS if len(by.get(code, [])) >= LEAST_FOREIGN]
    return [(code, row) for code in codes for row in by[code][:MOST_FOREIGN]], codes


def main(job):
    rows, texts = distil.Rows(job), Texts(job)
    taxonomy = json.loads((job.embedded / "taxonomy.json").read_text(encoding="utf-8"))["topics"]
    tokens = rows.load("tokens.npz")
    deep = dense(job, tokens, "annotated").pooled()
    texts.means.append(unit(deep[rows.train]).mean(0))
    bag = texts.matrix(tokens, "annotated", None)
    own = texts.directions(np.load(job.heads / "static.npz")["annotated"], bag @ texts.rank, deep)
    level1, level2 = ([t for t in taxonomy if ("parent" in t) == deeper] for deeper in (False, True))
    # inside the taxonomy
    here = np.array([i for i in rows.train if rows.annotated[i]["l2"]])[:EACH]
    inside = cosines([d[here] for d in own], texts.of([name(t["label"]) for t in level2]))
    truth_in = np.array([[t["code"] in rows.annotated[i]["l2"] for t in level2] for i in here])
    # outside it
    picked, codes = foreign_rows(job.data)
    outside = cosines(texts.of([row for _, row in picked]), texts.of([name(REUTERS[code]) for code in codes]))
    truth_out = np.array([[code == other for other in codes] for code, _ in picked])
    print(f"inside: {len(here)} rows, {len(level2)} labels; outside: {len(picked)} rows, {len(codes)} labels", flush=True)

    tries = []
    for shares in SHARES:
        tries.append((hit(shared(shares, inside), truth_in), hit(shared(shares, outside), truth_out), shares))
    tries.sort(key=lambda one: -(one[0] + one[1]))
    for one in tries[:8] + [one for one in tries if one[2] in ((2, 1, 0), (0, 0, 1))]:
        print(f"shares {one[2]}: inside {one[0]:.3f}, outside {one[1]:.3f}", flush=True)
    shares = tries[0][2]
    first = rows.train[:PLATT_ROWS]
    similar = shared(shares, cosines([d[first] for d in own], texts.of([name(t["label"]) for t in level1])))
    gold = np.array([[t["code"] in rows.annotated[i]["l1"] for t in level1] for i in first])
    slope, offset = platt(similar.ravel().astype(np.float64), gold.ravel().astype(np.float64))
    found = {"slope": slope, "offset": offset, "threshold": THRESHOLD,
             "shares": dict(zip(("topic", "rank", "dense"), map(float, shares)))}
    print(json.dumps(found), flush=True)
    np.save(job.heads / "dense_mean.npy", texts.means[2].astype(np.float32))
    (job.heads / "own.json").write_text(json.dumps({"own_labels": found, "tries": tries}) + "\n", encoding="utf-8")
