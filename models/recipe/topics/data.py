"""Labelled and unlabelled news rows, cleaned of test rows, split, encoded.

In: the data folder (topics/*.jsonl.xz, text/news.jsonl.xz) and tokenizer.json.
Out: WORK/rows.pkl (texts and labels by group) and WORK/tokens.npz (token ids by sentence).

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
import pickle
import re
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from rows import rows  # noqa: E402

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

SENTENCE = re.compile(r"""(?<=[.!?])["'”’)\]]*\s+(?=["'“‘(\[]*[A-Z0-9])""")


def sentences(text):
    """A stand-in for the library's splitter: lines, then [.!?] before a capital or digit."""
    return [s for line in text.split("\n") for s in SENTENCE.split(line) if s.strip()]


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


def taxonomy(data):
    """Codes of level 1 then level 2, each sorted, and the parent's place for each."""
    nodes = json.load(open(Path(data) / "topics/iptc_mediatopic_2025-10-09.json"))["nodes"]
    live = [n for n in nodes if not n["retired"]]
    level1 = sorted(n["code"] for n in live if n["level"] == 1)
    level2 = sorted(n["code"] for n in live if n["level"] == 2)
    place = {c: i for i, c in enumerate(level1 + level2)}
    parent_of = {n["code"]: n["parent"] for n in live}
    parent = [-1] * len(level1) + [place[parent_of[c]] for c in level2]
    label = {n["code"]: n["label"] for n in live}
    return level1 + level2, parent, label


def load(data, log=print):
    topics = Path(data) / "topics"
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
    all_rows = list(read(Path(data) / "text", "news", MAX_CHARS["unlabelled"]))
    groups["unlabelled"] = [r for r in all_rows if not seen.has(r)]
    log(f"news: {len(groups['unlabelled'])} rows; dropped: {len(all_rows) - len(groups['unlabelled'])}")
    for row in kept:  # the section under which an annotated row was also published
        row["weak"] = section.get(row["id"])
    groups["annotated"] = kept
    return groups


def encode(tokenizer, group):
    """Token ids (uint16), sentence ends into them, row ends into the sentences, title flags."""
    texts, row_ends, is_title = [], [], []
    for row in group:
        if row["title"].strip():
            texts.append(row["title"])
            is_title.append(1)
        for s in sentences(row["text"]):
            texts.append(s)
            is_title.append(0)
        row_ends.append(len(texts))
    ids, ends, total = [], [], 0
    for start in range(0, len(texts), 20_000):
        for e in tokenizer.encode_batch(texts[start : start + 20_000], add_special_tokens=False):
            ids.append(np.array(e.ids, dtype=np.uint16))
            total += len(e.ids)
            ends.append(total)
    return {
        "ids": np.concatenate(ids),
        "sentence_ends": np.array(ends, np.int64),
        "row_ends": np.array(row_ends, np.int64),
        "is_title": np.array(is_title, np.uint8),
    }


def main(data, tokenizer_path, work):
    from tokenizers import Tokenizer

    start = time.time()
    groups = load(data)
    with open(Path(work) / "rows.pkl", "wb") as out:
        pickle.dump(groups, out)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    arrays = {}
    for name, group in groups.items():
        for key, value in encode(tokenizer, group).items():
            arrays[f"{name}.{key}"] = value
        print(f"encoded {name}: {len(group)} rows, {len(arrays[name + '.ids'])} tokens, "
              f"{time.time() - start:.0f} s", flush=True)
    np.savez(Path(work) / "tokens.npz", **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:4])
