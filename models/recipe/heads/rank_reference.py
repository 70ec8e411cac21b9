"""The ranker's forward pass in plain numpy: ../rank/reference.py with a dense vector beside the sentence's own.

In: tensors by name, as float32, of the embedded model and of the heads; the heads' ranker config; a document.
Out: two logits a sentence; summaries by the same rules as the embedded model's.
"""

import numpy as np

from ..rank.features import features, in_order
from ..rank.reference import Reference


class DenseReference(Reference):
    def __init__(self, base, own, config):
        self.config = config
        self.t = {n.removeprefix("rank."): v for n, v in own.items() if n.startswith("rank.")}
        for name in ("importance", "embeddings.weight"):
            self.t[name] = base["rank." + name]

    def logits(self, sentences, ids, title_ids, dense, breaks=None):
        """dense (n, width). Features see the whole document; attention sees windows of `window` sentences."""
        x, window = self.enter_dense(sentences, ids, title_ids, dense, breaks), self.config["window"]
        return np.concatenate([self.read(x[a : a + window]) for a in range(0, len(x), window)])

    def enter_dense(self, sentences, ids, title_ids, dense, breaks):
        table = self.t["embeddings.weight"]
        facts = features(sentences, ids, title_ids, [float(w) for w in self.t["importance"]], breaks)
        facts = in_order(facts, self.config["features"])
        vectors = np.stack([table[t].mean(0) for t in ids])
        places = np.minimum(np.arange(len(ids)), self.config["places"] - 1)
        joined = np.concatenate([vectors, dense, facts], axis=1).astype(np.float32)
        return self.linear("enter", joined) + self.t["place"][places]
