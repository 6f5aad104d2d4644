"""What an article's own lines say of it: title, date, publisher, address. Nothing is better than a wrong guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from index.clean.lines import Line, is_menu
from index.text import UPPER

HEAD_LINES = 10
"""A title stands among the first lines that are not blank."""
LONGEST_NAME = 8
"""Words of the names in a byline."""
LONGEST_BYLINE = 16
"""Words; a longer line with a date in it tells of something, it does not sign."""
FIRST_YEAR = 1945
"""Of dates that are believed."""

# Title

_HEADING = re.compile(r"^#{1,6}\s+|\s+#+$")


def title_line(page: Sequence[Line]) -> int | None:
    """Which line is the title: short, no sentence, above the first paragraph or, under a summary, the second.

    Of several the one whose words come back in the article; of a text without paragraphs the first line.
    """
    prose = [index for index, line in enumerate(page) if line.is_prose]
    borders = prose[:2] or [1]
    for first, beyond in zip([0, *borders], borders, strict=False):
        head = [index for index in range(first, min(beyond, len(page), HEAD_LINES)) if _may_be_title(page, index)]
        headings = [index for index in head if page[index].text.startswith("# ")]
        if headings or head:
            return headings[0] if headings else max(head, key=lambda index: _title_score(page, index))
    return None


def title_text(line: str) -> str:
    """A title without Markdown's signs."""
    return _HEADING.sub("", line).strip()


def _may_be_title(page: Sequence[Line], index: int) -> bool:
    """Whether a line has the shape of a title."""
    line = page[index]
    if line.text.startswith("# "):
        return True
    stops = line.text.endswith((".", "。", ":", ",")) and not line.text.endswith("...")
    # "Hồ Gươm" may be the title of a paragraph that says these words; other lines of a word or two are names.
    below = page[index + 1].key.split() if index + 1 < len(page) and page[index + 1].is_prose else []
    lemma = line.size > 0 and set(line.key.split()) <= set(below)
    sized = 3 <= line.size <= 40 or lemma  # noqa: PLR2004 — words of a title
    return sized and not stops and not is_menu(line.text) and not dates(line.text)


def _title_score(page: Sequence[Line], index: int) -> float:
    """The share of its words that the paragraphs below take up; standing early and standing twice help."""
    below = {word for line in page[index + 1 :] if line.is_prose for word in line.words}
    own = page[index].words
    taken_up = sum(word in below for word in own) / len(own)
    twice = sum(line.key == page[index].key for line in page) > 1
    return taken_up + 0.2 * twice - 0.04 * index


# Date

_MONTHS = {
    name: number
    for number, month in enumerate(
        """
        january february march april may june july august september october november december
        """.split(),
        1,
    )
    for name in (month, month[:3])
}
_DATES = (
    re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?!\d)"),
    re.compile(r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?:,|\s+năm)?\s+(?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<month>[A-Za-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})\s+(?P<month>[A-Za-z]{3,9})\.?,?\s+(?P<y>\d{4})"),
)
_CLOCK = re.compile(r"\b\d{1,2}\s?[:hg]\s?\d{2}\b|GMT|UTC")
_LABEL = re.compile(
    r"^(?:ngày đăng|đăng (?:ngày|lúc)|cập nhật|xuất bản|published|posted|updated|date|发布时间|опубликовано)\b",
    re.IGNORECASE,
)


def dates(line: str) -> list[date]:
    """The full dates that stand in a line, read the Vietnamese way: day before month."""
    found = []
    line = unicodedata.normalize("NFC", line)
    for pattern in _DATES:
        for match in pattern.finditer(line):
            parts = match.groupdict()
            month = _MONTHS.get(parts["month"].lower(), 0) if "month" in parts else int(parts["m"])
            try:
                found.append(date(int(parts["y"]), month, int(parts["d"])))
            except ValueError:
                continue
    return found


_NOT_A_NAME = re.compile(
    rf"{_CLOCK.pattern}|{_LABEL.pattern.removeprefix('^')}|[+-]\d{{1,2}}\b|"
    r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|ngày|lúc|by|at|on|am|pm|sáng|chiều|tối|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun))\b",
    re.IGNORECASE,
)


def is_byline(line: Line) -> bool:
    """Whether a line only signs: one date, perhaps a time, a label and names; no other words."""
    if line.size > LONGEST_BYLINE or line.is_prose or not dates(line.text):
        return False
    rest = line.text
    for pattern in _DATES:
        rest = pattern.sub(" ", rest)
    left = [word for word in re.split(r"[\W\d_]+", _NOT_A_NAME.sub(" ", rest)) if word]
    return len(left) <= LONGEST_NAME and all(word[0].isupper() for word in left)


def published(page: Sequence[Line], title: int | None, today: date) -> str | None:
    """The day of a byline, ISO 8601.

    Between title and first paragraph any byline counts. Above the title stands the day on which the page was saved as
    often as the day on which it appeared, so there a label or a time of day is asked for.
    """
    top = -1 if title is None else title
    for index, line in enumerate(page[: top + HEAD_LINES]):
        if line.is_prose and index > top:
            break
        if line.size > LONGEST_BYLINE:
            continue
        found = set(dates(line.text))
        if len(found) != 1 or not is_byline(line):
            continue
        day = found.pop()
        signed = bool(_LABEL.search(line.text) or _CLOCK.search(line.text))
        if day.year >= FIRST_YEAR and day <= today and (signed or (title is not None and index > top)):
            return day.isoformat()
    return None


# Publisher and address

_SOURCE_LINE = re.compile(r"^(?:Nguồn|Theo|Source)\s*(?P<name>[^:]{0,40}):\s*(?P<url>https?://\S+)\s*$")
_FOLLOW = re.compile(r"^(?:Theo dõi|Follow)\s+(?P<name>\S+\.\S+)\s+(?:trên|on)\b")
_DATELINE = re.compile(rf"^\(?(?P<name>[{UPPER}][\w.&]{{2,20}}(?:\s[\w.&]{{1,12}}){{0,2}})\)?\s+[-–—]\s+[{UPPER}\d“\"]")


def publisher_and_url(page: Sequence[Line]) -> tuple[str | None, str | None]:
    """Who published the article and where, from a closing source line, a "follow us" line or the dateline."""
    name = None
    for line in page:
        if found := _SOURCE_LINE.match(line.text):
            return found["name"].strip() or name, found["url"]
        if name is None and (found := _FOLLOW.match(line.text)):
            name = found["name"]
    return name or _dateline(page), None


def _dateline(page: Sequence[Line]) -> str | None:
    """The agency or paper that the first paragraph opens with: "(TTXVN) - ...", "Kinhtedothi - ..."."""
    first = next((line for line in page if line.is_prose), None)
    found = _DATELINE.match(first.text) if first else None
    # "Hà Nội - thành phố ..." opens with a place, not with a paper.
    return found["name"] if found and (" " not in found["name"] or found.group().startswith("(")) else None
