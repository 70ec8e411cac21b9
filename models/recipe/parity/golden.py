"""What transformers and sentence-transformers make of the tiny models: `tests/golden/rust-bert.json`.

In: the folders that `make.py` writes. Out: that one JSON file, the same bytes at every run.

Token ids come from the folder's `tokenizer.json` alone, cut to `window` ids; numbers are float32 to
seven digits, from one thread on the CPU, one text at a time (no padding). Summaries are made under
each of the model's `cases`; of their ids, the first is the decoder's start token. `text` is the
decoder of `tokenizer.json`, special tokens skipped. `NOTES.md` says where rust-bert differs.
"""

import json
import platform
import re

import sentence_transformers
import tokenizers
import torch
import transformers as tf

from . import texts


def cases(min_length, max_length, no_repeat_ngram_size, length_penalty, late):
    """Greedy; four beams as the Hub's configurations ask; and `late`: four beams that go on after four
    endings are found, for as long as a better one can come."""
    common = dict(min_length=min_length, max_length=max_length, no_repeat_ngram_size=no_repeat_ngram_size)
    return {
        "greedy": dict(common, num_beams=1, length_penalty=1.0, early_stopping=False),
        "beam4": dict(common, num_beams=4, length_penalty=length_penalty, early_stopping=True),
        "beam4-late": dict(common, num_beams=4, early_stopping=False) | late,
    }


# Every option at more than one value, and none at a value where transformers and rust-bert differ.
SUMMARIZERS = {
    "bart": dict(kind=tf.BartForConditionalGeneration, prefix="", cases=cases(
        12, 48, 3, 2.0, late=dict(length_penalty=1.0, max_length=16, no_repeat_ngram_size=2))),
    "t5": dict(kind=tf.T5ForConditionalGeneration, prefix="summarize: ", cases=cases(
        4, 40, 3, 1.0, late=dict(length_penalty=0.6, max_length=64))),
    "t5-gated": dict(kind=tf.T5ForConditionalGeneration, prefix="summarize: ", cases=cases(
        4, 40, 2, 1.5, late=dict(length_penalty=1.0, min_length=0))),
    "longt5": dict(kind=tf.LongT5ForConditionalGeneration, prefix="", cases=cases(
        4, 40, 3, 1.0, late=dict(length_penalty=0.5, no_repeat_ngram_size=0))),
    "pegasus": dict(kind=tf.PegasusForConditionalGeneration, prefix="", cases=cases(
        4, 48, 3, 0.8, late=dict(length_penalty=1.0, no_repeat_ngram_size=2))),
    "prophetnet": dict(kind=tf.ProphetNetForConditionalGeneration, prefix="", cases=cases(
        4, 40, 3, 1.0, late=dict(length_penalty=2.0, min_length=8))),
}
NLI = {
    "nli-bart": tf.BartForSequenceClassification,
    "nli-bert": tf.BertForSequenceClassification,
    "nli-roberta": tf.RobertaForSequenceClassification,
}
CLASSIFIERS = {
    "class-bert": tf.BertForSequenceClassification,
    "class-xlm-roberta": tf.XLMRobertaForSequenceClassification,
    "class-distilbert": tf.DistilBertForSequenceClassification,
}
ENCODERS = ["sentence-bert", "sentence-bert-cls", "sentence-distilbert", "sentence-roberta", "sentence-albert"]


def digits(tensor):
    """Seven digits, which float32 needs no more than."""
    return [float(f"{value:.7g}") for value in tensor.detach().double().flatten().tolist()]


class Folder:
    """One of the tiny models."""

    def __init__(self, path):
        self.path = path
        self.window = self.read("tokenizer_config.json")["model_max_length"]

    def read(self, name):
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def tokenizer(self, strategy="longest_first"):
        fast = tokenizers.Tokenizer.from_file(str(self.path / "tokenizer.json"))
        fast.enable_truncation(self.window, strategy=strategy)
        return fast

    def model(self, kind):
        model = kind.from_pretrained(self.path, attn_implementation="eager")
        if kind is tf.LongT5ForConditionalGeneration:
            # With an untied head, transformers 4.44 forgets that the encoder and the decoder share theirs.
            model.set_input_embeddings(model.shared)
        return model.eval()


def summarizer(folder, kind, prefix, cases):
    fast, model = folder.tokenizer(), folder.model(kind)
    forces = kind is tf.BartForConditionalGeneration
    config = model.config
    fixed = dict(
        decoder_start_token_id=config.decoder_start_token_id, eos_token_id=config.eos_token_id,
        pad_token_id=config.pad_token_id, bos_token_id=config.bos_token_id,
        # Of the summarizers, rust-bert forces tokens for BART alone.
        forced_bos_token_id=config.forced_bos_token_id if forces else None,
        forced_eos_token_id=config.forced_eos_token_id if forces else None)
    inputs = []
    for key, text in texts.ARTICLES:
        ids = fast.encode(prefix + text).ids
        batch = torch.tensor([ids])
        first = model(input_ids=batch, decoder_input_ids=torch.tensor([[config.decoder_start_token_id]]))
        encoded = first.encoder_last_hidden_state[0]
        entry = dict(name=key, text=text, ids=ids, encoder_first=digits(encoded[0]), encoder_last=digits(encoded[-1]),
                     first_step=digits(first.logits[0, -1]))
        entry["outputs"] = {}
        for case, options in cases.items():
            # `generation_config` in full: nothing comes in from the folder.
            asked = tf.GenerationConfig(**fixed, **options, do_sample=False)
            out = model.generate(batch, generation_config=asked)[0].tolist()
            entry["outputs"][case] = dict(ids=out, text=fast.decode(out, skip_special_tokens=True))
        inputs.append(entry)
    return dict(task="summarizer", window=folder.window, prefix=prefix, cases=cases,
                forced_bos=fixed["forced_bos_token_id"], forced_eos=fixed["forced_eos_token_id"], inputs=inputs)


