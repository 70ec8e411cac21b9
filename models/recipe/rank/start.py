"""Where the embedding rows start: MiniLM's word embeddings, turned to our vocabulary and width.

In: MiniLM's folder (Apache-2.0; its safetensors and vocab.txt), our tokenizer, importance.
Out: float32 (vocabulary, width). A piece MiniLM lacks is the mean of the pieces it spells it with.
Nothing else of MiniLM is used, at training or later.
"""

import json

import numpy as np
from safetensors.numpy import load_file


def spelled(piece, vocabulary):
    """Longest match first, as WordPiece does it; [] when a character is unknown."""
    word, begins = (piece[2:], False) if piece.startswith("##") else (piece, True)
    out, at = [], 0
    while at < len(word):
        for end in range(len(word), at, -1):
            part = word[at:end] if begins and at == 0 else "##" + word[at:end]
            if part in vocabulary:
                out.append(vocabulary[part])
                at = end
                break
        else:
            return []
    return out


def starting_rows(folder, tokenizer, importance, width):
    weights = load_file(str(folder / "model.safetensors"))
    listed = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    theirs = {piece: i for i, piece in enumerate(listed)}
    table = next(v for k, v in weights.items() if k.endswith("word_embeddings.weight")).astype(np.float32)
    ours = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    full = np.zeros((len(ours), table.shape[1]), dtype=np.float32)
    for piece, i in ours.items():
        found = spelled(piece, theirs)
        if found:
            full[i] = table[found].mean(0)
    full -= full.mean(0)
    full /= np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-6)
    values, axes = np.linalg.eigh(full.T @ full)
    rows = full @ axes[:, ::-1][:, :width] * importance[:, None]
    return (rows / rows.std() * 0.1).astype(np.float32)
