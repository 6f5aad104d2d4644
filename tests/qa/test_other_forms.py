"""What the collection calls the words of a question: names of other languages, abbreviations, spoken times."""

import datetime as dt

import pytest
from word_collection import collection

from qa.query import Query
from qa.question import understand
from qa.question.abbreviations import explained

WORDS = collection(
    "Tập Cận Bình gặp Putin ở Bắc Kinh, hội nghị bàn về tên lửa và đường sắt Trung Quốc.",
    "Tổ chức Hợp tác Thượng Hải (SCO) họp ngày 25/11 tại Moskva, năm 2025.",
    "UBND tỉnh và Ủy ban nhân dân (UBND) thành phố.",
)


def others(query: Query) -> dict[str, str]:
    """The other forms by the question's words."""
    return {" ".join(query.words[i].text for i in form.positions): " ".join(form.words) for form in query.others}


@pytest.mark.parametrize(
    ("question", "words", "form"),
    [
        ("Who met Putin in Beijing?", "beijing", "bắc kinh"),
        ("Кто был в Пекине?", "пекине", "bắc kinh"),
        ("谁在北京？", "北 京", "bắc kinh"),
        ("С кем встретился Путин?", "путин", "putin"),
        ("Что сказали Путину?", "путину", "putin"),
        ("习近平说什么？", "习 近 平", "tập cận bình"),
        ("会议在哪里？", "会 议", "hội nghị"),
        ("Where are the missiles?", "missiles", "tên lửa"),
    ],
)
def test_other_languages_reach_the_collections_words(question: str, words: str, form: str) -> None:
    assert others(understand(question, WORDS)).get(words) == form


def test_nothing_counts_that_the_collection_does_not_hold() -> None:
    assert not others(understand("Who lives in Tokyo?", WORDS))
    assert not others(understand("经济", WORDS))


def test_an_abbreviation_is_read_both_ways() -> None:
    query = understand("SCO họp khi nào?", WORDS)
    assert others(query) == {"sco": "tổ chức hợp tác thượng hải"}
    assert [(step.before, step.after) for step in query.question.steps] == [("SCO", "Tổ chức Hợp tác Thượng Hải")]
    query = understand("Tổ chức Hợp tác Thượng Hải họp khi nào?", WORDS)
    assert others(query) == {"tổ chức hợp tác thượng hải": "sco"}


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("theo Tổ chức Hợp tác Thượng Hải (SCO)", "SCO", "Tổ chức Hợp tác Thượng Hải"),
        ("BRICS và Tổ chức Hợp tác Thượng Hải (SCO).", "SCO", "Tổ chức Hợp tác Thượng Hải"),
        ("đại diện ủy ban nhân dân (UBND) quận", "UBND", "ủy ban nhân dân"),
        ("Liên minh kinh tế Á - Âu (EAEU)", "EAEU", "Liên minh kinh tế Á - Âu"),
    ],
)
def test_a_parenthesis_explains_the_name_before_it(text: str, short: str, full: str) -> None:
    assert [(one.short, " ".join(one.full)) for one in explained(text)] == [(short, full)]


@pytest.mark.parametrize("text", ["một câu (ABC)", "không có gì", "(SCO)", "anh (chị)"])
def test_a_parenthesis_without_a_name_explains_nothing(text: str) -> None:
    assert explained(text) == ()


def test_spoken_times_are_what_articles_write() -> None:
    query = understand("họp hôm qua ở đâu", WORDS, today=dt.date(2026, 11, 26))
    assert others(query) == {"hôm qua": "25/11"}
    assert [(step.kind, step.after) for step in query.question.steps] == [("time", "2026-11-25")]
    assert others(understand("họp năm ngoái ở đâu", WORDS, today=dt.date(2026, 11, 26))) == {"năm ngoái": "2025"}


def test_i_and_y_are_two_spellings_of_one_syllable() -> None:
    words = collection("kỹ thuật quý báu", "lí do")
    assert others(understand("kĩ thuật quí là gì", words)) == {"kĩ": "kỹ", "quí": "quý"}
    assert others(understand("vì sao có lý do ấy", words)) == {"lý": "lí"}
    assert not others(understand("mỹ thuật", words))


def test_a_spoken_month_is_what_articles_write() -> None:
    words = collection("Hai bên họp vào tháng 10 ở Astana.")
    assert others(understand("họp tháng trước ở đâu", words, today=dt.date(2026, 11, 26))) == {
        "tháng trước": "tháng 10"
    }


def test_a_written_date_needs_no_other_form() -> None:
    assert not others(understand("họp ngày 25/11 ở đâu", WORDS, today=dt.date(2026, 11, 26)))
