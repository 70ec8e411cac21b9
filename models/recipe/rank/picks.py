"""The second half of the ranker's training: what a desk would print.

In: WORK/rank/export, whose token rows and importance stay as the weak labels (highlights, teasers) taught them; DATA/picks
and `models/recipe/picks`, articles whose sentences were picked under the desk's guide, of some of which
`models/recipe/leans` says which sentences lean on another; articles without picks.
Out: WORK/rank/picks, `rank.safetensors` and `rank.json` as `export.py` writes them, with five logits a sentence: several,
single, never, good, leans.

ROUGE against highlights teaches a network to jump over the news; so all but the token rows is learned anew. `TEACHERS`
networks learn from the picks alone, then say of articles without picks what they hold of each sentence, and the student
learns from them and from the picks. Picks that are `reported` (../picked.py) are never read here: they are for the figures.
"""

import copy
import math

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file
from torch import nn

from .. import library
from ..picked import NEWS, annotated, leaning, shared
from ..quantize import tensors
from ..rows import rows
from . import documents, fit
from .export import export
from .features import UNTITLED, features
from .labels import boltzmann
from .model import Ranker, Shape
from .options import PICKED_SELECTION, PICKS, SELECTION
from .rouge import counts

MOST_SENTENCES = 100
LEAN = 0.3  # what it counts that a sentence leans
SEVERAL, SINGLE, NEVER, GOOD, LEANS = range(5)  # `GOOD`: in the three, or as good


def placed(row):
    """A row of DATA's own picks, its sentences as spans."""
    of = row["sentences"]
    said = {name: [of[i] for i in row[name]] for name in ("three", "also", "never")}
    return {"id": row["id"], "title": row["title"], "text": row["text"], "one": of[row["one"]], **said}


def held(spans, picked):
    """1 for each of `spans` that holds most of a picked sentence, or stands mostly in one."""
    out = np.zeros(len(spans), dtype=np.float32)
    for start, end in picked:
        for i, (a, b) in enumerate(spans):
            both = min(b, end) - max(a, start)
            out[i] = max(out[i], both > 0 and both * 2 >= min(end - start, b - a))
    return out


def labels(row, spans):
    return {"one": held(spans, [row["one"]])} | {name: held(spans, row[name]) for name in ("three", "also", "never")}


def leans(row, spans):
    """1 for each sentence that leans on another, 0 where it stands alone, nan where nobody said."""
    if row is None:
        return np.full(len(spans), np.nan, dtype=np.float32)
    lean, alone = held(spans, [entry["span"] for entry in row["leans"]]), held(spans, row["alone"])
    return np.where(lean > 0, 1.0, np.where(alone > 0, 0.0, np.nan)).astype(np.float32)


def arrays(sentences, ids, title_ids, importance, breaks):
    """What `fit.collate` reads."""
    full = features(sentences, ids, title_ids, importance, breaks)[:MOST_SENTENCES]
    bare = full.copy()
    bare[:, UNTITLED] = 0
    return fit.flatten({"ids": [np.array(t, dtype=np.int32) for t in ids[:MOST_SENTENCES]], "features": full, "bare": bare})


def prepared(job, picked, importance):
    """Rows to learn from, with their labels."""
    picked, out, read = list(picked), [], leaning()
    for row, found in zip(picked, library.encode(job.tokenizer, picked), strict=True):
        spans, sentences, ids, breaks = documents.kept(row["text"], found)
        if spans:
            made = arrays(sentences, ids, found.title_ids, importance, breaks)
            said = labels(row, spans) | {"leans": leans(read.get(row["id"]), spans)}
            out.append(made | {name: value[:MOST_SENTENCES] for name, value in said.items()})
    return out


def weak(document, name):
    """What ROUGE against the highlights or the teaser holds of each sentence, for the outputs that it may teach."""
    uni, bi, ref_uni, ref_bi, words = counts(document.sentences[:MOST_SENTENCES], document.summary)
    row = {"uni": uni, "bi": bi, "ref_uni": ref_uni, "ref_bi": ref_bi, "words": words}
    found = {SINGLE: boltzmann(row, 1)}
    return {"weak": found | {SEVERAL: boltzmann(row, 3)} if name == "cnndm" else found}


