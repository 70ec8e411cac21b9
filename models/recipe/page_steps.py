"""The line model and its cross-validation, as steps of the recipe: pages/train.py in this run's folders."""

from .job import program
from .pages import train

PROGRAM = "page_features"


def place(job, name):
    out = job.place(name)
    out.parent.mkdir(parents=True, exist_ok=True)
    return out


def lines(job):
    train.main(job.data, program(PROGRAM), job.work / "pages", out=place(job, "out/data/page.json"))


def folds(job):
    figures = place(job, "out/models/recipe/pages/folds.json")
    train.main(job.data, program(PROGRAM), job.work / "pages", figures=figures)
