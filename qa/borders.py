"""Tidy borders for a span that a model chose: whole dates, amounts and names, nothing dangling, brackets in pairs.

The rules only move borders inside the sentence; which span answers is not theirs to say.
"""

from __future__ import annotations

import re

from index.records import Range
from index.text import fold
from qa.compounds import uncut
from qa.question import Query
from qa.records import QuestionType
from qa.spans import YEAR, countries_in, names, spans

FURTHEST = 60
"""Code points within which a bracket's other half is looked for."""
_MARKS = " \t\r\n.,;:!?…–-，。、；：！？"
_OPENING, _CLOSING = "([{“«‘「", ")]}”»’」"
# A small word that leads up to an answer or away from it. Syllables of longer words are left out ("thiết bị",
# "hiện tại", "cho phép"), and capitals are names ("The Hague", "Như Quỳnh").
_BEFORE = re.compile(r"(?:(?:là|và|hoặc|vào|tại|ở|của|bởi|với|rằng|thì|mà|in|at|on|by|of|and|was|is)\s)+")
_BEHIND = re.compile(r"(?:\s(?:là|và|hoặc|của|bởi|rằng|mà|để|đã|sẽ|đang|the|in|at|on|by|of|and|was|is))+$")
_INITIAL = re.compile(r"(?<![^\W\d_])[^\W\d_]\.$")
_TITLE = frozenset({"Ông", "Bà", "Anh", "Chị"})
# Short for city, town and township: part of the name behind it, unlike other capitals ("NASA Mimi Aung").
_TOWN = re.compile(r"(?<!\w)(?:TP|TX|TT)\.?\s?$")
# The two ends of a life, as an encyclopaedia gives them: "5 tháng 3 năm 1901 – 9 tháng 11 năm 1974".
_LIFE = re.compile(r"(?:sinh\s)?(?P<birth>[^–—]*\d{3,4})\s?(?:[–—-]|,?\smất)\s?(?:mất\s)?(?P<death>[^–—]*\d{3,4})")
_ENDS = {
    "birth": re.compile(r"\b(?:sinh|chao doi|ra doi|born|birth)\b|出生|родил"),
    "death": re.compile(r"\b(?:mat|qua doi|chet|tu tran|died?|death)\b|去世|逝世|умер"),
}
_ASKS_YEAR = re.compile(r"\bnam (?:nao|bao nhieu|may)\b|\b(?:what|which) year\b|哪一?年|каком году")
_YEAR = re.compile(rf"(?<!\d){YEAR}(?!\d)")
_ASKS_DAY = re.compile(r"\b(?:ngay|thang)(?: thang)? (?:nao|may|nam)\b")
# A date and nothing beside it that would be lost: no "đầu", no "trước", no second one.
_PLAIN_DATE = re.compile(
    r"(?:(?:ngày|hôm|mùng)\s)?(?:\d{1,2}[\s/.-])?(?:(?:tháng\s)?\d{1,2},?[\s/.-])?(?:năm\s)?\d{4}", re.IGNORECASE
)
_ASKS_SEVERAL = re.compile(
    r"\b(?:nhung|cac|hai|ba|bon|may)\b(?: \w+){0,3} (?:nao|ai|gi)\b|\bnhung (?:ai|gi)\b|"
    r"\b(?:which|what) (?:\w+ )?(?:countries|people|states|cities|companies|leaders|nations|members|parties)\b|"
    r"\bwho are\b|哪些|какие"
)
_JOINT = re.compile(r"(?:,|,? (?:và|cùng|cùng với|and|hay|hoặc|lẫn)|,? (?:và|cùng) (?:ông|bà|nước)|, (?:ông|bà))\s")
NAMED = frozenset({"who", "where", "what"})
"""Types whose answers are names, as a rule."""
_KEPT_BEFORE = frozenset({"why", "how"})
"""Types whose answers may begin with such a word: "bởi vì ...", "bằng cách ..."."""


def shown_span(query: Query, sentence: str, span: Range) -> Range:
    """The span as it is shown: tidy, and of a time the part that was asked for."""
    kind = query.question.type
    whole = tidied(sentence, span, kind)
    if kind in NAMED and _ASKS_SEVERAL.search(fold(query.question.text)):
        return listed(sentence, whole)
    return asked_part(query, sentence, whole) if kind == "time" else whole


def listed(sentence: str, span: Range) -> Range:
    """A name grown to the list that it is a part of: of "Trung Quốc và Nga" both."""
    items = _full_names(sentence) if sentence[span.start : span.end][:1].isupper() else []
    start, end = span
    for item in items:
        if item.start > end and _JOINT.fullmatch(sentence[end : item.start]):
            end = item.end
    for item in reversed(items):
        if item.end < start and _JOINT.fullmatch(sentence[item.end : start]):
            start = item.start
    return Range(start, end)


