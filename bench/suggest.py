"""Suggests gold questions from a collection's own articles, for somebody to read, mend and keep.

A question word takes the place of a date, an amount, a person, a place or a reason, where it stood: in Vietnamese and
Chinese that is grammatical. What cannot be understood without its neighbours, or says too little, is passed over.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.asking import PAGE, collection_for
from bench.gold import Gold, GoldError, GoldQuestion
from index.config import IndexConfig, settings
from index.records import Article, Range
from index.stores import store_at
from index.text import sentences, words
from qa.question.entities import spans
from qa.records import QuestionType
from train.questions import SLOTS

SUGGESTED = "suggested"
DECLINED_EVERY = 6
"""One question in so many asks for what the articles do not say: another year or amount stands in it."""
FEWEST_WORDS, MOST_WORDS = 8, 32
"""Words of a sentence that a question is made of."""
FEWEST_LEFT = 6
"""Words that a question keeps beside the question word."""
SEED = 0

_OPENING = re.compile(
    r"^(?:tuy nhiên|ngoài ra|theo đó|bên cạnh đó|do đó|vì vậy|vì thế|trong khi đó|trước đó|sau đó|đồng thời|cụ thể|"
    r"được biết|đáng chú ý|mặt khác|cũng theo [^,]{3,40}|theo (?:ông|bà|anh|chị) [^,]{3,40}),\s*",
    re.IGNORECASE,
)
_BACKWARD = re.compile(
    r"^(?:ông|bà|anh|chị|họ|nó|đây|đó|điều này|việc này|người này|những|các|cả hai|hai bên|trong đó|nhưng|và|còn|mà)\b"
    r"|\b(?:này|đó|nói trên|kể trên|nêu trên|sau đây|dưới đây)\b",
    re.IGNORECASE,
)
"""What leans on the sentences before it."""
_ODD = re.compile(r"[“”\"«»()\[\]:;?!…•|]|\.\.|https?://")
"""Speech, brackets and lists, which a question cannot be cut out of."""
_BEFORE_PLACE = re.compile(r"(?:^|\s)(?:ở|tại|đến|tới|từ|về|qua|sang)\s$", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?:^|\s)(?:on|in|at|by|since|from|until|during|в|во|с|к|до)\s$", re.IGNORECASE)
"""A preposition whose word was taken away."""
_AMOUNT = re.compile(
    r"((?:(?:khoảng|gần|hơn|trên|dưới) )?\d[\d.,]*(?: (?:nghìn|ngàn|triệu|tỷ|tỉ))*)(.*)", re.IGNORECASE
)
_PURPOSE = {"vì": "vì sao", "do": "vì sao", "bởi": "vì sao", "để": "để làm gì", "nhằm": "nhằm mục đích gì"}
"""How a clause of reason is asked for, by its first word."""
_NAME = re.compile(r"(?<=\s)[A-ZĐ][^\W\d_]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class _Candidate(NamedTuple):
    """A question that could be suggested."""

    kind: str
    question: str
    answer: str
    source: str


def write_suggestions(path: Path, corpus: Path | None, uri: str, count: int) -> int:
    """Write up to `count` suggested questions as questions.jsonl; how many there are is returned.

    Raises:
        GoldError: the file exists, or no question can be made from the articles.
    """
    if not path.parent.is_dir():
        raise GoldError(f"There is no folder {path.parent} to write {path.name} into.")
    if path.exists():
        raise GoldError(f"{path} exists; name a new file, so that nothing that was reviewed is lost.")
    nothing = Gold(name=SUGGESTED, sha256="", questions=())
    with collection_for(
        nothing, corpus, uri, settings("index", IndexConfig), lambda _stage, _done, _total: None
    ) as place:
        found = suggestions(list(_articles(place.uri)), count)
    if not found:
        raise GoldError(
            "No question could be made from these articles: no sentence in them has a date, amount, name or reason."
        )
    path.write_bytes(b"\n".join(map(msgspec.json.encode, found)) + b"\n")
    return len(found)


def _articles(uri: str) -> Iterator[Article]:
    """Every article of a collection."""
    snapshot = store_at(uri).snapshot()
    try:
        for offset in range(0, snapshot.article_count, PAGE):
            for listed in snapshot.articles(offset, PAGE):
                if article := snapshot.article(listed.id):
                    yield article
    finally:
        snapshot.close()


def suggestions(articles: Sequence[Article], count: int) -> list[GoldQuestion]:
    """Up to `count` questions, spread over articles and kinds; the same articles give the same questions."""
    rng = random.Random(SEED)  # noqa: S311 — sampling needs no cryptography
    waiting = [
        found for article in rng.sample(articles, len(articles)) if (found := _spread(_candidates(article), rng))
    ]
    # One of each article, then a second of each, so that a long article does not fill the set.
    turns = itertools.chain.from_iterable(itertools.zip_longest(*waiting))
    chosen: list[GoldQuestion] = []
    declined = 0
    for candidate in filter(None, turns):
        if len(chosen) == count:
            break
        other = _unanswerable(candidate, rng) if DECLINED_EVERY * declined <= len(chosen) else None
        declined += other is not None
        chosen.append(other or _gold(candidate))
    return chosen


def _gold(candidate: _Candidate) -> GoldQuestion:
    """The row of a candidate."""
    return GoldQuestion(
        question=candidate.question,
        answers=(candidate.answer,),
        source=candidate.source,
        kind=candidate.kind,
        variant=SUGGESTED,
    )


def _unanswerable(candidate: _Candidate, rng: random.Random) -> GoldQuestion | None:
    """The question about another year; None when it names no year. Whether another article knows, a reader must say."""
    if not (year := _YEAR.search(candidate.question)):
        return None
    other = str(int(year.group()) + rng.choice((-7, -5, 5, 7)))
    question = candidate.question.replace(year.group(), other)
    return GoldQuestion(question=question, answers=(), kind="none", variant=SUGGESTED)


def _spread(candidates: Sequence[_Candidate], rng: random.Random) -> list[_Candidate]:
    """The candidates with their kinds taking turns, no sentence's answer twice."""
    by_kind: dict[str, list[_Candidate]] = {}
    for candidate in rng.sample(candidates, len(candidates)):
        by_kind.setdefault(candidate.kind, []).append(candidate)
    kinds = [by_kind[kind] for kind in rng.sample(sorted(by_kind), len(by_kind))]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds))
    return list({candidate.answer: candidate for candidate in turns if candidate}.values())


