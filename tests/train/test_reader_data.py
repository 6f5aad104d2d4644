import random
from pathlib import Path

import numpy as np
import pytest
import torch

from index.records import Range
from train.data import is_kept_back
from train.reader_batches import Choice, Size, batch, batches, choice_loss, vocabulary_of, word_table
from train.reader_data import NOTHING, SPAN, Bank, Gold, located, packed_shapes, sentence_at, unpacked_shapes
from train.reader_questions import foreign_question, question_with_answer, same_span, shared_words, styled
from train.reader_sources import SOURCES, add_article, joined, windows

SENTENCES = [
    "Ngày 5/6/2019, ông Nguyễn Văn An cho biết 24 người bị thương tại Hà Nội vì mưa lớn kéo dài nhiều ngày.",
    "Bộ Y tế đã gửi 300 triệu đồng để giúp người dân sửa nhà.",
    "Đến tối, mưa tạnh và giao thông trở lại bình thường.",
]
ARTICLE = {
    "title": "24 người bị thương ở Hà Nội",
    "abstract": "Mưa lớn khiến 24 người bị thương hôm 5/6.",
    "body": SENTENCES,
}


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.mark.parametrize("seed", range(60))
def test_the_answer_is_a_trimmed_part_of_its_sentence(seed: int) -> None:
    rng = seeded(seed)
    sentence = rng.choice(SENTENCES)
    made = question_with_answer(sentence, rng)
    if made:
        answer = sentence[made.answer.start : made.answer.end]
        assert answer == answer.strip() != ""
        assert made.question


@pytest.mark.parametrize("seed", range(20))
def test_the_answer_of_an_article_is_found_in_its_tokens(seed: int) -> None:
    bank = Bank()
    add_article(bank, ARTICLE, seeded(seed))
    words = list(bank.words)
    for example in range(len(bank)):
        piece, first, last = bank.gold.values[example][:3].tolist()
        assert piece in bank.read.values[example]
        assert 0 <= first <= last < len(bank.piece_words.values[piece])
        if bank.source[example] == SOURCES.index("abstracts"):
            answer = " ".join(words[number] for number in bank.piece_words.values[piece][first : last + 1])
            assert answer in "24 người / 5/6/2019 / hà nội"


def test_a_span_is_located_by_its_tokens() -> None:
    bank = Bank()
    text = "Mưa lớn. Hội nghị khai mạc ngày 5/6 tại Huế."
    passage = bank.add_passage(text)
    start = text.index("ngày 5/6")
    assert located(passage, Range(start, start + 8)) == Gold(0, 7, 8)
    assert located(passage, Range(3, 4)) is None
    assert sentence_at(passage, start) == Gold(0, 1, 1)


def test_a_third_is_held_out_and_always_the_same() -> None:
    found = [is_kept_back(f"đoạn văn {number}") for number in range(3000)]
    assert 900 < sum(found) < 1100
    assert found == [is_kept_back(f"đoạn văn {number}") for number in range(3000)]
    assert is_kept_back("abc") == (0xBA7816BF % 3 == 0)


def test_a_bank_survives_the_disk(tmp_path: Path) -> None:
    bank = Bank()
    add_article(bank, ARTICLE, seeded(3))
    bank.save(tmp_path / "bank.npz")
    again = Bank.load(tmp_path / "bank.npz")
    assert list(again.words) == list(bank.words)
    assert (again.knows, again.source, again.tongues) == (bank.knows, bank.source, bank.tongues)
    for name in Bank.COLUMNS:
        for left, right in zip(getattr(bank, name).values, getattr(again, name).values, strict=True):
            assert left.tolist() == right.tolist()


def test_a_bank_takes_another_one_in() -> None:
    first, second, both = Bank(), Bank(), Bank()
    for bank in (first, second):
        add_article(bank, ARTICLE, seeded(3))
    both.extend(first)
    both.extend(second)
    assert list(both.words) == list(first.words)
    assert len(both) == 2 * len(first)
    assert both.gold.values[-1][0] == first.gold.values[-1][0] + len(first.piece_words.values)


