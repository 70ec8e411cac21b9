"""The token list shared by the embedded model's parts: a WordPiece vocabulary of lower-case news.

In: models/embedded/tokenizer.json as committed, or, with --new-vocabulary, the texts of SOURCES. Out:
WORK/tokenizer.json, which every later step reads.

The trainer of `tokenizers` numbers characters in the order of a hash map and breaks ties by those numbers, so
two of its runs differ in some pieces. Here the characters are counted first and handed over in a fixed order,
as they begin a word and as they go on in one; with that, two runs give the same bytes. The committed vocabulary
was learned before this was so: learning it again gives another in some 15 of its 20,000 pieces, and wants
everything trained anew.
"""

import json
import shutil
from collections import Counter

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from .job import ROOT
from .rows import rows

COMMITTED = "models/embedded/tokenizer.json"
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
ALPHABET = 400
SPECIAL = ["[PAD]", "[UNK]"]


def texts(data):
    for name, most in SOURCES:
        for number, row in enumerate(rows(data, name)):
            if number == most:
                break
            yield ((row.get("title") or "") + "\n" + (row.get("text") or ""))[:MAX_CHARS]


def wordpiece(vocabulary=None):
    model = models.WordPiece(vocabulary or {}, unk_token="[UNK]", max_input_chars_per_word=64)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def alphabet(data):
    """The commonest characters after normalization, in order."""
    normalizer, seen = wordpiece().normalizer, Counter()
    for text in texts(data):
        seen.update(normalizer.normalize_str(text))
    common = sorted((c for c in seen if not c.isspace()), key=lambda c: (-seen[c], c))
    return sorted(common[:ALPHABET])


def trained(data, characters, fixed, pieces, least):
    """Pieces by number. `fixed`: those that come first, in this order."""
    # As special tokens, since those alone are numbered in the order given; they do not stay special.
    trainer = trainers.WordPieceTrainer(
        vocab_size=pieces, min_frequency=least, limit_alphabet=len(characters), initial_alphabet=characters,
        special_tokens=fixed, show_progress=False)
    tokenizer = wordpiece()
    tokenizer.train_from_iterator(texts(data), trainer)
    return dict(sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]))


def learn(data, pieces, least):
    characters = alphabet(data)
    fixed = SPECIAL + characters
    # The characters that go on in a word, from a run that goes no further than characters.
    fixed += sorted(set(trained(data, characters, fixed, len(fixed), least)) - set(fixed))
    out = wordpiece(trained(data, characters, fixed, pieces, least))
    out.add_special_tokens(SPECIAL)
    return out


def main(job):
    if job.options.learn_vocabulary:
        learn(job.data, job.options.pieces, job.options.piece_occurs).save(str(job.tokenizer), pretty=False)
    else:
        shutil.copyfile(ROOT / COMMITTED, job.tokenizer)
    print(f"{len(json.loads(job.tokenizer.read_text(encoding='utf-8'))['model']['vocab'])} pieces")