def unpicked(job, importance, most):
    """Articles without picks: of the weak sets' documents and of the news, `most` of each, evenly."""
    for name in ("cnndm", "teasers"):
        found = [d for d in documents.read(job, name) if d.ids and not d.held_out]
        for d in found[:: max(1, len(found) // most)]:
            row = arrays(d.sentences, d.ids, d.title_ids, importance, d.breaks)
            yield row | weak(d, name) if d.summary.strip() else row
    news = [r for r in rows(job.data, NEWS) if len(r["text"]) > 700]
    news = news[:: max(1, len(news) // most)]
    for row, found in zip(news, library.encode(job.tokenizer, news), strict=True):
        spans, sentences, ids, breaks = documents.kept(row["text"], found)
        if spans:
            yield arrays(sentences, ids, found.title_ids, importance, breaks)


def targets(group, n):
    """(documents, n, 5): what each output should say, as chances; nan where nobody said."""
    out = np.zeros((len(group), n, 5), dtype=np.float32)
    for i, row in enumerate(group):
        k = len(row["lengths"])
        if "one" in row:
            own = [row["three"], row["one"], row["never"], np.minimum(1, row["three"] + 0.7 * row["also"]), row["leans"]]
            out[i, :k] = np.stack(own, 1)
        if "taught" in row:
            # A picked row is half what was picked, half what the teachers say.
            halves = (out[i, :k] + row["taught"]) / 2
            out[i, :k] = np.where(np.isnan(halves), row["taught"], halves) if "one" in row else row["taught"]
    return torch.from_numpy(out)


def loss_of(logits, mask, target):
    documents_ = len(mask)

    def among(output):
        """Cross entropy with the sentences of an article as the classes."""
        share = target[..., output] / target[..., output].sum(1, keepdim=True).clamp(min=1e-6)
        return -(share * logits[..., output].masked_fill(~mask, -1e4).log_softmax(1)).sum() / documents_

    def each(output):
        said = mask & ~target[..., output].isnan()
        return F.binary_cross_entropy_with_logits(logits[..., output][said], target[..., output][said], reduction="sum") / documents_

    return among(SINGLE) + each(SEVERAL) / 3 + among(SEVERAL) / 2 + (each(GOOD) + each(NEVER)) / 12 + LEAN * each(LEANS)


def train(told, shape, table, seed, epochs, options):
    """The running average of a network that learns from `told`."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = Ranker(shape, options["dropout"], torch.from_numpy(table))
    model.embeddings.weight.requires_grad = False
    learned = [p for p in model.parameters() if p.requires_grad]
    opt = torch.optim.AdamW(learned, lr=options["lr"], weight_decay=options["decay"], betas=(0.9, 0.98))
    average, step, size = copy.deepcopy(model).eval(), 0, options["batch"]
    total = epochs * math.ceil(len(told) / size)
    for _ in range(epochs):
        model.train()
        order = random.permutation(len(told))
        for start in range(0, len(told), size):
            group = [told[i] for i in order[start : start + size]]
            for g in opt.param_groups:
                g["lr"] = options["lr"] * min(1, (step + 1) / 50) * (0.5 + 0.5 * math.cos(math.pi * step / total))
            batch = fit.collate(group, options["token_dropout"], random, bare=options["bare"])
            loss = loss_of(model(batch), batch["mask"], targets(group, batch["mask"].shape[1]))
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 2.0)
            opt.step()
            step += 1
            fit.follow(average, model, step, options["average"])
    return average


def read(models, row):
    """(n, 5): the mean of what the networks say, as logits."""
    with torch.no_grad():
        batch = fit.collate([row])
        return torch.stack([model(batch)[0] for model in models]).mean(0)


def teach(models, told):
    """Adds to rows what the networks say of each sentence, as chances; `one` as a share of the article."""
    for row in told:
        logits = read(models, row)
        taught = logits.sigmoid()
        taught[:, SINGLE] = logits[:, SINGLE].softmax(0)
        row["taught"] = taught.numpy()


def mix(told, part):
    """For `part` of it, what weak labels say where there are any, so that the student keeps what they are right in."""
    for row in told:
        for output, label in row.get("weak", {}).items():
            row["taught"][:, output] = (1 - part) * row["taught"][:, output] + part * label


def learn(picked, others, table, options):
    """The student that learns from the picks, and from what networks that did say of articles without."""
    shape = Shape(**options["shape"])
    teachers = [train(picked, shape, table, seed, options["epochs"], options) for seed in range(options["teachers"])]
    teach(teachers, picked)
    teach(teachers, others)
    mix(others, options["weak"])
    shape = Shape(**options["shape"] | options["student"])
    return train(picked * options["times"] + others, shape, table, 100, options["student_epochs"], options)


def main(job):
    weights = tensors(job.rank / "export" / "rank.safetensors")
    importance, table = weights["rank.importance"], weights["rank.embeddings.weight"]
    plain = [float(w) for w in importance]
    shape = PICKS["shape"] | job.options.ranker_shape | {"vocabulary": len(table)}
    options = PICKS | job.options.picks | {"shape": shape}
    picked = prepared(job, [*map(placed, shared(job)), *annotated(job)], plain)
    others = list(unpicked(job, plain, options["unpicked"]))
    print(f"{len(picked)} articles with picks, {len(others)} without", flush=True)
    student = learn(picked, others, table, options)
    size = export(student, importance, SELECTION | PICKED_SELECTION, job.rank / "picks")
    keep_token_rows(job.rank / "export", job.rank / "picks")
    print(f"exported {size / 1e6:.2f} MB", flush=True)


def keep_token_rows(before, after):
    """The token rows as they were, to the bit: own labels and MiniLM's heads were fitted on them."""
    old, new = load_file(before / "rank.safetensors"), load_file(after / "rank.safetensors")
    kept = {name: value for name, value in old.items() if name.startswith("rank.embeddings.")}
    save_file(new | kept, str(after / "rank.safetensors"))
