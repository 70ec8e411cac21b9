"""all-mpnet-base-v2 as a topic teacher: the encoder's forward pass and its fine-tuning.

In: WORK/rows.pkl and the folder with model.safetensors and tokenizer.json (Apache-2.0). Out:
WORK/mpnet.pt (fine-tuned weights), WORK/mpnet.annotated.npy (logits of the validation rows),
WORK/mpnet.pool.npy and mpnet.pick.npy (logits of part of the pool, and which part).

Ten times MiniLM's arithmetic, so it reads less of the pool: a part of what MiniLM reads. Batches,
padding, labels, the loop and the steps around it are minilm.py's.
"""

import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import minilm

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
        minilm.fill(self, folder, "mpnet.", {"relative.weight": "encoder.relative_attention_bias.weight"}, {
            "q": "attention.attn.q", "k": "attention.attn.k", "v": "attention.attn.v", "o": "attention.attn.o",
            "norm1": "attention.LayerNorm"})


READ = 40_000  # rows of the pool: the first of those that MiniLM reads, which are in random order


def main(data, folder, work, threads=1, log=lambda s: print(s, flush=True)):
    torch.set_num_threads(int(threads))
    work = Path(work)
    model, tokenizer, groups = minilm.fine_tune("mpnet", Encoder, EPOCHS, RATE, FROZEN, data, folder, work, log)
    pick = np.load(work / "minilm.pick.npy")[:READ]
    np.save(work / "mpnet.pick.npy", pick)
    minilm.read(model, tokenizer, groups, pick, range(0, len(pick), minilm.BLOCK), work / "mpnet.pool.npy", log)


if __name__ == "__main__":
    main(*sys.argv[1:])
