"""After a run: does the library take what was made?

The program `digest` reads a page with the model folder, the library's own tests hold it to the golden files of OUT
(STANDFIRST_RECIPE tells them where it is), and the golden files of the pretrained engines, which do not depend on
the size of a run, are those of the repository.
"""

import json
import math
import os
import subprocess
import sys

from . import card
from .job import ROOT, program

PAGE = "examples/data/page.txt"
# Processors sum in different orders: the last digits of a number may differ.
NEAR = 1e-3


def digest(job):
    done = subprocess.run([program("digest"), "--format", "jsonl", "--model", job.embedded, ROOT / PAGE],
                          stdout=subprocess.PIPE, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    sentences = [s for row in found for article in row["articles"] for s in article["summary"]["sentences"]]
    if not sentences:
        sys.exit(f"digest gives no summary with {job.embedded}")
    print(f"digest: {sum(len(row['articles']) for row in found)} articles, {len(sentences)} sentences of summaries")


def tests(job, features):
    """The library's parity tests, on the files of this run."""
    command = ["cargo", "test", "--quiet", *features, "--lib", "of_the_recipe"]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {
        "STANDFIRST_RECIPE": str(job.out), "STANDFIRST_RECIPE_ENCODER": str(job.minilm)})


def apart(a, b, place=""):
    """Where two JSON values are not the same, but for the last digits of numbers."""
    if isinstance(a, float) or isinstance(b, float):
        return [] if math.isclose(a, b, rel_tol=NEAR, abs_tol=NEAR) else [place]
    if type(a) is not type(b) or isinstance(a, (list, dict)) and len(a) != len(b):
        return [place]
    if isinstance(a, dict):
        return [p for k in a for p in (apart(a[k], b[k], f"{place}/{k}") if k in b else [f"{place}/{k}"])]
    if isinstance(a, list):
        return [p for i, (x, y) in enumerate(zip(a, b)) for p in apart(x, y, f"{place}/{i}")]
    return [] if a == b else [place]


def parity(job):
    name = "rust-bert.json"
    made, kept = (json.loads((folder / "tests/golden" / name).read_text(encoding="utf-8")) for folder in (job.out, ROOT))
    if found := apart(made["models"], kept["models"]):
        sys.exit(f"tests/golden/{name} differs from what is made now at {', '.join(found[:5])}")
    print(f"tests/golden/{name}: as in the repository")


def main(job, steps):
    names = {step.name for step in steps}
    if "assemble" in names:
        digest(job)
        tests(job, [])
    if "head-folder" in names and "LIBTORCH" in os.environ:
        tests(job, ["--features", "rust-bert"])
    if "parity" in names:
        parity(job)
    card.main(job.out, write=False)
