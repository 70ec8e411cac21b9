"""Rows of news to split and tokenised documents.

In: DATA/summaries, the library's own splitter and tokenizer. Out: WORK/rank/documents/SET.jsonl, a `Document` a
line: sentences as text and token ids, the reference beside them. Does not score, filter by quality or cut: a
document keeps every sentence that holds a token.

Rows of the report sets (cnndm_val, teasers_val, xsum_dev) are only read by `evaluate.py`.
A training row whose text also occurs in a report set is left out.
"""

import json
import re
import zlib
from dataclasses import asdict, dataclass, field

from .. import library
from ..rows import rows

FILES = {
    "cnndm": "summaries/cnndm_train.jsonl.xz",
    "teasers": "summaries/teasers_train.jsonl.xz",
    "report_cnndm": "summaries/cnndm_val.jsonl.xz",
    "report_teasers": "summaries/teasers_val.jsonl.xz",
    "report_xsum": "summaries/xsum_dev.jsonl.xz",
}
REPORT = [name for name in FILES if name.startswith("report_")]
HELD_OUT_OF = {"cnndm": 10, "teasers": 22}  # one row in so many is held out for tuning


LINE_END = re.compile("[\n\r\v\f\x85\u2028\u2029]")
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
    breaks: list = field(default_factory=list)  # whether a line break stands before each
    summary: str = ""
    text: str = ""


def breaks(text, spans):
    """Whether a line break stands before each of `spans`, and behind the one before it."""
    ends = [0] + [end for _, end in spans]
    return [bool(LINE_END.search(text, end, start)) for end, (start, _) in zip(ends, spans)]


def kept(text, found):
    """Of the sentences that hold a token: spans, texts, token ids, and whether a line break stands before each."""
    told = [(span, ids) for span, ids in zip(found.spans, found.ids) if ids]
    spans = [span for span, _ in told]
    return spans, [text[start:end] for start, end in spans], [ids for _, ids in told], breaks(text, spans)


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


def make(data, tokenizer, name):
    """The documents of a set."""
    batch = list(rows(data, FILES[name]))
    if name not in REPORT:
        reported = set()
        for other in REPORT:
            for row in rows(data, FILES[other]):
                reported |= fingerprints(row["text"])
        batch = [row for row in batch if not (fingerprints(row["text"]) & reported)]
    texts = ({"title": row.get("title"), "text": row["text"]} for row in batch)
    for row, found in zip(batch, library.encode(tokenizer, texts), strict=True):
        _, sentences, ids, broken = kept(row["text"], found)
        yield Document(
            id=row["id"],
            part=part_of(name, row["text"]),
            held_out=name in HELD_OUT_OF and zlib.crc32(row["id"].encode()) % HELD_OUT_OF[name] == 0,
            title_ids=found.title_ids,
            sentences=sentences,
            ids=ids,
            breaks=broken,
            summary=row["summary"],
            text=row["text"],
        )


def read(job, name):
    """The documents of a set as `main` wrote them."""
    return [Document(**row) for row in rows(job.rank / "documents", f"{name}.jsonl")]


def main(job):
    folder = job.rank / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for document in make(job.data, job.tokenizer, name):
                out.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
        print(f"{name} written", flush=True)
