from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean.lines import is_menu, lines
from index.clean.metadata import dates, published, publisher_and_url, title_line

TODAY = date(2025, 6, 1)
LEAD = "Cầu Long Biên sẽ được sửa chữa lớn trong ba tháng, bắt đầu từ giữa năm nay, thành phố cho biết."
BODY = "Đơn vị thi công sẽ thay hai nghìn tấm ván và sơn lại toàn bộ lan can của cây cầu hơn trăm tuổi."
TITLE = "Sửa chữa lớn cầu Long Biên"


def day_of(*parts: str) -> str | None:
    page = lines("\n\n".join(parts))
    return published(page, title_line(page), TODAY)


def title_of(*parts: str) -> str | None:
    page = lines("\n\n".join(parts))
    found = title_line(page)
    return None if found is None else page[found].text


# Lines


def test_lines_are_those_that_are_not_blank_with_their_place() -> None:
    text = "\ufeff Một \r\n\r\n\tHai ba\u2028Bốn"
    assert [(line.text, text[line.start : line.end], line.size) for line in lines(text)] == [
        ("Một", "Một", 1),
        ("Hai ba", "Hai ba", 2),
        ("Bốn", "Bốn", 1),
    ]


def test_the_key_of_a_line_forgets_case_accents_and_marks() -> None:
    first, second = lines("TIN LIÊN QUAN:\ntin liên quan")
    assert first.key == second.key == "tin lien quan"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
def test_every_line_lies_in_the_text_in_order(text: str) -> None:
    last = 0
    for line in lines(text):
        assert last <= line.start <= line.end <= len(text)
        last = line.end


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        (LEAD, True),
        (f"{LEAD} (Nguồn: TTXVN)", True),
        ("Chủ tịch nói: “Chúng ta sẽ cùng nhau xây dựng một tương lai chung cho cả hai dân tộc.”", True),
        ("他表示，双方将继续加强合作，共同维护地区和平与稳定。", True),
        (TITLE, False),
        ("Cầu mới đẹp quá.", False),
        ("Một tiêu đề rất dài nhưng vẫn chỉ là tiêu đề vì nó không kết thúc bằng dấu chấm", False),
    ],
)
def test_a_paragraph_is_long_and_ends_like_a_sentence(line: str, prose: bool) -> None:  # noqa: FBT001 — a column of the table
    assert lines(line)[0].is_prose == prose


@pytest.mark.parametrize(
    "line",
    [
        "Trang chủBiển nóngSự kiệnTQ tăng cường hợp tác",
        "Home | World | Business | Sport | Opinion",
        "Trang chủ › Thời sự › Chính trị › Quốc hội › Tin",
    ],
)
def test_rows_of_links_are_menus(line: str) -> None:
    assert is_menu(line)


@pytest.mark.parametrize("line", ["Hoàng Vũ | 29/06/2021, 10:59", LEAD, "Ông Putinvà ông Tập gặp nhau"])
def test_a_byline_and_a_typing_error_are_no_menus(line: str) -> None:
    assert not is_menu(line)


@pytest.mark.parametrize(
    "line",
    [
        "YouTube và TikTok nộp 1.200 tỷ đồng tiền thuế trong năm 2023.",
        "OpenAI bắt tay với PayPal.",
        "Gọi getName trước setName.",
    ],
)
def test_brand_names_are_no_menus(line: str) -> None:
    assert not is_menu(line)


@pytest.mark.parametrize("line", ["| Bậc 1 | 0-50 | 1.893 |", "Hà Nội | 10 | 7 | 2 | 1 | 23"])
def test_rows_of_figures_are_no_menus(line: str) -> None:
    assert not is_menu(line)


# Title


def test_the_first_line_above_the_paragraphs_is_the_title() -> None:
    assert title_of(TITLE, LEAD, BODY) == TITLE


def test_a_slogan_above_the_title_is_not_the_title() -> None:
    assert title_of("Vì một Việt Nam hùng cường", TITLE, LEAD, BODY) == TITLE


