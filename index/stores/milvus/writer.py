"""Changes to a collection on a Milvus server: rows of the next generation, which nobody reads before its state."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Sequence

import msgspec

from index.errors import IndexDamaged
from index.records import Article, Chunk, Range, Recipe
from index.stores.milvus.generations import State, clean_up, forget, passed, state_row
from index.stores.milvus.lock import Lock
from index.stores.milvus.schema import make_chunks
from index.stores.milvus.server import Row, Server, messages, one_of
from index.stores.milvus.tables import (
    ARTICLE_FIELDS,
    ARTICLES,
    CHUNK_FIELDS,
    CHUNKS,
    GENERATIONS,
    article_of,
    article_rows,
    chunk_of,
    chunk_row,
    holds,
)
from index.stores.protocol import Known, Vectors

MOST_WAITING = 512
"""Rows that are sent together."""


class MilvusWriter:
    """Changes to a collection, which no reader sees until `commit`."""

    def __init__(self, server: Server, lock: Lock, state: State | None) -> None:
        self._server = server
        self._lock = lock
        self._articles = server.table(ARTICLES)
        self._begin(state)
        clean_up(server, lock, state)

    def _begin(self, state: State | None) -> None:
        """Start to change a generation; None is none yet."""
        self._state = state
        self._generation = state.generation + 1 if state else 1
        self._recipe = state.recipe if state else None
        self._table = state.chunks if state else None
        """Where the chunks of the next generation stand."""
        self._dimensions = state.recipe.dimensions if state else 0
        self._next = state.next_chunk if state else 1
        self._chunk_count, self._terms = (state.chunk_count, state.terms) if state else (0, 0)
        self._waiting: dict[str, tuple[list[Row], list[Row]]] = {}
        """Rows of articles and of their chunks that were not sent yet, by article."""
        self._removed: set[str] = set()
        """Sources of articles that were taken out and are still there."""

    @property
    def _moved(self) -> bool:
        """Whether the chunks go to a table of their own, since their vectors are of another length."""
        return self._state is not None and self._table != self._state.chunks

    # What is there

    def recipe(self) -> Recipe | None:
        """The recipe that the collection was made with; None when it is new."""
        return self._recipe

    def sources(self) -> dict[str, str]:
        """sha256 by source of every article that the collection holds."""
        self._send()
        return {row["source"]: row["sha256"] for row in self._heads("", ["source", "sha256"])}

    def known(self, article_id: str) -> Known | None:
        """What the collection holds under an id."""
        self._send()
        filter_ = f"{holds(self._generation)} and piece == 0 and {one_of('id', [article_id])}"
        rows = self._server.few(self._articles, filter_, ["source", "sha256"])
        return next((Known(row["source"], row["sha256"]) for row in rows), None)

    def articles(self) -> Iterator[Article]:
        """Every article that the collection holds; the ids are read first, so that they may be replaced meanwhile."""
        self._send()
        heads = sorted((row["source"], row["id"]) for row in self._heads("", ["source", "id"]))
        for _, id_ in heads:
            self._send()
            if (article := self._article(id_)) is not None:
                yield article

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that the collection holds, by id; their vectors may be set meanwhile."""
        self._send()
        here = holds(self._generation)
        ids = [int(row["chunk"]) for row in self._server.rows(self._table, here, ["chunk"])] if self._table else []
        fields = ["chunk", "article", "start", "end", "title", "text", "outside"]
        for batch in messages(sorted(ids)):
            rows = {int(row["chunk"]): row for row in self._rows_of(batch, fields)}
            for id_ in batch:
                yield chunk_of(rows[id_], self._article(rows[id_]["article"]) if rows[id_]["outside"] else None)

    def _heads(self, further: str, fields: Sequence[str]) -> Iterator[Row]:
        """The first pieces of articles."""
        return self._server.rows(self._articles, f"{holds(self._generation)} and piece == 0{further}", fields)

    def _article(self, id_: str) -> Article | None:
        filter_ = f"{holds(self._generation)} and {one_of('id', [id_])}"
        return article_of(self._server.rows(self._articles, filter_, ["piece", "text"]))

    def _rows_of(self, chunks: Sequence[int], fields: Sequence[str]) -> list[Row]:
        """The rows of chunks: of those that were moved the new ones."""
        filter_ = f"{holds(self._generation)} and {one_of('chunk', chunks)}"
        rows = list(self._server.rows(str(self._table), filter_, fields))
        if self._state and self._moved:
            there = {int(row["chunk"]) for row in rows}
            before = self._server.rows(self._state.chunks, filter_, fields)
            rows += [row for row in before if int(row["chunk"]) not in there]
        return rows

    # What changes

    def set_recipe(self, recipe: Recipe) -> None:
        """Say how the collection is made from now on."""
        self._recipe = recipe

    def set_vectors(self, chunks: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Give chunks other vectors; what they say stays."""
        if not chunks:
            return
        self._send()
        given = dict(zip(chunks, vectors, strict=True))
        moving = self._place_for(len(vectors[0]))
        rows = self._rows_of(chunks, CHUNK_FIELDS)
        # What stands in the table before stays there for its generations.
        self._end(str(self._table), [row for row in rows if not moving or int(row["born"]) == self._generation])
        new = [{**row, "row": f"{row['chunk']}@{self._generation}", "born": self._generation} for row in rows]
        for row in new:
            row["vector"] = given[int(row["chunk"])].astype("float32").tolist()
        self._lock.check()
        self._server.put(str(self._table), new)
        self._count(new, 1)

    def replace(self, article: Article, chunks: Sequence[Range], vectors: Sequence[Vectors]) -> None:
        """Put an article in, instead of the one of the same id."""
        if article.id in self._waiting or article.source in self._removed:
            self._send()
        if len(vectors):
            self._place_for(len(vectors[0]))
        rows = [
            chunk_row(id_, article, place, vector, self._generation)
            for id_, place, vector in zip(itertools.count(self._next), chunks, vectors, strict=False)
        ]
        if len(rows) != len(chunks) or len(rows) != len(vectors):
            raise ValueError(f"{len(chunks)} chunks have {len(vectors)} vectors")
        self._next += len(rows)
        self._waiting[article.id] = (article_rows(article, len(rows), self._generation), rows)
        if sum(len(pieces) + len(chunks) for pieces, chunks in self._waiting.values()) >= MOST_WAITING:
            self._send()

    def remove(self, source: str) -> None:
        """Take an article out."""
        if self._waiting:
            self._send()
        self._removed.add(source)

    def _place_for(self, dimensions: int) -> bool:
        """Have a table for chunks with vectors of so many numbers; whether the chunks are moving to a new one."""
        if self._dimensions != dimensions and not self._moved:
            self._send()
            self._table = self._server.table(f"{CHUNKS}{self._lock.number}_{self._generation}")
            self._lock.check()
            make_chunks(self._server, self._table, dimensions)
            self._dimensions = dimensions
            self._chunk_count = self._terms = 0
        return self._moved

    def _send(self) -> None:
        """Send what waits: what is gone first, then what is new."""
        if not self._removed and not self._waiting:
            return
        self._lock.check()
        gone = set(self._waiting)
        for batch in messages(sorted(self._removed)):
            gone.update(row["id"] for row in self._heads(f" and {one_of('source', batch)}", ["id"]))
        waiting, self._waiting, self._removed = self._waiting, {}, set()
        for batch in messages(sorted(gone)):
            self._end(self._articles, self._holding(self._articles, one_of("id", batch), ARTICLE_FIELDS))
            # Chunks that were left behind in the table before hold in no generation to come.
            if self._table is not None:
                self._end(self._table, self._holding(self._table, one_of("article", batch), CHUNK_FIELDS))
        self._lock.check()
        self._server.put(self._articles, [row for pieces, _ in waiting.values() for row in pieces])
        new = [row for _, chunks in waiting.values() for row in chunks]
        if new:
            self._server.put(str(self._table), new)
            self._count(new, 1)

    def _holding(self, table: str, filter_: str, fields: Sequence[str]) -> list[Row]:
        return list(self._server.rows(table, f"{holds(self._generation)} and {filter_}", fields))

    def _end(self, table: str, rows: Sequence[Row]) -> None:
        """Let rows hold no longer: those of an earlier generation go on holding there, others are removed."""
        if table != self._articles:
            self._count(rows, -1)
        earlier = [{**row, "gone": self._generation} for row in rows if int(row["born"]) < self._generation]
        self._server.put(table, earlier)
        for batch in messages([row["row"] for row in rows if int(row["born"]) >= self._generation]):
            self._server.delete(table, one_of("row", batch))

    def _count(self, rows: Sequence[Row], sign: int) -> None:
        """Note chunks that came (1) or went (-1)."""
        self._chunk_count += sign * len(rows)
        self._terms += sign * sum(int(row["length"]) for row in rows)

    # Commit

    def commit(self) -> int:
        """Make the changes durable and visible as the next generation, whose number is returned."""
        if self._recipe is None:
            raise IndexDamaged(f"{self._server.uri} has no recipe; set_recipe() before committing.")
        self._send()
        self._place_for(self._recipe.dimensions)
        articles = self._server.count(self._articles, f"{holds(self._generation)} and piece == 0")
        chunks = self._server.count(str(self._table), holds(self._generation))
        if not chunks == self._chunk_count == self._expected():
            raise IndexDamaged(f"{self._server.uri} lacks chunks that were sent: {chunks} are there. Build it again.")
        state = State(
            recipe=self._recipe,
            collection=self._state.collection if self._state else secrets.token_hex(16),
            generation=self._generation,
            chunks=str(self._table),
            article_count=articles,
            chunk_count=chunks,
            terms=self._terms,
            next_chunk=self._next,
            passed=passed(self._state, self._generation, str(self._table)),
        )
        self._lock.check()
        self._server.put(self._server.table(GENERATIONS), [state_row(state)])
        self._begin(state)
        forget(self._server, state)
        return state.generation

    def _expected(self) -> int:
        """How many chunks the articles have; where nothing moved they were counted as they came and went."""
        if not self._moved:
            return self._chunk_count
        return sum(int(msgspec.json.decode(row["summary"])["chunks"]) for row in self._heads("", ["summary"]))
