"""The words of a collection in a folder: an index to search, and how many chunks hold each."""

from index.stores.local.words.index import (
    WordIndex,
    WordWriter,
    accented_terms_of,
    change_words,
    link_words,
    open_words,
    words_in_memory,
)

__all__ = [
    "WordIndex",
    "WordWriter",
    "accented_terms_of",
    "change_words",
    "link_words",
    "open_words",
    "words_in_memory",
]
