"""A page in these tests is written with a sign before each line, and cleaning must come to the same signs.

"x" is page furniture, "/" a line of the article that ends in a credit, " " the article's own words, "?" may be either.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean import article_id, clean, common_lines
from index.records import Article, Document

SEEDS = Path(__file__).parents[2] / "seeds"
LEAD = "Cầu Long Biên sẽ được sửa chữa lớn trong ba tháng, bắt đầu từ giữa năm nay, thành phố cho biết."
BODY = "Đơn vị thi công sẽ thay hai nghìn tấm ván và sơn lại toàn bộ lan can của cây cầu hơn trăm tuổi."


def document(text: str, source: str = "a.txt") -> Document:
    return Document(source=source, text=text, sha256="0")


def seed(number: str) -> Article:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    return clean(document(path.read_bytes().decode(), path.name))


def signs(article: Article) -> list[tuple[str, str]]:
    """Every line that is not blank with "x" (all of it is boilerplate), "/" (its end is) or " " (none of it is)."""
    marked = [False] * len(article.text)
    for start, end in article.boilerplate:
        marked[start:end] = [True] * (end - start)
    found = []
    position = 0
    for raw in article.text.splitlines(keepends=True):
        line = raw.strip(" \t\r\n\ufeff")
        begin = position + raw.find(line)
        position += len(raw)
        if line:
            inside = marked[begin : begin + len(line)]
            found.append(("x" if all(inside) else "/" if any(inside) else " ", line))
    return found


def page(written: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of a page and the signs that its lines were written with."""
    lines = written.strip("\n").split("\n")
    expected = [(line[0], line[2:]) for line in lines if line.strip()]
    return "\n".join(line[2:] for line in lines) + "\n", expected


def wrong_lines(written: str) -> list[str]:
    """The lines of a page that cleaning sees otherwise than they were written."""
    text, expected = page(written)
    found = signs(clean(document(text)))
    assert [line for _, line in found] == [line for _, line in expected]
    return [f"{was} {line}" for (sign, line), (was, _) in zip(expected, found, strict=True) if sign not in ("?", was)]


# The seeds


@pytest.mark.parametrize(
    ("number", "title", "published", "publisher", "url"),
    [
        ("000", 'Đằng sau cuộc "tái hợp" của lãnh đạo Nga - Trung vào tháng 7', None, "Kinhtedothi", None),
        ("001", "Lực đẩy mới cho quan hệ Trung - Nga", None, "Baoquocte.vn", None),
        (
            "002",
            "Những điểm nhấn trong chuyến thăm Trung Quốc của Ngoại trưởng Nga",
            None,
            "TG&VN",
            "https://baoquocte.vn/nhung-diem-nhan-trong-chuyen-tham-trung-quoc-cua-ngoai-truong-nga-267410.html",
        ),
        ("003", "Trung, Nga xích lại gần nhau sau thượng đỉnh Biden - Putin", "2021-06-29", None, None),
        ("004", "TQ tăng cường ‘hợp tác chiến lược’ với Nga", None, None, None),
    ],
)
def test_seeds_are_known_by_title_date_publisher_and_address(
    number: str, title: str, published: str | None, publisher: str | None, url: str | None
) -> None:
    article = seed(number)
    assert (article.title, article.published, article.publisher, article.url) == (title, published, publisher, url)
    assert article.language == "vi"


def test_in_seed_001_all_that_follows_the_article_is_boilerplate() -> None:
    article = seed("001")
    found = signs(article)
    end = next(i for i, (_, line) in enumerate(found) if line.startswith("luc day moi cho quan he trung nga Đức - Nga"))
    assert {sign for sign, _ in found[end:]} == {"x"}
    assert len(found[end:]) == 82


def test_in_seed_001_no_paragraph_of_the_article_is_boilerplate() -> None:
    own = [(sign, line) for sign, line in signs(seed("001")) if not line.startswith("luc day moi")][:30]
    marked = [line for sign, line in own if sign == "x"]
    assert marked == ["Theo dõi Baoquocte.vn trên", "TIN LIÊN QUAN"]
    assert own[-1][1].startswith("Việc Nga và Trung Quốc cam kết tăng cường hợp tác song phương")
    assert [line for sign, line in own if sign == "/"] == [
        "Đây là lần thứ 2 Chủ tịch Trung Quốc Tập Cận Bình tới thăm Nga kể từ khi nhậm chức năm 2013. (Nguồn: Sputnik)"
    ]


