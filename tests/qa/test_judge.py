from __future__ import annotations

import msgspec
import numpy as np
import pytest

from index.records import Range
from qa.answer.judge import Read, inputs_of, judged, read_spans
from qa.answer.probability import INPUTS, Calibration, probability
from qa.linear import Linear
from qa.query import OtherForm
from qa.question import understand
from qa.read.named import calibration_of
from qa.read.protocol import Span
from qa.retrieve.candidates import NAMES, Candidate, Described

CALIBRATION = Calibration(
    made_by="a test",
    rounds=(2,),
    sure=0.9,
    ranking=Linear({"margin": 1.0}),
    probability=Linear({"margin": 1.0, "lead": 0.5}, -1.0),
)


QUERY = understand("Ai thăm Bắc Kinh?")


def described(count: int, other_day: frozenset[str] = frozenset()) -> Described:
    windows = [Candidate(f"a{n}", "Tin", Range(0, 20), "Putin thăm Bắc Kinh.", 1.0 - n / 10) for n in range(count)]
    table = np.full((count, len(NAMES)), 0.5, dtype=np.float32)
    return Described(windows, table, -np.arange(count, dtype=np.float32), other_day)


def read(window: int, text: str, score: float, start: int = 0) -> Read:
    place = Range(start, start + len(text))
    return Read(window, f"a{window}", place, place, text, score, score)


def table_of(found: list[Read], about: Described) -> np.ndarray:
    return inputs_of(QUERY, found, about, texts(" putin tham bac kinh "))


def texts(words: str) -> dict[str, str]:
    """Three articles of these words."""
    return dict.fromkeys(("a0", "a1", "a2"), words)


def column(table: np.ndarray, name: str) -> list[float]:
    return table[:, INPUTS.index(name)].tolist()


def test_the_lead_is_over_the_best_that_says_something_else() -> None:
    found = [read(0, "Putin", 5.0), read(1, "ông Putin", 4.0), read(1, "Lavrov", 1.0, 30)]
    assert column(table_of(found, described(2)), "lead") == [4.0, 3.0, -4.0]


def test_an_article_of_another_day_is_told() -> None:
    found = [read(0, "Putin", 5.0), read(1, "Lavrov", 4.0)]
    assert column(table_of(found, described(2, frozenset({"a1"}))), "other_day") == [0.0, 1.0]


@pytest.mark.parametrize(
    ("question", "number", "name"),
    [
        ("Ai thăm Bắc Kinh năm 2023?", 1.0, 0.0),
        ("Ai thăm Bắc Kinh năm 2017?", 0.0, 0.0),
        ("Ai cùng Tokayev thăm Bắc Kinh?", 0.0, 1 / 3),
        ("ai thăm bắc kinh", 0.0, 0.0),
        ("AI CÙNG TOKAYEV THĂM BẮC KINH", 0.0, 0.0),
    ],
)
def test_what_the_article_does_not_name_is_told(question: str, number: float, name: float) -> None:
    found = [read(0, "Putin", 5.0)]
    query = understand(question)
    table = inputs_of(query, found, described(1), texts(" nam 2017 putin tham bac kinh "))
    assert column(table, "number_absent") == pytest.approx([number])
    assert column(table, "name_absent") == pytest.approx([name])


def test_a_name_may_stand_there_in_another_form() -> None:
    query = understand("When did Putin visit Beijing?")
    told = query._replace(others=(OtherForm((4,), ("bắc", "kinh")),))
    found = [read(0, "Putin", 5.0)]
    there = texts(" putin tham bac kinh ")
    assert column(inputs_of(query, found, described(1), there), "name_absent") == [0.5]
    assert column(inputs_of(told, found, described(1), there), "name_absent") == [0.0]


def test_the_likeliest_comes_first_and_each_place_once() -> None:
    found = [read(0, "Lavrov", 1.0), read(0, "Putin", 5.0, 30), read(0, "Putin", 4.0, 30)]
    result = judged(found, table_of(found, described(1)), CALIBRATION)
    assert [one.read.text for one in result] == ["Putin", "Lavrov"]
    assert result[0].probability > result[1].probability


def test_of_a_window_no_more_is_taken_than_is_better_than_no_answer() -> None:
    candidate = described(1).windows[0]
    spans = [Span(0, 5, -1.0, 0.0), Span(11, 14, -2.0, 0.0)]
    assert [one.text for one in read_spans(0, candidate, spans)] == ["Putin"]
    spans = [Span(0, 5, 3.0, 0.0), Span(11, 14, 2.0, 0.0), Span(15, 19, -2.0, 0.0)]
    assert [one.text for one in read_spans(0, candidate, spans)] == ["Putin", "Bắc"]


def test_nothing_is_judged_where_nothing_was_found() -> None:
    assert judged([], table_of([], described(0)), CALIBRATION) == []


@pytest.mark.parametrize(("log_odds", "wanted"), [(0.0, 0.5), (1e9, 1.0), (-1e9, 0.0)])
def test_log_odds_become_a_probability(log_odds: float, wanted: float) -> None:
    assert probability(log_odds) == pytest.approx(wanted, abs=1e-9)


def test_the_calibration_that_ships_makes_sense() -> None:
    shipped = calibration_of("bundled")
    assert set(shipped.ranking.weights) <= set(INPUTS)
    assert set(shipped.probability.weights) == set(INPUTS)
    assert shipped.ranking.weights["margin"] > 0
    assert shipped.probability.weights["answered"] > 0
    assert shipped.probability.weights["name_absent"] < 0
    assert shipped.probability.weights["other_day"] <= 0
    assert msgspec.json.decode(msgspec.json.encode(shipped), type=Calibration) == shipped
