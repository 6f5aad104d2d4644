"""What a question asks for: its language, the type of the wanted answer, and the words to look for."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from index.records import Range
from index.text import Word, fold, has_accents, language, words
from qa.dates.when import spoken_times
from qa.query import Lexicon, Query, is_vietnamese
from qa.question.abbreviations import explained_forms
from qa.question.follow_up import Answers, Asked, completed
from qa.question.other_forms import other_forms
from qa.question.respell import is_typed_out, respelled
from qa.question.stop_words import STOP_WORDS
from qa.question.titles import equal_titles
from qa.records import Question, QuestionType, Step


def understand(
    text: str,
    lexicon: Lexicon | None = None,
    context: Sequence[str] = (),
    today: dt.date | None = None,
    answers: Answers = MappingProxyType({}),
) -> Query:
    """Read a question.

    Args:
        text: the question as typed.
        lexicon: words that it is repaired with; without one it is taken as typed.
        context: the questions before it, oldest first: what it leaves out is taken from them.
        today: what "hôm nay" means; None: nobody knows.
        answers: to those that it refers to (`Query.refers_to`), as far as they are known.
    """
    query = _meant(text, lexicon, context, answers)
    if lexicon is None:
        return query
    times, told = spoken_times(query.question.text, query.words, today, lexicon) if today else ((), ())
    shorts, explained = explained_forms(query.question.text, query.words, lexicon)
    question = msgspec.structs.replace(query.question, steps=(*query.question.steps, *told, *explained))
    forms = other_forms(query.words, query.content, lexicon)
    others = (*forms, *times, *shorts, *equal_titles(query.words, lexicon))
    return query._replace(question=question, others=others)


def _meant(text: str, lexicon: Lexicon | None, context: Sequence[str], answers: Answers) -> Query:
    """A question repaired, with what it leaves out."""
    shown, steps = _repaired(re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip(), lexicon)
    query = _read(shown, steps)
    if not context:
        return query
    base = _meant(context[-1], lexicon, context[:-1], answers)
    whole = completed(_parts(query), _parts(base), answers)
    if whole is None:
        return query
    asked = query.question
    query = _read(whole.text, (*asked.steps, Step("context", asked.text, whole.text)))
    carried = (i for i, word in enumerate(query.words) if not whole.own.start <= word.start < whole.own.end)
    return query._replace(carried=frozenset(carried), refers_to=base.refers_to or whole.refers_to)


def _parts(query: Query) -> Asked:
    """A question as `qa.question.follow_up` takes it."""
    places = [Range(word.start, word.end) for word in query.words]
    content = [places[i] for i in query.content if i not in query.asked]
    return Asked(
        query.question.text,
        query.question.language,
        query.question.type,
        [places[i] for i in sorted(query.asked)],
        content,
    )


def _repaired(text: str, lexicon: Lexicon | None) -> tuple[str, tuple[Step, ...]]:
    """A question as it was meant, and each repair."""
    if lexicon is None or not (is_vietnamese(language(text)) or is_typed_out(text, lexicon)):
        return text, ()
    spelled, steps = respelled(text, lexicon)
    shown, written_out = _spelled_out(spelled)
    return shown, steps + written_out


def _read(shown: str, steps: tuple[Step, ...]) -> Query:
    """Take a question apart."""
    tongue = language(shown)
    found = tuple(words(shown))
    kind, asked = _type_and_question_words(shown, tongue, found)
    stop = STOP_WORDS.get(tongue, STOP_WORDS["vi"])
    now = _now(found)
    content = tuple(i for i, word in enumerate(found) if i not in asked | now and word.text not in stop)
    content = content or tuple(i for i in range(len(found)) if i not in asked) or tuple(range(len(found)))
    if kind == "who" and not asked & set(content) and not shown.isupper() and _are_names(shown, found, content):
        kind = "what"  # "Putin là ai?" knows the name and asks for what stands behind it
    accented = has_accents(shown) or not is_vietnamese(tongue)
    return Query(Question(text=shown, type=kind, language=tongue, steps=steps), found, asked, content, accented)


def _are_names(text: str, found: tuple[Word, ...], places: tuple[int, ...]) -> bool:
    """Whether all these words are written with a capital."""
    return all(text[found[i].start].isupper() for i in places)


_NOW = frozenset({("hom", "nay"), ("hien", "nay"), ("hien", "tai"), ("bay", "gio"), ("hien", "gio"), ("luc", "nay")})
"""Without accents, as questions are often typed."""


def _now(found: tuple[Word, ...]) -> frozenset[int]:
    """Positions of words that mean the day of asking: in an article "today" is another day."""
    folded = [fold(word.text) for word in found]
    return frozenset(
        j for i, pair in enumerate(zip(folded, folded[1:], strict=False)) if pair in _NOW for j in (i, i + 1)
    )


def _spelled_out(text: str) -> tuple[str, tuple[Step, ...]]:
    """The text with its usual abbreviations written out, and each of these repairs."""
    steps = []

    def spell(match: re.Match[str]) -> str:
        full = _abbreviations()[match.group().casefold()]
        steps.append(Step("abbreviation", match.group(), full))
        return full

    return _abbreviation().sub(spell, text), tuple(steps)


@functools.cache
def _abbreviations() -> dict[str, str]:
    """What each abbreviation stands for, by its small letters."""
    lines = Path(__file__).with_name("data").joinpath("abbreviations.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {short.casefold(): full for short, full in pairs}


@functools.cache
def _abbreviation() -> re.Pattern[str]:
    """Any abbreviation as a word of its own, longer ones first."""
    shorts = sorted(map(re.escape, _abbreviations()), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(shorts)})(?!\w)", re.IGNORECASE)


# Question types: the question word that stands first decides, of several at one place the first of the list.
# Vietnamese patterns are tried as typed, or without accents when the question has none. Chinese has no blanks between
# words, so its patterns stand apart.

_SPACED: dict[QuestionType, str] = {
    "why": r"vì sao|tại sao|sao lại|(?:vì|do) (?:lý do|cái) ?(?:gì|nào)?|lý do(?: gì| nào)?|nguyên nhân(?: gì| nào)?|nhằm mục đích gì|để làm gì|nhờ đâu|do đâu|"
    r"why|for what reason|what (?:is|was|are) the reasons?|почему|зачем|по какой причине",
    "time": r"khi nào|bao giờ|lúc nào|hồi nào|từ thuở nào|(?:vào )?(?:năm|ngày|tháng|hôm|thời gian|thời điểm|thế kỷ|giai đoạn|tuần|quý) (?:nào|mấy|bao nhiêu(?! tuổi))|mấy giờ|"
    r"when|(?:what|which) (?:year|date|day|time|month|century)|когда|(?:в |к )?как(?:ом|ому|ой|ая|ое) (?:году?|месяце?|числ[оа]|день|дата)|какого числа",
    "num": r"bao nhiêu|bao lâu|bao xa|(?:lần )?thứ mấy|mấy|phần trăm nào|con số nào|how (?:many|much|long|old|far|big|large|often|high|tall)|"
    r"what (?:percentage|number|amount|share)|сколько|как (?:долго|часто|много)|какой процент|какова (?:сумма|доля)",
    "who": r"(?:những )?ai|(?:những )?(?:người|nhân vật|vị|ông|bà|cô|cậu|em) nào|"
    r"(?:tổng thống|thủ tướng|ngoại trưởng|chủ tịch|lãnh đạo|chuyên gia|bộ trưởng|đại biểu|nghị sĩ|cầu thủ|ca sĩ|diễn viên|nhà văn|nhà thơ|nhà khoa học|vua|hoàng đế|tướng|đạo diễn|"
    r"huấn luyện viên|nhạc sĩ|họa sĩ|hoạ sĩ|bác sĩ|luật sư|giáo sư|cán bộ|giám đốc) nào|"
    r"(?:tổ chức|cơ quan|công ty|hãng|hãng tin|tờ báo|báo|đơn vị|bộ|đảng|phe|nhóm|tập đoàn|ngân hàng) nào|tên (?:là )?gì|who|whom|whose|кто|кого|кем|кому|чей",
    "where": r"(?:ở |tại |đến |từ )?đâu|(?:ở |tại )?(?:nơi|chỗ|địa điểm|thành phố|nước|quốc gia|tỉnh|thủ đô|châu lục|vùng|khu vực|huyện|quận|xã|phường|thị xã|làng|thôn|"
    r"đảo|sông|núi|bệnh viện|trường|trường học|đại học|sân bay|sân vận động|khách sạn|ngôi nhà|toà nhà|nhà hàng|cảng|bảo tàng) nào|"
    r"where|(?:which|what) (?:country|countries|city|cities|place|capital|province|region)|где|куда|откуда|(?:в )?как(?:ой|ом) (?:стран[аеы]|город[ае]?|мест[ое])",
    "how": r"(?:như )?thế nào|ra sao|làm sao|(?:bằng )?cách nào|how|как|каким образом|каково",
    "what": r"(?:những |các |cái |điều |việc |chuyện )?gì|(?:là )?nào|what|which|что|чего|чем|как(?:ой|ая|ое|ие|ого|ую|им|их)",
}
_CHINESE: dict[QuestionType, str] = {
    "why": r"为什么|为何|为啥|原因",
    "time": r"(?:几|哪)(?:年|月|号|天|日)|哪一(?:年|天)|何时|什么时候|什么时间|何年",
    "num": r"多少|几|多久|多大|百分之",
    "who": r"谁|哪位|何人|哪些人",
    "where": r"哪里|哪儿|在哪|何处|何地|哪个(?:国家|城市|地方)|哪些国家|哪国|什么地方",
    "how": r"如何|怎么样?|怎样",
    "what": r"什么|哪些?|何种",
}
_AMBIGUOUS_BARE = frozenset({"ai", "may", "dau", "gi"})
"""Question words that are other words too once their accents are gone (máy, đầu); they count at a question's ends only."""


