"""What the README claims of quality is what was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from rows import row
from test_run_and_compare import run

from bench import results
from bench.gate import conditions
from bench.peers.compare import RESULTS, SHOWN, Comparison
from bench.peers.compare import table as peers_table
from bench.results import README, recorded, table, with_block
from bench.summary import summary


def test_the_table_of_results_is_the_recorded_one() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_block(text, "results", table(recorded())) == text
    assert recorded()


def test_the_table_of_peers_is_the_recorded_one() -> None:
    text = README.read_text(encoding="utf-8")
    found = msgspec.json.decode((RESULTS / f"{SHOWN}.json").read_bytes(), type=Comparison)
    assert with_block(text, "peers", peers_table(found)) == text


def test_every_condition_was_recorded_and_expects_what_was() -> None:
    figures = {result.name: result.figures for result in recorded()}
    for condition in conditions():
        found = {name: round(figures[condition.name][name].value, 3) for name in condition.expected}
        assert found == condition.expected


def test_what_stands_around_a_table_stays() -> None:
    text = "before\n<!-- results: made by x -->\nold\n<!-- end of results -->\nafter"
    assert with_block(text, "results", "new\n") == text.replace("old", "new")


def test_a_result_is_written_with_what_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(results, "README", tmp_path / "README.md")
    made = run([row()])
    results.record_results("seeds", "hoidap eval seeds", made, summary(made.rows))
    written = json.loads((tmp_path / "seeds.json").read_text(encoding="utf-8"))
    assert written["header"]["commit"] == "abc"
    assert "| `hoidap eval seeds` | 1 |" in table(recorded(tmp_path))
