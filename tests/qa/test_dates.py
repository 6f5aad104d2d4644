"""The days that time phrases mean. The day of asking is Thursday, 26 November 2026, unless a row says otherwise."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.dates import Interval, TimePhrase, time_phrases

NOW = dt.date(2026, 11, 26)

# Phrase, first day, last day; one day where the last is left out.
PHRASES = """
20/5/2024 = 2024-05-20
20/05/2024 = 2024-05-20
20/5/24 = 2024-05-20
20/5/98 = 1998-05-20
20-5-2024 = 2024-05-20
28.6.2024 = 2024-06-28
2024-05-20 = 2024-05-20
ngày 20 tháng 5 năm 2024 = 2024-05-20
ngày 20 tháng 5, 2024 = 2024-05-20
20 tháng 5/2024 = 2024-05-20
ngày 20/5 năm ngoái = 2025-05-20
20/5 = 2026-05-20
hôm 20/5 = 2026-05-20
ngày 20-5 = 2026-05-20
ngày 28.6 = 2026-06-28
sáng 28.6 = 2026-06-28
mùng 3 tháng 2 = 2026-02-03
ngày mùng 8/3 = 2026-03-08
sáng 20/5 = 2026-05-20
rạng sáng ngày 20/5/2024 = 2024-05-20
lúc 9h ngày 20/5 = 2026-05-20
lúc 21 giờ 30 phút tối 20/5 = 2026-05-20
khoảng 23h30 đêm 24/8 = 2026-08-24
tối thứ 4 ngày 7/3/2018 = 2018-03-07
sáng thứ Hai (20/5) = 2026-05-20
chiều qua (23/5) = 2026-05-23
hôm nay, ngày 25/11 = 2026-11-25
29/2 = 2024-02-29
20/5 tới = 2027-05-20
ngày 20/12 vừa qua = 2025-12-20
ngày 5 tháng trước = 2026-10-05
tháng 5/2024 = 2024-05-01 2024-05-31
tháng 4-2016 = 2016-04-01 2016-04-30
tháng 2 năm 2023 = 2023-02-01 2023-02-28
tháng 5 năm ngoái = 2025-05-01 2025-05-31
tháng 5 của năm 2024 = 2024-05-01 2024-05-31
tháng 5 = 2026-05-01 2026-05-31
tháng Tám = 2026-08-01 2026-08-31
tháng Năm = 2026-05-01 2026-05-31
tháng mười hai năm 2020 = 2020-12-01 2020-12-31
tháng giêng = 2026-01-01 2026-01-31
tháng chạp = 2026-12-01 2026-12-31
tháng 5 tới = 2027-05-01 2027-05-31
tháng 10 vừa qua = 2026-10-01 2026-10-31
tháng trước = 2026-10-01 2026-10-31
tháng này = 2026-11-01 2026-11-30
tháng sau = 2026-12-01 2026-12-31
tháng tới = 2026-12-01 2026-12-31
5/2024 = 2024-05-01 2024-05-31
đầu tháng 5/2024 = 2024-05-01 2024-05-10
giữa tháng 5/2024 = 2024-05-11 2024-05-20
cuối tháng 2/2024 = 2024-02-21 2024-02-29
cuối tháng trước = 2026-10-21 2026-10-31
nửa đầu tháng 5 = 2026-05-01 2026-05-15
quý 1/2024 = 2024-01-01 2024-03-31
quý II năm 2023 = 2023-04-01 2023-06-30
quý tư năm ngoái = 2025-10-01 2025-12-31
quý 3 = 2026-07-01 2026-09-30
quý trước = 2026-07-01 2026-09-30
quý này = 2026-10-01 2026-12-31
nửa đầu năm 2024 = 2024-01-01 2024-06-30
nửa cuối năm nay = 2026-07-01 2026-12-31
6 tháng đầu năm 2023 = 2023-01-01 2023-06-30
sáu tháng đầu năm = 2026-01-01 2026-06-30
3 tháng cuối năm ngoái = 2025-10-01 2025-12-31
hai quý đầu năm 2024 = 2024-01-01 2024-06-30
đầu năm = 2026-01-01 2026-04-30
giữa năm 2018 = 2018-05-01 2018-08-31
cuối năm ngoái = 2025-09-01 2025-12-31
năm 2023 = 2023-01-01 2023-12-31
năm 938 = 0938-01-01 0938-12-31
2023 = 2023-01-01 2023-12-31
năm ngoái = 2025-01-01 2025-12-31
năm nay = 2026-01-01 2026-12-31
năm sau = 2027-01-01 2027-12-31
năm kia = 2024-01-01 2024-12-31
năm trước = 2025-01-01 2025-12-31
thập niên 1990 = 1990-01-01 1999-12-31
những năm 1990 = 1990-01-01 1999-12-31
thập kỷ 90 = 1990-01-01 1999-12-31
những năm 20 của thế kỷ trước = 1920-01-01 1929-12-31
đầu thập niên 1980 = 1980-01-01 1982-12-31
thế kỷ 20 = 1901-01-01 2000-12-31
thế kỉ XX = 1901-01-01 2000-12-31
nửa cuối thế kỷ thứ 19 = 1851-01-01 1900-12-31
thế kỷ trước = 1901-01-01 2000-12-31
tuần trước = 2026-11-16 2026-11-22
tuần này = 2026-11-23 2026-11-29
tuần sau = 2026-11-30 2026-12-06
tuần tới = 2026-11-30 2026-12-06
tuần qua = 2026-11-19 2026-11-26
đầu tuần này = 2026-11-23 2026-11-24
cuối tuần trước = 2026-11-20 2026-11-22
cuối tuần qua = 2026-11-20 2026-11-22
thứ Hai = 2026-11-23
thứ Sáu = 2026-11-20
thứ Năm = 2026-11-26
thứ 3 tuần trước = 2026-11-17
Chủ nhật tuần này = 2026-11-29
chủ nhật = 2026-11-22
thứ sáu tới = 2026-11-27
thứ năm tới = 2026-12-03
thứ ba vừa qua = 2026-11-24
sáng thứ bảy = 2026-11-21
hôm qua = 2026-11-25
hôm nay = 2026-11-26
ngày hôm kia = 2026-11-24
ngày mai = 2026-11-27
ngày kia = 2026-11-28
sáng nay = 2026-11-26
tối qua = 2026-11-25
lúc 20h tối qua = 2026-11-25
chiều mai = 2026-11-27
từ 8 đến 9/4 = 2026-04-08 2026-04-09
từ ngày 8/4 đến 12/4/2024 = 2024-04-08 2024-04-12
từ 20/12 đến 5/1/2024 = 2023-12-20 2024-01-05
từ 20/12/2023 đến hết ngày 5/1 = 2023-12-20 2024-01-05
8-9/4/2024 = 2024-04-08 2024-04-09
ngày 8 và 9/4/2024 = 2024-04-08 2024-04-09
ngày 12, 14 và 16/4 = 2026-04-12 2026-04-16
18/1-21/1/2019 = 2019-01-18 2019-01-21
từ 28.6 đến 30.6 = 2026-06-28 2026-06-30
từ ngày 8 đến 12 tháng 4 năm 2024 = 2024-04-08 2024-04-12
giai đoạn 2020-2025 = 2020-01-01 2025-12-31
nhiệm kỳ 2016 – 2021 = 2016-01-01 2021-12-31
từ năm 2019 đến năm 2021 = 2019-01-01 2021-12-31
từ 2019 đến 2021 = 2019-01-01 2021-12-31
từ tháng 3 đến tháng 5/2024 = 2024-03-01 2024-05-31
từ tháng 11 đến tháng 2/2024 = 2023-11-01 2024-02-29
tháng 3-5/2024 = 2024-03-01 2024-05-31
từ cuối năm 2017 đến tháng 3/2019 = 2017-09-01 2019-03-31
từ năm 2018 đến nay = 2018-01-01 2026-11-26
từ đầu năm đến nay = 2026-01-01 2026-11-26
từ hôm qua tới nay = 2026-11-25 2026-11-26
trong 3 ngày qua = 2026-11-23 2026-11-26
hai tuần qua = 2026-11-12 2026-11-26
24 giờ qua = 2026-11-25 2026-11-26
5 năm qua = 2021-11-26 2026-11-26
hơn một năm nay = 2025-11-26 2026-11-26
trong 2 năm tới = 2026-11-26 2028-11-26
3 ngày trước = 2026-11-23
hai tuần trước = 2026-11-09 2026-11-15
cách đây 3 tháng = 2026-08-01 2026-08-31
10 năm trước = 2016-01-01 2016-12-31
May 20, 2024 = 2024-05-20
20 May 2024 = 2024-05-20
20th of May 2024 = 2024-05-20
June 3 = 2026-06-03
May 8-9, 2024 = 2024-05-08 2024-05-09
from May 20 to May 25, 2024 = 2024-05-20 2024-05-25
May 2024 = 2024-05-01 2024-05-31
the 1990s = 1990-01-01 1999-12-31
early 2024 = 2024-01-01 2024-04-30
yesterday = 2026-11-25
today = 2026-11-26
tomorrow = 2026-11-27
last week = 2026-11-16 2026-11-22
this month = 2026-11-01 2026-11-30
next year = 2027-01-01 2027-12-31
last Monday = 2026-11-23
last Thursday = 2026-11-19
next Monday = 2026-11-30
3 days ago = 2026-11-23
the last 3 weeks = 2026-11-05 2026-11-26
2024年5月20日 = 2024-05-20
2024年5月 = 2024-05-01 2024-05-31
20 мая 2024 года = 2024-05-20
hom qua = 2026-11-25
thang 7 nam ngoai = 2025-07-01 2025-07-31
nam 2023 = 2023-01-01 2023-12-31
quy 1/2024 = 2024-01-01 2024-03-31
tuan truoc = 2026-11-16 2026-11-22
thu hai tuan truoc = 2026-11-16
sang thu 7 = 2026-11-21
ngay 20 thang 5 nam 2024 = 2024-05-20
6 thang dau nam 2023 = 2023-01-01 2023-06-30
cuoi thang 2/2024 = 2024-02-21 2024-02-29
tu 8 den 9/4 = 2026-04-08 2026-04-09
tu nam 2019 den nay = 2019-01-01 2026-11-26
trong 3 ngay qua = 2026-11-23 2026-11-26
the ky XX = 1901-01-01 2000-12-31
chu nhat tuan nay = 2026-11-29
thang sau = 2026-12-01 2026-12-31
"""

# Day of speaking, phrase, first and last day.
OTHER_DAYS = """
2026-01-05 20/12 = 2025-12-20
2026-01-05 20/6 = 2026-06-20
2026-01-05 20/7 = 2025-07-20
2026-01-05 tháng trước = 2025-12-01 2025-12-31
2026-01-05 quý trước = 2025-10-01 2025-12-31
2026-01-05 hai tuần trước = 2025-12-22 2025-12-28
2026-01-05 từ tháng 11 đến nay = 2025-11-01 2026-01-05
2026-01-05 giữa năm = 2026-05-01 2026-08-31
2024-03-31 một tháng qua = 2024-02-29 2024-03-31
2024-02-29 năm năm qua = 2019-02-28 2024-02-29
2024-03-01 hôm qua = 2024-02-29
2024-05-26 chủ nhật = 2024-05-26
2024-05-26 thứ Hai tuần này = 2024-05-20
"""


def table(rows: str) -> list[tuple[str, str, str]]:
    """Phrase, first day, last day of each row."""
    split = [(phrase, days.split()) for phrase, days in (row.split(" = ") for row in rows.strip().splitlines())]
    return [(phrase, days[0], days[-1]) for phrase, days in split]


def interval(first: str, last: str) -> Interval:
    return Interval(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def found(text: str, now: dt.date | None = NOW) -> list[str]:
    return [text[phrase.start : phrase.end] for phrase in time_phrases(text, now)]


@pytest.mark.parametrize(("phrase", "first", "last"), table(PHRASES))
def test_a_phrase_means_its_days(phrase: str, first: str, last: str) -> None:
    assert time_phrases(phrase, NOW) == [TimePhrase(0, len(phrase), interval(first, last))]


@pytest.mark.parametrize(("row", "first", "last"), table(OTHER_DAYS))
def test_days_are_seen_from_the_day_of_speaking(row: str, first: str, last: str) -> None:
    now, phrase = row.split(" ", 1)
    expected = [TimePhrase(0, len(phrase), interval(first, last))]
    assert time_phrases(phrase, dt.date.fromisoformat(now)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "năm người bị thương",
        "mất năm 5 triệu",
        "lần thứ ba",
        "lần thứ Hai trong lịch sử",
        "nước thứ hai trên thế giới",
        "đứng thứ hai sau Mỹ",
        "Thứ hai, ông cho rằng giá còn tăng",
        "Chiến tranh thế giới thứ Hai",
        "ngày thứ ba liên tiếp",
        "thu hai",
        "nuoc thu ba",
        "tối thứ 4 hàng tuần",
        "quý khách",
        "quy ba",
        "quy tu dan dien vien",
        "6 thang tu",
        "tang 5 thang tu giam",
        "hinh chu nhat",
        "ngay mot kho khan",
        "pham toi nay",
        "20 gio toi",
        "trong 3 tháng",
        "12 tháng tù",
        "1 năm 6 tháng tù",
        "3 tháng 5 ngày",
        "mỗi tháng 10 triệu đồng",
        "tháng năm",
        "những tháng năm qua",
        "Việt Nam",
        "viet nam nay",
        "31/2",
        "ngày 31/2/2024",
        "45/13",
        "29/2/2023",
        "20/5/0000",
        "ngày 0/5",
        "2-1",
        "thắng 2-1",
        "1/2 số đại biểu",
        "khoảng 2/3 dân số",
        "5/6 trường hợp",
        "28.6",
        "tăng 28.6%",
        "tăng từ 2.5 đến 3.2 triệu",
        "số nhà 12/3",
        "công viên 23/9",
        "trực 24/24",
        "0912.345.678",
        "090-123-4567",
        "1900 1234 5678",
        "2023 người",
        "2023 tỷ đồng",
        "2023 USD",
        "hơn 2000 phụ nữ",
        "$2023",
        "Nghị định 100/2019/NĐ-CP",
        "Nghị quyết 42/2017/QH14",
        "mỗi năm 2000 tấn",
        "hai năm sau đó",
        "nhiều năm nay",
        "hàng chục năm qua",
        "3 ngày trước trận đấu",
        "ngày nay",
        "công ty may 10",
        "may 20 bộ quần áo",
        "cách mạng tháng Tám",
        "thế kỷ 3 trước công nguyên",
        "đầu năm học",
        "",
        "2023-99999999999",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert not time_phrases(text, NOW)


@pytest.mark.parametrize(
    "phrase",
    [
        "hôm qua",
        "20/5",
        "tháng 5",
        "tuần trước",
        "thứ Hai",
        "quý này",
        "năm ngoái",
        "tháng 5 năm ngoái",
        "3 ngày trước",
        "trong 3 ngày qua",
        "từ 8 đến 9/4",
        "từ năm 2019 đến nay",
        "cuối tuần trước",
        "thế kỷ này",
        "ngày 5 tháng trước",
        "từ tháng 5 năm ngoái đến tháng 6/2024",
    ],
)
def test_what_hangs_on_an_unknown_day_has_no_interval(phrase: str) -> None:
    assert time_phrases(phrase, None) == [TimePhrase(0, len(phrase), None)]


@pytest.mark.parametrize("phrase", ["10/3 âm lịch", "ngày 27 tháng Chạp", "tháng 7 (âm lịch)"])
def test_days_of_the_moon_have_no_interval(phrase: str) -> None:
    assert time_phrases(phrase, NOW) == [TimePhrase(0, len(phrase), None)]


def test_a_full_date_needs_no_day_of_speaking() -> None:
    assert time_phrases("ngày 20/5/2024", None)[0].interval == interval("2024-05-20", "2024-05-20")
    assert not time_phrases("ngày 31/2", None)


@pytest.mark.parametrize(
    ("sentence", "phrases"),
    [
        (
            "Sáng 20/5, ông Nam cho biết từ năm 2019 đến nay giá tăng 28.6%, riêng quý 1/2024 tăng 12/2023 lần.",
            ["Sáng 20/5", "từ năm 2019 đến nay", "quý 1/2024"],
        ),
        ("Cuối năm 2016, đầu năm 2017, bà Mai về hưu", ["Cuối năm 2016", "đầu năm 2017"]),
        ("so với tháng 5/2024 và cùng kỳ năm ngoái", ["tháng 5/2024", "năm ngoái"]),
        ("dịp lễ 30/4 và 1/5", ["30/4", "1/5"]),
        ("(SN 1978, trú tại quận 12)", ["1978"]),
        ("vào năm 2003 và 2004.", ["năm 2003", "2004"]),
        ("World Cup 2022 giữa Việt Nam và Thái Lan ngày 5/9", ["2022", "ngày 5/9"]),
        ("Ngày 20/5 tới Hà Nội, hôm sau về", ["Ngày 20/5"]),
        ("GDP quý I/2024 của Việt Nam là bao nhiêu?", ["quý I/2024"]),
        ("tuan truoc co gi moi o Viet Nam nam 2023", ["tuan truoc", "nam 2023"]),
        ("hoa hau Viet Nam 2014 va Gala cuoi 2018", ["2014", "2018"]),
        ("hoa hau Viet Nam nam nay", ["nam nay"]),
        ("Nguyễn Trọng Đại (1858-1945) là nhà thơ", ["1858-1945"]),
        ("sáng nay (22/11), TAND TP. HCM đã tuyên án", ["sáng nay (22/11)"]),
        ("lên sóng lúc 21h00, thứ Ba ngày 1/8 trên kênh 1", ["lúc 21h00, thứ Ba ngày 1/8"]),
        ("Việc xảy ra từ 20/5 thì đến 31/2 mới xong", ["20/5"]),
        ("会议于2024年5月20日举行", ["2024年5月20日"]),
        ("What happened in May and on 3 June 2024?", ["May", "3 June 2024"]),
        ("Những năm 2000, 2001 và 2002", ["năm 2000", "2001", "2002"]),
    ],
)
def test_phrases_of_a_sentence_stand_in_order_at_their_places(sentence: str, phrases: list[str]) -> None:
    assert found(sentence) == phrases


def test_offsets_count_the_text_as_given() -> None:
    decomposed = "Va\u0300o nga\u0300y 20/5 na\u0306m ngoa\u0301i, İ"
    assert found(decomposed) == ["nga\u0300y 20/5 na\u0306m ngoa\u0301i"]
    assert found("İ 20/5") == ["20/5"]


PIECES = (
    "20/5 tháng năm 2024 thứ hai ba từ đến - / . , ( ) % 31 2 99999 đầu cuối giữa tuần trước qua này tới hôm nay mai "
    "sáng lúc 9h quý I XX thế kỷ thập niên những trong ngày mùng và May 2023 người tỷ 年 月 日 мая last week âm lịch "
    "vừa nửa"
).split()


@given(
    st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join) | st.lists(st.sampled_from(PIECES)).map("".join),
    st.dates() | st.sampled_from([None, dt.date.min, dt.date.max]),
)
def test_phrases_are_ordered_disjoint_and_inside_any_text(text: str, now: dt.date | None) -> None:
    end = 0
    for phrase in time_phrases(text, now):
        assert end <= phrase.start < phrase.end <= len(text)
        assert phrase.interval is None or phrase.interval.first <= phrase.interval.last
        end = phrase.end


@given(st.dates(), st.dates())
def test_a_written_day_is_read_back(day: dt.date, now: dt.date) -> None:
    text = f"ngày {day.day}/{day.month}/{day.year:04}"
    assert time_phrases(text, now) == [TimePhrase(0, len(text), Interval(day, day))]


@given(st.dates(dt.date(1000, 1, 1)), st.none() | st.just(NOW))
def test_accents_make_no_difference_to_a_full_date(day: dt.date, now: dt.date | None) -> None:
    accented = f"ngày {day.day} tháng {day.month} năm {day.year}"
    bare = f"ngay {day.day} thang {day.month} nam {day.year}"
    assert time_phrases(accented, now) == time_phrases(bare, now)