def _patterns(spaced: Callable[[str], str]) -> list[tuple[QuestionType, re.Pattern[str]]]:
    """The types' patterns in order, the spaced ones passed through `spaced`."""
    return [
        (kind, re.compile(rf"(?<!\w)(?:{spaced(pattern)})(?!\w)|{_CHINESE[kind]}", re.IGNORECASE))
        for kind, pattern in _SPACED.items()
    ]


_AS_TYPED = _patterns(str)
_BARE = _patterns(fold)

_NOUNS: tuple[tuple[QuestionType, re.Pattern[str]], ...] = (
    (
        "num",
        re.compile(
            r"^(?:kim ngạch|số lượng|tỷ lệ|dân số|giá |mức tăng|tổng số|trị giá|vốn|kinh phí|chi phí|mức phạt|doanh thu|lợi nhuận|"
            r"diện tích|chiều (?:dài|cao|rộng)|kim ngach|so luong|ty le|dan so|von dau tu|kinh phi|chi phi|dien tich)",
            re.IGNORECASE,
        ),
    ),
    (
        "who",
        re.compile(
            r"^(?:(?:phó |cựu )?(?:tổng thống|thủ tướng|chủ tịch|bộ trưởng|thứ trưởng|ngoại trưởng|giám đốc|tổng giám đốc|hiệu trưởng|trưởng \w+|"
            r"bí thư|người phát ngôn|đạo diễn|tác giả|huấn luyện viên)|(?:tong thong|thu tuong|chu tich|bo truong|ngoai truong|giam doc|hieu truong|bi thu))\b",
            re.IGNORECASE,
        ),
    ),
    ("time", re.compile(r"^(?:ngày|thời gian|thời điểm|lịch|ngay|thoi gian|thoi diem|lich|date of)\b", re.IGNORECASE)),
)


