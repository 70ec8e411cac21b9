"""The ranker head, trained: from the embedded ranker's weights, with zeros for the new inputs.

In: WORK/rank_rows (rank_rows.py), WORK/vectors, models/embedded. Out: WORK/rank_head.pt. Every number that was chosen
is in OPTIONS; NOTES.md says what else was tried, on the tuning sets (`held_*`), which no network was trained on.
"""

import pickle
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
sys.path.append(str(HERE.parent / "rank"))
import rank_head  # noqa: E402
import rank_rows  # noqa: E402
import vectors  # noqa: E402
from model import Shape  # noqa: E402
from quantize import from_int8  # noqa: E402

OPTIONS = dict(
    batch_sentences=1600, epochs_sentences=3, epochs_sets=1, average=0.998, lr=1e-3, weight_decay=0.01, seed=3,
    shape=dict(), dropout=0.1, token_dropout=0.25, drop_dense=0.3, one_on_news=0.2, one_on_teasers=0.5, keep=0.5,
    among=10, repeat=1.5, temperature=0.02, pair_weight=1, trust=0.5,
)


def embedded(folder):
    """The embedded ranker's tensors by name, as float32."""
    raw, out = load_file(str(Path(folder) / "model.safetensors")), {}
    for name, value in raw.items():
        if name.startswith("rank.") and not name.endswith(".scale"):
            value = from_int8(value, raw[name.removesuffix("weight") + "scale"]) if value.dtype == np.int8 else value
            out[name.removeprefix("rank.")] = torch.from_numpy(value.astype(np.float32))
    return out


def with_dense(rows, v, lengths):
    at = 0
    for row, n in zip(rows, lengths):
        row["dense"] = v[at : at + n][: len(row["lengths"])]
        at += n
    assert at == len(v)
    return rows


def told(work):
    rows, k = [], 0
    while True:
        here, dense = (Path(work) / f"{part}/told.{k:03}{end}" for part, end in (("rank_rows", ".pkl"), ("vectors", ".npy")))
        if not (here.exists() and dense.exists()):
            return rows
        part = pickle.load(open(here, "rb"))
        rows += with_dense(part, np.load(dense), [len(r["lengths"]) for r in part])
        k += 1


def held(work):
    sets = pickle.load(open(Path(work) / "rank_rows/held.pkl", "rb"))
    for name, rows in sets.items():
        counts = [len(r["doc"].sentences) for r in rows]
        with_dense(rows, vectors.read(work, name, counts)[0], counts)
    return sets


def main(work, base, options=OPTIONS):
    work = Path(work)
    if not (work / "rank_rows/done").exists():
        rank_rows.main(work)
    begin, rows = embedded(base), told(work)
    print(f"{len(rows)} documents to learn from", flush=True)
    model = rank_head.train(rows, options, begin["embeddings.weight"], begin)
    torch.save((vars(model.shape), model.folded(), len(rows)), work / "rank_head.pt")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:3])
