"""How the similarity of an article to own labels is read as a probability.

In: the vectors of texts, IPTC's tree of topics, annotated training rows, articles that nothing was trained on, and news
whose publisher filed it under a section or a tag, which own_labels.tsv names and describes. Out: the numbers of
`OwnLabelsConfig` (src/topics/labels.rs says how they are used), by logistic regression on the similarity and its lead over the
other labels. Sets of labels are the children of one IPTC topic, as if a caller offered them: those of levels 1 and 2 with
annotated rows, those below with held-out passages that name one of them, the name kept in half of them and taken out in
the others; and the sections of one publisher. Each set is seen by name, with its descriptions, and with examples, each time
whole and in part, so that some texts have none of its labels; beside IPTC's stand texts of other topics too. The sets
`REPORTED` teach nothing: the figures of those come last in the step's log.
"""

import json
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from . import library
from .rows import rows

TAXONOMY = "topics/iptc_mediatopic_2025-10-09.json"
ANNOTATED = "topics/annotated_train.jsonl.xz"
HELD_OUT = ("topics/annotated_dev.jsonl.xz", "summaries/cnndm_val.jsonl.xz", "summaries/teasers_val.jsonl.xz")
SEED = 7
# The scores from which a label is reported, and from which the best is where none reaches that: about those with the
# highest F1 on the sets that teach, when one text in ten has none of the labels.
THRESHOLD, FLOOR = 0.3, 0.25
FEWEST, MOST, EXAMPLES = 8, 24, 4  # texts of a label in a set, of which some are taken as its examples
LABELS = 3  # fewest of a set with texts
STRAYS = 18  # texts of other sets beside a set's own
SECTIONS = Path(__file__).with_suffix(".tsv")
REPORTED = {"bbc-sport", "mind-sport", "telegraph", "fox", "cap", "reuters", "nyt"}
# How the source of a row begins, where the same key stands for others too.
SOURCES = {"huffpost": "huffpost", "mind": "mind", "mind-sport": "mind", "cap": "nyt", "nyt": "nyt"}
FILED, LENGTHS = 40, (400, 2000)  # texts of a section; characters of a lead and of an article
SIZES = (1, 2, 3, 5, 8, 12, 20)  # of the parts of a set
SHARES = {"topic": 1.0, "rank": 0.5, "dense": 3.0}
EXAMPLES_COUNT = 0.5  # all examples of a label, beside its name and description


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


def iptc_sets(job, draw):
    """(name, labels, examples of each by its code, texts) of each set."""
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
                yield "iptc", labels, examples, [text for code in sorted(kept) for text in kept[code][EXAMPLES:]]


def filed_text(row, place):
    """By turns the lead alone, with its title, and the article; the title where there is no lead."""
    title, text = row.get("title") or "", (row.get("text") or "").strip()
    if len(text) < 60:
        return {"text": title}
    lead, whole = LENGTHS
    return ({"text": text.split("\n")[0][:lead]}, {"title": title, "text": text[:lead]}, {"title": title, "text": text[:whole]})[place % 3]


def section_sets(job, draw):
    """The same of what publishers filed."""
    listed, filed = defaultdict(list), defaultdict(list)
    for line in SECTIONS.read_text(encoding="utf-8").splitlines():
        name, file, key, label, definition = line.split("\t")
        listed[name].append({"code": (file, key), "label": label, "definition": definition, "top": name})
    codes = {node["code"] for nodes in listed.values() for node in nodes}
    for file in sorted({file for file, _ in codes}):
        for row in rows(job.data, file):
            labels = row["labels"] or ()
            for key in labels if "reuters" not in file or len(labels) == 1 else ():
                if (file, key) in codes:
                    filed[file, key].append(row)
    for name, nodes in listed.items():
        examples, texts = {}, []
        for node in nodes:
            code, seen = node["code"], {}
            draw.shuffle(filed[code])
            for row in filed[code]:
                if (row["source"].split("_")[0].startswith(SOURCES.get(name, ""))
                        and len(row.get("title") or "") + len(row.get("text") or "") > 60 and len(seen) < FILED):
                    seen.setdefault(row.get("title"), row)
            made = [Text(filed_text(row, place), frozenset([code])) for place, row in enumerate(seen.values())]
            if len(made) >= FEWEST:
                examples[code] = made[:EXAMPLES]
                texts += made[EXAMPLES:]
        labels = [node for node in nodes if node["code"] in examples]
        if len(labels) >= LABELS:
            yield name, labels, examples, texts


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def directions(vectors, means, texts):
    """As `Mean::direction` of labels.rs: the topic vector and the ranker's, each without the mean, and the labels'."""
    x, y, z = vectors.of(texts)
    parts = zip((x - means[0], y - means[1], z), SHARES.values())
    return np.hstack([unit(part) * np.sqrt(share / sum(SHARES.values())) for part, share in parts])


def tops(labels):
    return {node["top"] for node in labels}


class Seen(NamedTuple):
    """A set, or a part of one, as it is seen once."""
    name: str
    kind: int  # names, descriptions, examples
    similar: np.ndarray  # (texts, labels)
    right: np.ndarray


