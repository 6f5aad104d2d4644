"""From a sentence that answers to the words in it that are the answer."""

from __future__ import annotations

import re
from typing import Protocol

from index.records import Range
from index.text import fold, words
from qa.question import Query
from qa.spans import is_new, names, spans

LONGEST_SHORT_ANSWER = 25
"""Words; a clause longer than this says no more than its sentence."""


class Reader(Protocol):
    """Finds the short answer in a sentence."""

    def read(self, query: Query, sentence: str) -> Range:
        """The range of the answer in the sentence; the whole sentence when nothing shorter answers."""


class RuleReader:
    """Takes the span of the wanted type that stands nearest to the question's words, or the clause that they open."""

    def read(self, query: Query, sentence: str) -> Range:
        """The range of the answer in the sentence; the whole sentence when nothing shorter answers."""
        asked = {fold(word.text) for word in query.words}
        wanted = query.question.type
        found = [span for span in spans(wanted, sentence) if is_new(sentence, span, asked)]
        if not found and wanted in {"who", "where"}:
            found = [span for span in names(sentence) if is_new(sentence, span, asked)]
        if found:
            anchors = _anchors(query, sentence)
            return min(found, key=lambda span: (_distance(span, anchors), span.end - span.start))
        if query.question.type in {"what", "how"} and (clause := _clause(query, sentence)):
            return clause
        return Range(0, len(sentence))


def _anchors(query: Query, sentence: str) -> list[Range]:
    """Where the question's content words stand in the sentence."""
    content = {fold(query.words[i].text) for i in query.content}
    return [Range(word.start, word.end) for word in words(sentence) if fold(word.text) in content]


def _distance(span: Range, anchors: list[Range]) -> float:
    """How far a span lies from the question's words: the mean gap to the three nearest."""
    gaps = sorted(max(anchor.start - span.end, span.start - anchor.end, 0) for anchor in anchors)
    return sum(gaps[:NEAREST]) / max(len(gaps[:NEAREST]), 1)


NEAREST = 3
"""Question words that a span's distance is measured to."""

_BREAK = re.compile(r"[,;:”\"“()]|\s[-–—]\s")


def _clause(query: Query, sentence: str) -> Range | None:
    """The stretch between punctuation marks that holds the most words new to the question, next to words of it."""
    content = {fold(query.words[i].text) for i in query.content}
    last = max((word.end for word in words(sentence) if fold(word.text) in content), default=None)
    if last is None:
        return None
    rest = sentence[last:]
    stop = _BREAK.search(rest, 1)
    end = last + (stop.start() if stop else len(rest.rstrip(' .!?…”"')))
    start = last + len(sentence[last:end]) - len(sentence[last:end].lstrip(' ,;:“"(-–—'))
    size = len(words(sentence[start:end]))
    return Range(start, end) if 2 <= size <= LONGEST_SHORT_ANSWER else None  # noqa: PLR2004 — one word is rarely a what
