"""Whether two answers to one question say the same, or contradict each other.

In doubt neither: dates and amounts are compared only where all that they say is understood.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index.text import fold, has_accents, normal
from qa.question.entities import MONTHS, RUSSIAN_MONTHS, YEAR, countries
from qa.records import QuestionType

_MONTH_NUMBERS = {
    name: number for names in (MONTHS, RUSSIAN_MONTHS) for number, name in enumerate(names.lower().split("|"), 1)
}
_ANY_MONTH = "|".join(_MONTH_NUMBERS)
# What a date may look like, whole: anything more ("đầu", "quý", an hour, a period) is not compared.
_DATES = tuple(
    re.compile(rf"(?:(?:sáng|trưa|chiều|tối|ngày|hôm|mùng|on|in)\s)*{pattern}")
    for pattern in (
        r"(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})(?:\s?[/.-]\s?(?P<year>\d{4}))?",
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
        r"(?:(?P<day>\d{1,2})\s)?tháng\s(?P<month>\d{1,2})(?:(?:\s?[/-]|,|\snăm|,\snăm)?\s?(?P<year>\d{4}))?",
        rf"(?:năm\s)?(?P<year>{YEAR})",
        rf"(?:(?P<day>\d{{1,2}})\s)?(?P<name>{_ANY_MONTH})(?:,?\s(?P<year>\d{{4}}))?",
        rf"(?P<name>{_ANY_MONTH})\s(?P<day>\d{{1,2}})(?:,?\s(?P<year>\d{{4}}))?",
        r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?",
        r"(?P<year>\d{4})年",
    )
)
_RELATIVE = re.compile(
    r"\b(?:hôm|mai|nay|này|ngoái|trước|sau|tới|qua|kia|yesterday|today|tomorrow|last|next|ago)\b|今|明|昨"
)
_HEDGES = "khoảng|gần|hơn|trên|dưới|ít nhất|tối đa|chừng|about|over|under|nearly|almost|around|more than|less than"
_WAYS = "tăng|giảm|up|down"
_SCALES = {"trăm": 1e2, "nghìn": 1e3, "ngàn": 1e3, "vạn": 1e4, "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9, "万": 1e4, "亿": 1e8}
_SCALES |= {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALES |= {"тысяч": 1e3, "миллионов": 1e6, "миллиардов": 1e9}
_AMOUNT = re.compile(
    rf"(?P<words>(?:(?:{_HEDGES}|{_WAYS})\s)*)(?P<number>[-–]?\d[\d.,]*(?<![.,]))"
    rf"(?P<scales>(?:\s?(?:[万亿]|(?:{'|'.join(_SCALES)})(?!\w)))*)\s?(?P<unit>[^\d]*|m[23]|km2)"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_UNITS = {"phần trăm": "%", "đô la": "usd", "đô la mỹ": "usd", "quốc gia": "nước", "percent": "%"}
CLOSE, FAR = 1e-6, 0.25
"""Share by which amounts may differ and still be one, and beyond which two that say "about" contradict each other."""
_TITLES = re.compile(
    r"(?:(?:ông|bà|anh|chị|cô|chú|ngài|tổng thống|chủ tịch|thủ tướng|bộ trưởng|ngoại trưởng|phó|mr|mrs)(?:\s|$))*"
)


class Date(NamedTuple):
    """What a date says; None where it does not say."""

    day: int | None
    month: int | None
    year: int | None


class Amount(NamedTuple):
    """A number, what is counted, and the words before it: "about", "up"."""

    value: float
    unit: str
    words: str


def same(left: str, right: str, kind: QuestionType) -> bool:
    """Whether two answers of a kind say the same: no more than spelling and detail sets them apart."""
    one, other = normal(left).strip(), normal(right).strip()
    if kind == "time":
        if _RELATIVE.search(one) or _RELATIVE.search(other):
            return False  # "yesterday" is another day in another article
        if (day := date_in(left)) and (other_day := date_in(right)):
            return _share_a_part(day, other_day) and not differ(left, right, kind)
    if kind == "num" and (first := amount_in(left)) and (second := amount_in(right)):
        return first.words == second.words and _equal(first, second)
    if one == other or (fold(one) == fold(other) and not (has_accents(one) and has_accents(other))):
        return True
    return kind == "who" and _is_name_in(left, right)


def differ(left: str, right: str, kind: QuestionType) -> bool:
    """Whether two answers of a kind cannot both be true of one thing: other dates, other numbers of one thing."""
    if kind == "time" and (day := date_in(left)) and (other_day := date_in(right)):
        return any(a != b and None not in {a, b} for a, b in zip(day, other_day, strict=True))
    if kind == "num" and (one := amount_in(left)) and (other := amount_in(right)):
        apart = FAR if one.words or other.words else CLOSE
        return _share_a_unit(one, other) and not _near(one.value, other.value, apart)
    return False


def date_in(text: str) -> Date | None:
    """The date that a short text names; None where it names none, or more than a day, a month or a year."""
    found = next((match for date in _DATES if (match := date.fullmatch(normal(text).strip()))), None)
    if not found:
        return None
    parts = found.groupdict()
    day, month, year = (int(parts[name]) if parts.get(name) else None for name in ("day", "month", "year"))
    month = month or _MONTH_NUMBERS.get(parts.get("name") or "")
    return None if (month or 1) > 12 or (day or 1) > 31 else Date(day, month, year)  # noqa: PLR2004 — the calendar


def amount_in(text: str) -> Amount | None:
    """The amount that a short text names; None for none or several."""
    found = _AMOUNT.fullmatch(normal(text).strip())
    if not found:
        return None
    value = _value(found["number"])
    for scale in re.findall("|".join(_SCALES), found["scales"]):
        value *= _SCALES[scale]
    unit = found["unit"].strip(" .,")
    return Amount(value, _UNITS.get(unit, unit), found["words"].strip())


def _value(number: str) -> float:
    """A number as Vietnamese and English write it: groups of three behind marks, else a decimal mark."""
    sign, digits = (-1, number[1:]) if number[0] in "-–" else (1, number)
    if _GROUPED.fullmatch(digits):
        return sign * float(re.sub(r"[.,]", "", digits))
    whole, _, part = digits.replace(",", ".").rpartition(".")
    return sign * (float(f"{whole.replace('.', '')}.{part}") if whole else float(part))


def _equal(one: Amount, other: Amount) -> bool:
    """Whether two amounts are one, as far as they say what is counted."""
    return _near(one.value, other.value, CLOSE) and _share_a_unit(one, other)


def _share_a_unit(one: Amount, other: Amount) -> bool:
    """Whether two amounts count the same thing, as far as they say what."""
    return one.unit == other.unit or "" in {one.unit, other.unit}


def _near(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= share * max(abs(one), abs(other))


def _share_a_part(one: Date, other: Date) -> bool:
    """Whether two dates both name their day, their month or their year."""
    return any(None not in {a, b} for a, b in zip(one, other, strict=True))


def _is_name_in(left: str, right: str) -> bool:
    """Whether one text is the end of the other, which adds first names or a title: "Putin", "ông Vladimir Putin"."""
    short, long = sorted((left.strip(), right.strip()), key=len)
    if not short or short in countries() or not long.endswith(" " + short):
        return False
    before = _TITLES.sub("", long.removesuffix(short).strip().lower(), count=1)
    added = long.removesuffix(short).split()[-len(before.split()) :] if before else []
    return all(word[0].isupper() for word in added) and not any(land in long for land in countries())
