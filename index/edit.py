"""One article at a time: put into a collection that is being asked, or taken out of it."""

from __future__ import annotations

import itertools

from index.chunk import chunks
from index.clean import article_id, clean, common_lines
from index.embed import Embedder, embedder_of
from index.errors import IndexMissing
from index.pipeline import write
from index.records import Article, Document, Recipe, Stored
from index.stores import Writer, store_at

SAMPLE = 300
"""Articles in which lines shared by many are looked for."""
PATIENCE = 10.0
"""Seconds that a change waits for the one before it."""


class Editor:
    """Changes a collection article by article, as its recipe says. Threads and processes may share the collection."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._store = store_at(uri)
        self._common: frozenset[str] | None = None

    def put(self, document: Document) -> Stored:
        """Put an article in, instead of the one of the same source; it is durable when this returns.

        Raises:
            IndexMissing, IndexMismatch, IndexDamaged: what is wrong with the collection, or its disk.
            IndexLocked: a build has been going on for longer than this waits.
        """
        with self._store.writer(PATIENCE) as writer:
            recipe, embedder = self._made_by(writer)
            before = writer.known(article_id(document.source))
            if before and before.sha256 == document.sha256:
                return self._stored(document, "unchanged", self._store.generation())
            article = clean(document, self._common_lines(writer))
            ranges = chunks(article, recipe.chunk_syllables, recipe.overlap_sentences)
            write(writer, [(article, ranges)], embedder)
            return self._stored(document, "changed" if before else "added", writer.commit())

    def remove(self, article: str) -> int | None:
        """Take an article out; the first generation without it, None when there is no such article.

        Raises:
            IndexMissing, IndexDamaged, IndexLocked: as for `put`.
        """
        with self._store.writer(PATIENCE) as writer:
            self._made_by(writer)
            if (known := writer.known(article)) is None:
                return None
            writer.remove(known.source)
            return writer.commit()

    def _made_by(self, writer: Writer) -> tuple[Recipe, Embedder]:
        """How the collection is made."""
        recipe = writer.recipe()
        if recipe is None:
            raise IndexMissing(f"No index in {self._uri}. Build one: hoidap build FOLDER --index {self._uri}")
        return recipe, embedder_of(recipe, self._uri)

    def _common_lines(self, writer: Writer) -> frozenset[str]:
        """Lines that many articles share, learned once."""
        if self._common is None:
            self._common = common_lines(map(_document, itertools.islice(writer.articles(), SAMPLE)))
        return self._common

    def _stored(self, document: Document, outcome: str, generation: int) -> Stored:
        return Stored(
            article=article_id(document.source), source=document.source, outcome=outcome, generation=generation
        )


def _document(article: Article) -> Document:
    return Document(source=article.source, text=article.text, sha256=article.sha256)
