"""A collection in one folder: SQLite is the truth, FAISS and tantivy are derived from it.

    hoidap.sqlite            articles, chunks, vectors, recipe, generation
    writer.lock              held by the one writer
    derived/<generation>/    vectors.faiss and words/

A commit writes the derived indexes of generation n+1 first and commits SQLite last, so that a process killed at any
instant leaves generation n whole. A snapshot keeps a read transaction open: it sees its own generation until closed.
Derived files that are missing, cut off or foreign are made again from SQLite, in memory when the disk is read-only.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import msgspec

from index.errors import FilterError, IndexDamaged, IndexLocked, IndexMissing
from index.records import Article, ArticleSummary, Chunk, Filters, Hit, Range, Recipe
from index.stores.database import (
    ARTICLE_COLUMNS,
    chunk_rows,
    damage_named,
    every_chunk,
    readable,
    stored_articles,
    stored_chunks,
    stored_recipe,
    stored_value,
    writable,
)
from index.stores.derived import Derived, derive, open_derived

if TYPE_CHECKING:
    from index.stores import Vectors


class LocalStore:
    """A collection in a folder of this machine."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @contextlib.contextmanager
    def writer(self) -> Iterator[LocalWriter]:
        """Become the writer; changes that were not committed are forgotten at the end.

        Raises:
            IndexLocked: another process is writing.
            IndexDamaged: the place cannot be written, or holds something else.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.folder / "writer.lock", timeout=0)
            lock.acquire()
        except filelock.Timeout:
            raise IndexLocked(f"Another process is building {self.folder}. Wait for it, then try again.") from None
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            with damage_named(self.folder), contextlib.closing(writable(self.folder)) as connection:
                yield LocalWriter(self.folder, connection)
        finally:
            lock.release()

    def generation(self) -> int:
        """The newest committed generation.

        Raises:
            IndexMissing: nothing was built there yet.
        """
        # A connection that was kept would go on reading a folder that was removed and built again.
        with damage_named(self.folder), contextlib.closing(readable(self.folder)) as connection:
            return int(stored_value(connection, "generation") or 0)

    def snapshot(self) -> LocalSnapshot:
        """Open the newest generation.

        Raises:
            IndexMissing: nothing was built there yet.
            IndexMismatch: it was made by another version of hoidap.
            IndexDamaged: its files cannot be read.
        """
        with damage_named(self.folder):
            connection = readable(self.folder)
            connection.execute("begin")
            return LocalSnapshot(self.folder, connection)


class LocalWriter:
    """Changes to a collection, in one transaction until `commit`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self._connection.execute("begin immediate")
        self._same_words_as = stored_value(self._connection, "generation")
        """The generation since which no text was changed; None when one was, or there is none."""

    def recipe(self) -> Recipe | None:
        """The recipe that the collection was made with; None when it is new."""
        return stored_recipe(self._connection)

    def sources(self) -> dict[str, str]:
        """sha256 by source of every article that the collection holds."""
        return dict(self._connection.execute("select source, sha256 from articles").fetchall())

    def articles(self) -> Iterator[Article]:
        """Every article that the collection holds."""
        ids = self._connection.execute("select id from articles order by source").fetchall()
        for (id_,) in ids:
            yield from stored_articles(self._connection, id_)

    def set_recipe(self, recipe: Recipe) -> None:
        """Say how the collection is made from now on."""
        self._set("recipe", msgspec.json.encode(recipe).decode())

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that the collection holds, by id; their vectors may be set meanwhile."""
        return every_chunk(self._connection)

    def set_vectors(self, chunks: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Give chunks other vectors; what they say stays."""
        rows = zip(map(_blob, vectors), chunks, strict=True)
        self._connection.executemany("update chunks set vector = ? where id = ?", rows)

    def replace(self, article: Article, chunks: Sequence[Range], vectors: Sequence[Vectors]) -> None:
        """Put an article in, instead of the one of the same id."""
        self._same_words_as = None
        self._connection.execute("delete from articles where id = ?", (article.id,))
        row = [getattr(article, name) for name in ARTICLE_COLUMNS.split(", ")]
        row += [article.text, msgspec.json.encode(article.boilerplate).decode()]
        self._connection.execute(f"insert into articles values ({', '.join('?' * len(row))})", row)  # noqa: S608
        self._connection.executemany(
            "insert into chunks (article, start, end, vector) values (?, ?, ?, ?)",
            [
                (article.id, chunk.start, chunk.end, _blob(vector))
                for chunk, vector in zip(chunks, vectors, strict=True)
            ],
        )

    def remove(self, source: str) -> None:
        """Take an article out."""
        self._same_words_as = None
        self._connection.execute("delete from articles where source = ?", (source,))

    def commit(self) -> int:
        """Make the changes durable and visible as the next generation, whose number is returned."""
        recipe = self.recipe()
        if recipe is None:
            raise IndexDamaged(f"{self._folder} has no recipe; set_recipe() before committing.")
        generation = int(stored_value(self._connection, "generation") or 0) + 1
        folder = _derived_folder(self._folder, generation)
        words_of = None if self._same_words_as is None else _derived_folder(self._folder, int(self._same_words_as))
        try:
            derive(chunk_rows(self._connection), recipe.dimensions, folder, self._signature(generation), words_of)
        except (OSError, ValueError, RuntimeError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _unwritable(self._folder, error) from error
        self._set("generation", str(generation))
        self._connection.commit()
        self._connection.execute("begin immediate")
        self._forget_generations_before(generation - 1)
        self._same_words_as = str(generation)
        return generation

    def _set(self, key: str, value: str) -> None:
        """Write one value of the table meta."""
        self._connection.execute("insert or replace into meta values (?, ?)", (key, value))

    def _signature(self, generation: int) -> str:
        """What marks the derived files of this collection and generation."""
        if stored_value(self._connection, "collection") is None:
            self._set("collection", secrets.token_hex(16))
        return f"{stored_value(self._connection, 'collection')} {generation}"

    def _forget_generations_before(self, oldest: int) -> None:
        """Delete derived files that no new reader will open."""
        for folder in (self._folder / "derived").iterdir():
            if not folder.name.isdigit() or int(folder.name) < oldest:
                shutil.rmtree(folder, ignore_errors=True)


class LocalSnapshot:
    """One generation, open for reading."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        recipe = stored_recipe(connection)
        if recipe is None:
            raise IndexMissing(f"No index in {folder}. Build one: hoidap build FOLDER --index {folder}")
        self.recipe = recipe
        self.generation = int(stored_value(connection, "generation") or 0)
        self.article_count = int(connection.execute("select count(*) from articles").fetchone()[0])
        self.chunk_count = int(connection.execute("select count(*) from chunks").fetchone()[0])
        self._folder = folder
        self._connection = connection
        self._lock = threading.Lock()
        self._derived = self._open(_derived_folder(folder, self.generation))

    def _open(self, folder: Path) -> Derived:
        """The derived indexes of this generation; made again from SQLite when they do not fit it."""
        signature = f"{stored_value(self._connection, 'collection')} {self.generation}"
        try:
            return open_derived(folder, signature)
        except (RuntimeError, ValueError, OSError):
            return derive(chunk_rows(self._connection), self.recipe.dimensions)

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None = None) -> list[Hit]:
        """The chunks nearest to a unit vector [dimensions], by cosine, best first."""
        return self._derived.nearest(vector, count, selection) if count > 0 else []

    def matching(
        self, field: str, terms: Sequence[str], count: int, selection: Sequence[int] | None = None
    ) -> list[Hit]:
        """The chunks that hold most of the terms by BM25, best first."""
        return self._derived.matching(field, terms, count, selection) if count > 0 else []

    def document_frequency(self, field: str, term: str) -> int:
        """In how many chunks a term stands."""
        return self._derived.document_frequency(field, term)

    def select(self, filters: Filters) -> list[int]:
        """Ids of the chunks whose article passes the filters.

        Raises:
            FilterError: a date that is none.
        """
        rows = self._fetch(
            "select chunks.id from chunks join articles on articles.id = chunks.article"
            " where (?1 is null or source glob ?1) and (?2 is null or published >= ?2)"
            " and (?3 is null or published <= ?3) and (?4 is null or language = ?4)",
            (filters.source, _iso_date(filters.since), _iso_date(filters.until), filters.language),
        )
        return [row[0] for row in rows]

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """The chunks of these ids, in their order; an unknown id is left out."""
        with self._lock, damage_named(self._folder):
            return stored_chunks(self._connection, ids)

    def article(self, article_id: str) -> Article | None:
        """One article with its text."""
        with self._lock, damage_named(self._folder):
            return next(stored_articles(self._connection, article_id), None)

    def articles(self, offset: int, limit: int) -> list[ArticleSummary]:
        """A page of the articles, by source."""
        rows = self._fetch(
            f"select {ARTICLE_COLUMNS}, (select count(*) from chunks where article = articles.id)"  # noqa: S608
            " from articles order by source limit ? offset ?",
            (limit, offset),
        )
        names = [*ARTICLE_COLUMNS.split(", "), "chunks"]
        return [ArticleSummary(**dict(zip(names, row, strict=True))) for row in rows]

    def close(self) -> None:
        """Give the files back."""
        with self._lock:
            self._connection.close()

    def _fetch(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run one short query; the lock is held for microseconds."""
        with self._lock, damage_named(self._folder):
            return self._connection.execute(statement, values).fetchall()


def _derived_folder(folder: Path, generation: int) -> Path:
    """Where the derived indexes of a generation stand."""
    return folder / "derived" / str(generation)


def _blob(vector: Vectors) -> bytes:
    """A vector as it is stored: float16, little-endian."""
    return vector.astype("<f2").tobytes()


def _unwritable(folder: Path, error: Exception) -> IndexDamaged:
    """What to say when a folder takes no files; the generation before it goes on serving."""
    return IndexDamaged(f"{folder} cannot be written: {error}. Free space or name another --index.")


def _iso_date(value: str | None) -> str | None:
    """The date as stored."""
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        raise FilterError(f"{value!r} is not a date; write it as 2024-05-20.") from None
