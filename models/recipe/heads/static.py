"""The embedded model's pooled vectors of every row, as a head will meet them: from tables that
never saw the row's labels.

In: WORK/topics (rows, tokens.npz, keys.npy, pretrained.pt, targets.npz, short.npz, x.*.npz),
models/embedded. Out: WORK/heads/static.npz: pooled vectors u by set, before the norm:

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

import numpy as np
from scipy import sparse

from ..quantize import tensors
from ..topics import distil, features, finish, student
from ..topics.data import FOLDS, fold
from .heads_reference import settings


def shipped_rows(embedded):
    """The table in models/embedded, tokens then pairs, as float32, and the pairs' keys."""
    t = tensors(embedded / "model.safetensors")
    table = np.concatenate([t["topics.embeddings.weight"], t["topics.pairs.weight"]])
    return table, t["topics.pairs.key"].astype(np.int64)


def tables(rows, epochs):
    """(rows of a fold, a table fine-tuned without them and without fold 0), fold by fold."""
    x, model, soft = sparse.load_npz(rows.work / "x.annotated.npz"), student.read(rows.work / "pretrained.pt"), finish.Soft(rows)
    folds = np.array([fold(r["id"]) for r in rows.annotated])
    for k in range(FOLDS):
        told = np.where((folds != 0) & (folds != k))[0]
        parts = [(x[told], rows.y[told], None, 1), soft.rehearse, soft.short, soft.named]
        tuned = finish.tune(model, parts, epochs, finish.SEEDS if k == 0 else finish.SEEDS[:1])
        print(f"table without fold {k}: {len(told)} rows", flush=True)
        yield folds == k, tuned.rows.detach().numpy()


def main(job):
    rows, pooling = distil.Rows(job), settings(job.embedded)["topics"]["pooling"]
    keys = rows.load("keys.npy")
    table, shipped_keys = shipped_rows(job.embedded)
    assert (keys == shipped_keys).all(), "the work folder's pairs are not those of models/embedded"
    tokens, texts = rows.load("tokens.npz"), rows.load("short.npz")

    def bag(streams, name):
        return features.matrix(features.split(streams, name), keys, pooling["title"], pooling["decay"])

    x = {"annotated": bag(tokens, "annotated"), "dev": bag(tokens, "dev"), "short": bag(texts, "short")}
    x["pool"] = sparse.vstack([bag(tokens, name)[pick] for name, pick in zip(("weak", "unlabelled"), rows.picks)]).tocsr()
    u = {"annotated": np.zeros((len(rows.annotated), table.shape[1]), np.float32)}
    for k, (here, tuned) in enumerate(tables(rows, job.options.tune_epochs)):
        u["annotated"][here] = x["annotated"][here] @ tuned
        if k == 0:
            u |= {name: x[name] @ tuned for name in ("dev", "short", "pool")}
    u |= {f"{name}_shipped": x[name] @ table for name in ("dev", "short", "pool")}
    job.heads.mkdir(parents=True, exist_ok=True)
    np.savez(job.heads / "static.npz", **u)
