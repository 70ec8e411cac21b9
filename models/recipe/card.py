"""The sizes and hashes of the shipped files, in models/README.md.

In: OUT, and its models/README.md or the repository's. Out: that file with each table of files written anew, between
the marks `<!-- files: FOLDER -->` and `<!-- /files -->`; or, without `write`, an exit where one is wrong. Also that
the heads stand on the embedded model that is there, that this is no larger than it may be, and that the ranker of
each has the features of rank/names.py in their order.
"""

import hashlib
import json
import re
import sys

from .job import ROOT
from .rank.names import FEATURES

README, MOST_BYTES = "models/README.md", 9_000_000
TABLE = re.compile(r"<!-- files: (\S+) -->\n.*?<!-- /files -->", re.S)


def row(path):
    data = path.read_bytes()
    return len(data), f"| `{path.name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |"


def table(out, name):
    folder = out / name
    files = sorted(folder.glob("*.json")) + sorted(folder.glob("*.safetensors")) if folder.is_dir() else [folder]
    sizes, lines = zip(*(row(path) for path in sorted(files)))
    total = [f"| together | {sum(sizes):,} | |"] if len(files) > 1 else []
    head = ["| file | bytes | sha256 |", "|---|--:|---|"]
    return "\n".join([f"<!-- files: {name} -->", *head, *lines, *total, "<!-- /files -->"])


def main(out, write=True):
    path = out / README
    text = (path if path.exists() else ROOT / README).read_text(encoding="utf-8")

    def renewed(found):
        return table(out, found[1]) if (out / found[1]).exists() else found[0]

    new, count = TABLE.subn(renewed, text)
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(new, encoding="utf-8")
    elif new != text or not count:
        sys.exit(f"{README}: sizes or hashes are not those of the files; `python3 models/recipe card` writes them")
    embedded, heads = out / "models/embedded", out / "models/all-minilm-l6-v2"
    for config in (folder / "config.json" for folder in (embedded, heads)):
        if not config.exists():
            continue
        found = json.loads(config.read_text(encoding="utf-8"))["ranker"]["features"]
        if found != [name for name in FEATURES if name in found]:
            sys.exit(f"{config}: the ranker's features are not of those of rank/names.py, in their order")
    size = sum(part.stat().st_size for part in embedded.glob("*"))
    if size > MOST_BYTES:
        sys.exit(f"models/embedded is {size:,} bytes, over {MOST_BYTES:,}")
    if embedded.exists() and heads.exists():
        base = hashlib.sha256((embedded / "model.safetensors").read_bytes()).hexdigest()
        if json.loads((heads / "config.json").read_text(encoding="utf-8"))["base_sha256"] != base:
            sys.exit("models/all-minilm-l6-v2 was trained on another embedded model: train it anew")
    print(f"{README}: {count} tables of files {'written' if write else 'right'}")
