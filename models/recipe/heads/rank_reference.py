"""The ranker's forward pass in plain numpy: ../rank/reference.py with a dense vector beside the sentence's own.

In: tensors by name, as float32, of the embedded model and of the heads; the heads' ranker config; a document.
Out: two logits a sentence; summaries by the same rules as the embedded model's.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np

RANK = Path(__file__).resolve().parent.parent / "rank"
sys.path.append(str(RANK))
# by its path: this folder has a reference.py too
spec = importlib.util.spec_from_file_location("rank_reference", RANK / "reference.py")
plain = importlib.util.module_from_spec(spec)
_seen = sys.modules.pop("features", None)  # ../topics has a features.py as well
sys.path.insert(0, str(RANK))
spec.loader.exec_module(plain)
sys.path.remove(str(RANK))
sys.modules.pop("features", None)
if _seen is not None:
    sys.modules["features"] = _seen


class DenseReference(plain.Reference):
    def __init__(self, base, own, config):
        self.config = config
        self.t = {n.removeprefix("rank."): v for n, v in own.items() if n.startswith("rank.")}
        for name in ("importance", "embeddings.weight"):
            self.t[name] = base["rank." + name]

    def logits(self, sentences, ids, title_ids, dense):
        """dense (n, 384). Features see the whole document; attention sees windows of `window` sentences."""
        x, window = self.enter_dense(sentences, ids, title_ids, dense), self.config["window"]
        return np.concatenate([self.read(x[a : a + window]) for a in range(0, len(x), window)])

    def enter_dense(self, sentences, ids, title_ids, dense):
        table = self.t["embeddings.weight"]
        facts = plain.features(sentences, ids, title_ids, [float(w) for w in self.t["importance"]])
        facts = plain.in_order(facts, self.config["features"])
        vectors = np.stack([table[t].mean(0) for t in ids])
        places = np.minimum(np.arange(len(ids)), self.config["places"] - 1)
        joined = np.concatenate([vectors, dense, facts], axis=1).astype(np.float32)
        return self.linear("enter", joined) + self.t["place"][places]
