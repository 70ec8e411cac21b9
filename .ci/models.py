"""Checks that `models/README.md` names each model file with its size and sha256, that the heads stand on the
embedded model that is there, and that the rankers' features have the names that the recipe gives them."""

import ast
import hashlib
import json
import sys
from pathlib import Path

card = Path("models/README.md").read_text(encoding="utf-8")
total = 0
for path in sorted([*Path("models/embedded").iterdir(), *Path("models/all-minilm-l6-v2").iterdir()]):
    data = path.read_bytes()
    total += len(data)
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix in (".json", ".safetensors") and (digest not in card or f"{len(data):,}" not in card):
        sys.exit(f"models/README.md does not say: {path.name}, {len(data):,} bytes, sha256 {digest}")
print(f"models: {total:,} bytes")
embedded = sum(path.stat().st_size for path in Path("models/embedded").iterdir())
if embedded > 9_000_000:
    sys.exit("models/embedded is over 9 MB")
base = hashlib.sha256(Path("models/embedded/model.safetensors").read_bytes()).hexdigest()
heads = json.loads(Path("models/all-minilm-l6-v2/config.json").read_text(encoding="utf-8"))
if heads["base_sha256"] != base:
    sys.exit("models/all-minilm-l6-v2 was trained on another embedded model: train it anew")
source = ast.parse(Path("models/recipe/rank/features.py").read_text(encoding="utf-8"))
assigned = [node for node in source.body if isinstance(node, ast.Assign) and node.targets[0].id == "FEATURES"]
names = ast.literal_eval(assigned[0].value)
for folder in ("embedded", "all-minilm-l6-v2"):
    config = json.loads(Path(f"models/{folder}/config.json").read_text(encoding="utf-8"))
    if config["ranker"]["features"] != names:
        sys.exit(f"models/{folder}/config.json has other features than models/recipe/rank/features.py: {names}")
