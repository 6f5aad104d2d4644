"""Questions that take reading: sentences with two dates or two figures, each asked for; holders of offices, and nobody.

Who only looks for a place of the wanted kind near the question's words is wrong on half of them.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from index.records import Range
from train.data import Row
from train.questions import CAPITAL

_MONEY = r"(?:đồng|USD|euro|bảng|nhân dân tệ|rúp|yen|won)"
_COUNTED = (
    r"(?:người|trường hợp|nước|quốc gia|tuổi|km|m2|kg|tấn|ha|căn|vụ|chiếc|học sinh|bệnh nhân|hộ|dự án|điểm|bàn|trận"
    r"|lần|ca)"
)
_FIGURE = re.compile(
    rf"(?<![\d/.,\w])\d[\d.,]*(?:(?<=\d)(?: ?%| (?:triệu|tỷ|tỉ|nghìn|ngàn))* ?(?:{_MONEY}|{_COUNTED})\b|(?<=\d) ?%)"
)
_DAY = re.compile(
    r"(?:ngày|hôm) \d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?|tháng \d{1,2}(?:[/-]\d{4}| năm \d{4})?|năm (?:1\d|20)\d\d"
)
_BORDER = re.compile(r"[,;:“”\"()]| và | trong khi | còn | nhưng ")
_UNIT = re.compile(rf"({_MONEY}|{_COUNTED}|%)$")
_FEWEST_WORDS, _MOST_WORDS = 4, 16

OFFICES: Mapping[str, tuple[str, ...]] = {
    "Tổng thống": ("president",),
    "Chủ tịch": ("president", "chairman"),
    "Thủ tướng": ("prime minister",),
    "Phó Thủ tướng": ("deputy prime minister",),
    "Phó Tổng thống": ("vice president",),
    "Ngoại trưởng": ("foreign minister",),
    "Bộ trưởng Ngoại giao": ("foreign minister",),
    "Bộ trưởng Quốc phòng": ("defence minister", "defense minister"),
    "Bộ trưởng Tài chính": ("finance minister",),
    "Đại sứ": ("ambassador",),
    "Quốc vương": ("king",),
    "Tổng Bí thư": ("general secretary",),
}
_RUSSIAN = {
    "president": "президент",
    "prime minister": "премьер-министр",
    "foreign minister": "министр иностранных дел",
    "king": "король",
}
_CHINESE = {"president": "总统", "prime minister": "总理", "foreign minister": "外交部长", "king": "国王"}
_NAME = rf"{CAPITAL}[\w’'-]+(?: {CAPITAL}[\w’'-]+){{1,3}}"
_NO_NAME = frozenset("Ngày Trong Theo Tại Ông Bà Hội Bộ Đảng Quốc Nhà Liên Ủy Uỷ".split())


class Made(NamedTuple):
    """A question with the place of its answer, if it has one."""

    question: str
    answer: Range | None


class Country(NamedTuple):
    """A country's names."""

    vi: str
    en: str
    zh: str
    ru: str


def clauses(text: str, sentence: Range, rng: random.Random) -> list[Made]:
    """Of a sentence with two dates or two figures, a question for each, in the words of its clause."""
    made = []
    for pattern in (_FIGURE, _DAY):
        found = list(pattern.finditer(text, sentence.start, sentence.end))
        if len({match.group() for match in found}) > 1:
            borders = [sentence.start, *(place for match in found for place in match.span()), sentence.end]
            for number, match in enumerate(found):
                left, right = borders[2 * number], borders[2 * number + 3]
                made.append(_asked(text[left : match.start()], match, text[match.end() : right], rng))
    return [one for one in made if one]


def _asked(before: str, wanted: re.Match[str], after: str, rng: random.Random) -> Made | None:
    """The clause of one of them, between its neighbours, with a question word in its place."""
    left, right = _BORDER.split(before)[-1].split(), _BORDER.split(after)[0].strip(" .").split()
    if not _FEWEST_WORDS <= len(left) + len(right) <= _MOST_WORDS:
        return None
    asking = _question_word(wanted.group(), rng)
    order = [asking, *left, *right] if rng.random() < 0.15 else [*left, asking, *right]  # noqa: PLR2004
    return Made(" ".join(order) + "?", Range(*wanted.span()))


