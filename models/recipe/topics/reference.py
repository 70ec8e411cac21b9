"""The topic model's forward pass in plain numpy: what the Rust engine must match.

In: topics.safetensors, topics.json, and an article as lists of token ids, one list a sentence,
the title first if there is one. Out: pooled vector, logits, scores, reported topics.
Does not tokenise and does not split sentences.
"""

import json

import numpy as np
from ..quantize import tensors


class Topics:
    def __init__(self, folder):
        t = tensors(folder / "topics.safetensors")
        self.meta = json.loads((folder / "topics.json").read_text(encoding="utf-8"))
        self.tokens, self.pairs = t["topics.embeddings.weight"], t["topics.pairs.weight"]
        self.row_of = {int(k): i for i, k in enumerate(t["topics.pairs.key"])}
        self.w = {k.removeprefix("topics.head."): v for k, v in t.items() if ".head." in k}

    def sentence(self, ids):
        """Sum of the tokens' rows and of the rows of listed adjacent pairs."""
        v = self.tokens[ids].sum(0)
        for a, b in zip(ids, ids[1:]):
            row = self.row_of.get(a << 16 | b)
            if row is not None:
                v = v + self.pairs[row]
        return v

    def pool(self, sentences, titled):
        """Weighted sum: the title counts `title`, text sentence i counts 1 / (1 + i / decay)."""
        u = np.zeros(self.tokens.shape[1], np.float32)
        for place, ids in enumerate(sentences):
            if titled and place == 0:
                weight = self.meta["pooling"]["title"]
            else:
                weight = 1 / (1 + (place - int(titled)) / self.meta["pooling"]["decay"])
            if len(ids):
                u += np.float32(weight) * self.sentence(ids)
        return u

    def logits(self, u):
        x = u / np.sqrt((u * u).mean() + np.float32(self.meta["pooling"]["eps"]))
        h = np.maximum(self.w["deep.weight"] @ x + self.w["deep.bias"], 0)
        return self.w["wide.weight"] @ x + self.w["out.weight"] @ h + self.w["wide.bias"]

    def scores(self, logits):
        slope, offset = (np.array(self.meta["calibration"][k], np.float32) for k in ("slope", "offset"))
        s = 1 / (1 + np.exp(-(slope * logits + offset)))
        for j, parent in enumerate(self.meta["parent"]):
            if parent >= 0:
                s[j] = min(s[j], s[parent])
        return s

    def topics(self, s, table="threshold"):
        """Indices of reported labels: level 1 best first, then level 2 under them, best first."""
        n, most = self.meta["level1"], self.meta["most_level1"]
        cut = [2.0 if c is None else c for c in self.meta[table]]
        order = sorted(range(n), key=lambda j: (-s[j], j))
        one = [j for j in order if s[j] >= cut[j]][:most]
        if not one and table == "threshold" and s[order[0]] >= self.meta["floor"]:
            one = order[:1]
        two = [j for j in range(n, len(s)) if self.meta["parent"][j] in one and s[j] >= cut[j]]
        return one + sorted(two, key=lambda j: (-s[j], j))