@pytest.mark.parametrize(
    ("number", "furniture"),
    [
        (
            "000",
            ["Việt Nam vươn mình trong kỷ nguyên mới", "Liên Hà", "Chia sẻ Zalo", "Tổng thống Nga Vladimir Putinvà"],
        ),
        ("002", ["(theo THX, AP, Reuters)", "Hoài Minh", "Nguồn TG&VN: https://baoquocte.vn/"]),
        (
            "003",
            [
                "Hoàng Vũ | 29/06/2021, 10:59",
                "Bắc Kinh và Moscow đã tiến tới củng cố quan hệ",
                "putin-and-xi.png",
                "Bài liên quan",
                "Siêu máy tính Trung Quốc",
                "Do các nhà khoa học quân sự",
                "(0) Bình luận",
                "Nổi bật Một thế giới",
                "Thủ tướng: Cơ chế",
                "6 giờ trước Sự kiện",
                "Trong chương trình kỳ họp thứ 8",
                "Đừng bỏ lỡ",
                "Mới nhất",
                "POWERED BY ONECMS",
                "Trung, Nga xích lại gần nhau",
            ],
        ),
        ("004", ["Tuesday, November 19, 2024", "Trang chủBiển nóngSự kiện", "RELATED ARTICLES", "Tin mới"]),
    ],
)
def test_in_the_other_seeds_just_the_furniture_is_boilerplate(number: str, furniture: list[str]) -> None:
    marked = [line for sign, line in signs(seed(number)) if sign == "x"]
    assert [line[: len(begin)] for line, begin in zip(marked, furniture, strict=True)] == furniture


@pytest.mark.parametrize("number", ["000", "001", "002", "003"])
def test_a_decomposed_seed_is_cleaned_like_the_composed_one(number: str) -> None:
    composed = seed(number)
    decomposed = clean(document(unicodedata.normalize("NFD", composed.text)))
    assert [sign for sign, _ in signs(decomposed)] == [sign for sign, _ in signs(composed)]


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_line_ends_of_windows_change_nothing(number: str) -> None:
    composed = seed(number)
    assert signs(clean(document(composed.text.replace("\n", "\r\n")))) == signs(composed)


# Pages that are not among the seeds

