"""Which days a time phrase means: "tháng 7 năm ngoái", "từ 8 đến 9/4", "thứ hai tuần trước", "May 2024".

`qa.dates.rules` turns the words of one time into days whose year may be missing. Here the longest time at each place is
taken, two of them are joined to a period, and a missing year comes from the other end or from the day of speaking.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from qa.dates.days import Days, Interval, When, part_of
from qa.dates.rules import grammar
from qa.dates.words import PARTS, Scan, plain

__all__ = ["Interval", "TimePhrase", "time_phrases"]

SOON = dt.timedelta(days=183)
"""How far ahead a date without a year may lie: half a year, for articles speak mostly of the past."""
YEARS_TRIED = 9
"""Among so many years in a row there is one with a 29 February."""


class TimePhrase(NamedTuple):
    """Where a time phrase stands, in code points, and its days: None where they depend on a day that is not known."""

    start: int
    end: int
    interval: Interval | None


class _Time(NamedTuple):
    """One time in the text, before it is joined with another."""

    end: int
    when: When
    is_period: bool = False


def time_phrases(text: str, now: dt.date | None) -> list[TimePhrase]:
    """The time phrases of a question or sentence, left to right, the longest at each place.

    `now` is the day that "hôm nay" means. A date without a year is the last such day that is at most half a year ahead;
    a weekday is the last one. Impossible dates (31/2) are no phrases.
    """
    composed, places = _composed(text)
    lowered = composed.replace("İ", "i").lower()  # the one letter that is longer in lower case
    scan = Scan(composed, lowered, now, grammar("accented" if _ACCENT.search(lowered) else "bare"))
    found: list[TimePhrase] = []
    position = 0
    while begin := scan.grammar.begin.search(lowered, position):
        position, phrase = _phrase(scan, begin.start()) or (begin.end(), None)
        if phrase:
            found.append(phrase)
    return (
        [phrase._replace(start=places[phrase.start], end=places[phrase.end]) for phrase in found] if places else found
    )


_LETTER = re.compile(r"(?s:.)[\u0300-\u036f]*")
_ACCENT = re.compile(r"[à-ãè-êìíò-õùúýăđĩũơưạ-ỹ]")


def _composed(text: str) -> tuple[str, list[int]]:
    """The text with every letter in one code point, and where each stood in the text as given unless all fit."""
    if unicodedata.is_normalized("NFC", text):
        return text, []
    letters = [(match.start(), unicodedata.normalize("NFC", match.group())) for match in _LETTER.finditer(text)]
    places = [start for start, letter in letters for _ in letter]
    return "".join(letter for _, letter in letters), [*places, len(text)]


def _phrase(scan: Scan, start: int) -> tuple[int, TimePhrase | None] | None:
    """The phrase at a place and where to look on; no phrase where its days are impossible, None if nothing is there."""
    opener = scan.grammar.opener.match(scan.lowered, start)
    inner = opener.end() if opener else start
    left = _time(scan, inner)
    if left is None:
        return None
    if joined := _joined(scan, left):
        return joined[0], TimePhrase(start, *joined)
    try:
        interval = _resolved(left.when, scan.now)
    except ValueError:
        return left.end, None
    return left.end, TimePhrase(start if left.is_period else inner, left.end, interval)


def _time(scan: Scan, start: int) -> _Time | None:
    """The longest time at a place, with the "đầu", "giữa" or "cuối" before it."""
    cut = scan.grammar.cut.match(scan.lowered, start)
    if not cut:
        return _longest(scan, start)
    whole = _longest(scan, cut.end())
    try:
        return whole and whole._replace(when=part_of(whole.when, *PARTS[plain(cut[1] or cut[2])]))
    except LookupError:
        return None


def _longest(scan: Scan, start: int) -> _Time | None:
    """What the rule says that reads on farthest, the first of two that read as far."""
    best: _Time | None = None
    for reader, pattern in scan.grammar.rules:
        match = pattern.match(scan.lowered, start)
        if not match or (best and match.end() <= best.end):
            continue
        try:
            when = reader(match, scan)
        except (LookupError, ValueError, OverflowError):  # no time after all, or one before the first year
            continue
        groups = match.groupdict().get
        if groups("spoken") and scan.now is None:
            when = None  # "năm ngoái" is a year of its own, not that of the other end of a period
        best = _Time(match.end(), when, bool(groups("d1") or groups("m2") or groups("y2")))
    if best and (lunar := scan.grammar.lunar.match(scan.lowered, best.end)):
        return best._replace(end=lunar.end(), when=None)
    return best


def _joined(scan: Scan, left: _Time) -> tuple[int, Interval | None] | None:
    """The end and the days of a period whose first half has been read, or None where that stands alone."""
    joint = scan.grammar.joint.match(scan.lowered, left.end)
    if not joint:
        return None
    if until_now := scan.grammar.until_now.match(scan.lowered, joint.end()):
        right: _Time | None = _Time(until_now.end(), Interval(scan.now, scan.now) if scan.now else None)
    else:
        right = _time(scan, joint.end())
    if right is None or (not joint["word"] and not _are_alike(left.when, right.when)):
        return None
    try:
        return right.end, _period(left.when, right.when, scan.now)
    except ValueError:
        return None


def _are_alike(left: When, right: When) -> bool:
    """Whether both are days, or both are months or years, of the calendar: what a mere dash may join."""
    return isinstance(left, Days) and isinstance(right, Days) and (left.end[1] == 0) == (right.end[1] == 0)


def _period(left: When, right: When, now: dt.date | None) -> Interval | None:
    """From the first day of one time to the last of another, each lending the other its year."""
    if isinstance(left, Days) and isinstance(right, Days):
        if left.year is None and right.year is None and (ends := _resolved(right, now)):
            right = right._replace(year=ends.first.year)
        if left.year is None and right.year is not None:
            left = left._replace(year=right.year - (left.start > right.end))
        elif left.year is not None and right.year is None:
            right = right._replace(year=left.year + (right.start < left.start))
    elif isinstance(left, Days) and right:
        left = left._replace(side="past")
    first, last = _resolved(left, now), _resolved(right, now)
    if not first or not last:
        return None
    if first.first > last.last:
        raise ValueError(f"{last} ends before {first} begins")
    return Interval(first.first, last.last)


def _resolved(when: When, now: dt.date | None) -> Interval | None:
    """The days with their year, None where that is unknown; raises ValueError where there are no such days."""
    if not isinstance(when, Days):
        return when
    if when.year is not None:
        return when.in_year(when.year)
    if now is None:
        when.in_year(2000)  # it has all days
        return None
    step = 1 if when.side == "ahead" else -1
    for year in range(now.year, now.year + step * YEARS_TRIED, step):
        try:
            found = when.in_year(year)
        except ValueError:
            continue
        if found.last >= now if step == 1 else found.first - now <= (dt.timedelta(0) if when.side == "past" else SOON):
            return found
    raise ValueError(f"no year has {when}")
