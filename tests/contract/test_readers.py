"""Every reader, through one suite: the bundled ones, and tiny transformers that the tests make and save."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from index.errors import ModelError
from index.text import sentences
from qa.answer.probability import CALIBRATION
from qa.config import AskConfig
from qa.pipeline import open_asker
from qa.read.named import BUNDLED, calibration_of, reader_named
from qa.read.protocol import Window

if TYPE_CHECKING:
    from pathlib import Path

    from qa.read.protocol import Reader

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
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a BERT of one layer with random weights that answers questions; its tokens are single letters."""
    import torch  # noqa: PLC0415 — seconds that only these tests need
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordPiece  # noqa: PLC0415
    from tokenizers.normalizers import Lowercase  # noqa: PLC0415
    from tokenizers.pre_tokenizers import BertPreTokenizer  # noqa: PLC0415
    from tokenizers.processors import TemplateProcessing  # noqa: PLC0415
    from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast  # noqa: PLC0415

    letters = sorted(set("".join([QUESTION, *PASSAGES, LONG]).lower()))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = Tokenizer(WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "padding_side": "left"}
    folder = tmp_path_factory.mktemp("reader")
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
        model = BertForQuestionAnswering(BertConfig(vocab_size=len(pieces), max_position_embeddings=66, **size))
        model.qa_outputs.weight.data *= 100  # logits large enough to tell a wrong one
        model.save_pretrained(folder)
    return f"hf:{folder}"


@pytest.fixture(scope="module", params=[BUNDLED, "tiny"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return reader_named(request.getfixturevalue("tiny") if request.param == "tiny" else request.param)


def windows_of(*texts: str) -> list[Window]:
    return [Window(text, "Tin", "2024-05-20") for text in texts]


def test_title_and_date_are_read_and_never_answer(reader: Reader) -> None:
    heads = [("Tin", None), ("Ông Putin thăm Bắc Kinh", None), ("Tin", "2024-05-20")]
    found = reader.read(QUESTION, [Window(PASSAGES[0], title, day) for title, day in heads])
    assert len({spans[0].score for spans in found}) == len(heads)
    assert all(0 <= span.start < span.end <= len(PASSAGES[0]) for spans in found for span in spans)


def test_every_span_stands_in_one_sentence_of_its_window(reader: Reader) -> None:
    windows = windows_of(*PASSAGES, LONG)
    found = reader.read(QUESTION, windows)
    assert len(found) == len(windows)
    for window, spans in zip(windows, found, strict=True):
        for span in spans:
            assert window.text[span.start : span.end].strip() == window.text[span.start : span.end] != ""
            assert any(one.start <= span.start < span.end <= one.end for one in sentences(window.text))


def test_the_best_span_comes_first_and_none_overlap(reader: Reader) -> None:
    for spans in reader.read(QUESTION, windows_of(*PASSAGES, LONG)):
        assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
        assert all(np.isfinite(span.score) for span in spans)
        places = sorted(spans)
        assert all(one.end <= other.start for one, other in zip(places, places[1:], strict=False))


def test_a_batch_reads_as_one_by_one(reader: Reader) -> None:
    for window, together in zip(windows_of(*PASSAGES), reader.read(QUESTION, windows_of(*PASSAGES)), strict=True):
        (alone,) = reader.read(QUESTION, [window])
        assert [span[:2] for span in together] == [span[:2] for span in alone]
        assert [span.score for span in together] == pytest.approx([span.score for span in alone], abs=1e-3)


@pytest.mark.parametrize("question", ["", "?!", " ", "khi nào " * 500, "\u0300", "😀", "\x00"])
def test_odd_questions_are_read(reader: Reader, question: str) -> None:
    assert len(reader.read(question, windows_of(*PASSAGES))) == len(PASSAGES)


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "\u0300", "😀", "\x00", "chữ" * 3000])
def test_odd_windows_are_read(reader: Reader, text: str) -> None:
    (spans,) = reader.read(QUESTION, windows_of(text))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_nothing_is_read_of_no_windows(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []


def test_threads_may_share_a_reader(reader: Reader) -> None:
    wanted = reader.read(QUESTION, windows_of(*PASSAGES))
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: reader.read(QUESTION, windows_of(*PASSAGES)), range(24)):
            assert found == wanted


def test_a_model_of_transformers_answers_questions(seeds_index: str, tiny: str) -> None:
    asker = open_asker(seeds_index, AskConfig(reader=tiny, threshold=0.0))
    reply = asker.ask("khi nào SCO Astana?")
    asker.close()
    assert reply.answers
    for answer in reply.answers:
        assert answer.text in answer.sentence


def test_scores_are_counted_from_the_models_no_answer(tiny: str) -> None:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer  # noqa: PLC0415

    folder = tiny.removeprefix("hf:")
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForQuestionAnswering.from_pretrained(folder)
    scores = model(**tokenizer("khi?", "Mưa", return_tensors="pt", padding_side="right"))
    ((span, *_),) = reader_named(tiny).read("khi?", [Window("Mưa")])
    first = len("khi?") + 2
    start, end = scores.start_logits[0].detach(), scores.end_logits[0].detach()
    best = max(start[first + i] + end[first + j] for i in range(3) for j in range(i, 3)) - start[0] - end[0]
    assert span.score == pytest.approx(float(best), abs=1e-3)


def test_the_scores_of_any_reader_can_be_fitted(seeds_index: str, tiny: str, tmp_path: Path) -> None:
    out = tmp_path / "mine.json"
    result = CliRunner().invoke(main, ["calibrate", "seeds", "--reader", tiny, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "170 questions" in result.output
    assert calibration_of(tiny, str(out)).made_by == "hoidap calibrate seeds"
    asker = open_asker(seeds_index, AskConfig(reader=tiny, calibration=str(out), threshold=0.0))
    assert asker.ask("khi nào SCO Astana?").answers
    asker.close()


def test_a_folder_with_a_calibration_of_its_own_goes_by_it(tmp_path: Path) -> None:
    own = msgspec.structs.replace(calibration_of(BUNDLED), made_by="me")
    (tmp_path / CALIBRATION).write_bytes(msgspec.json.encode(own))
    assert calibration_of(f"hf:{tmp_path}") == own
    assert calibration_of("hf:nobody/nothing") == calibration_of(BUNDLED)


def calibration_but(**changes: object) -> bytes:
    """The calibration that ships, with some fields changed."""
    return msgspec.json.encode(msgspec.to_builtins(calibration_of(BUNDLED)) | changes)


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{}",
        b"\xff",
        calibration_but(rounds=[]),
        calibration_but(rounds=[3, 0]),
        calibration_but(sure=1.5),
        calibration_but(ranking={"weights": {"luck": 1.0}}),
    ],
)
def test_a_calibration_that_cannot_be_used_says_what_to_run(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="hoidap calibrate GOLD"):
        calibration_of(BUNDLED, str(path))


def test_a_model_that_was_not_trained_to_answer_is_refused(tiny: str, tmp_path: Path) -> None:
    from transformers import AutoTokenizer, BertConfig, BertModel  # noqa: PLC0415

    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=9, **size)).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny.removeprefix("hf:")).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="not trained to answer"):
        reader_named(f"hf:{tmp_path}")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("hf:./nowhere", "not a folder"), ("hf:nobody/nothing", "cannot be loaded"), ("fast", "Choose bundled, or hf:")],
)
def test_a_missing_model_says_what_to_do(name: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        reader_named(name)


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be loaded: .*\. Name a hub model"):
        reader_named(f"hf:{tmp_path}")
