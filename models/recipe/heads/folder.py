"""Trained heads to the model folder, and the folder's figures.

In: WORK/topic_heads.pkl, WORK/rank_head.pt, WORK/own.json, WORK/dense_mean.npy, models/embedded. Out: config.json and
model.safetensors in the folder asked for.

The ranker's matrices become int8 rows with one scale each, as in the embedded model, but for `rank.enter.weight`,
whose dense columns are some ten times the others: float16.
"""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import sys

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from quantize import to_int8  # noqa: E402

NAME, ENCODER, DIM, WINDOW = "all-minilm-l6-v2-1", "all-minilm-l6-v2", 384, 128
# The text by whose vector a reader tells this encoder from others.
PROBE = "The council will close the harbour bridge on Monday for six months."
HALF = ("rank.enter.weight",)


def packed(weights):
    """Tensors as stored: matrices int8 with scales, or float16 where HALF says so; the rest float32."""
    out = {}
    for name, value in weights.items():
        value = np.ascontiguousarray(np.asarray(value, np.float32))
        if name in HALF:
            out[name] = value.astype(np.float16)
        elif value.ndim == 2 and name.endswith("weight") and name != "rank.score.weight":
            out[name], out[name.removesuffix("weight") + "scale"] = to_int8(value)
        else:
            out[name] = value
    return out


def write(folder, embedded, weights, topics, own_labels, ranker, probe):
    """`weights`: float32 by full name; `probe`: the first numbers of PROBE's vector; `topics`, `own_labels`, `ranker`: sections of config.json."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(packed(weights), str(folder / "model.safetensors"), metadata={"model": NAME})
    config = {
        "format": "standfirst/heads-1", "name": NAME, "encoder": ENCODER, "dim": DIM,
        "base": json.loads((Path(embedded) / "config.json").read_text())["name"],
        "base_sha256": hashlib.sha256((Path(embedded) / "model.safetensors").read_bytes()).hexdigest(),
        "probe": {"text": PROBE, "vector": probe},
        "topics": topics, "own_labels": own_labels, "ranker": ranker,
    }
    text = json.dumps(config, indent=1)
    # Number lists on one line each, so that the file can be read.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    (folder / "config.json").write_text(text + "\n")
    (folder / "model.safetensors").chmod(0o644)
    return sum(f.stat().st_size for f in folder.iterdir())


def report(work, embedded, folder, log=print):
    """The report sets by the folder's own numpy forward pass: nothing is chosen by these."""

    sys.path.append(str(HERE.parent / "rank"))
    import vectors
    from evaluate import evaluate
    from heads_reference import Heads

    ranker, figures = Heads(embedded, folder).ranker, {}
    sets = vectors.rank_sets(work)
    sets.pop("told")
    for name, docs in sets.items():
        v, n = vectors.read(work, name, [len(d.sentences) for d in docs])
        at, logits = 0, []
        for d in docs[:n]:
            m = len(d.sentences)
            logits.append(ranker.logits(d.sentences, d.ids, d.title_ids, v[at : at + m].astype(np.float32)) if m else np.zeros((0, 2)))
            at += m
        parts = {name: range(n)}
        if name == "report_cnndm":
            parts = {"report_dm": [i for i in range(n) if docs[i].part != "cnn"], "report_cnn": [i for i in range(n) if docs[i].part == "cnn"]}
        for part, which in parts.items():
            group = [docs[i] for i in which]
            for length in ([{"sentences": 1}] if "teasers" in part else []) + [{"sentences": 3}, {"words": 50}, {"chars": 280}]:
                key = " ".join([part] + [f"{k}={v}" for k, v in length.items()])
                figures[key] = evaluate(ranker, group, [logits[i] for i in which], **length)
                log(f"{key} {json.dumps(figures[key])}", flush=True)
    return figures


def main(work, embedded, minilm, out):
    import pickle

    import torch

    work = Path(work)
    topic_weights, topics, figures = pickle.load(open(work / "topic_heads.pkl", "rb"))
    shape, rank_weights, documents = torch.load(work / "rank_head.pt", weights_only=False)
    own = json.loads((work / "own.json").read_text())
    base = json.loads((Path(embedded) / "config.json").read_text())["ranker"]
    ranker = dict(base, dim=shape["embedding"] + DIM, width=shape["width"], heads=shape["heads"], inner=shape["inner"],
                  layers=shape["layers"], places=shape["places"], window=WINDOW)
    weights = topic_weights | {"dense.mean": np.load(work / "dense_mean.npy")} | {f"rank.{n}": w for n, w in rank_weights.items()}
    from minilm_encoder import MiniLM

    vector = MiniLM(minilm, torch.float32).encode([PROBE])[0]
    probe = [round(float(v), 6) for v in vector[:16]]
    size = write(out, embedded, weights, topics, own["own_labels"], ranker, probe)
    print(f"{out}: {size:,} bytes")
    figures["summaries"] = report(work, embedded, out)
    figures["rank_documents"], figures["own_tries"] = documents, own["tries"]
    (work / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:5])
