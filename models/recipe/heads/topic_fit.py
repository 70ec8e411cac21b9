"""The topic head: pre-trained on soft labels, fine-tuned on the annotated rows, calibrated, measured.

In: WORK/static.npz, WORK/vectors, WORK/topics, models/embedded. Out: WORK/topic_heads.pkl: the shipped head's weights,
the `topics` section of config.json, the figures.

As in ../topics/finish.py there are two heads. One never sees the validation split, neither in its own rows nor
through its static vectors: calibration, thresholds and the validation figures come from its scores there, after
quantisation. The shipped one learns from all annotated rows and takes that calibration over. Each is the mean of
several heads of different seeds: their hidden layers stand side by side, their outputs are averaged.
"""

import copy
import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "topics"))
sys.path.append(str(HERE.parent))
import calibrate  # noqa: E402
import distil  # noqa: E402
import finish  # noqa: E402
import measure  # noqa: E402
from minilm import labels  # noqa: E402
from quantize import from_int8, to_int8  # noqa: E402
from topic_head import Head, scores, train  # noqa: E402
from topic_rows import DENSE, normalized, sources  # noqa: E402

SEEDS, HIDDEN = (1, 2, 3, 4), 192
SOFT = dict(epochs=3, lr=1e-3, size=256, drop=0.2, drop_static=0.5, drop_dense=0.2)
HARD = dict(epochs=12, lr=1e-3, size=64, drop=0.3, drop_static=0.5, drop_dense=0.3)
REHEARSE = {"short": 0.02, "pool": 0.1}
STATIC_EPS = 1.0


class Data:
    def __init__(self, data, work, parts=("annotated", "dev", "short", "pool")):
        self.work = Path(work)
        self.rows = distil.Rows(data, self.work / "topics")
        u, found = np.load(self.work / "static.npz"), sources(self.rows, work, parts)
        dense = {n: normalized(s.pooled(DENSE["title"], DENSE["decay"]), DENSE["eps"]) for n, s in found.items()}
        self.soft = {}
        if "short" in parts:
            self.soft["short"] = np.load(self.rows.work / "short.npz")["p"][: len(dense["short"])]
        if "pool" in parts:
            pick = found["pool"].pick[: len(dense["pool"])]
            self.soft["pool"] = np.load(self.rows.work / "targets.npz")["p"][pick]
        take = lambda name: u[name] if not name.startswith("pool") else u[name][pick]
        join = lambda name, of: np.hstack([normalized(take(name)[: len(dense[of])], STATIC_EPS), dense[of]]).astype(np.float32)
        self.x = {name: join(name, name.removesuffix("_shipped")) for name in u.files
                  if name.removesuffix("_shipped") in dense}
        self.y = self.rows.y
        self.halves = np.array([finish.half(self.rows.annotated[i]) for i in self.rows.valid])

    def head(self, told, shipped, seed, hidden=HIDDEN, soft=SOFT, hard=HARD, rehearse=REHEARSE):
        end = "_shipped" if shipped else ""
        parts = {n: (self.x[n + end], p) for n, p in self.soft.items()}
        torch.manual_seed(seed)
        model = Head(self.x["annotated"].shape[1], self.y.shape[1], hidden, prior=self.y[told].mean(0))
        if parts and soft["epochs"]:
            model = train(model, [(x, p, None, 1) for x, p in parts.values()], seed=seed, **soft)
        beside = [(*parts[n], None, share) for n, share in rehearse.items() if n in parts]
        return train(model, [(self.x["annotated"][told], self.y[told], None, 1), *beside], seed=seed, **hard)

    def cross(self, z):
        v = self.rows.valid
        out = finish.cross(z, self.y[v], self.rows.parent, self.halves)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(self.y[v]), reduction="none")
        return out | {"loss": float(loss.sum(1).mean()), "l1_loss": float(loss[:, : measure.LEVEL1].sum(1).mean())}


def merged(models):
    """One head that gives the mean of several heads' logits."""
    k, mean = len(models), lambda of: sum(of(m) for m in models) / len(models)
    out = Head(models[0].wide.in_features, models[0].wide.out_features, sum(m.deep.out_features for m in models))
    with torch.no_grad():
        out.wide.weight.copy_(mean(lambda m: m.wide.weight))
        out.wide.bias.copy_(mean(lambda m: m.wide.bias))
        out.deep.weight.copy_(torch.cat([m.deep.weight for m in models]))
        out.deep.bias.copy_(torch.cat([m.deep.bias for m in models]))
        out.out.weight.copy_(torch.cat([m.out.weight for m in models], 1) / k)
    return out


def rounded(model):
    """The head as it will be read back: int8 rows."""
    with torch.no_grad():
        for p in model.parameters():
            if p.dim() == 2:
                p.copy_(torch.from_numpy(from_int8(*to_int8(p.numpy()))))
    return model


def main(data, work, embedded, log=lambda s: print(s, flush=True)):
    start = time.time()
    d = Data(data, work)
    rows, v = d.rows, d.rows.valid
    log(f"{ {n: x.shape for n, x in d.x.items()} } ({time.time() - start:.0f} s)")
    held = rounded(merged([d.head(rows.train, False, s) for s in SEEDS]))
    z = scores(held, d.x["annotated"][v])
    table = calibrate.table(z, d.y[v], rows.parent)
    figures = {"validation": d.cross(z)}
    log(f"validation {json.dumps(figures['validation'])} ({time.time() - start:.0f} s)")
    dev = rows.groups["dev"]
    gold = labels(dev, rows.codes)

    def report(model, x):
        p = calibrate.scores(scores(model, x), table["slope"], table["offset"], rows.parent)
        on = measure.choose(p, table["threshold"], rows.parent, table["floor"])
        return measure.figures(p, gold, on)

    figures["dev_held"] = report(held, d.x["dev"])
    shipped = rounded(merged([d.head(np.arange(len(d.y)), True, s) for s in SEEDS]))
    figures["dev"] = report(shipped, d.x["dev_shipped"])
    log(f"dev {json.dumps(figures['dev'])} ({time.time() - start:.0f} s)")
    weights = {f"topics.head.{n}": p.detach().numpy() for n, p in shipped.named_parameters()}
    five = lambda a: [round(float(x), 5) for x in a]
    section = {
        "dim": shipped.wide.in_features, "dense": 384, "hidden": shipped.deep.out_features, "pooling": DENSE,
        "floor": table["floor"], "calibration": {"slope": five(table["slope"]), "offset": five(table["offset"])},
        "thresholds": five(table["threshold"]),
        "precise_thresholds": [2.0 if cut is None else cut for cut in table["precision_95"]],
    }
    pickle.dump((weights, section, figures), open(Path(work) / "topic_heads.pkl", "wb"))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:4])
