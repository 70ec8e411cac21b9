"""The short and mixed texts of ../topics/headlines.py, as text again.

In: WORK/topics: rows.pkl, short.npz, minilm.annotated.npy, minilm.pool.npy, minilm.pick.npy; the data folder.
Out: rows with `title` and `text`, in the order of short.npz. That file keeps our token ids only; the texts
follow from the same seed, with its stored soft labels in the place of MiniLM's answers.
"""

from pathlib import Path

import numpy as np


def texts(data, work, groups):
    import headlines
    import minilm
    import teacher
    from data import fold, taxonomy, words

    work = Path(work) / "topics"
    codes, _, _ = taxonomy(data)
    kept = np.load(work / "short.npz")
    p, kind = kept["p"], kept["kind"]
    pool = teacher.pool_rows(groups)
    rng = np.random.default_rng(7)
    valid = np.array([i for i, r in enumerate(groups["annotated"]) if fold(r["id"]) == 0])
    y = minilm.labels([groups["annotated"][i] for i in valid], codes)
    whole = teacher.fit([np.load(work / "minilm.annotated.npy")[valid]], np.zeros_like(y), y)
    titles = headlines.chinese(data, groups)
    pick, z = np.load(work / "minilm.pick.npy"), np.load(work / "minilm.pool.npy")
    read_rows = [groups[pool[k][0]][pool[k][1]] for k in pick]
    p_read = teacher.apply(whole, [z], np.zeros(z.shape, np.float16))
    some = [k for k in rng.permutation(len(pool)) if len(words(groups[pool[k][0]][pool[k][1]]["title"])) >= 4]
    own = [headlines.plain(groups[pool[k][0]][pool[k][1]]["title"]) for k in some[: headlines.TITLES]]
    p0 = p[kind == 0]
    assert len(p0) == len(titles)
    bundle = headlines.bundles(titles, p0, rng)
    political = np.where(p0[:, codes.index("medtop:11000000")] > 0.7)[0]
    mixed = headlines.mixtures(read_rows, p_read, titles, political, rng)
    out = [headlines.plain(t) for t in titles] + own + bundle + mixed
    assert len(out) == len(p), f"{len(out)} texts for {len(p)} rows of short.npz"
    return out
