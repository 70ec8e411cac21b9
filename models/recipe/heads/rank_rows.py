"""Prepared ranker rows in the order of their MiniLM vectors, with what the embedded model's teachers say.

In: WORK/rank (documents, cnndm.pkl, teasers.pkl, teacher_*.pt). Out: WORK/heads/rank_rows/told.NNN.pkl, blocks of
training rows as the blocks of WORK/heads/vectors.
"""

import pickle

from ..rank import fit
from ..rank.train import TRAINED, load_model, prepared
from . import vectors


def main(job):
    out = job.heads / "rank_rows"
    out.mkdir(parents=True, exist_ok=True)
    by_id = {(row["id"], row["part"]): row for name in TRAINED for row in prepared(job, name)}
    told = vectors.rank_sets(job)["told"]
    teachers = [load_model(path) for path in sorted(job.rank.glob("teacher_*.pt"))]
    for start in range(0, len(told), vectors.BLOCK):
        rows = [fit.flatten(by_id[d.id, d.part]) for d in told[start : start + vectors.BLOCK]]
        for teacher in teachers:
            fit.teach(rows, teacher, 1 / len(teachers))
        for row in rows:
            del row["ids"]  # `flatten` keeps them end to end
        with open(out / f"told.{start // vectors.BLOCK:03}.pkl", "wb") as handle:
            pickle.dump(rows, handle, 4)
        print(f"{start + len(rows)} rows", flush=True)
