"""Whether an index is as it was written: the truth in SQLite and in files of vectors, and what is derived from it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from index.clean import article_id
from index.errors import IndexDamaged
from index.records import Article
from index.stores.local.articles import ArticleTable
from index.stores.local.database import (
    damage_named,
    derived_folder,
    readable,
    stored_recipe,
    stored_value,
    stored_vector_files,
    stored_version,
)
from index.stores.local.manifest import is_unharmed
from index.stores.local.vectors import open_rows

MOST_NAMED = 20
"""Findings of a kind that are named; damage comes in thousands."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an index holds, and what is wrong with it.

    Attributes:
        wrong: what cannot be trusted; empty in a good index.
        derived: whether words are whole; where they are not they are made again when the index is opened.
    """

    generation: int
    articles: int
    chunks: int
    derived: bool
    wrong: tuple[str, ...]


def verify(folder: Path) -> Verdict:
    """Read all of an index and compare it with itself.

    Raises:
        IndexMissing, IndexMismatch, IndexDamaged: it cannot be opened at all.
    """
    with damage_named(folder), contextlib.closing(readable(folder)) as connection:
        connection.execute("begin")
        generation = int(stored_value(connection, "generation") or 0)
        articles, chunks = (int(stored_value(connection, name) or 0) for name in ("articles", "chunks"))
        wrong = [*_database(connection), *_articles(connection), *_vectors(folder, connection)]
        return Verdict(
            generation=generation,
            articles=articles,
            chunks=chunks,
            derived=is_unharmed(derived_folder(folder, generation), stored_version(connection)),
            wrong=tuple(wrong),
        )


def _database(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite finds wrong with its own pages, and what does not add up."""
    found = [row[0] for row in connection.execute(f"pragma integrity_check({MOST_NAMED})")]
    yield from (f"SQLite: {line}" for line in found if line != "ok")
    counted = connection.execute("select count(*), coalesce(sum(chunks), 0) from articles").fetchone()
    for name, count in zip(("articles", "chunks"), counted, strict=True):
        if count != int(stored_value(connection, name) or 0):
            yield f"there are {count} {name}, and {stored_value(connection, name)} were written"


def _articles(connection: sqlite3.Connection) -> Iterator[str]:
    """Articles whose id or marked ranges do not fit, or whose text or chunks are none."""
    articles = ArticleTable(connection)
    for source, key, count in connection.execute("select source, key, chunks from articles").fetchall():
        try:
            article = articles.article_of(key)
            places = [(chunk.start, chunk.end) for chunk in articles.chunks_of(key)]
        except (sqlite3.DatabaseError, msgspec.DecodeError, ValueError) as error:
            yield f"{source}: {error}"
            continue
        yield from _misfits(article, places)
        if len(places) != count:
            yield f"{source}: it has {len(places)} chunks, and {count} were written"


def _misfits(article: Article, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """What of an article does not fit the rest of it."""
    if article_id(article.source) != article.id:
        yield f"{article.source}: its id is {article.id} and should be {article_id(article.source)}"
    if any(not 0 <= marked.start < marked.end <= len(article.text) for marked in article.boilerplate):
        yield f"{article.source}: a marked range lies outside its text"
    for number, (start, end) in enumerate(places, 1):
        if not 0 <= start < end <= len(article.text):
            yield f"{article.source}: chunk {number} is {start} to {end} of {len(article.text)} characters"


def _vectors(folder: Path, connection: sqlite3.Connection) -> Iterator[str]:
    """Files that are not what was written, and chunks without a vector."""
    files, recipe = stored_vector_files(connection), stored_recipe(connection)
    chunks = ArticleTable(connection).chunk_ids()
    if files is None:
        yield from [f"{len(chunks)} chunks have no vector"] if len(chunks) else []
        return
    if recipe is not None and files.dimensions != recipe.dimensions and len(chunks):
        yield f"vectors have {files.dimensions} dimensions, the recipe says {recipe.dimensions}"
    try:
        without = np.setdiff1d(chunks, open_rows(folder, files, whole=True).ids)
    except IndexDamaged as error:
        yield str(error)
        return
    for chunk in without[:MOST_NAMED]:
        yield f"chunk {chunk} has no vector"
