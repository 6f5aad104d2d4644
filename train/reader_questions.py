"""Questions with exact answers for the span reader, made from sentences.

A question word takes the place of a span, as in `train.questions`, but here the span is kept; it may be a date, an
amount, a name, a phrase or a reason. One in three reads badly, and still teaches where answers stand.
"""

import random
import re
from typing import NamedTuple

from index.records import Range
from index.text import fold, words
from qa.records import QuestionType
from qa.spans import names, spans
from train.questions import FRONTED, SLOTS
from train.text import STOP_WORDS, keywords, strip_accents

BARE_SHARE, KEYWORD_SHARE, LOWER_SHARE = 0.25, 0.15, 0.30
OWN_CLAUSE = 0.55
FRONTED_SHARE = 0.3
TITLE_SHARE = 0.25  # of names are asked for with the words before them left out
LONGEST_PHRASE = 12
FEWEST_WORDS = 3


class Asked(NamedTuple):
    """A question and the range of its answer in the sentence that it was made from."""

    question: str
    answer: Range


_ASKING: dict[str, str] = {
    "year": "năm nào|vào năm nào|khi nào|năm bao nhiêu|bao giờ|thời gian nào",
    "month": "tháng nào|tháng mấy|khi nào|vào tháng mấy|bao giờ|thời gian nào",
    "time": "khi nào|bao giờ|ngày nào|lúc nào|thời gian nào|thời điểm nào|hôm nào|khi nào",
    "num": "bao nhiêu|bao nhiêu|bao nhiêu|mấy|con số bao nhiêu",
    "who": "ai|ai|ai|người nào|nhân vật nào|vị nào|tên gì",
    "where": "ở đâu|đâu|nơi nào|địa điểm nào|thành phố nào|nước nào|quốc gia nào|tỉnh nào|khu vực nào",
    "organisation": "tổ chức nào|cơ quan nào|đơn vị nào|công ty nào|ai|bên nào",
    "name": "gì|ai|cái gì|đâu|tên gì|tên là gì|nào",
    "what": "gì|điều gì|những gì|cái gì|như thế nào|thế nào|việc gì|gì|làm gì|ra sao",
    "why": "vì sao|tại sao|vì lý do gì|do đâu|nguyên nhân gì|nhằm mục đích gì|để làm gì",
}
_NOUN_QUESTIONS = {
    "why": "lý do|nguyên nhân|mục đích",
    "time": "thời gian|thời điểm",
    "year": "năm",
    "num": "số lượng|số",
}
_ORGANISATION = re.compile(
    r"(?:Bộ|Công|Tổ|Ngân|Đại học|Trường|Viện|Hội|Ủy|Uỷ|Sở|Tòa|Toà|Liên|Cục|Tập|Đảng|Bệnh|UBND|Tổng|Cơ|CLB|Câu|Hãng|"
    r"TAND|Chi|HĐND|FIFA|VFF)\b"
)
_PHRASE = re.compile(
    r"(?:^|\s)(?:là|gồm|có|bao gồm|được gọi là|cho biết|trở thành|rằng|thành|như|bị|được|phải|về|của|cho|với|trong|"
    r"bằng|sẽ|đã|đang|nên|muốn|khiến|giúp|tạo|làm|yêu cầu|đề nghị)\s"
    r"([^,.;:“”\"()]{6,110})"
)
_SUBJECT = re.compile(r"^([^,.;:“”\"()]{6,70}?)\s(?:là|đã|sẽ|đang|được|bị|có|cho biết|khẳng định)\s")
_REASON_WORD = re.compile(r"^(?:bởi vì|vì|do|bởi|nhờ|nhằm|để|sau khi|trong bối cảnh|xuất phát từ)\s", re.IGNORECASE)
_YEAR, _MONTH = re.compile(r"năm \d{4}$|^\d{4}$"), re.compile(r"^(?:(?:đầu|giữa|cuối) )?tháng ")
_BORDER = re.compile(r"[,;:“”\"]")
_TYPES: tuple[QuestionType, ...] = ("time", "num", "who", "where", "why")


def askable(sentence: str, rng: random.Random) -> list[tuple[str, Range]]:
    """Everything in a Vietnamese sentence that can be asked for, each with its kind (a key of the question words)."""
    found: list[tuple[str, Range]] = [(kind, span) for kind in _TYPES for span in spans(kind, sentence)]
    taken = {span for _, span in found}
    for name in names(sentence):
        if name not in taken:
            organisation = _ORGANISATION.match(sentence[name.start : name.end])
            found.append(("organisation" if organisation else "name", name))
    found += [("what", _shortened(sentence, Range(*match.span(1)), rng)) for match in _PHRASE.finditer(sentence)]
    found += [("what", Range(*match.span(1))) for match in _SUBJECT.finditer(sentence)]
    return [(_kind(kind, sentence[span.start : span.end]), span) for kind, span in found if span.end - span.start > 0]


def _kind(kind: str, text: str) -> str:
    """Times are told apart by what they name."""
    if kind != "time":
        return kind
    return "year" if _YEAR.search(text) else "month" if _MONTH.match(text) else "time"


def _shortened(sentence: str, span: Range, rng: random.Random) -> Range:
    """The first two to `LONGEST_PHRASE` words of a phrase, or all of it."""
    found = words(sentence[span.start : span.end], span.start)
    size = len(found) if len(found) <= LONGEST_PHRASE and rng.random() < OWN_CLAUSE else rng.randint(2, LONGEST_PHRASE)
    return Range(span.start, found[min(size, len(found)) - 1].end) if found else span


