"""`hoidap check`: a good index is good, and each kind of damage is named."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from index.verify import verify


@pytest.fixture
def index(seeds_index: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeds_index, tmp_path / "index"))


def test_a_good_index_has_nothing_wrong(index: Path) -> None:
    verdict = verify(index)
    assert (verdict.articles, verdict.derived, verdict.wrong) == (5, True, ())


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update chunks set end = 100000 where id = 1", "chunk 1 is "),
        ("update chunks set start = end where id = 2", "chunk 2 is "),
        ("update chunks set vector = x'00' where id = 3", "the vector of chunk 3"),
        ("update articles set source = 'other.txt' where rowid in (select rowid from articles limit 1)", "its id is"),
        ("update articles set boilerplate = '[[5, 1000000]]'", "a marked range lies outside"),
        ("update chunks set article = 'none' where id = 4", "1 chunks of no article"),
    ],
)
def test_each_kind_of_damage_is_named(index: Path, statement: str, named: str) -> None:
    with sqlite3.connect(index / "hoidap.sqlite") as connection:
        connection.execute(statement)
    connection.close()
    assert any(named in line for line in verify(index).wrong)
    result = CliRunner().invoke(main, ["check", "--index", str(index)])
    assert result.exit_code == 2
    assert "Build it anew" in result.output


def test_derived_files_that_are_not_whole_are_told_and_no_damage(index: Path) -> None:
    shutil.rmtree(index / "derived")
    result = CliRunner().invoke(main, ["check", "--index", str(index)])
    assert result.exit_code == 0
    assert "are not whole" in result.output
