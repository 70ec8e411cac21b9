"""Which pieces of words speak for which language: data/told.tsv.

In: sentences in 20 languages (SIB-200, its part for training), English news, and the frequencies of words in 35
languages of the package wordfreq (its code is Apache-2.0, its lists CC BY-SA 4.0). Out: a line of languages, then a
row for each piece: the piece, and a letter a language, `O` for neither. A piece is one to four letters of a word in
small letters between two marks, `_the_`, or the word between them. Weights are those of one logistic regression over
short texts, of a word to twenty, some of them with names from elsewhere; texts of names alone speak for none.
The pieces that do most are kept, and learned again. Seeded; three minutes on one core. What it makes of texts that
trained nothing is in data/README.md.

    python3 models/recipe words --data DATA --work WORK
"""

import gzip
import importlib.util
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from ..rows import rows

SENTENCES, NEWS = "topics/sib200.jsonl.xz", "text/news.jsonl.xz"
# Languages of SENTENCES in scripts that several languages share, and those of which wordfreq has words, by its name.
TAUGHT = "ar cs de en es fa fr hu id it nl pl pt ro ru sv sw tr uk vi".split()
LISTED = {code: code for code in "bg ca da fi is lt lv mk ms nb sk sl ur".split()} | {"hr": "sh", "sr": "sh", "tl": "fil"}
LANGUAGES = sorted([*TAUGHT, *LISTED])
WITHOUT_CAPITALS = {"ar", "fa", "ur"}
# Serbian is listed in Latin letters.
PAIRS = {"lj": "љ", "nj": "њ", "dž": "џ"}
LETTERS = str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")

WORD = re.compile(r"[^\W\d_]+")
NAME = re.compile(r"(?<=[^\W\d_] )([^\W\d_a-zß-ÿ][^\W\d_]{2,})")
# As `src/language.rs` reads a text.
LONGEST_WORD, LONGEST_PIECE, CAPITAL = 24, 4, 7 / 20
NEUTRAL, STEPS, MOST = ord("O"), 46, 4.0

WORDS_A_TEXT = [1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 14, 20]
RARE = 8  # texts that a piece must be in
EPOCHS, BATCH, RATE, PENALTY = (3, 6), 512, 0.02, 2e-5


def main(job):
    texts, labels = examples(job.data, job.options.language_texts)
    features = [pieces(text) for text in texts]
    uses = Counter(piece for found in features for piece in found)
    known = [piece for piece, count in uses.items() if count >= RARE]
    weights = fit(features, labels, known, EPOCHS[0])
    worth = np.sqrt((weights**2).mean(1) * [uses[piece] for piece in known])
    kept = [known[k] for k in np.argsort(-worth, kind="stable")[: job.options.language_pieces]]
    weights = fit(features, labels, kept, EPOCHS[1])
    levels = np.clip(np.round(weights * (STEPS / MOST)), -STEPS, STEPS).astype(int)
    table = sorted((piece.encode(), row) for piece, row in zip(kept, levels) if row.any())
    out = job.place("out/data/told.tsv")
    with open(out, "wb") as file:
        file.write(" ".join(LANGUAGES).encode() + b"\n")
        for piece, row in table:
            file.write(piece + b"\t" + bytes(NEUTRAL + level for level in row) + b"\n")
    print(f"{out}: {len(table)} pieces from {len(texts)} texts")


def pieces(text):
    """The pieces of a text's words, with how much they count."""
    found = defaultdict(float)
    for word in WORD.findall(text):
        small = "".join(WORD.findall(word.lower()))
        weight = 1.0 if small == word else CAPITAL
        marked = f"_{small[:LONGEST_WORD]}_"
        for length in range(1, LONGEST_PIECE + 1):
            for start in range(len(marked) - length + 1):
                if marked[start : start + length] != "_":
                    found[marked[start : start + length]] += weight
        if len(marked) > LONGEST_PIECE:
            found[marked] += weight
    return found


