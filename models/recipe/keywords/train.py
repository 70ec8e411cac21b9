"""How likely a phrase is a keyword: `data/keywords.json`; the words that readers like: `data/picked.tsv`.

In: articles with the phrases that readers picked under a librarian's guide (`title`, `text`, `keywords`), from
../picked.py; the program `keyword_features` (examples/keyword_features.rs), which finds candidates and describes them.
Out: weights by the names of the features, the means and spreads that they were trained with taken into them; how much
more often a word, a last word or a phrase was picked than a network that does not know words expects; F1 by five-fold
cross-validation over articles, beside how well the probabilities are calibrated.

A sum and a hidden layer, log loss. What an article is told of its words is counted in other articles, as it will be when
the library reads an article of tomorrow. Seeded, one thread; a few minutes.
"""
import json
import subprocess
from collections import defaultdict

import numpy as np
import torch

HIDDEN, FOLDS = 15, 5
EPOCHS, BATCH, RATE, DECAY, NOISE = 14, 1024, 3e-3, 3e-2, 0.15
UNSURE = 6, 6, 3  # picks added to both counts of a word, a last word, a phrase
LEAST, OFTEN = 0.15, 4  # of how much, and how often seen, a row says
FEW, LIKELY, MOST = 4, 0.2, 8  # as src/keywords.rs has them


def plain(text):
    return " ".join(text.lower().split())


