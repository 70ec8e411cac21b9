"""Labelled rows in, whole and in file order.

In: a folder of data and a file's name inside it (`.jsonl` or `.jsonl.xz`).
Out: one dict a row. Does not shuffle, filter or split: each recipe says how it does that.
"""

import json
import lzma
from pathlib import Path


def rows(folder, name):
    path = Path(folder) / name
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            if line.strip():
                yield json.loads(line)
