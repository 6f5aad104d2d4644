"""Whether an index is as it was written: the truth in SQLite, and what is derived from it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from index.clean import article_id
from index.stores.database import (
    damage_named,
    derived_folder,
    readable,
    stored_articles,
    stored_recipe,
    stored_value,
    stored_version,
)
from index.stores.manifest import is_unharmed

MOST_NAMED = 20
"""Findings of a kind that are named; damage comes in thousands."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an index holds, and what is wrong with it.

    Attributes:
        wrong: what cannot be trusted; empty in a good index.
        derived: whether vectors and words are whole; where they are not they are made again when the index is opened.
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
        articles, chunks = (connection.execute(f"select count(*) from {table}").fetchone()[0] for table in TABLES)  # noqa: S608
        wrong = [*_database(connection), *_articles(connection), *_chunks(connection)]
        return Verdict(
            generation=generation,
            articles=articles,
            chunks=chunks,
            derived=is_unharmed(derived_folder(folder, generation), stored_version(connection)),
            wrong=tuple(wrong),
        )


TABLES = ("articles", "chunks")


def _database(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with its own pages."""
    found = [row[0] for row in connection.execute(f"pragma integrity_check({MOST_NAMED})")]
    orphans = "select count(*) from chunks where article not in (select id from articles)"
    lost = connection.execute(orphans).fetchone()[0]
    return [f"SQLite: {line}" for line in found if line != "ok"] + ([f"{lost} chunks of no article"] if lost else [])


def _articles(connection: sqlite3.Connection) -> Iterator[str]:
    """Articles whose id or marked ranges do not fit."""
    for (id_,) in connection.execute("select id from articles order by id").fetchall():
        for article in stored_articles(connection, id_):
            if article_id(article.source) != id_:
                yield f"{article.source}: its id is {id_} and should be {article_id(article.source)}"
            if any(not 0 <= marked.start < marked.end <= len(article.text) for marked in article.boilerplate):
                yield f"{article.source}: a marked range lies outside its text"


def _chunks(connection: sqlite3.Connection) -> Iterator[str]:
    """Chunks that lie outside their text, or whose vector is none."""
    recipe = stored_recipe(connection)
    dimensions = recipe.dimensions if recipe else 0
    statement = (
        "select chunks.id, source, start, end, length(text), vector from chunks join articles on articles.id = article"
    )
    for id_, source, start, end, length, blob in connection.execute(statement):
        if not 0 <= start < end <= length:
            yield f"{source}: chunk {id_} is {start} to {end} of {length} characters"
        vector = np.frombuffer(blob, dtype="<f2").astype(np.float32) if len(blob) == 2 * dimensions else None
        if vector is None or not np.isfinite(vector).all():
            yield f"{source}: the vector of chunk {id_} is none of {dimensions} numbers"
