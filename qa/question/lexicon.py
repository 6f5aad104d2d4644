"""The words of a collection, looked up in its index."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from index.stores import ACCENTED, FOLDED, Snapshot
from qa.query import Lexicon

KEPT_WORDS = 1 << 16
"""Words and pairs whose frequencies are kept."""
KEPT_SEARCHES, LOOKED_THROUGH = 256, 30
"""Searches for abbreviations that are kept, and passages that one looks through."""


def lexicon_of(snapshot: Snapshot) -> Lexicon:
    """The words of a generation; what was looked up is kept."""

    @functools.lru_cache(KEPT_WORDS)
    def kept(field: str, term: str) -> int:
        return snapshot.document_frequencies(field, [term])[0]

    @functools.lru_cache(KEPT_SEARCHES)
    def passages(terms: tuple[str, ...]) -> Sequence[str]:
        hits = snapshot.matching(FOLDED, terms, LOOKED_THROUGH)
        return [chunk.text for chunk in snapshot.chunks([hit.chunk for hit in hits])]

    return Lexicon(functools.partial(kept, ACCENTED), functools.partial(kept, FOLDED), passages)
