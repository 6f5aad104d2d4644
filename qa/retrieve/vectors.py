"""Vectors of words, which are compared one by one, and of whole questions and sentences."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import BUNDLED, Embedder, StaticEmbedder, embedder_named, unit
from index.stores import Vectors

WORD_DIMENSIONS = 256
"""First dimensions of the embedder that are taken for words: all would cost twice the time and find 0.01 more."""
LONGEST_PHRASE = 3
"""Words of the longest phrase that is compared as one; "Tập Cận Bình" has three."""
MOST_WORDS = 1 << 16
"""Words whose vectors are kept; beyond, the table starts anew."""
MOST_PREPARED = 1 << 13
"""Texts that are kept as they are compared, at 1 kB or so each."""
MOST_TEXTS = 1 << 14
"""Sentences whose vectors are kept."""
TINY = 1e-12

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


class _Prepared(NamedTuple):
    """A text as it is compared.

    Attributes:
        rows: [words] of the table.
        scales: float32 [LONGEST_PHRASE, words], one over the length of the phrase of 1, 2, ... words that begins there;
            0 where it would run over the end.
    """

    rows: Rows
    scales: Scores


class _Table:
    """Words with their vectors, and texts made of them."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.vectors = np.zeros((1024, WORD_DIMENSIONS), dtype=np.float32)
        self.texts: dict[tuple[str, ...], _Prepared] = {}


class WordVectors:
    """Vectors of words and phrases: the first `WORD_DIMENSIONS` of the bundled embedder; threads may share it."""

    def __init__(self) -> None:
        embedder = embedder_named(BUNDLED)
        if not isinstance(embedder, StaticEmbedder):
            raise TypeError("the bundled embedder is a static one")
        self._embedder = embedder
        self._lock = threading.Lock()
        self._table = _Table()

    def phrases(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [texts, dimensions] of short texts."""
        return unit(self._sums(texts))

    def sums(self, words: Sequence[str]) -> Vectors:
        """Float32 [words, dimensions]: sums of the subword vectors of each word."""
        with self._lock:
            table = self._current()
            rows = self._rows(table, words)
            return table.vectors[rows]

    def nearest(self, units: Vectors, texts: Sequence[tuple[str, ...]]) -> Scores:
        """Float32 [texts, units]: cosine of each unit vector with the nearest phrase of each text, at least 0.

        Args:
            units: float32 [units, dimensions].
            texts: the normal words of each.
        """
        similarity = np.zeros((len(texts), len(units)), dtype=np.float32)
        filled = [row for row, text in enumerate(texts) if text]
        if not filled or not len(units):
            return similarity
        vectors, prepared = self._prepared([texts[row] for row in filled])
        distinct, places = np.unique(np.concatenate([text.rows for text in prepared]), return_inverse=True)
        scales = np.concatenate([text.scales for text in prepared], axis=1)
        starts = np.cumsum([0, *(len(text.rows) for text in prepared[:-1])])
        # A phrase's vector is the sum of its words', so its products with the units are sums of theirs: no phrase
        # vector is ever made.
        of_words = (units @ vectors[distinct].T).take(places, axis=1)
        of_phrases = of_words.copy()
        best = of_phrases * scales[0]
        for length in range(1, min(LONGEST_PHRASE, len(places))):
            of_phrases[:, :-length] += of_words[:, length:]
            np.maximum(best, of_phrases * scales[length], out=best)
        similarity[filled] = np.maximum.reduceat(best, starts, axis=1).T
        return np.clip(similarity, 0.0, 1.0)

    def _current(self) -> _Table:
        """The table, with room for more. Under the lock."""
        if len(self._table.rows) >= MOST_WORDS:
            # Another one, since other threads may be at work with this one.
            self._table = _Table()
        elif len(self._table.texts) >= MOST_PREPARED:
            self._table.texts = {}
        return self._table

    def _rows(self, table: _Table, words: Sequence[str]) -> Rows:
        """The words' rows in a table, which learns those that it lacks. Under the lock."""
        if unknown := [word for word in dict.fromkeys(words) if word not in table.rows]:
            used = len(table.rows)
            while used + len(unknown) > len(table.vectors):
                table.vectors = np.concatenate([table.vectors, np.zeros_like(table.vectors)])
            table.vectors[used : used + len(unknown)] = self._sums(unknown)
            table.rows.update(zip(unknown, range(used, used + len(unknown)), strict=True))
        return np.array([table.rows[word] for word in words], dtype=np.int64)

    def _sums(self, texts: Sequence[str]) -> Vectors:
        """Sums of subword vectors, as far as words need them."""
        return self._embedder.token_sums(texts)[:, :WORD_DIMENSIONS]

    def _prepared(self, texts: Sequence[tuple[str, ...]]) -> tuple[Vectors, list[_Prepared]]:
        """The vectors of a table, and texts, none of them empty, in its rows."""
        with self._lock:
            table = self._current()
            missing = [text for text in dict.fromkeys(texts) if text not in table.texts]
            if missing:
                rows = self._rows(table, [word for text in missing for word in text])
                sizes = [len(text) for text in missing]
                table.texts.update(zip(missing, _prepare(table.vectors, rows, sizes), strict=True))
            return table.vectors, [table.texts[text] for text in texts]


def _prepare(vectors: Vectors, rows: Rows, sizes: Sequence[int]) -> list[_Prepared]:
    """Texts of so many words, which stand in `rows` one behind the other."""
    sums = vectors[rows]
    ends = np.cumsum(sizes)
    left = np.repeat(ends, sizes) - np.arange(len(rows))
    longest = min(LONGEST_PHRASE, len(sums))
    between = [np.einsum("ij,ij->i", sums[: len(sums) - gap], sums[gap:]) for gap in range(longest)]
    # The squared length of a phrase is the sum of its words', and of twice the products between them.
    squares = np.zeros(len(sums), dtype=np.float32)
    scales = np.zeros((LONGEST_PHRASE, len(sums)), dtype=np.float32)
    for last in range(longest):
        there = len(sums) - last
        for gap in range(last + 1):
            squares[:there] += (1 + (gap > 0)) * between[gap][last - gap : len(between[gap])]
        scales[last] = np.where(left > last, 1 / np.sqrt(np.maximum(squares, TINY)), 0)
    return [
        _Prepared(rows[end - size : end], np.ascontiguousarray(scales[:, end - size : end]))
        for end, size in zip(ends.tolist(), sizes, strict=True)
    ]


class TextVectors:
    """Vectors of questions and sentences from the collection's embedder, the latest kept; threads may share it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, Vectors] = {}
        self._asked: tuple[str, Vectors] | None = None

    def question(self, text: str) -> Vectors:
        """Unit vector [dimensions] of a question; both retrieval and ranking want that of the latest."""
        asked = self._asked
        if asked is None or asked[0] != text:
            self._asked = asked = (text, np.asarray(self._embedder.embed_questions([text])[0]))
        return asked[1]

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [texts, dimensions] of sentences."""
        kept = self._kept
        unknown = [text for text in dict.fromkeys(texts) if text not in kept]
        fresh = dict(zip(unknown, self._embedder.embed_documents(unknown), strict=True)) if unknown else {}
        found = np.array([fresh[text] if text in fresh else kept[text] for text in texts], dtype=np.float32)
        # A full table is replaced and not cleared: another thread may be reading it.
        if len(kept) > MOST_TEXTS:
            self._kept = fresh
        else:
            kept.update(fresh)
        return found
