"""The generations of a collection on a Milvus server: what is told of each, how long it is kept, what death leaves."""

from __future__ import annotations

import time

import msgspec

from index.errors import IndexDamaged, IndexMismatch
from index.records import Recipe
from index.stores.milvus.lock import Lock
from index.stores.milvus.server import STRONG, Row, Server, messages, one_of
from index.stores.milvus.tables import ARTICLE_FIELDS, ARTICLES, CHUNK_FIELDS, CHUNKS, GENERATIONS, NEVER
from index.stores.protocol import FORMAT

KEPT_SECONDS = 600.0
"""How long the rows of a generation stay after it was the newest, for those who still read it."""
KEPT_GENERATIONS = 2
"""Newest generations whose state stays."""
NOTED_EVERY = 30.0
"""Seconds between two generations of which it is noted when they were the newest."""


class Passed(msgspec.Struct, frozen=True):
    """From `at` (seconds since 1970) on a generation was the newest; `chunks` is the table that it reads."""

    at: float
    generation: int
    chunks: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One generation: what a reader has to know, in one row, so that it is there or not.

    Attributes:
        collection: names this collection, unlike any other of the same name before or after.
        chunks: the table of the chunks.
        terms: words and pairs of all chunks together.
        next_chunk: the id of the next new chunk.
        passed: generations before, oldest first, as far as their rows are still there; not every one.
    """

    recipe: Recipe
    collection: str
    generation: int
    chunks: str
    article_count: int
    chunk_count: int
    terms: int
    next_chunk: int
    passed: tuple[Passed, ...] = ()


def newest_state(server: Server, level: str = STRONG) -> State | None:
    """The newest committed generation; None when there is none.

    Raises:
        IndexMissing: there are no tables of that name.
        IndexMismatch: it was made by another version of hoidap.
        IndexDamaged: the row is none of ours.
    """
    rows = server.few(server.table(GENERATIONS), "generation > 0", ["generation", "state"], level)
    if not rows:
        return None
    state = max(rows, key=lambda row: int(row["generation"]))["state"]
    try:
        found = msgspec.json.decode(state)["recipe"]["format"]
        if found != FORMAT:
            raise IndexMismatch(
                f"The index in {server.uri} has format {found}, this version reads {FORMAT}. Build it anew under "
                "another name."
            )
        return msgspec.json.decode(state, type=State)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise IndexDamaged(
            f"The index in {server.uri} cannot be used: {error}. Build it anew under another name."
        ) from error


def state_row(state: State) -> Row:
    """A generation as it is stored."""
    return {"generation": state.generation, "state": msgspec.json.encode(state).decode(), "vector": [0.0, 0.0]}


# Keeping them


def passed(state: State | None, generation: int, chunks: str) -> tuple[Passed, ...]:
    """The generations before one that is made now, and itself, as far as their rows are still wanted."""
    before = state.passed if state else ()
    here = Passed(time.time(), generation, chunks)
    if before and here.at - before[-1].at < NOTED_EVERY and before[-1].chunks == chunks:
        return before
    wanted = [one for one, after in zip(before, before[1:], strict=False) if after.at > here.at - KEPT_SECONDS]
    return (*wanted, *before[-1:], here)


def forget(server: Server, state: State) -> None:
    """Remove what no reader can want any more."""
    server.delete(server.table(GENERATIONS), f"generation <= {state.generation - KEPT_GENERATIONS}")
    old = [one for one in state.passed if one.at <= time.time() - KEPT_SECONDS]
    if old:
        for table in (server.table(ARTICLES), state.chunks):
            server.delete(table, f"gone <= {old[-1].generation}")
    _drop_unread(server, state)


def clean_up(server: Server, lock: Lock, state: State | None) -> None:
    """Undo what a writer left that died before it committed, or did not commit."""
    committed = state.generation if state else 0
    tables = [(server.table(ARTICLES), ARTICLE_FIELDS)] + ([(state.chunks, CHUNK_FIELDS)] if state else [])
    for table, fields in tables:
        lock.check()
        server.delete(table, f"born > {committed}")
        ended = [row["row"] for row in server.rows(table, f"gone > {committed} and gone < {NEVER}", ["row"])]
        for batch in messages(ended):
            lock.check()
            server.put(table, [{**row, "gone": NEVER} for row in server.rows(table, one_of("row", batch), fields)])
    _drop_unread(server, state)


def _drop_unread(server: Server, state: State | None) -> None:
    """Remove the tables of chunks that no generation reads any more, or never read."""
    wanted = {state.chunks, *(one.chunks for one in state.passed)} if state else set()
    server.drop(one for one in server.tables(CHUNKS) if one not in wanted)
