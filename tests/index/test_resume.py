"""A build that ends part way through: the next one goes on, and what is asked meanwhile is the generation before."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bench.same import differences
from index import changes, checkpoint, pipeline
from index.config import IndexConfig
from index.embed import embedder_named
from index.errors import IndexMissing
from index.stores import Vectors, store_at

ROOT = Path(__file__).parents[2]
TEXT = "Hồ Gươm số {number} rộng khoảng {number} ha.\n\nTháp Rùa số {number} được xây năm 1886, theo sách {number}.\n"


class Stopping:
    """The bundled embedder, until so many texts were embedded; counts them."""

    def __init__(self, most: int) -> None:
        self._model = embedder_named("bundled")
        self.name, self.sha256, self.dimensions = self._model.name, self._model.sha256, self._model.dimensions
        self.most, self.count = most, 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.count += len(texts)
        if self.count > self.most:
            raise KeyboardInterrupt
        return self._model.embed_documents(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._model.embed_questions(texts)


def articles(folder: Path, numbers: Sequence[int]) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:05}.txt").write_text(TEXT.format(number=number), encoding="utf-8")
    return folder


def sources(index: Path) -> list[str]:
    with closing(store_at(str(index)).snapshot()) as snapshot:
        return [article.source for article in snapshot.articles(0, 10_000)]


def stopped(files: Path, index: Path, monkeypatch: pytest.MonkeyPatch, most: int = 10) -> None:
    monkeypatch.setattr(changes, "BATCH", 2)
    monkeypatch.setattr(checkpoint, "WRITTEN_AT_ONCE", 1)
    monkeypatch.setattr(pipeline, "embedder_named", lambda _name: embedder)
    embedder = Stopping(most)
    with pytest.raises(KeyboardInterrupt):
        pipeline.build([files], str(index), IndexConfig())


def embedded(files: Path, index: Path, monkeypatch: pytest.MonkeyPatch, **settings: int) -> int:
    embedder = Stopping(10_000)
    monkeypatch.setattr(pipeline, "embedder_named", lambda _name: embedder)
    pipeline.build([files], str(index), IndexConfig(**settings))
    return embedder.count


def test_the_next_build_makes_only_what_was_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, index = articles(tmp_path / "files", range(20)), tmp_path / "index"
    stopped(files, index, monkeypatch)
    with pytest.raises(IndexMissing):
        store_at(str(index)).snapshot()
    assert embedded(files, index, monkeypatch) == 10
    assert embedded(files, tmp_path / "fresh", monkeypatch) == 20
    assert list(differences(str(tmp_path / "fresh"), str(index))) == []
    assert not (index / "unfinished").exists()


def test_meanwhile_the_generation_before_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, index = articles(tmp_path / "files", range(2)), tmp_path / "index"
    pipeline.build([files], str(index), IndexConfig())
    stopped(articles(files, range(20)), index, monkeypatch)
    assert sources(index) == ["00000.txt", "00001.txt"]
    assert embedded(files, index, monkeypatch) == 8
    assert len(sources(index)) == 20


def test_what_changed_since_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, index = articles(tmp_path / "files", range(20)), tmp_path / "index"
    stopped(files, index, monkeypatch)
    (files / "00000.txt").write_text("Cầu Long Biên được khánh thành năm 1902.", encoding="utf-8")
    assert embedded(files, index, monkeypatch) == 11
    assert embedded(files, tmp_path / "fresh", monkeypatch) == 20
    assert list(differences(str(tmp_path / "fresh"), str(index))) == []


def test_what_was_made_of_other_files_does_not_come_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    stopped(articles(tmp_path / "files", range(20)), index, monkeypatch)
    assert embedded(articles(tmp_path / "others", [70, 77]), index, monkeypatch) == 2
    assert sources(index) == ["00070.txt", "00077.txt"]


def test_with_other_settings_all_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, index = articles(tmp_path / "files", range(20)), tmp_path / "index"
    stopped(files, index, monkeypatch)
    assert embedded(files, index, monkeypatch, chunk_syllables=200) == 20


def test_killed_with_its_helpers_at_any_time_the_next_build_ends_the_same(tmp_path: Path) -> None:
    files, index = articles(tmp_path / "files", range(2000)), tmp_path / "index"
    command = [sys.executable, "-m", "api", "build", str(files), "--index", str(index)]
    environment = {**os.environ, "HOIDAP_PROCESSES": "2"}
    for least in (1, 1_500_000):
        building = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        while building.poll() is None and (not (index / "unfinished").exists() or size(index) < least):
            time.sleep(0.01)
        building.kill()
        assert building.wait() == -signal.SIGKILL
        with pytest.raises(IndexMissing):
            store_at(str(index)).snapshot()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    pipeline.build([files], str(tmp_path / "alone"), IndexConfig(processes=1))
    assert list(differences(str(tmp_path / "alone"), str(index))) == []
    assert rows(index) == rows(tmp_path / "alone")


def size(index: Path) -> int:
    return (index / "unfinished").stat().st_size


def rows(index: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(index / "hoidap.sqlite")) as connection:
        return connection.execute("select * from articles natural join texts order by key").fetchall()