def _candidates(article: Article) -> list[_Candidate]:
    """Every question that the article's own sentences give."""
    found = []
    for place in sentences(article.text):
        if any(part.start < place.end and place.start < part.end for part in article.boilerplate):
            continue
        sentence = " ".join(article.text[place.start : place.end].split())
        makers = _vietnamese if article.language == "vi" else _other
        found += [
            _Candidate(kind, question, answer, article.source)
            for kind, question, answer in makers(sentence, article.language)
            if answer in article.text
        ]
    return found


Made = Iterator[tuple[str, str, str]]
"""Kind, question and answer."""


def _vietnamese(sentence: str, _language: str) -> Made:
    """The questions of one sentence, the question word where the answer stood."""
    sentence = _OPENING.sub("", sentence).strip()
    count = sum(1 for _ in words(sentence))
    if not FEWEST_WORDS <= count <= MOST_WORDS or _ODD.search(sentence) or _BACKWARD.search(sentence):
        return
    for kind, asking in _ASKING.items():
        found = spans(kind, sentence)
        if len(found) != 1:  # of two dates in one sentence either could answer
            continue
        before, answer, after = _cut(sentence, found[0])
        if (asked := asking(before, answer, after)) and (question := _question(before, asked, after)):
            yield kind, question, answer


def _cut(sentence: str, span: Range) -> tuple[str, str, str]:
    """What stands before a span, the span, and what stands after it."""
    return sentence[: span.start], sentence[span.start : span.end], sentence[span.end :].rstrip(" .")


