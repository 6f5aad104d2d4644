"""What readers said of answers becomes gold questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from api.beside.feedback import Entry
from qa.question import understand


class GoldRow(msgspec.Struct, frozen=True):
    """A question with the answers that readers called right; with none it must be declined."""

    question: str
    answers: list[str]
    source: str
    kind: str
    variant: str


def gold_rows(entries: Iterable[Entry]) -> Iterator[GoldRow]:
    """The rows of a questions.jsonl: questions with the answers that readers called right, or that must be declined.

    What was only called wrong does not say what would be right. A question that is disputed is left out: an answer both
    right and wrong, or right and none expected.
    """
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.question, []).append(entry)
    for question, said in found.items():
        wrong = {(entry.source, entry.quote) for entry in said if entry.verdict == "wrong"}
        right = [entry for entry in said if entry.verdict == "right"]
        declined = any(entry.verdict == "no_answer_expected" for entry in said)
        disputed = any((entry.source, entry.quote) in wrong for entry in right)
        if bool(right) != declined and not disputed:
            yield GoldRow(
                question=question,
                answers=list(dict.fromkeys(str(entry.quote) for entry in right)),
                source="|".join(dict.fromkeys(str(entry.source) for entry in right)),
                kind=understand(question).question.type if right else "none",
                variant="feedback",
            )
