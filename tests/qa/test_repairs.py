"""How a question that was typed without care is read: accents, Telex and VNI, slips, missing blanks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_collection import collection

from index.text import fold, has_accents
from qa.question import understand
from qa.question.respell import is_typed_out, respelled
from qa.question.spelling import Reading, spelling
from qa.question.telex import Toneless, toneless, typed_out

NEWS = collection(
    "Ngoại trưởng Nga Sergei Lavrov gặp Chủ tịch Trung Quốc Tập Cận Bình ở Bắc Kinh.",
    "Hội nghị thượng đỉnh SCO họp tại Astana, ông Putin và ông Tập gặp nhau.",
    "Kim ngạch thương mại Nga - Trung năm 2023 đạt 240 tỷ USD.",
)
HUYEN, SAC, HOI, NGA_TONE, NANG = "\u0300\u0301\u0309\u0303\u0323"


@pytest.mark.parametrize(
    ("typed", "letters", "tone"),
    [
        ("thur", "thu", HOI),
        ("tuowngs", "tương", SAC),
        ("tieengs", "tiêng", SAC),
        ("ddang", "đang", ""),
        ("nguwowif", "ngươi", HUYEN),
        ("nguoiwf", "ngươi", HUYEN),
        ("muaw", "mưa", ""),
        ("giuwax", "giưa", NGA_TONE),
        ("tie61ng", "tiêng", SAC),
        ("tieng61", "tiêng", SAC),
        ("vie65t", "viêt", NANG),
        ("d9ang", "đang", ""),
        ("nuoc71", "nươc", SAC),
    ],
)
def test_telex_and_vni_are_read(typed: str, letters: str, tone: str) -> None:
    assert typed_out(typed) == Toneless(letters, tone)


@pytest.mark.parametrize("plain", ["nam", "quan", "khuya", "tiếng", "2023", "q3x7", "nghieengssssss"])
def test_what_is_neither_is_left(plain: str) -> None:
    assert typed_out(plain) is None


@given(st.text(max_size=14))
def test_any_token_can_be_tried(token: str) -> None:
    if token:
        typed_out(token)


def test_a_syllable_falls_into_letters_and_tone() -> None:
    assert toneless("tưởng") == Toneless("tương", HOI)
    assert toneless("nam") == Toneless("nam", "")


@pytest.mark.parametrize(
    ("typed", "meant", "kinds"),
    [
        ("khi nao SCO Astana", "khi nào SCO Astana", ["accents"]),
        ("Ong Lavrov gap ai o Bac Kinh", "Ông Lavrov gặp ai ở Bắc Kinh", ["accents"] * 3),
        ("kim ngach Nga Trung nam 2023", "kim ngạch Nga Trung năm 2023", ["accents"] * 2),
        ("chủ tich nước gặp ai", "chủ tịch nước gặp ai", ["accents"]),
        ("thur tuowngs Nga laf ai", "thủ tướng Nga là ai", ["telex", "telex"]),
        ("hộinghị ở đâu", "hội nghị ở đâu", ["spaces"]),
        ("Tổng thốg Nga gặp ai", "Tổng thống Nga gặp ai", ["typo"]),
        ("Puitn gặp ai", "Putin gặp ai", ["typo"]),
        ("Lavrovv gặp ai", "Lavrov gặp ai", ["typo"]),
        ("hnay ai gặp Putin", "hôm nay ai gặp Putin", ["abbreviation"]),
        ("quan he 2 nc ntn", "quan hệ 2 nước như thế nào", ["accents", "abbreviation"]),
    ],
)
def test_a_question_is_read_as_it_was_meant(typed: str, meant: str, kinds: list[str]) -> None:
    text, steps = respelled(typed, NEWS)
    assert text == meant
    assert [step.kind for step in steps] == kinds


@pytest.mark.parametrize(
    "question",
    [
        "Khi nào ông Putin thăm Trung Quốc?",
        "còn phía Nga nghi ai?",
        "SCO là gì?",
        "Bóng đá Việt Nam đá khi nào?",
        "THAAD được triển khai ở đâu?",
        "???",
    ],
)
def test_what_is_right_is_left_alone(question: str) -> None:
    assert respelled(question, NEWS) == (question, ())


@given(st.text(alphabet=st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxy ầếộửỹ0123456789?.,-ABĐ"), max_size=60))
def test_a_repair_keeps_everything_that_is_no_word(text: str) -> None:
    meant, steps = respelled(text, NEWS)
    assert meant == text or steps
    assert [char for char in meant if not char.isalnum() and char != " "] == [
        char for char in text if not char.isalnum() and char != " "
    ]


def test_a_repair_is_a_step_that_says_what_was_and_what_is() -> None:
    _, (step,) = respelled("khi nao SCO Astana", NEWS)
    assert (step.before, step.after) == ("nao", "nào")


def test_telex_looks_like_vietnamese_and_english_does_not() -> None:
    assert is_typed_out("thur tuowngs Nga laf ai", NEWS)
    assert not is_typed_out("When was the SCO summit held in Astana?", NEWS)


def test_the_collection_decides_between_readings() -> None:
    counts = spelling()
    readings = [[Reading(form) for form in counts.readings(word)] for word in ("lan", "dau")]
    own = {"lạn": 9000, "dầu": 9000, "lạn_dầu": 9000}
    assert counts.likeliest(readings) == ["lần", "đầu"]
    assert counts.likeliest(readings, lambda term: own.get(term, 0)) == ["lạn", "dầu"]


@pytest.mark.parametrize("folded", ["hoi", "nghi", "truong"])
def test_readings_are_the_word_with_accents_the_usual_one_first(folded: str) -> None:
    readings = spelling().readings(folded)
    assert {fold(form) for form in readings} == {folded}
    counts = list(map(spelling().count, readings))
    assert counts == sorted(counts, reverse=True)


def test_pairs_are_counted_and_unknown_words_have_none() -> None:
    assert spelling().pair_count("hội", "nghị") > 1000
    assert spelling().pair_count("hội", "không-có") == 0


def test_without_a_collection_a_question_is_taken_as_typed() -> None:
    assert understand("khi nao hop SCO").question.text == "khi nao hop SCO"
    assert not understand("TQ họp khi nào").question.steps


def test_a_restored_question_is_searched_with_its_accents() -> None:
    query = understand("ong Putin gap ai", NEWS)
    assert query.kind == "accented"
    assert has_accents(query.question.text)
