"""all-MiniLM-L6-v2 as a topic teacher: the encoder's forward pass and its fine-tuning.

In: WORK/topics/rows and the encoder's folder (Apache-2.0). Out, in WORK/topics: minilm.pt (fine-tuned
weights), minilm.annotated.npy (logits of the validation rows), minilm.pool.npy and minilm.pick.npy
(logits of part of the pool, and which part).
Reads the first MAX_TOKENS (pool: POOL_TOKENS) pieces of title and text, no more. Weights are
kept in float32, matrix products run in bfloat16: reruns agree closely, not bit for bit, between
kinds of processor.
"""

import hashlib
import json
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from ..taxonomy import read as read_taxonomy
from .data import Groups, fold
from .teacher import pool_rows

MAX_TOKENS, POOL_TOKENS = 128, 96


class Layer(nn.Module):
    def __init__(self, width, inner, heads, eps=1e-12):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=eps) for _ in range(2))

    def forward(self, x, mask):
        b, n, width = x.shape
        q, k, v = (p(x).view(b, n, self.heads, -1).transpose(1, 2) for p in (self.q, self.k, self.v))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.o(a.transpose(1, 2).reshape(b, n, width)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


def settings(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def layers(asked, eps=1e-12):
    width, inner, heads = (asked[k] for k in ("hidden_size", "intermediate_size", "num_attention_heads"))
    return nn.ModuleList(Layer(width, inner, heads, eps) for _ in range(asked["num_hidden_layers"]))


def first_layers(model):
    """The third of a model's layers that is left as it comes, which saves a fifth of the time."""
    return tuple(f"layers.{i}." for i in range(len(model.layers) // 3))


class Encoder(nn.Module):
    def __init__(self, folder, labels):
        super().__init__()
        asked = settings(folder)
        width = asked["hidden_size"]
        self.word = nn.Embedding(asked["vocab_size"], width)
        self.position = nn.Embedding(asked["max_position_embeddings"], width)
        self.kind = nn.Parameter(torch.zeros(width))
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = layers(asked)
        self.head = nn.Linear(width, labels)
        nn.init.normal_(self.head.weight, std=0.02)

    def frozen(self):
        return ("word", "position", "kind", "norm.", *first_layers(self))

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
    w = load_file(str(folder / "model.safetensors"))
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


def tokenizer_of(folder):
    """The encoder's own tokenizer, which neither cuts nor pads."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer, group, most=MAX_TOKENS):
    texts = [(r["title"] + ". " if r["title"].strip() else "") + r["text"][:1500] for r in group]
    return [np.array(e.ids[:most]) for e in tokenizer.encode_batch(texts)]


def predict(model, ids):
    model.eval()
    lengths = np.array([len(i) for i in ids])
    out = np.zeros((len(ids), model.head.out_features), np.float16)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for pick in batches(lengths, 4096):
            out[pick] = model(*pad(ids, pick)).numpy()
    return out


def labels(group, codes):
    place = {c: i for i, c in enumerate(codes)}
    y = np.zeros((len(group), len(codes)), np.float32)
    for r, row in enumerate(group):
        for c in row["l1"] + row["l2"]:
            if c in place:
                y[r, place[c]] = 1
    return y


def train(model, ids, y, epochs, lr, seed, tokens=3072):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    lengths = np.array([len(i) for i in ids])
    frozen = model.frozen()
    head = [p for n, p in model.named_parameters() if n.startswith("head")]
    body = [p for n, p in model.named_parameters() if not n.startswith(("head", *frozen))]
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
            print(f"step {step}/{len(plan)} loss {mean:.3f} {time.time() - start:.0f} s", flush=True)


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


def to_read(groups, pool):
    """Places in the pool that MiniLM reads, in a fixed random order."""
    first = share(groups, pool, READ)
    have = set(first)
    second = [k for k in share(groups, pool, SECOND_READ) if k not in have]
    first, second = (np.random.default_rng(s).permutation(p) for s, p in enumerate((first, second)))
    return np.concatenate([first, second[:SECOND_HELPING]]).astype(np.int64)


def read(model, tokenizer, groups, pick, path):
    """Logits of the pool's rows `pick`, saved to `path` after each block."""
    pool = pool_rows(groups)
    ids = encode(tokenizer, [groups[pool[k][0]][pool[k][1]] for k in pick], POOL_TOKENS)
    print(f"{path.stem} reads {len(pick)} rows, {sum(map(len, ids))} tokens", flush=True)
    out = np.full((len(pick), model.head.out_features), np.nan, np.float16)
    for start in range(0, len(pick), BLOCK):
        out[start : start + BLOCK] = predict(model, ids[start : start + BLOCK])
        np.save(path, out)
        print(f"{path.stem} has read {min(len(pick), start + BLOCK)} rows", flush=True)


def fine_tune(job, name, make, folder, epochs, rate):
    """An encoder taught the annotated rows: (model, tokenizer, groups).

    `make`: the share of rows that have each label -> an encoder. Leaves NAME.pt, which is read if it is
    there, and NAME.annotated.npy.
    """
    codes = read_taxonomy(job).codes
    groups, tokenizer = Groups(job), tokenizer_of(folder)
    rows = groups["annotated"]
    ids, y = encode(tokenizer, rows), labels(rows, codes)
    folds = np.array([fold(r["id"]) for r in rows])
    inside, valid = np.where(folds != 0)[0], np.where(folds == 0)[0]
    torch.manual_seed(67280421310721)  # torch's start-up seed, in case an earlier step drew
    model = make(y[inside].mean(0))
    model.load(folder)
    weights = job.topics / f"{name}.pt"
    if weights.exists():
        model.load_state_dict(torch.load(weights, weights_only=True))
    else:
        train(model, [ids[i] for i in inside], y[inside], epochs, rate, seed=1)
        torch.save(model.state_dict(), weights)
    out = np.zeros(y.shape, np.float16)  # its own training rows are of no use to anyone
    out[valid] = predict(model, [ids[i] for i in valid])
    np.save(job.topics / f"{name}.annotated.npy", out)
    return model, tokenizer, groups


def main(job):
    def make(prior):
        return Encoder(job.minilm, len(prior))

    options = job.options
    model, tokenizer, groups = fine_tune(job, "minilm", make, job.minilm, options.minilm_epochs, options.minilm_rate)
    pick = to_read(groups, pool_rows(groups))
    np.save(job.topics / "minilm.pick.npy", pick)
    read(model, tokenizer, groups, pick, job.topics / "minilm.pool.npy")
