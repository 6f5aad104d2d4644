"""What is new among the files of a build: found, looked up in the collection, handed out to be worked on, counted."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.config import IndexConfig
from index.read import Found, find, row_count
from index.records import Document, Page, Skipped
from index.stores import Writer
from index.unfinished import Made, Unfinished
from index.work import counted, mapped

BATCH = 64
"""Articles worked on at a time, at most."""
BATCH_SIZE = 200_000
"""Code points (of html: bytes) worked on at a time, unless one article has more."""
SAME_NAME = "another file of that name was read before it; put both below one folder"
"""Why an article is left out that is named like one before it."""


class Plan(NamedTuple):
    """What a build reads, and how.

    Attributes:
        common: keys of lines that many files share.
        shared: whether other processes can have an embedder of their own.
    """

    sources: Sequence[Path]
    config: IndexConfig
    common: frozenset[str]
    shared: bool


class Unchanged(msgspec.Struct, frozen=True):
    """An article that stands in the collection as it was found."""

    source: str


Piece = Document | Page | Skipped | Unchanged | Made
Outcome = Skipped | Unchanged | Made
Work = Callable[[list[Piece]], list[Outcome]]
"""Makes articles of documents and pages, and leaves what is none as it is."""


def _is_work(batch: Sequence[Piece]) -> bool:
    """Whether something has to be made of these; either all or none."""
    return isinstance(batch[0], Document | Page)


def _never(_batch: Sequence[Piece]) -> bool:
    """Other processes get nothing to do."""
    return False


def _size(item: Piece) -> int:
    """How much work an item is."""
    return len(item.text) if isinstance(item, Document) else len(item.data) if isinstance(item, Page) else 0


class News:
    """The new and changed articles among what is found, made ready to be stored; counts the rest."""

    def __init__(self, writer: Writer, plan: Plan, kept: Unfinished) -> None:
        self._writer = writer
        self._plan = plan
        self._kept = kept
        self._known = writer.sources()
        self._seen: set[str] = set()
        self.dirty = False
        self.skipped: list[Skipped] = []
        self.added = self.changed = self.unchanged = self.removed = self.vanished = 0

    def made(self, work: Work) -> Iterator[Made]:
        """Read on; yield what `work` makes of what has to be stored."""
        total = row_count(self._plan.sources)
        shared = _is_work if self._plan.shared else _never
        outcomes = itertools.chain.from_iterable(mapped(work, self._pieces(), shared=shared))
        for outcome in counted(outcomes, "reading", total):
            if made := self._news(outcome):
                self.dirty = True
                self._kept.add(made)
                yield made

    def _pieces(self) -> Iterator[list[Piece]]:
        """What is found, a batch at a time: what has to be worked on, and what has not, apart."""
        found = find(self._plan.sources, self._plan.config.max_file_mb)
        for _, items in itertools.groupby(map(self._looked_up, found), key=lambda item: _is_work([item])):
            batch: list[Piece] = []
            size = 0
            for item in items:
                batch.append(item)
                size += _size(item)
                if size >= BATCH_SIZE or len(batch) >= BATCH:
                    yield batch
                    batch, size = [], 0
            if batch:
                yield batch

    def _looked_up(self, item: Found) -> Piece:
        """An item, or what is known of it already."""
        if isinstance(item, Skipped):
            return item
        if self._known.get(item.source) == item.sha256:
            return Unchanged(item.source)
        return self._kept.find(item.source, item.sha256) or item

    def _news(self, outcome: Outcome) -> Made | None:
        """An article that is new or changed."""
        source = outcome.article.source if isinstance(outcome, Made) else outcome.source
        if not isinstance(outcome, Skipped) and source in self._seen:
            outcome = Skipped(source, SAME_NAME)
        if isinstance(outcome, Skipped):
            self.skipped.append(outcome)
            return None
        self._seen.add(source)
        if isinstance(outcome, Unchanged):
            self.unchanged += 1
            return None
        self.added += source not in self._known
        self.changed += source in self._known
        return outcome

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


def file_of(source: str) -> str:
    """The file that a source stands in: jsonl rows are "file.jsonl#id", their failures "file.jsonl:line"."""
    return re.sub(r"(\.(?:jsonl|ndjson))[#:].*$", r"\1", source, flags=re.IGNORECASE | re.DOTALL)
