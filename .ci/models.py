"""Checks that `models/README.md` names each file of the embedded model with its size and sha256."""

import hashlib
import sys
from pathlib import Path

card = Path("models/README.md").read_text(encoding="utf-8")
total = 0
for path in sorted(Path("models/embedded").iterdir()):
    data = path.read_bytes()
    total += len(data)
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix in (".json", ".safetensors") and (digest not in card or f"{len(data):,}" not in card):
        sys.exit(f"models/README.md does not say: {path.name}, {len(data):,} bytes, sha256 {digest}")
print(f"models/embedded: {total:,} bytes")
if total > 9_000_000:
    sys.exit("models/embedded is over 9 MB")
