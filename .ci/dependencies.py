"""Two promises of the manifest, checked on the resolved dependencies.

The default build of the library needs no C or C++ compiler (no `cc`, `cmake` or `bindgen` among
its normal and build dependencies), and no dependency of it states a newer Rust than ours.
"""

import json
import subprocess
import sys

# What the features bring must not reach the default build.
OPTIONAL = {"rust-bert", "rust_tokenizers", "tch", "torch-sys", "ureq", "hf-hub", "fs4", "sha2", "ring"}
COMPILERS = {"cc", "cmake", "bindgen", "pkg-config", "openssl-sys", "onig_sys"}


def version(text):
    return tuple(int(part) for part in (text + ".0.0").split(".")[:3])


meta = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version", "1"]))
packages = {p["id"]: p for p in meta["packages"]}
nodes = {n["id"]: n for n in meta["resolve"]["nodes"]}
root = meta["resolve"]["root"]
ours = packages[root]["rust_version"]
tree = subprocess.check_output(
    ["cargo", "tree", "-e", "normal,build", "--prefix", "none", "--format", "{p}"], text=True
)
names = {line.split()[0] for line in tree.splitlines() if line.strip()}
found = sorted(names & COMPILERS)
newer = sorted(
    f"{p['name']} {p['version']} (Rust {p['rust_version']})"
    for p in packages.values()
    if p["rust_version"] and version(p["rust_version"]) > version(ours)
)
if stray := sorted(names & OPTIONAL):
    sys.exit(f"the default build has {', '.join(stray)}, which only features may bring")
print(f"{len(names)} crates in the default build; Rust {ours} stated")
if found:
    sys.exit(f"the default build would need a compiler for {', '.join(found)}")
if newer:
    sys.exit(f"newer than Rust {ours}: {', '.join(newer)}")
