"""The topic head: static and dense vector side by side, a wide layer and one hidden layer.

In: parts, each (xs, xd, targets, weights or None, share of its rows an epoch). Out: a trained `Head`.

    x = [xs, xd]                                     (160 + 384), both normalized
    h = relu(deep x + deep_bias)                     (hidden)
    logits = wide x + out h + wide_bias              (137)
"""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    def __init__(self, dim, labels, hidden, prior=None):
        super().__init__()
        self.wide, self.deep = nn.Linear(dim, labels), nn.Linear(dim, hidden)
        self.out = nn.Linear(hidden, labels, bias=False)
        nn.init.normal_(self.wide.weight, std=0.02)
        nn.init.zeros_(self.out.weight)
        if prior is not None:
            self.wide.bias.data = torch.logit(torch.as_tensor(prior).float().clamp(1e-4, 0.5))

    def forward(self, x, drop=0.0):
        h = F.dropout(F.relu(self.deep(x)), drop, drop > 0)
        return self.wide(x) + self.out(h)


def scores(model, x):
    with torch.no_grad():
        return model(torch.from_numpy(x)).numpy()


def train(model, parts, epochs, lr, seed, size=64, drop=0.2, drop_static=0.2, drop_dense=0.2, hide_static=0.0,
          noise=0.0, decay=1e-5, average=0.0, static=160, smooth=0.0):
    """`drop_*` drop single inputs, `hide_static` a row's whole static vector."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    opt = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=decay / lr if decay else 0.0, betas=(0.9, 0.98))
    plan = []
    for _ in range(epochs):
        epoch = []
        for k, (x, _, _, share) in enumerate(parts):
            order = np.concatenate([rng.permutation(len(x)) for _ in range(int(np.ceil(share)))])[: int(len(x) * share)]
            epoch += [(k, order[i : i + size]) for i in range(0, len(order), size)]
        plan += [epoch[i] for i in rng.permutation(len(epoch))]
    mean = copy.deepcopy(model) if average else None
    for step, (k, pick) in enumerate(plan):
        t = step / len(plan)
        for g in opt.param_groups:
            g["lr"] = lr * min(1, t / 0.03) * max(0.02, 1 - t)
        x, y, w, _ = parts[k]
        a = torch.from_numpy(x[pick])
        if noise:
            a = a + noise * torch.randn_like(a)
        xs, xd = F.dropout(a[:, :static], drop_static), F.dropout(a[:, static:], drop_dense)
        if hide_static:
            xs = xs * (torch.rand(len(a), 1) >= hide_static)
        logits = model(torch.cat([xs, xd], 1), drop)
        loss = F.binary_cross_entropy_with_logits(logits, torch.from_numpy(np.asarray(y[pick], np.float32)), reduction="none")
        if w is not None:
            loss = loss * torch.from_numpy(np.asarray(w[pick], np.float32))
        opt.zero_grad(set_to_none=True)
        loss.sum(1).mean().backward()
        opt.step()
        if average:
            with torch.no_grad():
                for m, p in zip(mean.parameters(), model.parameters()):
                    m.lerp_(p, max(1 - average, 1 / (step + 10)))
    return mean if average else model