def _question_word(text: str, rng: random.Random) -> str:
    if text.startswith("năm"):
        return rng.choice(("năm nào", "năm nào", "khi nào", "năm bao nhiêu"))
    if text.startswith("tháng"):
        return rng.choice(("tháng nào", "tháng mấy", "khi nào"))
    if _DAY.match(text):
        return rng.choice(("ngày nào", "hôm nào", "khi nào", "bao giờ"))
    unit = _UNIT.search(text)
    if unit and unit[1] == "%":
        return rng.choice(("bao nhiêu phần trăm", "bao nhiêu"))
    return f"bao nhiêu {unit[1]}" if unit and rng.random() < 0.7 else "bao nhiêu"  # noqa: PLR2004


ALIASES = {"Hoa Kỳ": "Mỹ", "Vương quốc Anh": "Anh", "Séc": "Cộng hòa Séc"}
"""Names of newspapers beside those of the lexicon."""


def countries_of(rows: Iterable[Row]) -> list[Country]:
    """The countries among the names of the lexicon."""
    found = []
    for row in rows:
        if row["kind"] == "territory" and row["key"].isalpha():
            names = [row["vi"], *([ALIASES[row["vi"]]] if row["vi"] in ALIASES else [])]
            found += [Country(name, row["en"], row["zh"], row["ru"]) for name in names]
    return found


class Holders:
    """Asks who holds an office.

    Args:
        countries: that an office may be of.
    """

    def __init__(self, countries: Sequence[Country]) -> None:
        self._countries = {country.vi: country for country in countries if country.vi}
        names = "|".join(sorted(map(re.escape, self._countries), key=len, reverse=True))
        offices = "|".join(sorted(OFFICES, key=len, reverse=True))
        self._pattern = re.compile(rf"\b({offices}) (?:nước )?({names}) ({_NAME})")

    def questions(self, text: str, rng: random.Random) -> list[Made]:
        """One for each office of a country that has one holder in the text, and as many that nobody there holds.

        Half of those ask for the same office of another country: it is the country that tells, not the office.
        """
        holders: dict[tuple[str, str], list[Range]] = defaultdict(list)
        for match in self._pattern.finditer(text):
            if match[3].split()[0] not in _NO_NAME:
                holders[match[1], match[2]].append(Range(*match.span(3)))
        made, named = [], {country for _, country in holders}
        for (office, country), places in holders.items():
            if len({text[place.start : place.end] for place in places}) > 1:
                continue
            made.append(Made(self._question(office, country, rng), places[0]))
            other = rng.choice(sorted(named) if rng.random() < 0.5 else sorted(self._countries))  # noqa: PLR2004
            nobody = (office if rng.random() < 0.5 else rng.choice(sorted(OFFICES)), other)  # noqa: PLR2004
            meant = set(OFFICES[nobody[0]])
            there = (set(OFFICES[held]) for held, where in holders if self._same(where, other))
            if not any(meant & titles for titles in there):
                made.append(Made(self._question(*nobody, rng), None))
        return made

    def _same(self, one: str, other: str) -> bool:
        """Whether two names are of one country ("Mỹ", "Hoa Kỳ")."""
        return self._countries[one].en == self._countries[other].en

    def _question(self, office: str, country: str, rng: random.Random) -> str:
        names = self._countries[country]
        asked = rng.choice(OFFICES[office])
        kind = rng.random()
        if kind < 0.25 and names.en:  # noqa: PLR2004
            return rng.choice(
                (f"Who is the {asked} of {names.en}?", f"who is {names.en}'s {asked}", f"{names.en} {asked}")
            )
        if kind < 0.35 and names.zh and asked in _CHINESE:  # noqa: PLR2004
            return rng.choice((f"{names.zh}{_CHINESE[asked]}是谁?", f"谁是{names.zh}{_CHINESE[asked]}?"))
        if kind < 0.42 and names.ru and asked in _RUSSIAN:  # noqa: PLR2004
            return f"Кто {_RUSSIAN[asked]} ({names.ru})?"
        whole = f"{office[0].lower()}{office[1:]} {country}" if rng.random() < 0.5 else f"{office} {country}"  # noqa: PLR2004
        return rng.choice((f"{whole} là ai?", f"Ai là {whole}?", f"{whole} tên là gì?", f"{whole} hiện nay là ai?"))
