"""One generation of a collection on a Milvus server, open for reading."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from index.errors import FilterError, IndexDamaged, IndexMissing
from index.records import Article, ArticleSummary, Chunk, Filters, Hit
from index.stores.milvus.generations import KEPT_SECONDS, State, newest_state
from index.stores.milvus.server import BOUNDED, STRONG, Row, Server, one_of, text
from index.stores.milvus.tables import ARTICLES, K1, B, article_of, bm25_of, chunk_of, holds, written_term
from index.stores.milvus.words import Frequencies
from index.stores.protocol import Vectors

MOST_HITS = 16_384
"""Rows that Milvus gives back of one search."""
FURTHER = 20
"""Hits that are taken of Milvus's BM25 beyond those that are wanted: it counts rows of other generations too."""
SETTLED_SECONDS = 15.0
"""Seconds after which what was committed is there for every reader (Milvus's own bound is 5 seconds)."""
KEPT_SHARE = 0.8
"""Share of `KEPT_SECONDS` for which a generation is read without a look whether it is still the newest."""


class Selected(list[int]):
    """Ids of chunks, with the filter that says the same."""

    def __init__(self, ids: Sequence[int], said: str) -> None:
        super().__init__(ids)
        self.said = said


class MilvusSnapshot:
    """One generation, open for reading."""

    def __init__(self, server: Server, state: State) -> None:
        self.recipe = state.recipe
        self.generation = state.generation
        self.version = f"{state.collection} {state.generation}"
        self.article_count, self.chunk_count = state.article_count, state.chunk_count
        self._server = server
        self._chunks, self._articles = state.chunks, server.table(ARTICLES)
        self._holds = holds(state.generation)
        self._usual_length = max(state.terms / max(state.chunk_count, 1), 1e-9)
        self._opened = self._known_newest = time.monotonic()
        self._lock = threading.Lock()
        self._sources: list[tuple[str, str, str]] | None = None
        self._frequencies = Frequencies(server, self._chunks, self._holds, self.chunk_count)

    @property
    def _level(self) -> str:
        """How much of what was written a search waits for: all, until nothing of this generation can be missing."""
        return STRONG if time.monotonic() - self._opened < SETTLED_SECONDS else BOUNDED

    def _look(self) -> None:
        """Make sure that the rows of this generation are still there.

        Raises:
            IndexMissing: others have been the newest for so long that they may have been removed.
        """
        if time.monotonic() - self._known_newest < KEPT_SHARE * KEPT_SECONDS:
            return
        looked = time.monotonic()
        state = newest_state(self._server)
        if state is None or f"{state.collection} {state.generation}" != self.version:
            raise IndexMissing(f"Generation {self.generation} of {self._server.uri} is kept no longer. Open it again.")
        self._known_newest = looked

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None = None) -> list[Hit]:
        """The chunks nearest to a unit vector [dimensions], by cosine, best first."""
        wanted = self._wanted(count, selection)
        if wanted is None:
            return []
        found = self._server.search(
            self._chunks,
            "vector",
            vector.astype("float32").tolist(),
            filter_=wanted,
            count=min(count, MOST_HITS),
            fields=["chunk"],
            level=self._level,
        )
        return [Hit(int(row["chunk"]), score) for score, row in found]

    def matching(
        self, field: str, terms: Sequence[str], count: int, selection: Sequence[int] | None = None
    ) -> list[Hit]:
        """The chunks that hold most of the terms by BM25, best first.

        Milvus finds them; how much each scores is counted here, of this generation's chunks alone.
        """
        written = [(term, written_term(term)) for term in terms]
        written = [(term, each) for term, each in written if each]
        wanted = self._wanted(count, selection)
        if wanted is None or not written:
            return []
        found = self._server.search(
            self._chunks,
            bm25_of(field),
            " ".join(each for _, each in written),
            filter_=wanted,
            count=min(count + FURTHER, MOST_HITS),
            fields=["chunk", field],
            level=self._level,
        )
        weights = dict.fromkeys((each for _, each in written), 0.0)
        for term, each in written:
            weights[each] += self._rarity(field, term)
        hits = [Hit(int(row["chunk"]), self._score(row[field].split(" "), weights)) for _, row in found]
        return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.chunk))[:count]

    def _rarity(self, field: str, term: str) -> float:
        """What a term counts: more, the fewer chunks hold it."""
        (frequency,) = self.document_frequencies(field, [term])
        return math.log(1 + (self.chunk_count - frequency + 0.5) / (frequency + 0.5))

    def _score(self, words: Sequence[str], weights: Mapping[str, float]) -> float:
        """BM25 of a chunk with these terms (Robertson and Zaragoza 2009), as tantivy counts it."""
        often = Counter(word for word in words if word in weights)
        length = K1 * (1 - B + B * len(words) / self._usual_length)
        return sum(weights[word] * count * (K1 + 1) / (count + length) for word, count in often.items())

    def _wanted(self, count: int, selection: Sequence[int] | None) -> str | None:
        """The filter for what a search may return; None for nothing."""
        self._look()
        if count <= 0 or self.chunk_count == 0 or (selection is not None and not selection):
            return None
        if selection is None:
            return self._holds
        if isinstance(selection, Selected):
            return selection.said
        return f"{self._holds} and {one_of('chunk', selection)}"

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """In how many chunks each term stands."""
        self._look()
        written = map(written_term, terms)
        return [self._frequencies.of(field, term, self._level) if term else 0 for term in written]

    def select(self, filters: Filters) -> list[int]:
        """Ids of the chunks whose article passes the filters.

        Raises:
            FilterError: a date that is none.
        """
        self._look()
        said = " and ".join([self._holds, *_conditions(filters)])
        if filters.source is None:
            return self._selected(said)
        condition, exact = _like(filters.source)
        said = f"{said} and {condition}"
        return self._selected(said) if exact else self._globbed(filters.source, said)

    def _selected(self, said: str) -> list[int]:
        """Ids of the chunks that pass a filter."""
        return Selected(
            sorted(int(row["chunk"]) for row in self._server.rows(self._chunks, said, ["chunk"], self._level)), said
        )

    def _globbed(self, pattern: str, said: str) -> list[int]:
        """Ids of the chunks that pass a filter and whose source passes a glob."""
        rows = list(self._server.rows(self._chunks, said, ["chunk", "source"], self._level))
        passing = globbed(pattern, {row["source"] for row in rows})
        return sorted(int(row["chunk"]) for row in rows if row["source"] in passing)

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """The chunks of these ids, in their order; an unknown id is left out."""
        if not ids:
            return []
        self._look()
        fields = ["chunk", "article", "start", "end", "title", "text", "outside"]
        rows = self._server.rows(self._chunks, f"{self._holds} and {one_of('chunk', ids)}", fields, self._level)
        found = {int(row["chunk"]): row for row in rows}
        return [self._chunk(found[id_]) for id_ in ids if id_ in found]

    def _chunk(self, row: Row) -> Chunk:
        """The chunk of a row; one that is too long for it is cut out of its article."""
        return chunk_of(row, self.article(row["article"]) if row["outside"] else None)

    def article(self, article_id: str) -> Article | None:
        """One article with its text.

        Raises:
            IndexDamaged: it is not what was written.
        """
        self._look()
        filter_ = f"{self._holds} and {one_of('id', [article_id])}"
        try:
            return article_of(self._server.rows(self._articles, filter_, ["piece", "text"], self._level))
        except msgspec.MsgspecError as error:
            raise IndexDamaged(
                f"Article {article_id} of {self._server.uri} cannot be read: {error}. Build it again."
            ) from error

    def articles(self, offset: int, limit: int) -> list[ArticleSummary]:
        """A page of the articles, by source; Milvus sorts nothing, so their sources are read once and kept."""
        self._look()
        return self._summaries([id_ for _, _, id_ in self._sorted()[offset : offset + limit]])

    def newest(self, count: int) -> list[ArticleSummary]:
        """The articles of the latest days, newest first; those without a date come last."""
        self._look()
        # A stable sort: those of one day stay in the order of their sources.
        by_day = sorted(self._sorted(), key=lambda article: article[1], reverse=True)
        return self._summaries([id_ for _, _, id_ in by_day[:count]])

    def _summaries(self, page: list[str]) -> list[ArticleSummary]:
        if not page:
            return []
        filter_ = f"{self._holds} and piece == 0 and {one_of('id', page)}"
        rows = self._server.rows(self._articles, filter_, ["id", "summary"], self._level)
        found = {row["id"]: msgspec.json.decode(row["summary"], type=ArticleSummary) for row in rows}
        return [found[id_] for id_ in page if id_ in found]

    def _sorted(self) -> list[tuple[str, str, str]]:
        """Source, day (empty where there is none) and id of every article, by source."""
        with self._lock:
            if self._sources is None:
                rows = self._server.rows(self._articles, f"{self._holds} and piece == 0", ["summary"], self._level)
                found = (msgspec.json.decode(row["summary"], type=ArticleSummary) for row in rows)
                self._sources = sorted((one.source, one.published or "", one.id) for one in found)
            return self._sources

    def settle(self) -> None:
        """Nothing to do: a reader holds up no writer."""

    def close(self) -> None:
        """Nothing to do: the connection is the process's."""


