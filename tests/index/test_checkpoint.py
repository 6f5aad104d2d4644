from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import checkpoint
from index.checkpoint import Checkpoint, EmbeddedArticle
from index.clean import article_id
from index.records import Article, Range


def made(source: str, sha256: str = "1") -> EmbeddedArticle:
    article = Article(
        id=article_id(source),
        source=source,
        sha256=sha256,
        title="Tựa",
        published=None,
        publisher=None,
        url=None,
        language="vi",
        text="Hồ Gươm rộng 12 ha.",
        boilerplate=(Range(0, 2),),
    )
    return EmbeddedArticle(article, [Range(3, 19), Range(8, 19)], np.array([[1, 0], [0.5, -0.25]], dtype=np.float32))


@pytest.fixture(autouse=True)
def written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "WRITTEN_AT_ONCE", 1)


def test_what_was_made_is_found_by_name_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    Checkpoint(path, b"recipe").add(made("a.txt"))
    again = Checkpoint(path, b"recipe")
    found = again.find("a.txt", "1")
    assert found is not None
    assert (found.article, found.chunks) == (made("a.txt").article, made("a.txt").chunks)
    assert np.array_equal(found.vectors, made("a.txt").vectors)
    assert again.find("a.txt", "2") is None
    assert again.find("b.txt", "1") is None
    again.close()


def test_each_build_adds_to_what_the_one_before_left(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    for source in ("a.txt", "b.txt", "c.txt"):
        kept = Checkpoint(path, b"recipe")
        kept.add(made(source))
        kept.close()
    kept = Checkpoint(path, b"recipe")
    assert all(kept.find(source, "1") for source in ("a.txt", "b.txt", "c.txt"))
    kept.close()


def test_what_stands_there_already_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    Checkpoint(path, b"recipe").add(made("a.txt"))
    size = path.stat().st_size
    kept = Checkpoint(path, b"recipe")
    kept.add(made("a.txt"))
    kept.close()
    assert path.stat().st_size == size


def test_whatever_the_length_at_which_it_was_cut_off_whole_records_are_found(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    first = Checkpoint(path, b"recipe")
    first.add(made("a.txt"))
    one = path.stat().st_size
    first.add(made("b.txt"))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        kept = Checkpoint(path, b"recipe")
        assert (kept.find("a.txt", "1") is not None) == (length >= one)
        assert kept.find("b.txt", "1") is None
        kept.add(made("c.txt"))
        kept.close()
        kept = Checkpoint(path, b"recipe")
        assert kept.find("c.txt", "1")
        kept.forget()


def test_a_record_that_was_damaged_is_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    Checkpoint(path, b"recipe").add(made("a.txt"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    kept = Checkpoint(path, b"recipe")
    assert kept.find("a.txt", "1") is None
    kept.close()


def test_what_was_made_by_another_recipe_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    Checkpoint(path, b"recipe").add(made("a.txt"))
    assert Checkpoint(path, b"another").find("a.txt", "1") is None
    assert not path.exists()


def test_a_finished_build_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    kept = Checkpoint(path, b"recipe")
    kept.add(made("a.txt"))
    kept.forget()
    assert not path.exists()


def test_a_small_build_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "WRITTEN_AT_ONCE", 100_000)
    Checkpoint(tmp_path / "unfinished", b"recipe").add(made("a.txt"))
    assert not (tmp_path / "unfinished").exists()


def test_without_a_place_nothing_is_kept() -> None:
    kept = Checkpoint(None, b"recipe")
    kept.add(made("a.txt"))
    assert kept.find("a.txt", "1") is None
    kept.forget()
