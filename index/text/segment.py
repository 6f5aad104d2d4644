"""Sentences of a text."""

from __future__ import annotations

import bisect
import re

from index.records import Range
from index.text.letters import INVISIBLE, LOWER, MARKS, UPPER

_CLOSING = "”’\"')]»」』"
# One class of characters stands first and the rest looks back at it, so that re runs over all others quickly.
_STOP = re.compile(
    rf"[.!?…。！？](?:(?<=[.!?…])(?<![.!?…][.!?…])[.!?…]*+[{re.escape(_CLOSING)}]*+(?=\s|$)|(?<=[。！？])[。！？]*[{re.escape(_CLOSING)}]*|"
    rf"(?:(?<=[^\W\d_][.!?])|(?<=[{MARKS}][.!?]))(?=[{UPPER}][{MARKS}]*[{LOWER}]))"
)
# A line runs on into the next when the text was wrapped: it is long, and it ends in a comma, or has no stop and the next
# goes on in lower case.
_LINE = re.compile(
    rf"(?:[^\r\n\u2028\u2029]{{50,}}+(?:(?<=,)\r?\n(?=\S)|(?<![.!?…:;”\"])\r?\n(?=[{LOWER}])))*[^\r\n\u2028\u2029]+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"'.])(?:tp|tx|tt|q|p|h|gs|pgs|ts|ths|bs|cn|ks|lm|hh|đ|đt|tr|vd|st|"
    r"mr|mrs|ms|dr|prof|gen|sen|inc|ltd|co|corp|no|vs|u\.s|jr|г|ул|им|т\.е|т\.д|др)\.$",
    re.IGNORECASE,
)
# A capital letter alone is an initial at the start, after a capitalised word or another initial: "George W. Bush", and
# not "châu Á. Đẩy mạnh".
_INITIAL = re.compile(rf"(?:^|(?:^|[\s(“\"'])[{UPPER}]\S*\s|\.)[“\"'(]?[{UPPER}][{MARKS}]*\.$")
_QUOTES = {"“": "”", "«": "»", "「": "」", "『": "』", '"': '"'}
_OPENING = re.compile(f"[{''.join(_QUOTES)}]")
LONGEST_NAME = 40
"""Code points before a stop in which an abbreviation or initial is looked for."""
LONGEST_QUOTE = 400
"""A quotation longer than this (code points) is cut at the full stops inside it."""


def sentences(text: str, start: int = 0) -> list[Range]:
    """Where the sentences of a text stand, without surrounding blanks; `start` is added to every offset.

    A line break ends a sentence, unless the line was merely wrapped. A full stop does not when it belongs to an
    abbreviation ("TP. Hồ Chí Minh", "GS.TS."), a number ("28.6"), or stands inside a short quotation.
    """
    found: list[Range] = []
    for line in _LINE.finditer(text):
        found += _sentences_of_line(line.group(), start + line.start())
    return found


def _sentences_of_line(line: str, offset: int) -> list[Range]:
    """The sentences of one line, offsets moved by `offset`."""
    quoted = _short_quotes(line)
    found: list[Range] = []
    begin = 0
    for stop in _STOP.finditer(line):
        end = stop.end()
        if _is_inside(quoted, stop.start(), end) or not _ends(line, begin, stop):
            continue
        found += _trimmed(line, begin, end, offset)
        begin = end
    return found + _trimmed(line, begin, len(line), offset)


def _ends(line: str, begin: int, stop: re.Match[str]) -> bool:
    """Whether a run of stop characters ends the sentence that begins there."""
    following = _NEXT.match(line, stop.end())[1]  # type: ignore[index]  # it matches anywhere
    if following and (following.islower() or following in ",;:-–—)"):
        return False
    if stop.group() != "." or not following:
        return True
    before = line[max(begin, stop.start() - LONGEST_NAME) : stop.end()].lstrip()
    return not (_ABBREVIATION.search(before) or _INITIAL.search(before))


_NEXT = re.compile(r"\s*+(\S?)")


def _is_inside(quoted: list[Range], start: int, end: int) -> bool:
    """Whether one of these disjoint, sorted ranges holds a range."""
    before = bisect.bisect_left(quoted, start, key=lambda quote: quote.start) - 1
    return before >= 0 and end <= quoted[before].end


def _short_quotes(line: str) -> list[Range]:
    """Quotations of at most `LONGEST_QUOTE` code points that go on after their inner stops."""
    found: list[Range] = []
    for opening in _OPENING.finditer(line):
        position = opening.start()
        if found and position <= found[-1].end:
            continue
        end = line.find(_QUOTES[opening.group()], position + 1, position + LONGEST_QUOTE)
        if end > 0:
            found.append(Range(position, end))
    return found


def _trimmed(line: str, begin: int, end: int, offset: int) -> list[Range]:
    """The range without blanks at its borders, if anything is left."""
    inner = _INNER.search(line, begin, end)
    return [Range(offset + inner.start(), offset + inner.end())] if inner else []


_INNER = re.compile(rf"[^\s{INVISIBLE}](?:.*[^\s{INVISIBLE}])?", re.DOTALL)
