"""The steps, in order: what each does, what it reads, what it leaves.

`run`: module and function, called with a `Job`. `after`: the steps whose files it reads. `data` and `tree`: files of
DATA and of the repository that it reads. `makes`: files or folders in WORK, or, with `out/` before them, in OUT.
Minutes: of one core of an AMD EPYC (family 26), all data.
"""

from typing import NamedTuple


class Step(NamedTuple):
    name: str
    does: str
    run: str
    makes: tuple
    after: tuple = ()
    data: tuple = ()
    tree: tuple = ()
    programs: tuple = ()  # built examples of the library that it calls
    minutes: float = 0


TOPICS = tuple(f"topics/{name}.jsonl.xz" for name in (
    "annotated_train", "annotated_dev", "rss", "allsides", "dailymail2020", "others",
    "eval_bbc", "eval_inshorts", "eval_agnews", "eval_masakhanews_dev"))
SUMMARIES = tuple(f"summaries/{name}.jsonl.xz" for name in (
    "cnndm_train", "cnndm_val", "teasers_train", "teasers_val", "xsum_dev"))
PAGES = tuple(f"pages/{name}.jsonl.xz" for name in ("wcxb_dev", "naeb_dev", "aeb", "composed_dev"))
IPTC = "topics/iptc_mediatopic_2025-10-09.json"
NEWS, CHINA = "text/news.jsonl.xz", "text/china_headlines.jsonl.xz"
# What picked.py reads.
PICKS = ("picks/picks.jsonl.xz", "summaries/descriptions_train.jsonl.xz", *SUMMARIES[:3:2], *PAGES[:3:2], NEWS)
OWN_PICKS = ("models/recipe/picks",)

