"""Who holds an office by the words of a sentence: the name beside its title and place, and beside no other."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from index.records import Range
from index.text import Word, fold, words
from qa.offices import BETWEEN, Office, asked_office
from qa.question import Query
from qa.spans import countries_in, spans
from qa.titles import Title, bare, title_until

_NOT_THE_HOLDER = frozenset("pho nguyen cuu vo chong trai gai nhan ly ky van ngon".split())
"""The last word before a title, without accents, that makes it another's: "cựu", "con gái", "phu nhân", "cố vấn"."""
_HOME = ("viet", "nam")
"""Whose offices newspapers name without the country."""
UNCONFIRMED = 0.2
"""What a confidence is worth when nothing says that the answer holds the office of that country."""
MOST_BEHIND = 5
"""Words behind a title that belong to it, such as a country's."""
LONGEST_BEFORE = 16
"""Words before a name among which its title stands."""
_JOINT = re.compile(r"\s?[,(–-]\s?|\s(?:là|hiện là|đang là|được bầu làm|làm)\s")
"""What joins a name to a title behind it."""


class Holders(NamedTuple):
    """The people of a sentence.

    Attributes:
        named: those who hold the office by its words.
        titled: those with its title, of whom the sentence does not say where they hold it.
        others: those who hold another.

    `titled` and `others` are empty unless the office is understood.
    """

    named: list[Range]
    titled: list[Range]
    others: list[Range]


class Confirmation:
    """What the candidate sentences of a question together say of who holds the office that it asks for.

    Args:
        query: may ask for an office or not.
        sentences: the candidates.
        more: the other sentences of their articles, which are looked at where no candidate names the holder.
    """

    def __init__(self, query: Query, sentences: Iterable[str], more: Callable[[], Iterable[str]] = lambda: ()) -> None:
        self._office = office = asked_office(query)
        self._elsewhere = frozenset[str]()
        """Names of those who hold the office of others."""
        if office is not None and office.is_understood:
            named, others = _known(office, sentences)
            self._elsewhere = (others if named else others | _known(office, more())[1]) - named

    def rank(self, sentence: str) -> int:
        """0 where a sentence names the holder, 1 where it names somebody with the title, 2 otherwise."""
        if self._office is None:
            return 0
        there = holders(self._office, sentence)
        titled = [person for person in there.titled if _last_word(sentence, person) not in self._elsewhere]
        return 0 if there.named else 1 if titled else 2

    def trust(self, sentence: str, answer: Range, passage: str) -> float:
        """What a confidence is worth: less where the answer may hold the office of another country.

        `passage`: around the sentence, with its title.
        """
        office = self._office
        if office is None or not office.is_understood:
            return 1.0
        if not all(year in passage for year in office.years):
            return UNCONFIRMED
        rank = self.rank(sentence)
        if not rank:
            return 1.0
        # Somebody with the title needs the country somewhere around, anybody else both in the same sentence.
        around = passage if rank == 1 else sentence if _has_title(office, sentence) else ""
        places = (bare(around[place.start : place.end]) for place in countries_in(around))
        persons = set(spans("who", sentence)) - set(spans("where", sentence))
        people = {_last_word(sentence, person) for person in persons} - self._elsewhere
        is_possible = _last_word(sentence, answer) in people and any(place in office.places for place in places)
        return 1.0 if is_possible else UNCONFIRMED


