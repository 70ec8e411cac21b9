"""all-mpnet-base-v2 as a topic teacher: the encoder's forward pass and its fine-tuning.

In: WORK/topics/rows and the encoder's folder (Apache-2.0). Out, in WORK/topics: mpnet.pt (fine-tuned
weights), mpnet.annotated.npy (logits of the validation rows), mpnet.pool.npy and mpnet.pick.npy
(logits of part of the pool, and which part).

Ten times MiniLM's arithmetic, so it reads less of the pool: a part of what MiniLM reads. Batches,
padding, labels, the loop and the steps around it are minilm.py's.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import minilm

FAR = 128  # places apart from which on all distances are one
FIRST = 2  # the place of a text's first piece: 0 and 1 are taken, as in RoBERTa


def buckets(n, count):
    """T5's buckets of the distance from each place (row) to each other (column), both ways."""
    apart = torch.arange(n)[None] - torch.arange(n)[:, None]
    half = count // 2
    near = half // 2
    size = apart.abs()
    log = near + (torch.log(size.clamp(min=1).float() / near) / math.log(FAR / near) * (half - near)).long()
    return (apart > 0).long() * half + torch.where(size < near, size, log.clamp(max=half - 1))


class Encoder(nn.Module):
    def __init__(self, folder, prior):
        super().__init__()
        asked = minilm.settings(folder)
        width, eps = asked["hidden_size"], asked["layer_norm_eps"]
        self.word = nn.Embedding(asked["vocab_size"], width)
        self.position = nn.Embedding(asked["max_position_embeddings"], width)
        self.norm = nn.LayerNorm(width, eps=eps)
        self.relative = nn.Embedding(asked["relative_attention_num_buckets"], asked["num_attention_heads"])
        self.layers = minilm.layers(asked, eps)
        self.head = nn.Linear(width, len(prior))
        nn.init.normal_(self.head.weight, std=0.02)
        self.head.bias.data = torch.logit(torch.from_numpy(prior).clamp(1e-4, 0.5))

    def frozen(self):
        return ("word", "position", "norm.", "relative", *minilm.first_layers(self))

    def mean(self, ids, lengths):
        n = ids.shape[1]
        x = self.norm(self.word(ids) + self.position.weight[FIRST : FIRST + n])
        real = torch.arange(n)[None] < lengths[:, None]
        bias = self.relative(buckets(n, self.relative.num_embeddings)).permute(2, 0, 1)[None]
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


def main(job):
    def make(prior):
        return Encoder(job.mpnet, prior)

    options = job.options
    model, tokenizer, groups = minilm.fine_tune(
        job, "mpnet", make, job.mpnet, options.mpnet_epochs, options.mpnet_rate)
    # The first of those that MiniLM reads, which are in random order.
    pick = np.load(job.topics / "minilm.pick.npy")[: options.mpnet_rows]
    np.save(job.topics / "mpnet.pick.npy", pick)
    minilm.read(model, tokenizer, groups, pick, job.topics / "mpnet.pool.npy")
