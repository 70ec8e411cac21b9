"""Prepared ranker rows in the order of their MiniLM vectors, with what the embedded model's teachers say.

In: WORK/rank (docs_*.pkl, cnndm.pkl, teasers.pkl, teacher_*.pt). Out: WORK/rank_rows/told.NNN.pkl, blocks of
training rows as the blocks of WORK/vectors, and held.pkl, the tuning sets: rows with their documents.
"""

import pickle
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parent.parent / "rank"))
import fit  # noqa: E402
import vectors  # noqa: E402
from model import Ranker, Shape  # noqa: E402

HELD = ("held_dm", "held_cnn", "held_teasers")


def teacher(path):
    shape, state = torch.load(path, weights_only=True)
    model = Ranker(Shape(**shape), 0.0)
    model.load_state_dict(state)
    return model.eval()


def main(work, most=vectors.RANK_DOCUMENTS):
    work, out = Path(work), Path(work) / "rank_rows"
    out.mkdir(exist_ok=True)
    prepared = {}
    for name in ("cnndm", "teasers"):
        prepared |= {(r["id"], r["part"]): r for r in pickle.load(open(work / f"rank/{name}.pkl", "rb"))}
    sets = vectors.rank_sets(work)
    held = {name: [{**fit.flatten(prepared[d.id, d.part]), "doc": d} for d in sets[name]] for name in HELD}
    pickle.dump(held, open(out / "held.pkl", "wb"), 4)
    teachers = [teacher(p) for p in sorted((work / "rank").glob("teacher_*.pt"))]
    for k in range(0, int(most), vectors.BLOCK):
        rows = [fit.flatten(prepared[d.id, d.part]) for d in sets["told"][k : k + vectors.BLOCK]]
        for t in teachers:
            fit.teach(rows, t, 1 / len(teachers))
        for r in rows:
            del r["ids"]  # `flatten` keeps them end to end
        pickle.dump(rows, open(out / f"told.{k // vectors.BLOCK:03}.pkl", "wb"), 4)
        print(f"{k + len(rows)} rows", flush=True)
    (out / "done").touch()


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:3])
