"""Follow-up questions: what one leaves out is taken over from the questions before it.

"còn Iran?" after "Ấn Độ vào SCO năm nào?" asks "Iran vào SCO năm nào?". A question that is complete takes nothing.
Everything here reads questions whose spelling is already repaired.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from index.records import Range
from index.text import fold
from qa.question.entities import countries_in, names, spans
from qa.question.spelling import spelling
from qa.question.titles import titles

_OPENS = re.compile(
    r"^(?:(?:thế|thể|vậy|thì) )?còn(?: (?:về|với|phía|đối với))?(?!\w)\s*|"
    r"^(?:and|but|what about|how about)(?: (?:what|how) about)?\b\s*|^(?:а|и) |^那么?|^还有",
    re.IGNORECASE,
)
_CLOSES = re.compile(r",?\s*(?:thì (?:sao|thế nào|như thế nào)|ra sao)?\s*[?？]*$|(?:呢|怎么样)[？?]*$", re.IGNORECASE)
_PERSON = (
    r"\b(?:ông|bà|anh|chị|cô|vị|người) (?:ấy|ta|này|đó)\b|\b(?:hai|các) (?:ông|bà|người) (?:ấy|này|đó)?|\bhọ\b|"
    r"\b(?:he|she|they|him|them|his|their)\b|\b(?:он|она|они|его|её|их)\b|他|她"
)
_PLACE = (
    r"\b(?:ở|tại|đến|tới) (?:đó|đấy)\b|\b(?:nước|quốc gia|thành phố|nơi|tỉnh|vùng) (?:này|đó|ấy)\b|"
    r"\bthere\b|\bтам\b|那里|那儿"
)
_THING = (
    r"\b(?:hội nghị|cuộc \w+(?: \w+)?|chuyến \w+|vụ(?: \w+)?|sự kiện|văn kiện|tổ chức|công ty|hiệp ước|thoả thuận|"
    r"thỏa thuận|việc|điều|dịp|lúc|khi|hôm|ngày|năm|cái) (?:đó|này|ấy|đấy)\b|\bnó\b|\b(?:vậy|thế)\s*\??$|"
    r"\b(?:that|this|those|these|it|else)\b|\b(?:это|этот|эта|тогда)\b|它|该"
)
_PERSON_BACK, _PLACE_BACK, _THING_BACK = (re.compile(pattern, re.IGNORECASE) for pattern in (_PERSON, _PLACE, _THING))
_TITLE = r"(?:(?:ông|bà|anh|chị|cô|phía|nước) )?"
_AT = re.compile(r"^(?:ở|tại|trong|của|in|at|for|в|在)\s+", re.IGNORECASE)
FEW = 3
"""Content words up to which a question that names nothing is not complete."""
MOST_WITH_OPENER = 8
"""Content words behind "còn" from which it is no sign of a question that leaves something out."""


class Asked(NamedTuple):
    """A question taken apart: its text, the words that ask, and those that carry its meaning.

    Attributes:
        tongue: its language.
        asking: "time", "who", …: what it asks for.
        asks: ranges of its question words.
        content: ranges of the words that a passage should hold.
    """

    text: str
    tongue: str
    asking: str
    asks: Sequence[Range]
    content: Sequence[Range]

    def names(self) -> list[Range]:
        """Names, countries, acronyms and numbers; in a Vietnamese text also the words that are not Vietnamese."""
        found = [*names(self.text), *countries_in(self.text), *spans("time", self.text)]
        for word in self.content:
            piece = self.text[word.start : word.end]
            foreign = self.tongue in {"vi", "und"} and not spelling().readings(fold(piece))
            if foreign or piece[0].isdigit() or (len(piece) > 1 and piece.isupper()):
                found.append(word)
        return found

    def words(self) -> float:
        """How many words its content has; two Chinese characters make one."""
        return len(self.content) / (2 if self.tongue == "zh" else 1)


Find = Callable[[str], Sequence[Range]]
Answers = Mapping[str, str | None]
"""Short answers to earlier questions; None to one that was declined."""


class Completed(NamedTuple):
    """What a question means: the text, and which range of it was asked now; the rest is taken over.

    Attributes:
        refers_to: the earlier question whose answer it points at, unless that is in it already.
    """

    text: str
    own: Range
    refers_to: str | None = None


def completed(question: Asked, base: Asked, answers: Answers) -> Completed | None:
    """What a question means after another one (`base`, complete); None when it means what it says.

    `answers`: to earlier questions, as far as they were asked for (`Completed.refers_to`).
    """
    if not _is_open(question):
        return None
    opener, rest = _rest(question.text)
    if opener and not question.asks:
        return _exchanged(base, rest)
    if not _own(question, base):
        whole = f"{_told(base)} {_without_pointing(rest)}"
        return Completed(whole, Range(0, len(whole)))
    refers_to = base.text if _points_at_answer(question, base) else None
    topic = _topic(question, base, answers.get(base.text) if refers_to else None)
    return Completed(f"{rest} ({topic})", Range(0, len(rest)), None if refers_to in answers else refers_to)


def _is_open(question: Asked) -> bool:
    """Whether a question leaves something out."""
    opener, _ = _rest(question.text)
    if opener:
        return question.words() <= MOST_WITH_OPENER
    named = question.names()
    if question.words() <= FEW and not named:
        return True
    first = min((name.start for name in named), default=len(question.text))
    back = [match.start() for pattern in (_PERSON_BACK, _THING_BACK) for match in pattern.finditer(question.text)]
    return _PLACE_BACK.search(question.text) is not None or any(place < first for place in back)


def _rest(text: str) -> tuple[bool, str]:
    """Whether a question opens or closes like "còn … thì sao?", and what stands between."""
    opened = _OPENS.match(text)
    inner = text[opened.end() :] if opened else text
    closed = _CLOSES.search(inner)
    rest = inner[: closed.start()] if closed else inner
    asks_so = closed is not None and any(char.isalnum() for char in closed.group())
    return bool(opened or asks_so), rest.strip(" ,")


def _own(question: Asked, base: Asked) -> list[Range]:
    """The content that a question brings beyond what it points back with and what the base says already."""
    there = fold(base.text).split()
    pointing = [
        Range(*match.span())
        for pattern in (_OPENS, _PERSON_BACK, _PLACE_BACK, _THING_BACK)
        for match in pattern.finditer(question.text)
    ]
    return [
        word
        for word in question.content
        if fold(question.text[word.start : word.end]) not in there
        and not any(back.start <= word.start < back.end for back in pointing)
    ]


def _without_pointing(text: str) -> str:
    """A question without the words that point back ("dịp đó"): what they mean stands before it."""
    for pattern in (_PERSON_BACK, _PLACE_BACK, _THING_BACK):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def _told(base: Asked) -> str:
    """A question without its question words and its mark."""
    text = base.text
    for asks in sorted(base.asks, key=lambda span: -span.start):
        text = f"{text[: asks.start].rstrip()} {text[asks.end :].lstrip()}"
    return text.strip(" ?？")


def _points_at_answer(question: Asked, base: Asked) -> bool:
    """Whether "he" or "there" means the answer to the question before it."""
    back = {"who": _PERSON_BACK, "where": _PLACE_BACK}.get(base.asking)
    return back is not None and back.search(question.text) is not None


def _topic(question: Asked, base: Asked, said: str | None) -> str:
    """What a question needs of the one before it: the answer it points at, and words that it does not repeat."""
    own = {fold(question.text[word.start : word.end]) for word in question.content}
    words = (base.text[word.start : word.end] for word in base.content)
    missing = " ".join(word for word in words if fold(word) not in own)
    return f"{said}, {missing}" if said else missing


def _exchanged(base: Asked, rest: str) -> Completed:
    """The earlier question with its own date, country, person or place replaced by what is asked about now."""
    bare = _AT.sub("", rest)
    # "Ở Điện Kremlin" is no name of four words.
    text = base.text[:1].lower() + base.text[1:] if _AT.match(base.text) else base.text
    find_all: list[Find] = [partial(spans, "time"), countries_in, partial(spans, "who"), names]
    if bare != rest:
        find_all = [partial(spans, "where"), *find_all[:2], _no_people]
    for find in find_all:
        if (new := find(rest)) and (there := find(text)):
            old = there[-1]
            start = _title_start(text, old.start) if new[0].start else old.start
            titled = re.search(_TITLE + "$", text[:start], re.IGNORECASE)
            start = titled.start() if titled else start
            return Completed(text[:start] + bare + text[old.end :], Range(start, start + len(bare)))
    before = text.rstrip(" ?？")
    return Completed(f"{before} {rest}?", Range(len(before) + 1, len(before) + 1 + len(rest)))


def _title_start(text: str, end: int) -> int:
    """Where the title of an office begins that a question has right before the country: both are exchanged."""
    before = text[:end].rstrip().casefold()
    held = (title for title in titles() if re.search(rf"(?<!\w){title}$", before))
    return len(before) - len(longest) if (longest := max(held, key=len, default="")) else end


def _no_people(text: str) -> list[Range]:
    """Names that are not of people."""
    return [name for name in names(text) if name.end not in {person.end for person in spans("who", text)}]
