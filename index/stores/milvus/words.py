"""In how many chunks of a generation a word stands, on a Milvus server."""

from __future__ import annotations

import functools
import threading
from collections import Counter

from index.stores.milvus.server import Server, text
from index.stores.protocol import ACCENTED, FOLDED

FEW = 1000
"""Chunks up to which all their words are read once and counted here: some megabytes instead of a call for each."""
KEPT_FREQUENCIES = 1 << 16
"""Words whose frequencies are kept; a question asks for some dozens."""


class Frequencies:
    """The frequencies of one generation's words, each asked for once; threads may share it.

    Args:
        server: where the chunks are.
        table: their table.
        holds: the filter for the generation's rows.
        chunks: how many there are.
    """

    def __init__(self, server: Server, table: str, holds: str, chunks: int) -> None:
        self._server = server
        self._table = table
        self._holds = holds
        self._few = chunks <= FEW
        self._counting = threading.Lock()
        self._counted: dict[str, Counter[str]] = {}
        self._asked = functools.lru_cache(KEPT_FREQUENCIES)(self._ask)

    def of(self, field: str, written: str, level: str) -> int:
        """In how many chunks a term stands, given as it is written there."""
        return self._all(level)[field][written] if self._few else self._asked(field, written, level)

    def _ask(self, field: str, written: str, level: str) -> int:
        filter_ = f"{self._holds} and text_match({field}, {text(written)})"
        return self._server.count(self._table, filter_, level)

    def _all(self, level: str) -> dict[str, Counter[str]]:
        """How often every word of both fields stands, counted at the first call."""
        with self._counting:
            if not self._counted:
                found = {field: Counter[str]() for field in (ACCENTED, FOLDED)}
                for row in self._server.rows(self._table, self._holds, [ACCENTED, FOLDED], level):
                    for field, counter in found.items():
                        counter.update(set(row[field].split(" ")))
                self._counted = found
            return self._counted
