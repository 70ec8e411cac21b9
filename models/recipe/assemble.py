"""The parts that were trained to one model folder.

In: the vocabulary, the taxonomy, the topic model's export and the ranker's export, and the
annotated training rows. Out: config.json, tokenizer.json, taxonomy.json, model.safetensors, and
the golden files that the Rust tests compare with. Trains nothing but two numbers: the slope and
offset by which a similarity to an own label is read as a probability (Platt, on the training rows
with IPTC's level-1 names as if they were own labels).

    python models/recipe/assemble.py --data DIR --tokenizer FILE --topics DIR --rank DIR --out models/embedded
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "topics")]
from quantize import from_int8  # noqa: E402
from platt import platt  # noqa: E402
from reference import Topics  # noqa: E402
from rows import rows  # noqa: E402

OWN_ROWS = 3000
OWN_THRESHOLD = 0.4


def own_labels(model, rank, tokenizer, taxonomy, data):
    """What articles have in common, and slope and offset for the similarity to a label's name.

    The similarity is that of src/topics/labels.rs: two parts of the cosine between topic vectors
    and one of that between ranker vectors, each without the mean article.
    """
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    table = from_int8(rank["rank.embeddings.weight"], rank["rank.embeddings.scale"])
    pooling = model.meta["pooling"]

    def unit(v):
        return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)

    def vectors(title, text):
        parts = [encode(part) for part in re.split(r"(?<=[.!?])\s+|\n+", text)]
        u = model.pool(([encode(title)] if title else []) + parts, bool(title))
        weights = [1 / (1 + i / pooling["decay"]) for i in range(len(parts))]
        if title:
            parts, weights = [encode(title)] + parts, [pooling["title"]] + weights
        r = sum((w * table[ids].sum(0) for w, ids in zip(weights, parts) if ids), np.zeros(table.shape[1]))
        return u / np.sqrt((u * u).mean() + pooling["eps"]), unit(r)

    picked = [r for _, r in zip(range(OWN_ROWS), rows(data, "topics/annotated_train.jsonl.xz"))]
    seen = [vectors(r.get("title"), r["text"]) for r in picked]
    x, y = (np.stack(part).astype(np.float32) for part in zip(*seen))
    mean_x, mean_y = x.mean(0), y.mean(0)
    tops = [t for t in taxonomy["topics"] if "parent" not in t]
    named = [vectors("", t["label"]) for t in tops]
    lx, ly = (np.stack(part) for part in zip(*named))
    similar = (2 * unit(x - mean_x) @ unit(lx - mean_x).T + unit(y - mean_y) @ unit(ly - mean_y).T) / 3
    similar = similar.ravel().astype(np.float64)
    gold = np.array([[t["code"] in r["l1"] for t in tops] for r in picked]).ravel().astype(np.float64)
    return mean_x, mean_y, *platt(similar, gold)


def main():
    p = argparse.ArgumentParser()
    for name in ("data", "tokenizer", "topics", "rank", "out", "name"):
        p.add_argument(f"--{name}", required=name != "name", default="embedded-1")
    a = p.parse_args()
    out = Path(a.out)
    taxonomy = json.loads((out / "taxonomy.json").read_text(encoding="utf-8"))
    topics = json.loads((Path(a.topics) / "topics.json").read_text())
    rank = json.loads((Path(a.rank) / "rank.json").read_text())
    if topics["codes"] != [t["code"] for t in taxonomy["topics"]]:
        sys.exit("the topic model's labels are not the taxonomy's, in its order")
    if Path(a.tokenizer).resolve() != (out / "tokenizer.json").resolve():
        shutil.copyfile(a.tokenizer, out / "tokenizer.json")
    tokenizer = Tokenizer.from_file(a.tokenizer)
    tensors = {**load_file(Path(a.topics) / "topics.safetensors"), **load_file(Path(a.rank) / "rank.safetensors")}
    found = own_labels(Topics(a.topics), tensors, tokenizer, taxonomy, a.data)
    tensors["topics.mean"], tensors["rank.mean"], slope, offset = found
    save_file(tensors, str(out / "model.safetensors"), metadata={"model": a.name})
    deep = tensors["topics.head.deep.weight"].shape
    config = {
        "format": "standfirst/model-1",
        "name": a.name,
        "languages": ["en"],
        "vocab_size": tokenizer.get_vocab_size(),
        "topics": {
            "dim": deep[1],
            "hidden": deep[0],
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
    }
    text = json.dumps(config, indent=1)
    # Number lists on one line each, so that the file can be read.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    (out / "config.json").write_text(text + "\n")
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()):,} bytes")


if __name__ == "__main__":
    main()
