"""What readers say of answers, kept beside the index."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from api.records import QuestionText
from api.validation import RequestError, check_question, shown
from index.errors import HoidapError

if TYPE_CHECKING:
    from index.stores import Snapshot

FILE = "feedback.sqlite"
MOST_ENTRIES = 100_000
"""Entries kept; beyond, none is taken until somebody has exported and removed the file: a disk must not fill."""
MAX_REASON, MAX_NOTE, MAX_QUOTE = 100, 1000, 5000
SCHEMA = """
create table if not exists feedback (
    id integer primary key, at text not null default (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    generation integer not null, question text not null, verdict text not null, source text, start integer,
    end integer, quote text, reason text, note text);
"""
COLUMNS = ("generation", "question", "verdict", "source", "start", "end", "quote", "reason", "note")

Verdict = Literal["right", "wrong", "no_answer_expected"]


class CitedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The citation of the answer that is spoken of; its other fields may be sent along."""

    article: Annotated[str, msgspec.Meta(max_length=MAX_REASON)]
    start: Annotated[int, msgspec.Meta(ge=0)]
    end: Annotated[int, msgspec.Meta(ge=0)]


class FeedbackRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reader says of an answer.

    Attributes:
        verdict: of the cited answer "right" or "wrong"; "no_answer_expected" when the articles do not hold one.
        reason: one word for what is wrong, such as "other_fact" or "too_long".
    """

    question: QuestionText
    verdict: Verdict
    citation: CitedPlace | None = None
    reason: Annotated[str, msgspec.Meta(max_length=MAX_REASON)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=MAX_NOTE)] | None = None

    def __post_init__(self) -> None:
        """Refuse a blank question, and a verdict on no answer."""
        check_question(self.question)
        if self.citation is None and self.verdict != "no_answer_expected":
            raise RequestError(f'"citation" is missing; say which answer is {self.verdict}.')


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One kept opinion. No address and no name is kept."""

    generation: int
    question: str
    verdict: Verdict
    source: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    reason: str | None = None
    note: str | None = None


def entry_of(request: FeedbackRequest, snapshot: Snapshot) -> Entry:
    """What is kept of a request: the cited words are those of the article and not of the request.

    Raises:
        RequestError: the citation is of no article here, or of no range of it.
    """
    entry = Entry(
        generation=snapshot.generation,
        question=request.question,
        verdict=request.verdict,
        reason=request.reason,
        note=request.note,
    )
    if (cited := request.citation) is None:
        return entry
    if (article := snapshot.article(cited.article)) is None:
        raise RequestError(f"There is no article {shown(cited.article)}; /articles lists them.")
    if not cited.start < cited.end <= len(article.text) or cited.end - cited.start > MAX_QUOTE:
        given = f'"start" is {cited.start} and "end" is {cited.end}'
        raise RequestError(
            f"{given}; start before end, end at most {len(article.text)}, {MAX_QUOTE} characters at most."
        )
    quote = article.text[cited.start : cited.end]
    return msgspec.structs.replace(entry, source=article.source, start=cited.start, end=cited.end, quote=quote)


class FeedbackBook:
    """The entries of one index, in a SQLite file of their own; threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def add(self, entry: Entry) -> int:
        """Keep an entry; its number is returned.

        Raises:
            RequestError: the book is full (status 507).
            sqlite3.Error: the file cannot be written.
        """
        with self._opened() as connection:
            if connection.execute("select count(*) from feedback").fetchone()[0] >= MOST_ENTRIES:
                raise RequestError(f"No more than {MOST_ENTRIES} opinions are kept, and there are as many.", status=507)
            marks = ", ".join("?" * len(COLUMNS))
            statement = f"insert into feedback ({', '.join(COLUMNS)}) values ({marks})"  # noqa: S608 — our own names
            return int(connection.execute(statement, msgspec.structs.astuple(entry)).lastrowid or 0)

    def entries(self) -> list[Entry]:
        """Every entry, oldest first; none where nobody has said anything.

        Raises:
            HoidapError: the file cannot be read.
        """
        if not self._path.is_file():
            return []
        try:
            with self._opened() as connection:
                rows = connection.execute(f"select {', '.join(COLUMNS)} from feedback order by id").fetchall()  # noqa: S608
        except sqlite3.Error as error:
            raise HoidapError(f"The feedback in {self._path} cannot be read: {error}.") from error
        return [Entry(**dict(zip(COLUMNS, row, strict=True))) for row in rows]

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file, opened for one transaction."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
            connection.execute(SCHEMA)
            yield connection
