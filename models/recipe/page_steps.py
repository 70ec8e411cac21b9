"""The models of pages and their cross-validation, as steps of the recipe: pages/train.py and pages/headlines.py in this
run's folders."""

from .job import program
from .pages import headlines, train

PROGRAM = "page_features"


def lines(job):
    train.main(job.data, program(PROGRAM), job.work / "pages", out=job.place("out/data/lines/text.safetensors").parent)


def folds(job):
    figures = job.place("out/models/recipe/pages/folds.json")
    train.main(job.data, program(PROGRAM), job.work / "pages", figures=figures)


def titles(job):
    headlines.main(job.data, program(PROGRAM), titles=job.place("out/data/title.json"))


def openings(job):
    headlines.main(job.data, program(PROGRAM), openings=job.place("out/data/openings.json"))


def headline_folds(job):
    headlines.main(job.data, program(PROGRAM), figures=job.place("out/models/recipe/pages/headlines.json"))
