"""The golden files of the pretrained engines: tiny models, what transformers makes of them, MiniLM's vectors.

Out: tests/golden/rust-bert, rust-bert.json and minilm.json.
"""

import warnings

warnings.filterwarnings("ignore", category=FutureWarning)


def main(job):
    from . import golden, make, minilm

    make.main(job)
    golden.main(job)
    minilm.main(job)
