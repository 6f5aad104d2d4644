from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import sentences, word_count, words
from qa.read.windows import ROOM, windows

SENTENCE = "Hội nghị khai mạc tại Astana vào tháng 7. "
PARTS = ["Mưa lớn. ", SENTENCE, "một " * 90 + ". ", "\n", "会议于七月在阿斯塔纳举行。", "😀 "]


@given(
    st.lists(
        st.sampled_from(["Mưa lớn. ", SENTENCE, "một " * 90 + ". ", "\n", "会议于七月在阿斯塔纳举行。", "😀 "]),
        max_size=12,
    )
)
def test_windows_cover_every_word_in_order(parts: list[str]) -> None:
    text = "".join(parts)
    found = windows(text)
    for word in words(text):
        assert any(place.start <= word.start and word.end <= place.end for place in found)
    assert [place.start for place in found] == sorted({place.start for place in found})


@given(
    st.lists(st.sampled_from(["Mưa lớn. ", SENTENCE, "một " * 90 + ". ", "会议于七月在阿斯塔纳举行。"]), max_size=12)
)
def test_no_window_is_longer_than_its_room(parts: list[str]) -> None:
    text = "".join(parts)
    assert all(word_count(text[place.start : place.end]) <= ROOM for place in windows(text))


def test_windows_are_whole_sentences_and_share_one() -> None:
    text = SENTENCE * 30
    starts, ends = {one.start for one in sentences(text)}, {one.end for one in sentences(text)}
    found = windows(text)
    assert len(found) > 2
    assert all(place.start in starts and place.end in ends for place in found)
    assert all(other.start < one.end for one, other in zip(found, found[1:], strict=False))


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_text_without_words_has_no_window(text: str) -> None:
    assert windows(text) == []
