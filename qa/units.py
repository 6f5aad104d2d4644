"""Which kind of amount a question wants, and a sentence gives: money, a length, a share, so many of a thing."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from index.records import Range
from index.text import fold
from qa.question import Query, unaccented

_UNITS = {
    "money": "tien dong vnd usd do dola euro eur rup te bang yen won baht franc dollar dollars euros money "
    "рублей руб долларов евро 元 美元 钱 人民币",
    "age": "tuoi 岁",
    "duration": "nam thang tuan ngay gio h phut giay year years month months week weeks day days hour hours "
    "minute minutes лет год года месяц месяцев недель дней часов минут 年 天 小时 分钟 月",
    "length": "km cm mm m met dam inch feet foot mile miles kilometer kilometers kilometre kilometres meters metres ly "
    "километров метров 公里 米",
    "area": "km2 m2 ha hec hecta hectares 平方",
    "volume": "m3 lit ml liter liters litre litres литров 升",
    "weight": "kg tan gram g ta yen kilogram tons tonnes kilograms тонн килограммов 公斤 吨",
    "share": "% phan percent процентов процента 百分",
    "data": "kb mb gb tb",
    "speed": "km/h km/gio",
}
_DIMENSIONS = {unit: dimension for dimension, units in _UNITS.items() for unit in units.split()}
_SCALES = frozenset(
    "tram nghin ngan van trieu ty ti million billion trillion thousand hundred "
    "тысяч тысячи миллион миллиона миллионов миллиарда миллиардов 万 亿".split()
)
_BILLIONS = frozenset({"ty", "ti"})
"""Newspapers leave the currency out behind these: "đội vốn từ 72 tỉ lên 2.600 tỉ"."""
_ASIDE = frozenset(
    "khoang gan hon tren duoi den toi about over nearly mot hai ba bon sau bay tam chin muoi lam tu".split()
)
_NO_THINGS = frozenset("cho de thi la vao trong o tai voi so khi tu den toi moi cua nua va nhu".split())
_SHARE = re.compile(r"phan tram|%|percent|процент|百分")
# Told by other words of the question than the one behind the question word.
_MONEY_WORDS = (
    r"giá|phí|kinh phí|chi phí|vốn|giá trị|trị giá|doanh thu|lợi nhuận|kim ngạch|thiệt hại|ngân sách|số tiền|học phí|"
    r"tiền lương|mức lương|lương tối thiểu|thu nhập|cước"
)
_AT_END = r"(?:là |đến |tới |khoảng |hết )?bao nhiêu(?: (?:một|mỗi|1) \w+)?[\s?!.]*$"
_WANTED = (
    ("duration", r"\bbao lâu\b|\bbao nhiêu thời gian\b|\bhow long\b|как долго|多久|多长时间"),
    ("length", rf"\bbao xa\b|\bhow (?:far|tall|high)\b|多远|多高|\b(?:dài|cao|sâu|xa) {_AT_END}"),
    ("area", rf"\bbao nhiêu diện tích\b|\bdiện tích\b.*{_AT_END}|\brộng {_AT_END}"),
    ("age", r"\bhow old\b|多大|几岁|сколько лет|\btuổi (?:là )?bao nhiêu\b"),
    ("weight", rf"\b(?:nặng|khối lượng|trọng lượng)\b.*{_AT_END}"),
    (
        "money",
        (
            r"\bhow much\b.*\b(?:money|costs?|worth|price|paid|pay|damage|budget|spen[dt]|invest\w*|fined?)\b|"
            rf"\b(?:{_MONEY_WORDS})\b(?: [\w.]+){{0,10}}? {_AT_END}|\bbị phạt {_AT_END}|"
            r"\b(?:nộp|trả|đền|bồi thường|vay|chi|đóng góp|chuyển)(?: \w+){0,2} bao nhiêu (?:cho|để|vào|từ|nhằm)\b|"
            rf"^(?:{_MONEY_WORDS}|mức phạt|lương)\b(?!.*\b(?:bao nhiêu|mấy)\b)|"
            r"多少钱|сколько (?:стоит|денег)"
        ),
    ),
)
_AS_TYPED = [(dimension, re.compile(pattern, re.IGNORECASE)) for dimension, pattern in _WANTED]
_BARE = [(dimension, re.compile(fold(pattern))) for dimension, pattern in _WANTED]
_TOKEN = re.compile(r"km/h|km/gio|[^\W\d_]+[23²³]?|[%$€£¥]")
# Without "một", which is mostly an article: "trở thành một thành viên".
_WORD_NUMBERS = r"(?:hai|ba|bon|nam|sau|bay|tam|chin|muoi|hang (?:chuc|tram|nghin|trieu)|vai)"


class WantedAmount(NamedTuple):
    """What is counted or measured.

    Attributes:
        dimension: a key of `_UNITS`; "" where the question does not say.
        thing: what is counted, folded ("nguoi"); "" where nothing is, or the question leaves it open.
        rest: the word behind it, which may be a part of it ("thành viên").
    """

    dimension: str = ""
    thing: str = ""
    rest: str = ""


@functools.lru_cache(maxsize=1 << 10)
def wanted_amount(query: Query) -> WantedAmount:
    """What a question for an amount asks to be counted or measured."""
    question = fold(query.question.text)
    if _SHARE.search(question):
        return WantedAmount("share")
    for dimension, pattern in _AS_TYPED if query.accented else _BARE:
        if pattern.search(query.question.text if query.accented else question):
            return WantedAmount(dimension)
    first = max(query.asked, default=len(query.words)) + 1
    behind = [word for word in (fold(word.text) for word in query.words[first:]) if word not in _SCALES]
    if behind and behind[0] in _DIMENSIONS:
        return WantedAmount(_DIMENSIONS[behind[0]])
    thing = behind[0] if behind and query.kind != "foreign" and _counts(query) and behind[0] not in _NO_THINGS else ""
    return WantedAmount(thing=thing, rest=behind[1] if thing and len(behind) > 1 else "")


def _counts(query: Query) -> bool:
    """Whether a thing to count stands behind the question word: "bao nhiêu người", not "bao lâu thì xong"."""
    return fold(query.words[max(query.asked)].text) in {"nhieu", "may"}


def fits(wanted: WantedAmount, sentence: str, span: Range) -> bool | None:
    """Whether an amount in a sentence is what is wanted: yes, no, or None where nothing tells."""
    dimension, behind = _given(sentence, span)
    if wanted.dimension:
        return dimension == wanted.dimension
    if wanted.thing and wanted.thing in behind:
        return True
    return False if wanted.thing and dimension else None


def _given(sentence: str, span: Range) -> tuple[str, list[str]]:
    """The dimension of an amount in a sentence, "" for a bare count, and the three words behind its number."""
    text = fold(sentence[span.start : span.end] + sentence[span.end : span.end + 24])
    if _SHARE.search(fold(sentence[span.start : span.end])):
        return "share", []
    found = [token for token in _TOKEN.findall(text) if token not in _ASIDE]
    units = [token for token in found if token not in _SCALES]
    if units and (dimension := _DIMENSIONS.get(units[0].replace("²", "2").replace("³", "3"))):
        return dimension, units[:3]
    if found and found[0] in _BILLIONS and not (units and units[0] in {"nguoi", "dan", "luot"}):
        return "money", units[:3]
    return ("money" if sentence[: span.start].rstrip()[-1:] in {"$", "€", "£", "¥"} else ""), units[:3]


def counted(wanted: WantedAmount, sentence: str) -> list[Range]:
    """Where a sentence counts the wanted thing with a number in words: "tám phát đạn"."""
    if not wanted.thing:
        return []
    rest = rf"(?: {re.escape(wanted.rest)})?" if wanted.rest else ""
    pattern = rf"(?<!\w){_WORD_NUMBERS} {re.escape(wanted.thing)}{rest}(?!\w)"
    return [Range(match.start(), match.end()) for match in re.finditer(pattern, unaccented(sentence))]
