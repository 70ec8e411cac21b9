"""The numbers that make a run large or small: FULL made the shipped files, TINY is what the gate runs.

Other choices (rates of learning, losses, drop-out, seeds) stand beside the code that reads them and are the
same in both.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    # Vocabulary: pieces, and how often a piece must occur. `learn_vocabulary`: not the committed one.
    learn_vocabulary: bool = False
    pieces: int = 20_000
    piece_occurs: int = 5
    # Capitals: how often a word must be used; one that opened a sentence somewhere, where the library asks, may be rarer.
    word_uses: tuple = (60, 10)
    # Languages: pieces of words that are kept, and texts of each that teach (three times as many in English).
    language_pieces: int = 10_000
    language_texts: int = 5_000
    # Encoders: those published, or tiny ones with random weights.
    published_encoders: bool = True
    minilm_epochs: int = 2
    minilm_rate: float = 1.5e-4
    mpnet_epochs: int = 2
    mpnet_rate: float = 5e-5
    mpnet_rows: int = 40_000  # of the pool that MPNet reads
    # Short texts for the topic student.
    titles: int = 40_000
    bundles: int = 8_000
    mixtures: int = 700  # a topic
    # From which probability on a text has a topic, or may be one of education: chance in a tiny run.
    sure: float = 0.5
    unsure: float = 0.3
    # The topic student.
    topic_dim: int = 160
    topic_hidden: int = 128
    bag_epochs: int = 7
    student_epochs: int = 3
    tune_epochs: int = 4
    pairs: int = 8192
    pair_occurs: int = 30  # articles that must hold a pair
    # The ranker: `ranker_shape` goes over the shapes of rank/options.py; epochs by sentences, by sets.
    ranker_shape: dict = field(default_factory=dict)
    ranker_epochs: tuple = (3, 1)
    picks: dict = field(default_factory=dict)  # goes over PICKS of rank/options.py
    # Rows for own labels: an even number of values a token.
    label_texts: int = 120_000
    label_dim: int = 80
    label_epochs: int = 3
    # The heads for MiniLM's vectors.
    head_hidden: int = 192
    head_seeds: tuple = (1, 2, 3, 4)
    head_epochs: tuple = (3, 12)  # on soft labels, on annotated rows


FULL = Options()

TINY = Options(
    learn_vocabulary=True, pieces=1500, piece_occurs=2, word_uses=(3, 3), language_pieces=300, language_texts=60,
    published_encoders=False, minilm_epochs=2, minilm_rate=5e-3, mpnet_epochs=1, mpnet_rate=5e-3, mpnet_rows=100,
    titles=60, bundles=34, mixtures=3, sure=0.0, unsure=0.0,
    topic_dim=24, topic_hidden=16, bag_epochs=7, student_epochs=3, tune_epochs=2, pairs=64, pair_occurs=4,
    ranker_shape=dict(embedding=16, width=16, heads=2, inner=32, layers=2, places=32), ranker_epochs=(1, 1),
    picks=dict(teachers=1, epochs=2, student_epochs=1, unpicked=20, student={}),
    label_texts=300, label_dim=8, label_epochs=1,
    head_hidden=8, head_seeds=(1, 2), head_epochs=(1, 2),
)
