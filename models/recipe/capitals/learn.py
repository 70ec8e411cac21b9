"""How English news writes a word inside a sentence: data/capitals.tsv.

In: a folder of news in its original case. Out: a table of words in small letters without accents,
each with the share of its uses that have a capital, in percent. Only places inside a sentence
count, where a capital means something. Nothing is drawn at random: the same data give the same
bytes. Three minutes, no packages.
Knows no names. The library asks the table one thing: may a word that opens a sentence be a common
word (it is mostly written small)? What the table lacks may be a name.

    python3 models/recipe words --data DATA --work WORK
    python3 -m models.recipe.capitals.learn DATA data/capitals.tsv

The first learns the table, as a step of the recipe. The second measures one on news of other
sources, see `check`. Files that DATA lacks are left out.
"""

import argparse
import re
import unicodedata
from collections import Counter
from pathlib import Path

from ..rows import rows

SOURCES = ["text/news.jsonl.xz", "topics/rss.jsonl.xz", "topics/allsides.jsonl.xz"]

# Other newspapers and other years than SOURCES: (file, field of the text).
HELD_OUT = [
    ("summaries/teasers_train.jsonl.xz", "text"),
    ("topics/eval_bbc.jsonl.xz", "text"),
    ("topics/eval_masakhanews_dev.jsonl.xz", "text"),
    ("summaries/descriptions_train.jsonl.xz", "text"),
    ("pages/wcxb_dev.jsonl.xz", "body"),
    ("pages/naeb_dev.jsonl.xz", "body"),
]

MAX_CAPITAL = 50  # percent; a word with more is as good as unknown
ASKED_CAPITAL = 20  # percent; up to here the library takes a word for common (`MAX_CAPITAL` there)

MIN_CHARS = 60  # shorter paragraphs are headlines, bylines and labels
MAX_SHARE = 0.4  # a paragraph with more of its words in capitals is a headline or a list

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l",
                         "ħ": "h", "ŧ": "t", "þ": "th", "ı": "i", "'": None, "’": None})


def key(word):
    """A word as the library compares it: small, without accents, apostrophes, possessive."""
    word = word.lower()
    if len(word) > 3:
        word = re.sub(r"['’]s$", "", word)
    word = unicodedata.normalize("NFKD", word.translate(LETTERS))
    return "".join(c for c in word if not unicodedata.combining(c))


class Seen:
    """How often words stand inside sentences."""

    def __init__(self):
        self.small = Counter()
        self.capital = Counter()
        self.opening = Counter()  # with a capital, at the beginning of a sentence

    def add(self, text):
        for paragraph in text.split("\n"):
            self.add_paragraph(paragraph.strip())

    def add_paragraph(self, text):
        found = list(WORD.finditer(text)) if len(text) >= MIN_CHARS else []
        if sum(match[0][0].isupper() for match in found) > MAX_SHARE * len(found):
            return
        for match in found:
            word, start = match[0], match.start()
            gap = text[max(start - 2, 0):start]
            named = word[0].isupper() and len(word) > 1 and not word.isupper()
            if start == 0 or gap in (". ", "! ", "? "):
                if named:
                    self.opening[key(word)] += 1
            # After a small letter or comma and one blank no sentence, title or quotation opens.
            elif len(gap) == 2 and gap[1] == " " and (gap[0].islower() or gap[0] == ","):
                if word.islower():
                    self.small[key(word)] += 1
                elif named:
                    self.capital[key(word)] += 1


def texts(data, name, field):
    if not (Path(data) / name).exists():
        print(f"{name}: no such file, left out", flush=True)
        return
    for row in rows(data, name):
        text = row.get(field) or ""
        yield text if isinstance(text, str) else "\n".join(text)


def percent(part, whole):
    return round(100 * part / whole) if whole else 0


def table(seen, min_uses, min_uses_opening):
    """The lines of the table."""
    for word in sorted(seen.small.keys() | seen.capital.keys()):
        uses = seen.small[word] + seen.capital[word]
        share = percent(seen.capital[word], uses)
        known = uses >= (min_uses_opening if seen.opening[word] else min_uses)
        if known and share <= MAX_CAPITAL and len(word) > 1 and word.isascii():
            yield f"{word}\t{share}\n"


def main(job):
    seen = Seen()
    for name in SOURCES:
        for text in texts(job.data, name, "text"):
            seen.add(text)
        print(f"{name}: {len(seen.small)} small, {len(seen.capital)} capitalised words", flush=True)
    lines = list(table(seen, *job.options.word_uses))
    out = job.place("out/data/capitals.tsv")
    out.write_text("".join(lines), encoding="ascii")
    print(f"{out}: {len(lines)} words")


def labelled(data, name, field):
    """Words that open a sentence, each with whether it is a name: the rest of its own text writes
    it with capitals only. Words written both ways or nowhere else are left out."""
    for text in texts(data, name, field):
        seen = Seen()
        seen.add(text)
        for word in seen.opening.elements():
            small, capital = seen.small[word] > 0, seen.capital[word] > 0
            if small != capital:
                yield word, capital


def check(data, path):
    """Prints, for each held-out file, how many of the names that open a sentence the table leaves
    names, and how many of the common words it takes for names; of all and of those that the table
    lacks, which are names to the library."""
    lines = Path(path).read_text(encoding="ascii").splitlines()
    known = {word: int(share) for word, share in (line.split("\t") for line in lines)}
    for name, field in HELD_OUT:
        count = Counter()
        for word, is_name in labelled(data, name, field):
            count[is_name] += 1
            count[is_name, "left"] += known.get(word, 100) > ASKED_CAPITAL
            count[is_name, "lacks"] += word not in known
        left = [100 * count[kind, "left"] / max(count[kind], 1) for kind in (True, False)]
        print(f"{name}: of {count[True]} names {left[0]:.1f}% are left names, of {count[False]} "
              f"common words {left[1]:.2f}% are taken for names; the table lacks "
              f"{count[True, 'lacks']} and {count[False, 'lacks']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measures a table on news of other sources.")
    parser.add_argument("data", help="folder with text/, topics/, summaries/, pages/")
    parser.add_argument("table")
    asked = parser.parse_args()
    check(asked.data, asked.table)
