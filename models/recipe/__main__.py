"""How everything that is shipped is made: one command.

    python3 models/recipe all --data DATA --work WORK          # into the repository
    python3 models/recipe all --tiny --work WORK               # from invented text, into WORK/out
    python3 models/recipe card --check                         # are models/README.md's sizes and hashes right?

README.md here has the steps, the files that they hand on, the packages, and what is repeatable.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]
if not __package__:  # run by its folder's name
    os.environ["PYTHONPATH"] = str(MODELS)
    os.execv(sys.executable, [sys.executable, "-m", "recipe", *sys.argv[1:]])

from . import card, packages  # noqa: E402
from .job import ROOT, Job  # noqa: E402
from .options import FULL, TINY  # noqa: E402
from .steps import PRODUCTS, needed  # noqa: E402

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")} | {
    "TOKENIZERS_PARALLELISM": "false", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_OFFLINE": "1"}


def options():
    parser = argparse.ArgumentParser(
        prog="python3 models/recipe", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("product", choices=[*PRODUCTS, "card", "steps"],
                        help="what to make; card: the sizes and hashes in models/README.md; steps: the table of steps")
    parser.add_argument("--data", type=Path, help="the data folder: topics/, summaries/, pages/, text/")
    parser.add_argument("--work", type=Path, help="a scratch folder, about 8 GB; steps done there are not done again")
    parser.add_argument("--out", type=Path, help="where to write, laid out as the repository (default: the repository)")
    parser.add_argument("--tiny", action="store_true", help="a run of minutes from invented text, into WORK/out")
    parser.add_argument("--new-vocabulary", action="store_true", help="learn the vocabulary too; wants all trained anew")
    parser.add_argument("--jobs", type=int, help="steps at once (default 1; with --tiny, as many as cores)")
    parser.add_argument("--check", action="store_true", help="card: write nothing, fail where a row is wrong")
    return parser, parser.parse_args()


def build(steps):
    """The programs of the library that the steps call."""
    examples = sorted({name for step in steps for name in step.programs} | {"digest"})
    print(f"building {', '.join(examples)}", flush=True)
    command = ["cargo", "build", "--release", "--quiet"]
    if {"page_features", "keyword_features"} & set(examples):
        command += ["--features", "_recipe"]
    subprocess.run(command + [part for name in examples for part in ("--example", name)], cwd=ROOT, check=True)


def table():
    for step in needed("all"):
        print(f"{step.name:16} {step.minutes or '':>4} {'min' if step.minutes else '':3}  {step.does}")


def make(asked, parser):
    if not asked.work or not (asked.data or asked.tiny or asked.product == "parity"):
        parser.error("--work is needed, and --data or --tiny")
    work = asked.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    python = packages.ensure(work)
    if Path(sys.prefix) != python.parent.parent:
        os.execve(python, [str(python), "-m", "recipe", *sys.argv[1:]],
                  {**os.environ, **ONE_THREAD, "PYTHONPATH": str(MODELS)})
    steps = needed(asked.product)
    build(steps)
    # Loaded before the steps' processes part from this one.
    import sklearn.linear_model  # noqa: F401
    import torch
    import torch._dynamo  # noqa: F401: the first optimizer would load it

    from . import check, run, tiny

    torch.set_num_threads(1)
    data = work / "data" if asked.tiny else (asked.data or work).resolve()
    out = (asked.out.resolve() if asked.out else work / "out" if asked.tiny else ROOT)
    size = TINY if asked.tiny else FULL
    if asked.new_vocabulary:
        size = replace(size, learn_vocabulary=True)
    if asked.tiny:
        tiny.main(data)
    job = Job(data, work, out, size)
    try:
        run.Runner(steps, job, asked.jobs or (os.cpu_count() if asked.tiny else 1)).run()
    except run.Failed as failed:
        sys.exit(str(failed))
    card.main(out)
    check.main(job, steps)


def main():
    parser, asked = options()
    start = time.time()
    if asked.product == "steps":
        return table()
    if asked.product == "card":
        return card.main(asked.out or ROOT, write=not asked.check)
    make(asked, parser)
    print(f"done in {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
