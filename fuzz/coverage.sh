#!/usr/bin/env bash
# Which lines of the library the fuzz targets reach: the corpus, and SECONDS_EACH (10) of mutations of each.
#
#   bash fuzz/coverage.sh [more arguments of `fuzz`]   # a table on standard output
set -euo pipefail
cd "$(dirname "$0")"
tools=$(dirname "$(rustc +nightly --print target-libdir)")/bin
[ -x "$tools/llvm-cov" ] || { echo "no llvm-tools: rustup component add llvm-tools --toolchain nightly" >&2; exit 1; }
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/coverage
RUSTFLAGS="-C instrument-coverage" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    cargo +nightly build --release --quiet --bin fuzz
program=$CARGO_TARGET_DIR/release/fuzz
rm -f "$CARGO_TARGET_DIR"/*.profraw
# What breaks a budget here does so because it is instrumented.
LLVM_PROFILE_FILE="$CARGO_TARGET_DIR/fuzz-%p.profraw" "$program" --seconds "${SECONDS_EACH:-10}" \
    --findings "$CARGO_TARGET_DIR/findings" "$@" >&2 || true
"$tools/llvm-profdata" merge -sparse "$CARGO_TARGET_DIR"/*.profraw -o "$CARGO_TARGET_DIR/fuzz.profdata"
"$tools/llvm-cov" export -summary-only -instr-profile "$CARGO_TARGET_DIR/fuzz.profdata" "$program" \
    -ignore-filename-regex '/(registry|rustc|fuzz/src|tests)/' |
    python3 -c '
import json, sys
files = json.load(sys.stdin)["data"][0]["files"]
rows = []
for file in files:
    if "/src/" not in file["filename"] and "/examples/" not in file["filename"]:
        continue
    lines, functions = file["summary"]["lines"], file["summary"]["functions"]
    name = file["filename"].rsplit("/src/", 1)[-1] if "/src/" in file["filename"] else "examples/" + file["filename"].rsplit("/examples/", 1)[-1]
    rows.append((lines["percent"], name, lines, functions))
print("| file | lines | reached | functions | reached |\n|---|--:|--:|--:|--:|")
for percent, name, lines, functions in sorted(rows):
    print("| `%s` | %d | %.0f%% | %d | %d |" % (name, lines["count"], percent, functions["count"], functions["covered"]))
count, covered = (sum(row[2][key] for row in rows) for key in ("count", "covered"))
print("| all | %d | %.1f%% | | |" % (count, 100 * covered / count))
'
