"""Times in questions and answers: "năm ngoái" is a year that articles write in digits, "hôm 20/5" a day of a year."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.records import Range
from index.text import Word
from qa.dates.phrases import Interval, time_phrases
from qa.query import Lexicon, OtherForm, is_held
from qa.records import Step, When


def spoken_times(
    text: str, found: Sequence[Word], today: dt.date, lexicon: Lexicon
) -> tuple[tuple[OtherForm, ...], tuple[Step, ...]]:
    """What articles write for "hôm qua" and "năm ngoái", as far as the collection does, and the step that says so."""
    forms, steps = [], []
    for phrase in time_phrases(text, today):
        said = text[phrase.start : phrase.end]
        if phrase.interval is None or any(char.isdigit() for char in said):
            continue
        positions = tuple(i for i, word in enumerate(found) if phrase.start <= word.start < phrase.end)
        written = (OtherForm(positions, words) for words in _written(phrase.interval))
        forms += [form for form in written if is_held(form, lexicon)]
        steps.append(Step("time", said, " – ".join(dict.fromkeys(day.isoformat() for day in phrase.interval))))
    return tuple(forms), tuple(steps)


def answer_time(sentence: str, span: Range, published: str | None) -> When | None:
    """The days that an answer means, where its words or the date of its article tell."""
    now = dt.date.fromisoformat(published) if published else None
    for phrase in time_phrases(sentence, now):
        if phrase.interval and phrase.start < span.end and span.start < phrase.end:
            text = sentence[phrase.start : phrase.end]
            alone = time_phrases(text, None)
            first, last = (day.isoformat() for day in phrase.interval)
            return When(first=first, last=last, text=text, resolved=not (alone and alone[0].interval))
    return None


class Day(NamedTuple):
    """A day as it is written: the year is None where the words do not name it."""

    month: int
    day: int
    year: int | None


ANY_YEAR = dt.date(2020, 6, 15)
"""Completes a date without a year, whose year is then left out; a leap year, for 29/2."""
LONGEST = 31
"""Days of a period ("từ 27 đến 29/1") up to which an article speaks of each of them."""
_TYPED_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_TYPED_DAY = re.compile(r"\d\D+\d|\d\s*tháng|tháng.*\d|thang.*\d", re.IGNORECASE)


def asked_days(question: str) -> frozenset[Day]:
    """The days that a question names by day and month."""
    named = ((phrase, text) for phrase, text in _written_phrases(question, ANY_YEAR) if _TYPED_DAY.search(text))
    return frozenset(day for phrase, text in named if len(days := _days(phrase, text)) == 1 for day in days)


@functools.lru_cache(maxsize=256)
def days_of(text: str, published: str | None) -> frozenset[Day]:
    """The days that an article speaks of, that of its publication included."""
    now = dt.date.fromisoformat(published) if published else ANY_YEAR
    spoken = (day for phrase, said in _written_phrases(text, now) for day in _days(phrase, said))
    return frozenset(spoken) | ({Day(now.month, now.day, now.year)} if published else set())


def is_of_another_day(asked: frozenset[Day], there: frozenset[Day]) -> bool:
    """Whether a question names days and an article speaks of none of them."""
    return bool(asked) and not any(
        (one.month, one.day) == (day.month, day.day) and (one.year or day.year) == (day.year or one.year)
        for one in asked
        for day in there
    )


def _written_phrases(text: str, now: dt.date) -> Iterator[tuple[Interval, str]]:
    """The days of each time phrase with a digit in it, and its words."""
    for phrase in time_phrases(text, now):
        said = text[phrase.start : phrase.end]
        if phrase.interval and any(char.isdigit() for char in said):
            yield phrase.interval, said


def _days(interval: Interval, said: str) -> list[Day]:
    """The days of a short period; none of a longer one."""
    count = (interval.last - interval.first).days + 1
    if count > LONGEST:
        return []
    year = _TYPED_YEAR.search(said)
    days = (interval.first + dt.timedelta(days=number) for number in range(count))
    return [Day(day.month, day.day, int(year[0]) if year else None) for day in days]


def _written(interval: Interval) -> Iterator[tuple[str, ...]]:
    """How newspapers write a day, a month or a year in digits, as normal words."""
    first, last = interval
    if first == last:
        yield from ((f"{first.day}/{first.month}",), (f"{first.day}/{first.month}/{first.year}",))
        yield from ((f"{first.day}.{first.month}",), (str(first.day), str(first.month)))
        yield (str(first.day), "tháng", str(first.month))
    elif first.day == 1 and last == first.replace(day=calendar.monthrange(first.year, first.month)[1]):
        yield from ((f"{first.month}/{first.year}",), ("tháng", str(first.month)))
    elif (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        yield from ((str(year),) for year in {first.year, last.year})
