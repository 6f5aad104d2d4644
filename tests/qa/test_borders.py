import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Range
from qa.borders import asked_part, shown_span, tidied
from qa.question import understand
from qa.records import QuestionType

KINDS: tuple[QuestionType, ...] = ("time", "num", "who", "where", "why", "how", "what")


@pytest.mark.parametrize(
    ("sentence", "chosen", "kind", "wanted"),
    [
        ("Hội nghị họp vào tháng 7 tại Astana.", "vào tháng", "time", "tháng 7"),
        ("Hội nghị họp tại Astana của Kazakhstan.", "Astana của", "where", "Astana"),
        ("Khoảng 2.400 người bị thương.", "2.400", "num", "Khoảng 2.400 người"),
        ("Ông Lê Văn Nam nói.", "Văn", "who", "Ông Lê Văn Nam"),
        ("Bộ trưởng Kazakhstan Murat Nurtleu nói.", "Murat", "who", "Murat Nurtleu"),
        ("Bộ trưởng Kazakhstan Murat Nurtleu nói.", "Kazakhstan Murat", "who", "Murat Nurtleu"),
        ("Nga và Trung Quốc lập ra SCO.", "Nga và Trung Quốc", "who", "Nga và Trung Quốc"),
        ("Ông gặp Chủ tịch Trung Quốc Tập Cận Bình.", "Quốc", "where", "Trung Quốc"),
        ("Tổ chức (gọi tắt là SCO) có 10 nước.", "(gọi tắt là SCO", "what", "gọi tắt là SCO"),
        ("Tổ chức Hợp tác (SCO) họp.", "Tổ chức Hợp tác (SCO", "what", "Tổ chức Hợp tác (SCO)"),
        ("Ông nói: “Không!”", "Không!”", "what", "Không"),
        ("Đó là vì mưa lớn.", "vì mưa lớn.", "why", "vì mưa lớn"),
        ("Nó, và nó,", ", và", "what", "và"),
        ("Ngoại trưởng Nga gặp Russia’s Sergey Lavrov.", "Russia’s Sergey Lavrov", "who", "Russia’s Sergey Lavrov"),
        ("Nước Côte d’Ivoire thắng.", "Côte d’Ivoire", "where", "Côte d’Ivoire"),
        ("a) tăng thuế; b) giảm chi", "tăng thuế; b) giảm chi", "what", "tăng thuế; b) giảm chi"),
        ("Mua máy móc, thiết bị.", "máy móc, thiết bị", "what", "máy móc, thiết bị"),
        ("Vào thời điểm hiện tại.", "thời điểm hiện tại", "time", "thời điểm hiện tại"),
        ("Họ cho phép xuất khẩu gạo.", "cho phép xuất khẩu gạo", "what", "cho phép xuất khẩu gạo"),
        ("Gặp The Hague.", "The Hague", "where", "The Hague"),
        ("Theo Vladimir Putin, mưa lớn.", "Vladimir Putin", "who", "Vladimir Putin"),
        ("Sau Bắc Kinh, ông đi Nga.", "Bắc Kinh", "where", "Bắc Kinh"),
        ("Tổng thư ký NATO Jens Stoltenberg nói.", "Jens Stoltenberg", "who", "Jens Stoltenberg"),
        ("Vào đề thi Sử ở TP HCM", "TP", "where", "TP HCM"),
        ("Họp tại TP. Hồ Chí Minh hôm qua.", "TP", "where", "TP. Hồ Chí Minh"),
        ("TỔNG THỐNG PUTIN THĂM VIỆT NAM", "VIỆT NAM", "where", "VIỆT NAM"),
        ("Vào tháng Năm năm 2023 họ gặp.", "tháng Năm", "time", "tháng Năm"),
        ("Nhiệt độ xuống -10 độ.", "-10 độ", "num", "-10 độ"),
        ("Ông đến Washington D.C. hôm qua.", "Washington D.C.", "where", "Washington D.C."),
        ("他在北京，说话。", "北京，", "where", "北京"),
    ],
)
def test_borders_are_tidied(sentence: str, chosen: str, kind: QuestionType, wanted: str) -> None:
    start = sentence.index(chosen)
    found = tidied(sentence, Range(start, start + len(chosen)), kind)
    assert sentence[found.start : found.end] == wanted


@given(st.text(alphabet='aA (“”)"[7.,/ vàoở%', max_size=40), st.data(), st.sampled_from(KINDS))
def test_a_tidy_span_stays_in_its_sentence_and_is_not_empty(
    sentence: str, data: st.DataObject, kind: QuestionType
) -> None:
    start = data.draw(st.integers(0, len(sentence)))
    end = data.draw(st.integers(start, len(sentence)))
    found = tidied(sentence, Range(start, end), kind)
    assert 0 <= found.start <= found.end <= len(sentence)
    assert (found.start < found.end) == (start < end)


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("Ông sinh năm nào?", "ngày 26 tháng 1 năm 1974", "1974"),
        ("Hồ khánh thành năm nào?", "năm 1824", "1824"),
        ("What year was it built?", "9/6/1866", "1866"),
        ("Hồ khánh thành khi nào?", "năm 1824", "năm 1824"),
        ("Hồ khánh thành ngày tháng năm nào?", "9 tháng 6 năm 1866", "9 tháng 6 năm 1866"),
        ("Hồ khánh thành năm nào?", "đầu năm 1824", "đầu năm 1824"),
        ("Hồ cạn những năm nào?", "năm 1953 và 1977", "năm 1953 và 1977"),
        ("Ông sinh khi nào?", "30 tháng 4 năm 1888 – 10 tháng 10 năm 1916", "30 tháng 4 năm 1888"),
        ("Ông mất khi nào?", "30 tháng 4 năm 1888 – 10 tháng 10 năm 1916", "10 tháng 10 năm 1916"),
        ("Ông làm vua khi nào?", "1888 – 1916", "1888 – 1916"),
    ],
)
def test_of_a_time_the_part_is_given_that_was_asked_for(question: str, text: str, wanted: str) -> None:
    sentence = f"A ({text})."
    found = asked_part(understand(question), sentence, Range(3, 3 + len(text)))
    assert sentence[found.start : found.end] == wanted


@pytest.mark.parametrize(
    ("question", "sentence", "chosen", "wanted"),
    [
        ("Which countries founded it?", "SCO do Trung Quốc và Nga lập ra.", "Trung Quốc", "Trung Quốc và Nga"),
        ("Những nước nào lập ra?", "Gồm Lào, Ấn Độ, Nga và Iran, sau đó", "Nga", "Lào, Ấn Độ, Nga và Iran"),
        ("Nước nào lập ra?", "Gồm Lào, Ấn Độ, Nga và Iran, sau đó", "Nga", "Nga"),
        (
            "Hai ông nào ký?",
            "Bản ghi nhớ do ông Lavrov và ông Vương Nghị ký.",
            "Vương Nghị",
            "Lavrov và ông Vương Nghị",
        ),
        ("Những ai ký?", "Sáng nay ông Nam ký, Hà Nội vui.", "Nam", "Nam"),
    ],
)
def test_who_asks_for_several_gets_the_list(question: str, sentence: str, chosen: str, wanted: str) -> None:
    start = sentence.index(chosen)
    found = shown_span(understand(question), sentence, Range(start, start + len(chosen)))
    assert sentence[found.start : found.end] == wanted
