"""The ranker head, trained: from the embedded ranker's weights, with zeros for the new inputs.

In: WORK/heads/rank_rows (rank_rows.py), WORK/heads/vectors, models/embedded. Out, in WORK/heads:
rank_head.safetensors (float32, by name) and rank_head.json (its shape, how many documents it learned from).
Every number that was chosen is in OPTIONS; NOTES.md says what else was tried, on the tuning sets (`held_*`), which
no network was trained on.
"""

import json
import pickle

import numpy as np
import torch
from safetensors.numpy import save_file

from ..quantize import tensors
from ..rank.names import FEATURES
from ..rank.train import sized
from . import rank_head

OPTIONS = dict(
    batch_sentences=1600, average=0.998, lr=1e-3, weight_decay=0.01, seed=3,
    shape=dict(), dropout=0.1, token_dropout=0.25, drop_dense=0.3, one_on_news=0.2, one_on_teasers=0.5, keep=0.5,
    among=10, repeat=1.5, temperature=0.02, pair_weight=1, trust=0.5,
)


def weakly_taught(folder):
    """The ranker that learned from the weak labels, by name, its columns of features in the order of FEATURES."""
    found = json.loads((folder / "rank.json").read_text(encoding="utf-8"))["features"]
    assert found == FEATURES, f"the ranker has its features in the order {found}, expected {FEATURES}"
    weights = tensors(folder / "rank.safetensors")
    return {n.removeprefix("rank."): torch.from_numpy(v) for n, v in weights.items() if n.startswith("rank.")}


def told(job):
    """Prepared rows with `dense` (sentences, width) added."""
    rows = []
    for path in sorted((job.heads / "rank_rows").glob("told.*.pkl")):
        vectors, at = np.load(job.heads / f"vectors/{path.stem}.npy"), 0
        with open(path, "rb") as handle:
            part = pickle.load(handle)
        for row in part:
            count = len(row["lengths"])
            row["dense"] = vectors[at : at + count]
            at += count
        assert at == len(vectors), path.stem
        rows += part
    return rows


def main(job):
    begin, rows = weakly_taught(job.rank / "export"), told(job)
    print(f"{len(rows)} documents to learn from", flush=True)
    model = rank_head.train(rows, sized(OPTIONS, job), begin["embeddings.weight"], begin)
    save_file(model.folded(), str(job.heads / "rank_head.safetensors"))
    about = {"shape": vars(model.shape), "documents": len(rows)}
    (job.heads / "rank_head.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
