"""The token list shared by every embedded model: a WordPiece vocabulary learnt from news.

In: the data folder. Out: tokenizer.json (20,000 pieces, lower case, accents stripped).
Under a minute. The trainer of `tokenizers` 0.21 breaks ties between equally frequent characters
and pieces by hash order, so two runs on the same data agree on all but some 15 of the 20,000
pieces and number them differently. The committed tokenizer.json is one such run; the other steps
start from it, and `train.sh` makes a new one only when asked. Does not touch weights: retrain
everything after running this.

    python models/recipe/vocabulary.py --data DIR --out tokenizer.json
"""

import argparse

from rows import rows
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

# (file, rows taken from its top; None = all)
SOURCES = [
    ("text/news.jsonl.xz", None),
    ("text/china_headlines.jsonl.xz", None),
    ("topics/rss.jsonl.xz", None),
    ("topics/allsides.jsonl.xz", 12_000),
    ("topics/dailymail2020.jsonl.xz", 8_000),
    ("topics/annotated_train.jsonl.xz", None),
    ("summaries/cnndm_train.jsonl.xz", 10_000),
]
MAX_CHARS = 3_000  # of title and text together: the body's tail teaches no new words


def texts(data):
    for name, most in SOURCES:
        taken = 0
        for row in rows(data, name):
            if taken == most:
                break
            taken += 1
            yield ((row.get("title") or "") + "\n" + (row.get("text") or ""))[:MAX_CHARS]
        print(f"{name}: {taken} rows", flush=True)


def train(data, size):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=64))
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=5, limit_alphabet=400,
        special_tokens=["[PAD]", "[UNK]"], show_progress=False)
    tokenizer.train_from_iterator(texts(data), trainer)
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="folder with text/, topics/, summaries/")
    parser.add_argument("--size", type=int, default=20_000, help="pieces (default 20000)")
    parser.add_argument("--out", required=True, help="tokenizer.json to write")
    args = parser.parse_args()
    tokenizer = train(args.data, args.size)
    tokenizer.save(args.out, pretty=False)
    print(f"{args.out}: {tokenizer.get_vocab_size()} pieces")


if __name__ == "__main__":
    main()
