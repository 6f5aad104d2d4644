"""The articles of a collection in SQLite, their texts and their chunks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from index.records import Article, Chunk, Range
from index.stores.database import ARTICLE_COLUMNS
from index.stores.texts import Texts

_DIGEST = 32
"""Bytes of a sha256, which are kept instead of its 64 digits."""


class _Place(NamedTuple):
    """An article as its chunks need it. `key`: the id of its first chunk."""

    key: int
    id: str
    title: str
    ranges: list[Range]


class Articles:
    """Reads and changes the articles; one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._texts = Texts(connection)

    def put(self, key: int, article: Article, chunks: Sequence[Range]) -> None:
        """Put an article in whose chunks have the ids from `key` on."""
        row = [key, *(getattr(article, name) for name in ARTICLE_COLUMNS.split(", "))]
        row[3] = _packed_digest(article.sha256)
        row += [msgspec.msgpack.encode(article.boilerplate), _packed_ranges(chunks), len(chunks)]
        self._connection.execute(f"insert into articles values ({', '.join('?' * len(row))})", row)  # noqa: S608
        self._texts.put(key, article.text)

    def remove(self, key: int) -> None:
        """Take an article out."""
        self._connection.execute("delete from articles where key = ?", (key,))
        self._texts.remove(key)

    def key(self, article: str) -> int | None:
        """The key of an article."""
        row = self._connection.execute("select key from articles where id = ?", (article,)).fetchone()
        return None if row is None else int(row[0])

    def article(self, article: str) -> Article | None:
        """An article with its text."""
        statement = f"select key, {ARTICLE_COLUMNS}, boilerplate from articles where id = ?"  # noqa: S608 — our own names
        row = self._connection.execute(statement, (article,)).fetchone()
        if row is None:
            return None
        key, *head, boilerplate = row
        ranges = msgspec.msgpack.decode(boilerplate, type=tuple[Range, ...])
        return Article(**known(head), text=self._texts.get(key), boilerplate=ranges)

    def ids(self) -> list[str]:
        """The id of every article, by source."""
        return [row[0] for row in self._connection.execute("select id from articles order by source")]

    def sources(self) -> dict[str, str]:
        """sha256 by source."""
        rows = self._connection.execute("select source, sha256 from articles").fetchall()
        return {source: digest(stored) for source, stored in rows}

    def chunk_ids(self) -> npt.NDArray[np.uint32]:
        """The id of every chunk, ascending."""
        return ids_of(self._connection.execute("select key, chunks from articles order by key").fetchall())

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """The chunks of these ids, in their order; an unknown id is left out."""
        texts: dict[int, str] = {}
        found = []
        for id_, place in zip(ids, self._places(ids), strict=True):
            if place is not None:
                if place.key not in texts:
                    texts[place.key] = self._texts.get(place.key)
                found.append(_chunk(place, id_ - place.key, texts[place.key]))
        return found

    def every_chunk(self, first: int = 0) -> Iterator[Chunk]:
        """Every chunk from an id on, by id. The articles are read first, so that they may be changed meanwhile."""
        statement = "select key from articles where key >= ? and chunks > 0 order by key"
        for (key,) in self._connection.execute(statement, (first,)).fetchall():
            yield from self.chunks_of(key)

    def chunks_of(self, key: int) -> list[Chunk]:
        """The chunks of an article."""
        (place,) = self._places([key])
        if place is None:
            return []
        text = self._texts.get(key) if place.ranges else ""
        return [_chunk(place, number, text) for number in range(len(place.ranges))]

    def _places(self, ids: Sequence[int]) -> Iterator[_Place | None]:
        """The article of each chunk."""
        statement = "select key, id, title, ranges from articles where key <= ? order by key desc limit 1"
        for id_ in ids:
            row = self._connection.execute(statement, (id_,)).fetchone()
            place = None if row is None else _Place(row[0], row[1], row[2], _ranges(row[3]))
            yield place if place is not None and id_ - place.key < len(place.ranges) else None


def known(head: Sequence[Any]) -> dict[str, Any]:
    """What is known of an article, by the names of the columns."""
    found = dict(zip(ARTICLE_COLUMNS.split(", "), head, strict=True))
    return {**found, "sha256": digest(found["sha256"])}


def digest(stored: str | bytes) -> str:
    """A sha256 as everybody writes it."""
    return stored.hex() if isinstance(stored, bytes) else stored


def ids_of(rows: Sequence[tuple[int, int]]) -> npt.NDArray[np.uint32]:
    """The ids of chunks of articles, of which key and count are given."""
    if not rows:
        return np.zeros(0, np.uint32)
    keys, counts = np.array(rows, dtype=np.int64).T
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(np.repeat(keys, counts) + within, dtype=np.uint32)


def _chunk(place: _Place, number: int, text: str) -> Chunk:
    start, end = place.ranges[number]
    return Chunk(id=place.key + number, article=place.id, start=start, end=end, text=text[start:end], title=place.title)


def _packed_digest(sha256: str) -> str | bytes:
    """Half the bytes of a sha256; whatever else names a content stays as it is."""
    try:
        data = bytes.fromhex(sha256)
    except ValueError:
        return sha256
    return data if len(data) == _DIGEST and data.hex() == sha256 else sha256


def _packed_ranges(ranges: Sequence[Range]) -> bytes:
    """Starts behind the end before, and lengths: mostly small numbers, and chunks may overlap."""
    numbers, before = [], 0
    for start, end in ranges:
        numbers += [start - before, end - start]
        before = end
    return msgspec.msgpack.encode(numbers)


def _ranges(data: bytes) -> list[Range]:
    """The ranges that `_packed_ranges` packed."""
    found: list[Range] = []
    before = 0
    numbers = iter(msgspec.msgpack.decode(data, type=list[int]))
    for skipped, length in zip(numbers, numbers, strict=True):
        start = before + skipped
        before = start + length
        found.append(Range(start, before))
    return found
