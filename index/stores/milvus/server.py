"""A Milvus server as the store needs it: errors in our words, all rows of an answer, values written into filters."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from index.errors import IndexDamaged, IndexMissing, IndexProblem

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Item = TypeVar("Item")
Row = dict[str, Any]
"""A row of a table by the names of its fields."""

PORT = 19530
TOKEN_VARIABLE = "HOIDAP_MILVUS_TOKEN"  # noqa: S105 — the name of a variable
"""The environment's `user:password` or API key; in an address everybody would read it, also in the log."""
SECONDS = 30.0
"""How long one call may take."""
CONNECT_SECONDS = 5.0
"""How long a server may take to be there."""
ROWS_AT_A_TIME = 200
"""Rows sent or read in one message."""
STRONG, BOUNDED, SESSION = "Strong", "Bounded", "Session"
"""Everything written before is seen; what is some seconds old is; what this process wrote is."""
NOT_FOUND, UNREACHABLE = 100, 2
"""Codes of pymilvus: no collection of that name; no server."""
_ADDRESS = re.compile(r"([\w.\-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?/([A-Za-z_]\w{0,99})", re.ASCII)

_SECRET = re.compile("//.*@")


class Address(NamedTuple):
    """Where a collection is: the server, and the name before all its tables."""

    uri: str
    server: str
    name: str


def address_of(uri: str) -> Address:
    """What `milvus://host:port/name` says; `milvus+tls` is the same over TLS.

    Raises:
        IndexMissing: it is not written so.
    """
    scheme, _, rest = uri.partition("://")
    if (parts := _ADDRESS.fullmatch(rest)) is None:
        shown = _SECRET.sub("//…@", uri)
        raise IndexMissing(
            f"{shown} names no collection; write milvus://HOST:19530/NAME (NAME: letters, digits and _), and put "
            f"user:password into {TOKEN_VARIABLE}."
        )
    host, port, name = parts.groups()
    protocol = "https" if scheme == "milvus+tls" else "http"
    return Address(uri, f"{protocol}://{host}:{port or PORT}", name)


class Server:
    """A connection that threads may share, and where the collection is on it."""

    def __init__(self, address: Address) -> None:
        self.uri, self.name = address.uri, address.name
        self._address = address.server

    @property
    def client(self) -> MilvusClient:
        """The connection, which a process makes once.

        Raises:
            IndexProblem: pymilvus is not installed, or no server is there.
        """
        if find_spec("pymilvus") is None:
            raise IndexProblem(f"{self.uri} needs pymilvus. Install it: pip install 'hoidap[milvus]'")
        with self.named():
            return _connected(self._address, os.environ.get(TOKEN_VARIABLE, ""), os.getpid())

    def table(self, kind: str) -> str:
        """The name of one of the collection's tables on the server."""
        return f"{self.name}_{kind}"

    def tables(self, kind: str) -> list[str]:
        """The names of the tables whose kind begins so."""
        with self.named():
            return [one for one in self.client.list_collections(timeout=SECONDS) if one.startswith(self.table(kind))]

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        with self.named():
            return bool(self.client.has_collection(table, timeout=SECONDS))

    def drop(self, tables: Iterable[str]) -> None:
        """Remove tables; one that is gone already is no failure."""
        for table in tables:
            with contextlib.suppress(IndexMissing), self.named():
                self.client.drop_collection(table, timeout=SECONDS)

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows, each instead of the one of the same key, so that one that is sent twice stands there once."""
        for batch in messages(rows):
            with self.named():
                self.client.upsert(table, batch, timeout=SECONDS)

    def delete(self, table: str, filter_: str) -> None:
        """Remove the rows that pass a filter."""
        with self.named():
            self.client.delete(table, filter=filter_, timeout=SECONDS)

    def rows(self, table: str, filter_: str, fields: Sequence[str], level: str = STRONG) -> Iterator[Row]:
        """The rows that pass a filter, however many, by key."""
        with self.named():
            found = self.client.query_iterator(
                table,
                batch_size=ROWS_AT_A_TIME,
                filter=filter_,
                output_fields=list(fields),
                consistency_level=level,
                timeout=SECONDS,
            )
        try:
            while True:
                with self.named():
                    page = found.next()
                if not page:
                    return
                yield from page
        finally:
            found.close()

    def few(self, table: str, filter_: str, fields: Sequence[str], level: str = STRONG) -> list[Row]:
        """The rows that pass a filter, which are at most some hundreds, in one message."""
        with self.named():
            found = self.client.query(
                table, filter=filter_, output_fields=list(fields), consistency_level=level, timeout=SECONDS
            )
        return list(found)

    def count(self, table: str, filter_: str, level: str = STRONG) -> int:
        """How many rows pass a filter."""
        return int(self.few(table, filter_, ["count(*)"], level)[0]["count(*)"])

    def search(  # noqa: PLR0913 — what is searched, where, and for what
        self, table: str, field: str, wanted: object, *, filter_: str, count: int, fields: Sequence[str], level: str
    ) -> list[tuple[float, Row]]:
        """The rows that a search finds, best first, each with the server's score."""
        with self.named():
            (found,) = self.client.search(
                table,
                data=[wanted],
                anns_field=field,
                filter=filter_,
                limit=count,
                output_fields=list(fields),
                search_params=_search_parameters(field, count),
                consistency_level=level,
                timeout=SECONDS,
            )
        return [(float(hit["distance"]), hit["entity"]) for hit in found]

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        """Turn pymilvus's errors into ours."""
        from pymilvus.exceptions import MilvusException  # noqa: PLC0415 — pandas comes with it

        try:
            yield
        except MilvusException as error:
            raise self._named(error) from error

    def _named(self, error: Any) -> IndexProblem:  # noqa: ANN401 — pymilvus is imported when it is needed
        said = " ".join(str(getattr(error, "message", error)).split())
        if error.code == NOT_FOUND:
            return self.missing()
        if error.code == UNREACHABLE or "unavailable" in said.lower() or "deadline" in said.lower():
            return IndexProblem(
                f"No Milvus answers at {self._address} ({said}). Start it, or name another one: --index {self.uri}"
            )
        return IndexDamaged(f"Milvus at {self._address} refused a call for {self.name}: {said}")

    def missing(self) -> IndexMissing:
        """What to say when nothing was built there."""
        return IndexMissing(f"No index in {self.uri}. Build one: hoidap build FOLDER --index {self.uri}")


def _search_parameters(field: str, count: int) -> dict[str, Any]:
    """How wide HNSW looks: twice as many as are wanted; BM25 has nothing to set."""
    if field != "vector":
        return {"metric_type": "BM25"}
    return {"metric_type": "IP", "params": {"ef": min(max(64, 2 * count), 32_768)}}


@functools.cache
def _connected(address: str, token: str, _process: int) -> MilvusClient:
    """The connection to a server; what goes wrong is raised, so pymilvus need not log it too."""
    from pymilvus import MilvusClient  # noqa: PLC0415 — a second and a half, pandas among it

    logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
    return MilvusClient(uri=address, token=token, timeout=CONNECT_SECONDS)


def text(value: str) -> str:
    """A text as filters write it."""
    return json.dumps(value, ensure_ascii=False)


def one_of(field: str, values: Iterable[int] | Iterable[str]) -> str:
    """The filter that a field has one of these values."""
    return f"{field} in [{', '.join(text(value) if isinstance(value, str) else str(int(value)) for value in values)}]"


def messages(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items, as many at a time as one message takes."""
    for start in range(0, len(items), ROWS_AT_A_TIME):
        yield list(items[start : start + ROWS_AT_A_TIME])
