"""Every reader, through one suite: the bundled ones, and tiny transformers that the tests make and save."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import ModelError
from qa.config import AskConfig
from qa.pipeline import open_asker
from qa.readers import ACCURATE, BUNDLED, reader_named
from qa.reading import best_span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qa.reading import Reader

QUESTION = "Hội nghị khai mạc khi nào?"
PASSAGES = [
    "Hội nghị khai mạc tại Astana vào tháng 7. Ông Lavrov nói: “Không!”",
    "",
    " \n",
    "Giá vàng tăng 2,5% trong ngày 28.6.\r\nTP. Hồ Chí Minh mưa lớn 😀 và ngập sâu.",
    "会议于七月在阿斯塔纳举行。",
]
LONG = "Trời mưa rất lớn hôm nay. " * 60 + PASSAGES[0]


@pytest.fixture(scope="session")
def tiny(save_tokenizer: Callable[[Path, Sequence[str]], int], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a BERT of one layer with random weights that answers questions."""
    import torch  # noqa: PLC0415 — seconds that only these tests need
    from transformers import BertConfig, BertForQuestionAnswering  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("reader")
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokens = save_tokenizer(folder, [QUESTION.lower(), *" ".join(PASSAGES).lower().split()])
        BertForQuestionAnswering(BertConfig(vocab_size=tokens, max_position_embeddings=64, **size)).save_pretrained(
            folder
        )
    return f"hf:{folder}"


@pytest.fixture(scope="module", params=[BUNDLED, ACCURATE, "tiny"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return reader_named(request.getfixturevalue("tiny") if request.param == "tiny" else request.param)


def test_every_passage_has_a_reading_in_the_order_of_its_text(reader: Reader) -> None:
    readings = reader.read(QUESTION, [*PASSAGES, LONG])
    for passage, reading in zip([*PASSAGES, LONG], readings, strict=True):
        assert (np.diff(reading.starts) > 0).all()
        assert all(
            passage[a:b].strip() == passage[a:b] != "" for a, b in zip(reading.starts, reading.ends, strict=True)
        )
        for logits in reading[2:]:
            assert logits.dtype == np.float32
            assert logits.shape == reading.starts.shape
            assert np.isfinite(logits).all()
    assert "".join(LONG[a:b] for a, b in zip(readings[-1].starts, readings[-1].ends, strict=True)) == LONG.replace(
        " ", ""
    )


def test_a_batch_reads_as_one_by_one(reader: Reader) -> None:
    for passage, together in zip(PASSAGES, reader.read(QUESTION, PASSAGES), strict=True):
        (alone,) = reader.read(QUESTION, [passage])
        # Numbers of 8 bits are scaled by what else is in the batch.
        for left, right in zip(together, alone, strict=True):
            np.testing.assert_allclose(left, right, atol=0.3)


@pytest.mark.parametrize("question", ["", "?!", " ", "khi nào " * 500, "\u0300", "😀", "\x00"])
def test_odd_questions_are_read(reader: Reader, question: str) -> None:
    assert len(reader.read(question, PASSAGES)) == len(PASSAGES)


def test_nothing_is_read_of_no_passages(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []


def test_a_model_of_transformers_answers_questions(seeds_index: str, tiny: str) -> None:
    asker = open_asker(seeds_index, AskConfig(reader=tiny, threshold=0.0))
    reply = asker.ask("khi nào SCO Astana?")
    asker.close()
    assert reply.answers
    for answer in reply.answers:
        assert answer.text in answer.sentence


def test_windows_say_what_the_whole_says(tiny: str) -> None:
    passage = "Giá vàng tăng. " * 40
    (reading,) = reader_named(tiny).read(QUESTION, [passage])
    assert len(reading.starts) == 160
    assert best_span(reading, 0, len(passage)) is not None


@pytest.mark.parametrize(
    ("name", "reason"), [("hf:./nowhere", "not a folder"), ("hf:nobody/nothing", "cannot be loaded")]
)
def test_a_missing_model_says_what_to_do(name: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        reader_named(name)


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be loaded: .*\. Name a hub model"):
        reader_named(f"hf:{tmp_path}")
