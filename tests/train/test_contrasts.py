from __future__ import annotations

import random
import re

import pytest

from index.records import Range
from train.contrasts import Country, Holders, Made, clauses, countries_of

TRADE = "Kim ngạch hai nước năm 2012 là 88 tỷ USD, còn kim ngạch cả năm 2016 chỉ đạt 69,5 tỷ USD."
RUSSIA, CHINA = Country("Nga", "Russia", "俄罗斯", "Россия"), Country("Trung Quốc", "China", "中国", "Китай")
WORLD = [RUSSIA, CHINA, Country("Pháp", "France", "法国", "Франция")]


def answers(text: str, made: list[Made]) -> set[str | None]:
    return {one.answer and text[one.answer.start : one.answer.end] for one in made}


def test_each_of_two_figures_is_asked_for_in_the_words_of_its_clause() -> None:
    text = "Thương mại phát triển. " + TRADE
    made = clauses(text, Range(23, len(text)), random.Random(0))
    assert answers(text, made) >= {"88 tỷ USD", "69,5 tỷ USD"}
    for one in made:
        assert one.answer is not None
        assert text[one.answer.start : one.answer.end] not in one.question
    (first,) = (one for one in made if one.answer and text[one.answer.start : one.answer.end] == "88 tỷ USD")
    assert "2012" in first.question
    assert "2016" not in first.question


@pytest.mark.parametrize(
    "sentence", ["Kim ngạch hai nước năm 2012 là 88 tỷ USD.", "Lãi suất 5%, thuế 5%.", "Không có con số nào."]
)
def test_nothing_is_asked_where_one_alone_could_answer(sentence: str) -> None:
    assert clauses(sentence, Range(0, len(sentence)), random.Random(0)) == []


def test_the_holder_of_an_office_and_one_that_nobody_holds_are_asked_for() -> None:
    text = "Tổng thống Nga Vladimir Putin gặp Chủ tịch Trung Quốc Tập Cận Bình ở Bắc Kinh."
    made = [one for seed in range(50) for one in Holders(WORLD).questions(text, random.Random(seed))]
    assert answers(text, made) == {"Vladimir Putin", "Tập Cận Bình", None}
    for one in made:
        is_of_russia = any(name in one.question for name in RUSSIA)
        assert answers(text, [one]) <= ({"Vladimir Putin", None} if is_of_russia else {"Tập Cận Bình", None})
    nobody = [one.question for one in made if one.answer is None]
    held = re.compile(r"(?<!phó )(?:tổng thống nga|chủ tịch trung quốc)", re.IGNORECASE)
    assert not any(map(held.search, nobody))
    assert any("tổng thống pháp" in question.lower() for question in nobody)


def test_an_office_of_two_holders_is_not_asked_for() -> None:
    text = "Thủ tướng Nga Dmitry Medvedev thôi chức. Thủ tướng Nga Mikhail Mishustin nhậm chức."
    assert Holders([RUSSIA]).questions(text, random.Random(0)) == []


def test_newspapers_call_some_countries_otherwise() -> None:
    row = {"kind": "territory", "key": "US", "vi": "Hoa Kỳ", "en": "United States", "zh": "美国", "ru": "США"}
    assert [country.vi for country in countries_of([row, row | {"key": "001"}])] == ["Hoa Kỳ", "Mỹ"]
