import pytest

from index.records import Range
from qa.compounds import uncut


@pytest.mark.parametrize(
    ("sentence", "chosen", "wanted"),
    [
        ("Ông Lukin dạy ở Đại học Liên bang Viễn Đông.", "Liên", "Đại học Liên bang Viễn Đông"),
        ("Ông Lukin dạy ở Đại học Liên bang Viễn Đông.", "học", "Đại học Liên bang Viễn Đông"),
        ("Ông Lukin dạy ở Đại học Liên bang Viễn Đông.", "Viễn Đông", "Viễn Đông"),
        ("Ông Lukin dạy ở Đại học Liên bang Viễn Đông.", "Đại học", "Đại học"),
        ("Ông gặp Tổng thống Nga Putin ở đó.", "Tổng", "Tổng thống Nga Putin"),
        ("Hôm qua Trump nói không.", "Trump", "Trump"),
        ("Thủ tướng, Chủ tịch đều đến.", "Chủ", "Chủ tịch"),
    ],
)
def test_a_span_that_cuts_a_word_in_two_grows_to_its_name(sentence: str, chosen: str, wanted: str) -> None:
    start = sentence.index(chosen)
    found = uncut(sentence, Range(start, start + len(chosen)))
    assert sentence[found.start : found.end] == wanted
