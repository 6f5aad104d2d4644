import random

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from train.data import HeldOut
from train.model import SPECIAL, StaticEmbedder, batches, contrastive_loss
from train.pairs import (
    ACCENT_FREE,
    Pair,
    accents_of_article,
    as_typed,
    documents,
    from_aligned,
    from_article,
    from_labelled,
    from_lexicon,
    from_question,
    from_translated_document,
    from_translation,
)
from train.pool import Pool, pool_of, token_counts
from train.questions import question_from
from train.sources import SOURCES, own_words
from train.text import crop, keywords, sentences, strip_accents, window
from train.tokenizer import train_tokenizer

ARTICLE = {
    "id": "1",
    "title": "Hà Nội mưa lớn",
    "abstract": "Mưa lớn gây ngập nhiều phố.",
    "body": ["Ngày 5/6, Hà Nội mưa lớn.", "Nhiều phố bị ngập sâu.", "Giao thông tê liệt.", "Đến tối, mưa tạnh."],
}
TRANSLATION = {
    "file": "parallel/x",
    "en": "When is the summit?",
    "vi": "Khi nào họp thượng đỉnh?",
    "ru": "Когда саммит?",
}


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture
def rng() -> random.Random:
    return seeded(7)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = [*ARTICLE["body"], *(TRANSLATION[language] for language in ("en", "vi", "ru")), "普京 北京"]
    return train_tokenizer(texts, vocabulary=300)


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Đà Nẵng", "Da Nang"),
        ("khi nào", "khi nao"),
        ("Nguyễn Phú Trọng", "Nguyen Phu Trong"),
        ("đường ở", "duong o"),
        ("Китай и Ёлка", "Китай и Ёлка"),
        ("北京 năm 2024", "北京 nam 2024"),
        ("", ""),
    ],
)
def test_stripping_accents_touches_latin_letters_only(written: str, bare: str) -> None:
    assert strip_accents(written) == bare


def test_keywords_are_two_to_seven_words_of_the_text_without_stop_words(rng: random.Random) -> None:
    text = "Hội nghị của các nước thành viên được tổ chức tại Astana vào tháng 7 năm 2024 với sự tham gia"
    for _ in range(50):
        words = keywords(text, rng).split()
        assert 2 <= len(words) <= 7
        assert set(words) <= set(text.split()) - {"của", "các", "được", "tại", "vào", "với", "sự"}


def test_keywords_of_stop_words_alone_are_the_text_itself(rng: random.Random) -> None:
    assert keywords("và của là", rng) == "và của là"


def test_crop_keeps_a_short_text_whole_and_cuts_a_run_out_of_a_long_one(rng: random.Random) -> None:
    assert crop("ba từ thôi", rng) == "ba từ thôi"
    long = " ".join(map(str, range(100)))
    assert 4 <= len(crop(long, rng).split()) <= 20
    assert crop(long, rng) in long


def test_sentences_end_at_latin_and_chinese_marks() -> None:
    assert sentences("Một. Hai! 三。四？năm") == ["Một.", "Hai!", "三。", "四？", "năm"]


def test_window_stops_once_it_has_enough_words() -> None:
    assert window(["a b", "c d", "e f"], 0, 3) == "a b c d"
    assert window(["a b", "c d", "e f"], 2, 3) == "e f"


def test_queries_lose_their_accents_about_as_often_as_people_drop_them(rng: random.Random) -> None:
    typed = [as_typed("khi nào họp ở Hà Nội", "vi", rng) for _ in range(4000)]
    assert sum(query == strip_accents(query) for query in typed) / 4000 == pytest.approx(ACCENT_FREE, abs=0.06)
    assert as_typed("什么时候", "zh", rng) == "什么时候"


def test_a_question_drops_its_answer_and_keeps_the_words_around_it() -> None:
    asked = [question_from("Dân số Hà Nội đạt 8.500.000 người", "vi", seeded(seed)) for seed in range(30)]
    about_numbers = [question for question in asked if question and ("bao nhiêu" in question or "mấy" in question)]
    assert about_numbers
    assert all("8.500.000" not in question and "người" in question for question in about_numbers)


def test_a_name_is_replaced_at_its_borders() -> None:
    for seed in range(30):
        question = question_from("sáng nay đến Công an Hà Nội trình báo sự việc", "vi", seeded(seed))
        assert question
        assert "đến" in question


