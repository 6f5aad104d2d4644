from __future__ import annotations

import pytest
from word_collection import collection

from index.records import Range
from qa.holders import Confirmation, holders
from qa.offices import asked_office
from qa.question import understand
from qa.wanted import wanted

PRESS = collection(
    "Tổng thống Nga Vladimir Putin và Chủ tịch Trung Quốc Tập Cận Bình, Ngoại trưởng Trung Quốc Vương Nghị, "
    "Thủ tướng Thái Lan, Bộ trưởng Ngoại giao Việt Nam"
)
BOTH = "Tổng thống Nga Vladimir Putin và Chủ tịch Trung Quốc Tập Cận Bình gặp nhau."


def held_by(question: str, sentence: str) -> list[str]:
    """The people whom a sentence names as holding the office that a question asks for."""
    office = asked_office(understand(question, PRESS))
    assert office is not None, question
    return [sentence[person.start : person.end] for person in holders(office, sentence).named]


@pytest.mark.parametrize(
    ("question", "holder"),
    [
        ("Tổng thống Nga là ai?", "Vladimir Putin"),
        ("tong thong nga la ai", "Vladimir Putin"),
        ("ai là tổng thống Nga", "Vladimir Putin"),
        ("Ai hiện là Chủ tịch Trung Quốc?", "Tập Cận Bình"),
        ("Chủ tịch nước Trung Quốc hiện nay là ai?", "Tập Cận Bình"),
        ("Who is the president of China?", "Tập Cận Bình"),
        ("Who is the Russian president?", "Vladimir Putin"),
        ("中国主席是谁？", "Tập Cận Bình"),
        ("Кто президент России?", "Vladimir Putin"),
    ],
)
def test_the_name_beside_the_title_holds_the_office(question: str, holder: str) -> None:
    assert held_by(question, BOTH) == [holder]


@pytest.mark.parametrize(
    ("question", "sentence", "holder"),
    [
        ("Bộ trưởng Ngoại giao Trung Quốc là ai?", "Ngoại trưởng Trung Quốc Vương Nghị đến Nga.", ["Vương Nghị"]),
        ("Thủ tướng Việt Nam là ai?", "Thủ tướng Phạm Minh Chính tiếp Đại sứ Nga.", ["Phạm Minh Chính"]),
        ("Thủ tướng Thái Lan là ai?", "Thủ tướng Phạm Minh Chính tiếp khách.", []),
        ("Chủ tịch huyện Con Cuông là ai?", "Ông Vi Văn Sơn, Chủ tịch UBND huyện Con Cuông, xác nhận.", ["Vi Văn Sơn"]),
        ("Chủ tịch huyện Con Cuông là ai?", "Ông Vi Văn Sơn, Chủ tịch UBND huyện Kỳ Sơn, xác nhận.", []),
        ("Giám đốc Sở Y tế Cà Mau là ai?", "Giám đốc Sở Y tế tỉnh Cà Mau Huỳnh Quốc Việt nói.", ["Huỳnh Quốc Việt"]),
    ],
)
def test_titles_may_be_equal_and_stand_behind(question: str, sentence: str, holder: list[str]) -> None:
    assert held_by(question, sentence) == holder


@pytest.mark.parametrize("before", ["nguyên", "cựu", "Phó", "vợ", "con trai", "Người phát ngôn", "cố vấn"])
def test_who_held_it_once_or_serves_the_holder_does_not_hold_it(before: str) -> None:
    assert held_by("Tổng thống Nga là ai?", f"Theo {before} Tổng thống Nga Dmitry Peskov, họp đã xong.") == []


@pytest.mark.parametrize(
    "question",
    [
        "Ai ký hiệp ước với Tổng thống Nga?",
        "Tổng thống Nga điện đàm với ai?",
        "Who met the president of Russia?",
        "Tổng thống Nga ở đâu?",
        "Người đánh rơi ví là ai?",
    ],
)
def test_other_questions_ask_for_no_office(question: str) -> None:
    assert asked_office(understand(question, PRESS)) is None


