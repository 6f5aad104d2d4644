from __future__ import annotations

import pytest
from rows import gold, row

from bench.asking import Row
from bench.gold import GoldQuestion
from bench.ranking import MEASURES
from bench.summary import Group, summary

NOT_GIVEN = {"answered": False, "right_sentence": 0.0, "f1_mlqa": 0.0, "confidence": 0.05}


def when(question: str = "Khi nào họp?", **more: str) -> GoldQuestion:
    return gold(question, "tháng 7", **more)


def group(rows: list[Row], part: str, name: str) -> Group:
    return next(found for found in summary(rows).groups if (found.part, found.name) == (part, name))


def test_an_unanswered_question_counts_as_zero_and_is_not_dropped() -> None:
    figures = summary([row(when()), row(when(), **NOT_GIVEN)]).figures
    assert figures["has_answer.right_sentence"].value == 1 / 2
    assert figures["has_answer.f1_mlqa"].value == 1 / 2
    assert figures["has_answer.declined"].value == 1 / 2


def test_answerable_and_must_decline_questions_are_told_apart() -> None:
    rows = [row(when()), row(gold("ai?", kind="none"), answered=False), row(gold("gì?", kind="none"), answered=True)]
    figures = summary(rows).figures
    assert figures["has_answer.declined"].value == 0.0
    assert figures["no_answer.declined"].value == 1 / 2


def test_what_must_be_declined_has_no_right_sentence_to_miss() -> None:
    rows = [row(when()), row(gold("ai?", kind="none"), right_sentence=0.0)]
    assert group(rows, "all", "all questions").figures["right_sentence"].value == 1.0
    assert "right_sentence" not in group(rows, "all", "must decline").figures


def test_parts_are_those_of_the_answerable_questions() -> None:
    rows = [row(when(kind="time")), row(when(kind="who"), f1_mlqa=0.5), row(gold("ai?", kind="none"))]
    assert group(rows, "kind", "who").figures["f1_mlqa"].value == 0.5
    assert {found.name for found in summary(rows).groups if found.part == "kind"} == {"time", "who"}


def test_a_part_in_which_all_are_alike_is_left_out() -> None:
    assert not [found for found in summary([row(when(kind="time"))] * 2).groups if found.part == "kind"]


@pytest.mark.parametrize(
    ("question", "name"),
    [("khi nào SCO", "up to 5 words"), ("một hai ba bốn năm sáu bảy tám chín mười mười một", "12 words or more")],
)
def test_questions_are_parted_by_length(question: str, name: str) -> None:
    rows = [row(when(question)), row(when("một hai ba bốn năm sáu bảy"))]
    assert group(rows, "length", name).count == 1


def test_language_is_that_of_the_question() -> None:
    rows = [row(when("Khi nào họp ở Hà Nội?")), row(when("When is the summit in Astana?"))]
    assert group(rows, "language", "en").count == 1


def test_citation_precision_is_over_places_and_not_over_questions() -> None:
    # three places of one question, one right; one place of another, right: 2 of 4
    rows = [row(when(), cited=3, cited_right=1), row(when(), cited=1, cited_right=1)]
    assert summary(rows).figures["citations.precision"].value == 2 / 4


def test_a_passage_that_was_not_found_is_no_success() -> None:
    rows = [row(when(), passage_rank=rank) for rank in (1, 6, None, 11)]
    figures = summary(rows).figures
    assert [figures[f"passage.Success@{depth}"].value for depth in (1, 5, 10)] == [1 / 4, 1 / 4, 2 / 4]


def test_judged_files_without_answers_give_figures_of_retrieval_only() -> None:
    asked = GoldQuestion(question="q", answers=(), grades={"a": 1})
    measures = dict.fromkeys(MEASURES, 1.0)
    found = summary([Row(gold=asked, given=row().given, outcome=row().outcome, ranking={"fused": measures})])
    assert found.figures["fused.nDCG@10"].value == 1.0
    assert not [name for name in found.figures if name.startswith(("has_answer", "confidence", "citations"))]


def test_lost_questions_are_counted_by_step() -> None:
    rows = [row(when(), lost_by=step) for step in ("span", "retrieval", "span", None)]
    assert summary(rows).lost == {"retrieval": 1, "span": 2}


def test_latency_is_median_and_tail() -> None:
    figures = summary([row(when(), took_ms=float(ms)) for ms in range(1, 102)]).figures
    assert figures["latency.p50_ms"].value == 51
    assert figures["latency.p95_ms"].value == 96
