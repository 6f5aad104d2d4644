"""Which words of a sentence are given as the answer, when reader and rules differ."""

import numpy as np
import pytest

from index.records import Chunk, Range
from qa.question import understand
from qa.reader import answer_span
from qa.reading import Reading
from qa.retrieve import Found
from qa.sentences import candidates


def answer(question: str, text: str, read: str) -> str:
    """The answer in a text of one sentence, of which the reader likes one word best."""
    found = [Found(Chunk(id=1, article="a", start=0, end=len(text), text=text, title=""), 1.0)]
    starts = [0, *(i + 1 for i, char in enumerate(text) if char == " ")]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    liked = np.array([5.0 if text[start:end] == read else -5.0 for start, end in zip(starts, ends, strict=True)])
    reading = Reading(np.array(starts), np.array(ends), liked, liked, np.ones(len(starts)))
    (sentence,) = candidates(found)
    span = answer_span(understand(question), sentence, found, {0: reading})
    assert Range(0, 0) < span
    return sentence.text[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "text", "read", "wanted"),
    [
        ("ai ký với ông Putin", "Tổng thống Putin ký với cựu lãnh đạo Giang Trạch Dân.", "Putin", "Giang Trạch Dân"),
        ("tổng thống Nga là ai", "Tổng thống Putin ký với cựu lãnh đạo Giang Trạch Dân.", "Putin", "Putin"),
        ("Lukin dạy ở đâu", "Ông Lukin dạy tại Đại học Liên bang Viễn Đông.", "Đại", "Đại học Liên bang Viễn Đông"),
        ("Lukin dạy ở đâu", "Ông Lukin dạy tại Đại học Liên bang Viễn Đông.", "dạy", "Đại học Liên bang Viễn Đông"),
    ],
)
def test_an_answer_says_something_new_and_no_half_word(question: str, text: str, read: str, wanted: str) -> None:
    assert answer(question, text, read) == wanted
