from __future__ import annotations

from collections.abc import Sequence

from qa.read.protocol import Span, Window
from train.self_taught import SURE, answered

PASSAGE = "Ông Putin thăm Bắc Kinh ngày 16/5/2024."


class Surer:
    """Answers "Bắc Kinh" to Vietnamese, as surely as told, and something else to all other questions."""

    def __init__(self, score: float) -> None:
        self._score = score

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Span]]:
        start = PASSAGE.index("Bắc Kinh")
        if question.isascii():
            return [[Span(0, 3, self._score - 5, 0.0)] for _ in windows]
        return [[Span(start, start + 8, self._score, 0.0)] for _ in windows]


def rows(*questions: str) -> list[dict[str, str]]:
    return [{"id": "1", "question": question, "passage": PASSAGE} for question in questions]


def test_a_question_in_two_languages_gets_the_answer_that_the_reader_is_surer_of() -> None:
    found = list(answered(Surer(SURE), rows("Putin thăm đâu?", "Where did Putin go?")))
    assert [row["question"] for row in found] == ["Putin thăm đâu?", "Where did Putin go?"]
    for row in found:
        assert row["answers"] == [{"text": "Bắc Kinh", "answer_start": PASSAGE.index("Bắc Kinh")}]
        assert row["context"] == PASSAGE


def test_what_the_reader_is_not_sure_of_is_left_out() -> None:
    assert list(answered(Surer(SURE - 0.1), rows("Putin thăm đâu?"))) == []
