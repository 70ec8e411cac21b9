"""The embedded model's pooled vectors of every row, as a head will meet them: from tables that
never saw the row's labels.

In: WORK/topics (rows.pkl, tokens.npz, keys.npy, pretrained.pt, targets.npz, short.npz, x.*.npz),
models/embedded. Out: WORK/static.npz: pooled vectors u by set, before the norm:

    annotated     rows of fold k from a table fine-tuned without folds 0 and k; rows of fold 0,
                  the validation split, from one fine-tuned without fold 0
    dev           report rows, from that last table
    dev_shipped   the same, from the table in models/embedded
    short, pool   soft-labelled rows, from the table without fold 0
    short_shipped, pool_shipped  the same, from the table in models/embedded

The shipped table has learned the annotated rows by heart, validation rows included. A head fitted
on its vectors of those rows would trust them far too much, and its validation figures would be
worth nothing. All tables start from one pretrained table, so their axes mean the same.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from scipy import sparse

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "topics"))
import distil  # noqa: E402
import export  # noqa: E402
import features  # noqa: E402
import finish  # noqa: E402
import student  # noqa: E402
from data import FOLDS, fold  # noqa: E402
from quantize import from_int8  # noqa: E402


def shipped_rows(embedded):
    """The table in models/embedded, tokens then pairs, as float32, and the pairs' keys."""
    t = load_file(str(Path(embedded) / "model.safetensors"))
    table = [from_int8(t[f"topics.{n}.weight"], t[f"topics.{n}.scale"]) for n in ("embeddings", "pairs")]
    return np.concatenate(table), t["topics.pairs.key"].astype(np.int64)


def tables(rows, log=print):
    """Fine-tuned copies by the fold they leave out beside fold 0; `0` leaves out that one alone."""
    w, y = rows.work, rows.y
    x, pool = (sparse.load_npz(w / f"x.{name}.npz") for name in ("annotated", "pool"))
    soft, texts = np.load(w / "targets.npz"), np.load(w / "short.npz")
    short = sparse.load_npz(w / "x.short.npz")
    state = torch.load(w / "pretrained.pt", weights_only=True)
    model = student.Student(x.shape[1], len(rows.codes), state["rows"].shape[1], len(state["deep.bias"]))
    model.load_state_dict(state)
    # as ../topics/finish.py
    p, at = texts["p"], texts["named"]
    education, target = rows.codes.index("medtop:05000000"), texts["p"][texts["named"]]
    target[:, education] = np.maximum(target[:, education], 0.9)
    beside = [(pool, soft["p"], distil.weights(soft["helpings"]), finish.POOL_SHARE), (short, p, None, finish.SHORT_SHARE),
              (short[at], target, None, finish.NAMED_SHARE)]
    folds = np.array([fold(r["id"]) for r in rows.annotated])
    for k in range(FOLDS):
        told = np.where((folds != 0) & (folds != k))[0]
        parts = [(x[told], y[told], None, 1), *beside]
        seeds, finish.SEEDS = finish.SEEDS, finish.SEEDS if k == 0 else finish.SEEDS[:1]
        tuned = finish.tune(model, parts)
        finish.SEEDS = seeds
        log(f"table without fold {k}: {len(told)} rows")
        yield k, folds == k, tuned.rows.detach().numpy(), tuned


def main(data, work, embedded, out, log=print):
    rows = distil.Rows(data, Path(work) / "topics")
    pooling = json.loads((Path(embedded) / "config.json").read_text())["topics"]["pooling"]
    keys = np.load(rows.work / "keys.npy")
    table, shipped_keys = shipped_rows(embedded)
    assert (keys == shipped_keys).all(), "the work folder's pairs are not those of models/embedded"
    tokens, texts = np.load(rows.work / "tokens.npz"), np.load(rows.work / "short.npz")
    bag = lambda streams, name: features.matrix(features.split(streams, name), keys, pooling["title"], pooling["decay"])
    x = {"annotated": bag(tokens, "annotated"), "dev": bag(tokens, "dev"), "short": bag(texts, "short")}
    x["pool"] = sparse.vstack([bag(tokens, name)[pick] for name, pick in zip(("weak", "unlabelled"), rows.picks)]).tocsr()
    u = {"annotated": np.zeros((len(rows.annotated), table.shape[1]), np.float32)}
    for k, here, tuned, model in tables(rows, log):
        u["annotated"][here] = x["annotated"][here] @ tuned
        if k == 0:
            u |= {name: x[name] @ tuned for name in ("dev", "short", "pool")}
            torch.save(model.state_dict(), Path(work) / "held.pt")
    u |= {f"{name}_shipped": x[name] @ table for name in ("dev", "short", "pool")}
    np.savez(out, **u)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:5])
