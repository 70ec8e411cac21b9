"""Own labels: what the three cosines count, and how their mean is read as a probability.

In: WORK/static.npz, WORK/vectors, WORK/topics, models/embedded, the data folder, the MiniLM wheel.
Out: WORK/own.json (shares, slope, offset, threshold, the table of tries) and WORK/dense_mean.npy.

Shares are chosen by how often the nearest label is a true one, on training rows alone: labels inside the
taxonomy (level-2 names, annotated rows outside the validation split) and outside it (Reuters-21578's training
rows). Slope and offset are Platt's, on annotated training rows with level-1 names as if they were own labels.
The topic vectors of annotated rows come from tables that never saw them (static.py).
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "topics"))
sys.path.append(str(HERE.parent))
import distil  # noqa: E402
import features  # noqa: E402
from data import encode, sentences  # noqa: E402
from minilm_encoder import MiniLM  # noqa: E402
from platt import platt  # noqa: E402
from quantize import from_int8  # noqa: E402
from rows import rows as read_rows  # noqa: E402
from static import shipped_rows  # noqa: E402
from topic_rows import DENSE, Dense, normalized  # noqa: E402

PLATT_ROWS, EACH, THRESHOLD = 3000, 1500, 0.4
SHARES = [(a, b, c) for a in (0, 1, 2, 3) for b in (0, 1, 2) for c in (0, 1, 2, 3, 4, 6) if a + b + c]
REUTERS = {  # what Reuters' codes stand for
    "acq": "acquisitions, mergers and takeovers of companies", "earn": "company earnings, profit and dividends",
    "crude": "crude oil", "money-fx": "foreign exchange, money market", "grain": "grain, wheat and corn",
    "ship": "shipping", "interest": "interest rates", "trade": "trade balance and tariffs",
    "cpi": "consumer price index, inflation", "gnp": "gross national product, growth",
    "jobs": "jobs and unemployment", "nat-gas": "natural gas", "iron-steel": "iron and steel",
    "veg-oil": "vegetable oil", "ipi": "industrial production", "reserves": "currency reserves",
    "money-supply": "money supply", "livestock": "livestock, cattle and hogs",
}


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


class Texts:
    """Pooled vectors of a few texts: (topic, rank, dense)."""

    def __init__(self, tokenizer, model, table, keys, rank, pooling):
        self.tokenizer, self.model, self.table, self.keys, self.rank, self.pooling = tokenizer, model, table, keys, rank, pooling

    def pooled(self, texts):
        """`texts`: dicts with title and text."""
        stream = {f"t.{k}": v for k, v in encode(self.tokenizer, texts).items()}
        x = features.matrix(features.split(stream, "t"), self.keys, self.pooling["title"], self.pooling["decay"])
        flat = [t for r in texts for t in ([r["title"]] if r["title"].strip() else []) + sentences(r["text"])]
        dense = Dense.__new__(Dense)
        dense.set(self.model.encode(flat), stream, "t", len(texts))
        return x @ self.table, x[:, : features.VOCAB] @ self.rank, dense.pooled(DENSE["title"], DENSE["decay"])


def main(data, work, embedded, tokenizer, wheel, log=print):
    from tokenizers import Tokenizer

    work = Path(work)
    rows = distil.Rows(data, work / "topics")
    base = load_file(str(Path(embedded) / "model.safetensors"))
    table, keys = shipped_rows(embedded)
    rank = from_int8(base["rank.embeddings.weight"], base["rank.embeddings.scale"])
    pooling = json.loads((Path(embedded) / "config.json").read_text())["topics"]["pooling"]
    taxonomy = json.loads((Path(embedded) / "taxonomy.json").read_text(encoding="utf-8"))["topics"]
    told = Texts(Tokenizer.from_file(str(tokenizer)), MiniLM(wheel, torch.float32), table, keys, rank, pooling)

    tokens = np.load(work / "topics/tokens.npz")
    u = np.load(work / "static.npz")["annotated"]
    bag = features.matrix(features.split(tokens, "annotated"), None, pooling["title"], pooling["decay"])
    dense = Dense(work, tokens, "annotated").pooled(DENSE["title"], DENSE["decay"])
    means = (base["topics.mean"].astype(np.float32), base["rank.mean"].astype(np.float32),
             unit(dense[rows.train]).mean(0))

    def directions(topic, ranked, deep):
        return (unit(normalized(topic, pooling["eps"]) - means[0]), unit(unit(ranked) - means[1]), unit(unit(deep) - means[2]))

    def cosines(texts, labels):
        return [a @ b.T for a, b in zip(texts, labels)]

    own = directions(u, bag @ rank, dense)
    name = lambda text: {"title": "", "text": text}
    named = lambda level2: directions(*told.pooled([name(t["label"]) for t in taxonomy if ("parent" in t) == level2]))
    # inside the taxonomy
    two = [t["code"] for t in taxonomy if "parent" in t]
    here = np.array([i for i in rows.train if rows.annotated[i]["l2"]])[:EACH]
    inside = cosines([d[here] for d in own], named(True))
    truth_in = np.array([[c in rows.annotated[i]["l2"] for c in two] for i in here])
    # outside it
    foreign = [r for r in read_rows(data, "topics/reuters21578.jsonl.xz")
               if r["split"] == "train" and len(r["labels"]) == 1 and r["labels"][0] in REUTERS]
    by = {}
    for r in foreign:
        by.setdefault(r["labels"][0], []).append({"title": r["title"] or "", "text": r["text"][:1500]})
    codes = [c for c in REUTERS if len(by.get(c, [])) >= 10]
    picked = [(c, r) for c in codes for r in by[c][:60]]
    outside = cosines(directions(*told.pooled([r for _, r in picked])), directions(*told.pooled([name(REUTERS[c]) for c in codes])))
    truth_out = np.array([[c == k for k in codes] for c, _ in picked])
    log(f"inside: {len(here)} rows, {len(two)} labels; outside: {len(picked)} rows, {len(codes)} labels")

    tries = []
    for shares in SHARES:
        mean = lambda parts: sum(s * p for s, p in zip(shares, parts)) / sum(shares)
        hit = lambda sim, truth: float(truth[np.arange(len(sim)), sim.argmax(1)].mean())
        tries.append((hit(mean(inside), truth_in), hit(mean(outside), truth_out), shares))
    tries.sort(key=lambda t: -(t[0] + t[1]))
    for t in tries[:8] + [t for t in tries if t[2] in ((2, 1, 0), (0, 0, 1))]:
        log(f"shares {t[2]}: inside {t[0]:.3f}, outside {t[1]:.3f}")
    shares = tries[0][2]
    first = rows.train[:PLATT_ROWS]
    similar = sum(s * p for s, p in zip(shares, cosines([d[first] for d in own], named(False)))) / sum(shares)
    gold = np.array([[t["code"] in rows.annotated[i]["l1"] for t in taxonomy if "parent" not in t] for i in first])
    slope, offset = platt(similar.ravel().astype(np.float64), gold.ravel().astype(np.float64))
    found = {"slope": slope, "offset": offset, "threshold": THRESHOLD, "shares": dict(zip(("topic", "rank", "dense"), map(float, shares)))}
    log(json.dumps(found))
    np.save(work / "dense_mean.npy", means[2].astype(np.float32))
    (work / "own.json").write_text(json.dumps({"own_labels": found, "tries": tries}) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:6])
