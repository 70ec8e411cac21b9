"""Float rows to int8 rows with one scale each, as the Rust engine reads them.

In: a float array (rows, dim). Out: int8 (rows, dim) and float32 (rows,), so that
`weight[i] * scale[i]` is row i to within half a step of `max(abs(row)) / 127`.
"""

import numpy as np


def to_int8(array):
    array = np.asarray(array, dtype=np.float32)
    scale = np.abs(array).max(axis=1) / 127.0
    scale[scale == 0] = 1.0
    weight = np.clip(np.rint(array / scale[:, None]), -127, 127).astype(np.int8)
    return weight, scale.astype(np.float32)


def from_int8(weight, scale):
    return weight.astype(np.float32) * scale[:, None]
