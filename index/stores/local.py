"""A collection in one folder: SQLite is the truth, FAISS and tantivy are derived from it.

    hoidap.sqlite            articles, chunks, vectors, recipe, generation
    writer.lock              held by the one writer
    derived/<generation>/    vectors and words/; what did not change is hard links to the generation before

A commit writes the derived indexes of generation n+1 first and commits SQLite last, so that a process killed at any
instant leaves generation n whole. A snapshot keeps a read transaction open: it sees its own generation until closed.
Derived files that are missing, cut off or foreign are made again from SQLite, in memory when the disk is read-only.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import msgspec

from index.errors import IndexDamaged, IndexLocked
from index.records import Article, Chunk, Range, Recipe
from index.stores import Known
from index.stores.database import (
    ARTICLE_COLUMNS,
    chunk_rows,
    damage_named,
    derived_folder,
    every_chunk,
    last_chunk,
    readable,
    stored_articles,
    stored_recipe,
    stored_value,
    stored_version,
    unwritable,
    writable,
)
from index.stores.derived import Changes, derive, derive_changed, written_at_once
from index.stores.manifest import is_whole
from index.stores.snapshot import LocalSnapshot, Overtaken
from index.work import counted

if TYPE_CHECKING:
    from index.stores import Vectors


FEW = 2000
"""Chunks below which all is derived anew: it takes a fifth of a second, and nothing has to be counted."""
KEPT_GENERATIONS = 2
"""Generations whose derived files stay beside the newest, for readers that are just opening them."""
MOST_CHANGED = 0.1
"""Share of the chunks that were derived at once which may be gone or added since; beyond, all is derived anew."""


class LocalStore:
    """A collection in a folder of this machine."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @contextlib.contextmanager
    def writer(self, wait: float = 0) -> Iterator[LocalWriter]:
        """Become the writer; changes that were not committed are forgotten at the end.

        `wait`: seconds for another one to finish.

        Raises:
            IndexLocked: another process is writing.
            IndexDamaged: the place cannot be written, or holds something else.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.folder / "writer.lock", timeout=wait)
            lock.acquire()
        except filelock.Timeout:
            raise IndexLocked(f"Another process is building {self.folder}. Wait for it, then try again.") from None
        except OSError as error:
            raise unwritable(self.folder, error) from error
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

    def version(self) -> str:
        """What names the newest committed generation, unlike that of any other collection in this folder.

        Raises:
            IndexMissing: nothing was built there yet.
        """
        with damage_named(self.folder), contextlib.closing(readable(self.folder)) as connection:
            return stored_version(connection)

    def snapshot(self) -> LocalSnapshot:
        """Open the newest generation.

        Raises:
            IndexMissing: nothing was built there yet.
            IndexMismatch: it was made by another version of hoidap.
            IndexDamaged: its files cannot be read.
        """
        with damage_named(self.folder):
            while True:
                connection = readable(self.folder)
                connection.execute("begin")
                with contextlib.suppress(Overtaken):
                    return LocalSnapshot(self.folder, connection)
                connection.close()


class LocalWriter:
    """Changes to a collection, in one transaction until `commit`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self._begin()

    def _begin(self) -> None:
        """Start to note what changes."""
        self._connection.execute("begin immediate")
        self._before = stored_value(self._connection, "generation")
        """The generation that is changed; None when there is none."""
        self._first_new = last_chunk(self._connection) + 1
        self._removed: set[int] = set()
        self._made_otherwise = False

    def recipe(self) -> Recipe | None:
        """The recipe that the collection was made with; None when it is new."""
        return stored_recipe(self._connection)

    def sources(self) -> dict[str, str]:
        """sha256 by source of every article that the collection holds."""
        return dict(self._connection.execute("select source, sha256 from articles").fetchall())

    def known(self, article_id: str) -> Known | None:
        """What the collection holds under an id."""
        row = self._connection.execute("select source, sha256 from articles where id = ?", (article_id,)).fetchone()
        return None if row is None else Known(*row)

    def articles(self) -> Iterator[Article]:
        """Every article that the collection holds."""
        ids = self._connection.execute("select id from articles order by source").fetchall()
        for (id_,) in ids:
            yield from stored_articles(self._connection, id_)

    def set_recipe(self, recipe: Recipe) -> None:
        """Say how the collection is made from now on."""
        self._made_otherwise = True
        self._set("recipe", msgspec.json.encode(recipe).decode())

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that the collection holds, by id; their vectors may be set meanwhile."""
        return every_chunk(self._connection)

    def set_vectors(self, chunks: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Give chunks other vectors; what they say stays."""
        self._made_otherwise = True
        rows = zip(map(_blob, vectors), chunks, strict=True)
        self._connection.executemany("update chunks set vector = ? where id = ?", rows)

    def replace(self, article: Article, chunks: Sequence[Range], vectors: Sequence[Vectors]) -> None:
        """Put an article in, instead of the one of the same id."""
        self._delete(article.id)
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
        for (id_,) in self._connection.execute("select id from articles where source = ?", (source,)).fetchall():
            self._delete(id_)

    def _delete(self, article: str) -> None:
        chunks = self._connection.execute("select id from chunks where article = ?", (article,))
        self._removed.update(id_ for (id_,) in chunks if id_ < self._first_new)
        self._connection.execute("delete from articles where id = ?", (article,))

    def commit(self) -> int:
        """Make the changes durable and visible as the next generation, whose number is returned."""
        recipe = self.recipe()
        if recipe is None:
            raise IndexDamaged(f"{self._folder} has no recipe; set_recipe() before committing.")
        generation = int(self._before or 0) + 1
        folder = derived_folder(self._folder, generation)
        try:
            self._derive(recipe.dimensions, folder, generation)
        except (OSError, ValueError, RuntimeError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise unwritable(self._folder, error) from error
        self._set("generation", str(generation))
        self._connection.commit()
        self._begin()
        self._forget_generations_before(generation - KEPT_GENERATIONS)
        return generation

    def _derive(self, dimensions: int, folder: Path, generation: int) -> None:
        """Write the derived files of a generation: changed from those before where little changed, or anew."""
        signature = self._signature(generation)
        before = derived_folder(self._folder, int(self._before or 0))
        whole = self._before is not None and is_whole(before, self._signature(int(self._before)))
        same_words = not self._removed and last_chunk(self._connection) < self._first_new
        if whole and not self._made_otherwise and (last := self._last_written_at_once(before)) is not None:
            changes = Changes(before, self._first_new, self._removed)
            derive_changed(chunk_rows(self._connection, last), changes, dimensions, folder, signature)
        else:
            words_of = before if whole and same_words else None
            rows = counted(chunk_rows(self._connection), "indexing", self._count("chunks"))
            derive(rows, dimensions, folder, signature, words_of)

    def _last_written_at_once(self, before: Path) -> int | None:
        """The last chunk of those that derived files were made of at once; None when too much has changed since."""
        last, gone = written_at_once(before)
        count = "select count(*) from chunks where id {} ?"
        here, newer = (self._connection.execute(count.format(sign), (last,)).fetchone()[0] for sign in ("<=", ">"))
        return last if here >= FEW and gone + len(self._removed) + newer <= MOST_CHANGED * here else None

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608 — our own name

    def _set(self, key: str, value: str) -> None:
        """Write one value of the table meta."""
        self._connection.execute("insert or replace into meta values (?, ?)", (key, value))

    def _signature(self, generation: int) -> str:
        """What marks the derived files of this collection and generation."""
        if stored_value(self._connection, "collection") is None:
            self._set("collection", secrets.token_hex(16))
        return f"{stored_value(self._connection, 'collection')} {generation}"

    def _forget_generations_before(self, oldest: int) -> None:
        """Delete derived files that no new reader will open; what cannot be deleted is no failure of the change."""
        with contextlib.suppress(OSError):
            for folder in (self._folder / "derived").iterdir():
                if not folder.name.isdigit() or int(folder.name) < oldest:
                    shutil.rmtree(folder, ignore_errors=True)


def _blob(vector: Vectors) -> bytes:
    """A vector as it is stored: float16, little-endian."""
    return vector.astype("<f2").tobytes()
