"""Whether two answers to one question say the same, something else, or the opposite of each other."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.text import fold
from qa.records import QuestionType

_MONTHS = "january february march april may june july august september october november december".split()
_RUSSIAN_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_MONTH_NUMBERS = {name: number for names in (_MONTHS, _RUSSIAN_MONTHS) for number, name in enumerate(names, 1)}
_NAMED_MONTH = re.compile(rf"\b({'|'.join(_MONTH_NUMBERS)})\b")
_FULL = re.compile(r"(?<!\d)(\d{1,2})\s?[/.]\s?(\d{1,2})(?:\s?[/.]\s?(\d{4}))?(?!\d)")
_DAYS = re.compile(r"(?<!\d)\d{1,2}\s?(?:[-–]|va|den)\s?\d{1,2}\s?(?:/\s?|thang\s)(\d{1,2})(?!\d)")
_CHINESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?")
_DAY = re.compile(r"\b(?:ngay|hom|mung)\s(\d{1,2})\b|\b(\d{1,2})\s(?=thang\s\d)")
_MONTH = re.compile(r"\bthang\s(\d{1,2})\b")
_YEAR = re.compile(r"(?<!\d)((?:1\d|20)\d\d)(?!\d)")
_AMOUNT = re.compile(r"\d[\d.,]*\d|\d")
_SCALES = {
    "nghin": 1e3,
    "ngan": 1e3,
    "trieu": 1e6,
    "ty": 1e9,
    "ti": 1e9,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
}
_SCALES |= {"trillion": 1e12, "万": 1e4, "亿": 1e8, "миллион": 1e6, "миллиард": 1e9, "тысяч": 1e3}
_SCALE = re.compile(rf"^\s?({'|'.join(_SCALES)})")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
CLOSE = 1e-6
"""Share by which amounts may differ and still be one."""


class Date(NamedTuple):
    """What a date says; None where it does not say."""

    day: int | None
    month: int | None
    year: int | None


class Amount(NamedTuple):
    """A number with what is counted, folded."""

    value: float
    unit: str


def same(left: str, right: str, kind: QuestionType) -> bool:
    """Whether two answers of a kind say the same: no more than spelling and detail sets them apart."""
    one, other = fold(left), fold(right)
    if one == other:
        return True
    if kind == "time" and (dates := (date_in(left), date_in(right))) and None not in dates:
        return all(a == b or None in {a, b} for a, b in zip(*dates, strict=True)) and _share_a_part(*dates)  # type: ignore[arg-type]
    if kind == "num" and (amounts := (amount_in(left), amount_in(right))) and None not in amounts:
        return _equal(*amounts)  # type: ignore[arg-type]
    return kind in {"who", "where", "what"} and _is_part(one, other)


def differ(left: str, right: str, kind: QuestionType) -> bool:
    """Whether two answers of a kind cannot both be true of one thing: other dates, other numbers of one unit."""
    if kind == "time":
        first, second = date_in(left), date_in(right)
        return bool(first and second and any(a != b and None not in {a, b} for a, b in zip(first, second, strict=True)))
    if kind == "num":
        one, other = amount_in(left), amount_in(right)
        return bool(one and other and one.unit == other.unit and not _equal(one, other))
    return False


def date_in(text: str) -> Date | None:
    """The date that a short text names; None for none, and for a period of several."""
    folded = _NAMED_MONTH.sub(lambda match: f"thang {_MONTH_NUMBERS[match[1]]}", fold(text))
    if found := _CHINESE.search(folded):
        year, month, day = (int(part) if part else None for part in found.groups())
        return Date(day, month, year)
    if found := _DAYS.search(folded):
        return Date(None, int(found[1]), _number(_YEAR, folded))
    if found := _FULL.search(folded):
        day, month, year = (int(part) if part else None for part in found.groups())
        return Date(day, month, year or _number(_YEAR, folded)) if month and month <= 12 else None  # noqa: PLR2004
    made = Date(_number(_DAY, folded), _number(_MONTH, folded), _number(_YEAR, folded))
    several = any(len(pattern.findall(folded)) > 1 for pattern in (_MONTH, _YEAR))
    return None if several or made == (None, None, None) else made


def amount_in(text: str) -> Amount | None:
    """The amount that a short text names; None for none or several."""
    folded = fold(text)
    found = _AMOUNT.findall(folded)
    if len(found) != 1:
        return None
    value, rest = _value(found[0]), folded.split(found[0], 1)[1]
    while scale := _SCALE.match(rest):
        value, rest = value * _SCALES[scale[1]], rest[scale.end() :]
    return Amount(value, rest.strip(" .,"))


def _value(digits: str) -> float:
    """A number as Vietnamese and English write it: groups of three behind marks, else a decimal mark."""
    if _GROUPED.fullmatch(digits) and not digits.startswith("0"):
        return float(re.sub(r"[.,]", "", digits))
    whole, _, part = digits.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{part}") if whole else float(part)


def _equal(one: Amount, other: Amount) -> bool:
    """Whether two amounts are one, as far as they say what is counted."""
    alike = abs(one.value - other.value) <= CLOSE * max(abs(one.value), abs(other.value))
    return alike and (one.unit == other.unit or "" in {one.unit, other.unit})


def _share_a_part(one: Date, other: Date) -> bool:
    """Whether two dates both name their day, their month or their year."""
    return any(None not in {a, b} for a, b in zip(one, other, strict=True))


def _is_part(one: str, other: str) -> bool:
    """Whether one text stands in the other as whole words: half a name beside a full one."""
    short, long = sorted((one, other), key=len)
    return f" {short} " in f" {long} "


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    """The first number that a pattern finds."""
    found = pattern.search(text)
    return next((int(group) for group in found.groups() if group), None) if found else None
