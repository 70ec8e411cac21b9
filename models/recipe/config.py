"""A config.json that a person can read: lists of numbers on one line each."""

import json
import re
from pathlib import Path


def write(path, config):
    text = json.dumps(config, indent=1)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", joined, text)
    Path(path).write_text(text + "\n", encoding="utf-8")


def joined(found):
    return "[" + re.sub(r"\s+", " ", found[1]) + "]"
