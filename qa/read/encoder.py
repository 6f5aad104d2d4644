"""A reader made of two halves of an encoder: one reads question and window apart, the other both together."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from index.records import Range
from index.text import sentences
from qa.read.pieces import Integers, Pieces, Vocabulary, head
from qa.read.protocol import LONGEST_SPAN, Span, Window

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Lower = Callable[[Integers], Floats]
"""Pieces [pieces] -> what the lower layers say of them [pieces, width]."""
Upper = Callable[[Floats, Integers], Floats]
"""That of both texts [pieces, width], and how each piece meets the other text [pieces] -> logits [pieces, 2]."""
MOST_SPANS = 3
"""Spans of a window."""
KEPT = 256
"""Windows of which it is kept what the lower half says: those that are read again and again cost half. 110 kB each,
three times that at most."""
_WORD = re.compile(r"\w+")


class EncoderReader:
    """Threads may share it as far as they may share both halves."""

    def __init__(self, vocabulary: Vocabulary, lower: Lower, upper: Upper) -> None:
        self._vocabulary, self._lower, self._upper = vocabulary, lower, upper
        self._kept = functools.lru_cache(KEPT)(self._read_apart)

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Span]]:
        """For each window its best spans, best first, none inside another; the scores compare across windows."""
        asked = functools.cache(self._read_apart)
        return [self._spans(question, window, asked) for window in windows]

    def _read_apart(self, ids: bytes) -> Halves:
        """What the lower half says of the pieces of one text."""
        return self._lower(np.frombuffer(ids, dtype=np.int64)).astype(np.float16)

    def _spans(self, question: str, window: Window, read_question: Callable[[bytes], Halves]) -> list[Span]:
        body = self._vocabulary.pieces(window.text)
        if not len(body.ids):
            return []
        asked = self._vocabulary.pieces(cased(question, f"{window.title} {window.text}")).ids
        titled = self._vocabulary.pieces(head(window.title, window.published)).ids
        pair = self._vocabulary.pair(asked, titled, body.ids)
        hidden = np.concatenate([read_question(pair.question.tobytes()), self._kept(pair.window.tobytes())])
        logits = self._upper(hidden.astype(np.float32), pair.match)
        first = len(pair.question) + pair.body
        return spans(body, logits[first:-1] - logits[0], sentences(window.text))


def cased(question: str, text: str) -> str:
    """A question typed without or all in capitals, its words written as a text has them: names with their capitals."""
    if question not in {question.lower(), question.upper()}:
        return question
    forms: dict[str, str] = {}
    for word in _WORD.findall(text):
        if word.islower() or word.lower() not in forms:
            forms[word.lower()] = word
    return _WORD.sub(lambda word: forms.get(word.group(), word.group()), question.lower())


def spans(body: Pieces, logits: Floats, places: Sequence[Range], most: int = MOST_SPANS) -> list[Span]:
    """The best spans of a window that do not overlap, each inside a sentence.

    Args:
        body: the window's pieces; those behind the last of `logits` were not read.
        logits: [pieces, 2], counted from "no answer".
        places: of the sentences; a piece that reaches out of one begins and ends no answer.
        most: how many.
    """
    count = len(logits)
    scores = logits[:, None, 0] + logits[None, :, 1]
    starts, ends = body.starts[:count], body.ends[:count]
    numbers = np.searchsorted([place.start for place in places], starts, side="right") - 1
    borders = np.array([place.end for place in places] or [0])[numbers]
    is_inside = (numbers >= 0) & (ends <= borders) & (ends > starts)
    ones = np.ones((count, count), dtype=bool)
    allowed = np.triu(ones) & ~np.triu(ones, LONGEST_SPAN) & (numbers[:, None] == numbers[None, :])
    allowed &= is_inside[:, None] & is_inside[None, :]
    scores = np.where(allowed, scores, -np.inf)
    answered = float(np.logaddexp.reduce(logits, axis=0).sum())
    found: list[Span] = []
    while len(found) < most and np.isfinite(best := scores.max(initial=-np.inf)):
        first, last = divmod(int(scores.argmax()), count)
        found.append(Span(int(body.starts[first]), int(body.ends[last]), float(best), answered))
        scores[: last + 1, first:] = -np.inf
    return found