class Data:
    """Candidates of articles: features, whether picked, of which article, what they say."""

    def __init__(self, rows, program):
        self.rows = list({row["id"]: row for row in rows if row["keywords"]}.values())
        asked = "".join(json.dumps({"id": str(n), "title": row.get("title"), "text": row["text"]}) + "\n"
                        for n, row in enumerate(self.rows))
        said = subprocess.run([program], input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
        self.wanted = [{plain(k) for k in row["keywords"]} for row in self.rows]
        x, y, of, self.texts, self.words, self.names = [], [], [], [], [], None
        for number, line in enumerate(said.splitlines()):
            for candidate in json.loads(line)["candidates"]:
                self.names = self.names or list(candidate["features"])
                x.append(list(candidate["features"].values()))
                self.texts.append(plain(candidate["text"]))
                self.words.append(candidate["words"])
                y.append(self.texts[-1] in self.wanted[number])
                of.append(number)
        self.liked = [self.names.index(f"liked{part}") for part in ("", "_least", "_most", "_last", "_whole")]
        self.x, self.y, self.of = np.array(x, np.float32), np.array(y, np.float32), np.array(of)

    def recall(self):
        return self.y.sum() / sum(map(len, self.wanted))


def counted(data, rows, expected):
    """Three tables of how much readers like words, last words and phrases, from some rows: tenths of a logarithm."""
    sums = [defaultdict(lambda: [0.0, 0.0, 0]) for _ in range(3)]
    for row, expect in zip(rows, expected):
        words = data.words[row]
        for table, phrases in zip(sums, (set(words), words[-1:] if words[1:] else [], [" ".join(words)])):
            for phrase in phrases:
                table[phrase][0] += data.y[row]
                table[phrase][1] += expect
                table[phrase][2] += 1
    return [{phrase: liked for phrase, (picks, expect, times) in table.items() if times >= OFTEN
             and abs(liked := round(float(np.log((picks + unsure) / (expect + unsure))), 1)) >= LEAST}
            for table, unsure in zip(sums, UNSURE)]


def told(data, rows, tables):
    """The features of some rows, with what the tables say."""
    within, last, whole = tables
    x = data.x[rows].copy()
    for at, row in enumerate(rows):
        words = data.words[row]
        each = [within.get(word, 0) for word in words]
        x[at, data.liked] = (np.mean(each), min(each), max(each), last.get(words[-1], 0), whole.get(" ".join(words), 0))
    return x


def learned(data, rows, seed):
    """The tables and the network, from some rows."""
    base = data.x[rows].copy()
    base[:, data.liked] = 0
    expected = probabilities(trained(base, data.y[rows], seed), base)
    part = np.random.RandomState(1).randint(0, FOLDS, len(data.rows))[data.of[rows]]
    x = base
    for fold in range(FOLDS):
        others, own = rows[part != fold], rows[part == fold]
        x[part == fold] = told(data, own, counted(data, others, expected[part != fold]))
    return counted(data, rows, expected), trained(x, data.y[rows], seed)


def trained(x, y, seed):
    """The network learned from these, on features as they are: (features, HIDDEN + 1), bias, output."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    mean, spread = x.mean(0), x.std(0) + 1e-3
    z, y = torch.tensor((x - mean) / spread).clamp(-6, 6), torch.tensor(y)
    enter = torch.nn.Linear(x.shape[1], HIDDEN + 1)
    leave = torch.nn.Linear(HIDDEN, 1, bias=False)
    with torch.no_grad():
        enter.bias[-1] = torch.logit(y.mean())
        enter.weight[-1] = 0
    weights = [*enter.parameters(), *leave.parameters()]
    steps = EPOCHS * (len(z) // BATCH)
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(1 - step / steps, 0.0))
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(z)).split(BATCH)[:len(z) // BATCH]:
            noisy = z[batch] * (1 + NOISE * torch.randn(len(batch), z.shape[1]))
            found = enter(noisy)
            logit = found[:, -1] + leave(torch.relu(found[:, :-1]))[:, 0]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logit, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    weight = enter.weight.detach().numpy().T / spread[:, None]
    bias = enter.bias.detach().numpy() - mean @ weight
    return weight, bias, leave.weight.detach().numpy()[0]


def probabilities(network, x):
    weight, bias, output = network
    found = x @ weight + bias
    return 1 / (1 + np.exp(-(found[:, -1] + np.maximum(found[:, :-1], 0) @ output)))


def chosen(texts, p):
    """As the library chooses, but for acronyms."""
    kept = []
    for at in np.argsort(-p, kind="stable"):
        if len(kept) == MOST or (p[at] < LIKELY and len(kept) >= FEW):
            break
        text = f" {texts[at]} "
        if not any(text in f" {other} " or f" {other} " in text for other in kept):
            kept.append(texts[at])
    return kept


def folds(data):
    of = np.random.RandomState(0).randint(0, FOLDS, len(data.rows))[data.of]
    p = np.zeros(len(data.y))
    for fold in range(FOLDS):
        tables, network = learned(data, np.where(of != fold)[0], fold)
        own = np.where(of == fold)[0]
        p[own] = probabilities(network, told(data, own, tables))
    f1, right, given = [], 0, 0
    for number, wanted in enumerate(data.wanted):
        at = np.where(data.of == number)[0]
        found = set(chosen([data.texts[i] for i in at], p[at]))
        hits = len(found & wanted)
        f1.append(2 * hits / (len(found) + len(wanted)))
        right, given = right + hits, given + len(found)
    shelf = np.digitize(p, np.arange(0.1, 1, 0.1))
    calibration = {f"{k / 10:.1f}": [round(float(p[shelf == k].mean()), 3), round(float(data.y[shelf == k].mean()), 3)]
                   for k in range(10) if (shelf == k).any()}
    return {"articles": len(data.rows), "recall_of_candidates": round(float(data.recall()), 4),
            "f1": round(float(np.mean(f1)), 4), "precision": round(right / given, 4),
            "count": round(given / len(data.rows), 2), "said_and_true": calibration}


def write_folds(data, path):
    found = folds(data)
    print(json.dumps(found), flush=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def write(data, path, picked):
    tables, (weight, bias, output) = learned(data, np.arange(len(data.y)), 0)
    rows = [f'  "{name}": [{", ".join(f"{v:.3f}" for v in row)}]' for name, row in zip(data.names, weight)]
    lists = [f' "{name}": [{", ".join(f"{v:.3f}" for v in row)}]' for name, row in (("bias", bias), ("output", output))]
    path.write_text('{\n "features": {\n' + ",\n".join(rows) + "\n },\n" + ",\n".join(lists) + "\n}\n", encoding="utf-8")
    phrases = sorted({phrase for table in tables for phrase in table}, key=str.encode)
    tenths = ("\t".join(str(round(10 * table.get(phrase, 0))) for table in tables) for phrase in phrases)
    picked.write_text("".join(f"{phrase}\t{row}\n" for phrase, row in zip(phrases, tenths)), encoding="utf-8")
