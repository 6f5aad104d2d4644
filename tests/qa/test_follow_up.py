"""What a question takes over from the ones before it, and when it takes nothing."""

import pytest
from word_collection import collection

from qa.question import understand

WORDS = collection("Ấn Độ và Iran vào SCO.", "Ông Putin và ông Tập Cận Bình hội đàm ở Bắc Kinh.")


def meant(*questions: str) -> str:
    """The last question as it is understood after the others."""
    return understand(questions[-1], WORDS, questions[:-1]).question.text


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("Ấn Độ vào SCO năm nào?", "còn Iran?", "Iran vào SCO năm nào?"),
        ("Ấn Độ vào SCO năm nào?", "Iran thì sao?", "Iran vào SCO năm nào?"),
        ("Kim ngạch năm 2022 đạt bao nhiêu?", "thế còn năm 2023?", "Kim ngạch năm 2023 đạt bao nhiêu?"),
        ("How much was trade with China in 2016?", "and in 2023?", "How much was trade with China in 2023?"),
        ("Ông Tập ca ngợi điều gì?", "còn ông Putin?", "ông Putin ca ngợi điều gì?"),
        ("Ông Tập Cận Bình hội đàm với ai ở Bắc Kinh?", "còn ở Moscow?", "Ông Tập Cận Bình hội đàm với ai ở Moscow?"),
        ("Ngoại trưởng Nga là ai?", "còn Ngoại trưởng Trung Quốc?", "Ngoại trưởng Trung Quốc là ai?"),
        ("Ai là Thủ tướng Nga?", "thế còn Tổng thống Pháp?", "Ai là Tổng thống Pháp?"),
        ("Ngoại trưởng Nga là ai?", "còn Trung Quốc?", "Ngoại trưởng Trung Quốc là ai?"),
        ("Ông Putin và ông Tập hội đàm khi nào?", "ở đâu?", "Ông Putin và ông Tập hội đàm ở đâu"),
    ],
)
def test_what_is_left_out_comes_from_the_question_before(before: str, question: str, whole: str) -> None:
    assert meant(before, question) == whole


def test_what_is_taken_along_stands_behind_and_counts_less() -> None:
    query = understand("hội nghị đó tổ chức ở đâu?", WORDS, ["Hội nghị thượng đỉnh SCO diễn ra tháng mấy?"])
    assert query.question.text.startswith("hội nghị đó tổ chức ở đâu (")
    assert [query.words[i].text for i in sorted(query.carried)] == ["thượng", "đỉnh", "sco", "diễn"]


def test_he_is_whom_the_question_before_asked_for() -> None:
    before, question = "Ai là ngoại trưởng Nga?", "ông ấy gặp ai ở Bắc Kinh?"
    assert understand(question, WORDS, [before]).refers_to == before
    known = understand(question, WORDS, [before], answers={before: "Sergei Lavrov"})
    assert known.question.text.startswith("ông ấy gặp ai ở Bắc Kinh (Sergei Lavrov")
    assert known.refers_to is None


def test_what_was_declined_is_not_asked_for_again() -> None:
    before = "Ai là ngoại trưởng Nga?"
    assert understand("ông ấy gặp ai?", WORDS, [before], answers={before: None}).refers_to is None


def test_nothing_is_referred_to_where_no_answer_is_meant() -> None:
    assert understand("còn Iran?", WORDS, ["Ấn Độ vào SCO năm nào?"]).refers_to is None


def test_a_chain_of_follow_ups_keeps_the_first_subject() -> None:
    assert "SCO" in meant("Ấn Độ vào SCO năm nào?", "còn Iran?", "vì sao?")


@pytest.mark.parametrize(
    "question",
    [
        "Ngoại trưởng Nga là ai?",
        "SCO thành lập năm nào?",
        "BRICS là gì?",
        "Putin nói gì về chuyến thăm của ông tới Trung Quốc?",
        "Vương Nghị nói hai nước nên làm gì khi họ gặp nhau hôm 20/5?",
        "Which Russian prime minister did Xi meet during his visit to Moscow?",
        "kim ngạch Nga - Trung năm 2016?",
    ],
)
def test_a_complete_question_takes_nothing(question: str) -> None:
    assert meant("Ấn Độ vào SCO năm nào?", question) == question


def test_what_is_taken_over_counts_less_than_what_is_asked_now() -> None:
    query = understand("còn Iran?", WORDS, ["Ấn Độ vào SCO năm nào?"])
    assert {query.words[i].text for i in query.carried} == {"vào", "sco", "năm", "nào"}


def test_a_bare_question_word_behind_an_opener_asks_the_same_again() -> None:
    assert meant("Что Роскосмос построит?", "а к какому году?") == "Роскосмос построит к какому году"


def test_the_step_says_what_was_made_of_the_question() -> None:
    query = understand("còn Iran?", WORDS, ["Ấn Độ vào SCO năm nào?"])
    (step,) = query.question.steps
    assert (step.kind, step.before, step.after) == ("context", "còn Iran?", "Iran vào SCO năm nào?")


def test_what_points_back_gives_way_to_what_it_means() -> None:
    assert (
        meant("Trước dịp nào hai ông nói chuyện?", "dịp đó là ngày mấy") == "Trước dịp hai ông nói chuyện là ngày mấy"
    )
