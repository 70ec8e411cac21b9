"""The network: a document's sentences in, one logit a sentence out.

Sentence vector: mean of its tokens' embedding rows. Beside it the hand features and a learned vector
of the sentence's place (`min(i, PLACES - 1)`). Two pre-norm transformer layers over the sentences of a
window, then a linear score. Does not select.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from .names import FEATURES


@dataclass
class Shape:
    vocabulary: int = 20000
    embedding: int = 128
    features: int = len(FEATURES)
    width: int = 96
    heads: int = 4
    inner: int = 192
    layers: int = 2
    places: int = 64
    outputs: int = 2


class Layer(nn.Module):
    def __init__(self, s, dropout):
        super().__init__()
        self.heads = s.heads
        self.norm_1, self.norm_2 = nn.LayerNorm(s.width), nn.LayerNorm(s.width)
        self.qkv, self.out = nn.Linear(s.width, 3 * s.width), nn.Linear(s.width, s.width)
        self.up, self.down = nn.Linear(s.width, s.inner), nn.Linear(s.inner, s.width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        b, n, w = x.shape
        q, k, v = self.qkv(self.norm_1(x)).view(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.dropout(self.out(y.transpose(1, 2).reshape(b, n, w)))
        return x + self.dropout(self.down(F.relu(self.up(self.norm_2(x)))))


class Ranker(nn.Module):
    def __init__(self, s, dropout=0.1, rows=None):
        super().__init__()
        self.shape = s
        self.embeddings = nn.EmbeddingBag(s.vocabulary, s.embedding, mode="sum")
        if rows is None:
            nn.init.normal_(self.embeddings.weight, std=0.1)
        else:
            self.embeddings.weight.data.copy_(rows)
        self.enter = nn.Linear(s.embedding + s.features, s.width)
        self.place = nn.Parameter(torch.randn(s.places, s.width) * 0.02)
        self.layers = nn.ModuleList(Layer(s, dropout) for _ in range(s.layers))
        self.norm = nn.LayerNorm(s.width)
        self.score = nn.Linear(s.width, s.outputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch):
        """batch: see `fit.collate`. Out: logits (documents, sentences, outputs)."""
        v = self.embeddings(batch["tokens"], batch["offsets"], per_sample_weights=batch["weights"])
        b, n = batch["mask"].shape
        flat = torch.cat([v, batch["features"]], 1)
        x = v.new_zeros(b, n, self.shape.width)
        x[batch["mask"]] = self.dropout(self.enter(flat))
        x = x + self.place[torch.arange(n).clamp(max=self.shape.places - 1)]
        mask = batch["mask"][:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return self.score(self.norm(x))
