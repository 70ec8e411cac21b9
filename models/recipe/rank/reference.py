"""The ranker from its exported files, in plain numpy: what the Rust engine must match.

In: `rank.safetensors`, `rank.json`; a document as sentence texts, token ids and title token ids.
Out: features, two logits and scores a sentence, and the sentences of a summary of the length asked for.
Slow and plain on purpose. Reads no torch, no training code.
"""

import itertools
import json
from pathlib import Path

import numpy as np

from ..quantize import tensors
from . import sets
from .features import DANGLING, features, in_order


class Reference:
    def __init__(self, folder):
        self.config = json.loads((Path(folder) / "rank.json").read_text())
        weights = tensors(Path(folder) / "rank.safetensors")
        self.t = {name.removeprefix("rank."): value for name, value in weights.items()}

    def linear(self, name, x):
        return x @ self.t[f"{name}.weight"].T + self.t[f"{name}.bias"]

    def norm(self, name, x):
        mean = x.mean(1, keepdims=True)
        variance = ((x - mean) ** 2).mean(1, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-5) * self.t[f"{name}.weight"] + self.t[f"{name}.bias"]

    def attention(self, name, x):
        """x (n, width). Heads lie side by side: q, k and v are each (heads, n, width / heads)."""
        n, width = x.shape
        heads = self.config["heads"]
        q, k, v = self.linear(f"{name}.qkv", x).reshape(n, 3, heads, width // heads).transpose(1, 2, 0, 3)
        logits = q @ k.transpose(0, 2, 1) / np.sqrt(width // heads)
        logits = np.exp(logits - logits.max(2, keepdims=True))
        mixed = (logits / logits.sum(2, keepdims=True)) @ v
        return self.linear(f"{name}.out", mixed.transpose(1, 0, 2).reshape(n, width))

    def logits(self, sentences, ids, title_ids, breaks=None):
        """(n, outputs). Features see the whole document; attention sees windows of `window` sentences."""
        x = self.enter(sentences, ids, title_ids, breaks)
        windows = [x[a : a + self.config["window"]] for a in range(0, len(x), self.config["window"])]
        return np.concatenate([self.read(w) for w in windows])

    def enter(self, sentences, ids, title_ids, breaks):
        table = self.t["embeddings.weight"]
        facts = features(sentences, ids, title_ids, [float(w) for w in self.t["importance"]], breaks)
        facts = in_order(facts, self.config["features"])
        vectors = np.stack([table[t].mean(0) for t in ids])
        places = np.minimum(np.arange(len(ids)), self.config["places"] - 1)
        return self.linear("enter", np.concatenate([vectors, facts], axis=1)) + self.t["place"][places]

    def read(self, x):
        for k in range(self.config["layers"]):
            x = x + self.attention(f"layers.{k}", self.norm(f"layers.{k}.norm_1", x))
            inner = np.maximum(self.linear(f"layers.{k}.up", self.norm(f"layers.{k}.norm_2", x)), 0)
            x = x + self.linear(f"layers.{k}.down", inner)
        return self.linear("score", self.norm("norm", x))

    def overlap(self, ids):
        """A function of i: (n,) the weight of the words sentence i shares with each, over the smaller weight; at most 1."""
        importance = self.t["importance"].astype(np.float64)
        weight = lambda words: float(sum(importance[t] for t in sorted(words)))
        sets = [set(t) for t in ids]
        totals = [weight(s) for s in sets]

        def row(i):
            least = [min(totals[i], total) for total in totals]
            both = [weight(sets[i] & s) for s in sets]
            return np.array([min(1.0, b / m) if m > 0 else 0.0 for b, m in zip(both, least)], dtype=np.float32)

        return row

    def summary(self, document, logits, sentences=None, words=None, chars=None):
        shared, importance = self.overlap(document["ids"]), self.t["importance"]
        return select(document, logits, shared, importance, self.config["selection"], sentences, words, chars)


def select(document, logits, shared, importance, options, sentences=None, words=None, chars=None):
    """Sentence numbers of the summary, in the order of the text.

    One sentence is chosen by the second logit, more by the first. Greedy: the sentence that fits and has the
    highest value (logit less `repeat` times its overlap with each sentence chosen so far); equal values: the earlier.
    A fragment (fewer than `fragment_tokens` tokens, or no sentence's end) starts `fragment_penalty` lower.
    A budget of words or characters is not filled up for its own sake: after the first sentence, a value under
    `budget_floor` ends the choice.
    If the summary then opens on a word that points back (feature `dangling`), that sentence is barred and
    the choice is made again, unless every sentence that is left and fits opens so.
    Where the options name `leans`, a sentence's value starts so much lower for each chance, by its fifth logit, that it
    leans on another; with the sentence before it chosen, it gets `LEANED` of that back.
    A sentence whose third logit is above `never`, where the options name it, is barred from the start, unless no other fits.
    Of up to three sentences, one whose fourth logit is below `good`, where the options name it, is never the second or third.
    Two to five sentences are then chosen as a set (`sets.py`), from the best ones that are not barred; a set
    that opens on a word that points back is out, and the greedy choice stands where no set is left.
    """
    n, floor = len(logits), -np.inf
    if sentences is not None:
        sizes, most = [1] * n, sentences
    elif words is not None:
        sizes, most, floor = [len(s.split()) for s in document["sentences"]], words, options["budget_floor"]
    else:
        floor = options["budget_floor"]
        sizes, most = [len(s) + 1 for s in document["sentences"]], chars + 1  # one space between two sentences
    logit = np.asarray(logits, dtype=np.float32)[:, 1 if sentences == 1 else 0]
    value = sets.values(document["sentences"], document["ids"], logit, options)
    leans = np.zeros(n, dtype=np.float32)
    if "leans" in options:
        leans = np.float32(options["leans"]) / (1 + np.exp(-np.asarray(logits, dtype=np.float32)[:, 4]))
    value = value - leans
    dangling = [bool(DANGLING.match(s)) for s in document["sentences"]]
    barred = set()
    if "never" in options:
        # Chosen only where there is nothing else.
        barred = {i for i in range(n) if logits[i][2] > options["never"]}
        if not greedy(value, shared, sizes, most, floor, options, barred, leans):
            barred = set()
    filler = set()
    if "good" in options and sentences is not None and sentences <= FEW:
        filler = {i for i in range(n) if logits[i][3] < options["good"]}
    first = greedy(value, shared, sizes, most, floor, options, barred, leans, filler)
    chosen = first
    while chosen and dangling[chosen[0]]:
        barred.add(chosen[0])
        chosen = greedy(value, shared, sizes, most, floor, options, barred, leans, filler)
    chosen = chosen or first
    if "sets" in options and sentences in range(2, sets.MOST + 1) and len(chosen) == sentences:
        return best_set(document, value, shared, importance, options, sentences, dangling) or chosen
    return chosen


def best_set(document, value, shared, importance, options, size, dangling):
    """The set of the highest score among those that may open a summary; equal scores: the earliest."""
    allowed = [s for s in sets.candidates(value, size) if not dangling[s[0]]]
    if not allowed:
        return None
    rows = {i: shared(i) for i in {i for s in allowed for i in s}}
    allowed = [s for s in allowed if all(rows[a][b] < SAME for a, b in itertools.combinations(s, 2))]
    if not allowed:
        return None
    x = sets.features(allowed, document["sentences"], document["ids"], value, lambda a, b: float(rows[a][b]),
                      importance, options["repeat"])
    return list(allowed[int((x @ np.array([options["sets"][name] for name in sets.NAMES])).argmax())])


SAME = 0.75  # sentences that share so much are one with small edits: one of them is enough
LEANED = 0.7  # so much of what a sentence loses by leaning it gets back with the sentence before it
FEW = 3  # readers said of no longer summary what adds nothing


def greedy(value, shared, sizes, most, floor, options, barred, leans, filler=frozenset()):
    chosen, left, told = [], most, set()
    value = np.asarray(value, dtype=np.float32).copy()
    while True:
        fits = [i for i in range(len(value)) if i not in barred | told and i not in chosen and sizes[i] <= left]
        if chosen:
            fits = [i for i in fits if i not in filler]
        if not fits:
            return sorted(chosen)
        best = max(fits, key=lambda i: (value[i], -i))
        if chosen and value[best] < floor:
            return sorted(chosen)
        chosen.append(best)
        left -= sizes[best]
        row = shared(best)
        value -= np.float32(options["repeat"]) * row
        if best + 1 < len(value):
            value[best + 1] += np.float32(LEANED) * leans[best + 1]
        told |= {i for i in range(len(value)) if row[i] >= SAME}
