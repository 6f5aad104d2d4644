import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.agree import Amount, Date, amount_in, date_in, differ, same
from qa.records import QuestionType


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ngày 28 tháng 6", Date(28, 6, None)),
        ("28 tháng 6 năm 2023", Date(28, 6, 2023)),
        ("sáng 28/6/2023", Date(28, 6, 2023)),
        ("28.6", Date(28, 6, None)),
        ("tháng 7", Date(None, 7, None)),
        ("năm 2017", Date(None, None, 2017)),
        ("June 2017", Date(None, 6, 2017)),
        ("5 июля 2024", Date(5, 7, 2024)),
        ("2017年6月9日", Date(9, 6, 2017)),
        ("ngày 3-4/7", Date(None, 7, None)),
        ("hai ngày 3 và 4 tháng 7", Date(None, 7, None)),
        ("từ năm 2010 đến năm 2015", None),
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
        ("2,400 người", Amount(2400, "nguoi")),
        ("2.400.000", Amount(2_400_000, "")),
        ("240,1 tỷ USD", Amount(240.1e9, "usd")),
        ("2.400,5 tấn", Amount(2400.5, "tan")),
        ("0.125%", Amount(0.125, "%")),
        ("3 nghìn tỷ đồng", Amount(3e12, "dong")),
        ("2亿人", Amount(2e8, "人")),
        ("35 đến 40 người", None),
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
        ("tháng 7", "ngày 3-4/7", "time"),
        ("4,6 tỷ USD", "4.600 triệu USD", "num"),
        ("2.400", "2,400 người", "num"),
        ("Hà Nội", "HÀ NỘI", "where"),
        ("Putin", "Vladimir Putin", "who"),
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
        ("tháng 7 năm 2023", "tháng 7 năm 2024", "time"),
        ("24 người", "25 người", "num"),
        ("35%", "53 %", "num"),
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
        ("tháng 7", "năm 2023", "time"),
        ("Putin", "Lavrov", "who"),
        ("An", "Hà An Bình", "why"),
        ("Ana", "An", "who"),
    ],
)
def test_neither_the_same_nor_at_odds(left: str, right: str, kind: QuestionType) -> None:
    assert not same(left, right, kind)
    assert not differ(left, right, kind)


@given(
    st.text(max_size=30), st.text(max_size=30), st.sampled_from(["time", "num", "who", "where", "why", "how", "what"])
)
def test_no_text_is_too_odd(left: str, right: str, kind: QuestionType) -> None:
    assert same(left, left, kind)
    assert same(left, right, kind) == same(right, left, kind)
    assert differ(left, right, kind) == differ(right, left, kind)
    assert not (same(left, right, kind) and differ(left, right, kind))
