"""IPTC's taxonomy file to the part that the model scores: levels 1 and 2, in head order.

In: `iptc_mediatopic_2025-10-09.json` (IPTC, CC BY 4.0). Out: `taxonomy.json`: codes, labels and
parents, level 1 first, each level in code order. Carries no definition text.

    python models/recipe/taxonomy.py IPTC.json models/embedded/taxonomy.json
"""

import json
import sys

source = json.load(open(sys.argv[1], encoding="utf-8"))
nodes = source["nodes"].items() if isinstance(source["nodes"], dict) else [(n["code"], n) for n in source["nodes"]]
live = [(code, n) for code, n in nodes if n["level"] in (1, 2) and not n.get("retired")]
topics = []
for level in (1, 2):
    for code, node in sorted((c, n) for c, n in live if n["level"] == level):
        topic = {"code": code, "label": node["label"]}
        if level == 2:
            topic["parent"] = node["parent"]
        topics.append(topic)
taxonomy = {
    "name": "IPTC Media Topics",
    "version": source["version"][:10],
    "attribution": "Codes, labels and hierarchy: IPTC NewsCodes Media Topics, https://iptc.org, CC BY 4.0",
    "topics": topics,
}
with open(sys.argv[2], "w", encoding="utf-8") as handle:
    json.dump(taxonomy, handle, ensure_ascii=False, indent=1)
    handle.write("\n")
print(len([t for t in topics if "parent" not in t]), "level 1,", len([t for t in topics if "parent" in t]), "level 2")
