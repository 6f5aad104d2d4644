"""Questions that their passage does not answer: one that it does answer, with a year, number, name or place swapped."""

import random
import re
from collections.abc import Iterable, Sequence

from index.text import fold
from qa.question.entities import countries
from train.questions import CAPITAL

_YEAR = re.compile(r"(?<![\d.,/])(?:1[5-9]|20)\d\d(?![\d.,/]*\d)")
_DATE = re.compile(r"(?<![\d.,/])([12]?\d|3[01])/(1[0-2]|0?[1-9])(?![\d/])")
_NUMBER = re.compile(r"(?<![\d.,/\w])\d{1,3}(?![\d.,/\w])")
_NAME = re.compile(rf"\b{CAPITAL}[\w-]*(?: {CAPITAL}[\w-]*)+|(?<=\w )\b{CAPITAL}\w{{3,}}")
_YEARS_AWAY, _NUMBERS_AWAY = 12, 20


class Swaps:
    """Swaps what a question names for another of its kind that the passage does not hold.

    Args:
        questions: where other names are taken from.
        places: names of provinces, districts and the like.
    """

    def __init__(self, questions: Iterable[str], places: Iterable[str]) -> None:
        found = [name for question in questions for name in _NAME.findall(question)]
        self._places = sorted(set(places))
        self._countries = sorted(countries())
        self._names = [name for name in found if name not in countries()]
        self._all_places, self._all_countries = set(self._places), set(self._countries)

    def swapped(self, question: str, passage: str, rng: random.Random) -> str | None:
        """The question about something else, or None where nothing of it can be swapped."""
        options = [match for pattern in (_YEAR, _DATE, _NUMBER, _NAME) for match in pattern.finditer(question)]
        rng.shuffle(options)
        for match in options:
            other = self._other(match.group(), match.re, rng)
            if fold(other) not in fold(passage) and fold(other) not in fold(question):
                return question[: match.start()] + other + question[match.end() :]
        return None

    def _other(self, text: str, kind: re.Pattern[str], rng: random.Random) -> str:
        if kind is _YEAR:
            return str(int(text) + rng.choice((-1, 1)) * rng.randint(1, _YEARS_AWAY))
        if kind is _DATE:
            return f"{rng.randint(1, 28)}/{rng.randint(1, 12)}"
        if kind is _NUMBER:
            return str(max(1, int(text) + rng.choice((-1, 1)) * rng.randint(1, _NUMBERS_AWAY)))
        pool: Sequence[str] = self._names
        if text in self._all_countries:
            pool = self._countries
        elif text in self._all_places:
            pool = self._places
        return rng.choice(pool) if pool else text
