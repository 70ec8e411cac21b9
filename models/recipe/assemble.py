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
from reference import Topics  # noqa: E402
from rows import rows  # noqa: E402

OWN_ROWS = 3000
OWN_THRESHOLD = 0.4


def own_labels(model, tokenizer, taxonomy, data):
    """The mean article, and slope and offset for a cosine to a label's name."""
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids

    def x_of(title, text):
        parts = [encode(part) for part in re.split(r"(?<=[.!?])\s+|\n+", text)]
        u = model.pool(([encode(title)] if title else []) + parts, bool(title))
        return u / np.sqrt((u * u).mean() + model.meta["pooling"]["eps"])

    def unit(v):
        return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)

    picked = [r for _, r in zip(range(OWN_ROWS), rows(data, "topics/annotated_train.jsonl.xz"))]
    x = np.stack([x_of(r.get("title"), r["text"]) for r in picked])
    mean = x.mean(0)
    tops = [t for t in taxonomy["topics"] if "parent" not in t]
    labels = unit(np.stack([x_of("", t["label"]) for t in tops]) - mean)
    cosine = (unit(x - mean) @ labels.T).ravel().astype(np.float64)
    gold = np.array([[t["code"] in r["l1"] for t in tops] for r in picked]).ravel().astype(np.float64)
    slope, offset = 10.0, -3.0
    for _ in range(50):  # Newton's method on the log loss of two numbers
        p = 1 / (1 + np.exp(-(slope * cosine + offset)))
        w = p * (1 - p)
        gradient = np.array([((p - gold) * cosine).sum(), (p - gold).sum()])
        hessian = np.array([[(w * cosine**2).sum(), (w * cosine).sum()], [(w * cosine).sum(), w.sum()]])
        slope, offset = np.array([slope, offset]) - np.linalg.solve(hessian, gradient)
    return mean.astype(np.float32), round(float(slope), 4), round(float(offset), 4)


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
    mean, slope, offset = own_labels(Topics(a.topics), tokenizer, taxonomy, a.data)
    tensors = {**load_file(Path(a.topics) / "topics.safetensors"), **load_file(Path(a.rank) / "rank.safetensors")}
    tensors["topics.mean"] = mean
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
            "max_level1": topics["most_level1"],
            "floor": topics["floor"],
            "calibration": topics["calibration"],
            "thresholds": topics["threshold"],
        },
        "own_labels": {"slope": slope, "offset": offset, "threshold": OWN_THRESHOLD},
        "ranker": {
            "dim": rank["embedding"],
            "features": len(rank["features"]),
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
