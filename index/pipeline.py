"""The ingest story: files are read, cleaned, cut, embedded and stored."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from index.changes import BuildPlan, Changes, Input, Output
from index.checkpoint import Checkpoint, EmbeddedArticle
from index.chunk import chunks
from index.clean import clean, common_lines
from index.config import IndexConfig
from index.embed import Embedder, embedder_named, is_light
from index.errors import SourceError
from index.read import read, understood
from index.records import Article, BuildSummary, Document, Page, Range, Recipe, Skipped
from index.stores import FORMAT, Writer, checkpoint_of, store_at
from index.text import TOKENISATION
from index.workers import Progress, batches, parallel_map, report_progress, tracked, worker_pool

SAMPLE = 1000
"""Documents in which lines shared by many files are looked for."""
AGAIN = 64
"""Articles cut and embedded again at a time."""
CHUNKS = 256
"""Chunks embedded again at a time."""


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
    with store_at(uri).writer() as writer, worker_pool(config.processes, progress):
        plan = BuildPlan(sources, config, common_lines(sample(sources, config)), is_light(embedder))
        with closing(Checkpoint(checkpoint_of(uri), _made_by(recipe, plan))) as checkpoint:
            changes = Changes(writer, plan, checkpoint)
            if (before := writer.recipe()) != recipe:
                _bring_over(writer, before, embedder, plan)
                writer.set_recipe(recipe)
                changes.dirty = True
            _store(writer, changes.articles(partial(prepared, common=plan.common, config=config)))
            changes.forget_vanished(prune=prune)
            if not writer.sources():
                raise SourceError(_nothing_read(sources, changes.skipped))
            report_progress("indexing", 0, None)
            generation = writer.commit() if changes.dirty else None
            checkpoint.forget()
    return _summary(uri, generation, changes)


def _made_by(recipe: Recipe, plan: BuildPlan) -> bytes:
    """What has to be the same for what a killed build made to be taken up."""
    return msgspec.json.encode([recipe, sorted(plan.common)])


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


def prepared(batch: Sequence[Input], common: frozenset[str], config: IndexConfig) -> list[Output]:
    """Understand, cut and embed what has to be; the rest stays as it is."""
    known = [understood(item) if isinstance(item, Page) else item for item in batch]
    articles = [clean(item, common) for item in known if isinstance(item, Document)]
    finished = iter(_made(articles, config))
    return [next(finished) if isinstance(item, Document) else item for item in known]


def _made(articles: Sequence[Article], config: IndexConfig) -> list[EmbeddedArticle]:
    """Cut and embed articles."""
    cut = [(article, chunks(article, config.chunk_syllables, config.overlap_sentences)) for article in articles]
    return list(_embedded(cut, embedder_named(config.embedder)))


def _embedded(cut: Sequence[tuple[Article, list[Range]]], embedder: Embedder) -> Iterator[EmbeddedArticle]:
    """Embed chunks, each with its title as context."""
    texts = [
        _context(article.title, article.text[chunk.start : chunk.end]) for article, ranges in cut for chunk in ranges
    ]
    vectors = embedder.embed_documents(texts) if texts else np.zeros((0, embedder.dimensions), dtype=np.float32)
    begin = 0
    for article, ranges in cut:
        yield EmbeddedArticle(article, ranges, vectors[begin : begin + len(ranges)])
        begin += len(ranges)


def _store(writer: Writer, finished: Iterable[EmbeddedArticle]) -> None:
    """Write articles."""
    for article, ranges, vectors in finished:
        writer.replace(article, ranges, list(vectors))


def write(writer: Writer, batch: Sequence[tuple[Article, list[Range]]], embedder: Embedder) -> None:
    """Embed one batch and hand it to the writer."""
    _store(writer, _embedded(batch, embedder))


def _same_chunks(before: Recipe, after: Recipe) -> bool:
    """Whether two recipes differ in nothing but the embedder: the chunks and their words stay."""
    like = {name: getattr(after, name) for name in ("embedder", "embedder_sha256", "dimensions")}
    return msgspec.structs.replace(before, **like) == after


def _bring_over(writer: Writer, before: Recipe | None, embedder: Embedder, plan: BuildPlan) -> None:
    """Make what a collection holds by another recipe, from the text that it keeps."""
    if before and _same_chunks(before, recipe_of(plan.config, embedder)):
        _embed_again(writer, embedder)
        return
    articles = batches(tracked(writer.articles(), "remaking"), AGAIN)
    again = parallel_map(partial(_made, config=plan.config), articles, shared=lambda _batch: plan.shared)
    _store(writer, itertools.chain.from_iterable(again))


def _embed_again(writer: Writer, embedder: Embedder) -> None:
    """Give every chunk the vector of another embedder."""
    for batch in batches(tracked(writer.chunks(), "embedding"), CHUNKS):
        vectors = embedder.embed_documents([_context(chunk.title, chunk.text) for chunk in batch])
        writer.set_vectors([chunk.id for chunk in batch], list(vectors))


def _context(title: str, text: str) -> str:
    """What is embedded of a chunk: its title stands before it."""
    return f"{title}\n{text}"


def sample(sources: Sequence[Path], config: IndexConfig) -> Iterator[Document]:
    """The first documents, to learn the lines that many files share."""
    found = (item for item in read(sources, config.max_file_mb) if isinstance(item, Document))
    return itertools.islice(found, SAMPLE)


def _nothing_read(sources: Sequence[Path], skipped: Sequence[Skipped]) -> str:
    """What to say when no article came out of the sources."""
    named = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:3])
    places = ", ".join(map(str, sources))
    return f"No article could be read from {places} ({named or 'no files'}). txt, md, html and jsonl files are read."


def _summary(uri: str, generation: int | None, changes: Changes) -> BuildSummary:
    """What the build did and what the collection now holds."""
    store = store_at(uri)
    snapshot = store.snapshot()
    try:
        return BuildSummary(
            generation=snapshot.generation if generation is None else generation,
            articles=snapshot.article_count,
            chunks=snapshot.chunk_count,
            added=changes.added,
            changed=changes.changed,
            unchanged=changes.unchanged,
            removed=changes.removed,
            vanished=changes.vanished,
            skipped=tuple(changes.skipped),
        )
    finally:
        snapshot.close()
