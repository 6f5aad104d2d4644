"""Windows: the runs of whole sentences that are read at once."""

from __future__ import annotations

from typing import NamedTuple

from index.records import Range
from index.text import sentences, words

ROOM = 80
"""Words of a window."""
OVERLAP = 25
"""Words that two windows of one long sentence share."""


class _Unit(NamedTuple):
    """A sentence, or a part of a long one: its place and its number of words."""

    start: int
    end: int
    size: int


def windows(text: str, room: int = ROOM) -> list[Range]:
    """Ranges that together cover a text: whole sentences, as many as fit, the last one again in the next window.

    A sentence of more than `room` words is cut into windows that share `OVERLAP` words.
    """
    units = [unit for place in sentences(text) for unit in _units(text, place, room)]
    found: list[Range] = []
    first = 0
    while first < len(units):
        last, size = first, units[first].size
        while last + 1 < len(units) and size + units[last + 1].size <= room:
            last += 1
            size += units[last].size
        found.append(Range(units[first].start, units[last].end))
        if last + 1 == len(units):
            break
        is_room = last > first and units[last].size + units[last + 1].size <= room
        first = last if is_room else last + 1
    return found


def _units(text: str, place: Range, room: int) -> list[_Unit]:
    """A sentence, cut where it is too long."""
    found = words(text[place.start : place.end], place.start)
    if len(found) <= room:
        return [_Unit(place.start, place.end, len(found))]
    cuts = range(0, len(found) - OVERLAP, room - OVERLAP)
    parts = [found[cut : cut + room] for cut in cuts]
    starts = [place.start, *(part[0].start for part in parts[1:])]
    ends = [*(part[-1].end for part in parts[:-1]), place.end]
    return [_Unit(start, end, len(part)) for start, end, part in zip(starts, ends, parts, strict=True)]
