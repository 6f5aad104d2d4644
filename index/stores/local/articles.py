"""The articles of a collection in SQLite, their texts and their chunks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from index.records import Article, ArticleSummary, Chunk, Range
from index.stores.local.database import ARTICLE_COLUMNS
from index.stores.local.texts import TextTable
from index.stores.protocol import Known

_DIGEST = 32
"""Bytes of a sha256, which are kept instead of its 64 digits."""
TITLE_WITHIN = 1000
"""Code points at the beginning of a text in which its title is looked for."""


class _Place(NamedTuple):
    """An article as its chunks need it. `key`: the id of its first chunk."""

    key: int
    id: str
    title: str | bytes
    ranges: list[Range]


class ArticleTable:
    """Reads and changes the articles; one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._texts = TextTable(connection)

    def put(self, key: int, article: Article, chunks: Sequence[Range]) -> None:
        """Put an article in whose chunks have the ids from `key` on."""
        row = [key, *(getattr(article, name) for name in ARTICLE_COLUMNS.split(", "))]
        row[1], row[3], row[4] = _packed_id(article.id), _packed_digest(article.sha256), _packed_title(article)
        row += [msgspec.msgpack.encode(article.boilerplate), _packed_ranges(chunks), len(chunks)]
        self._connection.execute(f"insert into articles values ({', '.join('?' * len(row))})", row)  # noqa: S608
        self._texts.put(key, article.text)

    def remove(self, key: int) -> None:
        """Take an article out."""
        self._connection.execute("delete from articles where key = ?", (key,))
        self._texts.remove(key)

    def key(self, article: str) -> int | None:
        """The key of an article."""
        row = self._connection.execute("select key from articles where id = ?", (_packed_id(article),)).fetchone()
        return None if row is None else int(row[0])

    def article(self, article: str) -> Article | None:
        """An article with its text."""
        key = self.key(article)
        return None if key is None else self.article_of(key)

    def article_of(self, key: int) -> Article:
        """The article of a key, with its text."""
        statement = f"select {ARTICLE_COLUMNS}, boilerplate from articles where key = ?"  # noqa: S608 — our own names
        *head, boilerplate = self._connection.execute(statement, (key,)).fetchone()
        ranges = msgspec.msgpack.decode(boilerplate, type=tuple[Range, ...])
        text = self._texts.get(key)
        return Article(**_known(head, text), text=text, boilerplate=ranges)

    def ids(self) -> list[str]:
        """The id of every article, by source."""
        return [_id(row[0]) for row in self._connection.execute("select id from articles order by source")]

    def known(self, article: str) -> Known | None:
        """What stands under an id."""
        statement = "select source, sha256 from articles where id = ?"
        row = self._connection.execute(statement, (_packed_id(article),)).fetchone()
        return None if row is None else Known(row[0], _digest(row[1]))

    def by_source(self, offset: int, limit: int) -> list[ArticleSummary]:
        """A page of the articles."""
        return self._summaries("order by source limit ? offset ?", (limit, offset))

    def newest(self, count: int) -> list[ArticleSummary]:
        """The articles of the latest days, then those without one."""
        dated = self._summaries("where published is not null order by published desc, source limit ?", (count,))
        rest = self._summaries("where published is null order by source limit ?", (count - len(dated),))
        return dated + rest

    def _summaries(self, which: str, values: Sequence[int]) -> list[ArticleSummary]:
        statement = f"select key, chunks, {ARTICLE_COLUMNS} from articles {which}"  # noqa: S608 — our own names
        return [
            ArticleSummary(**_known(head, self._texts.get(key) if isinstance(head[3], bytes) else ""), chunks=chunks)
            for key, chunks, *head in self._connection.execute(statement, values).fetchall()
        ]

    def sources(self) -> dict[str, str]:
        """sha256 by source."""
        rows = self._connection.execute("select source, sha256 from articles").fetchall()
        return {source: _digest(stored) for source, stored in rows}

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
            place = None if row is None else _Place(row[0], _id(row[1]), row[2], _ranges(row[3]))
            yield place if place is not None and id_ - place.key < len(place.ranges) else None


def ids_of(rows: Sequence[tuple[int, int]]) -> npt.NDArray[np.uint32]:
    """The ids of chunks of articles, of which key and count are given."""
    if not rows:
        return np.zeros(0, np.uint32)
    keys, counts = np.array(rows, dtype=np.int64).T
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(np.repeat(keys, counts) + within, dtype=np.uint32)


def _chunk(place: _Place, number: int, text: str) -> Chunk:
    start, end = place.ranges[number]
    title = _title(place.title, text)
    return Chunk(id=place.key + number, article=place.id, start=start, end=end, text=text[start:end], title=title)


def _known(head: Sequence[Any], text: str) -> dict[str, Any]:
    """What is known of an article, by the names of the columns."""
    found = dict(zip(ARTICLE_COLUMNS.split(", "), head, strict=True))
    packed = {"id": _id(found["id"]), "sha256": _digest(found["sha256"]), "title": _title(found["title"], text)}
    return {**found, **packed}


def _packed_id(article: str) -> int | str:
    """Eight bytes for sixteen hexadecimal digits; nothing else is the id of an article."""
    try:
        number = int.from_bytes(bytes.fromhex(article), "big", signed=True)
    except ValueError:
        return article
    return number if _id(number) == article else article


def _id(stored: int | str) -> str:
    return stored.to_bytes(8, "big", signed=True).hex() if isinstance(stored, int) else stored


def _digest(stored: str | bytes) -> str:
    return stored.hex() if isinstance(stored, bytes) else stored


def _packed_title(article: Article) -> str | bytes:
    """Where a title stands in its text, as most do at its beginning; any other as it is."""
    start = article.text.find(article.title, 0, TITLE_WITHIN + len(article.title))
    return article.title if start < 0 else msgspec.msgpack.encode((start, start + len(article.title)))


def _title(stored: str | bytes, text: str) -> str:
    if isinstance(stored, str):
        return stored
    start, end = msgspec.msgpack.decode(stored, type=tuple[int, int])
    return text[start:end]


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
