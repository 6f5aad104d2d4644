from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from bench.declining import aurc, auroc, calibration_error, declined_at, reliability, risk_at, risk_coverage

SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.55, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30)


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # positives 0.9, 0.3; negatives 0.5, 0.1: three of four pairs
    assert auroc([0.9, 0.3, 0.5, 0.1], [True, True, False, False]) == 3 / 4


def test_equal_confidences_are_half_a_pair() -> None:
    assert auroc([0.5, 0.5], [True, False]) == 0.5


def test_auroc_of_one_kind_is_unknown() -> None:
    assert auroc([0.5, 0.6], [True, True]) is None


@given(SCORED)
def test_auroc_is_that_of_scikit_learn(scored: list[tuple[float, bool]]) -> None:
    sure, right = [score for score, _ in scored], [truth for _, truth in scored]
    positive = [score for score, truth in scored if truth]
    negative = [score for score, truth in scored if not truth]
    if not positive or not negative:
        assert auroc(sure, right) is None
        return
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert auroc(sure, right) == pytest.approx(sum(pairs) / len(pairs)) == roc_auc_score(right, sure)


def test_risk_is_the_share_of_wrong_answers_so_far() -> None:
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve.x.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.y.tolist() == [0.0, 1 / 2, 1 / 3, 2 / 4]


def test_questions_of_one_confidence_are_answered_together() -> None:
    curve = risk_coverage([0.5, 0.9, 0.5], [False, True, True])
    assert curve.x.tolist() == pytest.approx([1 / 3, 1.0])
    assert curve.y.tolist() == pytest.approx([0.0, 1 / 3])


def test_aurc_is_the_mean_risk_over_coverages() -> None:
    assert aurc([0.9, 0.8, 0.7, 0.6], [True, False, True, False]) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_aurc_of_a_perfect_order_is_lower_than_of_a_wrong_one() -> None:
    assert aurc([0.9, 0.8, 0.1], [True, True, False]) < aurc([0.1, 0.2, 0.9], [True, True, False])


@given(SCORED)
def test_answering_all_has_the_risk_of_all(scored: list[tuple[float, bool]]) -> None:
    curve = risk_coverage([score for score, _ in scored], [truth for _, truth in scored])
    assert curve.x[-1] == 1.0
    assert curve.y[-1] == pytest.approx(sum(not truth for _, truth in scored) / len(scored))


def test_calibration_error_is_the_weighted_gap_between_confidence_and_truth() -> None:
    # bin 0.9: confidence 0.95, right 1/2, two questions; bin 0.1: 0.15, right 0, one question
    assert calibration_error([0.95, 0.95, 0.15], [True, False, False]) == pytest.approx((2 * 0.45 + 1 * 0.15) / 3)


def test_full_confidence_falls_into_the_last_bin() -> None:
    curve = reliability([1.0, 0.95], [True, True])
    assert curve.questions.tolist() == [2]


def test_a_confidence_that_keeps_its_word_has_no_error() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)


def test_the_others_are_declined_at_the_threshold_that_costs_a_tenth() -> None:
    # of ten answerable one may be declined: the threshold is the second lowest, 0.2
    answerable = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert declined_at(answerable, [0.05, 0.15, 0.2, 0.9]) == 2 / 4


def test_declining_needs_both_kinds() -> None:
    assert declined_at([], [0.1]) is None
    assert declined_at([0.1], []) is None


@given(SCORED)
def test_risk_at_full_coverage_is_the_share_of_wrong_answers(scored: list[tuple[float, bool]]) -> None:
    sure, right = [score for score, _ in scored], [truth for _, truth in scored]
    assert risk_at(sure, right, 1.0) == pytest.approx(1 - sum(right) / len(right))


def test_risk_of_the_surest_half_leaves_the_others_out() -> None:
    assert risk_at([0.9, 0.8, 0.2, 0.1], [True, False, False, False], 0.5) == 0.5
    assert risk_at([], [], 0.5) is None
