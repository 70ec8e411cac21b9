"""Tiny models with random weights, in the folders of the Hub, for the tests of the engine `rust-bert`.

In: nothing but `texts.py`. Out: `tests/golden/rust-bert/NAME/` for every name in `MODELS`; each folder is
under 200 KB and the same bytes at every run.

The weights are noise of a size that makes logits differ by whole units, so that a wrong mask, order
or offset shows. Nothing in here was taken from a published model.
"""

import collections
import io
import json
import math
import re
import shutil

import numpy as np
import safetensors.torch
import sentencepiece
import tokenizers
import torch
import transformers as tf
from transformers.convert_slow_tokenizer import convert_slow_tokenizer, import_protobuf

from . import texts

DIM = 24
WINDOW = 128
LIMIT = 200_000


# --- Files ---------------------------------------------------------------------------------------

def write_json(path, value, sort=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=sort) + "\n", encoding="utf-8")


def write_config(folder, config, architecture, asked):
    """`config.json` as the Hub has it: what differs from the defaults, and all that was asked for."""
    value = config.to_diff_dict()
    value.update(asked)
    value["architectures"] = [architecture]
    value.pop("_name_or_path", None)
    write_json(folder / "config.json", value)


def as_it_is(name):
    return name


def write_weights(folder, model, keep=(), rename=as_it_is):
    """`model.safetensors` as `save_pretrained` writes it: tied tensors once, under the first name;
    `keep` names those that rust-bert wants a second time."""
    tensors, seen = {}, {}
    tied = set(getattr(model, "_tied_weights_keys", None) or ())
    for name, tensor in model.state_dict().items():
        if name in keep:
            tensors[rename(name)] = tensor.detach().clone().contiguous()
        elif name not in tied and tensor.data_ptr() not in seen:
            seen[tensor.data_ptr()] = name
            tensors[rename(name)] = tensor.detach().clone().contiguous()
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


def write_tokenizer(folder, fast, settings):
    fast.no_truncation()
    fast.no_padding()
    # One line, as small as it gets.
    (folder / "tokenizer.json").write_text(fast.to_str(pretty=False) + "\n", encoding="utf-8")
    write_json(folder / "tokenizer_config.json", settings)


# --- Weights -------------------------------------------------------------------------------------

