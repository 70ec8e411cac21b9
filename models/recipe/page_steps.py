"""The line model and its cross-validation, as steps of the recipe: pages/train.py in this run's folders."""

from .job import program
from .pages import train

PROGRAM = "page_features"


def lines(job):
    train.main(job.data, program(PROGRAM), job.work / "pages", out=job.place("out/data/page.json"))


def folds(job):
    figures = job.place("out/models/recipe/pages/folds.json")
    train.main(job.data, program(PROGRAM), job.work / "pages", figures=figures)
