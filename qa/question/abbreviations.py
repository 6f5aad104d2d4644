"""Abbreviations as the collection explains them: "Tổ chức Hợp tác Thượng Hải (SCO)" tells both forms.

Nothing is prepared: passages with the short form, or with the words of the long one, are looked through when a question
has one of them.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.text import UPPER, Word, fold, pairs, word_texts
from qa.query import Lexicon, OtherForm
from qa.records import Step

_IN_BRACKETS = re.compile(rf"\s?\(([{UPPER}][{UPPER}\d&.-]{{1,9}})(?:\)|[,;] )")
_SHORT = re.compile(rf"[{UPPER}][{UPPER}\d]{{1,7}}")
_NAMES_A_BODY = re.compile(
    r"\b(?:tổ chức|liên minh|liên hợp|liên đoàn|ủy ban|uỷ ban|bộ|hội|hội đồng|hiệp hội|ngân hàng|công ty|tập đoàn|quỹ|"
    r"đại học|hiệp định|hiệp ước|công ước|khu vực|cơ quan|trung tâm|viện|cục|sở|đảng|diễn đàn|chương trình|nền kinh tế)"
    r"\s+\w+\s+\w",
    re.IGNORECASE,
)
MOST_LOOKED_UP = 3
"""Abbreviations of one question that are looked up."""
LONGEST_FULL = 120
"""Code points before a bracket in which the long form is looked for."""
MOST_WORDS = 9
"""Words of the longest form that is taken."""
_APART = frozenset("và với là tại ở do bởi như hay hoặc".split())
"""Words that no name of a body holds."""
LOWER_BETWEEN, LOWER_BEHIND_A_HEAD = 2, 4
"""Small words in a row that a name may hold, and behind a word that begins one: "Liên minh kinh tế Á - Âu"."""
_HEADS = frozenset("Tổ Liên Hiệp Hội Ủy Uỷ Ngân Công Cơ Trung Viện Đại Quỹ Tòa Toà Đảng Bộ Cục Tổng Hợp".split())


class Explained(NamedTuple):
    """A short form and the words of its long one."""

    short: str
    full: tuple[str, ...]


def explained_forms(
    text: str, found: Sequence[Word], lexicon: Lexicon
) -> tuple[tuple[OtherForm, ...], tuple[Step, ...]]:
    """The long forms of a question's abbreviations and the short ones of its names, and the steps that say so."""
    forms: list[OtherForm] = []
    steps: list[Step] = []
    for i, word in enumerate(found):
        typed = text[word.start : word.end]
        if len(steps) < MOST_LOOKED_UP and _SHORT.fullmatch(typed) and (full := _full(typed, lexicon)):
            forms.append(OtherForm((i,), tuple(word_texts(full))))
            steps.append(Step("abbreviation", typed, full))
    if not forms and len(found) > 2 and _NAMES_A_BODY.search(text):  # noqa: PLR2004 — a name and a question word
        for form, typed, short in _shorts(text, found, lexicon):
            forms.append(form)
            steps.append(Step("abbreviation", typed, short))
    return tuple(forms), tuple(steps)


def _full(short: str, lexicon: Lexicon) -> str | None:
    """The long form that the collection gives most often."""
    given = Counter(
        " ".join(one.full)
        for passage in lexicon.passages((fold(short),))
        for one in explained(passage)
        if one.short == short
    )
    return max(given, key=lambda full: (given[full], len(full)), default=None)


def _shorts(text: str, found: Sequence[Word], lexicon: Lexicon) -> Iterator[tuple[OtherForm, str, str]]:
    """Names of a question that the collection abbreviates."""
    folded = [fold(word.text) for word in found]
    seen = set()
    for passage in lexicon.passages(tuple(pairs(folded))):
        for short, full in explained(passage):
            words = [fold(word) for part in full for word in word_texts(part)]
            for start in range(len(folded) - len(words) + 1):
                if folded[start : start + len(words)] == words and short not in seen:
                    seen.add(short)
                    positions = tuple(range(start, start + len(words)))
                    typed = text[found[start].start : found[positions[-1]].end]
                    yield OtherForm(positions, tuple(word_texts(short))), typed, short


@functools.lru_cache(maxsize=1 << 12)
def explained(text: str) -> tuple[Explained, ...]:
    """The abbreviations that a text explains."""
    found = []
    for match in _IN_BRACKETS.finditer(text):
        before = re.split(r"[^\w\s-]|[\r\n]", text[max(match.start() - LONGEST_FULL, 0) : match.start()])[-1].split()
        if full := _named(before, match[1]):
            found.append(Explained(match[1], tuple(full)))
    return tuple(found)


def _named(before: Sequence[str], short: str) -> Sequence[str]:
    """Which of the words before a parenthesis the short form stands for; none where that cannot be told."""
    letters = [letter for letter in fold(short) if letter.isalpha()]
    own = [fold(word)[0] for word in before[-len(letters) :]]
    if len(letters) > 1 and own == letters:
        return before[-len(letters) :]  # "Ủy ban nhân dân (UBND)"
    start, lower = len(before), 0
    for place in range(len(before) - 1, max(len(before) - MOST_WORDS, 0) - 1, -1):
        if not before[place][0].isupper():
            lower += before[place].isalpha()
            if lower > LOWER_BEHIND_A_HEAD or before[place] in _APART:
                break
        elif lower <= LOWER_BETWEEN or before[place] in _HEADS:
            start, lower = place, 0
        else:
            break
    return before[start:] if len(before) - start > 1 else ()
