"""Keywords as steps of the recipe: keywords/train.py in this run's folders."""

from . import picked
from .job import program
from .keywords import train


def data(job):
    """All picks that may be learned from, each with its keywords as they are written."""
    own = ({**row, "keywords": [row["text"][a:b] for a, b in row["keywords"]]} for row in picked.annotated(job))
    return train.Data([*picked.shared(job), *own], program("keyword_features"))


def weights(job):
    train.write(data(job), job.place("out/data/keywords.json"), job.place("out/data/picked.tsv"))


def folds(job):
    train.write_folds(data(job), job.place("out/models/recipe/keywords/folds.json"))
