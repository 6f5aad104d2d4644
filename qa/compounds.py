"""Names with words of two syllables in them ("Đại học Liên bang Viễn Đông"), so that no answer is half a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Range
from index.text import UPPER, normal
from qa.spelling import spelling

BOND = 0.35
"""Normalised pointwise mutual information from which two syllables are one word: "Nhà vua" 0.36, "Trump nói" 0.28."""
_CAPITAL = re.compile(rf"(?<!\w)[{UPPER}]\w*")
_SMALL = re.compile(r"\s([^\W\d_]+)(?!\w)")


def uncut(sentence: str, span: Range) -> Range:
    """The span; if it cuts a word of two syllables, as "Liên" does "Liên bang", grown to the name around that word."""
    for name, words in _names(sentence):
        if any(word.start < edge < word.end for word in words for edge in span):
            return Range(min(span.start, name.start), max(span.end, name.end))
    return span


def _names(sentence: str) -> Iterator[tuple[Range, list[Range]]]:
    """Runs of capitalised words, each with the words in it whose second syllable is small."""
    run, words = Range(0, 0), list[Range]()
    for capital in _CAPITAL.finditer(sentence):
        small = _SMALL.match(sentence, capital.end())
        bonded = small is not None and small[1].islower() and _bond(capital.group(), small[1]) >= BOND
        word = Range(capital.start(), small.end() if small and bonded else capital.end())
        if sentence[run.end : word.start] != " ":
            yield run, words
            run, words = word, []
        run = Range(run.start, word.end)
        words += [word] if bonded else []
    yield run, words


def _bond(left: str, right: str) -> float:
    return spelling().bond(normal(left), normal(right))
