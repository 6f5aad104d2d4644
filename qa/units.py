"""Which kind of amount a question wants and which one a sentence gives: money, a length, a share, so many of a thing."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from index.records import Range
from index.text import fold
from qa.question import Query

_UNITS = {
    "money": "tien dong vnd usd do dola euro eur rup te bang yen won baht franc dollar dollars euros money рублей руб долларов евро 元 美元 钱 人民币",
    "age": "tuoi 岁",
    "duration": "nam thang tuan ngay gio h phut giay year years month months week weeks day days hour hours minute minutes "
    "лет год года месяц месяцев недель дней часов минут 年 天 小时 分钟 月",
    "length": "km cm mm m met dam inch feet foot mile miles kilometer kilometers kilometre kilometres meters metres hai "
    "километров метров 公里 米",
    "area": "km2 m2 ha hec hecta hectares 平方",
    "volume": "m3 lit ml liter liters litre litres литров 升",
    "weight": "kg tan gram g ta yen kilogram tons tonnes kilograms тонн килограммов 公斤 吨",
    "share": "% phan percent процентов процента 百分",
    "speed": "km/h km/gio",
}
_DIMENSIONS = {unit: dimension for dimension, units in _UNITS.items() for unit in units.split()}
_SCALES = frozenset(
    "tram nghin ngan van trieu ty ti million billion trillion thousand hundred тысяч тысячи миллион миллиона миллионов миллиарда миллиардов 万 亿".split()
)
_BILLIONS = frozenset({"ty", "ti"})
"""Newspapers leave the currency out behind these: "đội vốn từ 72 tỉ lên 2.600 tỉ"."""
_ASIDE = frozenset("khoang gan hon tren duoi den toi about over nearly".split())
_NO_THINGS = frozenset("cho de thi la vao trong o tai voi so khi tu den toi moi cua nua va nhu".split())
_SHARE = re.compile(r"phan tram|%|percent|процент|百分")
_GROWTH = re.compile(r"增长|增加|\b(?:ty le|tang|giam|muc tang|gr[eo]w\w*|rise|rose|increase\w*|fell|вырос\w*|рост)\b")
# Told by other words of the question than the one behind the question word.
_WANTED = (
    ("duration", re.compile(r"\bbao lau\b|\bhow long\b|как долго|多久|多长时间")),
    (
        "length",
        re.compile(r"\bbao xa\b|\bhow (?:far|tall|high)\b|多远|多高|\b(?:dai|cao|sau|xa) (?:la )?bao nhieu\s*\W*$"),
    ),
    ("age", re.compile(r"\bhow old\b|多大|几岁|сколько лет|\btuoi (?:la )?bao nhieu\b")),
    ("weight", re.compile(r"\b(?:nang|khoi luong|trong luong)\b[^,;]*\bbao nhieu\s*\W*$")),
    (
        "money",
        re.compile(
            r"\bhow much\b.*\b(?:money|cost|costs|worth|price|paid|pay|damage|budget|spend|spent|invest\w*|fin(?:e|ed))\b|"
            r"\b(?:gia|phi|kinh phi|chi phi|von|gia tri|tri gia|doanh thu|loi nhuan|kim ngach|thiet hai|ngan sach|tien|bi phat)"
            r"(?: [\w.]+){0,10}? (?:la |den |toi |khoang |het )?bao nhieu\s*\W*$|"
            r"\b(?:nop|tra|den|boi thuong|vay|chi|dong gop|chuyen|phat)(?: \w+){0,2} bao nhieu (?:cho|de|vao|tu|nham)\b|"
            r"^(?:gia|kinh phi|chi phi|von|tri gia|gia tri|doanh thu|kim ngach|muc phat|tien|hoc phi|luong thuong)\b(?!.*\b(?:bao nhieu|may)\b)|"
            r"多少钱|сколько (?:стоит|денег)"
        ),
    ),
)
_TOKEN = re.compile(r"km/h|km/gio|[^\W\d_]+[23²³]?|[%$€£¥]")
_WORD_NUMBERS = r"(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|hang (?:chuc|tram|nghin|trieu)|vai|nhieu)"


class WantedAmount(NamedTuple):
    """What is counted or measured.

    Attributes:
        dimension: a key of `_UNITS`; "" where the question does not say.
        thing: what is counted, folded ("nguoi"); "" where nothing is, or the question leaves it open.
        growth: a share may answer, though nothing asks for one.
    """

    dimension: str = ""
    thing: str = ""
    growth: bool = False


@functools.lru_cache(maxsize=1 << 10)
def wanted_amount(query: Query) -> WantedAmount:
    """What a question for an amount asks to be counted or measured."""
    question = fold(query.question.text)
    if _SHARE.search(question):
        return WantedAmount("share")
    for dimension, pattern in _WANTED:
        if pattern.search(question):
            return WantedAmount(dimension)
    first = max(query.asked, default=len(query.words)) + 1
    behind = [word for word in (fold(word.text) for word in query.words[first:]) if word not in _SCALES]
    if behind and (dimension := _DIMENSIONS.get(behind[0])):
        return WantedAmount(dimension)
    vietnamese = query.question.language in {"vi", "und"}
    thing = behind[0] if behind and vietnamese and _counts(query) and behind[0] not in _NO_THINGS else ""
    return WantedAmount(thing=thing, growth=bool(_GROWTH.search(question)))


def _counts(query: Query) -> bool:
    """Whether a thing to count stands behind the question word: "bao nhiêu người", not "bao lâu thì xong"."""
    return fold(query.words[max(query.asked)].text) in {"nhieu", "may"}


def fits(wanted: WantedAmount, sentence: str, span: Range) -> bool | None:
    """Whether an amount in a sentence is what is wanted: yes, no, or None where nothing tells."""
    dimension, behind = _given(sentence, span)
    if wanted.dimension:
        return dimension == wanted.dimension
    if dimension == "share" and not wanted.growth:
        return False
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
    same = "".join(plain if len(plain := fold(char)) == 1 else char for char in sentence)
    pattern = rf"(?<!\w){_WORD_NUMBERS} {re.escape(wanted.thing)}(?!\w)"
    return [Range(match.start(), match.end()) for match in re.finditer(pattern, same)]
