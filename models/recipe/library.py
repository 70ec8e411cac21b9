"""The library's own splitter and tokenizer, through its program `encode` (examples/encode.rs).

In: texts, or sentences that are not to be split. Out: sentences and token ids, as the library sees them, so
that what is trained and what is run split and tokenize alike. Called for many rows at once.
"""

import json
import subprocess
import tempfile
from itertools import islice
from typing import NamedTuple

from .job import program

ROWS = 20_000  # a call


class Encoded(NamedTuple):
    title_ids: list
    spans: list  # (start, end) of each sentence, in characters
    ids: list  # token ids of each sentence


def encode(tokenizer, rows):
    """An `Encoded` for each of `rows`, dicts with `title` (or none) and `text` or `sentences`."""
    rows = iter(rows)
    while batch := list(islice(rows, ROWS)):
        for row, found in zip(batch, answers(tokenizer, batch), strict=True):
            text = row["text"] if "text" in row else "\n".join(row["sentences"])
            spans = in_characters(text, [(s["start"], s["end"]) for s in found["sentences"]])
            yield Encoded(found["title_ids"], spans, [s["ids"] for s in found["sentences"]])


def ids(tokenizer, texts):
    """Token ids of texts that are taken as one sentence each."""
    return [found.ids[0] for found in encode(tokenizer, ({"sentences": [text]} for text in texts))]


def answers(tokenizer, batch):
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        for number, row in enumerate(batch):
            given = "text" if "text" in row else "sentences"
            line = {key: row[key] for key in ("title", given) if row.get(key) is not None}
            asked.write(json.dumps({"id": str(number), **line}) + "\n")
        asked.flush()
        asked.seek(0)
        subprocess.run([program("encode"), tokenizer], stdin=asked, stdout=said, check=True)
        said.seek(0)
        for number, line in enumerate(said):
            found = json.loads(line)
            assert found["id"] == str(number), f"row {number} came back as {found['id']}"
            yield found


def in_characters(text, spans):
    """Spans in bytes, in order, as spans in characters."""
    if text.isascii():
        return spans
    raw, out, byte, character = text.encode(), [], 0, 0
    for span in spans:
        ends = []
        for end in span:
            character += len(raw[byte:end].decode())
            byte = end
            ends.append(character)
        out.append(tuple(ends))
    return out
