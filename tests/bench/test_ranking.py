from __future__ import annotations

import math

import ir_measures
import pytest
from rows import gold

from bench.gold import GoldQuestion
from bench.ranking import rank_of, ranking_measures, sources_of


def test_a_file_stands_at_the_rank_of_its_best_passage() -> None:
    assert sources_of([5, 2, 1, 9], {5: "a.txt", 2: "b.txt", 1: "a.txt", 9: "c.txt"}) == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(("wanted", "rank"), [([5], 1), ([9, 1], 3), ([7], None), ([], None)])
def test_the_rank_of_the_first_wanted_passage(wanted: list[int], rank: int | None) -> None:
    assert rank_of(wanted, [5, 2, 1]) == rank


def test_measures_by_hand() -> None:
    # the only relevant file is second: 1 / log2(3) of the ideal 1 / log2(2)
    (found,) = ranking_measures([gold("q", "x", source="b")], [["a", "b", "c"]])
    assert found["nDCG@10"] == pytest.approx(1 / math.log2(3))
    assert found["RR@10"] == pytest.approx(1 / 2)
    assert (found["R@1"], found["R@5"]) == (0.0, 1.0)
    assert (found["Success@1"], found["Success@5"]) == (0.0, 1.0)


def test_recall_is_a_share_where_success_is_all_or_nothing() -> None:
    (found,) = ranking_measures([gold("q", "x", source="a|b")], [["a", "c", "d", "e", "f", "b"]])
    assert (found["R@5"], found["R@10"], found["Success@5"]) == (1 / 2, 1.0, 1.0)


def test_grades_weigh_in_ndcg() -> None:
    asked = GoldQuestion(question="q", answers=(), grades={"a": 1, "b": 3})
    (found,) = ranking_measures([asked], [["a", "b"]])
    assert found["nDCG@10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))


def test_a_question_for_which_nothing_was_found_scores_zero_and_is_not_dropped() -> None:
    found = ranking_measures([gold("q", "x", source="a"), gold("r", "y", source="b")], [[], ["b"]])
    assert [values["R@10"] for values in found] == [0.0, 1.0]
    assert set(found[0].values()) == {0.0}


def test_the_means_are_those_of_ir_measures() -> None:
    asked = [gold("q", "x", source="a|d"), gold("r", "y", source="b"), gold("s", "z", source="e")]
    ranked = [["c", "a", "d"], ["b"], ["a", "b"]]
    found = ranking_measures(asked, ranked)
    run = {str(i): {name: -rank for rank, name in enumerate(names)} for i, names in enumerate(ranked)}
    judged = {str(i): dict.fromkeys(question.sources, 1) for i, question in enumerate(asked)}
    for name in ("nDCG@10", "R@1", "RR@10", "Success@5"):
        measure = ir_measures.parse_measure(name)
        expected = ir_measures.calc_aggregate([measure], judged, run)[measure]
        assert sum(values[name] for values in found) / 3 == pytest.approx(expected)
