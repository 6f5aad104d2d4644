"""A text as readers see it: words and punctuation marks with their places, and the pieces that are read together."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.text import sentences, words

PIECE = 192
"""Tokens that the model sees together; a longer passage is read in pieces, cut at sentence borders."""
MOST_TOKENS = 4096
"""Tokens of a passage that are read; what comes after them is not."""
MOST_ASKED = 64
"""Tokens of a question that are read."""
SHAPES = 8
"""Yes-no features of a token, see `_shape`; the last says that it opens a sentence."""

Integers = npt.NDArray[np.int64]

# Marks belong to the letter before them, the zero-width characters to nothing.
_PUNCTUATION = re.compile(r"[^\w\s\u0300-\u036f\u200b-\u200d\ufe0f\ufeff]")


class Tokens(NamedTuple):
    """Words and punctuation marks of a text in order.

    Attributes:
        words: normal form of each.
        starts: code point offset of each in the raw text.
        ends: where it ends.
        shapes: uint8 [tokens, SHAPES], what its letters look like.
        sentences: number of the sentence that it stands in, from 0.
    """

    words: tuple[str, ...]
    starts: Integers
    ends: Integers
    shapes: npt.NDArray[np.uint8]
    sentences: Integers


def tokens(text: str) -> Tokens:
    """The words and punctuation marks of a text, each with its place."""
    found = _pieces_of_text(text)
    starts = np.array([token[1] for token in found], dtype=np.int64)
    ends = np.array([token[2] for token in found], dtype=np.int64)
    borders = np.array([place.start for place in sentences(text)], dtype=np.int64)
    numbers = np.maximum(np.searchsorted(borders, starts, side="right") - 1, 0)
    shapes = np.array([_shape(text[start:end]) for _, start, end in found], dtype=np.uint8).reshape(-1, SHAPES)
    shapes[:, -1] = np.diff(numbers, prepend=-1) > 0
    return Tokens(tuple(token[0] for token in found), starts, ends, shapes, numbers)


def _pieces_of_text(text: str) -> list[tuple[str, int, int]]:
    """Normal form, start and end of every word, and of every punctuation mark between them."""
    found: list[tuple[str, int, int]] = []
    last = 0
    for word in words(text):
        if word.start - last > 1 or (word.start > last and text[last] != " "):
            found += _marks(text, last, word.start)
        found.append((word.text, word.start, word.end))
        last = word.end
    return found + _marks(text, last, len(text))


def _marks(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """The punctuation marks in a range of the text."""
    return [(match.group(), match.start(), match.end()) for match in _PUNCTUATION.finditer(text, start, end)]


@functools.lru_cache(maxsize=1 << 16)
def _shape(raw: str) -> tuple[bool, ...]:
    """Capital, all capitals, digit, four digits, mark, inner mark (, ; :), quote or bracket, and room for `opens`."""
    digit = raw[0].isdigit()
    mark = not raw[0].isalnum()
    return (
        raw[0].isupper(),
        len(raw) > 1 and raw.isupper(),
        digit,
        digit and len(raw) == 4,  # noqa: PLR2004 — a year
        mark,
        raw in ",;:",
        raw in "“”\"'‘’()[]«»「」",
        False,
    )


def pieces(text_tokens: Tokens) -> list[tuple[int, int]]:
    """Token ranges that are read together: whole sentences, at most `PIECE` tokens, a longer sentence cut anywhere."""
    size = min(len(text_tokens.words), MOST_TOKENS)
    opens = [*np.flatnonzero(text_tokens.shapes[:size, -1]).tolist(), size]
    found: list[tuple[int, int]] = []
    first = 0
    while first < size:
        fitting = [place for place in opens if first < place <= first + PIECE]
        last = fitting[-1] if fitting else first + PIECE
        found.append((first, last))
        first = last
    return found


@functools.lru_cache(maxsize=4096)
def tokens_kept(passage: str) -> Tokens:
    """The tokens of a passage; the same passages are read again and again."""
    return tokens(passage)


def part_of(text: Tokens, first: int, last: int) -> Tokens:
    """A range of tokens."""
    span = slice(first, last)
    return Tokens(text.words[span], text.starts[span], text.ends[span], text.shapes[span], text.sentences[span])
