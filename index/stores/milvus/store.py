"""A collection on a Milvus server, which many machines read and one process at a time writes.

Milvus has no transactions, so a generation is made visible by one row, its state, which is written last: it is there or
not. All else is rows that say in which generations they hold, `born <= g < gone`. A writer adds rows of the next
generation and lets others end with it, and no reader of a committed one sees any of it. So a change costs what it
changes. A collection for each generation, and an alias that is switched to the newest, would cost a copy of all.
What a writer that was killed has left, the next one undoes before it begins.

Rows that hold no longer stay for those who still read them, ten minutes after another generation was the newest; a
reader looks, before that is over, whether its own still is. Only another length of vectors needs another table.

BM25 is Milvus's own function, over words that come ready from `index.text`. It counts the rows of all generations, and
some servers each segment by itself, so it only says which chunks come near; how much each scores is counted again, of
one generation's chunks. Vectors are of unit length, so that their inner product is the cosine.

Consistency: what a writer reads, and which generation is opened, is read at the level Strong. A generation is read at
Strong for its first 15 seconds and then at Bounded, which no longer misses anything of it: rows do not change while
they hold. Whether there is a newer one is asked at Session: what this process wrote counts at once, what others wrote
within seconds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from index.stores.milvus.generations import State, newest_state
from index.stores.milvus.lock import locked
from index.stores.milvus.schema import make_tables
from index.stores.milvus.server import SESSION, STRONG, Server, address_of
from index.stores.milvus.snapshot import MilvusSnapshot
from index.stores.milvus.writer import MilvusWriter


class MilvusStore:
    """A collection on a Milvus server, named milvus://host:port/name."""

    def __init__(self, uri: str) -> None:
        self._server = Server(address_of(uri))

    @contextlib.contextmanager
    def writer(self, wait: float = 0) -> Iterator[MilvusWriter]:
        """Become the writer; changes that were not committed are forgotten at the end.

        `wait`: seconds for another one to finish.

        Raises:
            IndexLocked: another process is writing.
            IndexDamaged: the server refuses to be written, or holds something else under that name.
            IndexProblem: no server is there.
        """
        with locked(self._server, wait) as lock:
            make_tables(self._server)
            yield MilvusWriter(self._server, lock, newest_state(self._server))

    def generation(self) -> int:
        """The newest committed generation.

        Raises:
            IndexMissing: nothing was built there yet.
        """
        return self._newest(SESSION).generation

    def version(self) -> str:
        """What names the newest committed generation, unlike that of any other collection of this name.

        Raises:
            IndexMissing: nothing was built there yet.
        """
        state = self._newest(SESSION)
        return f"{state.collection} {state.generation}"

    def snapshot(self) -> MilvusSnapshot:
        """Open the newest generation.

        Raises:
            IndexMissing: nothing was built there yet.
            IndexMismatch: it was made by another version of hoidap.
            IndexDamaged: it cannot be read.
            IndexProblem: no server is there.
        """
        return MilvusSnapshot(self._server, self._newest(STRONG))

    def _newest(self, level: str) -> State:
        if (state := newest_state(self._server, level)) is None:
            raise self._server.missing()
        return state
