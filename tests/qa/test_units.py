"""Amounts, dates and people: what a question wants, and what a sentence gives."""

import pytest

from index.records import Range
from qa.question import understand
from qa.units import wanted_amount
from qa.wanted import is_elsewhere, wanted


@pytest.mark.parametrize(
    ("question", "dimension", "thing"),
    [
        ("Nhà hàng Năm Nhỏ bị phạt bao nhiêu tiền?", "money", ""),
        ("nha hang bi phat bao nhieu tien", "money", ""),
        ("Công ty phải nộp bao nhiêu cho ngân sách?", "money", ""),
        ("Vé tham quan giá bao nhiêu?", "money", ""),
        ("vốn đầu tư trung tâm điều khiển giao thông", "money", ""),
        ("Ông ấy bao nhiêu tuổi?", "age", ""),
        ("Bản ghi âm dài mấy phút?", "duration", ""),
        ("Cuộc họp kéo dài bao lâu?", "duration", ""),
        ("Tên lửa bay bao xa?", "length", ""),
        ("Sông Hồng dài bao nhiêu?", "length", ""),
        ("Bao nhiêu phần trăm người dân tập thể thao?", "share", ""),
        ("Giá vàng SJC bao nhiêu một lượng?", "money", ""),
        ("gia vang bao nhieu mot luong", "money", ""),
        ("Lương tối thiểu vùng 2019 là bao nhiêu?", "money", ""),
        ("Tàu chở bao nhiêu tấn than?", "weight", ""),
        ("Bao nhiêu người bị thương?", "", "nguoi"),
        ("Cần Thơ cử mấy cán bộ đi học?", "", "can"),
        ("Dân số Lào là bao nhiêu?", "", ""),
        ("How much damage did the flood cause?", "money", ""),
        ("How many people died?", "", ""),
        ("这本书多少钱？", "money", ""),
        ("Сколько лет президенту?", "age", ""),
    ],
)
def test_what_a_question_wants_counted(question: str, dimension: str, thing: str) -> None:
    assert wanted_amount(understand(question))[:2] == (dimension, thing)


@pytest.mark.parametrize(
    ("question", "sentence", "fitting"),
    [
        ("Bị phạt bao nhiêu tiền?", "Nhà hàng vi phạm 2 lỗi, bị phạt 33 triệu đồng.", ["33 triệu đồng"]),
        ("Bị phạt bao nhiêu tiền?", "Nhà hàng vi phạm 2 lỗi trong 3 năm.", []),
        ("Dự án tốn bao nhiêu tiền?", "Dự án đội vốn từ 72 tỉ.", ["72 tỉ"]),
        ("Ông ấy bao nhiêu tuổi?", "Ông Nam (72 tuổi) về sau 43 năm.", ["72 tuổi"]),
        ("Cần Thơ cử bao nhiêu cán bộ?", "Chi hơn 10 tỉ đồng để cử 80 cán bộ đi học.", ["80"]),
        ("Bị trúng mấy phát đạn?", "Ông bị bắn tới tám phát đạn trước 5 người.", ["tám phát đạn"]),
        ("SCO có bao nhiêu thành viên?", "Nước này muốn thành một thành viên.", []),
        ("Giá vàng bao nhiêu một lượng?", "Vàng 9999 bán 36 triệu đồng.", ["36 triệu đồng"]),
        ("Có bao nhiêu nước thành viên?", "Tổ chức có 10 nước thành viên, chiếm 40%.", ["10 nước"]),
        ("Hàng hoá nặng bao nhiêu kg?", "Hàng nặng 276 kg, dài 5 m.", ["276 kg"]),
    ],
)
def test_the_amount_that_a_sentence_gives(question: str, sentence: str, fitting: list[str]) -> None:
    found = wanted(understand(question), sentence).fitting
    assert [sentence[span.start : span.end] for span in found] == fitting


@pytest.mark.parametrize(
    ("question", "sentence", "fitting"),
    [
        ("Bà Thuý sinh năm nào?", "Bà Thuý sinh năm 1977, nhận chức sáng 27/11.", ["năm 1977"]),
        ("Lễ hội diễn ra ngày nào?", "Năm 2018, lễ hội diễn ra ngày 7/9-8/9.", ["ngày 7/9-8/9"]),
        ("Cuộc họp lúc mấy giờ?", "Ngày 5/6, cuộc họp bắt đầu lúc 14h30.", ["14h30"]),
        ("Khi nào họp?", "Kết quả 39/43 người đồng ý.", []),
        ("Khi nào có hiệu lực?", "Quyết định có hiệu lực từ ngày 28-8.", ["ngày 28-8"]),
        ("Khi nào thắng?", "Đội nhà thắng 2-1.", []),
    ],
)
def test_the_part_of_a_date_that_is_asked_for(question: str, sentence: str, fitting: list[str]) -> None:
    found = wanted(understand(question), sentence).fitting
    assert [sentence[span.start : span.end] for span in found] == fitting


@pytest.mark.parametrize(
    ("sentence", "name", "elsewhere"),
    [
        ("Cơ sở ở phường 7, TP. Cà Mau.", "TP", True),
        ("Anh Hiếu đến huyện Hậu Lộc.", "Hậu Lộc", True),
        ("Tổng thống Pháp nói.", "Pháp", True),
        ("Theo ông Hoàng Như Hải, lửa lớn.", "Hoàng Như Hải", False),
        ("Công ty Kwong Lung cháy.", "Kwong Lung", False),
    ],
)
def test_a_place_is_no_answer_to_who(sentence: str, name: str, *, elsewhere: bool) -> None:
    start = sentence.index(name)
    assert is_elsewhere(sentence, Range(start, start + len(name))) == elsewhere


@pytest.mark.parametrize(
    ("sentence", "people"),
    [
        ("Ông Nguyễn Văn Điều, Trưởng trạm, nói.", ["Nguyễn Văn Điều"]),
        ("Toà phạt Huỳnh Nam Dũng (SN 1956) 13 năm.", ["Huỳnh Nam Dũng"]),
        ("Thư ký báo chí tổng thống Nga Dmitry Peskov nói.", ["Dmitry Peskov"]),
        ("Chủ tịch HĐQT ngân hàng MHB nói.", []),
    ],
)
def test_people_are_known_by_title_or_age(sentence: str, people: list[str]) -> None:
    found = wanted(understand("Ai nói?"), sentence).fitting
    assert [sentence[span.start : span.end] for span in found] == people
