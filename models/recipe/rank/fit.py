"""Prepared rows to a trained network.

In: prepared rows (`prepare.py`), options. Out: a `Ranker` (the running average of its weights).
Two stages in one run: first each sentence learns its chance to be in a good summary (`labels.py`);
then whole summaries are scored, as the sum of their sentences' logits less what they repeat, and the
summaries' true worth is the target. Chooses nothing by the report sets.
"""

import copy
import itertools
import math
import time

import numpy as np
import torch
import torch.nn.functional as F

from .model import Ranker, Shape


def flatten(row):
    """Once a row: its sentences' tokens end to end."""
    row["lengths"] = np.array([len(t) for t in row["ids"]])
    row["tokens"] = np.concatenate(row["ids"])
    return row


def batches(rows, budget, random):
    """Documents of like length together, at most `budget` sentences a batch, in random order."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["lengths"]) + random.random() * 6)
    out, batch = [], []
    for i in order:
        if batch and (len(batch) + 1) * max(len(rows[i]["lengths"]), len(rows[batch[-1]]["lengths"])) > budget:
            out.append(batch)
            batch = []
        batch.append(i)
    out.append(batch)
    random.shuffle(out)
    return out


def bag(tokens, lengths, drop, random):
    weights = np.ones(len(tokens), dtype=np.float32)
    if drop:
        weights[random.random(len(tokens)) < drop] = 0
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    kept = np.maximum(np.add.reduceat(weights, starts), 1)
    weights /= np.repeat(kept, lengths)
    return torch.from_numpy(tokens.astype(np.int64)), torch.from_numpy(starts), torch.from_numpy(weights)


def collate(rows, drop=0.0, random=None, bare=0.0):
    """tokens/offsets/weights of all sentences end to end, features (sentences, F), mask (documents, n)."""
    lengths = np.concatenate([r["lengths"] for r in rows])
    counts = torch.tensor([len(r["lengths"]) for r in rows])
    n = int(counts.max())
    out = {"mask": torch.arange(n)[None, :] < counts[:, None]}
    tokens = np.concatenate([r["tokens"] for r in rows])
    out["tokens"], out["offsets"], out["weights"] = bag(tokens, lengths, drop, random)
    # a title helps where there is one; half of the time it is hidden, so that its absence is known too
    given = [r["bare"] if bare and random.random() < bare else r["features"] for r in rows]
    out["features"] = torch.from_numpy(np.concatenate(given).astype(np.float32))
    return out


def pad(arrays, n):
    out = np.zeros((len(arrays), n) + tuple(np.max([a.shape[1:] for a in arrays], axis=0)), dtype=np.float32)
    for i, a in enumerate(arrays):
        out[(i, slice(len(a))) + tuple(slice(k) for k in a.shape[1:])] = a
    return torch.from_numpy(out)


def set_loss(logits, mask, rows, size, among, repeat, temperature, pair_weight, trust=0.0):
    """Cross entropy between sets weighted by their worth and sets weighted by the network.

    logits (documents, n) of the head for `size` sentences; the `among` best of each document are combined.
    """
    b, n = mask.shape
    among = min(among, n)
    sets = torch.tensor(list(itertools.combinations(range(among), size)))
    best = logits.detach().masked_fill(~mask, -1e4).topk(among, 1).indices
    pick = lambda a: a.gather(1, best[..., None].expand(-1, -1, a.shape[2]))
    uni, bi = pick(pad([r["uni"] for r in rows], n)), pick(pad([r["bi"] for r in rows], n))
    words = pad([r["words"] for r in rows], n).gather(1, best)[:, sets].sum(2)
    clipped = lambda table, key: torch.minimum(
        sum(table[:, sets[:, k]] for k in range(size)), pad([r[key] for r in rows], table.shape[2])[:, None]
    ).sum(2)
    f1 = lambda hits, said, key: 2 * hits / (said + pad_sums(rows, key)[:, None]).clamp(min=1)
    one = f1(clipped(uni, "ref_uni"), words, "ref_uni")
    two = f1(clipped(bi, "ref_bi"), (words - 1).clamp(min=0), "ref_bi")
    worth = (one + pair_weight * two) / (1 + pair_weight)
    whole = mask.gather(1, best)[:, sets].all(2)
    sum_of = lambda z: z.gather(1, best)[:, sets].sum(2)
    plan = sum_of(logits)
    theirs = sum_of(pad([r["taught"] for r in rows], n)[..., 0]) if trust else plan.detach()
    if size > 1:
        shared = np.zeros((b, n, n), dtype=np.float32)
        for i, r in enumerate(rows):
            shared[i, : len(r["overlap"]), : len(r["overlap"])] = r["overlap"]
        shared = torch.from_numpy(shared / 255)
        shared = shared.gather(1, best[:, :, None].expand(-1, -1, n)).gather(2, best[:, None, :].expand(-1, among, -1))
        for a, c in itertools.combinations(range(size), 2):
            twice = repeat * shared[:, sets[:, a], sets[:, c]]
            plan, theirs = plan - twice, theirs - twice
    usable = whole.any(1)
    plan, theirs, worth, whole = plan[usable], theirs[usable], worth[usable], whole[usable]
    target = (worth / temperature).masked_fill(~whole, -1e4).softmax(1)
    target = (1 - trust) * target + trust * theirs.masked_fill(~whole, -1e4).softmax(1)
    p = plan.masked_fill(~whole, -1e4).log_softmax(1)
    return -(target * p.masked_fill(~whole, 0)).sum(1).mean()


def pad_sums(rows, key):
    return torch.tensor([float(r[key].sum(dtype=np.int64)) for r in rows])


def teach(rows, teacher, share):
    """Adds `share` of a teacher's logits to each row's `taught` (n, outputs)."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["lengths"]))
    with torch.no_grad():
        for start in range(0, len(order), 48):
            picked = order[start : start + 48]
            logits = teacher(collate([rows[i] for i in picked])).numpy()
            for z, i in zip(logits, picked):
                z = share * z[: len(rows[i]["lengths"])]
                rows[i]["taught"] = rows[i]["taught"] + z if "taught" in rows[i] else z


