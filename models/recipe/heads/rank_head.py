"""The sentence ranker with MiniLM's vectors beside the embedded model's own.

In: prepared rows (../rank/prepare.py) with `dense` (sentences, 384) added, options, the embedded model's weights.
Out: a trained `DenseRanker` (the running average of its weights). Same labels and losses as ../rank/fit.py; the
sentence rows of the embedded model are read, never moved. Inside, dense inputs are multiplied by DENSE_SCALE,
since a component of a unit vector is about 0.05; `folded` puts the factor into the weights.
"""

import copy
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.append(str(Path(__file__).resolve().parent.parent / "rank"))
import fit  # noqa: E402
from model import Layer, Shape  # noqa: E402

DENSE, DENSE_SCALE = 384, 10.0


class DenseRanker(nn.Module):
    def __init__(self, shape, table, dropout=0.1, drop_dense=0.0):
        super().__init__()
        self.shape, self.drop_dense = shape, drop_dense
        self.register_buffer("table", table)
        self.enter = nn.Linear(shape.embedding + DENSE + shape.features, shape.width)
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
                    p[:, :e], p[:, e + DENSE :] = theirs[:, :e], theirs[:, e:]
                else:
                    p.copy_(tensors[name])
        return self

    def folded(self):
        """Weights by name, as they are stored."""
        e = self.shape.embedding
        out = {n: p.detach().clone() for n, p in self.named_parameters()}
        out["enter.weight"][:, e : e + DENSE] *= DENSE_SCALE
        return {n: p.numpy() for n, p in out.items()}


def collate(rows, drop=0.0, random=None, bare=0.0):
    out = fit.collate(rows, drop, random, bare)
    out["dense"] = torch.from_numpy(np.concatenate([r["dense"] for r in rows]).astype(np.float32))
    return out


def train(rows, options, table, begin=None, check=None):
    """`begin`: the embedded ranker's weights to start from, or None."""
    o = options
    torch.manual_seed(o["seed"])
    random = np.random.default_rng(o["seed"])
    model = DenseRanker(Shape(**o["shape"]), table, o["dropout"], o["drop_dense"])
    if begin is not None:
        model.start_from(begin)
    average = copy.deepcopy(model).eval()
    opt = torch.optim.AdamW(model.parameters(), lr=o["lr"], weight_decay=o["weight_decay"], betas=(0.9, 0.98), fused=True)
    epochs = o["epochs_sentences"] + o["epochs_sets"]
    per_epoch = len(fit.batches(rows, o["batch_sentences"], np.random.default_rng(0)))
    total, step, started, seen = epochs * per_epoch, 0, time.time(), []
    for epoch in range(epochs):
        model.train()
        by_sets = epoch >= o["epochs_sentences"]
        for picked in fit.batches(rows, o["batch_sentences"], random):
            group = [rows[i] for i in picked]
            rate = min(1.0, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * min(1, step / total)) * 0.98)
            for g in opt.param_groups:
                g["lr"] = o["lr"] * rate
            batch = collate(group, o["token_dropout"], random, bare=0.5)
            mask = batch["mask"]
            logits = model(batch)
            news = torch.tensor([r["part"] != "teasers" for r in group])
            target, target_one = fit.targets(group, mask.shape[1], mask, o["trust"])
            three = F.binary_cross_entropy_with_logits(logits[..., 0], target, reduction="none")
            three = (three * mask).sum(1) / 3
            one = -(target_one * logits[..., 1].masked_fill(~mask, -1e4).log_softmax(1)).sum(1)
            loss = (three * news).sum() / len(group) + (one * torch.where(news, o["one_on_news"], o["one_on_teasers"])).mean()
            if by_sets:
                loss = o["keep"] * loss
                which = news.nonzero()[:, 0]
                if len(which):
                    loss = loss + len(which) / len(group) * fit.set_loss(
                        logits[which, :, 0], mask[which], [group[i] for i in which], 3, o["among"], o["repeat"],
                        o["temperature"], o["pair_weight"], o["trust"])
            opt.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            opt.step()
            step += 1
            seen.append(float(loss.detach()))
            with torch.no_grad():
                decay = min(o["average"], step / (step + 10))
                for a, p in zip(average.parameters(), model.parameters()):
                    a.lerp_(p, 1 - decay)
            if step % 200 == 0:
                print(f"  step {step}/{total} loss {np.mean(seen[-200:]):.4f} {time.time() - started:.0f} s", flush=True)
        if check:
            print(f"epoch {epoch + 1}/{epochs} {time.time() - started:.0f} s: {check(average)}", flush=True)
    return average
