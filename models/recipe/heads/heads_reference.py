"""The heads' forward pass in plain numpy, from the files as they ship: what the Rust engine must match.

In: models/embedded, models/all-minilm-l6-v2; an article as token ids of the embedded vocabulary and MiniLM vectors
of its title and sentences. Out: topic scores, ranker logits, directions for own labels. Reads no torch, splits and
tokenizes nothing.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
sys.path.append(str(HERE.parent / "rank"))
import rank_reference as rank  # noqa: E402
from quantize import from_int8  # noqa: E402


def tensors(folder):
    """Weights by name as float32; int8 rows times their scales."""
    raw, out = load_file(str(Path(folder) / "model.safetensors")), {}
    for name, value in raw.items():
        if value.dtype == np.int8:
            value = from_int8(value, raw[name.removesuffix("weight") + "scale"])
        if name == "topics.pairs.key":
            out[name] = value
        elif not name.endswith(".scale"):
            out[name] = value.astype(np.float32)
    return out


def normalized(u, eps):
    return u / np.sqrt((u * u).mean() + np.float32(eps))


def unit(v):
    length = np.sqrt((v * v).sum())
    return v / length if length > 0 else v


class Heads:
    def __init__(self, embedded, folder):
        read = lambda f: json.loads((Path(f) / "config.json").read_text())
        self.base_config, self.config = read(embedded), read(folder)
        self.base, self.own = tensors(embedded), tensors(folder)
        topics = json.loads((Path(embedded) / "taxonomy.json").read_text(encoding="utf-8"))["topics"]
        self.codes = [t["code"] for t in topics]
        self.parent = [self.codes.index(t["parent"]) if "parent" in t else -1 for t in topics]
        self.row_of = {int(k): i for i, k in enumerate(self.base["topics.pairs.key"])}
        self.ranker = rank.DenseReference(self.base, self.own, self.config["ranker"])

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

    def sums(self, title_ids, ids, title_dense, dense):
        """The three pooled vectors: topic and ranker rows by the embedded model's pooling, dense by this one's."""
        base, own = self.base_config["topics"]["pooling"], self.config["topics"]["pooling"]
        table = self.base["rank.embeddings.weight"]
        rows = lambda of, dim: np.stack([of(i) for i in ids]) if ids else np.zeros((0, dim), np.float32)
        bag = lambda i: table[i].sum(0)
        titled = len(title_ids) > 0
        return (
            self.pooled(self.topic_vector(title_ids) if titled else None, rows(self.topic_vector, 160), base),
            self.pooled(bag(title_ids) if titled else None, rows(bag, table.shape[1]), base),
            self.pooled(title_dense if titled else None, dense, own),
        )

    def logits(self, topic, dense):
        x = np.concatenate([normalized(topic, self.base_config["topics"]["pooling"]["eps"]),
                            normalized(dense, self.config["topics"]["pooling"]["eps"])])
        w = lambda name: self.own[f"topics.head.{name}"]
        h = np.maximum(w("deep.weight") @ x + w("deep.bias"), 0)
        return w("wide.weight") @ x + w("out.weight") @ h + w("wide.bias")

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
