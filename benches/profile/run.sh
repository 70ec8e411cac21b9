#!/usr/bin/env bash
# Instructions of the embedded digest, function by function, by callgrind.
#
#   benches/profile/run.sh ARTICLES.jsonl > benches/profile/after.txt
#
# ARTICLES.jsonl holds one {"id": ..., "text": ...} a line; the figures of this folder are those of the
# first 150 Daily Mail articles of cnndm_val. Needs valgrind. Instructions hardly change from run to
# run or from machine to machine of one kind, so two files can be laid side by side; they are no
# times: a wait for memory counts nothing.
set -euo pipefail
articles=$(realpath "$1")
cd "$(dirname "$0")/../.."
CARGO_PROFILE_RELEASE_DEBUG=line-tables-only cargo build --release --quiet --example digest >&2
found=$(mktemp)
trap 'rm -f "$found"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$found" target/release/examples/digest \
    --format jsonl --jobs 1 "$articles" 2>&1 > /dev/null | grep -o 'Collected.*' >&2
# Names without the places of files; functions of the crate and of what it calls, callees included.
callgrind_annotate --inclusive=yes "$found" |
    sed -nE 's#^ *([0-9,]+) \( *([0-9.]+)%\)  .*:(standfirst|matrixmultiply|ndarray|tokenizers|<?standfirst)(::.*) \[.*#\1 \2% \3\4#p' |
    awk '!seen[$3 $4 $5]++' | head -60
