"""The sentence ranker with MiniLM's vectors beside the embedded model's own.

In: prepared rows (../rank/prepare.py) with `dense` (sentences, width) added, options, the embedded model's weights.
Out: a trained `DenseRanker` (the running average of its weights). Same labels and losses as ../rank/fit.py; the
sentence rows of the embedded model are read, never moved. Inside, dense inputs are multiplied by DENSE_SCALE,
since a component of a unit vector is about 0.05; `folded` puts the factor into the weights.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from ..rank import fit
from ..rank.model import Layer, Shape

DENSE_SCALE = 10.0


class DenseRanker(nn.Module):
    def __init__(self, shape, dense, table, dropout=0.1, drop_dense=0.0):
        super().__init__()
        self.shape, self.dense, self.drop_dense = shape, dense, drop_dense
        self.register_buffer("table", table)
        self.enter = nn.Linear(shape.embedding + dense + shape.features, shape.width)
        self.place = nn.Parameter(torch.randn(shape.places, shape.width) * 0.02)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.score = nn.Linear(shape.width, shape.outputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch):
        v = F.embedding_bag(batch["tokens"], self.table, batch["offsets"], mode="sum", per_sample_weights=batch["weights"])
        dense = F.dropout(batch["dense"] * DENSE_SCALE, self.drop_dense, self.training)
        b, n = batch["mask"].shape
        x = v.new_zeros(b, n, self.shape.width)
        x[batch["mask"]] = self.dropout(self.enter(torch.cat([v, dense, batch["features"]], 1)))
        x = x + self.place[torch.arange(n).clamp(max=self.shape.places - 1)]
        mask = batch["mask"][:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return self.score(self.norm(x))

    def start_from(self, tensors):
        """The embedded ranker's weights, where the shapes allow; zeros for the dense inputs."""
        e, theirs = self.shape.embedding, tensors["enter.weight"]
        with torch.no_grad():
            for name, p in self.named_parameters():
                if name == "enter.weight":
                    p.zero_()
                    p[:, :e], p[:, e + self.dense :] = theirs[:, :e], theirs[:, e:]
                else:
                    p.copy_(tensors[name])
        return self

    def folded(self):
        """Weights by name, as they are stored."""
        e = self.shape.embedding
        out = {n: p.detach().clone() for n, p in self.named_parameters()}
        out["enter.weight"][:, e : e + self.dense] *= DENSE_SCALE
        return {n: p.numpy() for n, p in out.items()}


def collate(rows, drop=0.0, random=None, bare=0.0):
    out = fit.collate(rows, drop, random, bare)
    out["dense"] = torch.from_numpy(np.concatenate([r["dense"] for r in rows]).astype(np.float32))
    return out


def train(rows, options, table, begin):
    """`begin`: the embedded ranker's weights to start from."""
    torch.manual_seed(options["seed"])
    random = np.random.default_rng(options["seed"])
    width = rows[0]["dense"].shape[1]
    model = DenseRanker(Shape(**options["shape"]), width, table, options["dropout"], options["drop_dense"])
    model.start_from(begin)
    opt = torch.optim.AdamW(model.parameters(), lr=options["lr"], weight_decay=options["weight_decay"],
                            betas=(0.9, 0.98), fused=True)

    def pace(rate, step, total):
        return rate * (min(1.0, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * min(1, step / total)) * 0.98))

    return fit.learn(model, opt, pace, rows, options, collate, random)
