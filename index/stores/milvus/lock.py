"""One writer at a time on a server that has no transactions.

The lock is a table NAME_lock_<n>, for a server makes a table once: of two that make the same number one is refused. It
belongs to who made the highest number, as long as its lease, a row of NAME_leases, has not run out; the holder renews
it. A writer that died is followed by another when its lease has run out.

What this protects: two writers at once never both begin, whatever machines they run on, if their clocks differ by less
than the lease. What it cannot: a writer that is held up for longer than its lease (a machine put to sleep) between its
last look and the arrival of what it sent then. It looks before all that it sends.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator

from index.errors import IndexLocked, IndexProblem
from index.stores.milvus.schema import make_lease_table, make_lock_table
from index.stores.milvus.server import Server, text

LEASE = 30.0
"""Seconds for which a writer that says nothing is still the writer."""
RENEWALS = 3
"""How often a lease is renewed in its time."""
PAUSE = 0.2
"""Seconds between two tries to become the writer."""
LEASES, LOCK = "leases", "lock_"


class Lock:
    """The right to write, until `release`; `check` says whether it still stands."""

    def __init__(self, server: Server, number: int, owner: str) -> None:
        self.number = number
        """Higher than that of any writer before."""
        self._server = server
        self._owner = owner
        self._done = threading.Event()
        self._renewed = time.monotonic()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def start(self) -> None:
        """Begin to renew the lease."""
        self._thread.start()

    def check(self) -> None:
        """Make sure that nobody else may write by now.

        Raises:
            IndexLocked: the lease could not be renewed in time.
        """
        if time.monotonic() - self._renewed > LEASE * (RENEWALS - 1) / RENEWALS:
            raise IndexLocked(
                f"This process was cut off from {self._server.uri} for so long that another one may write there. "
                "Nothing was changed; try again."
            )

    def release(self) -> None:
        """Let others write; when the server is gone the lease runs out by itself."""
        self._done.set()
        self._thread.join()
        with contextlib.suppress(IndexProblem):
            _forget(self._server, self._owner)

    def _renew(self) -> None:
        while not self._done.wait(LEASE / RENEWALS):
            begun = time.monotonic()
            with contextlib.suppress(IndexProblem):
                _lease(self._server, self.number, self._owner)
                self._renewed = begun


@contextlib.contextmanager
def locked(server: Server, wait: float) -> Iterator[Lock]:
    """Be the writer.

    `wait`: seconds for another one to finish.

    Raises:
        IndexLocked: another one is writing.
    """
    make_lease_table(server, server.table(LEASES))
    until = time.monotonic() + wait
    while (lock := _taken(server)) is None:
        if time.monotonic() >= until:
            raise IndexLocked(f"Another process is building {server.uri}. Wait for it, then try again.")
        time.sleep(PAUSE)
    lock.start()
    try:
        yield lock
    finally:
        lock.release()


def _taken(server: Server) -> Lock | None:
    """The lock, if it is free and nobody is quicker."""
    before = _highest(server)
    if _held(server, before):
        return None
    number, owner = before + 1, secrets.token_hex(8)
    # The lease is there before the lock, so that nobody finds a lock without one.
    _lease(server, number, owner)
    mine = server.table(f"{LOCK}{number}")
    # Whoever was slow may make a number again that others have left behind; the highest one counts.
    if not make_lock_table(server, mine, owner) or _highest(server) != number:
        _forget(server, owner)
        return None
    server.drop(one for one in server.tables(LOCK) if one != mine)
    server.delete(server.table(LEASES), f"number < {number}")
    return Lock(server, number, owner)


def _highest(server: Server) -> int:
    """The highest number that a lock has; 0 when nobody ever wrote."""
    prefix = server.table(LOCK)
    numbers = (one.removeprefix(prefix) for one in server.tables(LOCK))
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _held(server: Server, number: int) -> bool:
    """Whether a lease of a lock has not run out."""
    rows = server.few(server.table(LEASES), f"number == {number}", ["owner", "until"])
    return any(int(row["until"]) > time.time() * 1000 for row in rows)


def _lease(server: Server, number: int, owner: str) -> None:
    """Write or renew a lease."""
    until = int((time.time() + LEASE) * 1000)
    server.put(server.table(LEASES), [{"owner": owner, "number": number, "until": until, "vector": [0.0, 0.0]}])


def _forget(server: Server, owner: str) -> None:
    server.delete(server.table(LEASES), f"owner == {text(owner)}")