def test_shapes_survive_packing() -> None:
    shapes = np.random.default_rng(0).integers(0, 2, size=(9, 8)).astype(np.uint8)
    assert (unpacked_shapes(packed_shapes(shapes)) == shapes).all()


def test_windows_keep_every_sentence() -> None:
    found = list(windows(SENTENCES * 20, seeded(0)))
    assert " ".join(window.text for window in found) == " ".join(SENTENCES * 20)
    assert all(window.text[start:].startswith(tuple(SENTENCES)) for window in found for start in window.starts)
    assert joined(["ab", "c"]) == ("ab c", [0, 3])


def test_a_batch_says_where_the_answers_are() -> None:
    bank = Bank()
    passages = [bank.add_passage(text) for text in SENTENCES]
    bank.add_example("bao nhiêu người bị thương", [0, 1, 2], [Gold(0, 10, 11)], SPAN, 0)
    bank.add_example("ai", [1, 2], [], NOTHING, 0)
    table = word_table(bank, {"mưa": 0.5}, np.ones((len(bank.words), 4), dtype=np.float16))
    made = batch(
        bank, table, [Choice(0, [2, 0], answered=True), Choice(1, [1], answered=False)], np.random.default_rng(0)
    )
    assert made.inputs["passage"].shape == (3, max(len(passage.tokens.words) for passage in passages))
    assert made.start.nonzero().tolist() == [[1, 10]]
    assert made.end.nonzero().tolist() == [[1, 11]]
    assert made.sentence.nonzero().tolist() == [[1, 0]]
    assert made.owned.tolist() == [[0, 1], [2, 3]]


def test_batches_go_on_without_end() -> None:
    bank = Bank()
    for seed in range(5):
        add_article(bank, ARTICLE, seeded(seed))
    vocabulary = vocabulary_of(bank)
    table = word_table(bank, vocabulary, np.ones((len(bank.words), 4), dtype=np.float16))
    stream = batches(bank, table, np.random.default_rng(0), Size(8, 2), lambda: 0.5)
    made = [next(stream) for _ in range(30)]
    assert all(len(found.owned) == 8 for found in made)
    assert all(found.owned.shape[1] <= 2 for found in made)
    assert max(vocabulary.values()) <= 1.01


def test_the_loss_is_the_cross_entropy_over_all_pieces_and_none() -> None:
    logits = torch.tensor([[1.0, 2.0], [0.0, -1e4], [3.0, 0.0]])
    gold = torch.tensor([[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    owned = torch.tensor([[0, 1], [2, 3]])
    first = np.log(np.exp([1.0, 2.0, 0.0, 0.0]).sum()) - 2.0
    second = np.log(np.exp([3.0, 0.0, 0.0]).sum())
    assert choice_loss(logits, gold, owned).tolist() == pytest.approx([first, second], abs=1e-5)


def test_styles_lose_accents_case_or_mark_but_no_content() -> None:
    found = {styled("Ông Lê Văn Nam sinh năm nào?", seeded(seed)) for seed in range(80)}
    assert "Ông Lê Văn Nam sinh năm nào?" in found
    assert "ong le van nam sinh nam nao" in found


def test_what_reads_the_same_in_two_languages_is_found() -> None:
    assert same_span("2,400", "Có 2,400 người") == Range(3, 8)
    assert same_span("Sergey Lavrov", "Ông Sergey Lavrov nói") == Range(4, 17)
    assert same_span("the people", "the people") is None
    assert same_span("24", "Có 240 người") is None


def test_a_foreign_question_leaves_out_what_it_asks_for() -> None:
    made = foreign_question("In total, 4,500 soldiers were sent to the region by plane.", "en", seeded(1))
    assert made is not None
    question, wanted = made
    assert wanted not in question


def test_shared_words_ignore_accents_and_small_words() -> None:
    assert shared_words("mưa lớn ở Huế", "mua lon tai Vinh") == pytest.approx(2 / 3)
