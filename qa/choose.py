"""From answers in their order to those that are shown: what says the same becomes one, what is at odds is marked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from qa.agree import differ, same
from qa.records import Answer, Place, QuestionType

SUPPORT = 0.3
"""Share of an answer's confidence that another place needs to stand beside it: less may be about another thing."""
AT_ODDS = 0.6
"""Share of the best confidence from which another figure counts as contradiction."""


def chosen(ranked: Iterable[Answer], kind: QuestionType, top: int) -> list[Answer]:
    """Up to `top` answers, best first; contradicting ones newest first.

    Args:
        ranked: one answer for each candidate sentence, best first. Read as far as needed.
        kind: what the question asks for.
        top: answers wanted.
    """
    found: list[Answer] = []
    for answer in ranked:
        row = next((row for row, other in enumerate(found) if same(other.text, answer.text, kind)), None)
        if row is not None:
            found[row] = _with_place(found[row], answer)
        elif len(found) < top:
            found.append(answer)
        else:
            break
    return _marked(found, kind)


def _with_place(answer: Answer, other: Answer) -> Answer:
    """An answer that also names where another one stands, if that is about the same thing."""
    if other.confidence < SUPPORT * answer.confidence:
        return answer
    there = other.citation
    place = Place(source=there.source, start=there.start, end=there.end, quote=there.quote)
    return msgspec.structs.replace(answer, also=(*answer.also, place))


def _marked(answers: list[Answer], kind: QuestionType) -> list[Answer]:
    """The answers; where others contradict the first, these are marked and the newest of them comes first."""
    rivals = [answer for answer in answers[1:] if _contradicts(answers[0], answer, kind)]
    if not rivals:
        return answers
    marked = [msgspec.structs.replace(answer, disputed=True) for answer in (answers[0], *rivals)]
    marked.sort(key=lambda answer: answer.citation.published or "", reverse=True)
    return marked + [answer for answer in answers[1:] if answer not in rivals]


def _contradicts(best: Answer, answer: Answer, kind: QuestionType) -> bool:
    """Whether another article gives another figure, about as surely."""
    elsewhere = best.citation.article != answer.citation.article
    return elsewhere and answer.confidence >= AT_ODDS * best.confidence and differ(best.text, answer.text, kind)