def _time(before: str, answer: str, _after: str) -> str | None:
    """How a time is asked for; one without a number ("sau đó") means nothing alone."""
    if not re.search(r"\d", answer) or re.search(r"(?:\d|một|hai|ba|vài|mấy|hơn|chiếc|số)\s$", before):
        return None
    last = before.rsplit(maxsplit=1)[-1].lower() if before.strip() else ""
    return {
        "vào": "thời gian nào",
        "trong": "thời gian nào",
        "hôm": "nào",
        "ngày": "nào",
        "tháng": "nào",
        "năm": "nào",
    }.get(last, "khi nào")


def _amount(before: str, answer: str, after: str) -> str | None:
    """How an amount is asked for: its unit stays in the question."""
    found = _AMOUNT.fullmatch(answer)
    if found is None or after[:1].isalnum() or re.search(r"[A-ZĐ]\w*\s$", before):
        return None
    unit = found[2].strip()
    if before.rstrip().endswith("thứ"):
        return f"mấy {unit}"
    return "bao nhiêu phần trăm" if unit == "%" else f"bao nhiêu {unit}"


def _person(before: str, answer: str, _after: str) -> str | None:
    """How a person is asked for; one lone syllable is part of another name more often than not."""
    if " " not in answer and not (answer.isascii() and len(answer) > 3):  # noqa: PLR2004 — "Ban", "Lan"
        return None
    return "nào" if before.strip() else "ai"


def _place(before: str, answer: str, after: str) -> str | None:
    """How a place is asked for; of a list it would be one of several."""
    if len(answer) < 3 or after.startswith((" và ", ",", ".", " -", " hoặc ")):  # noqa: PLR2004 — "Q." of "Q. 2"
        return None
    return "đâu" if _BEFORE_PLACE.search(before) else "nào"


def _reason(_before: str, answer: str, after: str) -> str | None:
    """How a reason is asked for; only one that ends its sentence."""
    return None if after else _PURPOSE.get(answer.split(maxsplit=1)[0].lower())


_ASKING: dict[QuestionType, Callable[[str, str, str], str | None]] = {
    "time": _time,
    "num": _amount,
    "who": _person,
    "where": _place,
    "why": _reason,
}
"""By kind: the question words for what stood between two parts of a sentence, or None where it cannot be asked for."""


def _question(before: str, asked: str, after: str) -> str | None:
    """The sentence as a question, or None where too little is left to know what is meant."""
    rest = f"{before}{after}"
    named = _NAME.search(rest) or re.search(r"\d", rest)
    if sum(1 for _ in words(rest)) < FEWEST_LEFT or not named:
        return None
    if not before.strip():
        after = after.lstrip(" ,")
        asked += " "
    question = re.sub(r"\s+", " ", f"{before}{asked}{after}").strip(" ,")
    return f"{question[:1].upper()}{question[1:]}?"


def _other(sentence: str, language: str) -> Made:
    """Questions in another language: in Chinese in place, elsewhere the question word first."""
    if _ODD.search(sentence) or not FEWEST_WORDS <= sum(1 for _ in words(sentence)) <= 2 * MOST_WORDS:
        return
    for slot, kind in zip(SLOTS.get(language, ()), ("time", "num", "who"), strict=False):
        found = list(slot.pattern.finditer(sentence))
        if len(found) != 1 or not found[0].group().strip():
            continue
        start, end = found[0].span()
        before = _PREPOSITION.sub("", sentence[:start]).strip()
        asking, after = slot.words[0], sentence[end:].strip(" .。")
        order = [before, asking, after] if language == "zh" else [asking, before, after]
        question = ("" if language == "zh" else " ").join(part for part in order if part)
        yield kind, f"{question[:1].upper()}{question[1:]}?", found[0].group().strip()
