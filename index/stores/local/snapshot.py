"""One generation of a collection in a folder, open for reading."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import FilterError, IndexDamaged, IndexMissing
from index.records import Article, ArticleSummary, Chunk, Filters, Hit
from index.stores.local.articles import ArticleTable, ids_of
from index.stores.local.database import (
    copied_back,
    damage_named,
    derived_folder,
    readable,
    stored_recipe,
    stored_value,
    stored_vector_files,
    stored_version,
)
from index.stores.local.derived import Derived, open_derived
from index.stores.local.vectors import NO_ROWS, Rows, VectorIndex, open_rows
from index.stores.local.words import words_in_memory
from index.stores.protocol import Vectors


def searched(title: str, text: str) -> str:
    """What is searched of a chunk: its title is context."""
    return f"{title}\n{text}"


class Overtaken(Exception):
    """A newer generation was committed while this one was opened, and its files are gone."""


class LocalSnapshot:
    """One generation, open for reading."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        recipe = stored_recipe(connection)
        if recipe is None:
            raise IndexMissing(f"No index in {folder}. Build one: hoidap build FOLDER --index {folder}")
        self.recipe = recipe
        self.generation = int(stored_value(connection, "generation") or 0)
        self.article_count = int(stored_value(connection, "articles") or 0)
        self.chunk_count = int(stored_value(connection, "chunks") or 0)
        self._folder = folder
        self._connection = connection
        self._articles = ArticleTable(connection)
        self._lock = threading.Lock()
        self.version = stored_version(connection)
        derived = self._open(derived_folder(folder, self.generation))
        self._words = derived.words
        self._vectors = VectorIndex(self._rows(), derived.gone)

    def _open(self, folder: Path) -> Derived:
        """What is derived of this generation; made again from the texts when it does not fit it."""
        try:
            return open_derived(folder, self.version)
        except (RuntimeError, ValueError, OSError):
            self._go_on_unless_overtaken()
            words = words_in_memory(
                (chunk.id, searched(chunk.title, chunk.text)) for chunk in self._articles.every_chunk()
            )
            return Derived(words, np.setdiff1d(self._rows().ids, self._articles.chunk_ids()))

    def _rows(self) -> Rows:
        """The vectors of this generation."""
        files = stored_vector_files(self._connection)
        try:
            return NO_ROWS if files is None else open_rows(self._folder, files)
        except IndexDamaged:
            self._go_on_unless_overtaken()
            raise

    def _go_on_unless_overtaken(self) -> None:
        with contextlib.closing(readable(self._folder)) as newest:
            if stored_version(newest) != self.version:
                raise Overtaken from None

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None = None) -> list[Hit]:
        """The chunks nearest to a unit vector [dimensions], by cosine, best first."""
        return self._vectors.nearest(vector, count, selection) if count > 0 else []

    def matching(
        self, field: str, terms: Sequence[str], count: int, selection: Sequence[int] | None = None
    ) -> list[Hit]:
        """The chunks that hold most of the terms by BM25, best first."""
        return self._words.matching(field, terms, count, selection) if count > 0 else []

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """In how many chunks each term stands."""
        return self._words.document_frequencies(field, terms)

    def select(self, filters: Filters) -> list[int]:
        """Ids of the chunks whose article passes the filters.

        Raises:
            FilterError: a date that is none.
        """
        rows = self._fetch(
            "select key, chunks from articles where (?1 is null or source glob ?1) and (?2 is null or published >= ?2)"
            " and (?3 is null or published <= ?3) and (?4 is null or language = ?4)",
            (filters.source, _iso_date(filters.since), _iso_date(filters.until), filters.language),
        )
        return list(map(int, ids_of(rows).tolist()))

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """The chunks of these ids, in their order; an unknown id is left out."""
        with self._lock, damage_named(self._folder):
            return self._articles.chunks(ids)

    def article(self, article_id: str) -> Article | None:
        """One article with its text."""
        with self._lock, damage_named(self._folder):
            return self._articles.article(article_id)

    def articles(self, offset: int, limit: int) -> list[ArticleSummary]:
        """A page of the articles, by source."""
        with self._lock, damage_named(self._folder):
            return self._articles.by_source(offset, limit)

    def newest(self, count: int) -> list[ArticleSummary]:
        """The articles of the latest days, newest first; those without a date come last."""
        with self._lock, damage_named(self._folder):
            return self._articles.newest(count)

    def settle(self) -> None:
        """Read on without the write-ahead log, which can only start anew when nobody reads it.

        Nothing happens when another generation or collection stands there by now, or the disk is read-only.
        """
        with contextlib.suppress(sqlite3.Error, IndexMissing):
            copied_back(self._folder)
            fresh = readable(self._folder)
            fresh.execute("begin")
            if stored_version(fresh) != self.version:
                fresh.close()
                return
            with self._lock:
                self._connection.close()
                self._connection = fresh
                self._articles = ArticleTable(fresh)

    def close(self) -> None:
        """Give the files back."""
        with self._lock:
            self._connection.close()

    def _fetch(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run one short query; the lock is held for microseconds."""
        with self._lock, damage_named(self._folder):
            return self._connection.execute(statement, values).fetchall()


def _iso_date(value: str | None) -> str | None:
    """The date as stored."""
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        raise FilterError(f"{value!r} is not a date; write it as 2024-05-20.") from None
