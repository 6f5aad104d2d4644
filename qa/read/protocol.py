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
    """An answer in a window.

    Attributes:
        start, end: code points of the window's text.
        score: of the span; 0 is as good as no answer.
        window: of all spans of the window together, the log odds that it answers at all.
    """

    start: int
    end: int
    score: float
    window: float


class Reader(Protocol):
    """Reads windows for a question."""

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Span]]:
        """For each window its best spans, best first, none inside another; the scores compare across windows."""