def test_a_question_word_goes_to_the_front_in_english(rng: random.Random) -> None:
    question = question_from("the bridge was opened in 1997 after a long delay", "en", rng)
    assert question
    assert question.split()[0] in {"when", "what", "in", "how"}


def test_nothing_to_ask_for_makes_no_question(rng: random.Random) -> None:
    assert question_from("trời đẹp quá", "vi", rng) is None


def test_a_sentence_of_an_article_is_not_in_the_passage_that_it_must_find() -> None:
    for seed in range(20):
        cropped = list(from_article(ARTICLE, seeded(seed)))[4:]
        assert cropped
        assert all(pair.query not in pair.passage for pair in cropped)


def test_pairs_of_one_article_are_one_group(rng: random.Random) -> None:
    assert len({pair.group for pair in from_article(ARTICLE, rng)}) == 1


def test_phrases_without_accents_lead_back_to_themselves(rng: random.Random) -> None:
    for pair in accents_of_article(ARTICLE, rng):
        assert pair.query == strip_accents(pair.passage)
        assert pair.passage in " ".join(ARTICLE["body"])


def test_a_question_finds_its_passage_and_the_one_sentence_that_answers(rng: random.Random) -> None:
    row = {"question": "Ai thắng?", "context": "Trời mưa. An thắng. Bình thua.", "answers": [{"text": "An"}]}
    whole, sentence = from_question(row, rng)
    assert whole.passage == row["context"]
    assert sentence.passage == "An thắng."
    assert sentence.negative in {"Trời mưa.", "Bình thua."}


def test_a_question_without_an_answer_makes_no_pair(rng: random.Random) -> None:
    assert not list(from_question({"question": "Ai?", "context": "Trời mưa.", "answers": []}, rng))


def test_judged_passages_become_pairs_and_negatives_of_the_same_question(rng: random.Random) -> None:
    rows = [
        {"question": "q", "passage": "right", "label": 1},
        {"question": "q", "passage": "wrong", "label": 0},
        {"question": "r", "passage": "never right", "label": 0},
    ]
    [pair] = from_labelled(rows, rng)
    assert (pair.passage, pair.negative) == ("right", "wrong")


def test_a_question_that_has_wrong_passages_near_it_must_keep_away_from_one(rng: random.Random) -> None:
    row = {"question": "Ở đâu?", "context": "Ở Hà Nội.", "answers": [{"text": "Hà Nội"}], "near": ["Ở Huế."]}
    assert next(pair.negative for pair in from_question(row, rng) if pair.passage == row["context"]) == "Ở Huế."


def test_aligned_questions_find_the_passages_of_every_language_and_their_translations() -> None:
    rows = [
        {"id": "1", "lang_q": "vi", "lang_c": "zh", "question": "ở đâu nào", "passage": "在河内", "near": ["在順化"]},
        {"id": "1", "lang_q": "zh", "lang_c": "zh", "question": "在哪里", "passage": "在河内", "near": ["在順化"]},
        {"id": "1", "lang_q": "zh", "lang_c": "vi", "question": "在哪里", "passage": "ở Hà Nội", "near": []},
    ]
    found = list(from_aligned(rows, NeverRandom()))
    assert {(pair.query, pair.passage) for pair in found} == {
        *((question, passage) for question in ("ở đâu nào", "在哪里") for passage in ("在河内", "ở Hà Nội")),
        *(("在河内", "ở Hà Nội"), ("ở Hà Nội", "在河内"), ("ở đâu nào", "在哪里"), ("在哪里", "ở đâu nào")),
    }
    assert len({pair.group for pair in found}) == 1
    assert [pair.negative for pair in found if (pair.query, pair.passage) == ("在哪里", "在河内")] == ["在順化"]
    assert not any(pair.negative for pair in found if pair.query == "ở đâu nào")


class NeverRandom(random.Random):
    """Leaves every query as it is."""

    def random(self) -> float:
        return 0.99


def test_translations_pair_every_two_languages_both_ways(rng: random.Random) -> None:
    pairs = list(from_translation(TRANSLATION, rng))
    assert len(pairs) == 6
    assert len({pair.group for pair in pairs}) == 1


def test_a_translated_document_gives_passages_in_the_other_language(rng: random.Random) -> None:
    for pair in from_translated_document([TRANSLATION, TRANSLATION], rng):
        assert any(pair.passage.startswith(TRANSLATION[language]) for language in ("en", "vi", "ru"))


