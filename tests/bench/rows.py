"""Answers, gold questions and rows for the tests of bench."""

from __future__ import annotations

from bench.asking import Row
from bench.gold import GoldQuestion
from bench.outcome import Given, Outcome
from bench.ranking import MEASURES
from qa.records import Answer, Citation, Place

SENTENCE = "Hai bên gặp nhau vào tháng 7 tại Astana."


def gold(question: str = "khi nào?", *answers: str, source: str = "a.txt", **more: str) -> GoldQuestion:
    return GoldQuestion(question=question, answers=answers, source=source if answers else "", **more)  # type: ignore[arg-type]


def answer(
    text: str, *, sentence: str = SENTENCE, source: str = "a.txt", confidence: float = 0.9, also: tuple[Place, ...] = ()
) -> Answer:
    start = sentence.index(text)
    citation = Citation(
        article="0" * 16,
        source=source,
        title="",
        url=None,
        published=None,
        sha256="",
        start=start,
        end=start + len(text),
        quote=text,
        sentence_start=0,
        sentence_end=len(sentence),
        prefix="",
        suffix="",
        link="",
    )
    return Answer(text=text, confidence=confidence, sentence=sentence, citation=citation, also=also)


def outcome(**changes: object) -> Outcome:
    plain: dict[str, object] = {
        "answered": True,
        "confidence": 0.9,
        "right_source": 1.0,
        "right_sentence": 1.0,
        "best_sentence": 1.0,
        "exact_squad": 1.0,
        "f1_squad": 1.0,
        "exact_mlqa": 1.0,
        "f1_mlqa": 1.0,
        "alone_sentence": 1.0,
        "alone_f1": 1.0,
        "consistent": True,
        "verbatim": True,
        "clean": True,
        "cited": 1,
        "cited_right": 1,
        "passage_rank": 1,
        "lost_by": None,
        "took_ms": 10.0,
    }
    return Outcome(**(plain | changes))  # type: ignore[arg-type]


def row(question: GoldQuestion | None = None, given: Given | None = None, **changes: object) -> Row:
    asked = question or gold("khi nào?", "tháng 7")
    ranking = {"fused": dict.fromkeys(MEASURES, 1.0)} if asked.sources else {}
    words = given or Given(text="tháng 7", sentence=SENTENCE, source="a.txt", start=21, end=28)
    return Row(gold=asked, given=words, outcome=outcome(**changes), ranking=ranking)
