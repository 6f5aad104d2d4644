"""The parts of the bundled reader that need no network: pieces, how they meet, spans from logits."""

from __future__ import annotations

import hashlib
import unicodedata

import numpy as np
import pytest

from index.records import Range
from index.text import sentences
from qa.read.encoder import cased, spans
from qa.read.onnx import FOLDER, TOKENIZER, onnx_reader
from qa.read.pieces import BEGIN, END, EXACT, LOOSE, MOST_ASKED, MOST_HEAD, MOST_READ, SIDES, Pieces, Vocabulary, head
from qa.read.protocol import LONGEST_SPAN, Window


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(FOLDER / TOKENIZER)


def pieces_of(count: int) -> Pieces:
    """A text of single letters between blanks."""
    starts = 2 * np.arange(count)
    return Pieces(np.arange(count) + 4, starts, starts + 1)


@pytest.mark.parametrize(
    "text",
    ["Ngoại trưởng Nga Sergey Lavrov 😀 đến Bắc Kinh.", "会议于七月在阿斯塔纳举行。", "Ho\u0300a bi\u0300nh", ""],
)
def test_pieces_stand_where_they_say(vocabulary: Vocabulary, text: str) -> None:
    found = vocabulary.pieces(text)
    covered = {place for start, end in zip(found.starts, found.ends, strict=True) for place in range(start, end)}
    assert covered == {place for place, letter in enumerate(text) if letter != " "}
    assert found.starts.tolist() == sorted(found.starts)


def test_a_pair_has_its_parts_between_their_marks(vocabulary: Vocabulary) -> None:
    asked, titled, body = (vocabulary.pieces(text).ids for text in ("Ai đến?", "Tin (20/5/2024)", "Ông Lavrov đến."))
    pair = vocabulary.pair(asked, titled, body)
    assert pair.question.tolist() == [BEGIN, *asked, END]
    assert pair.window.tolist() == [BEGIN, *titled, END, *body, END]
    assert pair.window[pair.body] == body[0]
    assert len(pair.match) == len(pair.question) + len(pair.window)


def test_nothing_is_longer_than_the_encoder_has_places(vocabulary: Vocabulary) -> None:
    long = vocabulary.pieces("Lavrov " * 2000).ids
    pair = vocabulary.pair(long, long, long)
    assert len(pair.question) == MOST_ASKED + 2
    assert len(pair.window) == MOST_HEAD + MOST_READ + 3 <= 448


def test_shared_pieces_are_known_exactly_and_without_accents(vocabulary: Vocabulary) -> None:
    asked, titled, body = (vocabulary.pieces(text).ids for text in ("Lavrov Hà Nội", "", "Lavrov Ha Noi"))
    pair = vocabulary.pair(asked, titled, body)
    of_question, of_window = np.split(pair.match, [len(pair.question)])
    assert EXACT in of_question
    assert LOOSE in of_question
    assert EXACT + SIDES in of_window
    assert (of_window >= SIDES).all()
    assert (of_question < SIDES).all()


def test_a_head_has_the_date_as_newspapers_write_it() -> None:
    assert head("Tin", "2024-05-07") == "Tin (7/5/2024)"
    assert head("Tin", None) == "Tin"


def test_spans_are_the_best_start_and_end_of_one_sentence() -> None:
    logits = np.full((6, 2), -5.0, dtype=np.float32)
    logits[1, 0] = logits[4, 1] = 4.0
    logits[2, 1] = 1.0
    best, *_ = spans(pieces_of(6), logits, [Range(0, 11)])
    assert (best.start, best.end, best.score) == (2, 9, 8.0)
    best, *_ = spans(pieces_of(6), logits, [Range(0, 5), Range(6, 11)])  # a sentence begins between them
    assert (best.start, best.end, best.score) == (2, 5, 5.0)


def test_no_span_is_longer_than_the_longest() -> None:
    logits = np.full((LONGEST_SPAN + 9, 2), -5.0, dtype=np.float32)
    logits[0, 0] = logits[-1, 1] = 9.0
    assert all(
        span.end - span.start < 2 * LONGEST_SPAN for span in spans(pieces_of(len(logits)), logits, [Range(0, 999)])
    )


def test_nothing_is_found_in_nothing() -> None:
    assert spans(pieces_of(0), np.zeros((0, 2), dtype=np.float32), []) == []


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("khi nào sco astana", "khi nào SCO Astana"),
        ("KHI NÀO SCO ASTANA?", "khi nào SCO Astana?"),
        ("khi nào SCO astana?", "khi nào SCO astana?"),
        ("họp ở đâu", "họp ở đâu"),
        ("上合组织", "上合组织"),
        ("", ""),
    ],
)
def test_a_question_without_capitals_gets_those_of_the_window(question: str, wanted: str) -> None:
    assert cased(question, "Tin. Thượng đỉnh SCO sẽ họp tại Astana. Họp xong, họ về.") == wanted


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_piece_ends_with_its_accents(vocabulary: Vocabulary, form: str) -> None:
    text = unicodedata.normalize(form, "Hà Nội và Huế")
    found = vocabulary.pieces(text)
    assert found.ends.max() == len(text)


@pytest.mark.parametrize(
    "text", ["主席表示。“中国将继续。”", "Câu một. \u200b Câu hai.", "习近平到北京。", "Hà Nội. Huế."]
)
def test_every_answer_stands_in_one_sentence_whatever_the_pieces(text: str) -> None:
    reader = onnx_reader()
    for question in ("ai?", "谁到北京？", "câu nào?"):
        ((*found,),) = reader.read(question, [Window(text)])
        for one in found:
            assert any(place.start <= one.start < one.end <= place.end for place in sentences(text))


def test_the_files_of_the_model_are_those_of_its_sums() -> None:
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(sums) == {path.name for path in FOLDER.iterdir()} - {"SHA256SUMS", "README.md"}
    assert {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in sums} == sums