def _known(office: Office, sentences: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of those who hold the office by these sentences, and of those who hold another."""
    found = [(sentence, holders(office, sentence)) for sentence in dict.fromkeys(sentences)]
    named = (_last_word(sentence, person) for sentence, there in found for person in there.named)
    others = (_last_word(sentence, person) for sentence, there in found for person in there.others)
    return frozenset(named), frozenset(others)


def _has_title(office: Office, sentence: str) -> bool:
    """Whether a sentence speaks of the office, whoever holds it."""
    text = f" {' '.join(fold(word.text) for word in words(sentence))} "
    return any(f" {' '.join(title)} " in text for title in office.titles)


def _last_word(sentence: str, person: Range) -> str:
    """By which a name is known again: "Putin" of "Vladimir Putin"."""
    return (sentence[person.start : person.end].split() or [""])[-1]


@functools.lru_cache(maxsize=1 << 12)
def holders(office: Office, sentence: str) -> Holders:
    """Who in a sentence holds the office, and who holds another one."""
    found = words(sentence)
    there = Holders([], [], [])
    for span in spans("who", sentence):
        person = _without_place(found, span, office)
        before = [fold(word.text) for word in found if word.end <= person.start][-LONGEST_BEFORE:]
        if _ends_with(before, office) or _stands_behind(found, person, sentence, office):
            there.named.append(person)
        elif office.is_understood and (title := _title_before(before)) is not None:
            (there.titled if title in office.titles else there.others).append(person)
    return there


def _without_place(found: Sequence[Word], person: Range, office: Office) -> Range:
    """A name without the end of the place before it: "tỉnh Cà Mau Huỳnh Quốc Việt" has capitals from there on."""
    name = [word for word in found if person.start <= word.start and word.end <= person.end]
    own = [fold(word.text) for word in name]
    for place in office.places:
        for size in range(min(len(place), len(own) - 1), 0, -1):
            if tuple(own[:size]) == place[-size:]:
                return Range(name[size].start, person.end)
    return person


def _ends_with(before: Sequence[str], office: Office) -> bool:
    """Whether words end with a title and place of the office."""
    end = _skipped(before, len(before))
    starts = [start for place in office.places if (start := _start_of(place, before, end)) is not None]
    at_home = office.country and _HOME in office.places
    return any(_is_title(office, before, _skipped(before, start)) for start in [*starts, *([end] if at_home else [])])


def _is_title(office: Office, before: Sequence[str], end: int) -> bool:
    """Whether a title of the office ends there, and is not part of another: "nguyên Chủ tịch", "vợ Thủ tướng"."""
    title = title_until(before, end, office.titles)
    return title is not None and (end == len(title) or before[end - len(title) - 1] not in _NOT_THE_HOLDER)


def _start_of(place: Title, before: Sequence[str], end: int) -> int | None:
    """Where a place begins that words end with, others between its own; None where they don't."""
    for word in reversed(place):
        while end and before[end - 1] != word and before[end - 1] in BETWEEN:
            end -= 1
        if not end or before[end - 1] != word:
            return None
        end -= 1
    return end


def _skipped(before: Sequence[str], end: int) -> int:
    """Where words end without those that may stand between; "nước" of "Chủ tịch nước" belongs to the title."""
    while end and before[end - 1] in BETWEEN and title_until(before, end) is None:
        end -= 1
    return end


def _stands_behind(found: Sequence[Word], person: Range, sentence: str, office: Office) -> bool:
    """Whether title and place stand behind a name: "ông Nguyễn Văn A, Chủ tịch xã B"."""
    joint = _JOINT.match(sentence, person.end)
    if joint is None:
        return False
    behind = [fold(word.text) for word in found if word.start >= joint.end()][:LONGEST_BEFORE]
    for title in office.titles:
        if tuple(behind[: len(title)]) != title:
            continue
        rest = behind[len(title) :]
        for place in office.places:
            skipped = next((i for i, word in enumerate(rest) if word not in BETWEEN or word == place[0]), 0)
            if tuple(rest[skipped : skipped + len(place)]) == place:
                return True
    return False


def _title_before(before: Sequence[str]) -> Title | None:
    """The title before a name; with the words behind it where it is one of another place."""
    for end in range(len(before), max(len(before) - MOST_BEHIND, 0), -1):
        if (title := title_until(before, end)) is not None:
            return (*title, *(word for word in before[end:] if word not in BETWEEN))
    return None
