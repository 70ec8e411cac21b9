"""The topic head: pre-trained on soft labels, fine-tuned on the annotated rows, calibrated, measured.

In: WORK/heads/static.npz, WORK/heads/vectors, WORK/topics. Out, in WORK/heads: topic_head.safetensors (float32, by
the names of the folder) and topic_head.json: the `topics` section of config.json, and the figures.

As in ../topics/finish.py there are two heads. One never sees the validation split, neither in its own rows nor
through its static vectors: calibration, thresholds and the validation figures come from its scores there, after
quantisation. The shipped one learns from all annotated rows and takes that calibration over. Each is the mean of
several heads of different seeds: their hidden layers stand side by side, their outputs are averaged.
"""

import json

import numpy as np
import torch
from safetensors.numpy import save_file

from ..quantize import from_int8, to_int8
from ..topics import calibrate, distil, finish, measure
from ..topics.export import five_digits
from ..topics.minilm import labels
from .topic_head import Head, scores, train
from .topic_rows import DENSE, dense, normalized, pool

SOFT = dict(lr=1e-3, size=256, drop=0.2, drop_static=0.5, drop_dense=0.2)
HARD = dict(lr=1e-3, size=64, drop=0.3, drop_static=0.5, drop_dense=0.3)
REHEARSE = {"short": 0.02, "pool": 0.1}
STATIC_EPS = 1.0


class Data:
    def __init__(self, job):
        self.options, self.rows = job.options, distil.Rows(job)
        tokens, texts = self.rows.load("tokens.npz"), self.rows.load("short.npz")
        places, own_pool = pool(job, self.rows, tokens)
        places = places[: own_pool.rows]
        found = {"annotated": dense(job, tokens, "annotated"), "dev": dense(job, tokens, "dev"),
                 "short": dense(job, texts, "short"), "pool": own_pool}
        deep = {name: normalized(vectors.pooled(), DENSE["eps"]) for name, vectors in found.items()}
        u = dict(np.load(job.heads / "static.npz"))
        u |= {name: u[name][places] for name in ("pool", "pool_shipped")}
        self.soft = {"short": texts["p"][: found["short"].rows], "pool": self.rows.load("targets.npz")["p"][places]}
        self.static, self.dense = u["annotated"].shape[1], deep["annotated"].shape[1]
        self.x = {}
        for name, vectors in u.items():
            beside = deep[name.removesuffix("_shipped")]
            self.x[name] = np.hstack([normalized(vectors[: len(beside)], STATIC_EPS), beside]).astype(np.float32)
        self.y = self.rows.y
        self.halves = np.array([finish.half(self.rows.annotated[i]) for i in self.rows.valid])

    def head(self, told, shipped, seed):
        end = "_shipped" if shipped else ""
        soft_epochs, hard_epochs = self.options.head_epochs
        soft = {name: (self.x[name + end], p) for name, p in self.soft.items()}
        torch.manual_seed(seed)
        model = Head(self.x["annotated"].shape[1], self.y.shape[1], self.options.head_hidden, prior=self.y[told].mean(0))
        model = train(model, [(x, p, 1) for x, p in soft.values()], self.static, soft_epochs, seed=seed, **SOFT)
        parts = [(self.x["annotated"][told], self.y[told], 1)]
        parts += [(*soft[name], share) for name, share in REHEARSE.items()]
        return train(model, parts, self.static, hard_epochs, seed=seed, **HARD)

    def heads(self, told, shipped):
        """The mean of a head a seed, as it will be read back."""
        return rounded(merged([self.head(told, shipped, seed) for seed in self.options.head_seeds]))

    def cross(self, z):
        v = self.rows.valid
        out = finish.cross(z, self.y[v], self.rows.parent, self.halves)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            torch.tensor(z), torch.tensor(self.y[v]), reduction="none")
        return out | {"loss": float(loss.sum(1).mean()), "l1_loss": float(loss[:, : measure.LEVEL1].sum(1).mean())}


def merged(models):
    """One head that gives the mean of several heads' logits."""
    count = len(models)
    out = Head(models[0].wide.in_features, models[0].wide.out_features, sum(m.deep.out_features for m in models))
    with torch.no_grad():
        out.wide.weight.copy_(sum(m.wide.weight for m in models) / count)
        out.wide.bias.copy_(sum(m.wide.bias for m in models) / count)
        out.deep.weight.copy_(torch.cat([m.deep.weight for m in models]))
        out.deep.bias.copy_(torch.cat([m.deep.bias for m in models]))
        out.out.weight.copy_(torch.cat([m.out.weight for m in models], 1) / count)
    return out


def rounded(model):
    """The head as it will be read back: int8 rows."""
    with torch.no_grad():
        for p in model.parameters():
            if p.dim() == 2:
                p.copy_(torch.from_numpy(from_int8(*to_int8(p.numpy()))))
    return model


def main(job):
    d = Data(job)
    rows, v = d.rows, d.rows.valid
    print({name: x.shape for name, x in d.x.items()}, flush=True)
    held = d.heads(rows.train, shipped=False)
    z = scores(held, d.x["annotated"][v])
    table = calibrate.table(z, d.y[v], rows.parent)
    figures = {"validation": d.cross(z)}
    print(f"validation {json.dumps(figures['validation'])}", flush=True)
    gold = labels(rows.groups["dev"], rows.codes)

    def report(model, x):
        p = calibrate.scores(scores(model, x), table["slope"], table["offset"], rows.parent)
        on = measure.choose(p, table["threshold"], rows.parent, table["floor"])
        return measure.figures(p, gold, on)

    figures["dev_held"] = report(held, d.x["dev"])
    shipped = d.heads(np.arange(len(d.y)), shipped=True)
    figures["dev"] = report(shipped, d.x["dev_shipped"])
    print(f"dev {json.dumps(figures['dev'])}", flush=True)
    weights = {f"topics.head.{n}": p.detach().numpy() for n, p in shipped.named_parameters()}
    save_file(weights, str(job.heads / "topic_head.safetensors"))
    section = {
        "dim": shipped.wide.in_features, "dense": d.dense, "hidden": shipped.deep.out_features, "pooling": DENSE,
        "floor": table["floor"],
        "calibration": {"slope": five_digits(table["slope"]), "offset": five_digits(table["offset"])},
        "thresholds": five_digits(table["threshold"]),
        "precise_thresholds": [2.0 if cut is None else cut for cut in table["precision_95"]],
    }
    text = json.dumps({"section": section, "figures": figures}, indent=1)
    (job.heads / "topic_head.json").write_text(text + "\n", encoding="utf-8")
