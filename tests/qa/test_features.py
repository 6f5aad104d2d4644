from __future__ import annotations

import numpy as np
import pytest

from index.records import Chunk
from qa.features import TYPED, _by_article, _other_year, _typed
from qa.question import understand
from qa.retrieve import Found
from qa.sentences import candidates


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("Kim ngạch năm 2023 là bao nhiêu?", "Kim ngạch năm 2016 đạt 69 tỷ USD.", True),
        ("Kim ngạch năm 2023 là bao nhiêu?", "Kim ngạch năm 2016 và 2023 tăng.", False),
        ("Kim ngạch năm 2023 là bao nhiêu?", "Kim ngạch đạt 240 tỷ USD.", False),
        ("Kim ngạch năm 2023 là bao nhiêu?", "Có 2016,5 tấn hàng.", False),
        ("Kim ngạch là bao nhiêu?", "Kim ngạch năm 2016 đạt 69 tỷ USD.", False),
    ],
)
def test_a_sentence_of_another_year_is_told(question: str, sentence: str, *, other: bool) -> None:
    chunk = Chunk(id=1, article="a", start=0, end=len(sentence), text=sentence, title="")
    assert _other_year(understand(question), candidates([Found(chunk, 1.0)])) == [other]


def _columns(question: str, sentence: str) -> dict[str, float]:
    """What `_typed` says of one sentence; every word of the question weighs one."""
    query = understand(question)
    chunk = Chunk(id=1, article="a", start=0, end=len(sentence), text=sentence, title="")
    weights = np.ones(len(query.content), dtype=np.float32)
    columns = _typed(query, candidates([Found(chunk, 1.0)]), weights)
    return {name: float(column[0]) for name, column in columns.items()}


@pytest.mark.parametrize(
    ("question", "sentence", "column", "value"),
    [
        ("Nhà hàng bị phạt bao nhiêu tiền?", "Nhà hàng bị phạt 33 triệu đồng.", "typed_measure", 1.0),
        ("Nhà hàng bị phạt bao nhiêu tiền?", "Nhà hàng vi phạm 2 lỗi.", "typed_measure", 0.0),
        ("Bao nhiêu người bị thương?", "Có 5 người bị thương.", "typed_count", 1.0),
        ("Bao nhiêu chiếc bị hỏng?", "Có 5 xe bị hỏng.", "typed_count", 0.5),
        ("Ai ký?", "Ông Nguyễn Văn Nam ký.", "typed_who", 1.0),
        ("Ai ký?", "Lễ ký ở huyện Lý Nhân.", "typed_who", 0.0),
        ("Khi nào ký?", "Hai bên ký ngày 5/6/2024.", "typed_time", 1.0),
        ("Làm gì?", "Ngày 5/6/2024 ký.", "typed_time", 0.0),
    ],
)
def test_a_span_of_the_wanted_kind_is_told(question: str, sentence: str, column: str, value: float) -> None:
    columns = _columns(question, sentence)
    assert columns[column] == value
    assert all(columns[other] == 0 for other in TYPED if other != column)


def test_words_near_the_question_word_are_looked_for_beside_the_span() -> None:
    near = _columns("Toà phạt bao nhiêu tiền?", "Toà án phạt ông 5 triệu đồng.")["slot"]
    far = _columns("Toà phạt bao nhiêu tiền?", "Toà án phạt ông; sau đó cả nhà cùng nhau đi vay 5 triệu đồng.")["slot"]
    assert near > far


def test_the_best_of_an_article_counts_for_all_its_sentences() -> None:
    scores = np.array([[1, 0], [0, 3], [2, 2]], dtype=np.float32)
    assert _by_article(scores, np.array([0, 1, 0])).tolist() == [[2, 2], [0, 3], [2, 2]]
