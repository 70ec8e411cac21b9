"""ONNX Runtime beside the trial: the same sentences, calls and batches, and how close two sets of vectors are.

    python models/recipe/int8/reference.py run MODEL TOKENIZER SENTENCES [--batch alone|filled] [--threads N]
        [--limit N] [--rounds N] [--out FILE]
    python models/recipe/int8/reference.py compare FILE FILE...

`compare` reads vectors as `--out` writes them (32-bit floats, 384 a sentence) and prints, for each file after
the first, the cosines to the first: mean and lowest.
"""

import argparse
import concurrent.futures
import pathlib
import time

import numpy as np

CALL, TOKEN_BUDGET, MAX_FILLING, WINDOW, WIDTH = 28, 1024, 0.1, 512, 384


def batches(lengths, batch):
    if batch == "alone":
        return [[row] for row in range(len(lengths))]
    found, longest, total = [], 0, 0
    for row in sorted(range(len(lengths)), key=lambda row: (-lengths[row], row)):
        own = lengths[row]
        padded = longest * (len(found[-1]) + 1) if found else 0
        if found and padded <= TOKEN_BUDGET and (padded - total - own) / max(padded, 1) <= MAX_FILLING:
            found[-1].append(row)
            total += own
        else:
            found.append([row])
            longest = total = own
    return found


def encode(session, tokenizer, texts, batch):
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    vectors = np.zeros((len(rows), WIDTH), np.float32)
    for own in batches([len(row) for row in rows], batch):
        length = max(len(rows[row]) for row in own)
        ids = np.zeros((len(own), length), np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(own):
            ids[at, : len(rows[row])] = rows[row]
            mask[at, : len(rows[row])] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = session.run(None, feed)[0]
        pooled = (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        vectors[own] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return vectors


def run(asked):
    import onnxruntime
    import tokenizers

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(asked.model, options, providers=["CPUExecutionProvider"])
    tokenizer = tokenizers.Tokenizer.from_file(asked.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    lines = pathlib.Path(asked.sentences).read_text(encoding="utf-8").splitlines()[: asked.limit]
    calls = [lines[at : at + CALL] for at in range(0, len(lines), CALL)]
    best = 0.0
    for _ in range(asked.rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        with concurrent.futures.ThreadPoolExecutor(asked.threads) as pool:
            found = list(pool.map(lambda texts: encode(session, tokenizer, texts, asked.batch), calls))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        best = max(best, len(lines) / wall)
        print(f"{len(lines) / wall:.0f} sentences/s by the clock, {len(lines) / cpu:.0f} by user CPU time", flush=True)
    print(f"best: {best:.0f} sentences/s (onnxruntime {onnxruntime.__version__}, {asked.model}, "
          f"batch {asked.batch}, threads {asked.threads})")
    if asked.out:
        np.concatenate(found).astype("<f4").tofile(asked.out)


def compare(asked):
    first, *others = (np.fromfile(file, "<f4").reshape(-1, WIDTH) for file in asked.files)
    for name, other in zip(asked.files[1:], others):
        cosines = (first * other).sum(1) / np.linalg.norm(first, axis=1) / np.linalg.norm(other, axis=1)
        print(f"{name}: cosine to {asked.files[0]} mean {cosines.mean():.5f}, lowest {cosines.min():.5f}, "
              f"furthest value {np.abs(first - other).max():.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    kinds = parser.add_subparsers(required=True)
    one = kinds.add_parser("run")
    one.add_argument("model")
    one.add_argument("tokenizer")
    one.add_argument("sentences")
    one.add_argument("--batch", default="alone")
    one.add_argument("--threads", type=int, default=1)
    one.add_argument("--limit", type=int)
    one.add_argument("--rounds", type=int, default=3)
    one.add_argument("--out")
    one.set_defaults(do=run)
    two = kinds.add_parser("compare")
    two.add_argument("files", nargs="+")
    two.set_defaults(do=compare)
    asked = parser.parse_args()
    asked.do(asked)


if __name__ == "__main__":
    main()
