"""What a step is given: where things are, and how large the run is.

`data` is read, `work` holds what steps hand on to each other, and `out` is laid out as the repository: the
repository itself, or a scratch folder. README.md lists the files of `work`.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from .options import Options

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Job:
    data: Path
    work: Path
    out: Path
    options: Options

    @property
    def tokenizer(self):
        """The vocabulary that a run trains with."""
        return self.work / "tokenizer.json"

    @property
    def topics(self):
        return self.work / "topics"

    @property
    def rank(self):
        return self.work / "rank"

    @property
    def heads(self):
        return self.work / "heads"

    @property
    def minilm(self):
        return self.work / "encoders/all-minilm-l6-v2"

    @property
    def mpnet(self):
        return self.work / "encoders/all-mpnet-base-v2"

    @property
    def embedded(self):
        return self.out / "models/embedded"

    @property
    def minilm_heads(self):
        return self.out / "models/all-minilm-l6-v2"

    def golden(self, name):
        return self.out / "tests/golden" / name

    def place(self, name):
        """A file or folder of a step by its name in the table: `out/…` in `out`, others in `work`."""
        return self.out / name.removeprefix("out/") if name.startswith("out/") else self.work / name


def program(name):
    """A built example of the library."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/examples" / name
