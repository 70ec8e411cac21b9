"""How the similarity of an article to an own label is read as a probability.

In: the vectors of texts, IPTC's tree of topics, annotated training rows, and articles that nothing was trained on. Out:
slope, lead and offset (src/topics/labels.rs says how they are used), by logistic regression on the
similarity and its lead over the rival. Each set of labels is the children of one IPTC topic, as if a caller offered
them: those of levels 1 and 2 with annotated rows, those below with held-out passages that name one of them, the name
kept in half of them and taken out in the others. Each set is seen by name, with its definitions, and with examples,
and beside its own texts some of other sets, which have none of its labels. Every set counts alike.
"""

import json
import random
import re
from collections import defaultdict
from typing import NamedTuple

import numpy as np

from . import library
from .platt import logistic
from .rows import rows

TAXONOMY = "topics/iptc_mediatopic_2025-10-09.json"
ANNOTATED = "topics/annotated_train.jsonl.xz"
HELD_OUT = ("topics/annotated_dev.jsonl.xz", "summaries/cnndm_val.jsonl.xz", "summaries/teasers_val.jsonl.xz")
SEED = 7
THRESHOLD = 0.3  # of the score from which a label is reported
FEWEST, MOST, EXAMPLES = 8, 24, 4  # texts of a label in a set, of which some are taken as its examples
LABELS = 3  # fewest of a set with texts
STRAYS = 18  # texts of other sets beside a set's own


class Text(NamedTuple):
    row: dict  # title and text
    right: frozenset  # the codes of its labels


def siblings(folder):
    """The children of each topic in force, by its code; level 1 by None."""
    found = defaultdict(list)
    for node in json.loads((folder / TAXONOMY).read_text(encoding="utf-8"))["nodes"]:
        if not node["retired"]:
            found[node["parent"]].append(node)
    return found


def article_sets(folder, tree, draw):
    """Levels 1 and 2: whole articles, and as many without a title, cut after the first paragraph."""
    annotated = list(rows(folder, ANNOTATED))
    draw.shuffle(annotated)
    for parent in (None, *(node["code"] for node in tree[None])):
        codes = {node["code"] for node in tree[parent]}
        texts = []
        for place, row in enumerate(annotated):
            if right := codes & {*row["l1"], *row["l2"]}:
                short = {"text": row["text"].split("\n")[0][:400]}
                texts.append(Text({"title": row.get("title"), "text": row["text"]} if place % 2 else short, frozenset(right)))
        yield parent, texts


def passages(job, draw):
    """One to three sentences of articles that nothing was trained on."""
    held_out = [row["text"][:1500] for name in HELD_OUT for row in rows(job.data, name)]
    for text, found in zip(held_out, library.encode(job.tokenizer, ({"text": text} for text in held_out))):
        for place, (start, _) in enumerate(found.spans):
            _, end = found.spans[min(place + draw.choice((0, 0, 1, 2)), len(found.spans) - 1)]
            if 50 < end - start < 500:
                yield text[start:end]


def passage_sets(job, tree, draw):
    """Below level 2, and wherever names are said in one word or two: passages that name one sibling and no other."""
    named = defaultdict(set)
    for parent, nodes in tree.items():
        for node in nodes:
            label = node["label"]
            if re.fullmatch("[a-z]+( [a-z]+)?", label):
                for form in (label, label + "s", label.removesuffix("s")):
                    named[form].add((parent, node["code"]))
    texts = defaultdict(list)
    for passage in passages(job, draw):
        words = re.findall("[a-z]+", passage.lower())
        said = defaultdict(set)
        forms = defaultdict(set)
        for form in {*words, *map(" ".join, zip(words, words[1:]))} & named.keys():
            for parent, code in named[form]:
                said[parent].add(code)
                forms[parent].add(form)
        for parent in sorted(said.keys() - {None}):
            if len(said[parent]) == 1:
                hidden = re.sub(r"(?i)\b(" + "|".join(sorted(forms[parent], key=len, reverse=True)) + r")\b", "", passage)
                texts[parent].append(Text({"text": draw.choice((passage, hidden))}, frozenset(said[parent])))
    for parent in sorted(texts):
        draw.shuffle(texts[parent])
        yield parent, texts[parent]


def sets(job):
    """(labels, examples of each by its code, texts) of each set."""
    draw = random.Random(SEED)
    tree = siblings(job.data)
    for whole, found in ((True, article_sets(job.data, tree, draw)), (False, passage_sets(job, tree, draw))):
        for parent, texts in found:
            by_label = defaultdict(list)
            for text in texts:
                code = min(text.right, key=lambda code: (len(by_label[code]), code))
                if len(by_label[code]) < MOST:
                    by_label[code].append(text)
            kept = {code: some for code, some in by_label.items() if len(some) >= FEWEST}
            if len(kept) >= LABELS:
                # A name that no passage says may still be right of some: only with annotations is it known not to be.
                labels = [node for node in tree[parent] if whole or node["code"] in kept]
                examples = {code: some[:EXAMPLES] for code, some in kept.items()}
                yield labels, examples, [text for code in sorted(kept) for text in kept[code][EXAMPLES:]]


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def directions(vectors, means, texts):
    """As `Mean::direction` of labels.rs: two parts of the topic vector, one of the ranker's, each without the mean."""
    x, y = vectors.of(texts)
    return np.hstack([unit(x - means[0]) * np.sqrt(2 / 3), unit(y - means[1]) * np.sqrt(1 / 3)])


def tops(labels):
    return {node["top"] for node in labels}


def features(similar):
    """Similarity and lead over the rival, the nearest other label or 0: (texts, labels, 2)."""
    ranked = np.sort(np.hstack([similar, np.zeros((len(similar), 2))]), axis=1)
    first, second = ranked[:, -1:], ranked[:, -2:-1]
    rival = np.where((similar == first) & (first > 0), second, first)
    return np.stack([similar, similar - rival], axis=2)


def fit(job, vectors, means):
    """The `own_labels` part of config.json."""
    draw = random.Random(SEED)
    found = list(sets(job))
    of_texts = [directions(vectors, means, [text.row for text in texts]) for _, _, texts in found]
    x, gold, weight = [], [], []
    for index, (labels, examples, texts) in enumerate(found):
        codes = [node["code"] for node in labels]
        apart = [of for (others, _, _), of in zip(found, of_texts) if not tops(labels) & tops(others)]
        strays = [direction for of in apart for direction in of]
        strays = draw.sample(strays, min(STRAYS, len(strays)))
        seen = np.vstack([of_texts[index], *strays])
        right = np.array([[code in text.right for code in codes] for text in texts] + [[False] * len(codes)] * len(strays))
        names = directions(vectors, means, [{"text": node["label"]} for node in labels])
        said = [f"{node['label']}. {node.get('definition') or node['label']}" for node in labels]
        said = directions(vectors, means, [{"text": text} for text in said])
        shown = said.copy()
        for place, code in enumerate(codes):
            if code in examples:
                shown[place] += directions(vectors, means, [text.row for text in examples[code]]).sum(0)
        for known in (names, said, shown):
            x.append(features(seen @ unit(known).T).reshape(-1, 2))
            gold.append(right.ravel().astype(float))
            weight.append(np.full(right.size, 1 / len(seen)))
    x, gold, weight = np.vstack(x).astype(float), np.concatenate(gold), np.concatenate(weight)
    slope, lead, offset = logistic(x, gold, weight)
    print(f"own labels: {len(found)} sets, {sum(map(len, of_texts)):,} texts")
    return {"slope": slope, "offset": offset, "lead": max(lead, 0.0), "threshold": THRESHOLD}
