"""all-MiniLM-L6-v2 as a sentence encoder: texts in, unit vectors out.

In: a BERT encoder's folder (Apache-2.0); texts. Out: (texts, width), the mean over all tokens of a text ([CLS] and
[SEP] included, at most as many as the folder's window), of length 1.

Texts of equal length share a batch, so nothing is padded and nothing masked. `bfloat16` is for
training data (cosine with float32 above 0.999); the golden file uses float32.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

BATCH_TOKENS = 4096


def settings(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


class MiniLM:
    def __init__(self, folder, dtype=torch.bfloat16):
        config = settings(folder, "config.json")
        self.width, self.heads = config["hidden_size"], config["num_attention_heads"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(settings(folder, "sentence_bert_config.json")["max_seq_length"])
        self.weights = {k.removeprefix("bert."): v for k, v in load_file(folder / "model.safetensors").items()}
        self.dtype = dtype
        self.word = self.embedding("word_embeddings.weight")
        self.place = self.embedding("position_embeddings.weight") + self.embedding("token_type_embeddings.weight")[0]
        self.norm = (self.embedding("LayerNorm.weight"), self.embedding("LayerNorm.bias"))
        self.layers = [self.layer(i) for i in range(config["num_hidden_layers"])]
        del self.weights

    def embedding(self, part):
        return self.weights["embeddings." + part].float()

    def layer(self, i):
        def pair(part):
            return [self.weights[f"encoder.layer.{i}.{part}.{k}"].to(self.dtype) for k in ("weight", "bias")]

        qkv = [torch.cat(p) for p in zip(*(pair(f"attention.self.{n}") for n in ("query", "key", "value")))]
        return (qkv, pair("attention.output.dense"), pair("attention.output.LayerNorm"),
                pair("intermediate.dense"), pair("output.dense"), pair("output.LayerNorm"))

    def tokens(self, texts):
        return [e.ids for e in self.tokenizer.encode_batch(texts)]

    @torch.inference_mode()
    def forward(self, ids):
        """ids (texts, n), all real. Out: (texts, width), of length 1."""
        (b, n), width = ids.shape, self.width
        x = F.layer_norm(self.word[ids] + self.place[:n], (width,), *self.norm, 1e-12).to(self.dtype).view(b * n, width)
        for qkv, out, norm_1, up, down, norm_2 in self.layers:
            q, k, v = F.linear(x, *qkv).view(b, n, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
            a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b * n, width)
            x = F.layer_norm(F.linear(a, *out).add_(x), (width,), *norm_1, 1e-12)
            x = F.layer_norm(F.linear(F.gelu(F.linear(x, *up)), *down).add_(x), (width,), *norm_2, 1e-12)
        return F.normalize(x.view(b, n, width).float().mean(1), dim=1).numpy()

    def encode(self, texts):
        return self.encode_ids(self.tokens(texts))

    def encode_ids(self, ids):
        lengths = np.array([len(i) for i in ids], np.int64)
        out = np.zeros((len(ids), self.width), np.float32)
        order = np.argsort(lengths, kind="stable")
        edges = np.flatnonzero(np.diff(lengths[order])) + 1
        for group in np.split(order, edges):
            size = max(1, BATCH_TOKENS // max(1, lengths[group[0]])) if len(group) else 1
            for start in range(0, len(group), size):
                pick = group[start : start + size]
                out[pick] = self.forward(torch.tensor([ids[i] for i in pick]))
        return out
