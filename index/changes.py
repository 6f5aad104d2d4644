"""What is new, changed or gone among the files of a build: found, looked up in the collection, prepared, counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.checkpoint import Checkpoint, EmbeddedArticle
from index.config import IndexConfig
from index.read import SAME_NAME, Found, file_of, find, row_count
from index.records import Document, Page, Skipped
from index.stores import Writer
from index.workers import parallel_map, tracked

BATCH = 64
"""Articles prepared at a time, at most."""
BATCH_SIZE = 200_000
"""Code points (of html: bytes) prepared at a time, unless one article has more."""


class BuildPlan(NamedTuple):
    """What a build reads, and how.

    Attributes:
        common: keys of lines that many files share.
        shared: whether workers can have an embedder of their own.
    """

    sources: Sequence[Path]
    config: IndexConfig
    common: frozenset[str]
    shared: bool


class Unchanged(msgspec.Struct, frozen=True):
    """An article that stands in the collection as it was found."""

    source: str


Input = Document | Page | Skipped | Unchanged | EmbeddedArticle
Output = Skipped | Unchanged | EmbeddedArticle
Prepare = Callable[[list[Input]], list[Output]]
"""Makes articles of documents and pages, and leaves what is neither as it is."""


def _needs_preparing(batch: Sequence[Input]) -> bool:
    """Whether these have to be prepared; either all or none."""
    return isinstance(batch[0], Document | Page)


def _never(_batch: Sequence[Input]) -> bool:
    """Workers get nothing to do."""
    return False


def _size(item: Input) -> int:
    """How much work an item is."""
    return len(item.text) if isinstance(item, Document) else len(item.data) if isinstance(item, Page) else 0


class Changes:
    """The new and changed articles among what is found, made ready to be stored; counts the rest."""

    def __init__(self, writer: Writer, plan: BuildPlan, checkpoint: Checkpoint) -> None:
        self._writer = writer
        self._plan = plan
        self._checkpoint = checkpoint
        self._known = writer.sources()
        self._seen: set[str] = set()
        self.dirty = False
        self.skipped: list[Skipped] = []
        self.added = self.changed = self.unchanged = self.removed = self.vanished = 0

    def articles(self, prepare: Prepare) -> Iterator[EmbeddedArticle]:
        """Read on; yield what `prepare` makes of what has to be stored."""
        total = row_count(self._plan.sources)
        shared = _needs_preparing if self._plan.shared else _never
        outputs = itertools.chain.from_iterable(parallel_map(prepare, self._batches(), shared=shared))
        for output in tracked(outputs, "reading", total):
            if article := self._changed(output):
                self.dirty = True
                self._checkpoint.add(article)
                yield article

    def _batches(self) -> Iterator[list[Input]]:
        """What is found, a batch at a time: what has to be prepared, and what has not, apart."""
        found = find(self._plan.sources, self._plan.config.max_file_mb)
        for _, items in itertools.groupby(map(self._looked_up, found), key=lambda item: _needs_preparing([item])):
            batch: list[Input] = []
            size = 0
            for item in items:
                batch.append(item)
                size += _size(item)
                if size >= BATCH_SIZE or len(batch) >= BATCH:
                    yield batch
                    batch, size = [], 0
            if batch:
                yield batch

    def _looked_up(self, item: Found) -> Input:
        """An item, or what is known of it already."""
        if isinstance(item, Skipped):
            return item
        if self._known.get(item.source) == item.sha256:
            return Unchanged(item.source)
        return self._checkpoint.find(item.source, item.sha256) or item

    def _changed(self, output: Output) -> EmbeddedArticle | None:
        """An article that is new or changed."""
        source = output.article.source if isinstance(output, EmbeddedArticle) else output.source
        if not isinstance(output, Skipped) and source in self._seen:
            output = Skipped(source, SAME_NAME)
        if isinstance(output, Skipped):
            self.skipped.append(output)
            return None
        self._seen.add(source)
        if isinstance(output, Unchanged):
            self.unchanged += 1
            return None
        self.added += source not in self._known
        self.changed += source in self._known
        return output

    def forget_vanished(self, *, prune: bool) -> None:
        """Count the articles whose file was not among the sources; take them out if asked."""
        # What could not be read this time has not vanished; of a jsonl file that may be any row.
        unread = {file_of(item.source) for item in self.skipped}
        gone = sorted(source for source in set(self._known) - self._seen if file_of(source) not in unread)
        if not prune:
            self.vanished = len(gone)
            return
        for source in gone:
            self._writer.remove(source)
        self.removed = len(gone)
        self.dirty = self.dirty or bool(gone)