def test_documents_end_where_the_file_or_the_document_changes() -> None:
    rows = [{"file": "a", "doc": 1}, {"file": "a", "doc": 1}, {"file": "a", "doc": 2}, {"file": "b"}, {"file": "b"}]
    assert [len(document) for document in documents(rows)] == [2, 1, 2]


def test_one_of_several_translations_of_a_word_is_taken(rng: random.Random) -> None:
    seen = {pair.passage for _ in range(50) for pair in from_lexicon({"en": "April ; Apr", "vi": "Tháng tư"}, rng)}
    assert {"April", "Apr", "Tháng tư"} == seen


def test_the_word_list_has_four_languages_in_every_row() -> None:
    assert all(set(row) == {"vi", "en", "zh", "ru"} and all(row.values()) for row in own_words())


def test_shares_of_the_sources_add_up_to_one() -> None:
    assert sum(source.share for source in SOURCES) == pytest.approx(1)


def test_a_held_out_passage_is_recognised_through_case_and_punctuation() -> None:
    guard = HeldOut(["The quick brown fox jumps over the lazy dog near the river bank."])
    assert guard.shares_text_with("So, THE QUICK, BROWN FOX JUMPS OVER THE LAZY DOG NEAR the sea")
    assert not guard.shares_text_with("The quick brown fox sleeps all day long in the shadow of a tree")


def test_a_pool_gives_back_the_texts_that_went_in(tokenizer: Tokenizer) -> None:
    pool = pool_of([Pair("Hà Nội", "mưa lớn", 1), Pair("", "ngập", 2), Pair("phố", "ngập sâu", 3, "tạnh")], tokenizer)
    assert pool.groups.tolist() == [1, 3]
    tokens, begins = pool.passages.take(np.array([1, 0]))
    assert tokenizer.decode(tokens[: begins[1]].tolist()).replace(" ", "") == "ngậpsâu"
    assert pool.negatives.lengths()[0] == 0
    assert pool.negatives.lengths()[1] > 0


def test_unknown_letters_do_not_move_a_vector(tokenizer: Tokenizer) -> None:
    model = StaticEmbedder(np.ones(tokenizer.get_vocab_size(), dtype=np.int64), 8)
    assert not model.folded()[:2].any()
    assert tokenizer.encode("Ⴤ").ids == [1]


def test_batches_visit_every_pair_once_before_any_twice() -> None:
    pool = Pool(*(None,) * 3, groups=np.arange(10))  # type: ignore[arg-type]
    stream = batches(pool, 5, np.random.default_rng(0))
    assert sorted([*next(stream), *next(stream)]) == list(range(10))


def test_training_brings_the_two_sides_of_a_pair_together(tokenizer: Tokenizer) -> None:
    torch.manual_seed(0)
    pairs = [Pair("北京", "Hà Nội", 1), Pair("普京", "mưa lớn", 2, "ngập"), Pair("саммит", "Giao thông", 3)]
    pool = pool_of(pairs, tokenizer)
    model = StaticEmbedder(token_counts([pool], tokenizer.get_vocab_size()), 16)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    rows = np.arange(3)
    before = contrastive_loss(model, pool, rows, 20.0, 0.0)
    for _ in range(20):
        optimizer.zero_grad()
        contrastive_loss(model, pool, rows, 20.0, 0.0).backward()
        optimizer.step()
    assert contrastive_loss(model, pool, rows, 20.0, 0.0) < before / 4


def test_passages_of_the_same_group_do_not_compete(tokenizer: Tokenizer) -> None:
    torch.manual_seed(0)
    pool = pool_of([Pair("mưa", "mưa lớn", 1), Pair("mưa", "mưa lớn", 1)], tokenizer)
    model = StaticEmbedder(token_counts([pool], tokenizer.get_vocab_size()), 16)
    assert contrastive_loss(model, pool, np.arange(2), 20.0, 0.0).item() == pytest.approx(0, abs=1e-6)


def test_vectors_learned_beside_finished_ones_leave_those_as_they_are(tokenizer: Tokenizer) -> None:
    first = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 4)).astype(np.float32)
    first[:SPECIAL] = 0
    pool = pool_of((Pair(text, text, place) for place, text in enumerate(ARTICLE["body"])), tokenizer)
    model = StaticEmbedder(token_counts([pool], len(first)), 6, first)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    before = model.folded()
    contrastive_loss(model, pool, np.arange(4), 20.0, 0.0).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    after = model.folded()
    assert after.shape == (len(first), 10)
    assert np.array_equal(after[:, :4], first)
    assert not np.allclose(after[:, 4:], before[:, 4:])
