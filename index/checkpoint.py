"""What a build that was killed leaves to the next one: the articles that it had finished, in the order in which it did.

The file is only ever added to. A record that was cut off, and all behind it, counts as not written; a file of another
recipe is forgotten. Nobody but a build looks at it, so what is asked is the last committed generation all the while.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import numpy as np

from index.records import Article, Range
from index.stores import Vectors

WRITTEN_AT_ONCE = 1_000_000
"""Bytes that are gathered before they are written, so that a small build leaves nothing on the disk."""
_HEAD = struct.Struct("<II")  # length and CRC-32 of the record behind it


class EmbeddedArticle(NamedTuple):
    """An article with its chunks and a vector for each: float32 [chunks, dimensions]."""

    article: Article
    chunks: Sequence[Range]
    vectors: Vectors


class _Record(msgspec.Struct, array_like=True):
    """An article by the bytes that it was made of."""

    source: str
    sha256: str
    made: msgspec.Raw


class _Stored(msgspec.Struct, array_like=True):
    """`EmbeddedArticle` on disk; half precision, as every store keeps vectors."""

    article: Article
    chunks: list[Range]
    vectors: bytes


class Checkpoint:
    """The finished articles of a build that is not finished itself; without a path nothing is kept."""

    def __init__(self, path: Path | None, recipe: bytes) -> None:
        self._path = path
        self._recipe = recipe
        self._places: dict[tuple[str, str], tuple[int, int]] = {}
        self._waiting: list[bytes] = []
        self._size = 0
        self._file: BinaryIO | None = None
        if path is not None and path.is_file():
            self._take_up(path)

    def find(self, source: str, sha256: str) -> EmbeddedArticle | None:
        """What an earlier build made of an article, if it was of the same bytes."""
        place = self._places.get((source, sha256))
        if place is None or self._file is None:
            return None
        self._file.seek(place[0])
        record = msgspec.msgpack.decode(self._file.read(place[1]), type=_Record)
        stored = msgspec.msgpack.decode(record.made, type=_Stored)
        vectors = np.frombuffer(stored.vectors, dtype="<f2").astype(np.float32)
        return EmbeddedArticle(stored.article, stored.chunks, vectors.reshape(len(stored.chunks), -1))

    def add(self, embedded: EmbeddedArticle) -> None:
        """Keep an article for the case that this build is killed."""
        article = embedded.article
        if self._path is None or (article.source, article.sha256) in self._places:
            return
        stored = _Stored(article, list(embedded.chunks), embedded.vectors.astype("<f2").tobytes())
        record = _Record(article.source, article.sha256, msgspec.Raw(msgspec.msgpack.encode(stored)))
        self._append(msgspec.msgpack.encode(record))
        if self._size >= WRITTEN_AT_ONCE:
            self._write(self._path)

    def forget(self) -> None:
        """The build is finished, or another recipe is used."""
        self.close()
        self._places.clear()
        self._waiting, self._size = [], 0
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Give the file back; what waits to be written is little and is made again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, record: bytes) -> None:
        self._waiting += [_HEAD.pack(len(record), zlib.crc32(record)), record]
        self._size += len(record)

    def _write(self, path: Path) -> None:
        """Add what waits to the file, which begins with the recipe."""
        new = not path.exists()
        with path.open("ab") as file:
            if new:
                file.write(_HEAD.pack(len(self._recipe), zlib.crc32(self._recipe)) + self._recipe)
            file.write(b"".join(self._waiting))
        self._waiting, self._size = [], 0

    def _take_up(self, path: Path) -> None:
        """Note where every whole record stands; cut off what is behind them."""
        self._file = path.open("rb")
        if self._next_record() != self._recipe:
            self.forget()
            return
        whole = self._file.tell()
        while (record := self._next_record()) is not None:
            of = msgspec.msgpack.decode(record, type=_Record)
            self._places[of.source, of.sha256] = (whole + _HEAD.size, len(record))
            whole = self._file.tell()
        with path.open("r+b") as file:
            file.truncate(whole)

    def _next_record(self) -> bytes | None:
        """The record at which the file stands; None where there is no whole one."""
        if self._file is None or len(head := self._file.read(_HEAD.size)) < _HEAD.size:
            return None
        length, checksum = _HEAD.unpack(head)
        record = self._file.read(length)
        return record if len(record) == length and zlib.crc32(record) == checksum else None