def pair(fast, model, premise, hypothesis):
    encoding = fast.encode(premise, hypothesis)
    batch = dict(input_ids=torch.tensor([encoding.ids]))
    types = encoding.type_ids
    if getattr(model.config, "type_vocab_size", 0) > 1:
        batch["token_type_ids"] = torch.tensor([types])
    return encoding, model(**batch).logits[0]


def entailment(folder, kind):
    fast, model = folder.tokenizer("only_first"), folder.model(kind)
    labels = folder.read("config.json")["id2label"]
    yes = next(int(index) for index, label in labels.items() if label == "entailment")
    no = next(int(index) for index, label in labels.items() if label == "contradiction")
    inputs = []
    for key, premise, hypothesis in texts.NLI:
        encoding, logits = pair(fast, model, premise, hypothesis)
        inputs.append(dict(name=key, premise=premise, hypothesis=hypothesis, ids=encoding.ids,
                           type_ids=encoding.type_ids, logits=digits(logits)))
    key, text, names, template = texts.ZERO_SHOT
    rows = torch.stack([pair(fast, model, text, template.format(label))[1] for label in names])
    zero_shot = dict(
        name=key, text=text, labels=names, template=template,
        # One label of several: softmax of the entailment logits over the labels.
        single=digits(rows[:, yes].softmax(0)),
        # Each label by itself: softmax over contradiction and entailment, as transformers' pipeline.
        multi=digits(rows[:, [no, yes]].softmax(1)[:, 1]))
    return dict(task="zero-shot", window=folder.window, truncation="only_first", labels=list(labels.values()),
                entailment=yes, contradiction=no, inputs=inputs, zero_shot=zero_shot)


def classifier(folder, kind):
    fast, model = folder.tokenizer(), folder.model(kind)
    config = folder.read("config.json")
    multi = config.get("problem_type") == "multi_label_classification"
    inputs = []
    for key, text in texts.CLASSIFY:
        ids = fast.encode(text).ids
        logits = model(input_ids=torch.tensor([ids])).logits[0]
        scores = logits.sigmoid() if multi else logits.softmax(0)
        inputs.append(dict(name=key, text=text, ids=ids, logits=digits(logits), scores=digits(scores)))
    return dict(task="classifier", window=folder.window, labels=list(config["id2label"].values()),
                function="sigmoid" if multi else "softmax", inputs=inputs)


def encoder(folder):
    model = sentence_transformers.SentenceTransformer(str(folder.path), device="cpu")
    fast = tokenizers.Tokenizer.from_file(str(folder.path / "tokenizer.json"))
    fast.enable_truncation(model.max_seq_length)
    inputs = []
    for key, text in texts.SENTENCES:
        vector = model.encode([text], convert_to_tensor=True, show_progress_bar=False)[0]
        # sentence-transformers strips the text first; so do an engine's callers.
        ids = fast.encode(text.strip()).ids
        used = model.tokenize([text])["input_ids"][0].tolist()
        assert ids == used, (folder.path.name, key, ids, used)
        inputs.append(dict(name=key, text=text, ids=ids, vector=digits(vector)))
    normalized = any(module["type"].endswith("Normalize") for module in folder.read("modules.json"))
    pooling = folder.read("1_Pooling/config.json")
    return dict(task="sentence-encoder", window=model.max_seq_length, normalized=normalized,
                pooling="cls" if pooling["pooling_mode_cls_token"] else "mean", inputs=inputs)


def main(job):
    torch.set_grad_enabled(False)
    models = {}

    def folder(name):
        return Folder(job.golden("rust-bert") / name)

    for name, settings in SUMMARIZERS.items():
        models[name] = summarizer(folder(name), **settings)
    for name, kind in NLI.items():
        models[name] = entailment(folder(name), kind)
    for name, kind in CLASSIFIERS.items():
        models[name] = classifier(folder(name), kind)
    for name in ENCODERS:
        models[name] = encoder(folder(name))
    made_by = "models/recipe/parity/golden.py"
    write(job.golden("rust-bert.json"), dict(made_by=made_by, versions=versions(), models=models))


def versions():
    return dict(
        python=platform.python_version(), torch=torch.__version__.split("+")[0], transformers=tf.__version__,
        sentence_transformers=sentence_transformers.__version__, tokenizers=tokenizers.__version__)


def one_line(match):
    return "[" + re.sub(r"\s+", " ", match[1]) + "]"


def write(path, value):
    """JSON with a line for every list of numbers, so that a difference can be read."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = re.sub(r"\[\s+(-?\d[^\[\]{}\"]*?)\s+\]", one_line, text)
    path.write_text(text + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes", flush=True)
