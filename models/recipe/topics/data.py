"""Labelled and unlabelled news rows, cleaned of test rows, split, encoded.

In: DATA/topics/*.jsonl.xz, DATA/text/news.jsonl.xz, the vocabulary. Out: WORK/topics/rows/GROUP.jsonl (texts,
labels, and where the library's sentences begin and end) and WORK/topics/tokens.npz (token ids by sentence).

Groups: `annotated` (several true topics), `weak` (one topic from a site's section),
`unlabelled`, and the report sets `dev`, `bbc`, `inshorts`, `agnews`, `masakhanews`, which
no other step may train, tune or choose on. Rows of any report set that occur in a training
group, by id, by title or by running text, are dropped from the training group; annotated
rows are dropped from the weak and unlabelled groups in the same way, so that a row held out
of training doesn't come back through the other door.

Does not keep what the model never sees: text is cut at MAX_CHARS.
"""

import hashlib
import json
import re

import numpy as np

from .. import library
from ..rows import rows

REPORT = {
    "dev": "annotated_dev",
    "bbc": "eval_bbc",
    "inshorts": "eval_inshorts",
    "agnews": "eval_agnews",
    "masakhanews": "eval_masakhanews_dev",
}
WEAK = ["rss", "allsides", "dailymail2020", "others"]
MAX_CHARS = {"annotated": 8000, "weak": 2500, "unlabelled": 2500}
FOLDS = 8  # one is the validation split


def fold(row_id):
    """0..FOLDS by a fixed hash of the id; fold 0 is the validation split."""
    return int(hashlib.sha1(row_id.encode()).hexdigest()[:8], 16) % FOLDS


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


class Seen:
    """Remembers texts by id, by title (5 words or more) and by runs of 8 words."""

    def __init__(self):
        self.ids, self.titles, self.runs = set(), set(), set()

    @staticmethod
    def _runs(row):
        text = words(row["text"])[:600]
        return [hash(tuple(text[i : i + 8])) for i in range(len(text) - 7)]

    def add(self, row):
        self.ids.add(row["id"])
        title = words(row["title"])
        if len(title) >= 5:
            self.titles.add(tuple(title))
        self.runs.update(self._runs(row))

    def has(self, row):
        if row["id"] in self.ids or tuple(words(row["title"])) in self.titles:
            return True
        runs = self._runs(row)
        return bool(runs) and sum(r in self.runs for r in runs) >= max(2, 0.2 * len(runs))


def read(folder, name, chars):
    for row in rows(folder, name + ".jsonl.xz"):
        yield {
            "id": row["id"],
            "source": row.get("source", ""),
            "title": row.get("title") or "",
            "text": (row.get("text") or "")[:chars],
            "section": "|".join(row.get("labels", [])) if row.get("labels") else "",
            "l1": row.get("l1", []),
            "l2": row.get("l2", []),
        }


def load(data, log=print):
    topics = data / "topics"
    groups = {k: list(read(topics, f, 200_000)) for k, f in REPORT.items()}
    seen = Seen()
    for group in groups.values():
        for row in group:
            seen.add(row)
    annotated = list(read(topics, "annotated_train", MAX_CHARS["annotated"]))
    kept = [r for r in annotated if not seen.has(r)]
    log(f"annotated: {len(kept)} rows; dropped as report rows: {len(annotated) - len(kept)}")
    section = {}
    for row in kept:
        seen.add(row)
    for name in WEAK:
        all_rows = list(read(topics, name, MAX_CHARS["weak"]))
        section.update((r["id"], (r["source"], r["section"], r["l1"], r["l2"])) for r in all_rows)
        group = [r for r in all_rows if not seen.has(r)]
        log(f"{name}: {len(group)} rows; dropped: {len(all_rows) - len(group)}")
        groups.setdefault("weak", []).extend(group)
    all_rows = list(read(data / "text", "news", MAX_CHARS["unlabelled"]))
    groups["unlabelled"] = [r for r in all_rows if not seen.has(r)]
    log(f"news: {len(groups['unlabelled'])} rows; dropped: {len(all_rows) - len(groups['unlabelled'])}")
    for row in kept:  # the section under which an annotated row was also published
        row["weak"] = section.get(row["id"])
    groups["annotated"] = kept
    return groups


class Groups(dict):
    """The rows of WORK/topics/rows by group, each read when it is first asked for."""

    def __init__(self, job):
        super().__init__()
        self.folder = job.topics / "rows"

    def __missing__(self, name):
        self[name] = list(rows(self.folder, f"{name}.jsonl"))
        return self[name]


def sentences(row):
    """The texts of a row's sentences, by the library's splitter."""
    return [row["text"][start:end] for start, end in row["sentences"]]


def parts(row):
    """What `encode` encodes of a row: its title, where there is one, and its sentences."""
    return ([row["title"]] if row["title"].strip() else []) + sentences(row)


class Stream:
    """Token ids (uint16), sentence ends into them, row ends into the sentences, title flags."""

    def __init__(self):
        self.ids, self.counts, self.row_counts, self.is_title = [], [], [], []

    def add(self, row, found):
        """A row with its title and what the library found in it; keeps where its sentences are."""
        told = ([found.title_ids] if row["title"].strip() else []) + found.ids
        self.ids.append(np.fromiter((i for ids in told for i in ids), np.uint16))
        self.counts += [len(ids) for ids in told]
        self.row_counts.append(len(told))
        self.is_title += [1] * (len(told) - len(found.ids)) + [0] * len(found.ids)
        row["sentences"] = found.spans

    def arrays(self):
        return {
            "ids": np.concatenate([np.zeros(0, np.uint16), *self.ids]),
            "sentence_ends": np.cumsum(self.counts, dtype=np.int64),
            "row_ends": np.cumsum(self.row_counts, dtype=np.int64),
            "is_title": np.array(self.is_title, np.uint8),
        }


def encode(tokenizer, group):
    """The stream of a group's rows as arrays; gives each row its `sentences`."""
    stream = Stream()
    texts = ({"title": row["title"], "text": row["text"]} for row in group)
    for row, found in zip(group, library.encode(tokenizer, texts), strict=True):
        stream.add(row, found)
    return stream.arrays()


def vocabulary_size(tokenizer):
    return len(json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"])


def named(name, arrays):
    """A stream's arrays under the names that files of several streams have."""
    return {f"{name}.{key}": value for key, value in arrays.items()}


def main(job):
    groups = load(job.data)
    (job.topics / "rows").mkdir(parents=True, exist_ok=True)
    arrays = {"vocabulary": np.array(vocabulary_size(job.tokenizer))}
    for name, group in groups.items():
        arrays |= named(name, encode(job.tokenizer, group))
        with open(job.topics / f"rows/{name}.jsonl", "w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in group)
        print(f"encoded {name}: {len(group)} rows, {len(arrays[name + '.ids'])} tokens", flush=True)
    np.savez(job.topics / "tokens.npz", **arrays)
