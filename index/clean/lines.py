"""The lines of a text, and what each looks like: a paragraph, a row of links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from index.text import INVISIBLE, LOWER, UPPER, fold, word_texts

FEWEST_PARAGRAPHS = 2
"""A page with fewer is not judged by what surrounds paragraphs."""
PROSE_WORDS = 14
"""A line of at least so many words that ends like a sentence is taken for a paragraph."""


class Line(NamedTuple):
    """A line that is not blank, without outer blanks.

    Attributes:
        text: NFC, as the patterns need it.
        start, end: where it stands in the raw text.
        words: its words, as `word_texts` gives them.
        key: its folded words, for comparing.
        size: how many words it has.
        is_prose: whether it reads like a paragraph.
    """

    text: str
    start: int
    end: int
    words: Sequence[str]
    key: str
    size: int
    is_prose: bool


class Layout(NamedTuple):
    """The lines of a document, and what is known of them."""

    text: str
    lines: Sequence[Line]
    title: int | None
    language: str
    common: frozenset[str]

    @property
    def prose(self) -> list[int]:
        """Indices of the paragraphs."""
        return [index for index, line in enumerate(self.lines) if line.is_prose]

    @property
    def is_article(self) -> bool:
        """Whether it has paragraphs, so that lines without may be furniture; a list, a poem, a table has none."""
        return len(self.prose) >= FEWEST_PARAGRAPHS


_SENTENCE_END = re.compile(r"[.!?…。！？][”’\"')\]]*(?:\s*\([^()]{1,40}\))?\s*$")
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_INNER = re.compile(rf"[^\s{INVISIBLE}](?:.*[^\s{INVISIBLE}])?", re.DOTALL)


def lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    found = []
    for line in _LINE.finditer(text):
        if inner := _INNER.search(text, line.start(), line.end()):
            words = word_texts(inner.group())
            composed = unicodedata.normalize("NFC", inner.group())
            is_prose = len(words) >= PROSE_WORDS and bool(_SENTENCE_END.search(composed))
            key = " ".join(map(fold, words))
            found.append(Line(composed, inner.start(), inner.end(), words, key, len(words), is_prose))
    return found


_JOINED = re.compile(rf"[{LOWER}](?=[{UPPER}])")
_BAR = re.compile(r"[|•›»]")
_SEPARATED = re.compile(r"\s[|•›»>·]\s|[|•›»]")
FEW_LINKS = 3
"""Bars of a byline; a row of links has more."""


def is_menu(line: str) -> bool:
    """Whether a line is a row of links: words run together ("chủBiển nóngSự kiện") or set apart by bars.

    A brand such as YouTube has one capital inside and only ASCII letters; a row of a table has cells of figures, or bars
    at both ends.
    """
    if _SENTENCE_END.search(line) or (line.startswith("|") and line.endswith("|")):
        return False
    if _JOINED.search(line):
        joined = [(len(_JOINED.findall(word)), word.isascii()) for word in line.split()]
        if sum(count for count, brand in joined if count > brand) > 1:
            return True
    if len(_SEPARATED.findall(line)) <= FEW_LINKS:
        return False
    cells = [cell.strip() for cell in _BAR.split(line) if cell.strip()]
    return not any(cell[0].isdigit() for cell in cells)