def _conditions(filters: Filters) -> list[str]:
    """What the filters ask of a row, but for the source."""
    since, until = _iso_date(filters.since), _iso_date(filters.until)
    conditions = [f"published >= {text(since)}"] if since else []
    conditions += [f'published <= {text(until)} and published != ""'] if until else []
    conditions += [f"language == {text(filters.language)}"] if filters.language is not None else []
    return conditions


def _like(pattern: str) -> tuple[str, bool]:
    """The condition that a source passes which passes a glob, and whether the other way round too.

    Milvus knows no sets of characters, and its _ stands for a byte or a letter, as the version goes.
    """
    wild = [place for place, char in enumerate(pattern) if char in '*?[]%_\\"']
    if not wild:
        return f"source == {text(pattern)}", True
    if {pattern[place] for place in wild} == {"*"}:
        return f"source like {text(pattern.replace('*', '%'))}", True
    fixed = pattern[: wild[0]]
    return (f"source like {text(fixed + '%')}" if fixed else 'source != ""'), False


def globbed(pattern: str, sources: set[str]) -> set[str]:
    """The sources that pass a glob, as SQLite understands it in a local collection."""
    found = sqlite3.connect(":memory:").execute(
        "select value from json_each(?) where value glob ?", (msgspec.json.encode(list(sources)).decode(), pattern)
    )
    return {row[0] for row in found}


def _iso_date(value: str | None) -> str | None:
    """The date as stored."""
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        raise FilterError(f"{value!r} is not a date; write it as 2024-05-20.") from None
