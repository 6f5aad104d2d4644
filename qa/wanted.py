"""Which spans of a sentence could be the answer that a question wants: of its kind, of its unit, and new to it."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from index.records import Range
from index.text import fold
from qa.holders import holders
from qa.offices import asked_office, mentioned_offices
from qa.question import Query
from qa.spans import countries, countries_in, is_new, names, ordinals, spans
from qa.units import counted, fits, wanted_amount
from qa.which import asked_noun, of_kind

_COUNTRY = re.compile(r"\b(?:nuoc|quoc gia|countr(?:y|ies)|стран\w*)\b|国家|哪国")
_CITY = re.compile(r"\b(?:thanh pho|thu do|tinh|cit(?:y|ies)|capital|город\w*|столиц\w*)\b|城市|首都")
_ASKS_HOUR = re.compile(r"\b(?:may|bao nhieu) gio\b|\bwhat time\b|几点|котором часу")
_ASKS_DAY = re.compile(
    r"\b(?:ngay|hom) (?:nao|may|bao nhieu)\b|\b(?:what|which) da(?:te|y)\b|какого числа|哪一?天|几号"
)
_ASKS_MONTH = re.compile(r"\bthang (?:nao|may)\b|\b(?:what|which) month\b|哪个?月|каком месяце")
ASKS_YEAR = re.compile(r"\bnam (?:nao|bao nhieu|may)\b|\b(?:what|which) year\b|哪一?年|каком году")
_HOUR = re.compile(r"\d\s?(?:h|gio)|\d:\d\d")
_DAY = re.compile(r"\d\s?[/.-]\s?\d|\d thang \d|\bhom |\bngay ")
_MONTH = re.compile(r"\d\s?[/.-]\s?\d|\bthang\b")
_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?!\d)|\bnam (?:ngoai|nay|sau|truoc)\b")
_PARTS = ((_ASKS_HOUR, _HOUR), (_ASKS_DAY, _DAY), (_ASKS_MONTH, _MONTH), (ASKS_YEAR, _YEAR))


_PLACE_IN_ORDER = re.compile(r"\bthu may\b|\bwhich (?:place|rank)\b|第几")


class Wanted(NamedTuple):
    """Spans that could answer: `fitting` in every way; `possible` as far as rules can tell, those among them."""

    fitting: list[Range]
    possible: list[Range]


class _Asked(NamedTuple):
    """What the question itself says: its folded words, the part of a date, whether a country, a city, an ordinal."""

    words: frozenset[str]
    part: re.Pattern[str] | None
    country: bool
    city: bool
    place: bool


@functools.lru_cache(maxsize=1 << 10)
def _asked(query: Query) -> _Asked:
    text = fold(query.question.text)
    return _Asked(
        frozenset(fold(word.text) for word in query.words),
        next((part for asks, part in _PARTS if asks.search(text)), None),
        _COUNTRY.search(text) is not None,
        _CITY.search(text) is not None,
        _PLACE_IN_ORDER.search(text) is not None,
    )


def wanted(query: Query, sentence: str) -> Wanted:
    """The spans of a sentence that could answer; both lists are empty for types without a shape (what, how)."""
    asked = _asked(query)
    kind = query.question.type
    found: list[Range] | tuple[Range, ...] = spans(kind, sentence)
    if kind == "where" and asked.country:
        found = countries_in(sentence)
    elif kind == "where" and asked.city:
        found = [span for span in found if sentence[span.start : span.end] not in countries()]
    new = [span for span in found if is_new(sentence, span, asked.words)]
    for office in mentioned_offices(query) if kind == "who" else ():
        known = holders(office, sentence).named
        new = [span for span in new if span not in known]
    if kind == "num" and asked.place and (places := ordinals(sentence)):
        return Wanted(places, places)
    if kind == "num":
        amount = wanted_amount(query)
        there = {span: fits(amount, sentence, span) for span in [*counted(amount, sentence), *new]}
        return Wanted(
            [span for span, right in there.items() if right or (right is None and not amount.dimension + amount.thing)],
            [span for span, right in there.items() if right is not False],
        )
    if kind == "time":
        part = asked.part
        return Wanted([span for span in new if not part or part.search(fold(sentence[span.start : span.end]))], new)
    if (noun := asked_noun(query)) and (named := of_kind(noun, sentence)):
        new = [span for span in named if is_new(sentence, span, asked.words)]
    if kind in {"who", "where"}:
        return _of_office(query, sentence, new) or _named(query, sentence, new)
    return Wanted(new, new)


def _of_office(query: Query, sentence: str, new: list[Range]) -> Wanted | None:
    """Who holds the office that is asked for; where nobody is named so, who does not hold another."""
    if query.question.type != "who" or (office := asked_office(query)) is None:
        return None
    held = holders(office, sentence)
    if not held.named and not office.is_understood:
        return None
    return Wanted(held.named, held.named or held.titled or [span for span in new if span not in held.others])


def _named(query: Query, sentence: str, new: list[Range]) -> Wanted:
    """People or places; where rules know none, the names that may be."""
    if new:
        return Wanted(new, new)
    asked = _asked(query)
    others = _perhaps_people(sentence) if query.question.type == "who" else names(sentence)
    barred = countries() if asked.city else frozenset[str]()
    texts = [(span, sentence[span.start : span.end]) for span in others if is_new(sentence, span, asked.words)]
    return Wanted([], [span for span, text in texts if text not in barred])


def _perhaps_people(sentence: str) -> list[Range]:
    """Names that may be of people or bodies."""
    return [span for span in names(sentence) if not is_elsewhere(sentence, span)]


def is_elsewhere(sentence: str, span: Range) -> bool:
    """Whether a name is of a place or a country, or capitals that begin an address: no answer to "who"."""
    return sentence[span.start : span.end] in _NOBODY or any(
        place.start <= span.start and span.end <= place.end for place in _places(sentence)
    )


@functools.lru_cache(maxsize=1 << 12)
def _places(sentence: str) -> frozenset[Range]:
    """Places and countries of a sentence, which is asked for each of its names."""
    return frozenset((*spans("where", sentence), *countries_in(sentence)))


_NOBODY = frozenset({"TP", "SN", "BKS", "QL", "PV", "VN", "TP HCM", "TPHCM", "Km", "ĐT", "TT"})
"""Capitals that begin an address or a birth year, or stand for the paper itself."""
