"""MiniLM vectors of everything the heads learn from, in blocks that several processes can share.

In: WORK/topics/rows.pkl (../topics/data.py), WORK/topics/{minilm.pick,short}.np* (its later
steps), WORK/rank/docs_*.pkl (../rank/documents.py), the MiniLM wheel. Out:
WORK/vectors/SET.NNN.npy, float16 (texts, 384), one row a text, blocks in the order of `plan`.

    python models/recipe/heads/vectors.py --data DIR --minilm WHEEL --work WORK

Run it several times at once to use several cores: each process takes the next free block.
A block is written under another name first, so that a block that is there is whole.
"""

import argparse
import hashlib
import os
import pickle
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
for part in ("topics", "rank"):
    sys.path.append(str(HERE.parent / part))

BLOCK = 1000  # rows or documents a block
POOL_ROWS, RANK_DOCUMENTS = 8_000, 36_000
MOST_SENTENCES = 60  # longer documents cost more than they teach
# The larger, the later a document's turn: the Daily Mail's and its teasers before the rest.
TURN = {"dm": 1.0, "cnn": 1.5, "dm_byline": 2.0, "teasers": 2.0}


def share(key):
    """0..1 by a fixed hash."""
    return int(hashlib.sha1(("heads" + key).encode()).hexdigest()[:8], 16) / 2**32


def row_texts(row):
    """Title, where there is one, and sentences, as ../topics/data.py flattens them."""
    from data import sentences

    return ([row["title"]] if row["title"].strip() else []) + sentences(row["text"])


def pool_pick(work, groups):
    """Places in the pool that get vectors: a part of those that the MiniLM teacher has read."""
    from teacher import pool_rows

    pool = pool_rows(groups)
    pick = np.load(Path(work) / "topics/minilm.pick.npy")
    pick = sorted(set(pick.tolist()), key=lambda k: share(groups[pool[k][0]][pool[k][1]]["id"]))[:POOL_ROWS]
    return np.array(pick), [groups[pool[k][0]][pool[k][1]] for k in pick]


def rank_sets(work):
    """Documents by set: tuning, report and training rows; the last in their turn."""
    load = lambda name: pickle.load(open(Path(work) / f"rank/docs_{name}.pkl", "rb"))
    cnndm, teasers = load("cnndm"), load("teasers")
    held = lambda docs, part: sorted((d for d in docs if d.held_out and d.part == part), key=lambda d: share(d.id))
    told = [d for d in cnndm + teasers if not d.held_out and 3 < len(d.ids) <= MOST_SENTENCES and d.summary.strip()]
    told.sort(key=lambda d: share(d.id) * TURN[d.part])
    return {
        "held_dm": held(cnndm, "dm"), "held_cnn": held(cnndm, "cnn")[:500], "held_teasers": held(teasers, "teasers")[:500],
        "report_cnndm": load("report_cnndm"), "report_teasers": load("report_teasers"), "told": told[:RANK_DOCUMENTS],
    }


def plan(data, work, only=""):
    """(set, block number, function that gives the block's texts), in the order in which they're wanted.
    `only`: "topics" or "rank", to hold half of the texts in memory."""
    import short

    blocks = lambda name, rows, of: [(name, k, lambda k=k: of(rows[k * BLOCK : (k + 1) * BLOCK]))
                                     for k in range(-(-len(rows) // BLOCK))]
    told = lambda docs: [s for d in docs for s in d.sentences]
    texts = lambda rows: [t for r in rows for t in row_texts(r)]
    own = rank = soft = train = []
    if only != "topics":
        ranked = rank_sets(work)
        rank = [b for name, docs in ranked.items() if name != "told" for b in blocks(name, docs, told)]
        train = blocks("told", ranked["told"], told)
    if only != "rank":
        groups = pickle.load(open(Path(work) / "topics/rows.pkl", "rb"))
        own = [b for name in ("annotated", "dev") for b in blocks(name, groups[name], texts)]
        soft = blocks("short", short.texts(data, work, groups), texts)
        soft += blocks("pool", pool_pick(work, groups)[1], texts)
    return own + rank + train[:8] + soft + train[8:]


def main(data, wheel, work, until=None, only=""):
    import torch

    from minilm_encoder import MiniLM

    torch.set_num_threads(1)
    folder = Path(work) / "vectors"
    folder.mkdir(parents=True, exist_ok=True)
    todo, model, start, tokens = plan(data, work, only), MiniLM(wheel), time.time(), 0
    print(f"{len(todo)} blocks ({time.time() - start:.0f} s)", flush=True)
    for name, k, texts in todo:
        path = folder / f"{name}.{k:03}.npy"
        try:
            os.close(os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        ids = model.tokens(texts())
        np.save(path.with_suffix(".part.npy"), model.encode(None, ids).astype(np.float16))
        path.with_suffix(".part.npy").rename(path)
        tokens += sum(map(len, ids))
        print(f"{path.name}: {len(ids)} texts; {tokens / (time.time() - start):.0f} tokens/s", flush=True)
        if until and time.time() > until:
            break


def read(work, name, counts):
    """The vectors of the first rows of a set, for as many whole blocks as are there: (vectors, rows)."""
    parts, k = [], 0
    while (path := Path(work) / f"vectors/{name}.{k:03}.npy").exists():
        parts.append(np.load(path))
        k += 1
    rows = min(len(counts), k * BLOCK)
    out = np.concatenate(parts) if parts else np.zeros((0, 384), np.float16)
    assert len(out) == int(np.sum(counts[:rows])), f"{name}: {len(out)} vectors for {np.sum(counts[:rows])} texts"
    return out, rows


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "minilm", "work"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--until", type=float, help="stop before the first block after this time, in seconds since 1970")
    p.add_argument("--only", default="", choices=["", "topics", "rank"])
    a = p.parse_args()
    main(a.data, a.minilm, a.work, a.until, a.only)
