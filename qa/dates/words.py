"""The text as the rules see it, and the tables of words."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from index.text import fold
from qa.dates.days import When

Spelling = Literal["accented", "bare"]


class Grammar(NamedTuple):
    """The patterns for texts with or without accents.

    Attributes:
        begin: the first word of anything that may be a time.
        opener: "từ"; joint: "đến" or a dash; until_now: "nay" behind it; cut: "đầu".
        counted: what stands behind a number that is no date ("2023 người").
        framed: two dates with full stops in one period.
        lunar: what takes a date out of the calendar.
    """

    spelling: Spelling
    begin: re.Pattern[str]
    opener: re.Pattern[str]
    joint: re.Pattern[str]
    until_now: re.Pattern[str]
    cut: re.Pattern[str]
    counted: re.Pattern[str]
    framed: re.Pattern[str]
    lunar: re.Pattern[str]
    rules: tuple[tuple[Reader, re.Pattern[str]], ...]


class Scan(NamedTuple):
    """A text as the rules read it: with every letter in one code point, the same in small letters, and its day."""

    composed: str
    lowered: str
    now: dt.date | None
    grammar: Grammar


Reader = Callable[[re.Match[str], Scan], When]
"""What a match says; raises LookupError where it is no time after all."""

COUNT = "một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười"
ENGLISH_COUNT = "one|two|three|four|five|six|seven|eight|nine|ten"
ENGLISH_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
PARTS = {
    "nua dau": (0, 2), "nua cuoi": (1, 2), "nua sau": (1, 2),
    "dau": (0, 3), "giua": (1, 3), "cuoi": (2, 3), "early": (0, 3), "mid": (1, 3), "late": (2, 3),
}  # fmt: skip
"""Which part of how many, counted from 0."""
_ROMAN = "i|ii|iii|iv|v|vi|vii|viii|ix|x|xi|xii|xiii|xiv|xv|xvi|xvii|xviii|xix|xx|xxi"
_MONTHS = ("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", "янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек")
_NUMBERS = {"a": 1, "an": 1, "tu": 4, "gieng": 1, "chap": 12, "muoi mot": 11, "muoi hai": 12} | {
    word: number
    for words in (COUNT, ENGLISH_COUNT, _ROMAN, *_MONTHS)
    for number, word in enumerate(fold(words).split("|"), 1)
}
OFFSETS = {
    "truoc": -1, "vua qua": -1, "vua roi": -1, "roi": -1, "qua": -1, "ngoai": -1, "kia": -2, "last": -1,
    "nay": 0, "this": 0, "sau": 1, "toi": 1, "next": 1,
    "hom qua": -1, "hom nay": 0, "hom kia": -2, "mai": 1, "ngay mai": 1, "ngay kia": 2, "ngay mot": 2,
    "yesterday": -1, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1,
}  # fmt: skip
UNITS = {"week": "tuan", "month": "thang", "quarter": "quy", "qui": "quy", "year": "nam", "day": "ngay"}
WEEKDAYS = {
    word: day
    for words in ("hai|ba|tu|nam|sau|bay|nhat", "2|3|4|5|6|7", ENGLISH_WEEKDAY)
    for day, word in enumerate(words.split("|"))
}

# Words directly before a match that make it something else.
ADDRESS = "số đường phố ngõ hẻm ngách kiệt nhà lô thửa quận tỷ tỉ điểm lớp tuyến viên ngụ"
SHARE = "khoảng hơn gần chiếm bằng được mất còn quá đạt thành giảm tăng nhất"
AMOUNT = "hơn khoảng gần số dưới chừng nghị quyết định luật lệnh mã lô"
EACH = "mỗi hàng hằng một từng"
VAGUE = f"nhiều vài mấy những các bao nửa cả chục trăm nghìn ngàn thứ tháng {EACH} {COUNT.replace('|', ' ')}"
NO_WEEKDAY = (
    f"{EACH} lần nước người con đứa giới chiến hạng vị trí đứng xếp tầng đời vòng tập kỳ kì khóa khoá bên hệ nhóm cột "
    "bàn trận tuần tháng năm mùa thi quý hiệp lớn đông cao dài giàu mạnh là ông bà hình khối chỉn"
)
BARE_MONTHS = frozenset({"nam", "mot", "sau", "tu"})
"""Without accents these are no months without a year: tháng tù, tháng sau."""
BEFORE_ME = "phạm những các về của cho với người"
SOUTH = "viet mien phia dong tay ha quang ong anh"
_LAST_WORD = re.compile(r"(\w+)\s{1,2}$")
STOP = re.compile(r"\s?(?:[,.;:?!)]|$)")


def plain(text: str | None) -> str:
    """Small letters without accents and with single blanks, as in the tables."""
    return " ".join(fold(text or "").split())


def number(text: str) -> int:
    """A number in digits, words or Roman digits, or that of a month."""
    word = plain(text)
    return int(word) if word.isdecimal() else _NUMBERS.get(word) or _NUMBERS[word[:3]]


@functools.lru_cache(maxsize=64)
def _spelled(words: str, spelling: Spelling) -> frozenset[str]:
    return frozenset((words if spelling == "accented" else fold(words)).split())


def word_before(match: re.Match[str], scan: Scan) -> str:
    """The word directly before the match, "" behind a stop and at the start."""
    found = _LAST_WORD.search(scan.lowered[max(0, match.start() - 12) : match.start()])
    return found[1] if found else ""


def is_behind(words: str, match: re.Match[str], scan: Scan) -> bool:
    """Whether one of these words stands directly before the match."""
    return word_before(match, scan) in _spelled(words, scan.grammar.spelling)
