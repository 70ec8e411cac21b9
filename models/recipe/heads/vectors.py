"""MiniLM vectors of everything the heads learn from, in blocks that several processes share.

In: WORK/topics (rows, short.jsonl, minilm.pick.npy), WORK/rank/documents, MiniLM's folder. Out:
WORK/heads/vectors/SET.NNN.npy, float16 (texts, width), one row a text, blocks in the order of `plan`.

A block is written under another name first, so that a block that is there is whole; those that are there are
not made again.
"""

import hashlib
import multiprocessing
import os
from dataclasses import dataclass

import numpy as np

from ..rank import documents
from ..rows import rows
from ..topics import data
from ..topics.teacher import pool_rows
from .minilm_encoder import MiniLM

BLOCK = 1000  # rows or documents a block
POOL_ROWS, RANK_DOCUMENTS = 8_000, 36_000
MOST_SENTENCES = 60  # longer documents cost more than they teach
# The larger, the later a document's turn: the Daily Mail's and its teasers before the rest.
TURN = {"dm": 1.0, "cnn": 1.5, "dm_byline": 2.0, "teasers": 2.0}


def share(key):
    """0..1 by a fixed hash."""
    return int(hashlib.sha1(("heads" + key).encode()).hexdigest()[:8], 16) / 2**32


def pool_pick(job, groups):
    """Places in the pool that get vectors: a part of those that the MiniLM teacher has read."""
    pool = pool_rows(groups)

    def turn(k):
        group, i = pool[k]
        return share(groups[group][i]["id"])

    picked = sorted(set(np.load(job.topics / "minilm.pick.npy").tolist()), key=turn)[:POOL_ROWS]
    return np.array(picked), [groups[pool[k][0]][pool[k][1]] for k in picked]


def rank_sets(job):
    """Documents by set: tuning, report and training rows; the last in their turn."""
    cnndm, teasers = documents.read(job, "cnndm"), documents.read(job, "teasers")

    def held(docs, part):
        return sorted((d for d in docs if d.held_out and d.part == part), key=lambda d: share(d.id))

    told = [d for d in cnndm + teasers if not d.held_out and 3 < len(d.ids) <= MOST_SENTENCES and d.summary.strip()]
    told.sort(key=lambda d: share(d.id) * TURN[d.part])
    return {
        "held_dm": held(cnndm, "dm"), "held_cnn": held(cnndm, "cnn")[:500], "held_teasers": held(teasers, "teasers")[:500],
        "report_cnndm": documents.read(job, "report_cnndm"), "report_teasers": documents.read(job, "report_teasers"),
        "told": told[:RANK_DOCUMENTS],
    }


@dataclass
class Block:
    set: str
    number: int
    of: list  # documents of the ranker, or rows of the topics

    @property
    def file(self):
        return f"{self.set}.{self.number:03}.npy"

    def texts(self):
        return [t for one in self.of for t in (one.sentences if isinstance(one, documents.Document) else data.parts(one))]


def plan(job):
    groups = data.Groups(job)
    sets = rank_sets(job) | {name: groups[name] for name in ("annotated", "dev")}
    sets |= {"short": list(rows(job.topics, "short.jsonl")), "pool": pool_pick(job, groups)[1]}
    return [Block(name, start // BLOCK, of[start : start + BLOCK])
            for name, of in sets.items() for start in range(0, len(of), BLOCK)]


class Encode:
    """Makes one block's file; each process has its own copy."""

    def __init__(self, job):
        self.folder, self.model = job.heads / "vectors", MiniLM(job.minilm)

    def __call__(self, block):
        path = self.folder / block.file
        if path.exists():
            return f"{block.file}: there"
        ids = self.model.tokens(block.texts())
        part = path.with_suffix(f".{os.getpid()}.part")
        with open(part, "wb") as out:
            np.save(out, self.model.encode_ids(ids).astype(np.float16))
        part.rename(path)
        return f"{block.file}: {len(ids)} texts, {sum(map(len, ids))} tokens"


def main(job):
    (job.heads / "vectors").mkdir(parents=True, exist_ok=True)
    todo, encode = plan(job), Encode(job)
    print(f"{len(todo)} blocks", flush=True)
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        for said in pool.imap_unordered(encode, todo):
            print(said, flush=True)


def read(job, name, counts):
    """The vectors of the first rows of a set, for as many whole blocks as are there: (vectors, rows)."""
    parts, k = [], 0
    while (path := job.heads / f"vectors/{name}.{k:03}.npy").exists():
        parts.append(np.load(path))
        k += 1
    count = min(len(counts), k * BLOCK)
    out = np.concatenate(parts) if parts else np.zeros((0, 0), np.float16)
    assert len(out) == int(np.sum(counts[:count])), f"{name}: {len(out)} vectors for {np.sum(counts[:count])} texts"
    return out, count
