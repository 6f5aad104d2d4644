"""What every reader takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

LONGEST_SPAN = 40
"""Pieces of the longest answer."""


class Window(NamedTuple):
    """Sentences that are read at once.

    Attributes:
        text: as it stands in the article.
        title, published: of the article, so that the reader sees who, where, when.
    """

    text: str
    title: str = ""
    published: str | None = None


class Span(NamedTuple):
    """An answer in a window: code points of its text, and its score; 0 is as good as no answer."""

    start: int
    end: int
    score: float


class Reader(Protocol):
    """Reads windows for a question."""

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Span]]:
        """For each window its best spans, best first, none inside another; the scores compare across windows."""
