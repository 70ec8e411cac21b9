"""Short and mixed texts for the student, labelled by MiniLM: headlines, bundles, mixtures.

In: WORK/rows.pkl, text/china_headlines.jsonl.xz, tokenizer.json,
WORK/minilm.pt, minilm.pool.npy, minilm.pick.npy, minilm.annotated.npy.
Out: WORK/short.npz: token streams (as tokens.npz), `p` soft labels, `kind` 0..3,
`named` the places of texts taken as education by their title (finish.py).

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

import pickle
import re
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

import minilm
import teacher
from data import REPORT, encode, fold, read, sentences, taxonomy, words

TITLES, BUNDLES, EACH = 40_000, 8_000, 700
TOKENS = 128
EDUCATION = re.compile(r"\b(education\w*|schools?|teachers?|students?|pupils?|universit\w+|classrooms?)\b", re.I)
UNSURE = 0.3  # a text whose title speaks of education, and that MiniLM holds for at least so likely


def plain(title, text=""):
    return {"title": title, "text": text}


def chinese(data, groups):
    known = {tuple(words(r["title"])) for name in ["annotated", *REPORT] for r in groups[name]}
    seen, out = set(), []
    for row in read(Path(data) / "text", "china_headlines", 0):
        key = tuple(words(row["title"]))
        if len(key) >= 3 and key not in known and key not in seen:
            seen.add(key)
            out.append(row["title"])
    return out


def bundles(titles, p, rng):
    """Three to six headlines of one best topic, the less common topics as often as the rest."""
    best = p[:, :17].argmax(1)
    sure = p[:, :17].max(1) > 0.5
    by = [np.where((best == j) & sure)[0] for j in range(17)]
    out = []
    for k in range(BUNDLES):
        pick = rng.choice(by[k % 17], size=rng.integers(3, 7), replace=False)
        lines = [titles[i] for i in pick]
        out.append(plain(lines[0], ".\n".join(lines[1:])))
    return out


def mixtures(rows, p, titles, political, rng):
    """Pool rows, EACH of every topic, with one to three political headlines among the sentences."""
    best, out = p[:, :17].argmax(1), []
    for j in range(17):
        here = np.where((best == j) & (p[:, j] > 0.5))[0]
        for i in rng.permutation(here)[:EACH]:
            body = sentences(rows[i]["text"][:1500])[: rng.integers(2, 6)]
            for t in rng.choice(political, size=rng.integers(1, 4)):
                body.insert(rng.integers(0, len(body) + 1), titles[t] + ".")
            out.append(plain(rows[i]["title"], "\n".join(body)))
    return out


def named(rows, p, codes):
    likely = p[:, codes.index("medtop:05000000")] > UNSURE
    return np.array([i for i, r in enumerate(rows) if likely[i] and EDUCATION.search(r["title"])])


def main(data, tokenizer_path, folder, work, log=print):
    work, start = Path(work), time.time()
    codes, _, _ = taxonomy(data)
    groups = pickle.load(open(work / "rows.pkl", "rb"))
    pool = teacher.pool_rows(groups)
    wordpiece = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    wordpiece.no_truncation()
    wordpiece.no_padding()
    model = minilm.Encoder(len(codes))
    model.load_state_dict(torch.load(work / "minilm.pt", weights_only=True))
    logits = lambda group: minilm.predict(model, minilm.encode(wordpiece, group, TOKENS))
    rng = np.random.default_rng(7)

    valid = np.array([i for i, r in enumerate(groups["annotated"]) if fold(r["id"]) == 0])
    rows = [groups["annotated"][i] for i in valid]
    y = minilm.labels(rows, codes)
    titled = [k for k, r in enumerate(rows) if r["title"].strip()]

    def stack(z, y):
        return teacher.fit([z], np.zeros_like(y), y)

    def soft(model, z):
        return teacher.apply(model, [z], np.zeros(z.shape, np.float16))

    whole = stack(np.load(work / "minilm.annotated.npy")[valid], y)
    short = stack(logits([plain(rows[k]["title"]) for k in titled]), y[titled])
    log(f"slopes: whole {whole.coef_[0].round(3)}, title alone {short.coef_[0].round(3)}")

    titles = chinese(data, groups)
    p0 = soft(short, logits([plain(t) for t in titles]))
    log(f"{len(titles)} headlines ({time.time() - start:.0f} s)")
    pick, z = np.load(work / "minilm.pick.npy"), np.load(work / "minilm.pool.npy")
    read_rows = [groups[pool[k][0]][pool[k][1]] for k in pick]
    p_read = soft(whole, z)
    some = [k for k in rng.permutation(len(pool)) if len(words(groups[pool[k][0]][pool[k][1]]["title"])) >= 4]
    own = [plain(groups[pool[k][0]][pool[k][1]]["title"]) for k in some[:TITLES]]
    p1 = soft(short, logits(own))
    log(f"{len(own)} titles ({time.time() - start:.0f} s)")
    bundle = bundles(titles, p0, rng)
    p2 = soft(whole, logits(bundle))
    political = np.where(p0[:, codes.index("medtop:11000000")] > 0.7)[0]
    mixed = mixtures(read_rows, p_read, titles, political, rng)
    p3 = soft(whole, logits(mixed))
    log(f"{len(bundle)} bundles, {len(mixed)} mixtures ({time.time() - start:.0f} s)")
    parts = [[plain(t) for t in titles], own, bundle, mixed]
    p, flat = np.concatenate([p0, p1, p2, p3]), [r for part in parts for r in part]
    arrays = encode(Tokenizer.from_file(str(tokenizer_path)), flat)
    np.savez(work / "short.npz", p=p, named=named(flat, p, codes),
             kind=np.repeat(np.arange(4, dtype=np.uint8), [len(p) for p in parts]),
             **{"short." + k: v for k, v in arrays.items()})
    log(f"short texts encoded ({time.time() - start:.0f} s)")
