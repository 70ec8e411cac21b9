"""What `deny.toml` asks of licences, duplicates and sources, offline, from `cargo metadata`; a checksum for
each crate in Cargo.lock; and a bill of materials that holds together, written to target/sbom.cdx.json.

Where `cargo deny` is installed it runs too, without advisories, whose database is in the network.
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

import sbom

ROOT = sbom.ROOT
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def allowed(expression, licences):
    """Whether a licence expression is satisfied by `licences`: AND before OR, brackets, WITH as one name."""
    text = expression.replace("/", " OR ").replace(" WITH ", "~WITH~")
    tokens = re.findall(r"[()]|[^\s()]+", text)
    at = 0

    def either():
        nonlocal at
        found = both()
        while at < len(tokens) and tokens[at] == "OR":
            at += 1
            found = both() or found
        return found

    def both():
        nonlocal at
        found = one()
        while at < len(tokens) and tokens[at] == "AND":
            at += 1
            found = one() and found
        return found

    def one():
        nonlocal at
        token = tokens[at]
        at += 1
        if token == "(":
            found = either()
            at += 1
            return found
        return token.replace("~WITH~", " WITH ") in licences

    found = either()
    if at != len(tokens):
        sys.exit(f"the licence {expression!r} cannot be read")
    return found


def check_reader():
    """The reader of expressions tells what it must."""
    for expression, expected in [
        ("MIT", True), ("MIT/GPL-3.0", True), ("GPL-3.0", False), ("(MIT OR X) AND BSD-3-Clause", True),
        ("MIT AND X", False), ("X AND Y OR MIT", True), ("A WITH B OR X", True), ("A", False),
    ]:
        if allowed(expression, {"MIT", "BSD-3-Clause", "A WITH B"}) != expected:
            sys.exit(f"{expression!r} is misread")


def main():
    check_reader()
    deny = tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))
    packages = json.loads(sbom.cargo("metadata", "--format-version", "1", "--locked", "--all-features"))["packages"]
    wrong = []
    extra = {it["name"]: set(it["allow"]) for it in deny["licenses"]["exceptions"]}
    for it in packages:
        name = f"{it['name']} {it['version']}"
        licences = set(deny["licenses"]["allow"]) | extra.get(it["name"], set())
        if not it["license"]:
            wrong.append(f"{name} states no licence")
        elif not allowed(it["license"], licences):
            wrong.append(f"{name} has the licence {it['license']}, which deny.toml does not allow")
        if it["source"] not in (None, CRATES_IO):
            wrong.append(f"{name} comes from {it['source']}, expected crates.io")
    skipped = {tuple(it["crate"].split("@")) for it in deny["bans"]["skip"]}
    versions = collections.defaultdict(set)
    for it in packages:
        versions[it["name"]].add(it["version"])
    for name, found in sorted(versions.items()):
        left = {version for version in found if (name, version) not in skipped}
        if len(left) > 1:
            wrong.append(f"{name} stands in the tree as {', '.join(sorted(left))}: skip one in deny.toml, and say why")
    for name, version in sorted(skipped):
        if version not in versions[name] or len(versions[name]) == 1:
            wrong.append(f"deny.toml skips {name} {version}, which is no duplicate")
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    for it in lock:
        if it.get("source") and not it.get("checksum"):
            wrong.append(f"{it['name']} {it['version']} has no checksum in Cargo.lock")
    bill = sbom.main([])
    refs = {it["bom-ref"] for it in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    for it in bill["dependencies"]:
        wrong += [f"the bill says that {it['ref']} needs {on}, which it does not list" for on in it["dependsOn"] if on not in refs]
    for name in ("serde", "tokenizers", "html5ever"):
        if not any(it["name"] == name for it in bill["components"]):
            wrong.append(f"the bill lacks {name}")
    if any(it["name"] in ("clap", "axum", "tokio", "proptest") for it in bill["components"]):
        wrong.append("the bill lists what only programs and tests need")
    if wrong:
        sys.exit("\n".join(wrong))
    out = ROOT / "target" / "sbom.cdx.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(packages)} crates: licences, duplicates, sources, checksums; {len(bill['components'])} in {out.relative_to(ROOT)}")
    if shutil.which("cargo-deny"):
        subprocess.run(["cargo", "deny", "--offline", "check", "licenses", "bans", "sources"], check=True, cwd=ROOT)
    else:
        print("skipped: cargo deny is not installed (cargo install cargo-deny --locked); advisories are not checked here")


if __name__ == "__main__":
    main()
