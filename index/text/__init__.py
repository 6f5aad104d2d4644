"""Text as the searches see it: words, terms, folding and sentences, each tied to its place in the raw text."""

from index.text.identify import language
from index.text.letters import INVISIBLE, LOWER, UPPER, fold, has_accents, normal
from index.text.segment import sentences
from index.text.tokenise import (
    TOKENISATION,
    Word,
    accented_terms,
    folded_terms,
    pairs,
    word_count,
    word_texts,
    words,
)

__all__ = [
    "INVISIBLE",
    "LOWER",
    "TOKENISATION",
    "UPPER",
    "Word",
    "accented_terms",
    "fold",
    "folded_terms",
    "has_accents",
    "language",
    "normal",
    "pairs",
    "sentences",
    "word_count",
    "word_texts",
    "words",
]
