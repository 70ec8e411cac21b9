"""The sentence ranker, step by step: prepared rows, teachers, student, export, figures.

In: WORK/rank/documents, the vocabulary, MiniLM's folder, whose word embeddings the rows start from. Out, in
WORK/rank: importance.npy, cnndm.pkl and teasers.pkl (arrays to train on, prepare.py), teacher_N.pt, student.pt,
export (rank.safetensors, rank.json); and the figures, models/recipe/rank/metrics.json. Only `measure` reads the
report sets. Two runs on one machine give the same bytes.
"""

import json
import pickle

import numpy as np
import torch

from ..topics.data import vocabulary_size
from . import documents, fit, prepare, sets
from .evaluate import evaluate
from .export import export
from .model import Ranker, Shape
from .options import SELECTION, STUDENT, TEACHERS
from .reference import Reference
from .start import starting_rows

TRAINED = ("cnndm", "teasers")


def load_model(path):
    shape, state = torch.load(path, weights_only=True)
    model = Ranker(Shape(**shape), 0.0)
    model.load_state_dict(state)
    return model.eval()


def save_model(model, path):
    torch.save((vars(model.shape), model.state_dict()), path)


def sized(options, job):
    """The options of a network in the size of this run."""
    sentences, by_sets = job.options.ranker_epochs
    shape = options["shape"] | job.options.ranker_shape | {"vocabulary": vocabulary_size(job.tokenizer)}
    return options | {"shape": shape, "epochs_sentences": sentences, "epochs_sets": by_sets}


def prepared(job, name):
    with open(job.rank / f"{name}.pkl", "rb") as handle:
        return pickle.load(handle)


def prepare_rows(job):
    """Arrays to train on."""
    docs = {name: documents.read(job, name) for name in TRAINED}
    told = [d for name in TRAINED for d in docs[name] if not d.held_out]
    importance = prepare.importance_of(told, vocabulary_size(job.tokenizer))
    np.save(job.rank / "importance.npy", importance)
    for name in TRAINED:
        prepare.prepare(docs[name], importance, job.rank / f"{name}.pkl")


def to_learn(job):
    """Rows to learn from and the embedding rows to begin with."""
    rows = [fit.flatten(r) for name in TRAINED for r in prepared(job, name) if not r["held_out"]]
    print(f"{len(rows)} documents to learn from", flush=True)
    width = Shape(**sized(STUDENT, job)["shape"]).embedding
    begin = starting_rows(job.minilm, job.tokenizer, np.load(job.rank / "importance.npy"), width)
    return rows, torch.from_numpy(begin)


def teachers(job):
    rows, begin = to_learn(job)
    for i, options in enumerate(TEACHERS):
        path = job.rank / f"teacher_{i}.pt"
        if not path.exists():
            save_model(fit.train(rows, sized(options, job), begin), path)


def student(job):
    """The network that learns from labels and teachers alike, and the weights of whole summaries."""
    rows, begin = to_learn(job)
    for i in range(len(TEACHERS)):
        fit.teach(rows, load_model(job.rank / f"teacher_{i}.pt"), 1 / len(TEACHERS))
    model = fit.train(rows, sized(STUDENT, job), begin)
    save_model(model, job.rank / "student.pt")
    importance = np.load(job.rank / "importance.npy")
    weights = second_stage(job, model.eval(), importance)
    size = export(model, importance, SELECTION | {"sets": weights}, job.rank / "export")
    print(f"exported {size / 1e6:.2f} MB", flush=True)


def second_stage(job, model, importance):
    """The weights of `sets.py`, from a part of the documents that the student learned from."""
    told = [d for d in documents.read(job, "cnndm") if d.ids and d.summary.strip()]  # as in `prepare`
    pairs = [(fit.flatten(r), d) for r, d in zip(prepared(job, "cnndm"), told, strict=True) if not r["held_out"]]
    pairs = pairs[:: sets.EVERY]
    for row, _ in pairs:
        with torch.no_grad():
            row["logits"] = model(fit.collate([row]))[0].numpy()
    return sets.learn(*zip(*pairs), importance, SELECTION)


def measure(job):
    """Figures of the exported files, on rows held out and on the report sets."""
    reference = Reference(job.rank / "export")
    docs = {name: documents.read(job, name) for name in documents.FILES}
    groups = {
        "held_out_dm": [d for d in docs["cnndm"] if d.held_out and d.part == "dm"],
        "held_out_cnn": [d for d in docs["cnndm"] if d.held_out and d.part == "cnn"][:1000],
        "held_out_teasers": [d for d in docs["teasers"] if d.held_out],
        "report_dm": [d for d in docs["report_cnndm"] if d.part in ("dm", "dm_byline")],
        "report_cnn": [d for d in docs["report_cnndm"] if d.part == "cnn"],
        "report_teasers": docs["report_teasers"], "report_xsum": docs["report_xsum"],
    }
    figures = {}
    for name, group in groups.items():
        one = "teasers" in name or "xsum" in name
        logits = [reference.logits(d.sentences, d.ids, d.title_ids, d.breaks) for d in group]
        for length in ([{"sentences": 1}] if one else []) + [{"sentences": 3}, {"words": 50}, {"chars": 280}]:
            key = " ".join([name] + [f"{k}={v}" for k, v in length.items()])
            figures[key] = evaluate(reference, group, logits, **length)
            print(f"{key} {json.dumps(figures[key])}", flush=True)
    out = job.out / "models/recipe/rank/metrics.json"
    out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
