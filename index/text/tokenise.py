"""Words of a text, each tied to its place in the raw text, and the terms that the searches make of them.

Nothing here changes the raw text. A `Word` carries its normal form beside the range that it came from, so NFD input,
a BOM, CRLF and emoji keep their offsets. `TOKENISATION` is written into every index; raise it when words change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.text.letters import MARKS, fold, normal

TOKENISATION = 1
"""Version of `words`; an index made with another one has to be built again."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[^\W\d_{_HAN}](?:[^\W_{_HAN}]++|[{MARKS}])*+|\d+(?:[.,/]\d+)*|[{_HAN}]")


class Word(NamedTuple):
    """A syllable, number or Han character: its normal form and where it stands in the raw text."""

    text: str
    start: int
    end: int


def words(text: str, start: int = 0) -> list[Word]:
    """The words of a text in order; `start` is added to every offset.

    A single letter or digit is a word ("Ý", "3"), a number keeps its separators ("28.6", "240,1", "20/5"), a Han
    character stands alone.
    """
    return [Word(normal(match.group()), start + match.start(), start + match.end()) for match in _WORD.finditer(text)]


class _Runs(dict[str, tuple[str, ...]]):
    """The words of what stands between two blanks. Looking up what is known takes a third of looking for words."""

    def __missing__(self, run: str) -> tuple[str, ...]:
        found = tuple(map(normal, _WORD.findall(run)))
        if len(run) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[run] = found
        return found


LONGEST_KEPT = 40
"""Letters of a run that is kept; Chinese sentences and addresses of pages are longer."""
MOST_KEPT = 1 << 17
"""Runs that are kept, at some 200 bytes each."""
_RUNS = _Runs()


def word_texts(text: str) -> list[str]:
    """The texts of `words`, several times as fast where nobody asks for their places."""
    # No word reaches over a blank.
    found: list[str] = []
    for run in map(_RUNS.__getitem__, text.split()):
        found += run
    return found


def word_count(text: str) -> int:
    """How many `words` a text has."""
    return len(word_texts(text))


def accented_terms(singles: list[str]) -> list[str]:
    """What the accented field of the word index holds: words, then pairs of neighbours joined by "_"."""
    return singles + pairs(singles)


def folded_terms(singles: list[str]) -> list[str]:
    """What the folded field of the word index holds: words without accents, then pairs of neighbours."""
    return accented_terms(list(map(fold, singles)))


def pairs(singles: Sequence[str]) -> list[str]:
    """Neighbouring words joined by "_"; most Vietnamese words have two syllables."""
    return [f"{left}_{right}" for left, right in zip(singles, singles[1:], strict=False)]
