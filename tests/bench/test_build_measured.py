from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.build import Measured, family, measure_build, resident, table
from bench.same import differences
from index.config import IndexConfig
from index.errors import HoidapError
from index.pipeline import build

BRIDGE = "Cầu Long Biên được khánh thành năm 1902."
LAKE = "Hồ Gươm rộng khoảng 12 ha."


def folder(place: Path, **texts: str) -> Path:
    place.mkdir(exist_ok=True)
    for name, text in texts.items():
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    return place


def index(place: Path, **texts: str) -> str:
    build([folder(place / "files", **texts)], str(place / "index"), IndexConfig())
    return str(place / "index")


def test_a_build_from_nothing_is_measured(tmp_path: Path) -> None:
    found = measure_build([folder(tmp_path / "files", a=BRIDGE, b=LAKE)], tmp_path / "index", 1)
    assert (found.articles, found.chunks) == (2, 2)
    assert found.text == len(BRIDGE.encode()) + len(LAKE.encode())
    assert found.index == sum(path.stat().st_size for path in (tmp_path / "index").rglob("*") if path.is_file())
    assert found.memory > 30_000_000  # a model of 30 MB is in it
    assert found.processor > 0


def test_an_index_that_is_there_is_not_built_over(tmp_path: Path) -> None:
    with pytest.raises(HoidapError, match="not empty"):
        measure_build([tmp_path], folder(tmp_path / "index", a=BRIDGE), 1)


def test_a_build_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HoidapError, match="exit code 2"):
        measure_build([tmp_path / "nowhere"], tmp_path / "index", 1)


def test_the_table_has_rates_and_shares() -> None:
    found = Measured(
        articles=200,
        chunks=500,
        text=1_000_000,
        wall=4.0,
        processor=6.0,
        memory=300_000_000,
        files={"hoidap.sqlite": 1_500_000, "derived/1/words/a.idx": 400_000, "derived/1/words/b.term": 100_000},
    )
    lines = {line[:20].strip(): line[20:].split()[0] for line in table(found).splitlines()}
    assert lines["articles a second"] == "50.0"
    assert lines["processor an article"] == "30.00"
    assert lines["index over text"] == "2.00"
    assert (lines["hoidap.sqlite"], lines["words"]) == ("1.5", "0.5")


def test_memory_is_that_of_a_process_and_its_family() -> None:
    assert os.getpid() in family(os.getppid())
    assert resident(os.getpid()) > 10_000_000


def test_the_same_articles_make_the_same_index(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
    one, two = (index(tmp_path / place, a=BRIDGE, b=LAKE) for place in ("one", "two"))
    assert list(differences(one, two)) == []


def test_another_text_and_another_chunking_are_differences(tmp_path: Path) -> None:
    for place in ("one", "two", "three"):
        (tmp_path / place).mkdir()
    one, two = index(tmp_path / "one", a=BRIDGE), index(tmp_path / "two", a=LAKE)
    assert list(differences(one, two)) == ["article a.txt", "chunks: 1 and 1, 0 of them the same"]
    build([tmp_path / "one" / "files"], str(tmp_path / "three"), IndexConfig(chunk_syllables=50))
    assert [line.partition(":")[0] for line in differences(one, str(tmp_path / "three"))] == ["recipe"]
