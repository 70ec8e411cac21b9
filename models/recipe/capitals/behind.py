"""Words that go on with a name behind an abbreviation: data/behind.tsv.

In: a folder of news. Out: words in small letters whose capital stands more often behind an abbreviation
such as *U.S.* or *Inc.* than at the beginning of a sentence (*Navy*, *Embassy*), a line each. Nothing is
drawn at random. Half a minute, no packages. Not a step of the recipe yet; alone:

    python3 models/recipe/capitals/behind.py DATA data/behind.tsv
"""

import json
import lzma
import math
import re
import sys
from collections import Counter
from pathlib import Path

FILES = ["text/news.jsonl.xz", "topics/allsides.jsonl.xz"]
# Countries and bodies, the capital, and what ends firms, names and times: each counted by itself.
GROUPS = [["u.s", "u.n", "u.k"], ["d.c"], ["jr", "inc", "co", "corp", "bros", "p.m", "a.m"]]
LEAST_LOG_RATIO = 1.5
LEAST_USES = 4
# Met with so few uses by chance: words that open sentences, months.
LEFT_OUT = {"tickets", "catholics", "february", "november", "republicans"}

BEHIND = re.compile(r"(?<![\w.])((?:[A-Za-z]\.)*[A-Za-z]{1,6})\. (?=([A-Z][\w'’-]*)( ?)([\w(]?))")
OPENING = re.compile(r"(?:(?<=[a-z]{3}[.!?] )|^)([A-Z][\w'’-]*)", re.M)


def main(data, out):
    behind, opening = [Counter() for _ in GROUPS], Counter()
    for name in FILES:
        for line in lzma.open(Path(data) / name, "rt", encoding="utf-8"):
            for text in json.loads(line)["text"].split("\n"):
                words = text.split()
                # Headlines and labels.
                if len(text) < 60 or sum(word[0].isupper() for word in words) > 0.4 * len(words):
                    continue
                for match in BEHIND.finditer(text):
                    for group, count in zip(GROUPS, behind):
                        count[re.sub("['’]s$", "", match[2])] += match[1].lower() in group
                opening.update(match[1] for match in OPENING.finditer(text))
    found, total = set(), sum(opening.values())
    for count in behind:
        for word, uses in count.items():
            if uses >= LEAST_USES and word.isascii() and word.isalpha() and len(word) > 2:
                ratio = (uses / sum(count.values())) / ((opening[word] + 0.5) / total)
                if math.log(ratio) >= LEAST_LOG_RATIO:
                    found.add(word.lower())
    Path(out).write_text("".join(word + "\n" for word in sorted(found - LEFT_OUT)), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
