"""Trained heads to the model folder.

In: WORK/heads (topic_head, rank_head, own.json, dense_mean.npy), models/embedded. Out, in models/all-minilm-l6-v2:
config.json and model.safetensors.

The ranker's matrices become int8 rows with one scale each, as in the embedded model, but for `rank.enter.weight`,
whose dense columns are some ten times the others: float16.
"""

import hashlib
import json

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from .. import config
from ..quantize import to_int8
from .heads_reference import settings
from .minilm_encoder import MiniLM

NAME, ENCODER, WINDOW = "all-minilm-l6-v2-1", "all-minilm-l6-v2", 128
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


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def main(job):
    work, out, base = job.heads, job.minilm_heads, settings(job.embedded)
    weights = load_file(work / "topic_head.safetensors") | {"dense.mean": np.load(work / "dense_mean.npy")}
    weights |= {f"rank.{name}": value for name, value in load_file(work / "rank_head.safetensors").items()}
    vector = MiniLM(job.minilm, torch.float32).encode([PROBE])[0]
    shape, weak = read(work / "rank_head.json")["shape"], read(job.rank / "export/rank.json")
    same = {name: shape[name] for name in ("width", "heads", "inner", "layers", "places")}
    out.mkdir(parents=True, exist_ok=True)
    save_file(packed(weights), str(out / "model.safetensors"), metadata={"model": NAME})
    (out / "model.safetensors").chmod(0o644)
    config.write(out / "config.json", {
        "format": "standfirst/heads-1", "name": NAME, "encoder": ENCODER, "dim": len(vector), "base": base["name"],
        "base_sha256": hashlib.sha256((job.embedded / "model.safetensors").read_bytes()).hexdigest(),
        "probe": {"text": PROBE, "vector": [round(float(v), 6) for v in vector[:16]]},
        "topics": read(work / "topic_head.json")["section"],
        "own_labels": read(work / "own.json")["own_labels"],
        # It learned from the weak labels alone, and competes as the ranker that did.
        "ranker": base["ranker"] | {"dim": shape["embedding"] + len(vector)} | same
        | {"window": WINDOW} | {name: weak[name] for name in ("features", "selection")},
    })
    print(f"{out}: {sum(f.stat().st_size for f in out.iterdir()):,} bytes")
