"""The topic head: static and dense vector side by side, a wide layer and one hidden layer.

In: parts, each (inputs, targets, share of its rows an epoch). Out: a trained `Head`.

    x = [xs, xd]                                     (160 + 384), both normalized
    h = relu(deep x + deep_bias)                     (hidden)
    logits = wide x + out h + wide_bias              (137)
"""

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


def train(model, parts, static, epochs, lr, seed, size, drop, drop_static, drop_dense, decay=1e-5):
    """`static`: how many of the inputs are the embedded model's; `drop_*` drop single inputs."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    opt = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=decay / lr, betas=(0.9, 0.98))
    plan = []
    for _ in range(epochs):
        epoch = []
        for k, (x, _, share) in enumerate(parts):
            order = np.concatenate([rng.permutation(len(x)) for _ in range(int(np.ceil(share)))])[: int(len(x) * share)]
            epoch += [(k, order[i : i + size]) for i in range(0, len(order), size)]
        plan += [epoch[i] for i in rng.permutation(len(epoch))]
    for step, (k, pick) in enumerate(plan):
        t = step / len(plan)
        for g in opt.param_groups:
            g["lr"] = lr * min(1, t / 0.03) * max(0.02, 1 - t)
        x, y, _ = parts[k]
        a = torch.from_numpy(x[pick])
        xs, xd = F.dropout(a[:, :static], drop_static), F.dropout(a[:, static:], drop_dense)
        logits = model(torch.cat([xs, xd], 1), drop)
        target = torch.from_numpy(np.asarray(y[pick], np.float32))
        loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        opt.zero_grad(set_to_none=True)
        loss.sum(1).mean().backward()
        opt.step()
    return model
