from __future__ import annotations

import pytest

from index.records import Range
from qa.answer.asked_part import asked_part
from qa.question import understand


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("Ông sinh năm nào?", "ngày 26 tháng 1 năm 1974", "1974"),
        ("Hồ khánh thành năm nào?", "năm 1824", "1824"),
        ("What year was it built?", "9/6/1866", "1866"),
        ("Hồ khánh thành khi nào?", "năm 1824", "năm 1824"),
        ("Hồ khánh thành ngày tháng năm nào?", "9 tháng 6 năm 1866", "9 tháng 6 năm 1866"),
        ("Hồ khánh thành năm nào?", "đầu năm 1824", "đầu năm 1824"),
        ("Hồ cạn những năm nào?", "năm 1953 và 1977", "năm 1953 và 1977"),
        ("Ông sinh khi nào?", "30 tháng 4 năm 1888 – 10 tháng 10 năm 1916", "30 tháng 4 năm 1888"),
        ("Ông mất khi nào?", "30 tháng 4 năm 1888 – 10 tháng 10 năm 1916", "10 tháng 10 năm 1916"),
        ("Ông làm vua khi nào?", "1888 – 1916", "1888 – 1916"),
    ],
)
def test_of_a_time_the_part_is_given_that_was_asked_for(question: str, text: str, wanted: str) -> None:
    sentence = f"A ({text})."
    found = asked_part(understand(question), sentence, Range(3, 3 + len(text)))
    assert sentence[found.start : found.end] == wanted
