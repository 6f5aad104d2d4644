from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from index.chunk import chunks, content
from index.records import Article, Range
from index.text import sentences, words

PIECES = [
    "Một hai ba. ",
    unicodedata.normalize("NFD", "Bốn năm. "),
    "Sáu\n",
    "\r\n",
    "🙂 Bảy! ",
    "\ufeff",
    "TP. HCM ",
    "“Tám. Chín.” ",
    " ",
]


def article(text: str, *boilerplate: tuple[int, int]) -> Article:
    return Article(
        id="0" * 16,
        source="a.txt",
        sha256="0",
        title="Tiêu đề",
        published=None,
        publisher=None,
        url=None,
        language="vi",
        text=text,
        boilerplate=tuple(Range(*pair) for pair in boilerplate),
    )


def cut(text: str, syllables: int, overlap: int, *boilerplate: tuple[int, int]) -> list[str]:
    return [text[chunk.start : chunk.end] for chunk in chunks(article(text, *boilerplate), syllables, overlap)]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=30)))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return article(text, *pairs)


ARTICLES = articles()
SYLLABLES = st.integers(1, 12)
OVERLAP = st.integers(0, 3)


def test_content_is_what_lies_between_boilerplate() -> None:
    assert content(10, (Range(0, 2), Range(5, 6))) == [Range(2, 5), Range(6, 10)]
    assert content(10, ()) == [Range(0, 10)]
    assert content(10, (Range(0, 10),)) == []
    assert content(0, ()) == []


def test_chunks_take_whole_sentences_up_to_their_size() -> None:
    text = "Một hai ba. Bốn năm. Sáu bảy tám. Chín."
    assert cut(text, 5, 0) == ["Một hai ba. Bốn năm.", "Sáu bảy tám. Chín."]
    assert cut(text, 100, 0) == [text]


def test_a_chunk_begins_with_the_last_sentence_of_the_one_before() -> None:
    text = "Một hai. Ba bốn. Năm sáu. Bảy tám."
    assert cut(text, 4, 1) == ["Một hai. Ba bốn.", "Ba bốn. Năm sáu.", "Năm sáu. Bảy tám."]


def test_an_overlap_that_leaves_no_room_is_left_out() -> None:
    assert cut("Một hai ba. Bốn năm sáu.", 3, 1) == ["Một hai ba.", "Bốn năm sáu."]


def test_a_sentence_that_is_too_long_is_a_chunk_of_its_own() -> None:
    assert cut("Một. Hai ba bốn năm. Sáu.", 2, 1) == ["Một.", "Hai ba bốn năm.", "Sáu."]


def test_chunks_stop_at_boilerplate() -> None:
    text = "Một hai. QUẢNG CÁO Ba bốn."
    assert cut(text, 100, 1, (9, 19)) == ["Một hai.", "Ba bốn."]


def test_a_text_without_words_has_no_chunk() -> None:
    assert cut("", 10, 1) == []
    assert cut(" \r\n\ufeff\n", 10, 1) == []


@given(ARTICLES, SYLLABLES, OVERLAP)
def test_chunks_lie_in_content_in_order_without_outer_blanks(one: Article, syllables: int, overlap: int) -> None:
    parts = content(len(one.text), one.boilerplate)
    found = chunks(one, syllables, overlap)
    for chunk in found:
        piece = one.text[chunk.start : chunk.end]
        assert piece
        assert piece == piece.strip()
        assert sum(part.start <= chunk.start and chunk.end <= part.end for part in parts) == 1
    assert [chunk.start for chunk in found] == sorted({chunk.start for chunk in found})
    assert [chunk.end for chunk in found] == sorted({chunk.end for chunk in found})


@given(ARTICLES, SYLLABLES, OVERLAP)
def test_every_sentence_of_the_content_is_whole_in_some_chunk(one: Article, syllables: int, overlap: int) -> None:
    found = chunks(one, syllables, overlap)
    for part in content(len(one.text), one.boilerplate):
        for sentence in sentences(one.text[part.start : part.end], part.start):
            assert any(chunk.start <= sentence.start and sentence.end <= chunk.end for chunk in found)


@given(ARTICLES, SYLLABLES, OVERLAP)
def test_only_a_single_sentence_is_longer_than_the_size(one: Article, syllables: int, overlap: int) -> None:
    units = [
        sentence
        for part in content(len(one.text), one.boilerplate)
        for sentence in sentences(one.text[part.start : part.end], part.start)
    ]
    for chunk in chunks(one, syllables, overlap):
        inside = [unit for unit in units if chunk.start <= unit.start and unit.end <= chunk.end]
        assert len(inside) == 1 or sum(len(words(one.text[unit.start : unit.end])) for unit in inside) <= syllables


@given(ARTICLES, SYLLABLES, OVERLAP)
def test_neighbours_share_no_more_than_the_overlap(one: Article, syllables: int, overlap: int) -> None:
    units = [
        sentence
        for part in content(len(one.text), one.boilerplate)
        for sentence in sentences(one.text[part.start : part.end], part.start)
    ]
    found = chunks(one, syllables, overlap)
    for left, right in zip(found, found[1:], strict=False):
        assert sum(right.start <= unit.start and unit.end <= left.end for unit in units) <= overlap
