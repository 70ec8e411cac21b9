"""Float rows to int8 rows with one scale each, as the Rust engine reads them, and back.

In: a float array (rows, dim). Out: int8 (rows, dim) and float32 (rows,), so that
`weight[i] * scale[i]` is row i to within half a step of `max(abs(row)) / 127`. In 4 bits: two values a byte, the first
in the lower half, and float16 scales.
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


def to_int8(array):
    array = np.asarray(array, dtype=np.float32)
    scale = np.abs(array).max(axis=1) / 127.0
    scale[scale == 0] = 1.0
    weight = np.clip(np.rint(array / scale[:, None]), -127, 127).astype(np.int8)
    return weight, scale.astype(np.float32)


def to_int4(array):
    array = np.asarray(array, dtype=np.float32)
    scale = (np.abs(array).max(axis=1) / 7.0).astype(np.float16)
    scale[scale == 0] = 1.0
    values = np.clip(np.rint(array / scale[:, None].astype(np.float32)), -7, 7).astype(np.int8)
    return values[:, ::2] & 15 | values[:, 1::2] << 4, scale


def from_int4(weight, scale):
    values = np.stack([(weight << 4) >> 4, weight >> 4], axis=2).reshape(len(weight), -1)
    return values.astype(np.float32) * scale[:, None].astype(np.float32)


def from_int8(weight, scale):
    return weight.astype(np.float32) * scale[:, None]


def tensors(path):
    """The weights of a safetensors file by name, as float32; int8 rows times their scales, keys as they are."""
    raw, out = load_file(str(Path(path))), {}
    for name, value in raw.items():
        if name.endswith(".scale"):
            continue
        if value.dtype == np.int8:
            value = from_int8(value, raw[name.removesuffix("weight") + "scale"])
        out[name] = value if value.dtype == np.uint32 else value.astype(np.float32)
    return out
