"""The picks: sentences and keywords of articles, as readers chose them under a guide.

In: DATA/picks, whose rows hold their texts; `models/recipe/picks`, a file a source, which names spans of articles that the
files of [`SOURCES`] and [`NEWS`] hold; `models/recipe/leans`, which says of some of all these articles which sentences
lean on another. Out: rows with `id`, `title`, `text` and what was picked, of those that may be learned from.
"""

import hashlib
from pathlib import Path

from .rows import rows

SHARED = "picks/picks.jsonl.xz"
OWN = sorted((Path(__file__).parent / "picks").glob("*.jsonl"))
LEANS = sorted((Path(__file__).parent / "leans").glob("*.jsonl"))
SOURCES = {
    "wcxb": "pages/wcxb_dev.jsonl.xz", "aeb": "pages/aeb.jsonl.xz", "cnndm": "summaries/cnndm_train.jsonl.xz",
    "teasers": "summaries/teasers_train.jsonl.xz", "descriptions": "summaries/descriptions_train.jsonl.xz",
}
NEWS = "text/news.jsonl.xz"  # the other sources, by their name


def reported(identity):
    """Whether the picks of an article are kept for figures: three in ten, by a hash of its id."""
    return int(hashlib.sha256(identity.encode()).hexdigest()[:8], 16) % 10 < 3


def shared(job):
    """DATA's own picks that may be learned from."""
    return (row for row in rows(job.data, SHARED) if not reported(row["id"]))


def texts(job, wanted):
    """`{id: (title, text)}` of annotated articles, from the files that hold them; ids are SOURCE/ID."""
    found = {}
    if any(identity.split("/")[0] not in SOURCES for identity in wanted):
        for row in rows(job.data, NEWS):
            found[f"{row['source']}/{row['id']}"] = (row.get("title"), row["text"])
    for source, name in SOURCES.items():
        if any(identity.startswith(f"{source}/") for identity in wanted):
            for number, row in enumerate(rows(job.data, name)):
                title = None if source == "aeb" else row.get("title")
                found[f"{source}/{row.get('id', number)}"] = (title, row["body"] if "body" in row else row["text"])
    return {identity: found[identity] for identity in wanted if identity in found}


def annotated(job):
    """The picks of this project, which name spans of articles that DATA holds."""
    picked = [row for file in OWN for row in rows(file.parent, file.name)]
    known = texts(job, {row["id"] for row in picked})
    for row in picked:
        if row["id"] in known:
            title, text = known[row["id"]]
            yield row | {"title": title, "text": text}


def leaning():
    """`{id: row}`: sentences that stand `alone`, and those that lean: the `span` of each, and those that it leans `on`."""
    return {row["id"]: row for file in LEANS for row in rows(file.parent, file.name)}