def question_with_answer(sentence: str, rng: random.Random) -> Asked | None:
    """A Vietnamese question that a span of the sentence answers, or None where nothing can be asked for."""
    found = askable(sentence, rng)
    if not found:
        return None
    kind = rng.choice(sorted({kind for kind, _ in found}))
    span = rng.choice([span for other, span in found if other == kind])
    return asked_for(sentence, kind, span, rng)


def asked_for(sentence: str, kind: str, span: Range, rng: random.Random) -> Asked | None:
    """The question that asks for this span, if enough of the sentence is left to ask with."""
    text = sentence[span.start : span.end]
    answer = span
    if kind == "why" and (opening := _REASON_WORD.match(text)) and rng.random() < 1 - TITLE_SHARE:
        answer = Range(span.start + opening.end(), span.end)
    before, after = nearby(sentence[: span.start], sentence[span.end :], rng)
    if len(before) + len(after) < FEWEST_WORDS:
        return None
    question = _ordered(kind, _question_word(kind, text, rng), before, after, rng)
    return Asked(styled(_tidy(question), rng), answer)


def _question_word(kind: str, text: str, rng: random.Random) -> str:
    """Words that ask for a span of a kind; an amount keeps its unit most of the time."""
    if kind == "num" and "%" in text:
        return rng.choice(("bao nhiêu phần trăm", "bao nhiêu %"))
    asking = rng.choice(_ASKING[kind].split("|"))
    if kind == "num":
        unit = [word for word in text.split() if not any(letter.isdigit() for letter in word)]
        unit = [word for word in unit if word not in {"khoảng", "gần", "hơn", "trên", "dưới"}]
        return " ".join([asking, *unit]) if rng.random() > TITLE_SHARE else asking
    return asking


def _ordered(kind: str, asking: str, before: list[str], after: list[str], rng: random.Random) -> str:
    """The question word in its place, at the front, at the end, or as a noun ("lý do ... là gì")."""
    share = rng.random()
    if share < FRONTED_SHARE:
        return " ".join([asking, *before, *after])
    if share < FRONTED_SHARE + 0.08 and kind in _NOUN_QUESTIONS:
        return " ".join(
            [rng.choice(_NOUN_QUESTIONS[kind].split("|")), *before, *after, "là", "gì" if kind == "why" else "nào"]
        )
    if share < FRONTED_SHARE + 0.2:
        return " ".join([*after, *before, asking])
    return " ".join([*before, asking, *after])


def nearby(before: str, after: str, rng: random.Random) -> tuple[list[str], list[str]]:
    """Words around an answer that the question keeps: its clause, or more; some small words get lost."""
    if rng.random() < OWN_CLAUSE:
        near, following = _BORDER.split(before)[-1], _BORDER.split(after)[0]
        if len(near.split()) + len(following.split()) > FEWEST_WORDS:
            before, after = near, following
    left, right = before.split()[-rng.randint(4, 14) :], after.split()[: rng.randint(3, 12)]
    lost = rng.choice((0.0, 0.0, 0.1, 0.25))
    return _thinned(left, lost, rng), _thinned(right, lost, rng)


def _thinned(found: list[str], lost: float, rng: random.Random) -> list[str]:
    """Some words dropped: names seldom, function words twice as often."""
    return [word for word in found if word[:1].isupper() or rng.random() > lost * (1 + (word.lower() in STOP_WORDS))]


def _tidy(question: str) -> str:
    return re.sub(r"\s+", " ", question).strip(' ,.;:“”"()-–')


def styled(question: str, rng: random.Random) -> str:
    """The question as somebody types it: whole, in lower case, as key words, without accents."""
    if rng.random() < KEYWORD_SHARE:
        question = keywords(question.rstrip("?"), rng)
    if rng.random() < LOWER_SHARE:
        question = question.lower().rstrip("? ")
    elif not question.endswith("?") and rng.random() < 1 - LOWER_SHARE:
        question = question[:1].upper() + question[1:] + "?"
    return strip_accents(question) if rng.random() < BARE_SHARE else question


def foreign_question(sentence: str, language: str, rng: random.Random) -> tuple[str, str] | None:
    """A question from a sentence in another language and the words that it asks for, or None."""
    found = [(match, slot) for slot in SLOTS[language] for match in slot.pattern.finditer(sentence)]
    if not found:
        return None
    match, slot = rng.choice(found)
    start, end = match.span(match.re.groups)
    asking = rng.choice(slot.words)
    if language == "zh":
        return sentence[:start] + asking + sentence[end:], sentence[start:end]
    before, after = nearby(sentence[:start], sentence[end:], rng)
    if len(before) + len(after) < FEWEST_WORDS:
        return None
    order = [asking, *before, *after] if language in FRONTED else [*before, asking, *after]
    return _tidy(" ".join(order)), sentence[start:end]


def same_span(wanted: str, sentence: str) -> Range | None:
    """Where a number or a name of one language stands unchanged in a sentence of another."""
    if not re.search(rf"\d|{'[A-Z]'}\w", wanted):
        return None
    place = re.search(rf"(?<!\w){re.escape(wanted.strip())}(?!\w)", sentence)
    return Range(*place.span()) if place else None


def shared_words(left: str, right: str) -> float:
    """The share of the content words of `left` that `right` has too, accents ignored."""
    wanted = {fold(word.text) for word in words(left) if word.text not in STOP_WORDS}
    return len(wanted & {fold(word.text) for word in words(right)}) / max(len(wanted), 1)
