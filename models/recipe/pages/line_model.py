"""The line model of `src/page`: what a line of a page is, story or furniture.

In: pages, the features of their lines by name, as the library sees them (`program.py`). Out: the weights that the
library reads, `data/lines/text.safetensors` and `html.safetensors`, each named for its feature or its layer.

A small convolutional network over the lines (`Network`), trained on the likelihood of its lines, longer ones counting
more, plus one minus the soft F1 of the words it keeps: the figure we want counts words. What is kept is a moving
average of the weights, which a page more or less does not move. Deterministic: one thread, fixed seed.
"""
import hashlib
import random
import re
from typing import NamedTuple
from urllib.parse import urlparse

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

GROUPS = ("line", "place", "markup")
WIDTH = 24
DISTANCES = (1, 2, 4, 8)

SEED = 1
PASSES, RATE, DECAY, DROPOUT = 8, 3e-3, 1e-4, 0.2
# Pages of a step, of about one length.
PAGES = 12
# Lines of a page that are learned from.
MOST_LINES = 1500
# What a lost word costs beside a wrong line.
WORD_COST, LINE_COST = 2.0, 4.0
# Of the moving average.
KEPT = 0.99
# A feature that hardly varies is not blown up, divided by less than this.
LEAST_SPREAD = 0.05
# What a page made of others counts beside a real page: one composed of clean articles, which teaches that prose may be
# all there is, or a real page with little furniture left.
MADE_WEIGHT = 0.5
# Shares of the lines around a story that such a page keeps.
LEFT = (0.0, 0.05, 0.3, 1.0, 1.0, 1.0)
# Lines of a story that three in five of them keep.
SHORT_STORY = (2, 15)
# Share of sentences of such a story that begin as furniture does: "Terms of the deal were not disclosed."
DISGUISED = 0.1
MARKS = ("share", "menu", "notice", "related_or_advert", "comment", "credit", "byline", "furniture_first")
# As many lines that say that they are furniture, in so many words at most, are moved into such a story at most.
MOVED, MOVED_WORDS = 4, 30


def site(url):
    return ".".join(urlparse(url).netloc.replace("www.", "").split(".")[-2:])


def site_hash(row):
    """A number for the site of a page, or for the page where its site is not known."""
    return int(hashlib.md5((site(row["url"]) if row.get("url") else str(row["id"])).encode()).hexdigest(), 16)


def words(text):
    return re.findall(r"\w+", text.lower())


def grams(w, n=4):
    return [tuple(w[i:i + n]) for i in range(max(1, len(w) - n + 1))]


def labels(lines, body):
    """1 for a line whose words the gold body holds in their order (4-grams; short lines whole)."""
    gold_grams = set(grams(words(body)))
    gold_lines = {" ".join(words(l)) for l in body.split("\n")}
    gold_text = " " + " ".join(words(body)) + " "
    of = [words(line) for line in lines]
    out = [0] * len(lines)
    for i, w in enumerate(of):
        g = grams(w)
        out[i] = int(" ".join(w) in gold_lines if len(w) < 4 else sum(x in gold_grams for x in g) >= 0.5 * len(g))
    # The body's own lines may be cut otherwise: a short one goes on with the line of the story before it or behind it.
    for i, w in enumerate(of):
        joined = lambda a, b: f" {' '.join(a[-4:] + b[:4])} " in gold_text
        if 0 < len(w) < 4 and not out[i]:
            before, after = i > 0 and out[i - 1] and of[i - 1], i + 1 < len(of) and out[i + 1] and of[i + 1]
            out[i] = int(bool(before and joined(before, w)) or bool(after and joined(w, after)))
    return out


class Page(NamedTuple):
    names: list  # of the columns
    x: np.ndarray  # (lines, columns)
    y: np.ndarray  # (lines): 1 for a line of a story
    w: np.ndarray  # (lines): words
    count: float  # what the page counts


def page(features, gold):
    """A page to train on: `features` its row of `Pages.features`, `gold` its row of the data; None without lines."""
    if not features["lines"]:
        return None
    text = features["text"].encode()
    lines = [text[line["start"]:line["end"]].decode() for line in features["lines"]]
    groups = [group for group in GROUPS if features["lines"][0][group]]
    names = [f"{group}.{name}" for group in groups for name in features["lines"][0][group]]
    x = np.array([[value for group in groups for value in line[group].values()] for line in features["lines"]], dtype=np.float32)
    composed = "articles" in gold
    body = "\n".join(b for a in gold["articles"] for b in a["body"]) if composed else gold["body"]
    return Page(names, x, np.array(labels(lines, body), dtype=np.float32),
                np.array([len(words(line)) for line in lines], dtype=np.float32), MADE_WEIGHT if composed else 1.0)


def marked(page):
    """The numbers of the lines that say by a word that they are furniture, and are."""
    marks = [page.names.index(f"line.{name}") for name in MARKS]
    return np.flatnonzero((page.y == 0) & (page.w <= MOVED_WORDS) & (page.x[:, marks].sum(1) > 0))


def left(page, chance):
    """The numbers of the lines that a page keeps of which a scraper took most furniture, some of it between the
    paragraphs; of none without a story."""
    story = np.flatnonzero(page.y)
    if not len(story):
        return []
    first, last, after = story[0], story[-1], story[-1]
    if chance.random() < 0.6:
        last = story[min(len(story), chance.randint(*SHORT_STORY)) - 1]
    share = chance.choice(LEFT)
    inside = lambda i: first <= i <= last or (i < first or i > after) and chance.random() < share
    kept = [i for i in range(len(page.y)) if inside(i)]
    furniture = marked(page)
    for _ in range(chance.randint(0, MOVED) if len(furniture) else 0):
        kept.insert(chance.randint(kept.index(first) + 1, kept.index(last) + 1), chance.choice(furniture).item())
    return kept


