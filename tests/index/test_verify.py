"""`hoidap check`: a good index is good, and each kind of damage is named."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from index.stores.local.verify import verify


@pytest.fixture
def index(seeds_index: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeds_index, tmp_path / "index"))


def test_a_good_index_has_nothing_wrong(index: Path) -> None:
    verdict = verify(index)
    assert (verdict.articles, verdict.derived, verdict.wrong) == (5, True, ())


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update articles set ranges = x'9200ce00100000' where key = 1", "chunk 1 is 0 to 1048576"),
        ("update articles set ranges = x'920000' where key = 1", "chunk 1 is 0 to 0"),
        ("update articles set ranges = x'c1' where key = 1", ".txt: "),
        ("update articles set chunks = chunks + 1 where key = 1", "chunks, and "),
        ("update articles set source = 'other.txt' where key = 1", "its id is"),
        ("update articles set boilerplate = x'919205ce00100000' where key = 1", "a marked range lies outside"),
        ("update texts set text = x'00' where key = 1", "the text of article 1 cannot be read"),
        ("delete from texts where key = 1", "the text of article 1 is missing"),
        ("update meta set value = '7' where key = 'articles'", "there are 5 articles, and 7 were written"),
        ("delete from meta where key = 'vectors'", "chunks have no vector"),
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
    assert "is not whole" in result.output
