"""Days of the calendar whose year may be missing, and counting from a day."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal, NamedTuple

Side = Literal["past", "ahead", ""]


class Interval(NamedTuple):
    """The first and the last day, both inclusive."""

    first: dt.date
    last: dt.date


class Days(NamedTuple):
    """From one (month, day) to another, day 0 for the last of the month.

    Attributes:
        year: of the first day; None where the phrase names none.
        years: how many years they span.
        side: where a missing year lies by the words of the phrase.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    year: int | None = None
    years: int = 1
    side: Side = ""

    def in_year(self, year: int) -> Interval:
        """The days of a year; raises ValueError where it does not have them."""
        (month, day), last = self.end, year + self.years - 1
        day = day or calendar.monthrange(last, month)[1]
        found = Interval(dt.date(year, *self.start), dt.date(last, month, day))
        if found.first > found.last:
            raise ValueError(f"{found} ends before it begins")
        return found


When = Days | Interval | None


_IN_DAYS = {"ngay": 1, "tuan": 7}
IN_MONTHS = {"thang": 1, "quy": 3, "nam": 12}


def shifted(day: dt.date, unit: str, count: int) -> dt.date:
    """So many units later; the last of a shorter month for a day that it lacks."""
    if unit in _IN_DAYS:
        return day + dt.timedelta(days=count * _IN_DAYS[unit])
    year, month = divmod(day.year * 12 + day.month - 1 + count * IN_MONTHS[unit], 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def around(day: dt.date, unit: str) -> Interval | Days:
    """The day, week, month, quarter or year that a day is in."""
    if unit in _IN_DAYS:
        first = day if unit == "ngay" else _monday(day)
        return Interval(first, first + dt.timedelta(days=_IN_DAYS[unit] - 1))
    months = IN_MONTHS[unit]
    first_month = (day.month - 1) // months * months + 1
    return Days((first_month, 1), (first_month + months - 1, 0), day.year)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def part_of(when: When, part: int, parts: int) -> When:
    """A part of a week, month, quarter, year or more years; raises LookupError for anything else."""
    if when is None:
        return None
    if isinstance(when, Interval):
        if (when.last - when.first).days not in {6, 7}:
            raise LookupError("no week")
        monday, begin, beyond = _monday(when.first), 7 * part // parts, 7 * (part + 1) // parts
        return Interval(shifted(monday, "ngay", begin), shifted(monday, "ngay", beyond - 1))
    (first, first_day), (last, last_day) = when.start, when.end
    if first_day != 1 or last_day != 0:
        raise LookupError("a day")
    months = last - first + 1
    whole = when.years if when.years > 1 else months if months > 1 else 30
    begin, beyond = whole * part // parts, whole * (part + 1) // parts
    if when.years > 1:
        return when._replace(year=(when.year or 0) + begin, years=beyond - begin)
    if months > 1:
        return when._replace(start=(first + begin, 1), end=(first + beyond - 1, 0))
    return when._replace(start=(first, begin + 1), end=(first, beyond if part + 1 < parts else 0))
