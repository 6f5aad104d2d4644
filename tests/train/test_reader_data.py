from __future__ import annotations

import json
import lzma
import random
from itertools import islice
from pathlib import Path

import pytest
import torch

from qa.read.onnx import FOLDER, TOKENIZER
from qa.read.pieces import Vocabulary
from train.data import HeldOut, Selection
from train.near_misses import Swaps
from train.reader import loss_of, schedule
from train.reader_data import Examples, styled
from train.reader_questions import foreign_question, same_span

TEXT = "Tin\n\nÔng Putin thăm Bắc Kinh năm 2017. " + "Mưa lớn kéo dài. " * 40 + "Ông Lavrov đến Astana ngày 5/7."
ROWS = [
    {"question": "Ai thăm Bắc Kinh năm 2017?", "answers": [{"text": "Putin", "answer_start": TEXT.index("Putin")}]},
    {"question": "Ai đến Astana?", "answers": [{"text": "Lavrov", "answer_start": TEXT.index("Lavrov")}]},
    {"question": "Ai thăm Paris?", "answers": []},
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(FOLDER / TOKENIZER)


def examples(folder: Path, vocabulary: Vocabulary, held: str = "") -> Examples:
    (folder / "qa").mkdir()
    rows = [json.dumps({**row, "context": TEXT + " " * n}) for n, row in enumerate(ROWS * 4)]
    (folder / "qa" / "vi_news_written.jsonl.xz").write_bytes(lzma.compress("\n".join(rows).encode()))
    return Examples(Selection(folder), vocabulary, HeldOut([held]), random.Random(0))


def test_an_answer_is_where_its_pieces_are(tmp_path: Path, vocabulary: Vocabulary) -> None:
    answers = {tuple(vocabulary.pieces(name).ids.tolist()) for name in ("Putin", "Lavrov")}
    seen = 0
    for example in islice(examples(tmp_path, vocabulary), 300):
        ids = [*example.pair.question.tolist(), *example.pair.window.tolist()]
        if example.first:
            seen += 1
            assert example.first >= len(example.pair.question) + example.pair.body
            assert tuple(ids[example.first : example.last + 1]) in answers
    assert 50 < seen < 250


def test_what_is_held_out_is_not_learned(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert not examples(tmp_path, vocabulary, held=TEXT).passages


@pytest.mark.parametrize("seed", range(30))
def test_what_is_swapped_in_stands_neither_in_question_nor_passage(seed: int) -> None:
    swaps = Swaps(["Ai gặp Tokayev?", "Ông Murat Nurtleu đến đâu?"], ["Nghệ An", "Hà Giang"])
    question = "Ông Putin thăm Trung Quốc năm 2017 khi nào?"
    other = swaps.swapped(question, "Ông Putin thăm Trung Quốc năm 2017.", random.Random(seed))
    assert other is not None
    assert other != question
    new = set(other.rstrip("?").split()) - set(question.rstrip("?").split())
    assert new
    assert not new & set("Ông Putin thăm Trung Quốc năm 2017".split())


def test_nothing_is_swapped_where_nothing_is_named() -> None:
    assert Swaps(["Ai gặp Tokayev?"], ["Nghệ An"]).swapped("vì sao trời mưa?", "Mưa.", random.Random(0)) is None


@pytest.mark.parametrize("seed", range(30))
def test_a_styled_question_is_one_still(seed: int) -> None:
    assert styled("Ông Putin thăm Trung Quốc khi nào?", random.Random(seed)).strip()


def test_a_foreign_question_asks_for_what_it_leaves_out() -> None:
    made = foreign_question(
        "The summit in Astana takes place on July 4, 2024 with ten leaders.", "en", random.Random(1)
    )
    assert made is not None
    assert made[1] not in made[0]


def test_the_same_words_are_found_in_another_language() -> None:
    assert same_span("Astana", "Hội nghị ở Astana.") == (11, 17)
    assert same_span("summit", "Hội nghị ở Astana.") is None


def test_a_sure_right_answer_costs_less_than_a_sure_wrong_one(tmp_path: Path, vocabulary: Vocabulary) -> None:
    example = next(one for one in examples(tmp_path, vocabulary) if one.first)
    length = len(example.pair.match)
    right, wrong = torch.zeros(1, length, 2), torch.zeros(1, length, 2)
    right[0, example.first, 0] = right[0, example.last, 1] = 9.0
    wrong[0, 0] = 9.0
    assert loss_of(right, [example]) < loss_of(torch.zeros(1, length, 2), [example]) < loss_of(wrong, [example])


def test_the_rate_rises_and_falls_to_nothing() -> None:
    assert schedule(0.0) == 0.0
    assert schedule(0.02) > schedule(0.01)
    assert schedule(0.5) > schedule(0.9) > schedule(1.0) == 0.0