NEWS_VI = """
x VnExpress
x Thời sự
x Thứ tư, 12/3/2025, 08:15 (GMT+7)
  Hà Nội mở thêm ba tuyến xe buýt điện từ tháng 4

  Ba tuyến xe buýt điện mới nối khu đô thị phía tây với ga Cát Linh sẽ chạy thử trong hai tuần trước khi bán vé.

  Sở Giao thông Vận tải cho biết các tuyến E11, E12 và E13 dùng 45 xe, mỗi chuyến cách nhau 15 phút vào giờ cao điểm.

  Ông Nguyễn Văn Hà, giám đốc trung tâm điều hành, nói: "Giá vé là 10.000 đồng. Người trên 60 tuổi đi miễn phí."

/ Xe buýt điện tại bến Mỹ Đình. Ảnh: Ngọc Thành

  Vì sao chọn xe điện?

  Theo ông Hà, xe điện giúp giảm 30% chi phí nhiên liệu so với xe chạy dầu.

x Ngọc Thành

x Xem thêm
x Metro Nhổn - ga Hà Nội đông khách dịp cuối tuần
x Giá vé tàu Tết tăng nhẹ
x Chia sẻ
"""
NEWS_EN = """
x The Daily Example

x Home | World | Business | Sport | Culture | Opinion

  Mayor reopens old bridge after two years of repairs

x By John Smith
x March 4, 2024

  The mayor reopened the old bridge on Monday, two years after floods had washed away its middle arch.

  "It cost 3.4 million dollars," she said. "Nobody thought that we would finish."

x Advertisement

  The bridge was built in 1887 and carries 12,000 cars a day. Engineers replaced its middle arch with steel.

  Traffic

  Buses will use it again from next week, the city said, and lorries of more than 12 tons will be turned away.

x Related Articles
x Five bridges to see this summer
x Why floods are getting worse
x Share this article
x Comments (12)
"""
BLOG = """
  # Một ngày ở Hội An

? *Đăng ngày 5 tháng 8, 2023 bởi Lan*

  Tôi đến Hội An vào một sáng mưa. Phố cổ vắng người, chỉ có mấy cô bán hàng rong ngồi trú dưới mái hiên.

  ## Ăn gì?

  - Cao lầu bà Bé
  - Bánh mì Phượng
  - Chè bắp Cẩm Nam

  ## Đi lại

  Thuê xe đạp mỗi ngày 50.000 đồng, đi đâu trong phố cũng được.

  Đọc thêm: tôi đã viết về Đà Nẵng ở bài trước.

  Chúc các bạn có một chuyến đi vui!

? Lan
"""
PRESS_RELEASE = """
? FOR IMMEDIATE RELEASE

  Acme Solar opens its second factory in Da Nang

  DA NANG, March 3, 2024 - Acme Solar today opened its second factory, which will employ 400 people in two shifts.

  "We chose Da Nang for its port," said Jane Doe, chief executive. "The first panels ship in May."

  About Acme Solar

  Acme Solar was founded in 2011 and is based in Singapore. It sells panels in 14 countries.

  Media contact

? Jane Doe
  press@acme.example
  +65 5550 1234

? ###
"""
SHORT_NOTE = """
  Họp tổ dân phố lúc 19h ngày 5/6 tại nhà văn hóa. Mang theo hộ khẩu.
"""
TWO_LINES = """
  Mật khẩu wifi
  hoidap2024
"""
PROCEDURE = """
  Thủ tục cấp hộ chiếu phổ thông

  Hồ sơ gồm:
  1. Tờ khai theo mẫu X01
  2. Hai ảnh 4x6
  3. Căn cước công dân

  Lệ phí: 200.000 đồng
  Thời hạn: 8 ngày làm việc
  Nơi nộp: Phòng Quản lý xuất nhập cảnh
  Điện thoại: 069.234.5678
"""
INTERVIEW = """
  Phỏng vấn đạo diễn Trần Anh Minh: 'Tôi không vội'

  Đạo diễn Trần Anh Minh kể về bộ phim mới quay trong ba năm ở Hà Giang và những lần suýt bỏ cuộc.

  Phóng viên: Anh quay phim trong bao lâu?

  Trần Anh Minh: Ba năm.

  Phóng viên: Anh có tiếc không?

  Trần Anh Minh: Không.

  Phóng viên: Kinh phí bao nhiêu?

  Trần Anh Minh: 12 tỷ đồng, do tôi và hai người bạn bỏ ra, không vay ngân hàng.

  Xin cảm ơn anh.

? Mai Nhật (thực hiện)
"""
CHAT = """
  08:15 An: Mai họp lúc mấy giờ?
  08:16 Bình: 9 giờ nhé
  08:17 An: ok
  08:20 Bình: ok
"""
DOUBLED_CAPTION = """
  Sửa chữa lớn cầu Long Biên

  Cầu Long Biên sẽ được sửa chữa lớn trong ba tháng, bắt đầu từ giữa năm nay, thành phố cho biết.

/ Một đoàn tàu chạy qua cầu vào sáng sớm. (Ảnh: TTXVN)
x Một đoàn tàu chạy qua cầu vào sáng sớm. (Ảnh: TTXVN)

  Đơn vị thi công sẽ thay hai nghìn tấm ván và sơn lại toàn bộ lan can của cây cầu hơn trăm tuổi.
"""
CHINESE = """
  上海合作组织峰会将在阿斯塔纳举行

  上海合作组织成员国元首理事会会议将于7月3日至4日在哈萨克斯坦首都阿斯塔纳举行。

  外交部发言人表示，习近平主席将出席会议并对哈萨克斯坦进行国事访问。

x 责任编辑：王明
x 相关阅读
x 中哈铁路口岸过货量创新高
"""
RUSSIAN = """
  Саммит ШОС пройдёт в столице Казахстана

  Саммит Шанхайской организации сотрудничества пройдёт в Астане 3 и 4 июля, сообщил министр иностранных дел.

  В нём примут участие главы десяти государств, а также представители международных организаций и наблюдатели.

x Читайте также
x Что известно о новой железной дороге
x Комментарии
"""
WRAPPED_EN = """
  The Treaty of Good-Neighbourliness

  The treaty was signed in Moscow on 16 July 2001 by Jiang Zemin and
  Vladimir Putin. It lasts twenty years and is renewed for five years
  unless one side objects. Article 9 says that the sides consult at once
  when a threat to peace arises.

  In June 2021 both leaders agreed to renew it, and the renewal began in
  February 2022.
"""
WRAPPED_VI = """
  Hiệp ước láng giềng hữu nghị

  Hiệp ước được ký tại Moskva ngày 16/7/2001 giữa ông Giang Trạch Dân và
  ông Vladimir Putin. Văn kiện có thời hạn hai mươi năm và được gia hạn
  thêm năm năm nếu không bên nào phản đối. Điều 9 quy định hai bên tham vấn
  ngay khi có đe dọa đối với hòa bình.

  Tháng 6/2021, hai nhà lãnh đạo đồng ý gia hạn. Việc gia hạn có hiệu lực
  từ tháng 2/2022.
"""
POEM = """
  Tre xanh
  Xanh tự bao giờ?
  Chuyện ngày xưa đã có bờ tre xanh
  Thân gầy guộc, lá mong manh
  Mà sao nên luỹ nên thành tre ơi?

  Mai sau
  Mai sau
  Mai sau
  Đất xanh tre mãi xanh màu tre xanh
"""
WIKI = """
  Hồ Gươm

  Hồ Hoàn Kiếm, còn gọi là Hồ Gươm, là một hồ nước ngọt tự nhiên nằm ở trung tâm Hà Nội, rộng khoảng 12 ha.

  Lịch sử

  Cách đây khoảng sáu thế kỷ, hồ gồm hai phần chạy dài từ phố Hàng Đào tới phố Lò Đúc.

  Tháp Rùa

  Tháp được xây trong khoảng từ năm 1884 đến tháng 4/1886.

? Xem thêm

? - Đền Ngọc Sơn
? - Cầu Thê Húc
"""
LAST_SENTENCE_THEO = """
  Dịch sởi tăng ở phía Nam

  Số ca sởi ở các tỉnh phía Nam tăng gấp đôi trong tháng qua, phần lớn là trẻ chưa tiêm đủ mũi.

  Theo Bộ Y tế, cả nước có 12 ca tử vong trong tuần qua.
"""
LAST_SENTENCE_DATE = """
  Biên bản cuộc họp ban giám đốc

  Ông An báo cáo doanh thu quý I đạt 3,2 tỷ đồng, tăng hai phần mười so với cùng kỳ năm ngoái.

  Họp lại ngày 12/06/2024.
"""
BRANDS = """
  Mạng xã hội nộp thuế

  Hai nền tảng YouTube và TikTok đã nộp 1.200 tỷ đồng tiền thuế trong năm 2023 tại Việt Nam, tăng gấp ba.

  Cơ quan thuế cho biết số tiền này đến từ quảng cáo và phần chia cho người làm phim trong nước.
"""
BARE_TITLE = """
  Apple ra iPhone 15

  Apple ra iPhone 15 với cổng sạc mới và giá từ 799 USD, theo thông báo của hãng vào sáng nay ở California.

  Máy bán tại Việt Nam từ ngày 29/9, sớm hơn năm ngoái hai tuần, giá cao nhất là 46 triệu đồng.
"""
NO_BLANK_LINES = """
  Cầu Long Biên được sửa
  Cầu Long Biên sẽ được sửa trong ba tháng, bắt đầu từ tháng 6, với kinh phí 97 tỷ đồng.
x Tin liên quan
x Cầu Chương Dương thông xe
  Đơn vị thi công cho biết sẽ thay 2.000 tấm ván và sơn lại toàn bộ lan can của cầu.
  Xe máy được đi lại bình thường vào ban ngày, còn tàu hỏa chạy chậm lại trong lúc thi công.
"""
POWERED_BY = """
  A long flight around the world

  Powered by two small engines, the plane flew 12,000 kilometres without a stop in March 1987.

  The crew of three slept in turns and ate cold rice during the forty hours of the journey.
"""
SUBSCRIBE = """
  What the paper costs new readers

  Readers pay five dollars a month for the paper, and students pay half of it with a valid card.

  Subscribe before May to save a dollar.

  The price went up from four dollars in 2022, when the cost of printing had nearly doubled.
"""
TIMELINE = """
  Mốc lịch sử quan hệ Việt - Mỹ

  Hai nước mất hai mươi năm để bình thường hóa quan hệ, rồi gần ba mươi năm để nâng cấp lên mức cao nhất.

  11/7/1995: Bình thường hóa quan hệ
  13/7/2000: Ký Hiệp định Thương mại song phương
  10/9/2023: Đối tác chiến lược toàn diện
"""
OBITUARY = """
  Tin buồn

  Gia đình chúng tôi thương tiếc báo tin:
  Ông Nguyễn Văn Bảy
  Sinh năm 1938
  Từ trần ngày 02/02/2024
  Lễ viếng: 8h ngày 04/02/2024
  An táng: nghĩa trang Văn Điển
"""
SQUAD = """
  Danh sách đội tuyển Việt Nam dự Asian Cup 2027

  Thủ môn
  Nguyễn Filip
  Đặng Văn Lâm

  Hậu vệ
  Quế Ngọc Hải
  Đỗ Duy Mạnh

  Huấn luyện viên
  Kim Sang Sik
"""
QUESTIONS_ON_LINES_OF_THEIR_OWN = """
  Phỏng vấn nhà văn Nguyễn Ngọc

? Hỏi:
  Ông viết cuốn sách này khi nào?
? Đáp:
  Năm 1975.
? Hỏi:
  Ông viết ở đâu?
? Đáp:
  Ở Huế.
? Hỏi:
  Ai là người đọc đầu tiên?
? Đáp:
  Vợ tôi, bà Lê Thị Hoa.
"""
SAME_ANSWER_TWICE = """
  Bốn câu hỏi về cây cầu

  Kỹ sư trưởng Trần Văn Minh trả lời bốn câu hỏi của bạn đọc về việc sửa chữa cây cầu hơn trăm tuổi.

  Cầu có đóng không?
  Có.
  Tàu có chạy không?
  Có.
"""
TABLE = """
  # Giá điện năm 2024

  Giá điện bán lẻ cho hộ gia đình áp dụng từ tháng 10 năm 2024, chưa gồm thuế giá trị gia tăng.

  | Bậc | kWh | Giá |
? |---|---|---|
  | 1 | 0-50 | 1.893 |
  | 2 | 51-100 | 1.956 |
"""
HEADING_THAT_LOOKS_LIKE_A_MARKER = """
  Một tuần của thị trường vàng trong nước

  Giá vàng tăng bốn phiên liên tiếp rồi giảm nhẹ vào cuối tuần, theo số liệu của hiệp hội kinh doanh vàng.

? Bình luận
  Giá vàng trong nước vẫn cao hơn giá thế giới 12 triệu đồng một lượng vì nguồn cung hạn chế.
  Người mua nên chờ đợt đấu thầu vàng miếng lần tới, dự kiến vào ngày 15 của tháng sau.
"""
FACTS = """
  Năm mất của ba nhà yêu nước

  Phan Châu Trinh: 1926
  Phan Bội Châu: 1940
  Huỳnh Thúc Kháng: 1947
  Cả ba đều mất trong nước.
"""
DAN_TRI = """
  (Dân trí) - Sáng 5/6, Bộ Giáo dục công bố đề thi tham khảo của kỳ thi tốt nghiệp, gồm mười bảy môn.

  Đề thi tham khảo tốt nghiệp có gì mới?

x Mỹ Hà
x Thứ năm, 05/06/2025 - 09:12

  Theo Bộ, đề thi năm nay có 20% câu hỏi ở mức vận dụng cao, giảm so với năm ngoái.

? Ảnh minh họa: Mạnh Quân.

  Thí sinh làm bài môn Ngữ văn trong 120 phút, Toán 90 phút và các môn còn lại 50 phút.

? Dòng sự kiện: Thi tốt nghiệp 2025
x Tag:
x đề thi
x tốt nghiệp
"""
WIRE = """
  Oil prices rise as OPEC+ delays output hike

  LONDON, Nov 3 (Reuters) - Oil prices rose by a dollar on Monday after OPEC+ said that it would delay an increase.

  Brent crude futures gained $1.18, or 1.6%, to $74.28 a barrel by 0900 GMT.

? Reporting by Ahmad Ghaddar; Editing by Jason Neely

? Our Standards: The Thomson Reuters Trust Principles.
"""
QUESTIONS_AND_ANSWERS = """
  Câu hỏi thường gặp về căn cước

  Trẻ em có cần căn cước không?
  Có. Trẻ từ 14 tuổi phải làm căn cước theo luật mới.

  Làm ở đâu?
  Công an xã.

  Bao lâu thì có?
  Bảy ngày.
"""
LINE_UP = """
  Việt Nam thắng Thái Lan 3-2

  Đội tuyển Việt Nam thắng Thái Lan 3-2 ở chung kết lượt về, giành cúp vô địch Đông Nam Á lần thứ ba.

  Bàn thắng: Xuân Sơn 8', Tuấn Hải 12', Hai Long 90'+20

  Đội hình
  Việt Nam: Đình Triệu, Duy Mạnh, Thành Chung
  Thái Lan: Patiwat, Pansa, Suphanan
  Trọng tài: Ko Hyung-jin
"""
JOB = """
  Tuyển kế toán trưởng

  Mức lương: 25 - 30 triệu
  Địa điểm: Hà Nội
  Hạn nộp: 30/06/2025

  Yêu cầu

  Có chứng chỉ kế toán trưởng và ít nhất năm năm kinh nghiệm ở vị trí tương đương trong doanh nghiệp sản xuất.

  Lương tháng 13
  Nghỉ 14 ngày phép
"""
PRICES = """
  Bảng giá vé xem phim

  Người lớn
  90.000 đồng
  Trẻ em
  60.000 đồng
  Sinh viên
  60.000 đồng
"""
MANUAL = """
  # hoidap

  Ask a collection of articles a question and get the exact words that answer it, with the place.

  ## Install

  pip install hoidap

  ## Tags

  Each article can carry tags, and they are stored in the file tags.json of the folder.
"""

