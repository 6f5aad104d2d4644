"""Which spans of a sentence could be the answer that a question wants: of its kind, of its unit, and new to it."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.records import Range
from index.text import fold
from qa.question import Query
from qa.spans import countries, is_new, names, spans

_COUNTRY = re.compile(
    r"\b(?:nuoc|quoc gia|which countr(?:y|ies)|what countr(?:y|ies)|стран\w*)\b|哪个国家|哪些国家|哪国"
)
_PERCENT = re.compile(r"phan tram|%|percent|процент|百分")


class Wanted(NamedTuple):
    """Spans that fit the question: `fitting` in every way, `possible` as far as rules can tell."""

    fitting: list[Range]
    possible: list[Range]


def wanted(query: Query, sentence: str) -> Wanted:
    """The spans of a sentence that could answer; both lists are empty for types without a shape (what, how)."""
    asked = {fold(word.text) for word in query.words}
    kind = query.question.type
    new = [span for span in spans(kind, sentence) if is_new(sentence, span, asked)]
    if kind == "num":
        return Wanted([span for span in new if _has_unit(query, sentence[span.start : span.end])], new)
    if kind not in {"who", "where"}:
        return Wanted(new, new)
    if kind == "where":
        is_country = bool(_COUNTRY.search(fold(query.question.text)))
        new = [span for span in new if (sentence[span.start : span.end] in countries()) == is_country]
    others = [
        span
        for span in names(sentence)
        if is_new(sentence, span, asked) and sentence[span.start : span.end] not in countries()
    ]
    return Wanted(new, new or others)


def _has_unit(query: Query, span: str) -> bool:
    """Whether an amount is of the kind that stands behind the question word: per cent, people, years."""
    behind = [query.words[i].text for i in range(max(query.asked, default=-1) + 1, len(query.words))][:2]
    unit = fold(" ".join(behind))
    if _PERCENT.match(unit) or _PERCENT.search(fold(query.question.text)):
        return bool(_PERCENT.search(fold(span)))
    words = fold(span).split()
    return not query.asked or not behind or fold(behind[0]) in words or not any(word.isalpha() for word in words)