def seen(job, vectors, means):
    """Every set by names, descriptions and examples, whole and in parts."""
    draw = random.Random(SEED)
    found = [*iptc_sets(job, draw), *section_sets(job, draw)]
    of_texts = [directions(vectors, means, [text.row for text in texts]) for _, _, _, texts in found]
    for (name, labels, examples, texts), own in zip(found, of_texts):
        codes = [node["code"] for node in labels]
        strays = []
        if name == "iptc":
            apart = [of for (other, others, _, _), of in zip(found, of_texts) if other == name and not tops(labels) & tops(others)]
            strays = [direction for of in apart for direction in of]
            strays = draw.sample(strays, min(STRAYS, len(strays)))
        right = np.array([[code in text.right for code in codes] for text in texts] + [[False] * len(codes)] * len(strays))
        names = directions(vectors, means, [{"text": node["label"]} for node in labels])
        said = [f"{node['label']}. {node.get('definition') or node['label']}" for node in labels]
        said = directions(vectors, means, [{"text": text} for text in said])
        shown = said.copy()
        for place, code in enumerate(codes):
            if code in examples:
                shown[place] += EXAMPLES_COUNT * unit(directions(vectors, means, [text.row for text in examples[code]]).sum(0))
        all_texts = np.vstack([own, *strays])
        parts = [draw.sample(range(len(codes)), size) for size in SIZES if size < len(codes)]
        for part in [list(range(len(codes))), *parts]:
            inside = right[:, part].any(1)
            # Beside the texts that have one of the labels, at most half as many that have none.
            none = np.flatnonzero(~inside).tolist()
            kept = np.r_[np.flatnonzero(inside), draw.sample(none, min(len(none), int(inside.sum()) // 2))].astype(int)
            for kind, known in enumerate((names, said, shown) if len(kept) else ()):
                yield Seen(name, kind, all_texts[kept] @ unit(known[part]).T, right[kept][:, part])


class Reading(torch.nn.Module):
    """`OwnLabelsConfig::scores`, as logits."""

    def __init__(self):
        super().__init__()
        # Scales, lead, slope and sharpness stay positive through a softplus.
        self.scales, self.shifts = torch.nn.Parameter(torch.full((3,), 0.54)), torch.nn.Parameter(torch.zeros(3))
        self.form = torch.nn.Parameter(torch.tensor([2.0, 8.0, 12.0]))
        self.offset = torch.nn.Parameter(torch.tensor(-1.5))

    def numbers(self):
        scales = softplus(self.scales)
        slope, lead, sharpness = softplus(self.form)
        return scales / scales[0], self.shifts - self.shifts[0], slope, lead, sharpness

    def forward(self, similar, kind):
        scales, shifts, slope, lead, sharpness = self.numbers()
        similar = similar * scales[kind] + shifts[kind]
        sharp = torch.cat([similar * sharpness, torch.zeros(len(similar), 1)], 1)
        others = sharp[:, None, :].expand(-1, similar.shape[1], -1)
        own = torch.eye(similar.shape[1], similar.shape[1] + 1, dtype=torch.bool)
        rival = torch.logsumexp(others.masked_fill(own, -torch.inf), 2) / sharpness
        return slope * similar + lead * (similar - rival) + self.offset


def figures(model, sets):
    """What the sets that taught nothing show: how often the first label is right, and whether a score is the share that it says."""
    names = ("names", "descriptions", "examples")
    with torch.no_grad():
        scored = [(one, torch.sigmoid(model(torch.from_numpy(one.similar).float(), one.kind)).numpy()) for one in sets]
    for kind, name in enumerate(names if scored else ()):
        chosen = [(one, scores) for one, scores in scored if one.kind == kind]
        by_size = defaultdict(list)
        for one, scores in chosen:
            inside = one.right.any(1)
            by_size[one.right.shape[1]] += one.right[np.arange(len(scores)), scores.argmax(1)][inside].tolist()
        print(name + ", first label right by size:", {size: round(float(np.mean(hits)), 3) for size, hits in sorted(by_size.items())})
        flat = np.concatenate([scores.ravel() for _, scores in chosen])
        gold = np.concatenate([one.right.ravel() for one, _ in chosen])
        bins, error = np.minimum((flat * 10).astype(int), 9), 0.0
        for place in range(10):
            inside = bins == place
            if inside.any():
                error += abs(flat[inside].mean() - gold[inside].mean()) * inside.mean()
                print(f"  {place / 10:.1f}: {inside.sum():6} scores, mean {flat[inside].mean():.3f}, right {gold[inside].mean():.3f}")
        print(f"  calibration error {error:.4f}", flush=True)


def fit(job, vectors, means):
    """The `own_labels` part of config.json."""
    found = list(seen(job, vectors, means))
    taught = [one for one in found if one.name not in REPORTED]
    torch.manual_seed(SEED)
    model = Reading()
    data = [(torch.from_numpy(one.similar).float(), one.kind, torch.from_numpy(one.right).float()) for one in taught]
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        # Every set counts alike, and in it every text.
        total = sum(binary_cross_entropy_with_logits(model(x, kind), y, reduction="sum") / len(x) for x, kind, y in data) / len(data)
        total.backward()
        return total

    print(f"own labels: {len(taught):,} times a set was seen; log loss {float(optimizer.step(loss)):.4f}", end="")
    print(f" to {float(loss()):.4f}", flush=True)
    figures(model, [one for one in found if one.name in REPORTED])
    scales, shifts, *form = ([round(float(v), 4) for v in part.detach().reshape(-1)] for part in (*model.numbers(), model.offset))
    (slope,), (lead,), (sharpness,), (offset,) = form
    described, shown = ({"scale": scales[kind], "shift": shifts[kind]} for kind in (1, 2))
    return {"slope": slope, "offset": offset, "lead": lead, "sharpness": sharpness, "described": described, "shown": shown,
            "examples": EXAMPLES_COUNT, "shares": SHARES, "threshold": THRESHOLD, "floor": FLOOR}
