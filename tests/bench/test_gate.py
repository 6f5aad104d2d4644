from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa.pipeline
from bench.gate import Condition, conditions, held, run_gate, verdict_of
from bench.gold import GoldError
from bench.summary import Figure
from qa.retrieve.search import Searcher

PASSAGES = {
    "Hội nghị diễn ra khi nào?": ("tháng 7", "Lãnh đạo tám nước đã đến dự. Hội nghị diễn ra tại Astana vào tháng 7."),
    "Mưa lớn làm ngập đường ở đâu?": ("Đà Nẵng", "Học sinh được nghỉ hai ngày. Mưa lớn làm ngập đường ở Đà Nẵng."),
    "Ai xây chùa Một Cột?": ("vua Lý Thái Tông", "Chùa đẹp như hoa sen. Chùa Một Cột do vua Lý Thái Tông xây."),
    "Giá vàng tăng bao nhiêu?": ("hai triệu đồng", "Nhiều người xếp hàng từ sáng. Giá vàng tăng hai triệu đồng."),
    "Vì sao tàu dừng?": ("do hỏng máy", "Khách chờ ba giờ ở ga Vinh. Tàu dừng lại do hỏng máy."),
}
CONDITIONS = """
[[condition]]
name = "small"
command = "hoidap eval small"
set = "{path}"
expected = { "has_answer.best_sentence" = 1.0, "fused.Success@1" = 1.0 }
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A conditions file with one condition over five passages, which what ships answers without a fault."""
    paragraphs = [
        {"context": context, "qas": [{"question": question, "answers": [{"text": answer}]}]}
        for question, (answer, context) in PASSAGES.items()
    ]
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    return conditions_file(tmp_path, CONDITIONS.replace("{path}", str(path)))


def verdict(measured: float, name: str = "has_answer.f1_mlqa") -> str:
    condition = Condition(name="c", command="", set="s", drift=0.01, fail=0.02, expected={name: 0.5})
    return verdict_of(held(condition, {name: Figure(measured)}))


def conditions_file(folder: Path, text: str) -> Path:
    path = folder / "conditions.toml"
    path.write_text(text, encoding="utf-8")
    return path


def failed(path: Path, *only: str, fast: bool = False, report: Path | None = None) -> bool:
    return run_gate(path, fast=fast, only=only, report=report, record=False)


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


@pytest.mark.parametrize("name", ["has_answer.f1_mlqa", "has_answer.declined_or_so", "typo"])
@pytest.mark.parametrize("expected", [0.0, 0.5, 1.0])
def test_a_figure_that_was_not_measured_fails(name: str, expected: float) -> None:
    condition = Condition(name="c", command="", set="s", expected={name: expected})
    assert verdict_of(held(condition, {})) == "FAIL"


def test_one_figure_that_fails_fails_the_condition() -> None:
    condition = Condition(name="c", command="", set="s", expected={"a": 0.5, "b": 0.5})
    assert verdict_of(held(condition, {"a": Figure(0.5), "b": Figure(0.1)})) == "FAIL"


@pytest.mark.parametrize(
    "text",
    [
        "[[condition]]\nname = 'a'\n",
        "[[rows]]\n",
        "name =",
        CONDITIONS * 2,
        CONDITIONS.replace("command", "comand"),
        CONDITIONS.replace("1.0", "nan"),
        CONDITIONS.replace("1.0", "7.0"),
    ],
)
def test_a_broken_conditions_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(GoldError, match=r"conditions\.toml"):
        conditions(conditions_file(tmp_path, text))


def test_the_conditions_that_ship_expect_something_of_every_set() -> None:
    shipped = conditions()
    assert all(condition.expected for condition in shipped)
    assert any(condition.fast for condition in shipped)


def test_the_gate_passes_what_ships(small: Path) -> None:
    assert not failed(small)


def test_a_deliberately_broken_ranking_is_caught(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = qa.pipeline.judged
    monkeypatch.setattr(qa.pipeline, "judged", lambda *asked: right(*asked)[::-1])
    assert failed(small)
    out = capsys.readouterr().out
    assert "FAIL    small" in out
    assert "has_answer.best_sentence" in out


def test_a_deliberately_broken_fusion_is_caught(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = Searcher.ranked
    monkeypatch.setattr(Searcher, "ranked", lambda *asked: right(*asked)[::-1])
    assert failed(small)
    assert "fused.Success@1" in capsys.readouterr().out


def test_a_condition_without_its_data_is_skipped_and_said_to_be(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_DATA", "nowhere")
    other = CONDITIONS.replace("small", "not here").replace("{path}", "nowhere")
    small.write_text(small.read_text(encoding="utf-8") + other, encoding="utf-8")
    assert not failed(small)
    assert "skipped not here" in capsys.readouterr().out


def test_a_set_that_is_not_among_the_data_is_a_mistake(
    small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOIDAP_DATA", str(tmp_path))
    small.write_text(CONDITIONS.replace("{path}", "mlqa_viq_vci"), encoding="utf-8")
    with pytest.raises(GoldError, match="mlqa_viq_vci"):
        failed(small)


def test_a_gate_that_measured_nothing_does_not_pass(small: Path) -> None:
    with pytest.raises(GoldError, match="could be measured"):
        failed(small, fast=True)


def test_an_unknown_condition_names_the_known_ones(small: Path) -> None:
    with pytest.raises(GoldError, match="Conditions: small"):
        failed(small, "smal")


def test_every_condition_can_write_its_report(small: Path, tmp_path: Path) -> None:
    assert not failed(small, report=tmp_path / "out")
    assert (tmp_path / "out" / "small" / "report.html").is_file()
    assert len(list((tmp_path / "out" / "small").glob("*.jsonl"))) == 1
