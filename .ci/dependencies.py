"""Two promises of the manifest, checked on the resolved dependencies.

The default build of the library, that with the feature `rten`, and that of its examples and tests
need no C or C++ compiler (no `cc`, `cmake` or `bindgen` among their dependencies), and no
dependency of the workspace states a newer Rust than ours, but for those of a feature that says so.
"""

import json
import subprocess
import sys

# What the features bring must not reach the default build.
OPTIONAL = {
    "rust-bert", "rust_tokenizers", "tch", "torch-sys", "raw-cpuid", "rten", "standfirst-hub", "ureq", "sha2", "ring"
}
# By how a name starts: what the feature of that name asks for, as `Cargo.toml` and the README say.
NEWER = {"rten": "1.89"}
COMPILERS = {"cc", "cmake", "bindgen", "pkg-config", "openssl-sys", "onig_sys"}


def version(text):
    return tuple(int(part) for part in (text + ".0.0").split(".")[:3])


meta = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version", "1"]))
packages = {p["id"]: p for p in meta["packages"]}
root = meta["resolve"]["root"]
ours = packages[root]["rust_version"]


def built(*features, edges="normal,build"):
    command = ["cargo", "tree", "-e", edges, "--prefix", "none", "--format", "{p}", *features]
    tree = subprocess.check_output(command, text=True)
    return {line.split()[0] for line in tree.splitlines() if line.strip()}


def stated(name):
    allowed = [newer for start, newer in NEWER.items() if name.split("-")[0] == start]
    return version(allowed[0] if allowed else ours)


names = built()
found = sorted((names | built("--features", "rten") | built(edges="normal,build,dev")) & COMPILERS)
newer = sorted(
    f"{p['name']} {p['version']} (Rust {p['rust_version']})"
    for p in packages.values()
    if p["rust_version"] and version(p["rust_version"]) > stated(p["name"])
)
if stray := sorted(names & OPTIONAL):
    sys.exit(f"the default build has {', '.join(stray)}, which only features may bring")
print(f"{len(names)} crates in the default build; Rust {ours} stated")
if found:
    sys.exit(f"a build without C would need a compiler for {', '.join(found)}")
if newer:
    sys.exit(f"newer than Rust {ours}: {', '.join(newer)}")
