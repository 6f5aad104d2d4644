"""The titles of offices, and which of them are equal."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.text import Word, fold
from qa.other_forms import OtherForm, is_held
from qa.respell import Collection

TITLES_FILE = Path(__file__).with_name("titles.txt")
HEAD_OF_STATE = "chủ tịch"
"""A title that is equal to others only where a country is meant."""

Title = tuple[str, ...]
"""Words without accents."""


def bare(text: str) -> Title:
    """A title or name as it is compared."""
    return tuple(fold(text).split())


@functools.cache
def groups() -> tuple[tuple[Title, ...], ...]:
    """Titles; those of one group are equal."""
    return tuple(tuple(map(bare, line)) for line in _lines())


@functools.cache
def titles() -> tuple[Title, ...]:
    """All titles, the longest first."""
    return tuple(sorted((title for group in groups() for title in group), key=len, reverse=True))


def title_from(folded: Sequence[str], start: int) -> Title | None:
    """The longest title that begins at a word."""
    return next((title for title in titles() if tuple(folded[start : start + len(title)]) == title), None)


def title_until(folded: Sequence[str], end: int, among: Sequence[Title] | None = None) -> Title | None:
    """The longest title, of all or of some, that ends before a word."""
    ending = (title for title in among or titles() if tuple(folded[max(end - len(title), 0) : end]) == title)
    return max(ending, key=len, default=None)


def equal_titles(found: Sequence[Word], collection: Collection) -> Iterator[OtherForm]:
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
                yield from (form for form in forms if form.words != own and is_held(form, collection))
                break


@functools.cache
def _lines() -> tuple[tuple[str, ...], ...]:
    lines = TITLES_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("|")) for line in lines if not line.startswith("#"))