def disguised(page, chance):
    """Such a page, some sentences of its story with the marks of furniture, some furniture in it in the markup of the
    story."""
    marks = [page.names.index(f"line.{name}") for name in MARKS]
    markup = [i for i, name in enumerate(page.names) if name.startswith("markup.")]
    sentence = page.names.index("line.sentence_end")
    furniture = marked(page)
    for line in range(1, len(page.y)):
        if page.y[line] == 1 and page.x[line, sentence] == 1 and len(furniture) and chance.random() < DISGUISED:
            page.x[line, marks] = page.x[chance.choice(furniture), marks]
        elif line in furniture and page.y[line - 1] == 1 and chance.random() < 0.5:
            page.x[line, markup] = page.x[line - 1, markup]
    return page


class Network(nn.Module):
    """As `src/page/furniture.rs` has it."""

    def __init__(self, mean, spread):
        super().__init__()
        self.mean, self.spread = mean, spread
        self.line = nn.Linear(len(mean), WIDTH)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=k, dilation=k) for k in DISTANCES)
        self.odds = nn.Linear(2 * WIDTH, 1)
        self.features = nn.Linear(len(mean), 1)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x, mask):
        """Log-odds, (pages, lines), of lines (pages, lines, features)."""
        x = (x - self.mean) / self.spread * mask[..., None]
        line = functional.relu(self.line(x))
        near = self.dropout(line)
        for layer in self.layers:
            near = near + functional.relu(layer((near * mask[..., None]).transpose(1, 2)).transpose(1, 2))
        return (self.odds(self.dropout(torch.cat([near, line], -1))) + self.features(x))[..., 0]

    def tensors(self, names):
        """The weights by the names of `src/page/weights.rs`, for features as they are."""
        rows = torch.cat([self.line.weight, self.features.weight]).T / self.spread[:, None]
        bias = torch.cat([self.line.bias, self.features.bias + self.odds.bias]) - self.mean @ rows
        tensors = {f"input.{name}": row for name, row in zip(names, rows, strict=True)} | {"input.bias": bias}
        for distance, layer in zip(DISTANCES, self.layers):
            # By neighbour, then by the value it has.
            tensors[f"layer.{distance}.weight"] = layer.weight.permute(2, 1, 0).reshape(3 * WIDTH, WIDTH)
            tensors[f"layer.{distance}.bias"] = layer.bias
        tensors["output.layers"], tensors["output.line"] = self.odds.weight[0].split(WIDTH)
        return {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}


def batches(pages, chance):
    """Steps of a pass: pages of about one length, in an order of chance."""
    order = sorted(range(len(pages)), key=lambda i: len(pages[i].y) + 60 * chance.random())
    steps = [[pages[i] for i in order[at:at + PAGES]] for at in range(0, len(order), PAGES)]
    chance.shuffle(steps)
    for step in steps:
        most = min(MOST_LINES, max(len(page.y) for page in step))
        pad = lambda array: torch.from_numpy(np.pad(array[:most], [(0, most - len(array[:most]))] + [(0, 0)] * (array.ndim - 1)))
        x, y, w, mask = (torch.stack([pad(of(page)) for page in step]) for of in
                         (lambda p: p.x, lambda p: p.y, lambda p: p.w, lambda p: np.ones_like(p.y)))
        yield x, y, w, mask, torch.tensor([page.count for page in step])


def loss(e, y, w, mask, count):
    long = (1 + w.clamp(max=60) / 15) * mask
    line = (functional.binary_cross_entropy_with_logits(e, y, reduction="none") * long).sum(1) / long.sum(1)
    p = torch.sigmoid(e) * mask
    f1 = 2 * (p * y * w).sum(1) / ((p * w).sum(1) + (y * w).sum(1) + 1e-6)
    return ((LINE_COST * line + WORD_COST * (1 - f1)) * count).sum() / count.sum()


def train(pages):
    """The weights, by name, that these pages teach."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    pages = [page for page in pages if page is not None]
    names = pages[0].names
    assert all(page.names == names for page in pages), "pages of two kinds"
    lines = np.concatenate([page.x for page in pages])
    network = Network(torch.from_numpy(lines.mean(0)), torch.from_numpy(lines.std(0)).clamp(min=LEAST_SPREAD))
    kept = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = PASSES * -(-len(pages) // PAGES)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    step = 0
    for _ in range(PASSES):
        for x, y, w, mask, count in batches(pages, chance):
            optimizer.zero_grad()
            loss(network(x, mask), y, w, mask, count).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            share = min(KEPT, step / (step + 10))
            for name, value in network.state_dict().items():
                kept[name].mul_(share).add_(value, alpha=1 - share)
    network.load_state_dict(kept)
    return network.tensors(names)


def odds(tensors, page):
    """The log-odds of a page's lines by weights by name: what the library's own are held to."""
    rows = torch.stack([tensors[f"input.{name}"] for name in page.names])
    sums = torch.from_numpy(page.x) @ rows + tensors["input.bias"]
    line, own = functional.relu(sums[:, :WIDTH]), sums[:, WIDTH]
    near = line
    for distance in DISTANCES:
        weight = tensors[f"layer.{distance}.weight"].reshape(3, WIDTH, WIDTH)
        padded = functional.pad(near, (0, 0, distance, distance))
        at = lambda k: padded[k * distance:k * distance + len(near)]
        near = near + functional.relu(sum(at(k) @ weight[k] for k in range(3)) + tensors[f"layer.{distance}.bias"])
    return own + near @ tensors["output.layers"] + line @ tensors["output.line"]


def write(tensors, path):
    save_file(tensors, str(path))