def fill(model, seed, gain=1.6, rows=0.6, bias=0.3):
    """Noise into every parameter, in the order of their names."""
    noise = np.random.default_rng(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            shape = tuple(parameter.shape)
            values = noise.standard_normal(shape)
            if len(shape) >= 2 and re.search(r"embed|shared|relative_attention_bias", name):
                values *= rows
            elif len(shape) >= 2:
                values *= gain / math.sqrt(shape[-1])
            elif name.endswith("weight"):  # the scale of a norm
                values = 1.0 + 0.2 * values
            else:
                values *= bias
            parameter.copy_(torch.from_numpy(values.astype(np.float32)))
    model.tie_weights()
    # rust-bert's embeddings and torch's treat the padding row alike: it is read, only never trained.
    return model.eval()


def turn(norm, seed):
    """Random signs on the last norm of a decoder with tied embeddings, or it would say for ever the
    token that it has just read."""
    with torch.no_grad():
        signs = np.sign(np.random.default_rng(seed).standard_normal(norm.weight.shape))
        norm.weight *= torch.from_numpy(signs.astype(np.float32))


def quieten(rows, ids, factor=0.2):
    """Makes tokens unlikely in the output of a model with tied embeddings."""
    with torch.no_grad():
        rows[list(ids)] *= factor


# --- Tokenizers ----------------------------------------------------------------------------------

def byte_bpe(folder, kind):
    """Byte-level BPE: `vocab.json` and `merges.txt`, and `tokenizer.json` of the same."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = tokenizers.ByteLevelBPETokenizer()
    trainer.train_from_iterator(texts.NEWS, vocab_size=320, min_frequency=2, special_tokens=special,
                                show_progress=False)
    trainer.save_model(str(folder))
    fast = kind(vocab_file=str(folder / "vocab.json"), merges_file=str(folder / "merges.txt"))
    write_tokenizer(folder, fast.backend_tokenizer, {
        "add_prefix_space": False,
        "model_max_length": WINDOW,
        "tokenizer_class": kind.__name__.removesuffix("Fast"),
    })
    return len(fast)


def quiet(folder):
    """The ids of bytes that are no letter, digit or stop (most are halves of UTF-8) and of specials."""
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    return {index for piece, index in vocabulary.items() if not re.fullmatch(r"Ġ?[A-Za-z0-9.,]*", piece)}


def wordpiece(folder, name="vocab.txt", last=()):
    """WordPiece: the characters, then the commonest pieces. (The trainer of `tokenizers` numbers
    its pieces differently at every run.)"""
    words = collections.Counter(re.findall(r"\w+|[^\w\s]", " ".join(texts.NEWS).lower()))
    characters = sorted(set("".join(words)))
    pieces = collections.Counter()
    for word, count in words.items():
        for start in range(len(word)):
            for end in range(start + 2, min(len(word), start + 8) + 1):
                pieces[("##" if start else "") + word[start:end]] += count
    ranked = sorted(pieces, key=lambda piece: (-pieces[piece] * (len(piece.removeprefix("##")) - 1), piece))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *last]
    vocabulary += characters + ["##" + character for character in characters if character.isalnum()]
    vocabulary += ranked[: 400 - len(vocabulary)]
    (folder / name).write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    return len(vocabulary)


def bert_tokenizer(folder, kind=tf.BertTokenizerFast, window=WINDOW):
    size = wordpiece(folder)
    fast = kind(vocab_file=str(folder / "vocab.txt"), do_lower_case=True)
    write_tokenizer(folder, fast.backend_tokenizer, {
        "do_lower_case": True,
        "model_max_length": window,
        "strip_accents": None,
        "tokenizer_class": kind.__name__.removesuffix("Fast"),
    })
    return size


# A few of the rules of NFKC; the whole table would be 240 KB a model.
RULES = {
    "\u00a0": " ", "\t": " ", "\n": " ", "\u200b": " ", "\u2026": "...", "\ufb01": "fi", "\ufb02": "fl",
    "\u00bd": "1\u20442", "\u00b2": "2", "\uff01": "!", "\uff0c": ",", "\u3000": " ", "e\u0301": "\u00e9",
    "a\u0308": "\u00e4", "o\u0308": "\u00f6", "u\u0308": "\u00fc",
}


def code_points(text):
    return " ".join(f"{ord(character):X}" for character in text)


def pieces(path, size, **settings):
    """A SentencePiece unigram model; no path of this machine gets into it."""
    rules = path.parent / "rules.tsv"
    rules.write_text("".join(f"{code_points(key)}\t{code_points(value)}\n" for key, value in sorted(RULES.items())))
    model = io.BytesIO()
    sentences = [sentence for news in texts.NEWS for sentence in re.split(r"(?<=[.;”\"]) ", news)]
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences), model_writer=model, vocab_size=size, model_type="unigram",
            character_coverage=1.0, num_threads=1, normalization_rule_tsv=str(rules), minloglevel=2,
            **settings)
    finally:
        rules.unlink()
    message = import_protobuf().ModelProto.FromString(model.getvalue())
    message.trainer_spec.ClearField("input")
    message.trainer_spec.ClearField("model_prefix")
    message.normalizer_spec.ClearField("normalization_rule_tsv")
    message.normalizer_spec.name = "parity"
    path.write_bytes(message.SerializeToString(deterministic=True))


def t5_tokenizer(folder):
    pieces(folder / "spiece.model", 300, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    slow = tf.T5Tokenizer(str(folder / "spiece.model"), extra_ids=0, legacy=True)
    write_tokenizer(folder, convert_slow_tokenizer(slow), {
        "extra_ids": 0,
        "model_max_length": WINDOW,
        "tokenizer_class": "T5Tokenizer",
    })
    return 320  # T5 pads its table to a round number too


# --- Summarizers ---------------------------------------------------------------------------------

def bart_config(folder, architecture, **more):
    asked = dict(
        activation_dropout=0.0, activation_function="gelu", attention_dropout=0.0, classifier_dropout=0.0,
        classif_dropout=0.0, d_model=DIM, decoder_attention_heads=4, decoder_ffn_dim=2 * DIM,
        decoder_layerdrop=0.0, decoder_layers=2, decoder_start_token_id=2, dropout=0.1,
        encoder_attention_heads=4, encoder_ffn_dim=2 * DIM, encoder_layerdrop=0.0, encoder_layers=2,
        bos_token_id=0, eos_token_id=2, pad_token_id=1, forced_bos_token_id=None, forced_eos_token_id=2,
        init_std=0.02, is_encoder_decoder=True, max_position_embeddings=WINDOW, num_hidden_layers=2,
        scale_embedding=False, use_cache=True, **more)
    asked["normalize_embedding"] = True
    config = tf.BartConfig(**asked)
    write_config(folder, config, architecture, asked)
    return config


def bart(folder):
    vocabulary = byte_bpe(folder, tf.BartTokenizerFast)
    generation = dict(early_stopping=True, length_penalty=2.0, max_length=48, min_length=12,
                      no_repeat_ngram_size=3, num_beams=4, forced_bos_token_id=0, forced_eos_token_id=2)
    config = bart_config(folder, "BartForConditionalGeneration", vocab_size=vocabulary)
    write_json(folder / "config.json", json.loads((folder / "config.json").read_text()) | generation)
    write_json(folder / "generation_config.json", generation | dict(
        bos_token_id=0, decoder_start_token_id=2, eos_token_id=2, pad_token_id=1))
    model = fill(tf.BartForConditionalGeneration(config), seed=11, gain=1.0, rows=0.8, bias=0.1)
    last = model.model.decoder.layers[-1].final_layer_norm
    turn(last, seed=11)
    with torch.no_grad():
        rows = model.model.shared.weight
        quieten(rows, quiet(folder) - {2})
        # The later the step, the likelier the end.
        towards = torch.sign(last.weight) * rows[2] / rows[2].norm()
        positions = model.model.decoder.embed_positions.weight
        positions += 0.05 * torch.arange(len(positions)).unsqueeze(1) * towards
    write_weights(folder, model)
    return {"task": "summarizer"}


def t5_fill(model, seed):
    """T5 adds no position to what it reads, so its end is made likelier by the size of its row."""
    tied = model.config.tie_word_embeddings
    fill(model, seed, gain=1.0, rows=2.0 if tied else 1.0, bias=0.1)
    if tied:
        turn(model.decoder.final_layer_norm, seed)
    with torch.no_grad():
        rows = model.lm_head.weight
        rows *= 1.0 if tied else 1.5
        quieten(rows, [0, 2, *range(300, 320)])
        rows[1] *= 2.0
    return model


def t5(folder):
    vocabulary = t5_tokenizer(folder)
    asked = dict(
        d_ff=2 * DIM, d_kv=6, d_model=DIM, decoder_start_token_id=0, dropout_rate=0.1, eos_token_id=1,
        feed_forward_proj="relu", initializer_factor=1.0, is_encoder_decoder=True, layer_norm_epsilon=1e-6,
        num_decoder_layers=2, num_heads=4, num_layers=2, n_positions=WINDOW, pad_token_id=0,
        relative_attention_max_distance=64, relative_attention_num_buckets=16, use_cache=True,
        vocab_size=vocabulary)
    config = tf.T5Config(**asked)
    write_config(folder, config, "T5ForConditionalGeneration", asked)
    write_weights(folder, t5_fill(tf.T5ForConditionalGeneration(config), seed=24))
    return {"task": "summarizer"}


def t5_gated(folder):
    """As flan-t5: gated GELU, the output head not tied to the embeddings."""
    vocabulary = t5_tokenizer(folder)
    asked = dict(
        d_ff=2 * DIM, d_kv=6, d_model=DIM, decoder_start_token_id=0, dropout_rate=0.1, eos_token_id=1,
        feed_forward_proj="gated-gelu", initializer_factor=1.0, is_encoder_decoder=True,
        layer_norm_epsilon=1e-6, num_decoder_layers=1, num_heads=4, num_layers=1, n_positions=WINDOW,
        pad_token_id=0, relative_attention_max_distance=64, relative_attention_num_buckets=16,
        tie_word_embeddings=False, use_cache=True, vocab_size=vocabulary)
    config = tf.T5Config(**asked)
    write_config(folder, config, "T5ForConditionalGeneration", asked)
    model = t5_fill(tf.T5ForConditionalGeneration(config), seed=23)
    write_weights(folder, model, keep=("lm_head.weight",))
    return {"task": "summarizer"}


def longt5(folder):
    vocabulary = t5_tokenizer(folder)
    asked = dict(
        d_ff=2 * DIM, d_kv=6, d_model=DIM, decoder_start_token_id=0, dropout_rate=0.1,
        encoder_attention_type="transient-global", eos_token_id=1, feed_forward_proj="gated-gelu",
        global_block_size=8, initializer_factor=1.0, is_encoder_decoder=True, layer_norm_epsilon=1e-6,
        local_radius=15, num_decoder_layers=2, num_heads=4, num_layers=2, pad_token_id=0,
        relative_attention_max_distance=64, relative_attention_num_buckets=16, tie_word_embeddings=False,
        use_cache=True, vocab_size=vocabulary)
    config = tf.LongT5Config(**asked)
    write_config(folder, config, "LongT5ForConditionalGeneration", asked)
    model = t5_fill(tf.LongT5ForConditionalGeneration(config), seed=24)
    write_weights(folder, model, keep=("lm_head.weight",))
    return {"task": "summarizer"}


def pegasus(folder):
    pieces(folder / "spiece.model", 260, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    slow = tf.PegasusTokenizer(str(folder / "spiece.model"))
    write_tokenizer(folder, convert_slow_tokenizer(slow), {
        "model_max_length": WINDOW,
        "tokenizer_class": "PegasusTokenizer",
    })
    vocabulary = len(slow)
    asked = dict(
        activation_dropout=0.0, activation_function="relu", attention_dropout=0.0, classifier_dropout=0.0,
        d_model=DIM, decoder_attention_heads=4, decoder_ffn_dim=2 * DIM, decoder_layerdrop=0.0,
        decoder_layers=2, decoder_start_token_id=0, dropout=0.1, encoder_attention_heads=4,
        encoder_ffn_dim=2 * DIM, encoder_layerdrop=0.0, encoder_layers=2, bos_token_id=0, eos_token_id=1,
        pad_token_id=0, forced_eos_token_id=1, init_std=0.02, is_encoder_decoder=True,
        max_position_embeddings=WINDOW, num_hidden_layers=2, scale_embedding=True, use_cache=True,
        vocab_size=vocabulary)
    generation = dict(length_penalty=0.8, max_length=48, num_beams=4)
    config = tf.PegasusConfig(**asked)
    write_config(folder, config, "PegasusForConditionalGeneration", asked | generation | dict(
        extra_pos_embeddings=1, normalize_before=True, normalize_embedding=False, add_final_layer_norm=True,
        static_position_embeddings=True))
    write_json(folder / "generation_config.json", generation | dict(
        bos_token_id=0, decoder_start_token_id=0, eos_token_id=1, forced_eos_token_id=1, pad_token_id=0))
    model = fill(tf.PegasusForConditionalGeneration(config), seed=25, gain=2.0, bias=0.1)
    turn(model.model.decoder.layer_norm, seed=25)
    with torch.no_grad():
        for side in (model.model.encoder, model.model.decoder):
            side.embed_positions.weight.copy_(side.embed_positions._init_weight(side.embed_positions.weight))
        quieten(model.model.shared.weight, [0, *range(2, 106)])
        model.final_logits_bias[0, 1] = 2.0
    write_weights(folder, model)
    return {"task": "summarizer"}


def prophetnet(folder):
    vocabulary = wordpiece(folder, "prophetnet.tokenizer", last=("[X_SEP]",))
    entries = {piece: index for index, piece in
               enumerate((folder / "prophetnet.tokenizer").read_text(encoding="utf-8").splitlines())}
    fast = tokenizers.Tokenizer(tokenizers.models.WordPiece(entries, unk_token="[UNK]"))
    fast.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[X_SEP]"])
    fast.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    fast.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    fast.decoder = tokenizers.decoders.WordPiece()
    fast.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A [SEP]", pair="$A [SEP] $B:1 [SEP]:1", special_tokens=[("[SEP]", entries["[SEP]"])])
    write_tokenizer(folder, fast, {
        "do_lower_case": True,
        "model_max_length": WINDOW,
        "tokenizer_class": "ProphetNetTokenizer",
    })
    asked = dict(
        activation_dropout=0.1, activation_function="gelu", add_cross_attention=True, attention_dropout=0.1,
        bos_token_id=2, decoder_ffn_dim=2 * DIM, decoder_start_token_id=2, disable_ngram_loss=False,
        dropout=0.1, encoder_ffn_dim=2 * DIM, eos_token_id=3, eps=0.0, hidden_size=DIM, init_std=0.02,
        is_encoder_decoder=True, max_position_embeddings=WINDOW + 1, ngram=2, num_buckets=16,
        num_decoder_attention_heads=4, num_decoder_layers=1, num_encoder_attention_heads=4,
        num_encoder_layers=1, pad_token_id=0, relative_max_distance=64, use_cache=True, vocab_size=vocabulary)
    config = tf.ProphetNetConfig(**asked)
    write_config(folder, config, "ProphetNetForConditionalGeneration", asked)
    model = fill(tf.ProphetNetForConditionalGeneration(config), seed=22, gain=2.0, bias=0.1)
    turn(model.prophetnet.decoder.layers[-1].feed_forward_layer_norm, seed=22)
    with torch.no_grad():
        quieten(model.prophetnet.word_embeddings.weight, [0, 1, 2, 4, 5])
        model.prophetnet.word_embeddings.weight[3] *= 2.0
    # rust-bert does not tie the head: it wants the tensor under its own name as well.
    write_weights(folder, model, keep=("lm_head.weight",))
    return {"task": "summarizer"}


# --- Entailment ----------------------------------------------------------------------------------

def centre(model, folder, inputs, strategy="longest_first"):
    """Moves the last bias so that no label wins on every input."""
    fast = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    fast.enable_truncation(WINDOW, strategy=strategy)
    logits = []
    with torch.no_grad():
        for texts_in in inputs:
            encoding = fast.encode(*texts_in)
            more = {"token_type_ids": torch.tensor([encoding.type_ids])} if any(encoding.type_ids) else {}
            if getattr(model.config, "type_vocab_size", 0) < 2:
                more = {}
            logits.append(model(input_ids=torch.tensor([encoding.ids]), **more).logits[0])
        last = [module for module in model.modules() if isinstance(module, torch.nn.Linear)][-1]
        # Rounded far above what differs from one processor to the next.
        last.bias -= (torch.stack(logits).mean(0) * 16).round() / 16
    return model


def centred(model, folder):
    return centre(model, folder, [(text,) for _, text in texts.CLASSIFY])


def centred_pairs(model, folder):
    return centre(model, folder, [pair[1:] for pair in texts.NLI], "only_first")


def labelled(*names):
    return {"id2label": dict(enumerate(names)), "label2id": {name: index for index, name in enumerate(names)}}


def nli_bart(folder):
    vocabulary = byte_bpe(folder, tf.BartTokenizerFast)
    config = bart_config(folder, "BartForSequenceClassification", vocab_size=vocabulary,
                         **labelled("contradiction", "neutral", "entailment"))
    write_weights(folder, centred_pairs(fill(tf.BartForSequenceClassification(config), seed=61), folder))
    return {"task": "zero-shot"}


def bert_asked(vocabulary, **more):
    return dict(
        attention_probs_dropout_prob=0.1, hidden_act="gelu", hidden_dropout_prob=0.1, hidden_size=32,
        initializer_range=0.02, intermediate_size=64, layer_norm_eps=1e-12, max_position_embeddings=WINDOW,
        num_attention_heads=4, num_hidden_layers=2, pad_token_id=0, type_vocab_size=2,
        vocab_size=vocabulary) | more


def nli_bert(folder):
    """Its labels run the other way round, as in the DeBERTa models that people use."""
    asked = bert_asked(bert_tokenizer(folder), **labelled("entailment", "neutral", "contradiction"))
    config = tf.BertConfig(**asked)
    write_config(folder, config, "BertForSequenceClassification", asked)
    write_weights(folder, centred_pairs(fill(tf.BertForSequenceClassification(config), seed=62), folder))
    return {"task": "zero-shot"}


def roberta_asked(vocabulary, **more):
    """Positions start after the padding id, so there are two more of them than the window is long."""
    return bert_asked(vocabulary, bos_token_id=0, eos_token_id=2, pad_token_id=1, layer_norm_eps=1e-5,
                      max_position_embeddings=WINDOW + 2, type_vocab_size=1, **more)


def nli_roberta(folder):
    asked = roberta_asked(byte_bpe(folder, tf.RobertaTokenizerFast),
                          **labelled("contradiction", "neutral", "entailment"))
    config = tf.RobertaConfig(**asked)
    write_config(folder, config, "RobertaForSequenceClassification", asked)
    write_weights(folder, centred_pairs(fill(tf.RobertaForSequenceClassification(config), seed=63), folder))
    return {"task": "zero-shot"}


# --- Classifiers ---------------------------------------------------------------------------------

def class_bert(folder):
    asked = bert_asked(bert_tokenizer(folder), **labelled("politics", "science and technology", "sport", "weather"))
    config = tf.BertConfig(**asked)
    write_config(folder, config, "BertForSequenceClassification", asked)
    write_weights(folder, centred(fill(tf.BertForSequenceClassification(config), seed=71), folder))
    return {"task": "classifier"}


def class_xlm_roberta(folder):
    pieces(folder / "sentencepiece.bpe.model", 300)
    slow = tf.XLMRobertaTokenizer(str(folder / "sentencepiece.bpe.model"))
    write_tokenizer(folder, convert_slow_tokenizer(slow), {
        "model_max_length": WINDOW,
        "tokenizer_class": "XLMRobertaTokenizer",
    })
    asked = roberta_asked(
        len(slow), problem_type="single_label_classification",
        **labelled("politics", "science and technology", "sport", "weather"))
    config = tf.XLMRobertaConfig(**asked)
    write_config(folder, config, "XLMRobertaForSequenceClassification", asked)
    write_weights(folder, centred(fill(tf.XLMRobertaForSequenceClassification(config), seed=72), folder))
    return {"task": "classifier"}


def distilbert_asked(vocabulary, **more):
    return dict(
        activation="gelu", attention_dropout=0.1, dim=32, dropout=0.1, hidden_dim=64, initializer_range=0.02,
        max_position_embeddings=WINDOW, n_heads=4, n_layers=2, pad_token_id=0, qa_dropout=0.1,
        seq_classif_dropout=0.2, sinusoidal_pos_embds=False, tie_weights_=True, vocab_size=vocabulary) | more


def class_distilbert(folder):
    asked = distilbert_asked(
        bert_tokenizer(folder, tf.DistilBertTokenizerFast), problem_type="multi_label_classification",
        **labelled("politics", "science and technology", "sport", "weather", "health"))
    config = tf.DistilBertConfig(**asked)
    write_config(folder, config, "DistilBertForSequenceClassification", asked)
    write_weights(folder, centred(fill(tf.DistilBertForSequenceClassification(config), seed=73), folder))
    return {"task": "classifier"}


# --- Sentence encoders ---------------------------------------------------------------------------

def sentence_files(folder, dim, window, cls=False, normalized=True, lower=False):
    """What sentence-transformers keeps beside the model."""
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    if normalized:
        modules.append({"idx": 2, "name": "2", "path": "2_Normalize",
                        "type": "sentence_transformers.models.Normalize"})
    write_json(folder / "modules.json", modules, sort=False)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": window, "do_lower_case": lower}, sort=False)
    write_json(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": dim,
        "pooling_mode_cls_token": cls,
        "pooling_mode_mean_tokens": not cls,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
        "pooling_mode_weightedmean_tokens": False,
        "pooling_mode_lasttoken": False,
        "include_prompt": True,
    }, sort=False)
    return {"task": "sentence-encoder"}


def sentence_bert(folder):
    asked = bert_asked(bert_tokenizer(folder))
    config = tf.BertConfig(**asked)
    write_config(folder, config, "BertModel", asked)
    write_weights(folder, fill(tf.BertModel(config), seed=81))
    return sentence_files(folder, 32, 96)


def sentence_bert_cls(folder):
    """The vector of `[CLS]`, not normalized."""
    asked = bert_asked(bert_tokenizer(folder))
    config = tf.BertConfig(**asked)
    write_config(folder, config, "BertModel", asked)
    write_weights(folder, fill(tf.BertModel(config), seed=82))
    return sentence_files(folder, 32, WINDOW, cls=True, normalized=False)


def sentence_distilbert(folder):
    asked = distilbert_asked(bert_tokenizer(folder, tf.DistilBertTokenizerFast))
    config = tf.DistilBertConfig(**asked)
    write_config(folder, config, "DistilBertModel", asked)
    write_weights(folder, fill(tf.DistilBertModel(config), seed=83))
    return sentence_files(folder, 32, WINDOW)


def sentence_roberta(folder):
    asked = roberta_asked(byte_bpe(folder, tf.RobertaTokenizerFast))
    config = tf.RobertaConfig(**asked)
    write_config(folder, config, "RobertaModel", asked)
    write_weights(folder, fill(tf.RobertaModel(config), seed=84))
    return sentence_files(folder, 32, WINDOW)


def sentence_albert(folder):
    pieces(folder / "spiece.model", 300, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
           control_symbols=["[CLS]", "[SEP]"], user_defined_symbols=["[MASK]"])
    slow = tf.AlbertTokenizer(str(folder / "spiece.model"))
    write_tokenizer(folder, convert_slow_tokenizer(slow), {
        "do_lower_case": True,
        "model_max_length": WINDOW,
        "tokenizer_class": "AlbertTokenizer",
    })
    asked = dict(
        attention_probs_dropout_prob=0.0, bos_token_id=2, classifier_dropout_prob=0.1, embedding_size=16,
        eos_token_id=3, hidden_act="gelu_new", hidden_dropout_prob=0.0, hidden_size=32, initializer_range=0.02,
        inner_group_num=1, intermediate_size=64, layer_norm_eps=1e-12, max_position_embeddings=WINDOW,
        num_attention_heads=4, num_hidden_groups=1, num_hidden_layers=3, pad_token_id=0, type_vocab_size=2,
        vocab_size=len(slow))
    config = tf.AlbertConfig(**asked)
    write_config(folder, config, "AlbertModel", asked)
    write_weights(folder, fill(tf.AlbertModel(config), seed=85))
    return sentence_files(folder, 32, WINDOW)


MODELS = {
    "bart": bart,
    "t5": t5,
    "t5-gated": t5_gated,
    "longt5": longt5,
    "pegasus": pegasus,
    "prophetnet": prophetnet,
    "nli-bart": nli_bart,
    "nli-bert": nli_bert,
    "nli-roberta": nli_roberta,
    "class-bert": class_bert,
    "class-xlm-roberta": class_xlm_roberta,
    "class-distilbert": class_distilbert,
    "sentence-bert": sentence_bert,
    "sentence-bert-cls": sentence_bert_cls,
    "sentence-distilbert": sentence_distilbert,
    "sentence-roberta": sentence_roberta,
    "sentence-albert": sentence_albert,
}


def main(job):
    for name, make in MODELS.items():
        folder = job.golden("rust-bert") / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_json(folder / "standfirst.json", make(folder))
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(f"{name}: {size} bytes", flush=True)
        assert size < LIMIT, f"{name} is larger than {LIMIT} bytes"
