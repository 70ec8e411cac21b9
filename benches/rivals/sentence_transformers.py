"""How many sentences a second sentence-transformers encodes on the CPU, in float32.

In: a model folder (`scripts/minilm.sh` prints one) and a file with one sentence a line, or JSON Lines
with a field `text`. Out: the figures of every round, and last one line with the best.

    python benches/rivals/sentence_transformers.py FOLDER FILE [--threads 1] [--batch 32] [--limit N]
"""

import argparse
import json
import os
import pathlib
import time
import warnings

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
warnings.filterwarnings("ignore", category=FutureWarning)

import sentence_transformers
import torch
import transformers


def read(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if lines and lines[0].lstrip().startswith("{"):
        return [json.loads(line)["text"] for line in lines]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("sentences", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, help="only the first so many sentences")
    asked = parser.parse_args()

    sentences = read(asked.sentences)[: asked.limit]
    torch.set_num_threads(asked.threads)
    # The tokenizer brings its own threads; more than one was asked for, or none are used.
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if asked.threads > 1 else "false"
    os.environ["RAYON_NUM_THREADS"] = str(asked.threads)
    model = sentence_transformers.SentenceTransformer(str(asked.folder), device="cpu").float()
    encode = lambda texts: model.encode(
        texts, batch_size=asked.batch, show_progress_bar=False, convert_to_numpy=True)

    encode(sentences[: 4 * asked.batch])
    best = 0.0
    for round_number in range(asked.rounds):
        start = time.perf_counter()
        encode(sentences)
        seconds = time.perf_counter() - start
        best = max(best, len(sentences) / seconds)
        print(f"round {round_number + 1}: {len(sentences)} sentences in {seconds:.2f} s, "
              f"{len(sentences) / seconds:.1f} sentences/s", flush=True)
    print(f"best: {best:.1f} sentences/s (threads {asked.threads}, batch {asked.batch}, float32, "
          f"window {model.max_seq_length}, torch {torch.__version__.split('+')[0]}, "
          f"transformers {transformers.__version__}, sentence-transformers {sentence_transformers.__version__})")


if __name__ == "__main__":
    main()
