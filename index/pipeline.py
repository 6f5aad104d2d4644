"""The ingest story: files are read, cleaned, cut, embedded and stored."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from index.chunk import chunks
from index.clean import clean, common_lines
from index.config import IndexConfig
from index.embed import Embedder, embedder_named
from index.errors import SourceError
from index.read import Read, read
from index.records import Article, BuildSummary, Document, Range, Recipe, Skipped
from index.stores import Writer, store_at
from index.stores.database import FORMAT
from index.text import TOKENISATION

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, how many articles are done, and how many there are (None: not known)."""

Item = TypeVar("Item")

SAMPLE = 1000
"""Documents in which lines shared by many files are looked for."""
BATCH = 256
"""Chunks embedded at a time, at least."""
SAME_NAME = "another file of that name was read before it; put both below one folder"
"""Why an article is left out that is named like one before it."""


def build(
    sources: Sequence[Path],
    uri: str,
    config: IndexConfig,
    *,
    prune: bool = False,
    progress: Progress = lambda _stage, _done, _total: None,
) -> BuildSummary:
    """Bring a collection up to date with files and folders: only what is new or changed is embedded.

    An article whose file is no longer among the sources stays unless `prune`. One that was made by another recipe
    (embedder, chunking) is made again from the text that the collection keeps.

    Raises:
        SourceError: a source does not exist, or holds nothing that can be read.
        IndexLocked: another process is building.
    """
    embedder = embedder_named(config.embedder)
    recipe = recipe_of(config, embedder)
    with store_at(uri).writer() as writer:
        news = _News(writer, read(sources, config.max_file_mb), common_lines(sample(sources, config)), progress)
        if (before := writer.recipe()) != recipe:
            if before and _same_chunks(before, recipe):
                _embed_again(writer, embedder, progress)
            else:
                _store(writer, _counted(writer.articles(), "remaking", progress), embedder, config)
            writer.set_recipe(recipe)
            news.dirty = True
        _store(writer, iter(news), embedder, config)
        news.forget_vanished(prune=prune)
        if not writer.sources():
            raise SourceError(_nothing_read(sources, news.skipped))
        progress("indexing", 0, None)
        generation = writer.commit() if news.dirty else None
    return _summary(uri, generation, news)


def recipe_of(config: IndexConfig, embedder: Embedder) -> Recipe:
    """The recipe that these settings make."""
    return Recipe(
        format=FORMAT,
        embedder=embedder.name,
        embedder_sha256=embedder.sha256,
        dimensions=embedder.dimensions,
        tokenisation=TOKENISATION,
        chunk_syllables=config.chunk_syllables,
        overlap_sentences=config.overlap_sentences,
    )


class _News:
    """The new and changed articles among what is read; counts the rest."""

    def __init__(self, writer: Writer, found: Iterator[Read], common: frozenset[str], progress: Progress) -> None:
        self._writer = writer
        self._found = found
        self._common = common
        self._progress = progress
        self._known = writer.sources()
        self._seen: set[str] = set()
        self.dirty = False
        self.skipped: list[Skipped] = []
        self.added = self.changed = self.unchanged = self.removed = self.vanished = 0

    def __iter__(self) -> Iterator[Article]:
        """Read on; yield what has to be stored."""
        for number, item in enumerate(self._found, 1):
            self._progress("reading", number, None)
            if article := self._news(item):
                self.dirty = True
                yield article

    def _news(self, item: Read) -> Article | None:
        """The article of a document that is new or changed."""
        if isinstance(item, Document) and item.source in self._seen:
            item = Skipped(item.source, SAME_NAME)
        if isinstance(item, Skipped):
            self.skipped.append(item)
            return None
        self._seen.add(item.source)
        before = self._known.get(item.source)
        if before == item.sha256:
            self.unchanged += 1
            return None
        self.added += before is None
        self.changed += before is not None
        return clean(item, self._common)

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


def _store(writer: Writer, articles: Iterator[Article], embedder: Embedder, config: IndexConfig) -> None:
    """Cut, embed and write articles, a batch at a time."""
    batch: list[tuple[Article, list[Range]]] = []
    for article in articles:
        batch.append((article, chunks(article, config.chunk_syllables, config.overlap_sentences)))
        if sum(len(ranges) for _, ranges in batch) >= BATCH:
            write(writer, batch, embedder)
            batch = []
    write(writer, batch, embedder)


def write(writer: Writer, batch: list[tuple[Article, list[Range]]], embedder: Embedder) -> None:
    """Embed one batch, each chunk with its title as context, and hand it to the writer."""
    texts = [
        _context(article.title, article.text[chunk.start : chunk.end]) for article, chunks in batch for chunk in chunks
    ]
    vectors = iter(embedder.embed_documents(texts) if texts else ())
    for article, ranges in batch:
        writer.replace(article, ranges, list(itertools.islice(vectors, len(ranges))))


def _same_chunks(before: Recipe, after: Recipe) -> bool:
    """Whether two recipes differ in nothing but the embedder: the chunks and their words stay."""
    like = {name: getattr(after, name) for name in ("embedder", "embedder_sha256", "dimensions")}
    return msgspec.structs.replace(before, **like) == after


def _embed_again(writer: Writer, embedder: Embedder, progress: Progress) -> None:
    """Give every chunk the vector of another embedder."""
    chunks = _counted(writer.chunks(), "embedding", progress)
    while batch := list(itertools.islice(chunks, BATCH)):
        vectors = embedder.embed_documents([_context(chunk.title, chunk.text) for chunk in batch])
        writer.set_vectors([chunk.id for chunk in batch], list(vectors))


def _context(title: str, text: str) -> str:
    """What is embedded of a chunk: its title stands before it."""
    return f"{title}\n{text}"


def sample(sources: Sequence[Path], config: IndexConfig) -> Iterator[Document]:
    """The first documents, to learn the lines that many files share."""
    found = (item for item in read(sources, config.max_file_mb) if isinstance(item, Document))
    return itertools.islice(found, SAMPLE)


def _counted(items: Iterable[Item], stage: str, progress: Progress) -> Iterator[Item]:
    """The same items, with progress."""
    for number, item in enumerate(items, 1):
        progress(stage, number, None)
        yield item


def _nothing_read(sources: Sequence[Path], skipped: Sequence[Skipped]) -> str:
    """What to say when no article came out of the sources."""
    named = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:3])
    places = ", ".join(map(str, sources))
    return f"No article could be read from {places} ({named or 'no files'}). txt, md, html and jsonl files are read."


def _summary(uri: str, generation: int | None, news: _News) -> BuildSummary:
    """What the build did and what the collection now holds."""
    store = store_at(uri)
    snapshot = store.snapshot()
    try:
        return BuildSummary(
            generation=snapshot.generation if generation is None else generation,
            articles=snapshot.article_count,
            chunks=snapshot.chunk_count,
            added=news.added,
            changed=news.changed,
            unchanged=news.unchanged,
            removed=news.removed,
            vanished=news.vanished,
            skipped=tuple(news.skipped),
        )
    finally:
        snapshot.close()