def test_a_summary_may_stand_above_the_title() -> None:
    assert title_of(LEAD, TITLE, "Minh An | 29/06/2021, 10:59", LEAD, BODY) == TITLE


def test_a_heading_of_markdown_is_the_title() -> None:
    assert title_of("Blog của Lan về những chuyến đi", f"# {TITLE}", LEAD) == f"# {TITLE}"


def test_menus_dates_and_sentences_are_no_titles() -> None:
    assert title_of("Home | World | Business | Sport | Opinion") is None
    assert title_of("Thứ ba, 12/3/2024") is None
    assert title_of("Trời hôm nay đẹp.") is None
    assert title_of("") is None


def test_a_title_may_have_two_words() -> None:
    lake = "Hồ Gươm là một hồ nước ngọt tự nhiên nằm ở trung tâm thành phố Hà Nội, rộng mười hai ha."
    assert title_of("Hồ Gươm", lake, "Các tên gọi khác", BODY) == "Hồ Gươm"


def test_a_heading_below_the_first_paragraph_is_not_the_title() -> None:
    assert title_of("Chuyện một người già", LEAD, "Thay ván, sơn lan can", BODY) == "Chuyện một người già"


def test_a_text_without_paragraphs_is_called_by_its_first_line() -> None:
    assert (
        title_of("Biên bản họp ngày 12/05/2024", "Chủ trì: Nguyễn Văn An", "Thư ký: Lê Bình")
        != "Chủ trì: Nguyễn Văn An"
    )


# Dates


@pytest.mark.parametrize(
    "written",
    [
        "29/06/2021",
        "29-6-2021",
        "29.6.2021",
        "29 / 6 / 2021",
        "2021-06-29",
        "2021/6/29",
        "2021-06-29T10:59:00+07:00",
        "ngày 29 tháng 6 năm 2021",
        "29 tháng 6, 2021",
        "June 29, 2021",
        "Jun 29, 2021",
        "June 29th, 2021",
        "29 June 2021",
        "29 Jun. 2021",
        "2021年6月29日",
    ],
)
def test_dates_are_read_the_vietnamese_way(written: str) -> None:
    assert dates(f"Đăng {written} tại Hà Nội") == [date(2021, 6, 29)]


@pytest.mark.parametrize(
    "written", ["28.6", "tháng 6/2021", "31/02/2021", "13/13/2021", "192.168.10.2021", "2017 - 2020", "6 June", "240,1"]
)
def test_what_is_no_full_date_is_none(written: str) -> None:
    assert dates(written) == []


@pytest.mark.parametrize(
    "byline",
    [
        "Minh An | 29/06/2021, 10:59",
        "29/06/2021 10:59 GMT+7",
        "Thứ ba, 29/6/2021, 10:59 (GMT+7)",
        "Thứ Ba, ngày 29/06/2021",
        "Ngày 29 tháng 6 năm 2021",
        "Cập nhật: 29/06/2021 - 10:59",
        "June 29, 2021",
        "By John Smith, June 29, 2021",
        "Published: 29 June 2021",
        "Hà Nội, 29.6.2021",
        "发布时间：2021年6月29日",
        "Опубликовано 29.06.2021",
    ],
)
def test_a_byline_below_the_title_gives_the_date(byline: str) -> None:
    assert day_of(TITLE, byline, LEAD, BODY) == "2021-06-29"


def test_a_decomposed_byline_gives_the_date() -> None:
    byline = unicodedata.normalize("NFD", "Ngày 29 tháng 6 năm 2021")
    assert day_of(TITLE, byline, LEAD, BODY) == "2021-06-29"


@pytest.mark.parametrize("byline", ["Thứ ba, 29/6/2021, 10:59 (GMT+7)", "Ngày đăng 29/06/2021", "Posted June 29, 2021"])
def test_a_signed_byline_may_stand_above_the_title(byline: str) -> None:
    assert day_of(byline, TITLE, LEAD, BODY) == "2021-06-29"


