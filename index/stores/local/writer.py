"""Changes to a collection in a folder, in one transaction of SQLite, which commits last."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from index.errors import IndexDamaged
from index.records import Article, Chunk, Range, Recipe
from index.stores.local.articles import ArticleTable
from index.stores.local.database import derived_folder, stored_recipe, stored_value, stored_vector_files, unwritable
from index.stores.local.derived import Since, forget_before, gone, save_derived, since
from index.stores.local.manifest import is_whole
from index.stores.local.snapshot import searched
from index.stores.local.vectors import VectorFiles, VectorWriter
from index.stores.local.words import WordWriter, accented_terms_of, change_words, link_words
from index.stores.protocol import Known, Vectors
from index.workers import tracked

FEW = 2000
"""Chunks below which all is derived anew: it takes a fifth of a second, and nothing has to be counted."""
KEPT_GENERATIONS = 2
"""Generations whose derived files stay beside the newest, for readers that are just opening them."""
MOST_CHANGED = 0.1
"""Share of the chunks that were derived at once which may be gone or added since; beyond, all is derived anew."""


class LocalWriter:
    """Changes to a collection, in one transaction until `commit`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self._articles, self._vectors = ArticleTable(connection), VectorWriter(folder, stored_vector_files(connection))
        self._begin()

    def _begin(self) -> None:
        """Start to note what changes."""
        self._connection.execute("begin immediate")
        self._before = stored_value(self._connection, "generation")
        """The generation that is changed; None when there is none."""
        self._first_new = self._next = int(stored_value(self._connection, "next") or 1)
        """Ids of chunks from which those of this generation begin, and of the next one; none is ever used again."""
        self._removed: dict[int, str] = {}
        """What was searched of each chunk that is taken out, while they are few."""
        self._made_otherwise = False
        self._words: WordWriter | None = None
        """Takes the words of a new collection as they come, so that little is left for the commit."""
        self._chunks = int(stored_value(self._connection, "chunks") or 0)

    def recipe(self) -> Recipe | None:
        """The recipe that the collection was made with; None when it is new."""
        return stored_recipe(self._connection)

    def sources(self) -> dict[str, str]:
        """sha256 by source of every article that the collection holds."""
        return self._articles.sources()

    def known(self, article_id: str) -> Known | None:
        """What the collection holds under an id."""
        return self._articles.known(article_id)

    def articles(self) -> Iterator[Article]:
        """Every article that the collection holds."""
        return filter(None, map(self._articles.article, self._articles.ids()))

    def set_recipe(self, recipe: Recipe) -> None:
        """Say how the collection is made from now on."""
        self._made_otherwise = self._made_otherwise or recipe != self.recipe()
        self._set("recipe", msgspec.json.encode(recipe).decode())

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that the collection holds, by id; their vectors may be set meanwhile."""
        return self._articles.every_chunk()

    def set_vectors(self, chunks: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Give chunks other vectors; what they say stays."""
        self._made_otherwise = True
        self._vectors.add(chunks, vectors)

    def replace(self, article: Article, chunks: Sequence[Range], vectors: Sequence[Vectors]) -> None:
        """Put an article in, instead of the one of the same id."""
        if (before := self._articles.key(article.id)) is not None:
            self._delete(before)
        key = self._next
        ids = range(key, key + len(chunks))
        self._next += max(1, len(chunks))
        self._chunks += len(chunks)
        self._articles.put(key, article, chunks)
        self._vectors.add(ids, vectors)
        if self._before is None and key == self._first_new:
            self._words = WordWriter(derived_folder(self._folder, 1))
        if self._words is not None:
            texts = (searched(article.title, article.text[start:end]) for start, end in chunks)
            self._words.add(zip(ids, texts, strict=True))

    def remove(self, source: str) -> None:
        """Take an article out."""
        for (key,) in self._connection.execute("select key from articles where source = ?", (source,)).fetchall():
            self._delete(key)

    def _delete(self, key: int) -> None:
        chunks = self._articles.chunks_of(key)
        self._chunks -= len(chunks)
        if key < self._first_new:
            many = len(self._removed) > MOST_CHANGED * self._chunks
            self._removed.update((chunk.id, "" if many else searched(chunk.title, chunk.text)) for chunk in chunks)
        elif self._words is not None:  # they have them already; all are looked for again at the commit
            self._words.drop()
            self._words = None
        self._articles.remove(key)

    def commit(self) -> int:
        """Make the changes durable and visible as the next generation, whose number is returned."""
        if self.recipe() is None:
            raise IndexDamaged(f"{self._folder} has no recipe; set_recipe() before committing.")
        generation = int(self._before or 0) + 1
        folder = derived_folder(self._folder, generation)
        try:
            files = self._derive(folder, generation)
        except (OSError, ValueError, RuntimeError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise unwritable(self._folder, error) from error
        articles = self._connection.execute("select count(*) from articles").fetchone()[0]
        values = {"generation": generation, "next": self._next, "articles": articles, "chunks": self._chunks}
        for name, value in values.items():
            self._set(name, str(value))
        if files is not None:
            self._set("vectors", msgspec.json.encode(files).decode())
        self._connection.commit()
        self._words = None
        self._vectors.committed(files)
        self._begin()
        forget_before(self._folder, generation - KEPT_GENERATIONS)
        return generation

    def _derive(self, folder: Path, generation: int) -> VectorFiles | None:
        """Write the vectors and the derived files of a generation; what SQLite has to say of the vectors."""
        signature = self._signature(generation)
        before = derived_folder(self._folder, int(self._before or 0))
        whole = self._before is not None and is_whole(before, self._signature(int(self._before)))
        if whole and not self._made_otherwise and (changed := self._changed_little(before)):
            shutil.rmtree(folder, ignore_errors=True)
            lost = accented_terms_of(self._removed.values())
            change_words(before, folder, self._texts(self._first_new), self._removed, lost)
            files, _ = self._vectors.finish()
            save_derived(folder, changed, [*gone(before), *self._removed], signature)
            return files
        live = self._articles.chunk_ids()
        files, rows = self._vectors.finish(live, MOST_CHANGED)
        if whole and not self._removed and self._next == self._first_new:
            shutil.rmtree(folder, ignore_errors=True)
            link_words(before, folder)
            known = since(before)
        else:
            self._find_words(folder)
            known = Since(self._next - 1)
        save_derived(folder, known, np.setdiff1d(rows.ids, live, assume_unique=True), signature)
        return files

    def _find_words(self, folder: Path) -> None:
        """Write the words of all chunks; of a new collection they are mostly there."""
        if self._words is None:
            self._words = WordWriter(folder)
            self._words.add(tracked(self._texts(0), "indexing", self._chunks))
        self._words.finish()
        self._words = None

    def _texts(self, first: int) -> Iterator[tuple[int, str]]:
        """What is searched of each chunk from one on."""
        return ((chunk.id, searched(chunk.title, chunk.text)) for chunk in self._articles.every_chunk(first))

    def _changed_little(self, before: Path) -> Since | None:
        """What has changed since all was derived, with this; None when it is too much to go on."""
        known = since(before)
        now = Since(known.last, known.removed + len(self._removed))
        statement = "select coalesce(sum(chunks), 0) from articles where key > ?"
        newer = int(self._connection.execute(statement, (known.last,)).fetchone()[0])
        here = self._chunks - newer
        return now if here >= FEW and now.removed + newer <= MOST_CHANGED * here else None

    def _set(self, key: str, value: str) -> None:
        """Write one value of the table meta."""
        self._connection.execute("insert or replace into meta values (?, ?)", (key, value))

    def _signature(self, generation: int) -> str:
        """What marks the derived files of this collection and generation."""
        if stored_value(self._connection, "collection") is None:
            self._set("collection", secrets.token_hex(16))
        return f"{stored_value(self._connection, 'collection')} {generation}"

    def close(self) -> None:
        """Forget what was not committed."""
        self._vectors.close()
        if self._words is not None:
            self._words.drop()
