"""The line model and its cross-validation, as steps of the recipe: pages/train.py with this run's folders."""

import subprocess
import sys

from .job import ROOT, program


def train(job, *wanted):
    work = job.work / "pages"
    work.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "recipe.pages.train", "--data", job.data, "--program", program("page_features"),
               "--work", work, *wanted]
    subprocess.run(list(map(str, command)), cwd=ROOT / "models", check=True)


def lines(job):
    out = job.out / "data/page.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    train(job, "--out", out)


def folds(job):
    out = job.out / "models/recipe/pages/folds.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    train(job, "--folds", out)
