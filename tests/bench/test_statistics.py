from __future__ import annotations

import pytest

from bench.statistics import bootstrap, mean, paired_p


def test_the_mean_of_nothing_is_zero() -> None:
    assert mean([]) == 0.0
    assert bootstrap([]) == (0.0, 0.0)


def test_an_interval_of_equal_values_has_no_width() -> None:
    assert bootstrap([0.5] * 7) == (0.5, 0.5)


def test_an_interval_is_the_binomial_one_where_that_is_known() -> None:
    # 200 questions, 0.7 right: 0.7 ± 1.96 * sqrt(0.7 * 0.3 / 200) = 0.7 ± 0.0635
    low, high = bootstrap([1.0] * 140 + [0.0] * 60)
    assert low == pytest.approx(0.7 - 0.0635, abs=0.012)
    assert high == pytest.approx(0.7 + 0.0635, abs=0.012)


def test_the_same_values_have_the_same_interval() -> None:
    assert bootstrap([0.0, 1.0, 1.0]) == bootstrap([0.0, 1.0, 1.0])


def test_p_by_hand() -> None:
    # three differences of one sign: 2 of the 8 ways to choose signs are as extreme
    assert paired_p([1.0, 1.0, 1.0]) == pytest.approx(2 / 8)


def test_questions_that_did_not_change_do_not_count() -> None:
    assert paired_p([1.0, 1.0, 1.0] + [0.0] * 100) == paired_p([1.0, 1.0, 1.0])


def test_won_and_lost_alike_is_chance() -> None:
    assert paired_p([1.0, -1.0, 1.0, -1.0]) == pytest.approx(1.0)


@pytest.mark.parametrize("differences", [[], [0.0, 0.0], [1.0]])
def test_nothing_can_be_said_of_fewer_than_two_changes(differences: list[float]) -> None:
    assert paired_p(differences) == 1.0


def test_many_changes_to_one_side_are_no_chance() -> None:
    assert paired_p([1.0] * 40 + [-1.0] * 5) < 0.001
