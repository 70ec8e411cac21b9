"""Keywords as steps of the recipe: keywords/train.py in this run's folders."""

from .job import program
from .keywords import train


def weights(job):
    train.main([job.data / "picks/picks.jsonl.xz"], program("keyword_features"), out=job.place("out/data/keywords.json"))


def folds(job):
    figures = job.place("out/models/recipe/keywords/folds.json")
    train.main([job.data / "picks/picks.jsonl.xz"], program("keyword_features"), figures=figures)
