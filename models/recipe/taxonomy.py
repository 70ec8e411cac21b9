"""IPTC's taxonomy to the part that the model scores: levels 1 and 2, in head order.

In: DATA/topics/iptc_mediatopic_2025-10-09.json (IPTC, CC BY 4.0). Out: models/embedded/taxonomy.json: codes,
labels and parents, level 1 first, each level in code order. Carries no definition text.
"""

import json
from typing import NamedTuple

SOURCE = "topics/iptc_mediatopic_2025-10-09.json"


class Taxonomy(NamedTuple):
    codes: list  # level 1, then level 2
    parent: list  # the parent's place for each; -1 on level 1
    label: dict  # by code


def read(job):
    """What `main` has written."""
    topics = json.loads((job.embedded / "taxonomy.json").read_text(encoding="utf-8"))["topics"]
    codes = [topic["code"] for topic in topics]
    place = {code: i for i, code in enumerate(codes)}
    parent = [place[topic["parent"]] if "parent" in topic else -1 for topic in topics]
    return Taxonomy(codes, parent, {topic["code"]: topic["label"] for topic in topics})


def main(job):
    source = json.loads((job.data / SOURCE).read_text(encoding="utf-8"))
    live = [node for node in source["nodes"] if node["level"] in (1, 2) and not node.get("retired")]
    topics = []
    for node in sorted(live, key=place):
        topic = {"code": node["code"], "label": node["label"]}
        if node["level"] == 2:
            topic["parent"] = node["parent"]
        topics.append(topic)
    taxonomy = {
        "name": "IPTC Media Topics",
        "version": source["version"][:10],
        "attribution": "Codes, labels and hierarchy: IPTC NewsCodes Media Topics, https://iptc.org, CC BY 4.0",
        "topics": topics,
    }
    job.embedded.mkdir(parents=True, exist_ok=True)
    text = json.dumps(taxonomy, ensure_ascii=False, indent=1)
    (job.embedded / "taxonomy.json").write_text(text + "\n", encoding="utf-8")
    print(sum("parent" not in t for t in topics), "level 1,", sum("parent" in t for t in topics), "level 2")


def place(node):
    return node["level"], node["code"]
