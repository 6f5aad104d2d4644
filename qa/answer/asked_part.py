"""The part of a time that a question asks for: whoever asks "năm nào" gets "1866" and not "ngày 9 tháng 6 năm 1866"."""

from __future__ import annotations

import re

from index.records import Range
from index.text import fold
from qa.query import Query
from qa.question.entities import YEAR

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
