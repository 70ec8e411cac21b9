"""Words that go on with a name behind an abbreviation: data/behind.tsv.

In: a folder of news. Out: words in small letters whose capital stands more often behind an abbreviation
such as *U.S.* or *Inc.* than at the beginning of a sentence (*Navy*, *Embassy*), a line each. Nothing is
drawn at random. Half a minute, no packages. Knows no grammar: a word that stands there by chance (*8 p.m.
Tickets are $10*) is overruled by its kind `opens-sentence` in data/words.tsv.

    python3 models/recipe words --data DATA --work WORK
"""

import math
import re
from collections import Counter

from ..rows import rows

SOURCES = ["text/news.jsonl.xz", "topics/allsides.jsonl.xz"]
# Countries and bodies, the capital, and what ends firms, names and times: each counted by itself.
GROUPS = [["u.s", "u.n", "u.k"], ["d.c"], ["jr", "inc", "co", "corp", "bros", "p.m", "a.m"]]
LEAST_LOG_RATIO = 1.5
LEAST_USES = 4

BEHIND = re.compile(r"(?<![\w.])((?:[A-Za-z]\.)*[A-Za-z]{1,6})\. (?=([A-Z][\w'’-]*)( ?)([\w(]?))")
OPENING = re.compile(r"(?:(?<=[a-z]{3}[.!?] )|^)([A-Z][\w'’-]*)", re.M)


def main(job):
    behind, opening = [Counter() for _ in GROUPS], Counter()
    for name in SOURCES:
        for row in rows(job.data, name):
            for text in row["text"].split("\n"):
                words = text.split()
                # Headlines and labels.
                if len(text) < 60 or sum(word[0].isupper() for word in words) > 0.4 * len(words):
                    continue
                for match in BEHIND.finditer(text):
                    for group, count in zip(GROUPS, behind):
                        count[re.sub("['’]s$", "", match[2])] += match[1].lower() in group
                opening.update(match[1] for match in OPENING.finditer(text))
    found = set(going_on(behind, opening))
    out = job.place("out/data/behind.tsv")
    out.write_text("".join(word + "\n" for word in sorted(found)), encoding="ascii")
    print(f"{out}: {len(found)} words")


def going_on(behind, opening):
    """The words of each counter of `behind` that are far commoner there than in `opening`."""
    total = sum(opening.values())
    for count in behind:
        for word, uses in count.items():
            if uses >= LEAST_USES and word.isascii() and word.isalpha() and len(word) > 2:
                ratio = (uses / sum(count.values())) / ((opening[word] + 0.5) / total)
                if math.log(ratio) >= LEAST_LOG_RATIO:
                    yield word.lower()
