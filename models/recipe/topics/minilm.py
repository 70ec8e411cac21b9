"""all-MiniLM-L6-v2 as a topic teacher: the encoder's forward pass and its fine-tuning.

In: WORK/rows.pkl and the folder with model.safetensors and tokenizer.json (Apache-2.0).
Out: WORK/minilm.pt (fine-tuned weights), WORK/minilm.annotated.npy (logits of the validation
rows), WORK/minilm.pool.npy and minilm.pick.npy (logits of part of the pool, and which part).
Reads the first MAX_TOKENS (pool: POOL_TOKENS) pieces of title and text, no more. Weights are
kept in float32, matrix products run in bfloat16: reruns agree closely, not bit for bit, between
kinds of processor.
"""

import hashlib
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from data import fold, taxonomy

MAX_TOKENS, POOL_TOKENS = 128, 96
LAYERS, HEADS, WIDTH = 6, 12, 384
# left as they come, which saves a fifth of the time
FROZEN = ("word", "position", "kind", "norm.", "layers.0.", "layers.1.")


class Layer(nn.Module):
    def __init__(self, width=WIDTH, heads=HEADS, eps=1e-12):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=eps) for _ in range(2))

    def forward(self, x, mask):
        b, n, width = x.shape
        q, k, v = (p(x).view(b, n, self.heads, -1).transpose(1, 2) for p in (self.q, self.k, self.v))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.o(a.transpose(1, 2).reshape(b, n, width)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Encoder(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.word, self.position = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, labels)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids, lengths):
        n = ids.shape[1]
        x = self.norm(self.word(ids) + self.position.weight[:n] + self.kind)
        real = torch.arange(n)[None] < lengths[:, None]
        mask = torch.zeros(len(ids), 1, 1, n, dtype=torch.bfloat16)
        mask.masked_fill_(~real[:, None, None], -1e4)
        x = x.to(torch.bfloat16)
        for layer in self.layers:
            x = layer(x, mask)
        x = (x.float() * real[..., None]).sum(1) / lengths[:, None]
        return self.head(F.dropout(x, 0.1, self.training)).float()

    def load(self, folder):
        w = fill(self, folder, "bert.", {}, {
            "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
            "o": "attention.output.dense", "norm1": "attention.output.LayerNorm"})
        self.kind.data.copy_(w["embeddings.token_type_embeddings.weight"][0])


def fill(model, folder, prefix, names, attention):
    """The encoder of a folder's model.safetensors put into `model`, and all its tensors by name.

    `names`: what else goes where, ours to theirs; `attention`: the same for the parts of a layer that
    encoders call by different names.
    """
    w = load_file(str(Path(folder) / "model.safetensors"))
    w = {k.removeprefix(prefix): v.float() for k, v in w.items()}
    put = {"word.weight": "embeddings.word_embeddings.weight",
           "position.weight": "embeddings.position_embeddings.weight"} | names
    layer = attention | {"up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"}
    for part in ("weight", "bias"):
        put[f"norm.{part}"] = f"embeddings.LayerNorm.{part}"
        for i in range(len(model.layers)):
            for mine, theirs in layer.items():
                put[f"layers.{i}.{mine}.{part}"] = f"encoder.layer.{i}.{theirs}.{part}"
    state = model.state_dict()
    for mine, theirs in put.items():
        assert state[mine].shape == w[theirs].shape, mine
        state[mine] = w[theirs]
    model.load_state_dict(state)
    return w


