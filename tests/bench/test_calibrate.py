from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from bench.calibrate import FEWEST, PARTS, Case, check, fitted, fitted_order, report, winners
from bench.gold import GoldError, GoldQuestion
from qa.answer.probability import INPUTS, Calibration
from qa.linear import Linear
from qa.retrieve.candidates import NAMES

LIKE = Calibration(made_by="", rounds=(2, 4), sure=0.5, ranking=Linear({}), probability=Linear({}))
MARGIN = INPUTS.index("margin")


def case(number: int, *, answerable: bool, rng: np.random.Generator) -> Case:
    """Three spans; of an answerable question the second is right and has the best margin, most of the time."""
    inputs = rng.normal(size=(3, len(INPUTS))).astype(np.float32)
    inputs[1, MARGIN] += 6.0 if answerable else 0.0
    table = rng.normal(size=(4, len(NAMES))).astype(np.float32)
    table[2] += 2.0
    here = np.array([False, answerable, False])
    return Case(
        "accented", number % PARTS, answerable, table, np.array([False, False, answerable, False]), inputs, here
    )


@pytest.fixture
def cases() -> list[Case]:
    rng = np.random.default_rng(0)
    return [case(number, answerable=number % 3 != 0, rng=rng) for number in range(300)]


def test_what_tells_right_from_wrong_gets_the_weight(cases: list[Case]) -> None:
    fit = fitted(cases, LIKE, "a test")
    assert fit.ranking.weights["margin"] == max(fit.ranking.weights.values()) > 0
    assert fit.probability.weights["margin"] > 0
    assert (fit.made_by, fit.rounds, fit.sure) == ("a test", LIKE.rounds, LIKE.sure)


def test_windows_with_the_answer_are_read_first(cases: list[Case]) -> None:
    weights = fitted_order(cases)
    assert set(weights) == {"accented", "bare", "foreign"}
    order = weights["accented"](NAMES, cases[1].table)
    assert order.argmax() == 2


def test_the_best_span_wins_and_nothing_is_wrong(cases: list[Case]) -> None:
    empty = cases[0]._replace(inputs=np.zeros((0, len(INPUTS)), np.float32), right=np.zeros(0, bool))
    inputs, right = winners([cases[1], empty], Linear({"margin": 1.0}))
    assert inputs[0] == pytest.approx(cases[1].inputs[1])
    assert right.tolist() == [True, False]
    assert not inputs[1].any()


def test_a_report_says_how_well_what_was_not_seen_is_told(cases: list[Case]) -> None:
    found = report(cases, LIKE)
    assert found.questions == 300
    assert found.found == 1.0
    assert found.auroc > 0.9
    assert "AUROC" in found.text()


def questions(answered: int, declined: int, articles: int) -> list[GoldQuestion]:
    there = [GoldQuestion(question="Ai?", answers=("Putin",), source=f"{n % articles}.txt") for n in range(answered)]
    return there + [GoldQuestion(question="Ai?", answers=())] * declined


@pytest.mark.parametrize(
    ("few", "said"),
    [
        (questions(FEWEST - 1, FEWEST, PARTS), f"{FEWEST} questions with an answer are needed; the set has 29"),
        (questions(FEWEST, 2, PARTS), "that must be declined are needed; the set has 2"),
        (questions(FEWEST, FEWEST, 1), f"about {PARTS} articles are needed; the set has 1"),
    ],
)
def test_too_few_questions_are_refused(few: list[GoldQuestion], said: str) -> None:
    with pytest.raises(GoldError, match=said):
        check(few)


def test_enough_questions_are_taken() -> None:
    check(questions(FEWEST, FEWEST, PARTS))


def test_a_reader_that_is_no_folder_needs_a_place() -> None:
    result = CliRunner().invoke(main, ["calibrate", "seeds", "--reader", "hf:nobody/nothing"])
    assert result.exit_code == 2
    assert "--out FILE" in result.output