@pytest.mark.parametrize(
    "parts",
    [
        ("Tuesday, November 19, 2024", TITLE, LEAD, BODY),
        ("Thứ ba, 19/11/2024", TITLE, LEAD, BODY),
        (TITLE, LEAD, "Minh An | 29/06/2021, 10:59", BODY),
        (TITLE, LEAD, BODY, "29/06/2021 10:59"),
        (TITLE, LEAD, BODY, "Tin liên quan", "Cầu khác thông xe 29/06/2021 10:59"),
        (TITLE, f"Hôm 29/06/2021, {LEAD}", BODY),
        (TITLE, LEAD, f"Ngày 29/06/2021, {BODY}"),
        (TITLE, "Minh An | 29/06/2026, 10:59", LEAD, BODY),
        (TITLE, "Minh An | 29/06/1921, 10:59", LEAD, BODY),
        (TITLE, "Từ 28/06/2021 đến 29/06/2021", LEAD, BODY),
        (TITLE, "Minh An | 29/06, 10:59", LEAD, BODY),
        (TITLE, LEAD, BODY),
    ],
    ids=[
        "saved on",
        "saved on, vi",
        "below the lead",
        "at the end",
        "teaser",
        "in the lead",
        "in the body",
        "future",
        "too old",
        "two",
        "no year",
        "none",
    ],
)
def test_no_date_is_better_than_a_wrong_one(parts: tuple[str, ...]) -> None:
    assert day_of(*parts) is None


@pytest.mark.parametrize(
    "text",
    [
        "The Treaty of Good Neighbourliness\n\nIt was signed in Moscow on 16 July 2001 by the\npresidents.",
        "Luật Giao thông đường bộ\n\nĐiều 1. Hiệu lực\nLuật có hiệu lực từ 01/01/2025.",
        "Tin buồn của gia đình\n\nÔng Nguyễn Văn Bảy\nTừ trần ngày 02/02/2024\nThọ 86 tuổi",
        "Mốc quan hệ Việt - Mỹ\n\n11/7/1995: Bình thường hóa quan hệ\nQuan hệ được nâng cấp",
        "Tuyển kế toán trưởng\n\nHạn nộp: 30/06/2024\nĐịa điểm: Hà Nội",
        "Lịch nghỉ Tết\n\nAi trực vui lòng báo chị Hoa trước 15/01/2025.",
    ],
    ids=["wrapped", "law", "obituary", "timeline", "job", "mail"],
)
def test_a_date_that_the_text_tells_of_is_no_byline(text: str) -> None:
    assert day_of(text) is None


# Publisher and address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TITLE}\n\n{LEAD}\n\nNguồn TG&VN: https://vidu.vn/a-1.html", ("TG&VN", "https://vidu.vn/a-1.html")),
        (f"{TITLE}\n\n{LEAD}\n\nSource: https://example.org/a", (None, "https://example.org/a")),
        (f"{TITLE}\n\nTheo dõi Baoquocte.vn trên Google News\n\n{LEAD}", ("Baoquocte.vn", None)),
        (f"{TITLE}\n\nKinhtedothi - {LEAD}", ("Kinhtedothi", None)),
        (f"{TITLE}\n\n(TTXVN) - {LEAD}", ("TTXVN", None)),
        (f"{TITLE}\n\nHà Nội - {LEAD}", (None, None)),
        (f"{TITLE}\n\n{LEAD}", (None, None)),
        ("", (None, None)),
    ],
    ids=["source line", "address only", "follow us", "dateline", "agency", "place", "none", "empty"],
)
def test_publisher_and_address_are_what_the_text_says(text: str, expected: tuple[str | None, str | None]) -> None:
    assert publisher_and_url(lines(text)) == expected


@pytest.mark.parametrize("name", ["Kazakhstan", "Apple", "Putin"])
def test_an_apposition_is_no_dateline(name: str) -> None:
    text = f"{name} - cái tên được nhắc nhiều nhất trong tuần - vừa trở lại với một kế hoạch mới đầy tham vọng."
    assert publisher_and_url(lines(text)) == (None, None)
