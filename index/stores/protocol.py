"""What every store can do: one writer, and snapshots of what was committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from index.records import Article, ArticleSummary, Chunk, Filters, Hit, Range, Recipe

Vectors = npt.NDArray[np.float32]

FORMAT = 2
"""Version of the tables and files of a collection."""

ACCENTED = "accented"
FOLDED = "folded"


class Snapshot(Protocol):
    """One generation of a collection, open for reading. Threads may share it; later builds do not change it.

    A `selection` is the ids of the chunks that a search may return; None means all.
    """

    recipe: Recipe
    generation: int
    version: str
    """Names this state of this collection, unlike any other."""
    article_count: int
    chunk_count: int

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None = None) -> list[Hit]:
        """The chunks nearest to a unit vector [dimensions], by cosine, best first."""

    def matching(
        self, field: str, terms: Sequence[str], count: int, selection: Sequence[int] | None = None
    ) -> list[Hit]:
        """The chunks that hold most of the terms by BM25 in `ACCENTED` or `FOLDED`, best first."""

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """In how many chunks each term stands."""

    def select(self, filters: Filters) -> list[int]:
        """Ids of the chunks whose article passes the filters."""

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """The chunks of these ids, in their order; an unknown id is left out."""

    def article(self, article_id: str) -> Article | None:
        """One article with its text."""

    def articles(self, offset: int, limit: int) -> list[ArticleSummary]:
        """A page of the articles, by source."""

    def newest(self, count: int) -> list[ArticleSummary]:
        """The articles of the latest days, newest first; those without a date come last."""

    def settle(self) -> None:
        """Hold up no writer: called once, a while after opening, between questions."""

    def close(self) -> None:
        """Give the files back."""


class Known(NamedTuple):
    """An article that is held, by its source and the sha256 of its bytes."""

    source: str
    sha256: str


class Writer(Protocol):
    """The one process that changes a collection. Nothing is visible before `commit`."""

    def recipe(self) -> Recipe | None:
        """The recipe that the collection was made with; None when it is new."""

    def sources(self) -> dict[str, str]:
        """sha256 by source of every article that the collection holds."""

    def known(self, article_id: str) -> Known | None:
        """What the collection holds under an id."""

    def set_recipe(self, recipe: Recipe) -> None:
        """Say how the collection is made from now on; the caller replaces every article that was made otherwise."""

    def articles(self) -> Iterator[Article]:
        """Every article that the collection holds."""

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that the collection holds, by id; their vectors may be set meanwhile."""

    def set_vectors(self, chunks: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Give chunks other vectors, one float32 [dimensions] of unit length each; what they say stays."""

    def replace(self, article: Article, chunks: Sequence[Range], vectors: Sequence[Vectors]) -> None:
        """Put an article in, instead of the one of the same id.

        `vectors`: one float32 [dimensions] of unit length for each chunk.
        """

    def remove(self, source: str) -> None:
        """Take an article out."""

    def commit(self) -> int:
        """Make the changes durable and visible as the next generation, whose number is returned."""


class Store(Protocol):
    """A collection on disk or on a server."""

    def writer(self, wait: float = 0) -> AbstractContextManager[Writer]:
        """Become the writer.

        `wait`: seconds for another one to finish.

        Raises:
            IndexLocked: another process is writing.
        """

    def generation(self) -> int:
        """The newest committed generation; cheap enough to ask before every question.

        Raises:
            IndexMissing: nothing was built there yet.
        """

    def version(self) -> str:
        """`Snapshot.version` of the newest committed generation, as cheap.

        Raises:
            IndexMissing: nothing was built there yet.
        """

    def snapshot(self) -> Snapshot:
        """Open the newest generation.

        Raises:
            IndexMissing: nothing was built there yet.
            IndexMismatch: it was made by another version of hoidap.
            IndexDamaged: its files cannot be read.
        """