def test_who_holds_another_office_is_not_wanted() -> None:
    query = understand("Tổng thống Pháp là ai?", PRESS)
    found = wanted(query, BOTH)
    assert (found.fitting, found.possible) == ([], [])


def test_a_longer_question_bars_nobody() -> None:
    query = understand("Thủ tướng Nga hội đàm với ông Tập Cận Bình là ai?", PRESS)
    sentence = "Ông Tập hội đàm với Thủ tướng Nga Dmitry Medvedev."
    assert [sentence[span.start : span.end] for span in wanted(query, sentence).fitting] == ["Dmitry Medvedev"]


def test_sentences_that_name_the_holder_come_first() -> None:
    titled, alone = "Tổng thống Macron nói vậy.", "Ông Macron nói vậy."
    told = Confirmation(understand("Tổng thống Nga là ai?", PRESS), [alone, titled, BOTH])
    assert [told.rank(sentence) for sentence in (BOTH, titled, alone)] == [0, 1, 2]


def test_the_holder_of_another_countrys_office_is_not_trusted_under_the_title_alone() -> None:
    titled = "Tổng thống Putin nói với báo Pháp."
    answer = Range(11, 16)
    assert titled[11:16] == "Putin"
    query = understand("Tổng thống Pháp là ai?", PRESS)
    assert Confirmation(query, [titled]).trust(titled, answer, titled) == 1.0
    assert Confirmation(query, [titled, BOTH]).trust(titled, answer, titled) < 1.0


def test_a_title_without_the_country_anywhere_around_is_not_trusted() -> None:
    titled = "Tổng thống Macron nói vậy."
    query = understand("Tổng thống Pháp là ai?", PRESS)
    answer = Range(11, 17)
    assert Confirmation(query, [titled]).trust(titled, answer, f"Giải pháp\n{titled}") < 1.0
    assert Confirmation(query, [titled]).trust(titled, answer, f"Bầu cử ở Pháp\n{titled}") == 1.0


def test_questions_that_ask_for_no_office_are_left_alone() -> None:
    told = Confirmation(understand("Ai gặp ông Putin?", PRESS), [BOTH])
    assert told.rank("Ông Tập gặp ông Putin.") == 0
    assert told.trust("Ông Tập gặp ông Putin.", Range(4, 7), "") == 1.0


def test_a_year_that_is_asked_about_has_to_stand_somewhere_around() -> None:
    told = Confirmation(understand("Ai là tổng thống Nga năm 2012?", PRESS), [BOTH])
    answer = Range(15, 29)
    assert BOTH[15:29] == "Vladimir Putin"
    assert told.trust(BOTH, answer, f"Năm 2012\n{BOTH}") == 1.0
    assert told.trust(BOTH, answer, BOTH) < 1.0


def test_the_coach_of_a_team_is_one_of_its_country() -> None:
    query = understand("Ai là huấn luyện viên trưởng đội tuyển Nga?", PRESS)
    office = asked_office(query)
    assert office is not None
    sentence = "HLV Nga Cherchesov gặp HLV đội tuyển Nhật Bản Nishino."
    found = holders(office, sentence)
    assert [[sentence[one.start : one.end] for one in some] for some in (found.named, found.others)] == [
        ["Cherchesov"],
        ["Nishino"],
    ]


def test_who_holds_an_office_that_the_question_names_is_not_new() -> None:
    query = understand("Ai đã gặp Ngoại trưởng Trung Quốc?", PRESS)
    sentence = "Ông Murat Nurtleu gặp Ngoại trưởng Trung Quốc Vương Nghị."
    assert [sentence[span.start : span.end] for span in wanted(query, sentence).fitting] == ["Murat Nurtleu"]


def test_the_rest_of_the_articles_tells_whose_office_it_is_where_no_candidate_does() -> None:
    titled = "Tổng thống Putin nói với báo Pháp."
    query = understand("Tổng thống Pháp là ai?", PRESS)
    told = Confirmation(query, [titled], lambda: [BOTH])
    assert told.trust(titled, Range(11, 16), titled) < 1.0
    assert told.rank(titled) == 2
