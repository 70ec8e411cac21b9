"""The names of the ranker's hand-made features, in the order of their columns in the weights.

Apart from features.py, which says how each is made and needs numpy: `card --check` holds the shipped configs to them.
"""

FEATURES = [
    "position",            # i / n
    "document_length",     # ln(n) / 5
    "length",              # ln(1 + tokens) / 5
    "length_linear",       # min(tokens, 60) / 60
    "dangling",            # opens on one of the words that point back
    "digit",               # holds 0-9
    "opens_quote",         # first character is a quotation mark
    "holds_quote",         # holds one of " “ ”
    "ends_sentence",       # last character, quotation marks and brackets stripped, is one of STOPS
    "question",            # holds ?
    "colon",               # holds :
    "bracket",             # holds (
    "opens_lower",         # first character is a lower-case letter
    "upper_letters",       # upper-case letters / letters
    "capitalised",         # whitespace-separated words that open on an upper-case letter / words
    "importance",          # weight(words) / |words|
    "spread",              # sum of importance * ln(spread) over words / weight(words) / 3
    "in_first",            # share(words, words of sentence 0); 0 for sentence 0
    "in_lead",             # share(words, words of sentences 0..3 without itself)
    "in_title",            # share(words, title)
    "has_title",           # the title has a token
    "new",                 # share of words that no earlier sentence holds
    "in_previous",         # share(words, words of sentence i-1); 0 for sentence 0
    "in_next",             # share(words, words of sentence i+1); 0 for the last
    "title_covered",       # share(title, words): how much of the title it says; 0 without a title
]