STEPS = [
    # The embedded model.
    Step("vocabulary", "the committed one, or with --new-vocabulary another", "vocabulary:main", ("tokenizer.json",),
         data=(NEWS, CHINA, *TOPICS[:1], *TOPICS[2:5], SUMMARIES[0]), tree=("models/embedded/tokenizer.json",)),
    Step("taxonomy", "IPTC's levels 1 and 2", "taxonomy:main", ("out/models/embedded/taxonomy.json",),
         data=(IPTC,)),
    Step("minilm", "all-MiniLM-L6-v2, which teaches", "encoders:minilm_main", ("encoders/all-minilm-l6-v2",),
         tree=("scripts/minilm.sh", "tests/golden/rust-bert/sentence-bert")),
    Step("mpnet", "all-mpnet-base-v2, which teaches", "encoders:mpnet_main", ("encoders/all-mpnet-base-v2",),
         tree=("tests/golden/rust-bert/sentence-bert",)),
    Step("topic-data", "rows cleaned of test rows, split, encoded", "topics.data:main",
         ("topics/rows", "topics/tokens.npz"), ("vocabulary",), (*TOPICS, NEWS), programs=("encode",), minutes=5),
    Step("topic-lexical", "TF-IDF and logistic regression", "topics.lexical:main",
         ("topics/lexical.annotated.npy", "topics/lexical.pool.npy", "topics/lexical.dev.npy", "topics/lexical.bbc.npy",
          "topics/lexical.inshorts.npy", "topics/lexical.agnews.npy", "topics/lexical.masakhanews.npy"),
         ("taxonomy", "topic-data"), minutes=4),
    Step("topic-minilm", "MiniLM fine-tuned, reads part of the pool", "topics.minilm:main",
         ("topics/minilm.pt", "topics/minilm.annotated.npy", "topics/minilm.pool.npy", "topics/minilm.pick.npy"),
         ("taxonomy", "minilm", "topic-data"), minutes=33),
    Step("topic-mpnet", "MPNet fine-tuned, reads a smaller part", "topics.mpnet:main",
         ("topics/mpnet.pt", "topics/mpnet.annotated.npy", "topics/mpnet.pool.npy", "topics/mpnet.pick.npy"),
         ("taxonomy", "mpnet", "topic-data", "topic-minilm"), minutes=75),
    Step("topic-headlines", "MiniLM labels headlines, bundles, mixtures", "topics.headlines:main",
         ("topics/short.npz", "topics/short.jsonl"),
         ("vocabulary", "taxonomy", "minilm", "topic-data", "topic-minilm"), (CHINA,), programs=("encode",), minutes=5),
    Step("topic-distil", "soft labels, pairs, the student pretrained", "topics.distil:main",
         ("topics/bag.npz", "topics/targets.npz", "topics/pairs.npz", "topics/keys.npy", "topics/x.annotated.npz",
          "topics/x.pool.npz", "topics/x.short.npz", "topics/pretrained.pt"),
         ("taxonomy", "topic-data", "topic-lexical", "topic-minilm", "topic-mpnet", "topic-headlines"), minutes=5),
    Step("topic-finish", "fine-tuned, calibrated, quantised, measured", "topics.finish:main",
         ("topics/export/topics.json", "topics/export/topics.safetensors", "out/models/recipe/topics/metrics.json"),
         ("taxonomy", "topic-data", "topic-lexical", "topic-headlines", "topic-distil"), minutes=3),
    Step("topic-golden", "what the topic model makes of texts of ours", "topics.golden:main",
         ("out/tests/golden/topics.json",), ("vocabulary", "topic-finish"), programs=("encode",)),
    Step("rank-documents", "articles split and encoded", "rank.documents:main", ("rank/documents",),
         ("vocabulary",), SUMMARIES, programs=("encode",), minutes=2),
    Step("rank-rows", "ROUGE of every sentence, features", "rank.train:prepare_rows",
         ("rank/importance.npy", "rank/cnndm.pkl", "rank/teasers.pkl"), ("vocabulary", "rank-documents"), minutes=9),
    Step("rank-teachers", "two teachers", "rank.train:teachers", ("rank/teacher_0.pt", "rank/teacher_1.pt"),
         ("vocabulary", "minilm", "rank-rows"), minutes=12),
    Step("rank-student", "the ranker, the weights of whole summaries, export", "rank.train:student",
         ("rank/student.pt", "rank/export"), ("vocabulary", "minilm", "rank-documents", "rank-rows", "rank-teachers"),
         minutes=7),
    Step("rank-measure", "figures on rows held out and on the report sets", "rank.train:measure",
         ("out/models/recipe/rank/metrics.json",), ("rank-documents", "rank-student"), minutes=8),
    Step("rank-picks", "learned anew, but for its token rows, from what a desk would print", "rank.picks:main",
         ("rank/picks",), ("vocabulary", "rank-documents", "rank-student"), PICKS, (*OWN_PICKS, "models/recipe/leans"),
         ("encode",), minutes=9),
    Step("rank-golden", "what the ranker makes of texts of ours", "rank.golden:main", ("out/tests/golden/rank.json",),
         ("vocabulary", "rank-picks"), programs=("encode",)),
    Step("label-rows", "token rows by which own labels are compared", "label_rows:main", ("labels/rows.safetensors",),
         ("vocabulary", "minilm"), (NEWS, SUMMARIES[0], SUMMARIES[2], TOPICS[0], IPTC), programs=("encode",), minutes=15),
    Step("assemble", "the model folder; how own labels are read", "assemble:main",
         ("out/models/embedded/config.json", "out/models/embedded/tokenizer.json", "out/models/embedded/model.safetensors"),
         ("vocabulary", "taxonomy", "topic-finish", "rank-picks", "label-rows"),
         (*TOPICS[:4], TOPICS[5], "topics/reuters21578.jsonl.xz", SUMMARIES[1], SUMMARIES[3], IPTC),
         ("models/recipe/own_labels.tsv",), ("encode",), 5),
    # The heads for MiniLM's vectors.
    Step("head-static", "the embedded model's vectors, from tables that did not see the row", "heads.static:main",
         ("heads/static.npz",), ("taxonomy", "topic-data", "topic-headlines", "topic-distil", "assemble"), minutes=2),
    Step("head-vectors", "MiniLM's vectors, a process a core", "heads.vectors:main", ("heads/vectors",),
         ("minilm", "topic-data", "topic-minilm", "topic-headlines", "rank-documents"), minutes=120),
    Step("head-topics", "topic head, calibration", "heads.topic_fit:main",
         ("heads/topic_head.safetensors", "heads/topic_head.json"),
         ("taxonomy", "topic-data", "topic-minilm", "topic-headlines", "topic-distil", "head-static", "head-vectors"), minutes=2),
    Step("head-rank-rows", "ranker rows in the order of the vectors", "heads.rank_rows:main", ("heads/rank_rows",),
         ("rank-documents", "rank-rows", "rank-teachers"), minutes=1),
    Step("head-rank", "ranker head", "heads.rank_fit:main", ("heads/rank_head.safetensors", "heads/rank_head.json"),
         ("vocabulary", "rank-student", "head-vectors", "head-rank-rows"), minutes=4),
    Step("head-own-labels", "own labels: shares, slope, offset", "heads.own:main", ("heads/own.json", "heads/dense_mean.npy"),
         ("vocabulary", "taxonomy", "minilm", "topic-data", "assemble", "head-static", "head-vectors"),
         ("topics/reuters21578.jsonl.xz",), programs=("encode",), minutes=1),
    Step("head-folder", "quantised, written", "heads.folder:main",
         ("out/models/all-minilm-l6-v2/config.json", "out/models/all-minilm-l6-v2/model.safetensors"),
         ("minilm", "rank-student", "assemble", "head-topics", "head-rank", "head-own-labels")),
    Step("head-golden", "what the heads make of texts of ours", "heads.golden:main", ("out/tests/golden/heads.json",),
         ("vocabulary", "minilm", "assemble", "head-folder"), programs=("encode",)),
    Step("head-measure", "figures of the heads", "heads.measure:main", ("heads/figures.json",),
         ("rank-documents", "head-vectors", "head-folder"), minutes=3),
    # What English news writes with a capital; the line model; the golden files of the pretrained engines.
    Step("capitals", "how often each word has a capital inside a sentence", "capitals.learn:main", ("out/data/capitals.tsv",),
         data=(NEWS, TOPICS[2], TOPICS[3]), minutes=3),
    Step("behind", "which words go on with a name behind an abbreviation", "capitals.behind:main", ("out/data/behind.tsv",),
         data=(NEWS, TOPICS[3])),
    Step("language", "which pieces of words speak for which language", "language.learn:main", ("out/data/told.tsv",),
         data=(NEWS, "topics/sib200.jsonl.xz"), minutes=3),
    Step("page-lines", "the line model", "page_steps:lines",
         ("out/data/lines/text.safetensors", "out/data/lines/html.safetensors"), data=PAGES,
         programs=("page_features",), minutes=3),
    Step("page-folds", "its figures by cross-validation", "page_steps:folds", ("out/models/recipe/pages/folds.json",),
         data=PAGES, programs=("page_features",), minutes=15),
    Step("page-titles", "which line is the headline", "page_steps:titles", ("out/data/title.json",), data=PAGES,
         programs=("page_features",), minutes=2),
    Step("page-openings", "which lines open another article", "page_steps:openings", ("out/data/openings.json",),
         data=PAGES, programs=("page_features",), minutes=2),
    Step("headline-folds", "the figures of both by cross-validation", "page_steps:headline_folds",
         ("out/models/recipe/pages/headlines.json",), data=PAGES, programs=("page_features",), minutes=10),
    # Keywords.
    Step("keywords", "how likely a phrase is a keyword", "keyword_steps:weights",
         ("out/data/keywords.json", "out/data/picked.tsv"),
         data=PICKS, tree=OWN_PICKS, programs=("keyword_features",), minutes=3),
    Step("keyword-folds", "its figures by cross-validation", "keyword_steps:folds",
         ("out/models/recipe/keywords/folds.json",), data=PICKS, tree=OWN_PICKS, programs=("keyword_features",), minutes=8),
    Step("parity", "tiny pretrained models and what transformers makes of them; MiniLM's vectors", "parity.run:main",
         ("out/tests/golden/rust-bert", "out/tests/golden/rust-bert.json", "out/tests/golden/minilm.json"),
         ("minilm",), minutes=1),
]

# What is asked for by name, and the last steps of each. The heads stand on the embedded model, so they bring it.
EMBEDDED = ("topic-golden", "rank-golden", "rank-measure", "assemble")
PRODUCTS = {
    "embedded": EMBEDDED,
    "heads": (*EMBEDDED, "head-golden", "head-measure"),
    "words": ("capitals", "behind", "language"),
    "pages": ("page-lines", "page-folds", "page-titles", "page-openings", "headline-folds"),
    "keywords": ("keywords", "keyword-folds"),
    "parity": ("parity",),
}
PRODUCTS["all"] = tuple(step for last in PRODUCTS.values() for step in last)


def needed(product):
    """The steps of a product with all that they stand on, in order."""
    wanted = set(PRODUCTS[product])
    for step in reversed(STEPS):
        if step.name in wanted:
            wanted |= set(step.after)
    return [step for step in STEPS if step.name in wanted]
