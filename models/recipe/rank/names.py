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
    "title_share",         # title_covered / the most that a sentence covers; 0 where none does
    "title_told",          # title_share is 0.6 or more, and of no sentence before it
    "title_told_before",   # the highest title_share of the sentences before it
    "is_title",            # has the title's tokens, and no others
    "paragraph",           # ln(1 + line breaks before it) / 4
    "in_paragraph",        # min(sentences before it in its paragraph, 5) / 5
    "opens_paragraph",     # has none before it there
    "full",                # 8 words or more, ends like a sentence, upper_letters below 0.7
    "full_before",         # ln(1 + full sentences before it) / 4
    "first_full",          # full, and the first that is
    "second_full",         # full, and the second that is
    "third_full",          # full, and the third that is
    "full_position",       # full sentences before it / max(1, full sentences)
    "full_count",          # ln(max(1, full sentences)) / 5
    "previous_full",       # the sentence before it is full
    "next_full",           # the sentence after it is full
    "last",                # the last sentence
    "near_end",            # one of the last 4
    "short",               # fewer than 8 words
    "long",                # more than 40 words
    "digits",              # min(digits, 8) / 8
    "money",               # holds one of $ £ €
    "percent",             # holds %
    "quotes",              # min(number of " “ ”, 4) / 4
    "open_quotes",         # “ and ” are not as many, or " are odd
    "exclaims",            # holds !
    "ends_colon",          # ends on :
    "dots",                # holds ... or …
    "address",             # holds http, www. or .com
    "at_sign",             # holds @
    "hash_sign",           # holds #
    "pipe",                # holds |
    "dash",                # holds —, --, or a dash between spaces
]
