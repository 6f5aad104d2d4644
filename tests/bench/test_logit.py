import numpy as np
import pytest

from bench.logit import conditional_logit

RIGHT_IS_HIGH = np.array([[1.0, 0.0], [0.0, 0.0]])
RIGHT = np.array([True, False])


def test_the_weights_give_the_right_candidates_their_share_of_the_wins() -> None:
    # Three choices of four are won by the first candidate, whose feature is 1: its odds are 3 to 1.
    rights = [RIGHT, RIGHT, RIGHT, ~RIGHT]
    weights = conditional_logit([RIGHT_IS_HIGH] * 4, rights, shrinkage=0.0)
    assert weights == pytest.approx([np.log(3), 0], abs=1e-4)


def test_a_least_weight_holds() -> None:
    weights = conditional_logit([RIGHT_IS_HIGH] * 2, [~RIGHT, ~RIGHT], shrinkage=1e-3, least=0.0)
    assert weights.tolist() == [0, 0]


def test_several_right_candidates_share_the_win() -> None:
    table = np.array([[1.0], [1.0], [0.0]])
    rights = [np.array([True, True, False])] * 2 + [np.array([False, False, True])]
    # Two candidates with the feature together win two choices of three: 2 e^w / (2 e^w + 1) = 2/3.
    assert conditional_logit([table] * 3, rights, shrinkage=0.0) == pytest.approx([0], abs=1e-4)


def test_what_the_data_do_not_tell_is_as_expected() -> None:
    expected = np.array([0.0, 2.0])
    weights = conditional_logit([RIGHT_IS_HIGH] * 4, [RIGHT] * 4, shrinkage=1e-3, expected=expected)
    assert weights[1] == pytest.approx(2.0, abs=0.01)  # the second feature is the same for all candidates
    assert weights[0] > 1
