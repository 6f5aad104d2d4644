"""Where the wanted kind of thing stands in a sentence, by rule: dates, amounts, names, places, reasons.

Every function takes a sentence and returns ranges in it; nothing here looks at the question.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from index.records import Range
from index.text import UPPER
from qa.records import QuestionType

_DD, _MM = r"(?:3[01]|[12]\d|0?[1-9])", r"(?:1[0-2]|0?[1-9])(?!\d)"
_DAY = rf"{_DD}(?:\s?[-–]\s?{_DD}|\s(?:và|đến)\s{_DD})?\s?[/.]\s?{_MM}(?:\s?[/.]\s?\d{{4}})?(?:\s?[-–]\s?{_DD}/{_MM}(?:/\d{{4}})?)?"
# With strokes only where the year or a word says that it is a date: "2-1" may be the score of a match.
_DASHED = (
    rf"(?:(?:sáng|trưa|chiều|tối|đêm|rạng sáng)\s)?(?:ngày|hôm|mùng)\s{_DD}-{_MM}(?!-?\d)"
    rf"|(?:sáng|trưa|chiều|tối|đêm|khuya)\s{_DD}-{_MM}(?!-?\d)|(?:(?:ngày|hôm)\s)?(?<![\d-]){_DD}-{_MM}-\d{{4}}"
)
YEAR = r"(?:1\d|20)\d\d"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
RUSSIAN_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_TIME = re.compile(
    # Looking only where a word begins makes the search ten times faster.
    rf"(?<!\w)(?:(?:(?:sáng|trưa|chiều|tối|đêm|rạng sáng)\s)?(?:(?:ngày|hôm|mùng|ngày mùng)\s)?\d{{1,2}}\stháng\s\d{{1,2}}(?:(?:,|\snăm)?\s{YEAR})?"
    rf"|(?:(?:sáng|trưa|chiều|tối|đêm|rạng sáng)\s)?(?:(?:hai|ba)?\s?(?:ngày|hôm|mùng)\s)?(?<![\d,.]){_DAY}(?![\d%]|,\d)(?!\s(?:tỷ|triệu|nghìn|USD|%))"
    rf"|{_DASHED}"
    rf"|(?:(?:đầu|giữa|cuối)\s)?tháng\s(?:\d{{1,2}}|giêng|chạp)(?:\s?[/-]\s?{YEAR}|\s(?:năm\s)?(?:{YEAR}|ngoái|nay|sau|trước))?"
    rf"|(?:từ\snăm\s|giai đoạn\s|thời kỳ\s)?(?<![\d,.]){YEAR}\s?[-–]\s?{YEAR}(?!\d)"
    rf"|(?:(?:đầu|giữa|cuối)\s)?(?:(?:(?:\d{{1,2}}|sáu|ba|chín)\stháng\s)?(?:đầu|cuối)\s)?năm\s{YEAR}"
    r"|(?:đầu|giữa|cuối)\s(?:năm|tháng|tuần)\s(?:nay|ngoái|sau|trước|này)|năm\s(?:ngoái|nay|sau|kia)|(?:tháng|tuần|quý)\s(?:trước|sau|này|tới)"
    r"|hôm\s(?:qua|nay|kia)|ngày\s(?:mai|kia)|quý\s(?:[1-4]|IV|I{1,3})(?:[/\s](?:năm\s)?\d{4})?|thế\skỷ\s(?:thứ\s)?[IVX\d]+"
    rf"|\d{{1,2}}\s?(?:h|giờ)\s?(?:\d{{1,2}}(?:\sphút)?)?(?!\w)|\d{{1,2}}:\d{{2}}"
    rf"|(?:\d{{1,2}}\s)?(?:{MONTHS})(?:\s\d{{1,2}})?(?:,?\s{YEAR})?|(?:\d{{1,2}}\s)?(?:{RUSSIAN_MONTHS})(?:\s{YEAR})?|{YEAR}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?"
    rf"|\d{{1,2}}月(?:\d{{1,2}}日)?|(?<![\d,.]){YEAR}(?![\d%]|[.,]\d)(?!\s(?:tỷ|triệu|nghìn|USD|người)))",
    re.IGNORECASE,
)
_WORD_NUMBER = r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
_SCALE = r"(?:trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ|million|billion|trillion|thousand|hundred|万|亿|тысяч[аи]?|миллион\w*|миллиард\w*)"
_UNIT = (
    r"(?:%|phần\străm|điểm\sphần\străm|USD|đồng|euro|đô\sla|rúp|nhân\sdân\stệ|người|quốc\sgia|nước|thành\sphố|tỉnh|văn\skiện|điểm|lần|năm|tháng|tuần|ngày|giờ|phút|tuổi|"
    r"km[2²]?|m[2²³]?|kg|gram|tấn|ha|héc-?ta|mét(?:\s(?:vuông|khối))?|dặm(?:\svuông)?|hải\slý|lít|độ(?:\s[CF](?!\w))?|°[CF]?|[kMGT]Wh?|[kMG]Hz|feet|foot|inch|miles?|"
    r"cuộc(?:\sđiện\sđàm)?|vụ|bàn|trận|chiếc|căn|học\ssinh|bệnh\snhân|trường\shợp|xe|dollars?|percent|people|years?|days?|countries|美元|人|个|次|年|天|%)"
)
_NUMBER = re.compile(
    rf"(?:(?:khoảng|gần|hơn|trên|dưới)\s)?(?<![\w/.,])\d[\d.,]*(?<![.,])(?:\s?{_SCALE})*(?:\s?{_UNIT}(?!\w)(?:\stuổi)?)?|(?:\b(?:lần\sthứ)\s(?:\w+))|(?<!\w){_WORD_NUMBER}\s{_UNIT}(?!\w)",
    re.IGNORECASE,
)
_CAPITAL = rf"[{UPPER}][\w’'.]*(?:-[{UPPER}]\w*)*(?<!\.)"
_NAME = re.compile(rf"(?<![\w]){_CAPITAL}(?:\s{_CAPITAL})*")
_TITLES = (
    r"[Tt]ổng thống|[Cc]hủ tịch|[Tt]hủ tướng|[Nn]goại trưởng|[Bb]ộ trưởng|[Tt]hứ trưởng|[Pp]hó|[Bb]í thư|[Gg]iám đốc|[Tt]rưởng|[Tt]hư ký|[Đđ]ại biểu|[Nn]ghị sĩ|"
    r"[Gg]iáo sư|[Tt]iến sĩ|[Tt]hạc sĩ|[Hh]ọc giả|[Bb]ác sĩ|[Ll]uật sư|[Tt]hẩm phán|[Cc]huyên gia|[Nn]hà|GS|PGS|TS|ThS|BS|"
    r"[Tt]hiếu tá|[Tt]rung tá|[Tt]hượng tá|[Đđ]ại tá|[Đđ]ại uý|[Tt]hượng uý|[Tt]rung uý|[Tt]hiếu uý|[Tt]ướng|[Bb]ị cáo|[Bb]ị can|[Nn]ạn nhân|[Đđ]ối tượng|[Nn]ghi phạm|"
    r"[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ụ|[Cc]ô|[Ee]m|[Cc]háu|[Cc]hú|[Dd]iễn viên|[Cc]a sĩ|[Nn]hạc sĩ|[Đđ]ạo diễn|[Nn]ghệ sĩ|[Hh]oa hậu|[Nn]gười mẫu|"
    r"[Cc]ầu thủ|[Hh]uấn luyện viên|HLV|[Tt]iền đạo|[Vv]ua|[Hh]oàng tử|[Cc]ông nương|[Tt]ài xế|[Cc]ựu binh"
)
_TITLE_WORD = re.compile(
    rf"(?:{_TITLES}|Nhà nước|Hồi giáo|Phật giáo|Thiên chúa giáo|Quốc hội|Chính phủ|Điện đàm|Thông cáo)(?!\w)"
)
"""Words whose first syllable alone has a capital: "Tổng thống"."""
_TITLED = re.compile(r"(?:Ông|Bà|Anh|Chị|Cụ|Cô|Em|Cháu|HLV|GS|PGS|TS|ThS|BS)\s(?=\S)")
_PERSON_BEFORE = re.compile(rf"(?:{_TITLES})(?:\s[\w-]+){{0,4}}\s$")
_PERSON_BEHIND = re.compile(r"\s?\((?:SN|sinh năm|\d{1,3} tuổi)|,\s\d{1,3} tuổi")
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:tại|ở|đến|tới|từ|sang|thăm|ra|về|thành phố|tỉnh|thủ đô|nước|huyện|quận|xã|phường|khu vực|bán đảo|biển|điện|nhà máy|nhà hát|đại học|in|at|to|from)|"
    r"\b(?:nước|phía) \w+)\s$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"(?:\b(?:bởi vì|vì|do|bởi|nhờ|nhằm|để|trong bối cảnh|sau khi|với lý do|xuất phát từ|vì lợi ích|because of|because|due to|in order to|so that)\b|因为|由于|为了|из-за|потому что|чтобы)"
    r"[^.;”\"]{8,220}",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r",\s(?=(?:\w+\s)?(?:đã|sẽ|đang|cũng|là|nói|cho biết|khẳng định))")


@functools.lru_cache(maxsize=1 << 14)
def spans(kind: QuestionType, sentence: str) -> tuple[Range, ...]:
    """The spans of a sentence that could answer a question of a type; none for types without a shape of their own."""
    finder = _FINDERS.get(kind)
    return tuple(finder(sentence)) if finder else ()


def _times(sentence: str) -> list[Range]:
    return [_trimmed(match) for match in _TIME.finditer(sentence)]


def _numbers(sentence: str) -> list[Range]:
    dates = _times(sentence)
    found = [_trimmed(match) for match in _NUMBER.finditer(sentence)]
    return [span for span in found if not any(date.start <= span.start < date.end for date in dates)]


def names(sentence: str) -> list[Range]:
    """Runs of capitalised words; a lone first word of the sentence is no name, nor the beginning of a title."""
    found = [
        Range(match.start(), match.end())
        for match in _NAME.finditer(sentence)
        if not ((title := _TITLE_WORD.match(sentence, match.start())) and title.end() > match.end())
    ]
    return [span for span in found if span.start > 0 or " " in sentence[span.start : span.end]]


def _people(sentence: str) -> list[Range]:
    """Names with a title or an age, without the title and the country before them ("Ngoại trưởng Nga Sergey Lavrov")."""
    found = []
    for name in names(sentence):
        text = sentence[name.start : name.end]
        titled = _TITLED.match(text)
        if titled or _PERSON_BEFORE.search(sentence[: name.start]) or _PERSON_BEHIND.match(sentence, name.end):
            before = titled.end() if titled else 0
            country = max((c for c in countries() if text.startswith(c + " ", before)), key=len, default="")
            found.append(Range(name.start + before + len(country) + bool(country), name.end))
    texts = [(span, sentence[span.start : span.end]) for span in found]
    return [span for span, text in texts if text not in countries() and (" " in text or not text.isupper())]


def _places(sentence: str) -> list[Range]:
    """Names behind a word of place; of "Trung Quốc Tập Cận Bình" the country is no place."""
    return [name for name in names(sentence) if _PLACE_BEFORE.search(sentence[: name.start])]


@functools.cache
def countries() -> frozenset[str]:
    """Vietnamese names of countries."""
    lines = Path(__file__).with_name("data").joinpath("countries.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@functools.cache
def _country() -> re.Pattern[str]:
    """Any country, the longer names first."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, countries()), key=len, reverse=True))})(?!\w)")


def countries_in(sentence: str) -> list[Range]:
    """Countries, wherever they stand."""
    return [Range(match.start(), match.end()) for match in _country().finditer(sentence)]


def _reasons(sentence: str) -> list[Range]:
    """Clauses that open with a word of reason or purpose."""
    found = []
    for match in _REASON.finditer(sentence):
        cut = _CLAUSE_END.search(sentence, match.start(), match.end())
        found.append(Range(match.start(), cut.start() if cut else len(sentence[: match.end()].rstrip(" ,"))))
    return found


def _trimmed(match: re.Match[str]) -> Range:
    """The match without blanks at its ends."""
    text = match.group()
    start = match.start() + len(text) - len(text.lstrip())
    return Range(start, match.start() + len(text.rstrip(" .,")))


_FINDERS = {"time": _times, "num": _numbers, "who": _people, "where": _places, "why": _reasons}
