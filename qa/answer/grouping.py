"""From answers in their order to those that are shown: what says the same becomes one, what is at odds is marked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from qa.answer.agree import differ, same
from qa.records import Answer, Place, QuestionType
from qa.retrieve.copies import MOST_COPIES

SUPPORT = 0.3
"""Share of an answer's confidence that another place needs to stand beside it: less may be about another thing."""
AT_ODDS = 0.5
"""Share of the best confidence from which another figure counts as a contradiction, which lowers its own."""
COMPARED = 3
"""Answers that are compared, however few are wanted."""


def chosen(ranked: Iterable[Answer], kind: QuestionType, top: int) -> list[Answer]:
    """Up to `top` answers, best first; of contradicting ones the newest first, if all have a date.

    Args:
        ranked: one answer for each candidate sentence, best first, its copies under `also`. Read as far as needed.
        kind: what the question asks for.
        top: answers wanted.
    """
    groups: list[list[Answer]] = []
    for answer in ranked:
        own = next((group for group in groups if _belongs(answer, group, kind)), None)
        if own is not None:
            own.append(answer)
        elif len(groups) < max(top, COMPARED):
            groups.append([answer])
        else:
            break
    return _marked([_joined(group) for group in groups], kind)[:top]


def _belongs(answer: Answer, group: list[Answer], kind: QuestionType) -> bool:
    """Whether an answer says what the best of a group says, and contradicts none of it."""
    return same(group[0].text, answer.text, kind) and not any(differ(one.text, answer.text, kind) for one in group)


def _joined(group: list[Answer]) -> Answer:
    """The best of a group, with the places of those that are sure enough to be about the same thing, and the copies."""
    best, *others = group
    sure = [other for other in others if other.confidence >= SUPPORT * best.confidence]
    places = list(map(_place, sure))
    copies = [place for answer in (best, *sure) for place in answer.also if place not in (_place(best), *places)]
    return msgspec.structs.replace(best, also=(*places, *list(dict.fromkeys(copies))[:MOST_COPIES]))


def _place(answer: Answer) -> Place:
    """Where an answer stands."""
    cited = answer.citation
    return Place(
        article=cited.article,
        source=cited.source,
        title=cited.title,
        start=cited.start,
        end=cited.end,
        quote=cited.quote,
    )


def _marked(answers: list[Answer], kind: QuestionType) -> list[Answer]:
    """The answers; where others contradict the first, these are marked and stand beside it."""
    rivals = [answer for answer in answers[1:] if _contradicts(answers[0], answer, kind)]
    if not rivals:
        return answers
    marked = [msgspec.structs.replace(answer, disputed=True) for answer in (answers[0], *rivals)]
    if all(answer.citation.published for answer in marked):
        marked.sort(key=lambda answer: answer.citation.published or "", reverse=True)
    return marked + [answer for answer in answers[1:] if answer not in rivals]


def _contradicts(best: Answer, answer: Answer, kind: QuestionType) -> bool:
    """Whether another article gives another figure, about as surely."""
    elsewhere = best.citation.article != answer.citation.article
    return elsewhere and answer.confidence >= AT_ODDS * best.confidence and differ(best.text, answer.text, kind)
