"""The shipped network: a weighted bag of token and pair rows, a norm, a small head.

In: CSR features (features.py), target probabilities and per-entry loss weights.
Out: a trained `Student`. Nothing here knows where targets come from.

forward, for a batch:   u = X @ E                      (batch, DIM)   E: one row a token or pair
                        x = u / sqrt(mean(u^2) + EPS)                 RMS norm, no gain
                        h = relu(x @ W0 + b0)          (batch, HIDDEN)
                        logits = x @ W1 + h @ W2 + b   (batch, 137)
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .measure import LEVEL1

EPS = 1.0


class Bag(torch.autograd.Function):
    """X @ E for a scipy CSR X; gradient for E alone."""

    @staticmethod
    def forward(ctx, weight, x):
        ctx.x, ctx.shape = x, weight.shape
        return torch.from_numpy(x @ weight.detach().numpy())

    @staticmethod
    def backward(ctx, grad):
        return torch.from_numpy(ctx.x.T @ grad.numpy()), None


class Student(nn.Module):
    def __init__(self, features, labels, dim, hidden, prior=None):
        super().__init__()
        self.rows = nn.Parameter(torch.randn(features, dim) * 0.05)
        self.wide = nn.Linear(dim, labels)
        self.deep = nn.Linear(dim, hidden)
        self.out = nn.Linear(hidden, labels, bias=False)
        nn.init.normal_(self.wide.weight, std=0.02)
        nn.init.zeros_(self.out.weight)
        if prior is not None:
            self.wide.bias.data = torch.logit(torch.tensor(prior).float().clamp(1e-4, 0.5))

    def head(self, u, drop=0.0):
        x = u * torch.rsqrt(u.pow(2).mean(1, keepdim=True) + EPS)
        x = F.dropout(x, drop, drop > 0)
        h = F.dropout(F.relu(self.deep(x)), drop, drop > 0)
        return self.wide(x) + self.out(h)

    def forward(self, x, drop=0.0):
        return self.head(Bag.apply(self.rows, x), drop)


def read(path):
    """A student as `torch.save` left its weights."""
    state = torch.load(path, weights_only=True)
    (features, dim), (labels, hidden) = state["rows"].shape, state["out.weight"].shape
    model = Student(features, labels, dim, hidden)
    model.load_state_dict(state)
    return model


def scores(model, x, size=2048):
    with torch.no_grad():
        return np.concatenate([model(x[i : i + size]).numpy() for i in range(0, x.shape[0], size)])


def thin(x, rate, rng):
    """Drops features at random, as if the words had not been there."""
    if rate:
        x = x.copy()
        x.data *= (rng.random(len(x.data), dtype=np.float32) >= rate) / np.float32(1 - rate)
    return x


def probabilities(logits, target, weights):
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    if weights is not None:
        loss = loss * torch.from_numpy(np.asarray(weights, np.float32))
    return loss.sum(1).mean()


def train(model, parts, epochs, lr, seed, size=256, drop=0.2, word_drop=0.2, log=None):
    """`parts`: list of (X, targets, weights (n, L) or None, share of rows per epoch).

    Targets of shape (n, L) are probabilities. Of shape (n,), the place of one label of level 1 each that
    is true, the others unknown: it is to come first among those of its level, and nothing more.
    """
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    opt = torch.optim.Adam([{"params": [model.rows], "lr": lr[0]},
                            {"params": [p for n, p in model.named_parameters() if n != "rows"],
                             "lr": lr[1], "weight_decay": 1e-5}], betas=(0.9, 0.98), fused=True)
    peak = [g["lr"] for g in opt.param_groups]
    plan = []
    for _ in range(epochs):
        epoch = []
        for k, (x, _, _, share) in enumerate(parts):
            n = x.shape[0]
            order = np.concatenate([rng.permutation(n) for _ in range(int(np.ceil(share)))])[: int(n * share)]
            epoch += [(k, order[i : i + size]) for i in range(0, len(order), size)]
        plan += [epoch[i] for i in rng.permutation(len(epoch))]
    start, mean = time.time(), None
    for step, (k, pick) in enumerate(plan):
        t = step / len(plan)
        for g, p in zip(opt.param_groups, peak):
            g["lr"] = p * min(1, t / 0.03) * max(0.02, 1 - t)
        x, y, w, _ = parts[k]
        logits = model(thin(x[pick], word_drop, rng), drop)
        target = torch.from_numpy(np.asarray(y[pick], np.float32 if y.ndim == 2 else np.int64))
        if y.ndim == 1:
            loss = F.cross_entropy(logits[:, :LEVEL1], target)
        else:
            loss = probabilities(logits, target, w[pick] if w is not None else None)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if log and step % log == 0:
            print(f"  step {step}/{len(plan)} loss {mean:.3f} {time.time() - start:.0f} s", flush=True)
    return model