RIGHT = {
    "news vi": NEWS_VI,
    "news en": NEWS_EN,
    "blog": BLOG,
    "press release": PRESS_RELEASE,
    "short note": SHORT_NOTE,
    "two lines": TWO_LINES,
    "procedure": PROCEDURE,
    "interview": INTERVIEW,
    "chat": CHAT,
    "doubled caption": DOUBLED_CAPTION,
    "chinese": CHINESE,
    "russian": RUSSIAN,
    "dan tri": DAN_TRI,
    "wire": WIRE,
    "questions and answers": QUESTIONS_AND_ANSWERS,
    "line-up": LINE_UP,
}
WRONG = {
    "wrapped en": (WRAPPED_EN, "a last line of few words with a year is a signature"),
    "wrapped vi": (WRAPPED_VI, "a last line of few words with a year is a signature"),
    "poem": (POEM, "a line that stands three times is furniture; what stands above the wrong title is, too"),
    "wiki": (WIKI, "a list item becomes the title, so the true title and all headings are above the article"),
    "last sentence theo": (LAST_SENTENCE_THEO, "a last sentence of up to 15 words that begins with Theo is a credit"),
    "last sentence date": (LAST_SENTENCE_DATE, "a last sentence of up to 6 words with a date is a signature"),
    "brands": (BRANDS, "two words such as YouTube make a paragraph a menu"),
    "bare title": (BARE_TITLE, "a title without accents is its own slug, so the lead is an alternative text"),
    "no blank lines": (NO_BLANK_LINES, "a block of related titles goes on to the next blank line, whatever follows"),
    "powered by": (POWERED_BY, "any line that begins so is furniture, of whatever length"),
    "subscribe": (SUBSCRIBE, "any line that begins so is furniture, a sentence too"),
    "timeline": (TIMELINE, "lines with a date and a colon after the last paragraph are signatures"),
    "obituary": (OBITUARY, "without paragraphs every name and every dated line is a signature"),
    "squad": (SQUAD, "without paragraphs every name is a signature"),
    "questions": (QUESTIONS_ON_LINES_OF_THEIR_OWN, "without paragraphs short capitalised answers are signatures"),
    "same answer": (SAME_ANSWER_TWICE, "the second copy of any line is furniture, however short"),
    "table": (TABLE, "a row with four bars is a menu"),
    "marker heading": (HEADING_THAT_LOOKS_LIKE_A_MARKER, "two paragraphs below a heading Bình luận go with it"),
    "job": (JOB, "a dated line between title and first paragraph is a signature"),
    "prices": (PRICES, "the second copy of any line is furniture, however short"),
    "manual": (MANUAL, "a heading # of one word is no title; one paragraph below a heading Tags goes with it"),
    "facts": (FACTS, "without paragraphs every line with a year is a signature"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_furniture_is_marked_and_the_article_is_not(name: str) -> None:
    assert wrong_lines(RIGHT[name]) == []


@pytest.mark.parametrize(
    "name",
    WRONG,
)
def test_an_articles_own_words_are_not_marked(name: str) -> None:
    assert wrong_lines(WRONG[name][0]) == []


@pytest.mark.parametrize(
    "line",
    [
        "Chia sẻ Facebook",
        "Lưu bài viết",
        "Theo dõi Báo Ví dụ trên Google News",
        "hinh-cau-long-bien.jpg",
        "https://vidu.vn/cau-long-bien",
        "Copy link",
        "© 2024 Báo Ví dụ",
        "Quảng cáo",
        "Trang chủBiển nóngSự kiện",
        "Thời sự | Thế giới | Kinh doanh | Thể thao | Giải trí",
    ],
)
def test_lines_of_the_page_are_furniture_wherever_they_stand(line: str) -> None:
    text = f"Sửa chữa lớn cầu Long Biên\n\n{LEAD}\n\n{line}\n\n{BODY}\n"
    assert [found for sign, found in signs(clean(document(text))) if sign == "x"] == [line]


@pytest.mark.parametrize(
    "marker",
    [
        "Tin liên quan",
        "TIN LIÊN QUAN",
        "Bài viết liên quan",
        "Các bài viết khác:",
        "Đọc thêm",
        "Xem thêm »",
        "Có thể bạn quan tâm",
        "Cùng chuyên mục",
        "(12) Bình luận",
        "Bình luận (3)",
        "Từ khóa:",
        "RELATED ARTICLES",
        "Related posts",
        "Read more",
        "You might also like",
        "Most read",
        "Leave a reply",
        "相关阅读",
        "Читайте также:",
    ],
)
def test_what_follows_a_closing_marker_is_furniture(marker: str) -> None:
    text = (
        f"Sửa chữa lớn cầu Long Biên\n\n{LEAD}\n\n{BODY}\n\n{marker}\n\nCầu Chương Dương thông xe\n\nMột tựa khác nữa\n"
    )
    assert [found for sign, found in signs(clean(document(text))) if sign == "x"] == [
        marker,
        "Cầu Chương Dương thông xe",
        "Một tựa khác nữa",
    ]


def test_rows_of_title_title_summary_are_teasers() -> None:
    rows = "".join(
        f"Tựa số {n} của một bài khác\n\nTựa số {n} của một bài khác\n\nTóm tắt số {n} rất ngắn.\n" for n in (1, 2, 3)
    )
    found = signs(clean(document(f"Sửa chữa lớn cầu Long Biên\n\n{LEAD}\n\n{BODY}\n\n{rows}")))
    assert [sign for sign, _ in found] == [" ", " ", " ", *"xxxxxxxxx"]


@pytest.mark.parametrize(
    "credit", ["(Nguồn: Reuters)", "(Ảnh: TTXVN)", "(Photo: AP)", "- Ảnh: Reuters", "Ảnh: EPA - EFE"]
)
def test_of_a_caption_just_the_credit_is_marked(credit: str) -> None:
    caption = "Một đoàn tàu chạy qua cầu vào sáng sớm hôm nay."
    text = f"Sửa chữa lớn cầu Long Biên\n\n{LEAD}\n\n{caption} {credit}\n\n{BODY}"
    article = clean(document(text))
    assert [text[start:end].strip() for start, end in article.boilerplate] == [credit]


@pytest.mark.parametrize("word", ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u0958\u0958", "a\u0323\u0302u"])
def test_a_credit_begins_where_it_stands_whatever_letters_are_composed_or_parted_before_it(word: str) -> None:
    text = f"Sửa chữa lớn cầu Long Biên\n\n{LEAD}\n\nCầu {word} nhìn từ bờ bắc (Ảnh: TTXVN)\n\n{BODY}"
    article = clean(document(text))
    assert [text[start:end] for start, end in article.boilerplate] == [" (Ảnh: TTXVN)"]


def test_nothing_is_marked_when_nothing_else_would_be_left() -> None:
    assert clean(document("Chia sẻ\nTin liên quan\n")).boilerplate == ()
    assert clean(document("")).boilerplate == ()


# Lines that many files share

FOOTER = "Báo điện tử Ví Dụ - Cơ quan của Hội Ví Dụ"


def test_lines_that_stand_in_many_files_are_furniture() -> None:
    texts = [
        f"Tựa của bài báo số {n}\n\n{LEAD[:-1]} lần thứ {n}.\n\n{BODY[:-1]} số {n}.\n\n{FOOTER}\n" for n in range(3)
    ]
    common = common_lines(map(document, texts))
    assert common == {"bao dien tu vi du co quan cua hoi vi du"}
    assert [line for sign, line in signs(clean(document(texts[0]), common)) if sign == "x"] == [FOOTER]


def test_lines_of_two_files_are_not_many() -> None:
    assert common_lines(map(document, [FOOTER, FOOTER])) == frozenset()
    assert common_lines(map(document, [f"{FOOTER}\n{FOOTER}\n{FOOTER}"])) == frozenset()


def test_of_many_files_two_in_a_hundred_must_share_a_line() -> None:
    texts = [f"Chỉ có ở tệp {n}" for n in range(197)]
    assert common_lines(map(document, [*texts, FOOTER, FOOTER, FOOTER])) == frozenset()
    assert len(common_lines(map(document, [*texts, *[FOOTER] * 4]))) == 1


def test_a_paragraph_of_an_agency_in_three_papers_is_not_furniture() -> None:
    texts = [
        f"Tựa riêng của tờ báo số {n}\n\n{LEAD}\n\n{BODY}\n\nÝ kiến riêng của tờ báo số {n} về việc này."
        for n in range(3)
    ]
    common = common_lines(map(document, texts))
    assert [sign for sign, _ in signs(clean(document(texts[0]), common))] == [" "] * 4


# What holds for every text

LINES = [
    LEAD,
    BODY,
    unicodedata.normalize("NFD", LEAD),
    "Sửa chữa lớn cầu Long Biên",
    "Tin liên quan",
    "Chia sẻ",
    "Ngọc Thành",
    "12/3/2025 08:15",
    "Xe buýt. Ảnh: Ngọc Thành",
    "(Nguồn: X)",
    "(theo TTXVN)",
    "Nguồn TG&VN: https://vidu.vn/a",
    "A | B | C | D | E",
    "🙂",
    "...",
    "",
]
PAGES = st.lists(st.sampled_from(LINES), max_size=25).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\n\n"]).map(lambda end: end.join(lines))
)


def test_a_line_of_invisible_characters_is_no_line() -> None:
    text = f"{LEAD}\n\u200b\nSửa chữa lớn cầu Long Biên"
    assert all(start < end for start, end in clean(document(text)).boilerplate)


@given(
    st.one_of(PAGES, st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufeff\u200b"), max_size=80))
)
def test_boilerplate_is_sorted_disjoint_and_inside_the_text(text: str) -> None:
    article = clean(document(text))
    assert article.text == text
    last = 0
    for start, end in article.boilerplate:
        assert last <= start < end <= len(text)
        last = end


def test_an_id_belongs_to_the_source() -> None:
    assert clean(document("một")).id == clean(document("hai")).id == article_id("a.txt")
    assert article_id("a.txt") != article_id("b.txt")
    assert len(article_id("a.txt")) == 16


def test_what_the_file_declares_goes_before_what_its_text_says() -> None:
    text = f"Sửa chữa lớn cầu Long Biên\n\nMinh An | 29/06/2021, 10:59\n\nVidu - {LEAD}\n\nNguồn X: https://vidu.vn/a"
    declared = {"title": "Tựa khác", "published": "2020-01-02", "publisher": "Báo", "url": "https://b.vn"}
    article = clean(Document(source="a", text=text, sha256="0", **declared))
    assert {name: getattr(article, name) for name in declared} == declared
    found = clean(document(text))
    assert (found.title, found.published, found.publisher, found.url) == (
        "Sửa chữa lớn cầu Long Biên",
        "2021-06-29",
        "X",
        "https://vidu.vn/a",
    )


def test_a_text_without_a_title_is_called_by_its_beginning() -> None:
    assert clean(document("Trời đẹp.")).title == "Trời đẹp."
    long = clean(document(LEAD + " " + BODY)).title
    assert long.endswith("…")
    assert (LEAD + " " + BODY).startswith(long[:-1] + " ")


@pytest.mark.parametrize(
    "row",
    [
        lambda length: " " * length,
        lambda length: "a" + " " * length + "b",
        lambda length: "-" * length + "a",
        lambda length: "A, " * (length // 4) + "!",
        lambda length: "aA" * length,
    ],
    ids=["blanks", "blanks inside", "dashes", "commas", "changing case"],
)
def test_an_odd_line_costs_no_more_than_its_length(row: Callable[[int], str], linear: Callable[..., bool]) -> None:
    assert linear(clean, lambda length: document(f"Sửa chữa lớn cầu Long Biên\n{row(length)}"), 5_000)


def test_a_text_of_many_lines_costs_no_more_than_its_length(linear: Callable[..., bool]) -> None:
    def text(lines: int) -> Document:
        line = "Đây là câu số {} trong một văn bản rất dài gồm hàng nghìn câu như thế."
        return document("\n\n".join(line.format(number) for number in range(lines)))

    assert linear(clean, text, 200)


def test_many_markers_cost_no_more_than_their_number(linear: Callable[..., bool]) -> None:
    def text(markers: int) -> Document:
        return document("\n".join(f"Người {number} viết rằng hôm nay trời đẹp.\nReply" for number in range(markers)))

    assert linear(clean, text, 200)
