"""all-mpnet-base-v2 as a topic teacher: the encoder's forward pass and its fine-tuning.

In: WORK/rows.pkl and the folder with model.safetensors and tokenizer.json (Apache-2.0). Out:
WORK/mpnet.pt (fine-tuned weights), WORK/mpnet.annotated.npy (logits of the validation rows),
WORK/mpnet.pool.npy and mpnet.pick.npy (logits of part of the pool, and which part).

Ten times MiniLM's arithmetic, so it reads less of the pool: a part of what MiniLM reads. Batches,
padding, labels and the loop are minilm.py's.
"""

import math
import pickle
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

import minilm
from data import fold, taxonomy

LAYERS, HEADS, WIDTH, BUCKETS, FAR = 12, 12, 768, 32, 128
FIRST = 2  # the place of a text's first piece: 0 and 1 are taken, as in RoBERTa
FROZEN = ("word", "position", "norm.", "relative") + tuple(f"layers.{i}." for i in range(4))
RATE, EPOCHS = 5e-5, 2


def buckets(n):
    """T5's buckets of the distance from each place (row) to each other (column), both ways."""
    apart = torch.arange(n)[None] - torch.arange(n)[:, None]
    half = BUCKETS // 2
    near = half // 2
    size = apart.abs()
    log = near + (torch.log(size.clamp(min=1).float() / near) / math.log(FAR / near) * (half - near)).long()
    return (apart > 0).long() * half + torch.where(size < near, size, log.clamp(max=half - 1))


class Encoder(nn.Module):
    def __init__(self, prior):
        super().__init__()
        self.word, self.position = nn.Embedding(30527, WIDTH), nn.Embedding(514, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.relative = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(minilm.Layer(WIDTH, HEADS, 1e-5) for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, len(prior))
        nn.init.normal_(self.head.weight, std=0.02)
        self.head.bias.data = torch.logit(torch.from_numpy(prior).clamp(1e-4, 0.5))

    def mean(self, ids, lengths):
        n = ids.shape[1]
        x = self.norm(self.word(ids) + self.position.weight[FIRST : FIRST + n])
        real = torch.arange(n)[None] < lengths[:, None]
        bias = self.relative(buckets(n)).permute(2, 0, 1)[None]
        mask = torch.where(real[:, None, None], bias, torch.tensor(-1e4)).to(torch.bfloat16)
        x = x.to(torch.bfloat16) if torch.is_autocast_cpu_enabled() else x
        for layer in self.layers:
            x = layer(x, mask.to(x.dtype))
        return (x.float() * real[..., None]).sum(1) / lengths[:, None]

    def forward(self, ids, lengths):
        return self.head(F.dropout(self.mean(ids, lengths), 0.1, self.training)).float()

    def load(self, folder):
        w = load_file(str(Path(folder) / "model.safetensors"))
        w = {k.removeprefix("mpnet."): v.float() for k, v in w.items()}
        put = {"word.weight": "embeddings.word_embeddings.weight",
               "position.weight": "embeddings.position_embeddings.weight",
               "relative.weight": "encoder.relative_attention_bias.weight"}
        for part in ("weight", "bias"):
            put[f"norm.{part}"] = f"embeddings.LayerNorm.{part}"
            for i in range(LAYERS):
                for a, b in {"q": "attention.attn.q", "k": "attention.attn.k", "v": "attention.attn.v",
                             "o": "attention.attn.o", "norm1": "attention.LayerNorm", "up": "intermediate.dense",
                             "down": "output.dense", "norm2": "output.LayerNorm"}.items():
                    put[f"layers.{i}.{a}.{part}"] = f"encoder.layer.{i}.{b}.{part}"
        state = self.state_dict()
        for mine, theirs in put.items():
            assert state[mine].shape == w[theirs].shape, mine
            state[mine] = w[theirs]
        self.load_state_dict(state)


READ = 40_000  # rows of the pool: the first of those that MiniLM reads, which are in random order


def main(data, folder, work, threads=1, log=lambda s: print(s, flush=True)):
    torch.set_num_threads(int(threads))
    work = Path(work)
    codes, _, _ = taxonomy(data)
    groups = pickle.load(open(work / "rows.pkl", "rb"))
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = groups["annotated"]
    ids, y = minilm.encode(tokenizer, rows), minilm.labels(rows, codes)
    folds = np.array([fold(r["id"]) for r in rows])
    inside, valid = np.where(folds != 0)[0], np.where(folds == 0)[0]
    torch.manual_seed(67280421310721)  # torch's start-up seed, in case an earlier step drew
    model = Encoder(y[inside].mean(0))
    model.load(folder)
    weights = work / "mpnet.pt"
    if weights.exists():
        model.load_state_dict(torch.load(weights, weights_only=True))
    else:
        minilm.train(model, [ids[i] for i in inside], y[inside], EPOCHS, RATE, 1, log, frozen=FROZEN)
        torch.save(model.state_dict(), weights)
    out = np.zeros(y.shape, np.float16)  # its own training rows are of no use to anyone
    out[valid] = minilm.predict(model, [ids[i] for i in valid])
    np.save(work / "mpnet.annotated.npy", out)
    pick = np.load(work / "minilm.pick.npy")[:READ]
    np.save(work / "mpnet.pick.npy", pick)
    minilm.read(model, tokenizer, groups, pick, range(0, len(pick), minilm.BLOCK), work / "mpnet.pool.npy", log)


if __name__ == "__main__":
    main(*sys.argv[1:])
