"""Tidy borders for a span that a model chose: whole dates, amounts and names, nothing dangling, brackets in pairs.

The rules only move borders inside the sentence; which span answers is not theirs to say.
"""

from __future__ import annotations

import re

from index.records import Range
from qa.records import QuestionType
from qa.spans import countries_in, names, spans

FURTHEST = 60
"""Code points within which a bracket's other half is looked for."""
_MARKS = " \t\r\n.,;:!?…–-"
_OPENING, _CLOSING = "([{“«‘「", ")]}”»’」"
# A word that leads up to an answer or away from it, and is no part of it.
_BEFORE = re.compile(
    r"(?:(?:là|và|hay|hoặc|vào|tại|ở|của|bởi|với|cho|trong|được|bị|rằng|cùng|như|thì|mà|the|in|at|on|by|of|and|was|is)\s)+",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?:\s(?:là|và|hay|hoặc|vào|tại|ở|của|bởi|với|cho|trong|được|bị|rằng|cùng|như|thì|mà|để|đã|sẽ|đang|the|in|at|on|by|of|and|was|is))+$",
    re.IGNORECASE,
)
_KEPT_BEFORE = frozenset({"why", "how"})
"""Types whose answers may begin with such a word: "bởi vì ...", "bằng cách ..."."""


def tidied(sentence: str, span: Range, kind: QuestionType) -> Range:
    """The span with tidy borders; never empty unless it was."""
    whole = _whole(sentence, span, kind)
    found = _bare(sentence, _paired(sentence, _bare(sentence, whole, kind)), kind)
    return found if found.start < found.end else span


def _whole(sentence: str, span: Range, kind: QuestionType) -> Range:
    """The span grown to the dates, amounts and names that it cuts in two."""
    shapes = [*spans("time", sentence), *spans("num", sentence)]
    shapes += _full_names(sentence) if kind in {"who", "where", "what"} else []
    start, end = span
    for shape in shapes:
        if shape.start < start < shape.end:
            start = shape.start
        if shape.start < end < shape.end:
            end = shape.end
    return Range(start, end)


def _full_names(sentence: str) -> list[Range]:
    """Names without a country before them: "Kazakhstan Murat Nurtleu" is a country and a person."""
    places = countries_in(sentence)
    found = []
    for name in names(sentence):
        first = next((place for place in places if place.start == name.start and place.end < name.end), None)
        found += [first, Range(first.end + 1, name.end)] if first else [name]
    return found


def _bare(sentence: str, span: Range, kind: QuestionType) -> Range:
    """The span without marks and small words at its ends."""
    start, end = span
    while True:
        before = start, end
        while start < end and sentence[start] in _MARKS:
            start += 1
        while start < end and sentence[end - 1] in _MARKS:
            end -= 1
        if kind not in _KEPT_BEFORE and (lead := _BEFORE.match(sentence, start, end)) and lead.end() < end:
            start = lead.end()
        if (rest := _BEHIND.search(sentence[start:end])) and rest.start():
            end = start + rest.start()
        if (start, end) == before:
            return Range(start, end)


def _paired(sentence: str, span: Range) -> Range:
    """The span with its brackets and quotes in pairs: a lone one at an end goes, one inside gets its other half."""
    start, end = span
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        text = sentence[start:end]
        lone = text.count(opening) - text.count(closing)
        if lone > 0 and text.startswith(opening):
            start += 1
        elif lone > 0:
            after = sentence.find(closing, end, end + FURTHEST)
            end = after + 1 if after >= 0 else start + text.rindex(opening)
        elif lone < 0 and text.endswith(closing):
            end -= 1
        elif lone < 0:
            before = sentence.rfind(opening, max(0, start - FURTHEST), start)
            start = before if before >= 0 else start + text.index(closing) + 1
    text = sentence[start:end]
    if text.count('"') == 1:
        start, end = start + text.startswith('"'), end - text.endswith('"')
    return Range(start, len(sentence[:end].rstrip()))
