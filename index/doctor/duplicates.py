"""Articles that are nearly the same as one read before: MinHash over runs of folded syllables, looked up by LSH."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence

import msgspec
from datasketch import LeanMinHash, MinHash, MinHashLSH

from index.text import fold

SHINGLE = 5
"""Syllables of a run: two or three words."""
SIMILAR = 0.8
"""Estimated share of common runs from which on two articles are nearly the same."""
HASHES = 128
"""Of a sketch: the estimate is off by 0.03 or so at 0.9."""
BANDS, ROWS = 12, 7
"""Of the lookup: finds 94 of 100 pairs with a similarity of 0.8, practically all with 0.9."""
BATCH = 4096
"""Runs hashed at a time, which keeps a book from taking gigabytes."""


class NearDuplicate(msgspec.Struct, frozen=True):
    """An article that repeats another; `similarity` is an estimate, 1.0 for the same words."""

    source: str
    similarity: float


class DuplicateGroup(msgspec.Struct, frozen=True):
    """Articles that are nearly the same: the one read first, and its copies in the order in which they were read."""

    source: str
    copies: tuple[NearDuplicate, ...]


class Duplicates:
    """Groups articles as they come; 5 KB are kept of an article, and no text.

    Each is held against the first of every group only, so a thousand copies of one page are no more work than others.
    """

    def __init__(self) -> None:
        self._lookup = MinHashLSH(threshold=SIMILAR, num_perm=HASHES, params=(BANDS, ROWS))
        self._sketches: dict[str, LeanMinHash] = {}
        self._copies: dict[str, list[NearDuplicate]] = {}
        self._empty = MinHash(num_perm=HASHES, hashfunc=zlib.crc32)

    def add(self, source: str, words: Sequence[str]) -> None:
        """Put an article into the group that it belongs to; one without words belongs to none."""
        if not words:
            return
        sketch = self._sketch(words)
        near = [(sketch.jaccard(self._sketches[first]), first) for first in sorted(self._lookup.query(sketch))]
        similarity, first = max(near, default=(0.0, source))
        if similarity >= SIMILAR:
            self._copies.setdefault(first, []).append(NearDuplicate(source, round(similarity, 2)))
        else:
            self._sketches[source] = sketch
            self._lookup.insert(source, sketch)

    def groups(self) -> list[DuplicateGroup]:
        """The groups of two and more, the largest first."""
        found = [DuplicateGroup(first, tuple(copies)) for first, copies in self._copies.items()]
        return sorted(found, key=lambda group: -len(group.copies))

    def _sketch(self, words: Sequence[str]) -> LeanMinHash:
        sketch = self._empty.copy()
        runs = _runs(words)
        while batch := list(itertools.islice(runs, BATCH)):
            sketch.update_batch(batch)
        return LeanMinHash(sketch)


def _runs(words: Sequence[str]) -> Iterator[bytes]:
    """Every `SHINGLE` neighbouring words, without accents; all words of a shorter text."""
    terms = [fold(word) for word in words]
    size = min(SHINGLE, len(terms))
    return (" ".join(run).encode() for run in zip(*(terms[begin:] for begin in range(size)), strict=False))
