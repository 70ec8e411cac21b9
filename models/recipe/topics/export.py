"""A trained student and its calibration -> topics.safetensors + topics.json.

Rows of tokens and pairs become int8 with one float32 scale each (../quantize.py);
the head becomes float16. Returns the same model with the rounded weights, so that everything
reported is measured on what ships.
"""

import json

import numpy as np
import torch
from safetensors.numpy import save_file

from ..quantize import from_int8, to_int8
from . import features, student
from .measure import LEVEL1

HEAD = ["wide.weight", "wide.bias", "deep.weight", "deep.bias", "out.weight"]


def rounded(model):
    """The model as it will be read back: int8 rows, float16 head."""
    with torch.no_grad():
        model.rows.copy_(torch.from_numpy(from_int8(*to_int8(model.rows.numpy()))))
        for name in HEAD:
            p = model.get_parameter(name)
            p.copy_(p.half().float())
    return model


def tensors(model, pairs):
    weight, scale = to_int8(model.rows.detach().numpy())
    v = len(weight) - len(pairs)
    out = {
        "topics.embeddings.weight": weight[:v], "topics.embeddings.scale": scale[:v],
        "topics.pairs.key": pairs.astype(np.uint32),
        "topics.pairs.weight": weight[v:], "topics.pairs.scale": scale[v:],
    }
    for name in HEAD:
        out["topics.head." + name] = model.get_parameter(name).detach().numpy().astype(np.float16)
    return {k: np.ascontiguousarray(a) for k, a in out.items()}


def five_digits(values):
    return [None if v is None else round(float(v), 5) for v in values]


def write(folder, model, pairs, table, codes, parent):
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors(model, pairs), str(folder / "topics.safetensors"))
    meta = {
        "format": "standfirst-topics/1",
        "codes": codes, "level1": LEVEL1, "parent": parent,
        "pooling": {"title": features.TITLE_IN_USE, "decay": features.DECAY, "eps": student.EPS},
        "calibration": {"slope": five_digits(table["slope"]), "offset": five_digits(table["offset"])},
        "threshold": five_digits(table["threshold"]), "precision_95": five_digits(table["precision_95"]),
        "floor": table["floor"], "most_level1": 3,
    }
    (folder / "topics.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
