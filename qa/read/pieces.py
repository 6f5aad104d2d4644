"""Texts as the encoder sees them: pieces with their places, and which pieces two texts share."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.text import fold

Integers = npt.NDArray[np.int64]

BEGIN, END = 0, 2
"""Numbers of the pieces <s> and </s>."""
FIRST_PIECE = 4
"""The first piece that is text; before it stand <s> <pad> </s> <unk>."""
COMMON = 600
"""Pieces before this one, the vocabulary being sorted by frequency, are common ones: to share them says little."""
NOT, LOOSE, EXACT, EXACT_COMMON, SIDES = 0, 1, 2, 3, 4
"""How a piece meets the other text: not, without accents and case, exactly, exactly but common. A window's pieces have
`SIDES` more, so that the encoder tells the two texts apart."""
MOST_ASKED, MOST_HEAD = 48, 28
"""Pieces of a question and of a window's head (title and date) that are read; what comes after them is not."""
MOST_READ = 400
"""Pieces of a window's body that are read: the encoder has 512 places."""


class Pieces(NamedTuple):
    """The pieces of a text.

    Attributes:
        ids: int64 [pieces].
        starts, ends: code point offsets of each in the text.
    """

    ids: Integers
    starts: Integers
    ends: Integers


class Pair(NamedTuple):
    """What the encoder reads together.

    Attributes:
        question: int64 [asked], its pieces between <s> and </s>.
        window: int64 [pieces], <s> head </s> body </s>.
        match: int64 [asked + pieces], how each piece meets the other text.
        body: number of the body's first piece in `window`.
    """

    question: Integers
    window: Integers
    match: Integers
    body: int


class Vocabulary:
    """A tokenizer file, and which of its pieces are equal without accents and case. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(path))

    @functools.cached_property
    def _folded(self) -> Integers:
        """For each piece the number of the first one that is equal to it without accents and case."""
        words = self._tokenizer.get_vocab(with_added_tokens=True)
        numbers: dict[str, int] = {}
        result = np.zeros(max(words.values()) + 1, dtype=np.int64)
        for word, number in sorted(words.items(), key=lambda entry: entry[1]):
            result[number] = numbers.setdefault(fold(word.replace("▁", "")), number)
        return result

    def pieces(self, text: str) -> Pieces:
        """The pieces of a text, without marks of beginning and end."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        starts = [start for start, _ in found.offsets]
        # A lone "▁" stands for the blank before a word, and a letter keeps the accents that are written behind it.
        ends = [
            start if piece == "▁" else _whole(text, end)
            for piece, (start, end) in zip(found.tokens, found.offsets, strict=True)
        ]
        return Pieces(*(np.array(numbers, dtype=np.int64) for numbers in (found.ids, starts, ends)))

    def pair(self, question: Integers, head: Integers, body: Integers) -> Pair:
        """A question beside a window's head and body, all without marks."""
        asked = np.concatenate([[BEGIN], question[:MOST_ASKED], [END]])
        head, body = head[:MOST_HEAD], body[:MOST_READ]
        window = np.concatenate([[BEGIN], head, [END], body, [END]])
        match = np.concatenate([self._match(asked, window), self._match(window, asked) + SIDES])
        return Pair(asked, window, match, len(head) + 2)

    def _match(self, ids: Integers, others: Integers) -> Integers:
        """How each piece meets another text's."""
        others = others[others >= FIRST_PIECE]
        rare = ids >= COMMON
        loose = np.isin(self._folded[ids], self._folded[others]) & rare
        exact = np.isin(ids, others) & (ids >= FIRST_PIECE)
        return np.where(exact, np.where(rare, EXACT, EXACT_COMMON), np.where(loose, LOOSE, NOT)).astype(np.int64)


def _whole(text: str, end: int) -> int:
    """The end of a piece behind the accents of its last letter."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def head(title: str, published: str | None) -> str:
    """What stands before a window's sentences: title and date of its article, the date as newspapers write it."""
    if not published:
        return title
    year, month, day = published.split("-")
    return f"{title} ({int(day)}/{int(month)}/{year})"
