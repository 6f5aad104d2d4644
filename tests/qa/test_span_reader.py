from pathlib import Path

import numpy as np
import pytest

from index.embed import BUNDLED, embedder_named
from index.errors import ModelError
from index.text import normal
from qa.readers import ACCURATE_FOLDER
from qa.reading import LONGEST_SPAN, Reading, best_span
from qa.span_reader import EMBEDDER, FOLDER, SpanReader
from qa.tokens import MOST_TOKENS, PIECE, pieces, tokens

QUESTION = "Hội nghị khai mạc khi nào?"
PASSAGES = [
    "Hội nghị khai mạc tại Astana vào tháng 7. Ông Lavrov nói: “Không!”",
    "",
    " \n",
    "Giá vàng tăng 2,5% trong ngày 28.6.\r\nTP. Hồ Chí Minh mưa lớn 😀 và ngập sâu.",
    "会议于七月在阿斯塔纳举行。",
]


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader()


def test_words_and_marks_stand_where_they_say() -> None:
    text = "“Hòa bình”, ông nói\r\n(28.6): 😀 hết_sức"
    found = tokens(text)
    raw = [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
    assert raw == ["“", "Hòa", "bình", "”", ",", "ông", "nói", "(", "28.6", ")", ":", "😀", "hết", "sức"]
    assert found.words[:3] == ("“", "hòa", "bình")


def test_decomposed_letters_keep_their_marks_inside_the_word() -> None:
    text = "Ho\u0300a bi\u0300nh"
    found = tokens(text)
    assert found.words == ("hòa", "bình")
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == text.split()


def test_a_token_knows_its_sentence() -> None:
    found = tokens("Mưa lớn. Gió mạnh.")
    assert found.sentences.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.shapes[:, -1].tolist() == [1, 0, 0, 1, 0, 0]


def test_pieces_cover_all_tokens_and_are_short() -> None:
    for text in ("Mưa. " * 300, "mưa " * 1000, "a b c.", ""):
        found = pieces(tokens(text))
        assert [first for first, _ in found] == [0, *(last for _, last in found)][: len(found)]
        assert all(0 < last - first <= PIECE for first, last in found)
        assert sum(last - first for first, last in found) == len(tokens(text).words)


def test_pieces_are_cut_at_sentence_borders() -> None:
    text = tokens("Một hai ba bốn. " * 100)
    assert all(text.shapes[first, -1] for first, _ in pieces(text))


def test_offsets_are_exact(reader: SpanReader) -> None:
    for passage, reading in zip(PASSAGES, reader.read(QUESTION, PASSAGES), strict=True):
        found = tokens(passage)
        assert reading.starts.tolist() == found.starts.tolist()
        assert [normal(passage[a:b]) for a, b in zip(reading.starts, reading.ends, strict=True)] == list(found.words)


def test_logits_are_float32_beside_every_token(reader: SpanReader) -> None:
    for reading in reader.read(QUESTION, PASSAGES):
        for logits in reading[2:]:
            assert logits.dtype == np.float32
            assert logits.shape == reading.starts.shape
            assert np.isfinite(logits).all()


def test_nothing_is_read_of_no_passages(reader: SpanReader) -> None:
    assert reader.read(QUESTION, []) == []
    assert [len(reading.starts) for reading in reader.read(QUESTION, ["", "\ufeff"])] == [0, 0]


def test_a_long_passage_is_read_up_to_the_limit(reader: SpanReader) -> None:
    passage = "Trời mưa rất lớn hôm nay. " * 1000
    (reading,) = reader.read(QUESTION, [passage])
    assert len(reading.starts) == len(reading.start_logits) == MOST_TOKENS


def test_the_model_finds_a_plain_date(reader: SpanReader) -> None:
    passage = PASSAGES[0]
    (reading,) = reader.read(QUESTION, [passage])
    found = best_span(reading, 0, len(passage))
    assert found is not None
    assert "tháng 7" in passage[found.start : found.end]


def test_the_right_passage_wins_over_others(reader: SpanReader) -> None:
    readings = reader.read(QUESTION, [PASSAGES[3], PASSAGES[0]])
    wrong, right = (best_span(reading, 0, 100) for reading in readings)
    assert wrong is not None
    assert right is not None
    assert right.score > wrong.score


def by_brute_force(reading: Reading, begin: int, end: int) -> float | None:
    inside = [i for i, (a, b) in enumerate(zip(reading.starts, reading.ends, strict=True)) if a >= begin and b <= end]
    pairs = [(i, j) for i in inside for j in inside if i <= j < i + LONGEST_SPAN]
    scores = [float(reading.start_logits[i] + reading.end_logits[j]) for i, j in pairs]
    return max(scores, default=None)


def test_best_span_is_the_best_of_all() -> None:
    rng = np.random.default_rng(0)
    starts = np.cumsum(rng.integers(2, 9, size=80))
    ends = starts + 2
    for _ in range(40):
        start, end, sentence = rng.normal(size=(3, 80)).astype(np.float32)
        reading = Reading(starts, ends, start, end, sentence)
        first, last = sorted(rng.integers(0, int(ends[-1]) + 5, size=2).tolist())
        found = best_span(reading, first, last)
        wanted = by_brute_force(reading, first, last)
        if wanted is None:
            assert found is None
            continue
        assert found is not None
        assert found.score == pytest.approx(wanted, abs=1e-5)
        assert first <= found.start < found.end <= last


def test_a_longer_span_has_to_be_worth_its_length() -> None:
    logits = np.array([3.0, 0.0, 0.0, 3.2], dtype=np.float32)
    starts = np.arange(4) * 3
    reading = Reading(starts, starts + 2, logits, logits[[0, 1, 2, 3]], logits)
    assert best_span(reading, 0, 12) == (9, 11, pytest.approx(6.4))
    reading = Reading(starts, starts + 2, np.array([3, 0, 0, 0], dtype=np.float32), logits, logits)
    assert best_span(reading, 0, 12) == (0, 11, pytest.approx(6.2))
    assert best_span(reading, 0, 12, cost=0.1) == (0, 2, pytest.approx(6.0))


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"train\.reader"):
        SpanReader(tmp_path).read(QUESTION, PASSAGES)


@pytest.mark.parametrize("folder", [FOLDER, ACCURATE_FOLDER])
def test_the_model_belongs_to_the_bundled_embedder(folder: Path) -> None:
    assert (folder / EMBEDDER).read_text(encoding="utf-8").strip() == embedder_named(BUNDLED).sha256


@pytest.mark.parametrize("folder", [FOLDER, ACCURATE_FOLDER])
def test_the_checksums_hold(folder: Path) -> None:
    import hashlib  # noqa: PLC0415 — used here only

    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
