import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.agree import Amount, Date, amount_in, date_in, differ, same
from qa.records import QuestionType

KINDS: tuple[QuestionType, ...] = ("time", "num", "who", "where", "why", "how", "what")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ngày 28 tháng 6", Date(28, 6, None)),
        ("28 tháng 6 năm 2023", Date(28, 6, 2023)),
        ("sáng 28/6/2023", Date(28, 6, 2023)),
        ("28.6", Date(28, 6, None)),
        ("3-7-2023", Date(3, 7, 2023)),
        ("2023-07-03", Date(3, 7, 2023)),
        ("tháng 7", Date(None, 7, None)),
        ("Tháng 7/2023", Date(None, 7, 2023)),
        ("năm 2017", Date(None, None, 2017)),
        ("July 16, 2001", Date(16, 7, 2001)),
        ("June 2017", Date(None, 6, 2017)),
        ("5 июля 2024", Date(5, 7, 2024)),
        ("2017年6月9日", Date(9, 6, 2017)),
        # Periods, parts of a year, hours, and what is no date are not compared.
        ("ngày 3-4/7", None),
        ("hai ngày 3 và 4 tháng 7", None),
        ("từ năm 2010 đến nay", None),
        ("ngày 30/6-1/7", None),
        ("6月9日至10日", None),
        ("quý 3 năm 2023", None),
        ("đầu năm 2023", None),
        ("trước năm 2030", None),
        ("8h ngày 3/7", None),
        ("khi máy bay rơi năm 2014", None),
        ("hôm qua", None),
        ("4,6 tỷ", None),
        ("28/13", None),
        ("", None),
    ],
)
def test_a_date_is_read(text: str, date: Date | None) -> None:
    assert date_in(text) == date


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2,400 người", Amount(2400, "người", "")),
        ("2.400.000", Amount(2_400_000, "", "")),
        ("240,1 tỷ USD", Amount(240.1e9, "usd", "")),
        ("240,1 tỷ đô la", Amount(240.1e9, "usd", "")),
        ("2.400,5 tấn", Amount(2400.5, "tấn", "")),
        ("0.125%", Amount(0.125, "%", "")),
        ("3 nghìn tỷ đồng", Amount(3e12, "đồng", "")),
        ("3 trăm người", Amount(300, "người", "")),
        ("2亿人", Amount(2e8, "人", "")),
        ("3.000 m2", Amount(3000, "m2", "")),
        ("24 tỉnh", Amount(24, "tỉnh", "")),
        ("5 ngân hàng", Amount(5, "ngân hàng", "")),
        ("-5°C", Amount(-5, "°c", "")),
        ("giảm hơn 5 phần trăm", Amount(5, "%", "giảm hơn")),
        ("35 đến 40 người", None),
        ("35-40 người", None),
        ("lần thứ 24", None),
        ("hai người", None),
        ("", None),
    ],
)
def test_an_amount_is_read(text: str, amount: Amount | None) -> None:
    assert amount_in(text) == amount


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("28/6", "ngày 28 tháng 6 năm 2023", "time"),
        ("tháng 7", "ngày 3/7", "time"),
        ("4,6 tỷ USD", "4.600 triệu USD", "num"),
        ("2.400", "2,400 người", "num"),
        ("Hà Nội", "HÀ NỘI", "where"),
        ("Ha Noi", "Hà Nội", "where"),
        ("Putin", "Vladimir Putin", "who"),
        ("Trump", "ông Trump", "who"),
    ],
)
def test_the_same_in_other_words(left: str, right: str, kind: QuestionType) -> None:
    assert same(left, right, kind)
    assert same(right, left, kind)
    assert not differ(left, right, kind)


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("28/6", "29/6", "time"),
        ("3-7-2023", "5-8-2023", "time"),
        ("July 16, 2001", "July 17, 2001", "time"),
        ("tháng 7 năm 2023", "tháng 7 năm 2024", "time"),
        ("24 người", "25 người", "num"),
        ("35%", "53 phần trăm", "num"),
        ("5°C", "-5°C", "num"),
        ("hơn 2.400 người", "5.000 người", "num"),
    ],
)
def test_what_cannot_both_be_true(left: str, right: str, kind: QuestionType) -> None:
    assert differ(left, right, kind)
    assert differ(right, left, kind)
    assert not same(left, right, kind)


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("24 người", "25 xe", "num"),
        ("hơn 2.400 người", "2.450 người", "num"),
        ("tăng 5%", "giảm 5%", "num"),
        ("trên 50%", "dưới 50%", "num"),
        ("tháng 7", "năm 2023", "time"),
        ("quý 1 năm 2023", "quý 3 năm 2023", "time"),
        ("hôm qua", "hôm qua", "time"),
        ("Putin", "Lavrov", "who"),
        ("ông Trump", "con trai ông Trump", "who"),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "who"),
        ("Sudan", "Nam Sudan", "where"),
        ("An", "Hà An Bình", "why"),
        ("tăng", "không tăng", "what"),
        ("Ana", "An", "who"),
    ],
)
def test_neither_the_same_nor_at_odds(left: str, right: str, kind: QuestionType) -> None:
    assert not same(left, right, kind)
    assert not differ(left, right, kind)


PARTS = [
    "28/6",
    "29/6/2023",
    "tháng 7",
    "năm 2023",
    "24 người",
    "2.400",
    "-5%",
    "hơn ",
    "ông ",
    "Putin",
    " ",
    "tỷ",
    "年",
]


@given(
    st.lists(st.sampled_from(PARTS), max_size=3).map("".join) | st.text(max_size=9),
    st.lists(st.sampled_from(PARTS), max_size=3).map("".join) | st.text(max_size=9),
    st.sampled_from(KINDS),
)
def test_the_order_of_two_answers_does_not_matter(left: str, right: str, kind: QuestionType) -> None:
    assert same(left, right, kind) == same(right, left, kind)
    assert differ(left, right, kind) == differ(right, left, kind)
    assert not (same(left, right, kind) and differ(left, right, kind))
