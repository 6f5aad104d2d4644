"""The words of a small collection, for tests of what is repaired with them."""

from __future__ import annotations

from collections import Counter

from index.text import fold, pairs, word_texts
from qa.query import Lexicon


def collection(*passages: str) -> Lexicon:
    """The words of these passages; each is a passage of its own."""
    accented: Counter[str] = Counter()
    folded: Counter[str] = Counter()
    for passage in passages:
        found = word_texts(passage)
        bare = list(map(fold, found))
        accented.update({*found, *pairs(found)})
        folded.update({*bare, *pairs(bare)})

    def holding(terms: tuple[str, ...]) -> list[str]:
        return [passage for passage in passages if any(_holds(passage, term) for term in terms)]

    return Lexicon(lambda term: accented[term], lambda term: folded[term], holding)


def _holds(passage: str, term: str) -> bool:
    return f" {term.replace('_', ' ')} " in f" {' '.join(map(fold, word_texts(passage)))} "