def targets(group, n, mask, trust):
    """What each sentence should score: its labels, and for `trust` of it what the teachers say."""
    three, one = pad([r["three"] for r in group], n), pad([r["one"] for r in group], n)
    if trust:
        taught = pad([r["taught"] for r in group], n)
        three = (1 - trust) * three + trust * taught[..., 0].sigmoid()
        one = (1 - trust) * one + trust * taught[..., 1].masked_fill(~mask, -1e4).softmax(1)
    return three, one


def train(rows, options, begin=None, check=None, state=None):
    """`begin`: embedding rows to start from; `state`: weights to go on from. check(model) -> str is called now and then on the averaged model, for the log only."""
    o = options
    torch.manual_seed(o["seed"])
    random = np.random.default_rng(o["seed"])
    shape = Shape(**o["shape"])
    model = Ranker(shape, o["dropout"], begin)
    if state is not None:
        model.load_state_dict(state)
    fast = [p for n, p in model.named_parameters() if n.startswith("embeddings")]
    slow = [p for n, p in model.named_parameters() if not n.startswith("embeddings")]
    opt = torch.optim.AdamW(
        [{"params": fast, "lr": o["lr_embeddings"], "weight_decay": 0.0},
         {"params": slow, "lr": o["lr"], "weight_decay": 0.01}], betas=(0.9, 0.98), fused=True)

    def pace(rate, step, total):
        return rate * min(1.0, (step + 1) / 300) * (0.5 + 0.5 * math.cos(math.pi * min(1, step / total)) * 0.98)

    return learn(model, opt, pace, rows, o, collate, random, check)


@torch.no_grad()
def follow(average, model, step, most):
    """The running average after a step: `most` of it stays, less in the first steps."""
    decay = min(most, step / (step + 10))
    for a, p in zip(average.parameters(), model.parameters()):
        a.lerp_(p, 1 - decay)


def learn(model, opt, pace, rows, options, collate, random, check=None):
    """The steps of `train`, for any network over sentences: the running average of its weights.

    `pace`: (a group's full rate, step, steps in all) -> its rate; `collate`: as above.
    """
    o = options
    average = copy.deepcopy(model).eval()
    rates = [g["lr"] for g in opt.param_groups]
    epochs = o["epochs_sentences"] + o["epochs_sets"]
    per_epoch = len(batches(rows, o["batch_sentences"], np.random.default_rng(0)))
    total, step, started, seen = epochs * per_epoch, 0, time.time(), []
    for epoch in range(epochs):
        model.train()
        by_sets = epoch >= o["epochs_sentences"]
        for picked in batches(rows, o["batch_sentences"], random):
            group = [rows[i] for i in picked]
            for g, rate in zip(opt.param_groups, rates):
                g["lr"] = pace(rate, step, total)
            batch = collate(group, o["token_dropout"], random, bare=0.5)
            mask = batch["mask"]
            logits = model(batch)
            news = torch.tensor([r["part"] != "teasers" for r in group])
            target, target_one = targets(group, mask.shape[1], mask, o["trust"])
            three = F.binary_cross_entropy_with_logits(logits[..., 0], target, reduction="none")
            three = (three * mask).sum(1) / 3
            one = -(target_one * logits[..., 1].masked_fill(~mask, -1e4).log_softmax(1)).sum(1)
            loss = (three * news).sum() / len(group) + (one * torch.where(news, o["one_on_news"], o["one_on_teasers"])).mean()
            if by_sets:
                loss = o["keep"] * loss
                which = news.nonzero()[:, 0]
                if len(which):
                    loss = loss + len(which) / len(group) * set_loss(
                        logits[which, :, 0], mask[which], [group[i] for i in which], 3, o["among"], o["repeat"], o["temperature"], o["pair_weight"], o["trust"])
            opt.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            opt.step()
            step += 1
            seen.append(float(loss.detach()))
            follow(average, model, step, o["average"])
            if step % 200 == 0:
                print(f"  step {step}/{total} loss {np.mean(seen[-200:]):.4f} {time.time() - started:.0f} s", flush=True)
        if check:
            print(f"epoch {epoch + 1}/{epochs} {time.time() - started:.0f} s: {check(average)}", flush=True)
    return average
