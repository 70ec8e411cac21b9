"""Token rows by which own labels are compared: MiniLM's reading of sentences, learned by sums of rows.

In: the vocabulary, MiniLM's folder, sentences and titles of news, IPTC's labels with their definitions. Out:
WORK/labels/rows.safetensors, the tensors `labels.embeddings` of the model folder.

A text's vector is the sum of its tokens' rows. It learns to lie in the direction of MiniLM's vector of the text, of which
the axes with most variance are kept, each scaled down a little so that the first do not decide alone. The words of the
vocabulary are texts too, each alone: so a rare one has a row, and a name is read as in a sentence. The topic and the ranker rows know
what articles are filed under and what a summary says; that aces are of tennis, only a text's neighbours tell.
"""

import json
import random
import re

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

from . import library
from .heads.minilm_encoder import MiniLM
from .quantize import to_int4
from .rows import rows
from .topics.data import vocabulary_size

TAXONOMY = "topics/iptc_mediatopic_2025-10-09.json"
# Files, the share of the sentences that each gives, and how many of an article.
FILES = (("text/news.jsonl.xz", 0.4, 4), ("summaries/cnndm_train.jsonl.xz", 0.4, 4),
         ("summaries/teasers_train.jsonl.xz", 0.15, 3), ("topics/annotated_train.jsonl.xz", 0.05, 2))
SEED, BATCH, RATE, CHUNK = 5, 512, 3e-3, 20_000
WHITENED = 0.2  # an axis counts its variance to the power of 1/2 - this
COMMON = 1e-3  # a token in this share of the texts counts half at the start
SHORTEST, LONGEST, READ = 30, 250, 4000  # characters of a sentence; of an article, how many are read


def sentences(job):
    """Sentences and titles, drawn from all files."""
    draw, out = random.Random(SEED), []
    for name, share, most in FILES:
        found, wanted = [], int(share * job.options.label_texts)
        texts = [(row.get("title") or "", row["text"][:READ]) for row in rows(job.data, name) if row.get("text")]
        texts = draw.sample(texts, min(len(texts), wanted))
        for (title, text), encoded in zip(texts, library.encode(job.tokenizer, ({"text": text} for _, text in texts))):
            said = [text[start:end] for start, end in encoded.spans if SHORTEST < end - start < LONGEST]
            found += draw.sample(said, min(most - 1, len(said))) + [title] * (len(title) > SHORTEST)
        draw.shuffle(found)
        out += found[:wanted]
    return out


def listed(job):
    """IPTC's labels, alone and with their definitions."""
    for node in json.loads((job.data / TAXONOMY).read_text(encoding="utf-8"))["nodes"]:
        yield node["label"]
        if node.get("definition"):
            yield f"{node['label']}. {node['definition']}"


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def targets(vectors, words, dim):
    """Directions of texts and of words on the `dim` axes with most variance."""
    mean = vectors.mean(0)
    centred = unit(vectors - mean)
    variance, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    variance, axes = np.maximum(variance[::-1][:dim], 1e-9), axes[:, ::-1][:, :dim]
    print(f"{dim} axes keep {variance.sum():.3f} of the variance", flush=True)
    onto = axes * variance ** -WHITENED
    return unit(centred @ onto), unit(unit(words - mean) @ onto), unit((words - words.mean(0)) @ onto)


def learned(ids, aims, start, epochs):
    """The rows, from `start` on."""
    torch.manual_seed(SEED)
    table = torch.nn.EmbeddingBag(*start.shape, mode="sum", _weight=torch.from_numpy(start))
    lengths, aims = np.array([len(of) for of in ids]), torch.from_numpy(aims)
    optimizer = torch.optim.Adam(table.parameters(), lr=RATE)
    draw = np.random.default_rng(SEED)
    batches = -(-len(ids) // BATCH)
    for epoch in range(epochs):
        order, total = draw.permutation(len(ids)), 0.0
        for batch, picked in enumerate(np.array_split(order, batches)):
            optimizer.param_groups[0]["lr"] = RATE * (1 - (epoch * batches + batch) / (epochs * batches))
            flat = torch.from_numpy(np.concatenate([ids[i] for i in picked]))
            starts = torch.from_numpy(np.r_[0, np.cumsum(lengths[picked])[:-1]])
            loss = (1 - (F.normalize(table(flat, starts), dim=1) * aims[picked]).sum(1)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += float(loss)
        print(f"epoch {epoch}: 1 - cosine {total / batches:.4f}", flush=True)
    return table.weight.detach().numpy()


def main(job):
    vocabulary = json.loads(job.tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    words = [word for word in vocabulary if re.fullmatch("[a-z]{2,}", word)]
    texts = [*sentences(job), *listed(job)]
    ids = library.ids(job.tokenizer, texts)
    texts, ids = zip(*((text, of) for text, of in zip(texts, ids) if of))
    print(f"{len(texts):,} texts and {len(words):,} words", flush=True)
    encoder, vectors = MiniLM(job.minilm), []
    for start in range(0, len(texts), CHUNK):
        vectors.append(encoder.encode(list(texts[start : start + CHUNK])))
        print(f"{start + len(vectors[-1]):,} read", flush=True)
    aims, of_words, apart = targets(np.concatenate(vectors), encoder.encode(words), job.options.label_dim)
    size, places = vocabulary_size(job.tokenizer), [vocabulary[word] for word in words]
    seen = np.bincount([token for of in ids for token in set(of)], minlength=size) / len(ids)
    start = np.zeros((size, job.options.label_dim), np.float32)
    start[places] = apart
    start *= (COMMON / (COMMON + seen))[:, None].astype(np.float32)
    ids = [np.array(of) for of in (*ids, *([place] for place in places))]
    table = learned(ids, np.concatenate([aims, of_words]).astype(np.float32), start, job.options.label_epochs)
    weight, scale = to_int4(table)
    (job.work / "labels").mkdir(exist_ok=True)
    save_file({"labels.embeddings.weight": weight, "labels.embeddings.scale": scale}, str(job.work / "labels/rows.safetensors"))
