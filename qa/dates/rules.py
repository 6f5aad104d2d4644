"""How one time is written: patterns in Vietnamese, English, Chinese and Russian, each with its reader.

Patterns have accents and single blanks; a text without any accent is read with the same patterns, their accents taken
off.
"""

from __future__ import annotations

import functools
import re

from index.text import fold
from qa.dates import meanings
from qa.dates.words import COUNT, ENGLISH_COUNT, ENGLISH_WEEKDAY, Grammar, Reader, Spelling

_YEAR = r"(?:1\d|20)\d\d"
_MONTH = r"(?:1[0-2]|0?[1-9])(?!\d)"
_END = r"(?!\w|%|[.,/:]\d)"
_DASH = r"\s?[-–—]\s?"
_STOP = r"\s?(?:[,.;:?!)]|$)"
_SPOKEN = r"(?P<spoken>ngoái|nay|này|sau|tới|trước|kia)(?!\w| (?:đó|khi|đấy)\b)"
_OF_YEAR = rf"(?:(?:,?(?: của)? năm |\s?[/-]\s?|\.|,? )(?P<y>{_YEAR})(?!\d)|(?: của)? năm {_SPOKEN})?"
_SIDE = rf"(?P<side> (?:sắp )?tới(?: đây\b|(?= tại\b|{_STOP}))| vừa qua\b| vừa rồi\b| này\b)?"
_PART = r"(?:(?:rạng |mờ )?(?:sáng|trưa|chiều|tối|đêm|khuya)(?: sớm| muộn| tối)?)"
_CLOCK = r"(?:(?:(?:lúc|hồi|khoảng) )?\d\d?(?:h(?:\d\d)?|:\d\d| giờ(?: \d\d?(?: phút)?)?),? )?"
_ORDER = "thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật"
_NEAR = "hôm (?:qua|nay|kia)|ngày (?:mai|kia|mốt)"
_OTHER_NAME = rf"(?:(?:(?:ngày|hôm) )?(?:{_ORDER})|(?P<near>(?:ngày )?(?:{_NEAR})|qua|nay|mai))"
_BEFORE = (
    rf"(?P<pre>{_CLOCK}(?:{_PART},? )?(?:{_OTHER_NAME}(?:,? (?P<open>\()?|(?P<open2>\()))?(?:tức )?"
    r"(?:(?:ngày|hôm|bữa) ){0,2}(?:(?:mùng|mồng) )?)"
)
_CLOSE = r"(?(open)\)?|(?(open2)\)?|))"
_WEEKDAY = "hai|ba|tư|năm|sáu|bảy|nhật|[2-7]"
_LIST = rf"(?:(?P<d1>\d\d?)(?:, ?\d\d?){{0,4}}(?P<and>{_DASH}| và | đến | tới |, )(?:hết )?(?:ngày )?)?"
_MONTH_WORD = "mười một|mười hai|giêng|chạp|một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười"
_NO_AMOUNT = r"(?! (?:tỷ|tỉ|triệu|nghìn|ngàn|đồng|usd|lần|tuổi|ngày(?! \d))\b)"
_NO_STORY = r"(?!\w| (?:đó|khi|đấy|ấy|đời)\b)"
_NO_EVENT = r"(?! (?:ngày|trận|giờ|lễ|tết|bầu|thềm|cuộc|vụ|sự|lúc|thời|kỳ|hạn|phiên|cách mạng|chiến|đại|hội|cưới)\b)"
_MONTH_NAME = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_NAMED = rf"(?P<m>{_MONTH_NAME})\b\.?"
_FOREIGN_DAY = rf"(?:(?P<d1>\d\d?){_DASH})?(?P<d>\d\d?)(?:st|nd|rd|th)?"
_COUNTED = (
    r"(?: |-)?(?:(?:người|dân|tỷ|tỉ|triệu|nghìn|ngàn|trăm|đồng|đô la|usd|euro|vnd|vnđ|won|yên|rúp|km|m|m2|m²|m3|ha|héc"
    r"|kg|tấn|tạ|lít|mét|độ c|w|mw|hộ|học|sinh|chiếc|căn|cái|cuốn|chai|suất|lượt|bài|giờ|phút|năm|tháng|tuổi|trang|mã"
    r"|quân|binh|lính|cổ|doanh|nạn|bệnh|bị can|bị cáo|trường hợp|đối tượng|môn|câu|công nhân|lao|cán|đại biểu|khách"
    r"|thành viên|thí sinh|tỉnh|nước|xã|quận|huyện|phường|phiếu|điểm|lần|tổng|số|diện tích|lượng|thời gian|quãng|chặng"
    r"|people|of|years|days)(?!\w)|%)"
)
_FRAMED = (
    rf"(?<!\w)từ (?:ngày )?\d\d?\.\d\d?(?:\.\d\d\d\d)? (?:đến|tới) (?:hết )?(?:ngày )?\d\d?\.\d\d?{_END}(?!{_COUNTED})"
)
_BEGIN = (
    "từ|trong|suốt|lúc|hồi|khoảng|hơn|gần|cách|ngày|hôm|bữa|mùng|mồng|rạng|mờ|sáng|trưa|chiều|tối|đêm|khuya|thứ|chủ|chúa"
    "|tuần|tháng|quý|quí|năm|nửa|đầu|giữa|cuối|thập|những|các|thế|giai|thời|nhiệm|niên|một|hai|ba|bốn|sáu|bảy|tám|chín"
    "|mười|a|an|from|in|the|last|past|next|early|mid|late|this|yesterday|today|tomorrow|tonight"
    f"|{ENGLISH_COUNT}|{ENGLISH_WEEKDAY}|{_MONTH_NAME}"
)
_RULES: tuple[tuple[Reader, str], ...] = (
    # Days
    (
        meanings.numeric_day,
        (
            rf"{_BEFORE}{_LIST}(?P<d>\d\d?)(?P<sep>[/.-])(?P<m>\d\d?)(?!\d)"
            rf"(?:(?:(?P=sep)|,? năm )(?P<y>\d\d\d\d|\d\d)(?!\d)|,? năm {_SPOKEN})?{_SIDE}{_END}{_CLOSE}"
        ),
    ),
    (
        meanings.numeric_day,
        rf"{_BEFORE}{_LIST}(?P<d>\d\d?) tháng (?P<m>{_MONTH}|{_MONTH_WORD}){_OF_YEAR}{_SIDE}{_END}{_NO_AMOUNT}{_CLOSE}",
    ),
    (meanings.day_of_month, rf"(?:ngày|mùng|mồng) (?P<day>\d\d?) (?P<u>tháng) (?P<w>trước|này|sau|tới){_NO_STORY}"),
    (meanings.dated, rf"(?P<y>{_YEAR})(?P<sep>[-/])(?P<m>\d\d?)(?P=sep)(?P<d>\d\d?){_END}(?!-\d)"),
    (meanings.near_day, rf"{_CLOCK}(?:{_PART} )?(?:ngày )?(?P<near>{_NEAR})\b"),
    (meanings.near_day, rf"{_CLOCK}{_PART} (?P<near>qua|nay|mai)(?!\w| (?:đời|đường|lại|cầu|nhà|sông|biên)\b)"),
    (meanings.near_day, r"(?P<near>yesterday|today|tomorrow|tonight|this (?:morning|afternoon|evening))\b"),
    (
        meanings.weekday,
        (
            rf"(?P<pre>{_CLOCK}(?:{_PART} )?(?:(?:ngày|hôm) )?)"
            rf"(?:(?P<order>thứ) (?!nhật)|ch[ủú]a? (?=nhật))(?P<weekday>{_WEEKDAY})(?!\w)"
            r"(?P<tail> (?:tuần )?(?:vừa qua|vừa rồi|trước|này|sau|tới|qua|rồi)\b)?(?! (?:hàng|hằng|mỗi)\b)"
        ),
    ),
    (meanings.weekday, rf"(?P<order>)(?:(?P<tail>last|this|next) )?(?P<weekday>{ENGLISH_WEEKDAY})\b"),
    # Months and their parts of a year
    (
        meanings.month,
        (
            rf"(?<!mạng\s)tháng (?P<m>{_MONTH}|{_MONTH_WORD})(?!\w)(?:(?:{_DASH}| đến | tới )(?P<m2>{_MONTH}))?"
            rf"{_OF_YEAR}{_SIDE}{_END}{_NO_AMOUNT}"
        ),
    ),
    (meanings.bare_year, rf"(?P<m>{_MONTH})/(?P<y>(?:19|20)\d\d)(?![\w/]|-[^\W\d]|[.,]\d)"),
    (meanings.quarter, rf"qu[ýí] (?P<q>[1-4]|iv|i{{1,3}}|một|hai|ba|tư)(?!\w){_OF_YEAR}{_END}{_NO_AMOUNT}"),
    (
        meanings.months_of_year,
        (
            rf"(?P<n>\d\d?|{COUNT}) (?P<u>tháng|quý) (?P<w>đầu|cuối)(?: tiên)? (?:của )?"
            rf"(?:(?:năm )?(?P<y>{_YEAR})(?!\d)|năm {_SPOKEN}|năm(?! (?:học|mới)\b))\b"
        ),
    ),
    # Years
    (
        meanings.year,
        rf"năm (?:học )?(?P<y>{_YEAR}|[1-9]\d\d(?={_STOP}))(?:(?:{_DASH}|/)(?P<y2>{_YEAR}))?{_END}",
    ),
    (
        meanings.bare_year,
        rf"(?P<y>(?:19|20)\d\d|1[0-8]\d\d(?={_DASH}1\d\d\d))(?:(?:{_DASH}|/)(?P<y2>{_YEAR}))?{_END}(?![\s-]\d\d\d)",
    ),
    (
        meanings.dated,
        (
            rf"(?:(?:(?<=đầu\s)|(?<=cuối\s))năm(?! (?:học|mới|người|tháng)\b)"
            rf"|(?<=giữa\s)năm(?={_STOP}| (?:đến|tới)\b))\b"
        ),
    ),
    (
        meanings.decade,
        (
            rf"(?:thập (?:niên|k[ỷỉ])|(?:những|các) năm) (?P<decade>(?:1\d|20)\d0|\d0)(?!\d|,\s?\d|{_DASH}\d| và \d)"
            rf"(?P<past>(?: của)? thế k[ỷỉ] (?:trước|20|xx)\b)?{_END}"
        ),
    ),
    (meanings.decade, r"(?:the )?(?P<decade>(?:1\d|20)\d0)s(?P<past>\b)"),
    (
        meanings.century,
        r"thế k[ỷỉ] (?:thứ )?(?P<century>\d\d?|[ivx]{1,5}|trước|này)(?!\w|%)(?! (?:tcn|trước công)\b)",
    ),
    # Seen from today
    (
        meanings.relative,
        rf"(?P<u>tuần|tháng|qu[ýí]|năm) (?P<w>vừa qua|vừa rồi|trước|này|sau|tới|qua|rồi|ngoái|nay|kia){_NO_STORY}",
    ),
    (meanings.relative, r"(?P<w>last|this|next) (?P<u>week|month|quarter|year)\b"),
    (
        meanings.counted,
        (
            rf"(?P<ago>cách đây )?(?:(?:trong|suốt) )?(?:(?:khoảng|hơn|gần) )?(?P<n>\d{{1,3}}|{COUNT}) "
            rf"(?P<u>giờ|tiếng|ngày|tuần|tháng|năm)"
            rf"(?: (?P<w>vừa qua|vừa rồi|gần đây|gần nhất|trở lại đây|qua|trước{_NO_EVENT}|sắp tới|tới|nay){_NO_STORY})"
            r"?(?!\w)"
        ),
    ),
    (
        meanings.counted,
        rf"(?:in |over )?(?:the )?(?P<past>last|past) (?P<n>\d{{1,3}}|{ENGLISH_COUNT}) (?P<u>day|week|month|year)s\b",
    ),
    (meanings.counted, rf"(?P<n>\d{{1,3}}|{ENGLISH_COUNT}|an?) (?P<u>day|week|month|year)s? (?P<w>ago)\b"),
    # Other languages
    (meanings.foreign_day, rf"{_NAMED} {_FOREIGN_DAY}(?:,? (?P<y>{_YEAR}))?{_END}"),
    (meanings.foreign_day, rf"{_FOREIGN_DAY}(?: of)? {_NAMED}(?:,? (?P<y>{_YEAR})(?: г(?:ода|\.))?)?{_END}"),
    (meanings.foreign_day, rf"{_NAMED},? (?P<y>{_YEAR}){_END}"),
    (meanings.dated, rf"(?:(?<=in\s)|(?<=of\s)|(?<=by\s)|(?<=since\s)|(?<=until\s)){_NAMED}(?!\s\d)"),
    (meanings.dated, rf"(?P<y>{_YEAR})年(?:(?P<m>\d\d?)月(?:(?P<d>\d\d?)日)?)?"),
    (meanings.dated, r"(?P<m>\d\d?)月(?P<d>\d\d?)日"),
)


