"""Rows of news to split and tokenised documents.

In: the summaries folder, the library's own splitter and tokenizer as a program (`--encode`).
Out: for each set a list of `Document`: sentences as text and token ids, the reference beside them.
Does not score, filter by quality or cut: a document keeps every sentence it has.

Rows of the report sets (cnndm_val, teasers_val, xsum_dev) are only read by `evaluate.py`.
A training row whose text also occurs in a report set is left out.
"""

import json
import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from rows import rows  # noqa: E402

FILES = {
    "cnndm": "summaries/cnndm_train.jsonl.xz",
    "teasers": "summaries/teasers_train.jsonl.xz",
    "report_cnndm": "summaries/cnndm_val.jsonl.xz",
    "report_teasers": "summaries/teasers_val.jsonl.xz",
    "report_xsum": "summaries/xsum_dev.jsonl.xz",
}
REPORT = [name for name in FILES if name.startswith("report_")]
HELD_OUT_OF = {"cnndm": 10, "teasers": 22}  # one row in so many is held out for tuning


BYLINE = re.compile(r"\W*(by|last updated|published|created)\b", re.I)
STAMP = re.compile(r"published:|updated:|\| ", re.I)


@dataclass
class Document:
    id: str
    part: str  # "dm", "dm_byline", "cnn", "teasers" or "xsum": who wrote it
    held_out: bool
    title_ids: list
    sentences: list  # text of each
    ids: list = field(repr=False)  # token ids of each
    summary: str = ""
    text: str = ""


def part_of(set_name, text):
    """CNN's stories carry "(CNN)" in their dateline; the rest of the set is the Daily Mail's.

    A third of the Daily Mail's training rows open on a byline line, which flatters any ranker over Lead-3;
    the report set has none of those, so tuning looks at the rows without one ("dm").
    """
    if not set_name.endswith("cnndm"):
        return set_name.removeprefix("report_")
    if "(cnn" in text[:300].lower():
        return "cnn"
    return "dm_byline" if BYLINE.match(text[:40]) or STAMP.search(text[:300]) else "dm"


def fingerprints(text):
    letters = re.sub(r"\W+", "", text.lower())
    return {letters[:300]} | ({letters[300:500]} if len(letters) > 600 else set())


def encode(program, tokenizer, batch):
    """One JSON line in, one out, in order. Offsets are bytes of the text as given."""
    with tempfile.TemporaryFile("w+") as source, tempfile.TemporaryFile("w+") as sink:
        for row in batch:
            line = {"id": row["id"], "text": row["text"]}
            if row.get("title"):
                line["title"] = row["title"]
            source.write(json.dumps(line) + "\n")
        source.flush()
        source.seek(0)
        subprocess.run([program, tokenizer], stdin=source, stdout=sink, check=True)
        sink.seek(0)
        return [json.loads(line) for line in sink]


def load(data, program, tokenizer, name):
    batch = list(rows(data, FILES[name]))
    if name not in REPORT:
        reported = set()
        for other in REPORT:
            for row in rows(data, FILES[other]):
                reported |= fingerprints(row["text"])
        batch = [row for row in batch if not (fingerprints(row["text"]) & reported)]
    documents = []
    for row, coded in zip(batch, encode(program, tokenizer, batch), strict=True):
        assert coded["id"] == row["id"], f"{row['id']} came back as {coded['id']}"
        raw = row["text"].encode()
        kept = [s for s in coded["sentences"] if s["ids"]]
        held = name in HELD_OUT_OF and zlib.crc32(row["id"].encode()) % HELD_OUT_OF[name] == 0
        documents.append(
            Document(
                id=row["id"],
                part=part_of(name, row["text"]),
                held_out=held,
                title_ids=coded["title_ids"],
                sentences=[raw[s["start"] : s["end"]].decode() for s in kept],
                ids=[s["ids"] for s in kept],
                summary=row["summary"],
                text=row["text"],
            )
        )
    return documents
