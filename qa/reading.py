"""What every reader gives: how well an answer would start and end at each token of a passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from qa.tokens import Integers

Floats = npt.NDArray[np.float32]

LONGEST_SPAN = 25
"""Tokens of the longest answer."""


class Reading(NamedTuple):
    """What the reader thinks of each token of a passage, in the order of the text.

    Attributes:
        starts: code point offsets in the passage.
        ends: where the tokens end.
        start_logits: how well an answer would start there; 0 is as good as no answer.
        end_logits: how well it would end there.
        sentence_logits: how well the token's sentence answers, whatever the words; already a part of the other two.
    """

    starts: Integers
    ends: Integers
    start_logits: Floats
    end_logits: Floats
    sentence_logits: Floats


class Found(NamedTuple):
    """A span in a passage and its score: start logit + end logit."""

    start: int
    end: int
    score: float


class Reader(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Score every token of each passage; the scores compare across the passages of one call."""


def best_span(reading: Reading, begin: int, end: int, cost: float = 0.0) -> Found | None:
    """The best span of at most `LONGEST_SPAN` tokens inside a code point range; None where the range has no token.

    `cost`: what each token after the first takes from a span's score.
    """
    first = int(np.searchsorted(reading.starts, begin))
    last = int(np.searchsorted(reading.ends, end, side="right"))
    if first >= last:
        return None
    ends = np.full(last - first + LONGEST_SPAN - 1, -np.inf, dtype=np.float32)
    ends[: last - first] = reading.end_logits[first:last]
    lengths = np.arange(LONGEST_SPAN)
    windows = ends[np.arange(last - first)[:, None] + lengths] - np.float32(cost) * lengths.astype(np.float32)
    furthest = windows.argmax(axis=1)
    scores = reading.start_logits[first:last] + windows[np.arange(last - first), furthest]
    best = int(scores.argmax())
    stop = first + best + int(furthest[best])
    return Found(int(reading.starts[first + best]), int(reading.ends[stop]), float(scores[best]))
