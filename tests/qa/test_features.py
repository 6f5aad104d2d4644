from __future__ import annotations

import pytest

from index.records import Chunk
from qa.features import _other_year
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