@functools.cache
def grammar(spelling: Spelling) -> Grammar:
    """The patterns for texts with or without accents."""

    def ready(source: str) -> re.Pattern[str]:
        spelled = source if spelling == "accented" else _NOT_ASCII.sub(lambda match: fold(match.group()), source)
        return re.compile(spelled.replace(" ", r"(?:\s\s?)"))

    no_number = "" if spelling == "accented" else r"(?!\d)"  # "gala cười 2018" is not "cuối 2018"
    return Grammar(
        spelling=spelling,
        begin=ready(rf"(?<![^\W\u3400-\u9fff])(?:(?<!\d[.,/:-])\d|(?:{_BEGIN})\b)"),
        opener=ready(r"(?:(?:giai đoạn|thời k[ỳì]|nhiệm k[ỳì]|niên kho[áa]|niên khóa) )?(?:(?:từ|from) )?"),
        joint=ready(rf"{_DASH}| (?P<word>(?:cho |kéo dài )?(?:đến|tới)(?: hết)?|to|until|till|through) "),
        until_now=ready(r"(?:hiện )?nay\b|now\b"),
        cut=ready(rf"(nửa đầu|nửa cuối|nửa sau|đầu|giữa|cuối) (?:của )?{no_number}|(early|mid|late)(?: |-)(?:in )?"),
        counted=ready(_COUNTED),
        framed=ready(_FRAMED),
        lunar=ready(r" \(?âm lịch\)?"),
        rules=tuple((reader, ready(source)) for reader, source in _RULES),
    )


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