def examples(data, of_each):
    """Short texts, and the places of their languages in LANGUAGES; -1 for names alone."""
    draw, numbers = random.Random(1), np.random.default_rng(1)
    sentences = defaultdict(list)
    for row in rows(data, SENTENCES):
        if row["split"] == "train" and row["language"] in TAUGHT:
            sentences[row["language"]].append(row["text"])
    news = list(english(data))
    names = [name for language, those in sentences.items() if language not in ("de", *WITHOUT_CAPITALS)
             for text in those for name in NAME.findall(text)]
    names += [name for text in news[::4] for name in NAME.findall(text)]
    made = []
    for place, language in enumerate(LANGUAGES):
        listed = None if language == "sw" else frequencies(LISTED.get(language, language))
        for _ in range(of_each * (3 if language == "en" else 1)):
            count, kind = draw.choice(WORDS_A_TEXT), draw.random()
            if language == "en" and kind < 0.6:
                words = part(draw, draw.choice(news), count)
            elif sentences[language] and (kind < 0.8 or listed is None):
                words = part(draw, draw.choice(sentences[language]), count)
            elif listed is None:
                continue
            else:
                words = sampled(draw, numbers, listed, count, language)
            if language not in WITHOUT_CAPITALS and draw.random() < 0.35:
                words = with_names(draw, words, names)
            made.append((" ".join(words), place))
    for _ in range(of_each * 3 // 2):
        made.append((" ".join(draw.choice(names) for _ in range(draw.randint(1, 8))), -1))
    draw.shuffle(made)
    return [text for text, _ in made], np.array([place for _, place in made])


def english(data):
    """Headlines, and a sentence of each article."""
    for index, row in enumerate(rows(data, NEWS)):
        if index % 8 == 0:
            parts = re.split(r"(?<=[.!?]) ", row["text"][:600])
            for text in (row.get("title") or "", parts[min(1, len(parts) - 1)]):
                if len(text) > 15:
                    yield text


def frequencies(name):
    """Words of a language, and how much of its text they and those before them are."""
    import msgpack

    folder = Path(importlib.util.find_spec("wordfreq").origin).parent
    with gzip.open(folder / f"data/small_{name}.msgpack.gz") as file:
        _, *levels = msgpack.unpackb(file.read(), raw=False)
    words = [(word, 10 ** (-level / 100)) for level, those in enumerate(levels) for word in those if WORD.fullmatch(word)]
    shares = np.cumsum([share for _, share in words])
    return [word for word, _ in words], shares / shares[-1]


def sampled(draw, numbers, listed, count, language):
    words, shares = listed
    drawn = [words[k] for k in np.searchsorted(shares, numbers.random(count))]
    if language == "sr":
        drawn = [serbian(word) for word in drawn]
    if language in WITHOUT_CAPITALS:
        return drawn
    return [word.capitalize() if draw.random() < 0.12 else word for word in drawn]


def serbian(word):
    for latin, letter in PAIRS.items():
        word = word.replace(latin, letter)
    return word.translate(LETTERS)


def part(draw, text, count):
    words = text.split()
    start = max(0, min(draw.randrange(len(words)), len(words) - count))
    return words[start : start + count]


def with_names(draw, words, names):
    words = list(words)
    for _ in range(draw.randint(1, max(1, len(words) // 2))):
        place = draw.randrange(len(words) + 1)
        words[place:place] = [draw.choice(names) for _ in range(draw.randint(1, 2))]
    return words


def fit(features, labels, known, epochs):
    """Logistic regression: a row of weights a piece."""
    import torch

    torch.set_num_threads(1)
    places = {piece: place for place, piece in enumerate(known)}
    flat, counts, ends = [], [], [0]
    for found in features:
        for piece, count in found.items():
            if piece in places:
                flat.append(places[piece])
                counts.append(count)
        ends.append(len(flat))
    flat, counts, ends = np.array(flat), np.array(counts, dtype=np.float32), np.array(ends)
    table = torch.nn.EmbeddingBag(len(known), len(LANGUAGES), mode="sum")
    torch.nn.init.zeros_(table.weight)
    optimizer = torch.optim.Adam(table.parameters(), lr=RATE)
    order, batch = np.random.default_rng(0), min(BATCH, len(labels))
    steps, step = epochs * (len(labels) // batch), 0
    for _ in range(epochs):
        shuffled = order.permutation(len(labels))
        for start in range(0, len(labels) - batch + 1, batch):
            chosen = shuffled[start : start + batch]
            index = np.concatenate([np.arange(ends[k], ends[k + 1]) for k in chosen])
            starts = np.concatenate([[0], np.cumsum(ends[chosen + 1] - ends[chosen])[:-1]])
            logits = table(torch.from_numpy(flat[index]), torch.from_numpy(starts),
                           per_sample_weights=torch.from_numpy(counts[index]))
            # Names alone: each language alike.
            wanted = torch.full(logits.shape, 1 / len(LANGUAGES))
            named = torch.from_numpy(labels[chosen])
            wanted[named >= 0] = torch.nn.functional.one_hot(named[named >= 0], len(LANGUAGES)).float()
            used = table.weight[torch.from_numpy(np.unique(flat[index]))]
            loss = -(wanted * torch.log_softmax(logits, 1)).sum(1).mean() + PENALTY * used.abs().sum()
            for group in optimizer.param_groups:
                group["lr"] = RATE * (1 - step / steps) + 1e-4
            step += 1
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return table.weight.detach().numpy()
