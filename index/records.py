"""The nouns of the index. Every `start` and `end` counts Unicode code points in `Document.text`, end exclusive."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec


class Range(NamedTuple):
    """A half-open stretch of a text: `text[start:end]`."""

    start: int
    end: int


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One article as its file gives it, before anything is understood of it.

    Attributes:
        source: path relative to the folder that was built, with `/`; a row of a jsonl file is `file.jsonl#id`.
        text: for txt, md and jsonl the decoded text, unchanged; for html the text that was extracted from the page.
        sha256: of the file's bytes (of the row's bytes for jsonl), hexadecimal.
        title, published, publisher, url: only what the format itself declares (html head, jsonl fields).
    """

    source: str
    text: str
    sha256: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None


class Page(msgspec.Struct, frozen=True):
    """An html file of which nothing is understood yet.

    Attributes:
        ending: of its name (".html").
        sha256: of its bytes, hexadecimal.
    """

    source: str
    data: bytes
    ending: str
    sha256: str


class Skipped(msgspec.Struct, frozen=True):
    """A file (or jsonl row) that was left out, and why."""

    source: str
    reason: str


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read with understanding: what it is called, when it appeared, which parts are its own words.

    Attributes:
        id: 16 hexadecimal digits derived from `source`; replacing a file keeps it.
        published: ISO 8601 date, or None where the text gives no trustworthy one.
        language: "vi", "en", "zh", "ru" or "und".
        boilerplate: sorted, disjoint ranges that belong to the page and not to the article.
    """

    id: str
    source: str
    sha256: str
    title: str
    published: str | None
    publisher: str | None
    url: str | None
    language: str
    text: str
    boilerplate: tuple[Range, ...] = ()


class ArticleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An article without its text, for lists."""

    id: str
    source: str
    sha256: str
    title: str
    published: str | None
    publisher: str | None
    url: str | None
    language: str
    chunks: int


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that is searched as one: whole sentences of one article.

    Attributes:
        id: position in the vector index, unique within a collection and never reused.
        text: `article.text[start:end]`.
        title: of the article, carried as context for both searches.
    """

    id: int
    article: str
    start: int
    end: int
    text: str
    title: str


class Hit(msgspec.Struct, frozen=True):
    """A chunk that a search found; a higher score is nearer. Scores of different searches do not compare, ranks do."""

    chunk: int
    score: float


Day = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date"})]
"""A date as ISO 8601 writes it: 2024-05-20."""


class Filters(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}
):
    """Which articles a search may look at. Dates are ISO 8601 and inclusive; an undated article fails a date filter.

    Attributes:
        source: a glob over `Article.source`, such as "2024/*.txt".
    """

    source: str | None = None
    since: Day | None = None
    until: Day | None = None
    language: str | None = None


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an index was made. Asking reads it from the index, never from the settings."""

    format: int
    embedder: str
    embedder_sha256: str
    dimensions: int
    tokenisation: int
    chunk_syllables: int
    overlap_sentences: int


class BuildSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did."""

    generation: int
    articles: int
    chunks: int
    added: int
    changed: int
    unchanged: int
    removed: int
    vanished: int
    skipped: tuple[Skipped, ...]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an article that was put in.

    Attributes:
        article: its id.
        outcome: "added", "changed", or "unchanged" when the same bytes stood there already.
        generation: the first one that has it.
    """

    article: str
    source: str
    outcome: str
    generation: int
