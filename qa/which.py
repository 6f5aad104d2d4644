"""Which of a kind: "nhà máy điện hạt nhân nào" asks for the name that stands behind these words."""

from __future__ import annotations

import functools

from index.records import Range
from index.text import fold, words
from qa.question import Query
from qa.spans import names

Noun = tuple[str, ...]
"""Words without accents."""

LONGEST = 5
"""Words of the longest noun that is looked for."""
SHORTEST = 2
"""Words of it that have to stand before the name, if it has so many."""
_BORDERS = frozenset(
    "o tai cua trong tu voi den va cho la bi duoc do theo vao ve co nhung cac mot khi neu thi ma bang qua tren duoi"
    " giua".split()
)
"""Words that no such noun has, so it begins behind them."""
_ANY_PLACE = frozenset({("nuoc",), ("quoc", "gia"), ("noi",), ("cho",), ("dia", "diem"), ("khu", "vuc"), ("vung",)})
"""Nouns behind which names of other kinds stand."""


@functools.lru_cache(maxsize=1 << 8)
def asked_noun(query: Query) -> Noun | None:
    """What a question asks for one of by "nào" or "which"; None where it asks otherwise."""
    asked = sorted(query.asked)
    folded = [fold(word.text) for word in query.words]
    if query.question.type not in {"what", "where"} or not asked:
        return None
    if folded[asked[-1]] != "nao":
        behind = (tuple(form.folded) for form in query.others if form.positions[0] == asked[-1] + 1)
        return next(behind, None) if folded[asked[-1]] == "which" else None
    start = end = asked[-1]
    while start and end - start < LONGEST and folded[start - 1] not in _BORDERS:
        start -= 1
    noun = tuple(folded[start:end])
    return noun if noun and noun not in _ANY_PLACE else None


def of_kind(noun: Noun, sentence: str) -> list[Range]:
    """The names in a sentence that stand behind the noun, or behind as much of its end as any does."""
    found = words(sentence)
    best: dict[int, list[Range]] = {}
    for name in names(sentence):
        before = [fold(word.text) for word in found if word.end <= name.start][-LONGEST:]
        sizes = (size for size in range(len(noun), 0, -1) if tuple(before[-size:]) == noun[-size:])
        best.setdefault(next(sizes, 0), []).append(name)
    longest = max(best, default=0)
    return best[longest] if longest >= min(SHORTEST, len(noun)) else []
