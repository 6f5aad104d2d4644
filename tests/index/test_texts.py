"""Texts in SQLite: compressed, and given back as they were."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator

import pytest

from index.stores.local import texts
from index.stores.local.texts import SCHEMA, TextTable

WORDS = "hội nghị thượng đỉnh được tổ chức tại thủ đô Astana của Kazakhstan vào tháng bảy năm nay".split()


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    opened.executescript(SCHEMA)
    yield opened
    opened.close()


def made(number: int) -> str:
    drawn = random.Random(number)
    return f"Bài {number} 🙂\r\n" + " ".join(drawn.choice(WORDS) for _ in range(300))


def size(connection: sqlite3.Connection) -> int:
    return int(connection.execute("select sum(length(text)) from texts").fetchone()[0])


def test_texts_come_back_before_and_after_a_dictionary_is_learned(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "LEARNED_FROM", 200_000)
    monkeypatch.setattr(texts, "DICTIONARY", 4096)
    kept = TextTable(connection)
    for number in range(300):
        kept.put(number, made(number))
    assert connection.execute("select count(*) from dictionaries").fetchone() == (1,)
    for reader in (kept, TextTable(connection)):
        assert [reader.get(number) for number in range(300)] == [made(number) for number in range(300)]


def test_a_dictionary_makes_texts_smaller(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = TextTable(connection)
    for number in range(300):
        kept.put(number, made(number))
    before = size(connection)
    connection.execute("delete from texts")
    monkeypatch.setattr(texts, "LEARNED_FROM", 200_000)
    monkeypatch.setattr(texts, "DICTIONARY", 4096)
    for number in range(300):
        kept.put(number, made(number))
    assert size(connection) < before


def test_texts_too_much_alike_to_learn_from_are_kept_all_the_same(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "LEARNED_FROM", 10)
    kept = TextTable(connection)
    for number, text in enumerate(["", "một", "hai hai hai hai"]):
        kept.put(number, text)
    assert [kept.get(number) for number in range(3)] == ["", "một", "hai hai hai hai"]


@pytest.mark.parametrize("damage", ["x''", "x'00'", "substr(text, 1, length(text) - 1)", "substr(text, 1, 8)"])
def test_a_damaged_text_is_an_error(connection: sqlite3.Connection, damage: str) -> None:
    TextTable(connection).put(1, made(1))
    connection.execute(f"update texts set text = {damage}")  # noqa: S608 — our own
    with pytest.raises(sqlite3.DatabaseError, match="article 1 cannot be read"):
        TextTable(connection).get(1)
    with pytest.raises(sqlite3.DatabaseError, match="article 2 is missing"):
        TextTable(connection).get(2)
