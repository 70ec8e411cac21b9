"""The parts that were trained to one model folder.

In: the vocabulary, the taxonomy, WORK/topics/export, WORK/rank/picks, and the annotated training rows. Out, in
models/embedded: config.json, tokenizer.json, model.safetensors. Trains nothing but two numbers: the slope and
offset by which a similarity to an own label is read as a probability (Platt, on the training rows with IPTC's
level-1 names as if they were own labels).
"""

import json
import shutil
import sys
from itertools import islice

import numpy as np
from safetensors.numpy import load_file, save_file

from . import config, library
from .platt import platt
from .quantize import from_int8
from .rows import rows
from .topics.data import vocabulary_size
from .topics.reference import Topics

NAME = "embedded-1"
OWN_ROWS = 3000
OWN_THRESHOLD = 0.4


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


class Vectors:
    """Topic and ranker vectors of texts, as src/topics/labels.rs compares them."""

    def __init__(self, model, table, tokenizer):
        self.model, self.table, self.tokenizer = model, table, tokenizer
        self.pooling = model.meta["pooling"]

    def of(self, texts):
        """`texts`: dicts with title and text. Two arrays, a row a text."""
        pairs = [self.pair(found) for found in library.encode(self.tokenizer, texts)]
        return tuple(np.stack(part).astype(np.float32) for part in zip(*pairs))

    def pair(self, found):
        titled = bool(found.title_ids)
        parts = ([found.title_ids] if titled else []) + found.ids
        u = self.model.pool(parts, titled)
        weights = [self.pooling["title"]] * titled
        weights += [1 / (1 + i / self.pooling["decay"]) for i in range(len(found.ids))]
        r = sum((w * self.table[ids].sum(0) for w, ids in zip(weights, parts) if ids), np.zeros(self.table.shape[1]))
        return u / np.sqrt((u * u).mean() + self.pooling["eps"]), unit(r)


def own_labels(job, rank, taxonomy):
    """What articles have in common, and slope and offset for the similarity to a label's name.

    The similarity is two parts of the cosine between topic vectors and one of that between ranker vectors,
    each without the mean article.
    """
    table = from_int8(rank["rank.embeddings.weight"], rank["rank.embeddings.scale"])
    vectors = Vectors(Topics(job.topics / "export"), table, job.tokenizer)
    picked = list(islice(rows(job.data, "topics/annotated_train.jsonl.xz"), OWN_ROWS))
    x, y = vectors.of({"title": r.get("title"), "text": r["text"]} for r in picked)
    tops = [t for t in taxonomy["topics"] if "parent" not in t]
    label_x, label_y = vectors.of({"text": t["label"]} for t in tops)
    mean_x, mean_y = x.mean(0), y.mean(0)
    similar = (2 * unit(x - mean_x) @ unit(label_x - mean_x).T + unit(y - mean_y) @ unit(label_y - mean_y).T) / 3
    similar = similar.ravel().astype(np.float64)
    gold = np.array([[t["code"] in r["l1"] for t in tops] for r in picked]).ravel().astype(np.float64)
    return mean_x, mean_y, *platt(similar, gold)


def main(job):
    out = job.embedded
    taxonomy = json.loads((out / "taxonomy.json").read_text(encoding="utf-8"))
    topics = json.loads((job.topics / "export/topics.json").read_text(encoding="utf-8"))
    rank = json.loads((job.rank / "picks/rank.json").read_text(encoding="utf-8"))
    if topics["codes"] != [t["code"] for t in taxonomy["topics"]]:
        sys.exit("the topic model's labels are not the taxonomy's, in its order")
    tensors = load_file(job.topics / "export/topics.safetensors") | load_file(job.rank / "picks/rank.safetensors")
    found = own_labels(job, tensors, taxonomy)
    tensors["topics.mean"], tensors["rank.mean"], slope, offset = found
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
        "own_labels": {"slope": slope, "offset": offset, "threshold": OWN_THRESHOLD},
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
