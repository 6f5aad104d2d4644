"""Which spans of a sentence could be the answer that a question wants: of its kind, of its unit, and new to it."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.records import Range
from index.text import fold
from qa.question import Query
from qa.spans import countries, countries_in, is_new, names, spans

_COUNTRY = re.compile(r"\b(?:nuoc|quoc gia|countr(?:y|ies)|стран\w*)\b|国家|哪国")
_CITY = re.compile(r"\b(?:thanh pho|thu do|tinh|cit(?:y|ies)|capital|город\w*|столиц\w*)\b|城市|首都")
_SHARE = re.compile(
    r"phan tram|%|percent|процент|百分|增长|增加|"
    r"\b(?:ty le|tang|giam|muc tang|gr[eo]w\w*|rise|rose|increase\w*|fell|вырос\w*|рост)\b"
)
_PERCENT = re.compile(r"phan tram|%|percent|процент|百分")


class Wanted(NamedTuple):
    """Spans that could answer: `fitting` in every way; `possible` as far as rules can tell, those among them."""

    fitting: list[Range]
    possible: list[Range]


def wanted(query: Query, sentence: str) -> Wanted:
    """The spans of a sentence that could answer; both lists are empty for types without a shape (what, how)."""
    asked = {fold(word.text) for word in query.words}
    kind = query.question.type
    found: list[Range] | tuple[Range, ...] = spans(kind, sentence)
    if kind == "where" and _COUNTRY.search(fold(query.question.text)):
        found = countries_in(sentence)
    elif kind == "where" and _CITY.search(fold(query.question.text)):
        found = [span for span in found if sentence[span.start : span.end] not in countries()]
    new = [span for span in found if is_new(sentence, span, asked)]
    if kind == "num":
        return Wanted([span for span in new if _has_unit(query, sentence[span.start : span.end])], new)
    if kind in {"who", "where"} and not new:
        return Wanted([], [span for span in names(sentence) if is_new(sentence, span, asked)])
    return Wanted(new, new)


def _has_unit(query: Query, span: str) -> bool:
    """Whether an amount is of the kind that is asked for: per cent, or what stands behind the question word."""
    question = fold(query.question.text)
    share = bool(_PERCENT.search(fold(span)))
    if _PERCENT.search(question):
        return share
    if share:
        return bool(_SHARE.search(question))
    behind = [query.words[i].text for i in range(max(query.asked, default=-1) + 1, len(query.words))]
    words = fold(span).split()
    return not query.asked or not behind or fold(behind[0]) in words or not all(word.isalpha() for word in words)
