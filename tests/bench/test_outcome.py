from __future__ import annotations

import msgspec
import pytest
from rows import answer, gold

from bench.outcome import Seen, given_of, outcome
from qa.records import Answer, Place

WRONG = "Họ gặp nhau hôm qua."


def seen(**changes: object) -> Seen:
    plain: dict[str, object] = {
        "gold": gold("khi nào?", "tháng 7"),
        "best": answer("tháng 7"),
        "alone": answer("tháng 7"),
        "threshold": 0.5,
        "consistent": True,
        "verbatim": None,
        "clean": True,
        "holders": 1,
        "stands": True,
        "passage_rank": 1,
        "read": 12,
        "language": "vi",
        "took_ms": 1.0,
    }
    return Seen(**(plain | changes))  # type: ignore[arg-type]


def wrong() -> Answer:
    return answer("hôm qua", sentence=WRONG)


def test_a_right_answer_is_right_in_every_measure() -> None:
    found = outcome(seen())
    assert found.answered
    assert found.right_source == found.right_sentence == found.exact_mlqa == found.f1_squad == found.alone_f1 == 1.0
    assert found.lost_by is None


def test_a_declined_question_scores_zero_though_its_best_sentence_was_right() -> None:
    found = outcome(seen(best=answer("tháng 7", confidence=0.4)))
    assert not found.answered
    assert found.right_source == found.right_sentence == found.exact_mlqa == found.f1_mlqa == found.f1_squad == 0.0
    assert found.best_sentence == 1.0
    assert found.lost_by == "declining"


def test_a_question_without_any_candidate_scores_zero() -> None:
    found = outcome(seen(best=None, alone=None, passage_rank=None, holders=0))
    assert (found.answered, found.confidence, found.f1_mlqa, found.cited) == (False, 0.0, 0.0, 0)


def test_to_decline_what_must_be_declined_is_right() -> None:
    found = outcome(seen(gold=gold("ai?"), best=answer("tháng 7", confidence=0.4)))
    assert found.exact_squad == found.f1_mlqa == 1.0
    assert found.lost_by is None


def test_to_answer_what_must_be_declined_is_wrong() -> None:
    found = outcome(seen(gold=gold("ai?")))
    assert found.exact_squad == found.f1_mlqa == 0.0
    assert found.lost_by == "answering"


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"best": answer("Hai bên")}, "span"),
        ({"best": wrong(), "stands": False}, "gold"),
        ({"best": wrong(), "holders": 0, "alone": None}, "indexing"),
        ({"best": wrong(), "passage_rank": None}, "retrieval"),
        ({"best": wrong(), "passage_rank": 13}, "retrieval"),
        ({"best": wrong(), "passage_rank": 12}, "ranking"),
        ({"best": wrong(), "alone": wrong()}, "reading"),
        ({"best": None}, "ranking"),
    ],
)
def test_the_first_step_after_which_the_answer_could_not_come_lost_it(changes: dict[str, object], step: str) -> None:
    assert outcome(seen(**changes)).lost_by == step


def test_half_of_the_words_is_not_another_span() -> None:
    # "vào tháng 7" against "tháng 7": F1 0.8
    assert outcome(seen(best=answer("vào tháng 7"))).lost_by is None


def test_every_place_that_the_answer_names_is_counted() -> None:
    also = (
        Place(article="a", source="a.txt", title="A", start=0, end=7, quote="Tháng 7"),
        Place(article="c", source="c.txt", title="C", start=0, end=7, quote="tháng 7"),
    )
    found = outcome(seen(best=answer("tháng 7", also=also)))
    assert (found.cited, found.cited_right) == (3, 2)


def test_reading_alone_has_read_nothing_right_where_no_passage_holds_the_answer() -> None:
    found = outcome(seen(alone=None, holders=0))
    assert (found.alone_sentence, found.alone_f1) == (0.0, 0.0)


def test_the_language_of_the_article_chooses_the_normalisation() -> None:
    asked = gold("who?", "the tháng 7")
    assert outcome(seen(gold=asked, language="en")).exact_mlqa == 1.0
    assert outcome(seen(gold=asked, language="vi")).exact_mlqa == 0.0


def test_what_is_kept_of_an_answer_finds_its_words_in_the_sentence() -> None:
    kept = given_of(answer("tháng 7"))
    assert kept.sentence[kept.start - kept.sentence_start : kept.end - kept.sentence_start] == "tháng 7"
    assert msgspec.to_builtins(given_of(None)) == {}