def asked_part(query: Query, sentence: str, span: Range) -> Range:
    """The part of a time that a question asks for: of a life its beginning or its end, of a date its year."""
    text, question = sentence[span.start : span.end], fold(query.question.text)
    if life := _LIFE.fullmatch(text):
        side = next((side for side, asks in _ENDS.items() if asks.search(question)), None)
        if side:
            return Range(span.start + life.start(side), span.start + life.end(side))
    years = list(_YEAR.finditer(text))
    if (
        len(years) == 1
        and _ASKS_YEAR.search(question)
        and not _ASKS_DAY.search(question)
        and _PLAIN_DATE.fullmatch(text)
    ):
        return Range(span.start + years[0].start(), span.start + years[0].end())
    return span


def tidied(sentence: str, span: Range, kind: QuestionType) -> Range:
    """The span with tidy borders; never empty unless it was."""
    if span.start == span.end:
        return span
    whole = _person(sentence, _whole(sentence, span, kind)) if kind == "who" else _whole(sentence, span, kind)
    found = _bare(sentence, _paired(sentence, _bare(sentence, whole, kind)), kind)
    return found if found.start < found.end else span


def _whole(sentence: str, span: Range, kind: QuestionType) -> Range:
    """The span grown to the dates, amounts and names that it cuts in two."""
    shapes = [*spans("time", sentence)]
    shapes += spans("num", sentence) if kind != "time" else ()
    shapes += [*_full_names(sentence), *countries_in(sentence)] if kind in NAMED else []
    start, end = uncut(sentence, span) if kind in NAMED else span
    for shape in shapes:
        if shape.start < start < shape.end and start <= end:
            start = shape.start
        if shape.start < end < shape.end:
            end = shape.end
    return Range(start, end) if Range(start, end) == span else _whole(sentence, Range(start, end), kind)


def _person(sentence: str, span: Range) -> Range:
    """The span without a country right before the name: of "Nga Sergei Lavrov" the person."""
    for place in countries_in(sentence):
        if place.start == span.start and sentence[place.end + 1 : span.end][:1].isupper():
            return Range(place.end + 1, span.end)
    return span


def _full_names(sentence: str) -> list[Range]:
    """Names with their "TP", without what stands before them: a country ("Kazakhstan Murat Nurtleu"), capitals."""
    places = {place.start: place for place in countries_in(sentence)}
    found = []
    for name in names(sentence):
        start = name.start
        while " " in sentence[start : name.end]:
            first = sentence[start : name.end].split(" ", 1)[0]
            opens = not sentence[:start].strip(_MARKS + _OPENING) and first not in _TITLE
            if start in places and places[start].end < name.end:
                start = places[start].end + 1
            elif opens or (len(first) > 1 and first.isupper()):
                start += len(first) + 1
            else:
                break
        town = _TOWN.search(sentence, 0, start)
        found.append(Range(town.start() if town else start, name.end))
    return found


def _bare(sentence: str, span: Range, kind: QuestionType) -> Range:
    """The span without marks and small words at its ends."""
    start, end = span
    while True:
        before = start, end
        while start < end and sentence[start] in _MARKS and not _is_minus(sentence, start):
            start += 1
        while start < end and sentence[end - 1] in _MARKS and not _INITIAL.search(sentence, start, end):
            end -= 1
        if kind not in _KEPT_BEFORE and (lead := _BEFORE.match(sentence, start, end)) and lead.end() < end:
            start = lead.end()
        if (rest := _BEHIND.search(sentence[start:end])) and rest.start():
            end = start + rest.start()
        if (start, end) == before:
            return Range(start, end)


def _is_minus(sentence: str, place: int) -> bool:
    """Whether a stroke stands right before a number and behind no word."""
    return sentence[place] in "-–" and sentence[place + 1 : place + 2].isdigit() and not sentence[:place][-1:].isalnum()


def _paired(sentence: str, span: Range) -> Range:
    """The span with its brackets and quotes in pairs: a lone one at an end goes, one inside gets its other half."""
    start, end = span
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        text = sentence[start:end]
        opened, closed = text.count(opening), _closing(text, closing)
        if opened > closed and text.startswith(opening):
            start += 1
        elif opened > closed:
            after = sentence.find(closing, end, end + FURTHEST)
            end = after + 1 if after >= 0 else start + text.rindex(opening)
        elif closed > opened and text.endswith(closing):
            end -= 1
        elif closed > opened and (before := sentence.rfind(opening, max(0, start - FURTHEST), start)) >= 0:
            start = before
    text = sentence[start:end]
    if text.count('"') == 1:
        start, end = start + text.startswith('"'), end - text.endswith('"')
    return Range(start, start + len(sentence[start:end].rstrip()))


def _closing(text: str, mark: str) -> int:
    """How often a closing mark stands there; an apostrophe inside a word is none ("Côte d’Ivoire")."""
    return len(re.findall(rf"{re.escape(mark)}(?!\w)" if mark == "’" else re.escape(mark), text))
