#!/usr/bin/env bash
# The public API of the library in its default build, beside the one in `api.txt`: a change of it is
# seen in review, and said in CHANGELOG.md.
#
#   .ci/api.sh            # fails with the difference
#   .ci/api.sh --update   # writes api.txt
#
# `cargo public-api` reads what rustdoc writes as JSON, whose format follows the compiler's version:
# with a newer one it may have to be newer too. Where it is missing it is installed beside the builds,
# which takes three minutes of one processor, once.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.52.0
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tools=$target/tools
export PATH="$tools/bin:$PATH"
if [[ $(cargo public-api --version 2> /dev/null) != "cargo-public-api $version" ]]; then
    cargo install cargo-public-api --version "$version" --locked --quiet --root "$tools"
fi

# Only rustdoc is told that JSON is no stable format yet: what cargo builds stays as it is.
mkdir -p "$tools/bin"
cat > "$tools/bin/rustdoc-json" <<'WRAPPER'
#!/bin/sh
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
WRAPPER
chmod +x "$tools/bin/rustdoc-json"
RUSTDOC=$tools/bin/rustdoc-json cargo rustdoc --quiet --package standfirst --lib -- \
    -Zunstable-options --output-format json --cap-lints allow

# Without the methods of derived traits, which say nothing beside the line of the trait.
methods='::(clone|cmp|deserialize|eq|fmt|hash|partial_cmp|serialize)(<[^>]*>)?\('
found=$(cargo public-api --rustdoc-json "$target/doc/standfirst.json" -ss --color never |
    grep -vE "^pub fn .*$methods|StructuralPartialEq")

if [[ ${1:-} == --update ]]; then
    printf '%s\n' "$found" > api.txt
elif ! diff -u --label "api.txt" --label "the library" api.txt <(printf '%s\n' "$found"); then
    echo "the public API is not that of api.txt; look at the change, then .ci/api.sh --update" >&2
    exit 1
fi
