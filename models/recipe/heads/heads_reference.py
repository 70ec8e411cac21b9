"""The heads' forward pass in plain numpy, from the files as they ship: what the Rust engine must match.

In: models/embedded, models/all-minilm-l6-v2; an article as token ids of the embedded vocabulary and MiniLM vectors
of its title and sentences. Out: topic scores, ranker logits, directions for own labels. Reads no torch, splits and
tokenizes nothing.
"""

import json

import numpy as np

from ..quantize import tensors
from .rank_reference import DenseReference


def settings(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def normalized(u, eps):
    return u / np.sqrt((u * u).mean() + np.float32(eps))


def unit(v):
    length = np.sqrt((v * v).sum())
    return v / length if length > 0 else v


class Heads:
    def __init__(self, embedded, folder):
        self.base_config, self.config = settings(embedded), settings(folder)
        self.base, self.own = (tensors(part / "model.safetensors") for part in (embedded, folder))
        topics = json.loads((embedded / "taxonomy.json").read_text(encoding="utf-8"))["topics"]
        self.codes = [t["code"] for t in topics]
        self.parent = [self.codes.index(t["parent"]) if "parent" in t else -1 for t in topics]
        self.row_of = {int(k): i for i, k in enumerate(self.base["topics.pairs.key"])}
        self.ranker = DenseReference(self.base, self.own, self.config["ranker"])

    def topic_vector(self, ids):
        """Sum of the tokens' rows and of the rows of listed adjacent pairs."""
        v = self.base["topics.embeddings.weight"][ids].sum(0)
        for a, b in zip(ids, ids[1:]):
            row = self.row_of.get(a << 16 | b)
            if row is not None:
                v = v + self.base["topics.pairs.weight"][row]
        return v

    def pooled(self, title, sentences, pooling):
        """title (dim) or None, sentences (n, dim): their weighted sum."""
        weights = np.array([1 / (1 + i / pooling["decay"]) for i in range(len(sentences))], np.float32)
        u = weights @ sentences
        return u if title is None else u + np.float32(pooling["title"]) * title

    def rank_vector(self, ids):
        return self.base["rank.embeddings.weight"][ids].sum(0)

    def sums(self, title_ids, ids, title_dense, dense):
        """The three pooled vectors: topic and ranker rows by the embedded model's pooling, dense by this one's."""
        base, own = self.base_config["topics"]["pooling"], self.config["topics"]["pooling"]
        titled, out = len(title_ids) > 0, []
        for vector_of in (self.topic_vector, self.rank_vector):
            rows = np.stack([vector_of(i) for i in ids]) if ids else np.zeros((0, len(vector_of([]))), np.float32)
            out.append(self.pooled(vector_of(title_ids) if titled else None, rows, base))
        return *out, self.pooled(title_dense if titled else None, dense, own)

    def logits(self, topic, dense):
        x = np.concatenate([normalized(topic, self.base_config["topics"]["pooling"]["eps"]),
                            normalized(dense, self.config["topics"]["pooling"]["eps"])])
        w = {name.removeprefix("topics.head."): value for name, value in self.own.items()}
        h = np.maximum(w["deep.weight"] @ x + w["deep.bias"], 0)
        return w["wide.weight"] @ x + w["out.weight"] @ h + w["wide.bias"]

    def scores(self, logits):
        slope, offset = (np.array(self.config["topics"]["calibration"][k], np.float32) for k in ("slope", "offset"))
        s = 1 / (1 + np.exp(-(slope * logits + offset)))
        for j, parent in enumerate(self.parent):
            if parent >= 0:
                s[j] = min(s[j], s[parent])
        return s

    def directions(self, topic, ranked, dense):
        """What own labels compare: each vector without the mean article, of length 1."""
        eps = self.base_config["topics"]["pooling"]["eps"]
        return (unit(normalized(topic, eps) - self.base["topics.mean"]), unit(unit(ranked) - self.base["rank.mean"]),
                unit(unit(dense) - self.own["dense.mean"]))

    def similarity(self, a, b):
        shares = [self.config["own_labels"]["shares"][k] for k in ("topic", "rank", "dense")]
        return sum(s * float(x @ y) for s, x, y in zip(shares, a, b)) / sum(shares)
