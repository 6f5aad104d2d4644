"""Times in questions and answers: "năm ngoái" is a year that articles write in digits, "hôm 20/5" a day of a year."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence

from index.records import Range
from index.text import Word
from qa.dates import Interval, time_phrases
from qa.other_forms import OtherForm, is_held
from qa.records import Step, When
from qa.respell import Collection


def spoken_times(
    text: str, found: Sequence[Word], today: dt.date, collection: Collection
) -> tuple[tuple[OtherForm, ...], tuple[Step, ...]]:
    """What articles write for "hôm qua" and "năm ngoái", as far as the collection does, and the step that says so."""
    forms, steps = [], []
    for phrase in time_phrases(text, today):
        said = text[phrase.start : phrase.end]
        if phrase.interval is None or any(char.isdigit() for char in said):
            continue
        positions = tuple(i for i, word in enumerate(found) if phrase.start <= word.start < phrase.end)
        written = (OtherForm(positions, words) for words in _written(phrase.interval))
        forms += [form for form in written if is_held(form, collection)]
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