def batches(lengths, tokens, rng=None):
    """Rows of like length together, about `tokens` pieces a batch; shuffled if rng is given."""
    noise = rng.random(len(lengths)) * 16 if rng is not None else 0
    order = np.argsort(lengths + noise, kind="stable")
    out, start = [], 0
    while start < len(order):
        size = max(1, tokens // max(1, lengths[order[min(len(order) - 1, start + 16)]]))
        out.append(order[start : start + size])
        start += size
    if rng is not None:
        rng.shuffle(out)
    return out


def pad(ids, pick):
    lengths = torch.tensor([len(ids[i]) for i in pick])
    out = torch.zeros(len(pick), int(lengths.max()), dtype=torch.long)
    for r, i in enumerate(pick):
        out[r, : len(ids[i])] = torch.from_numpy(ids[i])
    return out, lengths


def encode(tokenizer, group, most=MAX_TOKENS):
    texts = [(r["title"] + ". " if r["title"].strip() else "") + r["text"][:1500] for r in group]
    return [np.array(e.ids[:most]) for e in tokenizer.encode_batch(texts)]


def predict(model, ids, log=""):
    model.eval()
    lengths = np.array([len(i) for i in ids])
    out, start, done = np.zeros((len(ids), model.head.out_features), np.float16), time.time(), 0
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for k, pick in enumerate(batches(lengths, 4096)):
            out[pick] = model(*pad(ids, pick)).numpy()
            done += len(pick)
            if log and k % 200 == 0:
                print(f"{log}: {done}/{len(ids)} {time.time() - start:.0f} s", flush=True)
    return out


def labels(group, codes):
    place = {c: i for i, c in enumerate(codes)}
    y = np.zeros((len(group), len(codes)), np.float32)
    for r, row in enumerate(group):
        for c in row["l1"] + row["l2"]:
            if c in place:
                y[r, place[c]] = 1
    return y


def train(model, ids, y, epochs, lr, seed, log=print, tokens=3072, *, frozen):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    lengths = np.array([len(i) for i in ids])
    head = [p for n, p in model.named_parameters() if n.startswith("head")]
    body = [p for n, p in model.named_parameters()
            if not n.startswith(("head",) + frozen)]
    opt = torch.optim.AdamW([{"params": body, "lr": lr}, {"params": head, "lr": lr * 10}],
                            weight_decay=0.01, betas=(0.9, 0.98))
    for n, p in model.named_parameters():
        p.requires_grad_(not n.startswith(frozen))
    plan = [b for _ in range(epochs) for b in batches(lengths, tokens, rng)]
    peak = [g["lr"] for g in opt.param_groups]
    start, mean = time.time(), None
    model.train()
    for step, pick in enumerate(plan):
        t = step / len(plan)
        for g, p in zip(opt.param_groups, peak):
            g["lr"] = p * min(1, t / 0.06) * (1 - t)
        x, n = pad(ids, pick)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(x, n)
        target = torch.from_numpy(y[pick])
        loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(1).mean()
        opt.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(body + head, 5.0)
        opt.step()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 20 == 0:
            log(f"step {step}/{len(plan)} loss {mean:.3f} {time.time() - start:.0f} s")


# share of each source of the pool that is read: reading all of it would take hours
READ = {"rss": 0.24, "others": 0.12, "dailymail": 0.22, "allsides": 0.25, "news": 0.22}
SECOND_READ = {"rss": 0.48, "others": 0.24, "dailymail": 0.44, "allsides": 0.5, "news": 0.5}
SECOND_HELPING = 32_000  # rows of SECOND_READ beyond READ
BLOCK = 4000


def share(groups, pool, shares):
    """Places in the pool whose id's hash falls within its source's share."""
    pick = []
    for k, (group, i) in enumerate(pool):
        row = groups[group][i]
        kind = "news" if group == "unlabelled" else next((s for s in shares if row["source"].startswith(s)), "others")
        if int(hashlib.sha1(("lm" + row["id"]).encode()).hexdigest()[:4], 16) < shares[kind] * 65536:
            pick.append(k)
    return pick


def read_pool(model, tokenizer, groups, work, log=print):
    """Logits for a fixed part of the pool, in a fixed random order, saved block by block."""
    from teacher import pool_rows

    pool = pool_rows(groups)
    first = share(groups, pool, READ)
    have = set(first)
    second = [k for k in share(groups, pool, SECOND_READ) if k not in have]
    first, second = (np.random.default_rng(s).permutation(p) for s, p in enumerate((first, second)))
    pick = np.concatenate([first, second[:SECOND_HELPING]])
    np.save(Path(work) / "minilm.pick.npy", pick)
    read(model, tokenizer, groups, pick, [*range(0, len(first), BLOCK), *range(len(first), len(pick), BLOCK)],
         Path(work) / "minilm.pool.npy", log)


def read(model, tokenizer, groups, pick, starts, path, log):
    """Logits of the pool's rows `pick`, saved to `path` after each block."""
    from teacher import pool_rows

    pool = pool_rows(groups)
    ids = encode(tokenizer, [groups[pool[k][0]][pool[k][1]] for k in pick], POOL_TOKENS)
    log(f"{path.stem} reads {len(pick)} rows, {sum(map(len, ids))} tokens")
    out = np.full((len(pick), model.head.out_features), np.nan, np.float16)
    starts = list(starts)
    for start, stop in zip(starts, starts[1:] + [len(pick)]):
        out[start:stop] = predict(model, ids[start:stop])
        np.save(path, out)
        log(f"{path.stem} has read {stop} rows")


def fine_tune(name, make, epochs, lr, frozen, data, folder, work, log):
    """An encoder taught the annotated rows: (model, tokenizer, groups).

    `make`: the share of rows that have each label -> an encoder. Leaves WORK/NAME.pt, which is read if it is
    there, and WORK/NAME.annotated.npy.
    """
    work = Path(work)
    codes, _, _ = taxonomy(data)
    groups = pickle.load(open(work / "rows.pkl", "rb"))
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = groups["annotated"]
    ids, y = encode(tokenizer, rows), labels(rows, codes)
    folds = np.array([fold(r["id"]) for r in rows])
    inside, valid = np.where(folds != 0)[0], np.where(folds == 0)[0]
    torch.manual_seed(67280421310721)  # torch's start-up seed, in case an earlier step drew
    model = make(y[inside].mean(0))
    model.load(folder)
    weights = work / f"{name}.pt"
    if weights.exists():
        model.load_state_dict(torch.load(weights, weights_only=True))
    else:
        train(model, [ids[i] for i in inside], y[inside], epochs, lr, 1, log, frozen=frozen)
        torch.save(model.state_dict(), weights)
    out = np.zeros(y.shape, np.float16)  # its own training rows are of no use to anyone
    out[valid] = predict(model, [ids[i] for i in valid])
    np.save(work / f"{name}.annotated.npy", out)
    return model, tokenizer, groups


def main(data, folder, work, epochs=2, threads=1, log=lambda s: print(s, flush=True)):
    torch.set_num_threads(int(threads))
    make = lambda prior: Encoder(len(prior))
    model, tokenizer, groups = fine_tune("minilm", make, int(epochs), 1.5e-4, FROZEN, data, folder, work, log)
    read_pool(model, tokenizer, groups, work, log)


if __name__ == "__main__":
    main(*sys.argv[1:])
