"""Which office a question asks for: "Ngoại trưởng Nga là ai?" asks for who holds it."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from index.text import fold
from qa.question import Query
from qa.spans import countries
from qa.titles import HEAD_OF_STATE, Title, bare, groups, title_from, titles

_ASKS = re.compile(
    r"(?:.+? (?:hien nay |hien tai |bay gio )?(?:la (?:ai|nguoi nao|ong nao|ba nao)|ten (?:la )?gi)"
    r"|(?:hien nay |hien tai )?ai (?:dang |hien |hien dang )?(?:la|lam|giu chuc(?: vu)?) .+"
    r"|who(?:'s| is| was) .+|(?:what is|what's) the name of .+"
    r"|кто .+|.+?(?:现在)?(?:是谁|叫什么(?:名字)?)|谁(?:现在)?是.+)[?？!. ]*"
)
"""Questions, without accents, that ask for the holder and for nothing else."""
_NOW = frozenset("hien duong kim nay current currently present 现任 нынешний".split())
"""What says no more of an office than that it is held today."""
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_YEAR_WORDS = frozenset({"nam", "年", "году", "год"})
_BODIES = frozenset("bo doi tuyen chinh uy vien ngan u23".split())
"""First words of a country's bodies and teams: "Bộ Ngoại giao Trung Quốc", "đội tuyển bóng đá Nhật Bản"."""
LONGEST_BODY = 6
"""Words of a body before its country."""
BETWEEN = frozenset(
    "cua nuoc bo so ong ba la ubnd uy ban nhan dan tinh huyen thanh pho tp xa quan phuong hien nay duong kim moi tam"
    " quyen thuong trung dai thieu ta tuong tien si thac ts ths pgs gs".split()
)
"""Words without accents that may stand between a title, the place and the name."""


class Office(NamedTuple):
    """An office that is asked for.

    Attributes:
        titles: what it is called.
        places: of whom or what; each way to call that, of no words where the question leaves it open.
        country: whether that is a country, or a body or team of it.
        years: in which it is held, if the question names one.
    """

    titles: tuple[Title, ...]
    places: tuple[Title, ...]
    country: bool
    years: tuple[str, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether the whole question is; other places may be longer than a place: "Thủ tướng Nga hội đàm với ông"."""
        return self.country or () in self.places


@functools.lru_cache(maxsize=1 << 8)
def asked_office(query: Query) -> Office | None:
    """The office whose holder a question asks for, if it asks for nothing else."""
    asks = _ASKS.fullmatch(fold(query.question.text)) if query.question.type == "who" else None
    if asks is None:
        return None
    folded = [fold(word.text) for word in query.words]
    content = [i for i in query.content if i not in query.asked and folded[i] not in _NOW]
    if content and (title := title_from(folded, content[0])) is not None:
        return _office(query, folded, title, [i for i in content if i >= content[0] + len(title)])
    foreign = ((form.positions, tuple(form.folded)) for form in query.others)
    offices = (
        _office(query, folded, title, [i for i in content if i not in positions])
        for positions, title in foreign
        if title in titles()
    )
    return next((office for office in offices if office.is_understood), None)


@functools.lru_cache(maxsize=1 << 8)
def mentioned_offices(query: Query) -> tuple[Office, ...]:
    """The offices of countries that a question speaks of without asking who holds them: "ai gặp Tổng thống Nga?"."""
    if asked_office(query) is not None:
        return ()
    folded = [fold(word.text) for word in query.words]
    found = []
    for start in range(len(folded)):
        title = title_from(folded, start)
        behind = folded[start + len(title) :] if title else []
        country = next((place for place in _countries() if place == tuple(behind[: len(place)])), None)
        if title and country:
            found.append(Office(_equal(title), (country,), country=True))
    return tuple(found)


def _office(query: Query, folded: Sequence[str], title: Title, rest: Sequence[int]) -> Office:
    """The office of a title and of what the rest of a question's content names."""
    years = tuple(folded[i] for i in rest if _YEAR.fullmatch(folded[i]))
    rest = [i for i in rest if folded[i] not in years and not (years and folded[i] in _YEAR_WORDS)]
    places = _places(query, rest, folded) if rest else ((),)
    country = any(place in _countries() for place in places)
    is_alone = title == bare(HEAD_OF_STATE) and not country
    return Office((title,) if is_alone else _equal(title), places, country, years)


def _equal(title: Title) -> tuple[Title, ...]:
    return next(group for group in groups() if title in group)


def _places(query: Query, rest: Sequence[int], folded: Sequence[str]) -> tuple[Title, ...]:
    """The ways to call what the words at these positions name."""
    forms = [tuple(form.folded) for form in query.others if set(form.positions) == set(rest)]
    typed = tuple(folded[i] for i in rest)
    shorter = len(typed) > 1 and typed[0] in BETWEEN and typed not in _countries()
    bodies = range(1, min(len(typed), LONGEST_BODY + 1) if typed[0] in _BODIES else 1)
    teams = (typed[cut:] for cut in bodies if typed[cut:] in _countries())
    return (*forms, typed, *([typed[1:]] if shorter else []), *teams)


@functools.cache
def _countries() -> frozenset[Title]:
    return frozenset(map(bare, countries()))
