"""Questions that were answered, kept to be suggested once several clients have asked them."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import sqlite3
import threading
import time
import unicodedata
from typing import TYPE_CHECKING

import structlog

from index.text import word_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qa.records import Reply

FILE = "questions.sqlite"
SURE = 0.5
"""Confidence from which an answer speaks for its question."""
LONGEST = 120
"""Characters of a question that is suggested; longer ones tell more of who asked than of what others ask."""
MOST_QUESTIONS = 5000
"""Questions counted; the least asked are forgotten beyond."""
MOST_CALLERS = 20_000
"""Callers with their questions that a process remembers, so that nobody makes a suggestion alone."""
FLUSH_SECONDS = 5.0
"""How often counts are written, and what other processes have written is read."""
SCHEMA = """
create table if not exists salt (value blob not null);
create table if not exists questions (key blob primary key, times integer not null, text text) without rowid;
"""

# Anything but letters, their marks, digits, blanks and the signs of ordinary sentences.
_SIGNS = re.compile(r"[^\w\s.,:;?!'\"“”‘’()/%&+–—-]")

log = structlog.get_logger("hoidap")


class AskedQuestions:
    """Counts answered questions beside the index; threads and processes may share the file.

    Before `enough` clients have asked a question, in the same words as it was understood, only a salted hash of them is
    kept; then its text. A question that is declined later is forgotten. Callers are never written down: each process
    tells them apart until it ends.

    Args:
        folder: of the index.
        enough: clients; 0 keeps and suggests nothing.
        clock: seconds, for when to write.
    """

    def __init__(self, folder: Path, enough: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / FILE
        self._enough = enough
        self._clock = clock
        self._lock = threading.Lock()
        self._callers: set[int] = set()
        self._pending: dict[str, int] = {}
        self._popular: tuple[str, ...] = ()
        self._next_flush = float("-inf")

    def note(self, reply: Reply, caller: str) -> None:
        """Count the question of a reply, once for each caller."""
        text = _shown(reply.understood.text)
        if not self._enough or not text:
            return
        with self._lock:
            if not reply.answered or reply.confidence < SURE:
                if text in self._popular:
                    self._pending[text] = 0
                return
            if (known := hash((caller, text))) in self._callers:
                return
            if len(self._callers) >= MOST_CALLERS:
                self._callers.clear()
            self._callers.add(known)
            self._pending[text] = self._pending.get(text, 0) + 1
        self._flush_in_time()

    def popular(self) -> tuple[str, ...]:
        """The questions that enough clients have asked, most asked first."""
        if self._enough:
            self._flush_in_time()
        return self._popular

    def flush(self) -> None:
        """Write what was counted. A disk that takes nothing costs suggestions, and no answer."""
        if not self._enough:
            return
        with self._lock:
            pending, self._pending = self._pending, {}
            self._next_flush = self._clock() + FLUSH_SECONDS
            if not pending and not self._path.is_file():
                return
            try:
                with self._opened() as connection:
                    self._write(connection, pending)
                    rows = connection.execute("select text from questions where text is not null order by times desc")
                    self._popular = tuple(row[0] for row in rows)
            except (sqlite3.Error, OSError) as error:
                log.warning("questions_not_kept", reason=str(error))

    def _flush_in_time(self) -> None:
        if self._clock() >= self._next_flush:
            self.flush()

    def _write(self, connection: sqlite3.Connection, pending: dict[str, int]) -> None:
        salt = _salt(connection)
        for text, times in pending.items():
            key = hashlib.sha256(salt + text.encode()).digest()[:16]
            if not times:
                connection.execute("delete from questions where key = ?", (key,))
                continue
            connection.execute(
                "insert into questions values (?, ?, null) on conflict do update set times = times + excluded.times",
                (key, times),
            )
            connection.execute(
                "update questions set text = ? where key = ? and times >= ? and text is null",
                (text, key, self._enough),
            )
        connection.execute(
            "delete from questions where key in (select key from questions order by times desc limit -1 offset ?)",
            (MOST_QUESTIONS,),
        )

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file, opened for one transaction; what readers ask is nobody's but the owner's."""
        self._path.touch(mode=0o600)
        with contextlib.closing(sqlite3.connect(self._path, timeout=1)) as connection, connection:
            connection.executescript(SCHEMA)
            yield connection


def _salt(connection: sqlite3.Connection) -> bytes:
    """What makes hashes of one file useless elsewhere."""
    connection.execute("insert into salt select ? where not exists (select 1 from salt)", (secrets.token_bytes(16),))
    return bytes(connection.execute("select value from salt").fetchone()[0])


def _shown(text: str) -> str:
    """A question as it is suggested, without signs at its end; empty where it had better not be."""
    text = " ".join(unicodedata.normalize("NFC", text).split()).rstrip(" ?.!…？。！")
    return text if len(text) <= LONGEST and word_texts(text) and not _SIGNS.search(text) else ""
