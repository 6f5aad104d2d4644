"""Collections with questions for the fit: the answer stands where they say, or nowhere."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from train import asking
from train.asking import Asked, Collection, _from_news, _shortened
from train.data import Row, Selection

BODY = [
    "Công an huyện cho biết vụ cháy xảy ra tại xưởng gỗ.",
    "Theo ông Nguyễn Văn Nam, lửa bùng lên lúc 21h30 ngày 5/6/2018 và cháy trong hai giờ.",
    "Không có ai bị thương.",
    "Thiệt hại khoảng 15 tỷ đồng.",
]
ABSTRACT = "Ông Nguyễn Văn Nam cho biết lửa bùng lên ở xưởng gỗ lúc 21h30 ngày 5/6/2018."
CONTEXT = "Lào có 7 triệu dân. Thủ đô là Viêng Chăn. Tiền tệ là kíp. Sông chính là Mê Kông. Lúa được trồng nhiều."


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


class Rows(Selection):
    """A data folder of some news or some questions."""

    def rows(self, pattern: str) -> Iterator[Row]:
        """The rows of the files that fit."""
        if pattern.startswith("vietnews"):
            rows: list[Any] = [{"title": "Cháy xưởng gỗ", "abstract": ABSTRACT, "body": BODY}] * 40
            yield from rows
        elif "viquad" in pattern:
            yield {
                "context": CONTEXT,
                "question": "Thủ đô là gì?",
                "answers": [{"text": "Viêng Chăn", "answer_start": CONTEXT.index("Viêng")}],
            }
            yield {
                "context": CONTEXT,
                "question": "Sông nào?",
                "answers": [{"text": "Mê Kông", "answer_start": CONTEXT.index("Mê")}],
            }


@pytest.fixture
def data(tmp_path: Path) -> Selection:
    return Rows(tmp_path, ())


def _at(collection: Collection, asked: Asked) -> list[str]:
    """What stands where the answers start."""
    [text] = [article["text"] for article in collection.articles if article["id"] == asked.article]
    return [text[start:] for start in asked.starts]


def test_news_questions_are_answered_by_the_sentence_that_says_the_same(data: Selection) -> None:
    found = next(_from_news(data, seeded(1)))
    answered = [asked for asked in found.questions if asked.starts]
    assert answered
    for asked in answered:
        assert all(text.startswith(tuple(BODY)) for text in _at(found, asked))


def test_the_sentences_of_a_removed_answer_are_not_in_the_article(
    data: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "REMOVED", 1.0)
    found = next(_from_news(data, seeded(2)))
    removed = [asked for asked in found.questions if asked.made == "news removed"]
    assert removed
    for asked in removed:
        [text] = [article["text"] for article in found.articles if article["id"] == asked.article]
        assert len(text) < len("\n\n".join(BODY))
        assert not asked.starts


@pytest.mark.parametrize("seed", range(8))
def test_a_passage_without_an_answers_sentence_keeps_the_other_answers(
    seed: int, data: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "REMOVED", 1.0)
    rows = list(data.rows("qa/vi_viquad"))
    passage, questions = _shortened(CONTEXT, rows, seeded(seed))
    assert len(passage) < len(CONTEXT)
    assert sorted(len(asked.starts) for asked in questions) == [0, 1]
    for asked in questions:
        wanted = {"Thủ đô là gì?": "Viêng Chăn", "Sông nào?": "Mê Kông"}[asked.question]
        assert [passage[start:].startswith(wanted) for start in asked.starts] == [True] * len(asked.starts)
        assert (wanted in passage) == bool(asked.starts)
