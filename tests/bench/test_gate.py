from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import qa.pipeline
from bench.gate import Condition, conditions, held, run_gate, verdict_of
from bench.gold import GoldError
from bench.summary import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.records import Hit
    from qa.question import Query

CONDITION = Condition(name="c", command="", set="s", drift=0.01, fail=0.02, expected={"has_answer.f1_mlqa": 0.5})
SEEDS = """
[[condition]]
name = "seeds"
command = "hoidap eval seeds"
set = "seeds"
expected = { "has_answer.right_sentence" = 0.7, "fused.Success@1" = 0.8 }
drift = 1.0
"""


def verdict(measured: float, name: str = "has_answer.f1_mlqa") -> str:
    condition = Condition(name="c", command="", set="s", drift=0.01, fail=0.02, expected={name: 0.5})
    return verdict_of(held(condition, {name: Figure(measured)}))


def conditions_file(folder: Path, text: str = SEEDS) -> Path:
    path = folder / "conditions.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("measured", "expected"),
    [(0.5, "OK"), (0.49, "OK"), (0.485, "drift"), (0.48, "drift"), (0.47, "FAIL"), (0.51, "OK"), (0.6, "drift")],
)
def test_worse_by_more_than_the_tolerance_fails_and_better_is_drift(measured: float, expected: str) -> None:
    assert verdict(measured) == expected


@pytest.mark.parametrize(("measured", "expected"), [(0.6, "FAIL"), (0.4, "drift"), (0.505, "OK")])
@pytest.mark.parametrize("name", ["has_answer.declined", "confidence.ece", "confidence.aurc"])
def test_of_some_figures_less_is_more(name: str, measured: float, expected: str) -> None:
    assert verdict(measured, name) == expected


def test_a_figure_that_was_not_measured_fails() -> None:
    assert verdict_of(held(CONDITION, {})) == "FAIL"


def test_one_figure_that_fails_fails_the_condition() -> None:
    condition = Condition(name="c", command="", set="s", expected={"a": 0.5, "b": 0.5})
    assert verdict_of(held(condition, {"a": Figure(0.5), "b": Figure(0.1)})) == "FAIL"


@pytest.mark.parametrize(
    "text", ["[[condition]]\nname = 'a'\n", "[[rows]]\n", "name =", SEEDS + SEEDS, SEEDS.replace("drift", "drfit")]
)
def test_a_broken_conditions_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(GoldError, match=r"conditions\.toml"):
        conditions(conditions_file(tmp_path, text))


def test_the_conditions_that_ship_expect_something_of_every_set() -> None:
    shipped = conditions()
    assert all(condition.expected for condition in shipped)
    assert any(condition.fast for condition in shipped)


def test_the_gate_passes_what_ships(tmp_path: Path) -> None:
    assert not run_gate(conditions_file(tmp_path), fast=False, only=(), report=None, record=False)


def test_a_deliberately_broken_ranking_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(qa.pipeline, "final_scores", lambda _query, table, _model: -table[:, 0])
    assert run_gate(conditions_file(tmp_path), fast=False, only=(), report=None, record=False)
    out = capsys.readouterr().out
    assert "FAIL    seeds" in out
    assert "has_answer.right_sentence" in out


def test_a_deliberately_broken_fusion_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import bench.ranking  # noqa: PLC0415 — only this test breaks it

    right = bench.ranking.fuse

    def backwards(query: Query, found: Mapping[str, Sequence[Hit]]) -> list[Hit]:
        return right(query, found)[::-1]

    monkeypatch.setattr(bench.ranking, "fuse", backwards)
    assert run_gate(conditions_file(tmp_path), fast=False, only=(), report=None, record=False)
    assert "fused.Success@1" in capsys.readouterr().out


def test_a_condition_without_its_data_is_skipped_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = conditions_file(tmp_path, SEEDS + SEEDS.replace('"seeds"', '"not_here"'))
    assert not run_gate(path, fast=False, only=(), report=None, record=False)
    assert "skipped not_here" in capsys.readouterr().out


def test_a_gate_that_measured_nothing_does_not_pass(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="could be measured"):
        run_gate(conditions_file(tmp_path), fast=True, only=(), report=None, record=False)


def test_an_unknown_condition_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="Conditions: seeds"):
        run_gate(conditions_file(tmp_path), fast=False, only=("sedes",), report=None, record=False)


def test_every_condition_can_write_its_report(tmp_path: Path) -> None:
    run_gate(conditions_file(tmp_path), fast=False, only=(), report=tmp_path / "out", record=False)
    assert (tmp_path / "out" / "seeds" / "report.html").is_file()
    assert len(list((tmp_path / "out" / "seeds").glob("*.jsonl"))) == 1
