"""The page step by itself, as a program: `src/page` and the example `split` in a scratch crate.

The whole crate takes minutes to build, the page step seconds, so that each fold can have its tables
compiled in as the library has them. The crate's own dependencies and lock file are used.
"""
import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEPENDENCIES = ("anyhow", "clap", "html5ever", "jiff", "schemars", "serde", "serde_json")
LIB = "//! The page step.\npub mod page;\nmod span;\npub use span::Span;\n"


def prepare(scratch):
    """The scratch crate, but for its weights."""
    crate = Path(scratch) / "crate"
    shutil.rmtree(crate, ignore_errors=True)
    shutil.copytree(ROOT / "src/page", crate / "src/page")
    for name in ("page.rs", "span.rs"):
        shutil.copy(ROOT / "src" / name, crate / "src" / name)
    (crate / "src/lib.rs").write_text(LIB)
    (crate / "examples").mkdir()
    shutil.copy(ROOT / "examples/split.rs", crate / "examples")
    shutil.copy(ROOT / "Cargo.lock", crate)
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    needed = {**manifest["dependencies"], **manifest["dev-dependencies"]}
    lines = ["[package]", 'name = "standfirst"', 'version = "0.0.0"', 'edition = "2024"', "[workspace]",
             "[features]", 'default = ["embedded", "html"]', "embedded = []", "html = []", "[dependencies]"]
    for name in DEPENDENCIES:
        asked = needed[name] if isinstance(needed[name], dict) else {"version": needed[name]}
        fields = [f"{key} = {json.dumps(asked[key])}" for key in asked if key != "optional"]
        lines.append(f"{name} = {{ {', '.join(fields)} }}")
    (crate / "Cargo.toml").write_text("\n".join(lines) + "\n")


def build(scratch, weights):
    """The program `split` with the given text of weights.rs."""
    crate = Path(scratch) / "crate"
    (crate / "src/page/weights.rs").write_text(weights)
    target = Path(scratch).resolve() / "target"
    subprocess.run(["cargo", "build", "--release", "--quiet", "--example", "split"], cwd=crate, check=True,
                   env={**os.environ, "CARGO_TARGET_DIR": str(target)})
    return target / "release/examples/split"


def run(program, rows, *options):
    """What the program writes for these pages, a row each."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    done = subprocess.run([program, *options], input=text, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
