"""Short and mixed texts for the student, labelled by MiniLM: headlines, bundles, mixtures.

In: WORK/topics/rows, DATA/text/china_headlines.jsonl.xz, the vocabulary, and of MiniLM (minilm.py) its weights
and what it read. Out, in WORK/topics: short.jsonl (the texts) and short.npz: token streams (as tokens.npz), `p`
soft labels, `kind` 0..3, `named` the places of texts taken as education by their title (finish.py).

The annotated articles are long, and few come from the official media of China, where every
story is wrapped in the words of party and state. A bag of words then takes the wrapping for
the subject. MiniLM reads past it, so it labels for the student:

    0  headlines of Chinese media, alone
    1  titles of pool rows, alone
    2  bundles: a few such headlines with the same best topic, as one article
    3  mixtures: pool rows (as many of each topic) with political headlines between the sentences

MiniLM's logits become probabilities by a slope and an offset fitted on the validation split,
read in the same way (titles alone for 0 and 1). Headlines that are also titles of report rows
or of annotated rows are dropped.
"""

import json
import re

import numpy as np
import torch

from ..taxonomy import read as read_taxonomy
from . import data, minilm, teacher
from .measure import LEVEL1

TOKENS = 128
MOST_CHARS = 1500  # of an article, where its sentences are mixed with headlines
BUNDLE = (3, 7)  # headlines, from and below
EDUCATION_CODE, POLITICS_CODE = "medtop:05000000", "medtop:11000000"
EDUCATION = re.compile(r"\b(education\w*|schools?|teachers?|students?|pupils?|universit\w+|classrooms?)\b", re.I)
POLITICAL = 0.7


def plain(title, text=""):
    return {"title": title, "text": text}


def chinese(folder, groups):
    known = {tuple(data.words(r["title"])) for name in ["annotated", *data.REPORT] for r in groups[name]}
    seen, out = set(), []
    for row in data.read(folder / "text", "china_headlines", 0):
        key = tuple(data.words(row["title"]))
        if len(key) >= 3 and key not in known and key not in seen:
            seen.add(key)
            out.append(row["title"])
    return out


def bundles(titles, p, options, rng):
    """A few headlines of one best topic, the less common topics as often as the rest."""
    best = p[:, :LEVEL1].argmax(1)
    sure = p[:, :LEVEL1].max(1) > options.sure
    by = [np.where((best == j) & sure)[0] for j in range(LEVEL1)]
    by = [places for places in by if len(places) >= BUNDLE[1] - 1]
    out = []
    for k in range(options.bundles if by else 0):
        pick = rng.choice(by[k % len(by)], size=rng.integers(*BUNDLE), replace=False)
        lines = [titles[i] for i in pick]
        out.append(plain(lines[0], ".\n".join(lines[1:])))
    return out


def mixtures(rows, p, titles, political, options, rng):
    """Pool rows, as many of every topic, with one to three political headlines among the sentences."""
    best, out = p[:, :LEVEL1].argmax(1), []
    for j in range(LEVEL1):
        here = np.where((best == j) & (p[:, j] > options.sure))[0]
        for i in rng.permutation(here)[: options.mixtures]:
            near = [rows[i]["text"][start:end] for start, end in rows[i]["sentences"] if end <= MOST_CHARS]
            body = near[: rng.integers(2, 6)]
            for t in rng.choice(political, size=rng.integers(1, 4)):
                body.insert(rng.integers(0, len(body) + 1), titles[t] + ".")
            out.append(plain(rows[i]["title"], "\n".join(body)))
    return out


def named(rows, p, codes, options):
    """Places of texts whose title speaks of education, and that MiniLM does not hold for unlikely."""
    likely = p[:, codes.index(EDUCATION_CODE)] > options.unsure
    return np.array([i for i, r in enumerate(rows) if likely[i] and EDUCATION.search(r["title"])], np.int64)


def stack(z, y):
    return teacher.fit([z], np.zeros_like(y), y)


def soft(model, z):
    return teacher.apply(model, [z], np.zeros(z.shape, np.float16))


def main(job):
    options, codes, groups = job.options, read_taxonomy(job).codes, data.Groups(job)
    pool = teacher.pool_rows(groups)
    pool_row = [groups[group][i] for group, i in pool]
    wordpiece = minilm.tokenizer_of(job.minilm)
    model = minilm.Encoder(job.minilm, len(codes))
    model.load_state_dict(torch.load(job.topics / "minilm.pt", weights_only=True))
    rng = np.random.default_rng(7)

    def logits(group):
        return minilm.predict(model, minilm.encode(wordpiece, group, TOKENS))

    valid = np.array([i for i, r in enumerate(groups["annotated"]) if data.fold(r["id"]) == 0])
    rows = [groups["annotated"][i] for i in valid]
    y = minilm.labels(rows, codes)
    titled = [k for k, r in enumerate(rows) if r["title"].strip()]
    whole = stack(np.load(job.topics / "minilm.annotated.npy")[valid], y)
    short = stack(logits([plain(rows[k]["title"]) for k in titled]), y[titled])
    print(f"slopes: whole {whole.coef_[0].round(3)}, title alone {short.coef_[0].round(3)}", flush=True)

    titles = chinese(job.data, groups)
    p0 = soft(short, logits([plain(t) for t in titles]))
    print(f"{len(titles)} headlines", flush=True)
    pick, z = np.load(job.topics / "minilm.pick.npy"), np.load(job.topics / "minilm.pool.npy")
    p_read = soft(whole, z)
    some = [k for k in rng.permutation(len(pool)) if len(data.words(pool_row[k]["title"])) >= 4]
    own = [plain(pool_row[k]["title"]) for k in some[: options.titles]]
    p1 = soft(short, logits(own))
    print(f"{len(own)} titles", flush=True)
    bundle = bundles(titles, p0, options, rng)
    p2 = soft(whole, logits(bundle))
    politics = p0[:, codes.index(POLITICS_CODE)]
    political = np.where(politics > POLITICAL)[0]
    if not len(political):
        political = politics.argmax(keepdims=True)
    mixed = mixtures([pool_row[k] for k in pick], p_read, titles, political, options, rng)
    p3 = soft(whole, logits(mixed))
    print(f"{len(bundle)} bundles, {len(mixed)} mixtures", flush=True)
    parts = [[plain(t) for t in titles], own, bundle, mixed]
    p, flat = np.concatenate([p0, p1, p2, p3]), [r for part in parts for r in part]
    arrays = data.named("short", data.encode(job.tokenizer, flat))
    with open(job.topics / "short.jsonl", "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in flat)
    np.savez(job.topics / "short.npz", p=p, named=named(flat, p, codes, options),
             kind=np.repeat(np.arange(4, dtype=np.uint8), [len(part) for part in parts]),
             vocabulary=np.array(data.vocabulary_size(job.tokenizer)), **arrays)
