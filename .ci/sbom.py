"""A bill of materials of the default build: CycloneDX 1.5 as JSON, on standard output.

    python3 .ci/sbom.py > target/sbom.cdx.json
    python3 .ci/sbom.py --features rten

Made from `cargo metadata`, `cargo tree` and Cargo.lock: the same tree gives the same bytes, so there is no
time and no random serial number in it. A component is a crate that is linked or runs while the library is
built; the model's files are components too, with their hashes.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def cargo(*args):
    return subprocess.check_output(["cargo", *args], text=True, cwd=ROOT)


def purl(name, version):
    return f"pkg:cargo/{name}@{version}"


def crate(package, kind, sums):
    name, version = package["name"], package["version"]
    found = {
        "type": kind,
        "bom-ref": purl(name, version),
        "name": name,
        "version": version,
        "description": " ".join((package["description"] or "").split()),
        "licenses": [{"expression": package["license"].replace("/", " OR ").replace("  ", " ")}],
        "purl": purl(name, version),
    }
    if checksum := sums.get((name, version)):
        found["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if repository := package["repository"]:
        found["externalReferences"] = [{"type": "vcs", "url": repository}]
    return found


def model(path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    name = path.relative_to(ROOT).as_posix()
    kind = "machine-learning-model" if path.suffix == ".safetensors" else "data"
    return {
        "type": kind,
        "bom-ref": f"file:{name}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def main(features):
    meta = json.loads(cargo("metadata", "--format-version", "1", "--locked"))
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    sums = {(it["name"], it["version"]): it.get("checksum") for it in lock["package"]}
    tree = cargo("tree", "--locked", "-e", "normal,build", "--prefix", "none", "--format", "{p}", *features)
    built = {tuple(line.split()[:2]) for line in tree.splitlines() if line.strip()}
    built = {(name, version.removeprefix("v")) for name, version in built}
    packages = {it["id"]: it for it in meta["packages"] if (it["name"], it["version"]) in built}
    missing = built - {(it["name"], it["version"]) for it in packages.values()}
    if missing:
        sys.exit(f"in the tree and not in the metadata: {sorted(missing)}")
    key = {id: purl(it["name"], it["version"]) for id, it in packages.items()}
    root = meta["resolve"]["root"]
    models = [model(path) for path in sorted((ROOT / "models/embedded").iterdir())]

    def below(node):
        # What a package needs for its tests is no part of the build.
        deps = [dep for dep in node["deps"] if any(it["kind"] != "dev" for it in dep["dep_kinds"])]
        return sorted({key[dep["pkg"]] for dep in deps if dep["pkg"] in key})

    dependencies = {key[node["id"]]: below(node) for node in meta["resolve"]["nodes"] if node["id"] in key}
    dependencies[key[root]] += [it["bom-ref"] for it in models]
    crates = [crate(it, "library", sums) for id, it in packages.items() if id != root]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": crate(packages[root], "library", sums)},
        "components": sorted(crates, key=lambda it: it["bom-ref"]) + models,
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in sorted(dependencies.items())],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1, ensure_ascii=False))
