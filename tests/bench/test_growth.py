from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bench.growth import Growth, growth_chart, growth_table, measure_growth
from index.config import IndexConfig
from index.errors import IndexMissing
from index.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Growth]:
    folder = tmp_path_factory.mktemp("growth")
    (folder / "one").mkdir()
    seed = next(iter(sorted((ROOT / "seeds").glob("*.txt"))))
    (folder / "one" / seed.name).write_bytes(seed.read_bytes())
    build([ROOT / "seeds"], str(folder / "five"), IndexConfig())
    build([folder / "one"], str(folder / "single"), IndexConfig())
    return measure_growth([str(folder / "five"), str(folder / "single")], "seeds")


def test_the_smallest_index_comes_first(found: Sequence[Growth]) -> None:
    assert [one.articles for one in found] == [1, 5]


def test_the_stages_are_part_of_the_whole(found: Sequence[Growth]) -> None:
    for one in found:
        assert one.stages["vectors"] + one.stages["words"] < one.p50 <= one.p95
        assert one.searches > 0


def test_where_every_chunk_is_compared_all_of_the_nearest_are_found(found: Sequence[Growth]) -> None:
    assert [one.recall for one in found] == [1.0, 1.0]


def test_the_table_has_a_line_for_each_index_and_each_stage(found: Sequence[Growth]) -> None:
    table = growth_table(found)
    assert table.splitlines()[2].split()[0] == "5"
    assert "network" in table


def test_the_chart_is_an_svg(found: Sequence[Growth], tmp_path: Path) -> None:
    growth_chart(found, tmp_path / "growth.svg")
    assert ET.parse(tmp_path / "growth.svg").getroot().tag.endswith("svg")  # noqa: S314 — our own file


def test_an_index_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        measure_growth([str(tmp_path / "none")], "seeds")
