import pytest

from qa.question.entities import spans
from qa.records import QuestionType


def found(kind: QuestionType, sentence: str) -> list[str]:
    return [sentence[span.start : span.end] for span in spans(kind, sentence)]


@pytest.mark.parametrize(
    ("sentence", "times"),
    [
        ("gặp nhau tại Astana vào tháng 7”, ông nói", ["tháng 7"]),
        ("được thành lập năm 2001 bởi Trung Quốc", ["năm 2001"]),
        ("vào tháng 7 năm 2001, hai nước", ["tháng 7 năm 2001"]),
        ("trong hai ngày 3 và 4/7.", ["hai ngày 3 và 4/7"]),
        ("từ ngày 8-9/4, Ngoại trưởng", ["ngày 8-9/4"]),
        ("hôm 28.6 đã có cuộc hội đàm", ["hôm 28.6"]),
        ("giai đoạn 2017 - 2020 Hiệp ước", ["giai đoạn 2017 - 2020"]),
        ("ngày 20 tháng 5 năm 2024", ["ngày 20 tháng 5 năm 2024"]),
        ("đạt 240,1 tỷ USD, tăng 26,3%", []),
        ("signed on July 16, 2001 in Moscow", ["July 16, 2001"]),
    ],
)
def test_times_are_found_whole(sentence: str, times: list[str]) -> None:
    assert found("time", sentence) == times


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("năm 2016 đạt 69,52 tỷ USD, tăng 37% so với", ["69,52 tỷ USD", "37%"]),
        ("khiến gần 150 người thiệt mạng", ["gần 150 người"]),
        ("hơn 100 thành phố của Trung Quốc", ["hơn 100 thành phố"]),
        ("vào tháng 7", []),
    ],
)
def test_numbers_keep_their_unit_and_are_no_dates(sentence: str, numbers: list[str]) -> None:
    assert found("num", sentence) == numbers


def test_a_person_comes_without_the_country_before_the_name() -> None:
    assert found("who", "Ngoại trưởng Nga Sergey Lavrov khẳng định") == ["Sergey Lavrov"]


def test_places_stand_behind_words_of_place() -> None:
    assert found("where", "hội nghị tại Astana có Kazakhstan dự") == ["Astana"]


def test_a_reason_opens_with_its_word() -> None:
    assert found("why", "Hai bên họp nhằm xoa dịu những căng thẳng đang leo thang.") == [
        "nhằm xoa dịu những căng thẳng đang leo thang"
    ]


def test_types_without_a_shape_have_no_spans() -> None:
    assert found("what", "THAAD là hệ thống phòng thủ") == []