def _type_and_question_words(text: str, tongue: str, found: tuple[Word, ...]) -> tuple[QuestionType, frozenset[int]]:
    """The type of the wanted answer, and which words ask for it."""
    bare = not has_accents(text) and is_vietnamese(tongue)
    candidates = _asking(text, found, bare=bare)
    if not candidates and not bare and is_vietnamese(tongue):
        candidates = _asking(text, found, bare=True)  # half of its accents may have been left out
    if candidates:
        *_, kind, asked = min(candidates, key=lambda candidate: candidate[:2])
        return kind, asked
    return next((kind for kind, pattern in _NOUNS if pattern.search(text)), "what"), frozenset()


def _asking(text: str, found: tuple[Word, ...], *, bare: bool) -> list[tuple[int, int, QuestionType, frozenset[int]]]:
    """Question words: where they start, the rank of their type, the type, and which words they are."""
    searched = unaccented(text) if bare else text
    ends = {0, len(found) - 1}
    candidates = []
    for rank, (kind, pattern) in enumerate(_BARE if bare else _AS_TYPED):
        for match in pattern.finditer(searched):
            asked = frozenset(
                i for i, word in enumerate(found) if word.start < match.end() and word.end > match.start()
            )
            if not (bare and fold(match.group()) in _AMBIGUOUS_BARE) or asked & ends:
                candidates.append((match.start(), rank, kind, asked))
    return candidates


def unaccented(text: str) -> str:
    """Folded text of the same length, so that offsets still fit (a question is NFC, so most letters map one to one)."""
    return "".join(fold(char) if len(fold(char)) == 1 else char for char in text)
