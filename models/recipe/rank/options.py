"""Every number of the recipe that was chosen, in one place. Chosen on the held-out rows only."""

COMMON = dict(
    shape=dict(), dropout=0.1, lr=1e-3, lr_embeddings=2e-3, epochs_sentences=2, epochs_sets=1,
    batch_sentences=1200, token_dropout=0.1, one_on_news=0.2, one_on_teasers=0.5, keep=0.5, among=10,
    repeat=1.5, temperature=0.02, pair_weight=1, average=0.998,
)
TEACHERS = []
STUDENT = dict(COMMON, seed=1)
SELECTION = {"repeat": 1.5, "fragment_tokens": 10, "fragment_penalty": 1.0, "budget_floor": -2.3}
