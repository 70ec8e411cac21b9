"""The parts that were trained to one model folder.

In: the vocabulary, the taxonomy, WORK/topics/export, WORK/rank/picks, WORK/labels, and the annotated training rows. Out, in
models/embedded: config.json, tokenizer.json, model.safetensors. Trains nothing but the numbers by which own
labels are read (own_labels.py).
"""

import json
import shutil
import sys
from itertools import islice

import numpy as np
from safetensors.numpy import load_file, save_file

from . import config, library, own_labels
from .own_labels import unit
from .quantize import from_int4, from_int8
from .rows import rows
from .topics.data import vocabulary_size
from .topics.reference import Topics

NAME = "embedded-1"
OWN_ROWS = 3000


class Vectors:
    """Topic, ranker and label vectors of texts, as src/topics/labels.rs compares them."""

    def __init__(self, model, tables, tokenizer):
        self.model, self.tables, self.tokenizer = model, tables, tokenizer
        self.pooling = model.meta["pooling"]

    def of(self, texts):
        """`texts`: dicts with title and text. Three arrays, a row a text."""
        pairs = [self.pair(found) for found in library.encode(self.tokenizer, texts)]
        return tuple(np.stack(part).astype(np.float32) for part in zip(*pairs))

    def pair(self, found):
        titled = bool(found.title_ids)
        parts = ([found.title_ids] if titled else []) + found.ids
        u = self.model.pool(parts, titled)
        weights = [self.pooling["title"]] * titled
        weights += [1 / (1 + i / self.pooling["decay"]) for i in range(len(found.ids))]
        sums = (sum((w * table[ids].sum(0) for w, ids in zip(weights, parts) if ids), np.zeros(table.shape[1]))
                for table in self.tables)
        return u / np.sqrt((u * u).mean() + self.pooling["eps"]), *map(unit, sums)


def means(job, vectors):
    """The mean topic vector and the mean ranker vector of annotated articles: what articles have in common."""
    picked = islice(rows(job.data, "topics/annotated_train.jsonl.xz"), OWN_ROWS)
    x, y, _ = vectors.of({"title": r.get("title"), "text": r["text"]} for r in picked)
    return x.mean(0), y.mean(0)


def main(job):
    out = job.embedded
    taxonomy = json.loads((out / "taxonomy.json").read_text(encoding="utf-8"))
    topics = json.loads((job.topics / "export/topics.json").read_text(encoding="utf-8"))
    rank = json.loads((job.rank / "picks/rank.json").read_text(encoding="utf-8"))
    if topics["codes"] != [t["code"] for t in taxonomy["topics"]]:
        sys.exit("the topic model's labels are not the taxonomy's, in its order")
    tensors = load_file(job.topics / "export/topics.safetensors") | load_file(job.rank / "picks/rank.safetensors")
    tensors |= load_file(job.work / "labels/rows.safetensors")
    tables = [unpack(tensors[f"{name}.embeddings.weight"], tensors[f"{name}.embeddings.scale"])
              for name, unpack in (("rank", from_int8), ("labels", from_int4))]
    vectors = Vectors(Topics(job.topics / "export"), tables, job.tokenizer)
    tensors["topics.mean"], tensors["rank.mean"] = mean = means(job, vectors)
    shutil.copyfile(job.tokenizer, out / "tokenizer.json")
    save_file(tensors, str(out / "model.safetensors"), metadata={"model": NAME})
    (out / "model.safetensors").chmod(0o644)
    hidden, dim = tensors["topics.head.deep.weight"].shape
    config.write(out / "config.json", {
        "format": "standfirst/model-1",
        "name": NAME,
        "languages": ["en"],
        "vocab_size": vocabulary_size(job.tokenizer),
        "topics": {
            "dim": dim,
            "hidden": hidden,
            "pooling": topics["pooling"],
            "floor": topics["floor"],
            "calibration": topics["calibration"],
            "thresholds": topics["threshold"],
            # None: no score makes the label so certain; 2 is beyond every score.
            "precise_thresholds": [2.0 if cut is None else cut for cut in topics["precision_95"]],
        },
        "own_labels": own_labels.fit(job, vectors, mean),
        "ranker": {
            "dim": rank["embedding"],
            "features": rank["features"],
            "width": rank["width"],
            "heads": rank["heads"],
            "inner": rank["inner"],
            "layers": rank["layers"],
            "places": rank["places"],
            "window": rank["window"],
            "selection": rank["selection"],
        },
    })
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()):,} bytes")
