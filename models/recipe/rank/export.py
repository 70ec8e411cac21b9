"""A trained network to the files the Rust engine reads.

In: a `Ranker`, token importance, selection parameters. Out: `rank.safetensors` and `rank.json`.
Matrices become int8 rows with one scale each (`quantize.py`), the rest stays float32.
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ..quantize import to_int8
from .features import FEATURES

WINDOW = 128


def export(model, importance, selection, folder):
    tensors = {"rank.importance": importance.astype(np.float32)}
    for name, value in model.state_dict().items():
        value = value.numpy()
        if name.endswith("weight") and value.ndim == 2 and name != "score.weight":
            tensors[f"rank.{name}"], tensors[f"rank.{name.removesuffix('weight')}scale"] = to_int8(value)
        else:
            tensors[f"rank.{name}"] = value.astype(np.float32)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(folder / "rank.safetensors"))
    s = model.shape
    config = {
        "format": "standfirst/rank-1",
        "vocabulary": s.vocabulary, "embedding": s.embedding,
        "features": FEATURES, "width": s.width, "heads": s.heads, "inner": s.inner, "layers": s.layers,
        "places": s.places, "window": WINDOW, "selection": selection,
    }
    (folder / "rank.json").write_text(json.dumps(config, indent=1) + "\n")
    return sum(t.nbytes for t in tensors.values())
