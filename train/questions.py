"""Questions made from sentences: a question word takes the place of a date, a number or a name.

Vietnamese and Chinese keep the question word where the answer stands, so the result is a grammatical question most of
the time; in English and Russian it goes to the front. One in three reads badly, and still teaches what matters here:
that a question lies near the words around its answer.
"""

import random
import re
from dataclasses import dataclass

CAPITAL = "[A-Z" + "".join(filter(str.isupper, map(chr, range(0xC0, 0x1EFA)))) + "]"


@dataclass(frozen=True)
class Slot:
    """Something to ask for: how it looks in a sentence (its last group, if any), and the words that ask for it."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]


def _slot(pattern: str, words: str) -> Slot:
    return Slot(re.compile(pattern), tuple(words.split("|")))


_NAME = rf"\b{CAPITAL}[\w-]*(?: {CAPITAL}[\w-]*)+"

SLOTS: dict[str, tuple[Slot, ...]] = {
    "vi": (
        _slot(
            r"(?:(?:ngày|hôm) )\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?"
            r"|(?:đầu |cuối |giữa )?tháng \d{1,2}(?: năm \d{4}|/\d{4})?|năm \d{4}"
            r"|hôm qua|hôm nay|năm ngoái|\d{1,2}h\d{0,2}|\d{1,2} giờ",
            "khi nào|bao giờ|lúc nào|ngày nào|năm nào|tháng mấy|thời gian nào",
        ),
        _slot(
            r"(?:khoảng |gần |hơn |trên )?(?<![\d/])\d[\d.,]*(?: ?%| (?:triệu|tỷ|tỉ|nghìn|ngàn))?",
            "bao nhiêu|mấy|bao nhiêu",
        ),
        _slot(rf"\b(?:tại|phố|tỉnh|nước|quận|huyện) ({_NAME}|{CAPITAL}\w+)", "đâu|nơi nào|nào|địa điểm nào"),
        _slot(rf"\b(?:ông|bà|anh|chị|em|tịch|thống|tướng|viên|sĩ) ({_NAME}|{CAPITAL}\w+)", "nào|ai|tên gì"),
        _slot(_NAME, "ai|gì|cái gì|đâu|ai|tổ chức nào"),
        _slot(r"\b(?:vì|do|bởi|nhằm) ([^,.;]{12,80})", "sao|lý do gì|nguyên nhân gì"),
    ),
    "en": (
        _slot(
            r"(?:in |on )?(?:\d{1,2} )?(?:(?:January|February|March|April|May|June|July|August|September|October"
            r"|November|December)(?: \d{1,2})?,? ?)?\b[12]\d{3}\b",
            "when|what year|in which year|what date",
        ),
        _slot(r"\$?\d[\d.,]*(?: ?%| percent| million| billion)?", "how many|how much|what number of"),
        _slot(_NAME, "who|what|where|which"),
    ),
    "zh": (
        _slot(r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日|\d{4}年|\d{1,2}月", "什么时候|何时|哪一年|哪天"),
        _slot(r"\d[\d.,]*[万亿%]?", "多少|几"),
    ),
    "ru": (
        _slot(r"(?:в |с )?\d{4} (?:году|года|год)", "когда|в каком году"),
        _slot(r"\d[\d.,]*(?: ?%| млн| млрд| тыс\.?)?", "сколько|какое количество"),
        _slot(r"[А-ЯЁ]\w+(?: [А-ЯЁ]\w+)+", "кто|что|где|кого"),
    ),
}
FRONTED = frozenset({"en", "ru"})
FRONTED_ANYWAY = 0.25  # of the questions in the other languages
OWN_CLAUSE = 0.5


def question_from(sentence: str, language: str, rng: random.Random) -> str | None:
    """A question that the sentence answers, or None where nothing in it can be asked for."""
    found = [(match, slot) for slot in SLOTS[language] for match in slot.pattern.finditer(sentence)]
    if not found:
        return None
    match, slot = rng.choice(found)
    asking = rng.choice(slot.words)
    start, end = match.span(match.re.groups)
    before, after = _nearby(sentence[:start], sentence[end:], rng)
    order = [asking, before, after] if language in FRONTED or rng.random() < FRONTED_ANYWAY else [before, asking, after]
    question = " ".join(part for part in order if part).strip(' ,.;:“”"')
    return question if len(question) > len(asking) + 8 else None


def _nearby(before: str, after: str, rng: random.Random) -> tuple[str, str]:
    """What a question keeps of the words around its answer: the same clause half of the time, never very far."""
    if rng.random() < OWN_CLAUSE:
        before = re.split(r"[,;:“”]", before)[-1]
        after = re.split(r"[,;:“”]", after)[0]
    return " ".join(before.split()[-rng.randint(4, 14) :]), " ".join(after.split()[: rng.randint(3, 12)])
