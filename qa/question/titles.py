"""The titles of offices, and which of them are equal."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.text import Word
from qa.query import Lexicon, OtherForm, is_held

TITLES_FILE = Path(__file__).with_name("data") / "titles.txt"
HEAD_OF_STATE = "chủ tịch"
"""A title that is equal to others only where a country is meant."""


def equal_titles(found: Sequence[Word], lexicon: Lexicon) -> Iterator[OtherForm]:
    """What the collection calls an office whose title stands among the words of a question."""
    texts = tuple(word.text for word in found)
    for line in _lines():
        if HEAD_OF_STATE in line:
            continue
        for title in sorted(line, key=len, reverse=True) if len(line) > 1 else ():
            own = tuple(title.split())
            start = next((i for i in range(len(texts)) if texts[i : i + len(own)] == own), None)
            if start is not None:
                forms = (OtherForm(tuple(range(start, start + len(own))), tuple(other.split())) for other in line)
                yield from (form for form in forms if form.words != own and is_held(form, lexicon))
                break


def titles() -> list[str]:
    """All of them, in small letters."""
    return [title for line in _lines() for title in line]


@functools.cache
def _lines() -> tuple[tuple[str, ...], ...]:
    lines = TITLES_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("|")) for line in lines if not line.startswith("#"))
