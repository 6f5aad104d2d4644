"""HTTP/1.1 over plain sockets: a client that leaves the processor to the service that is measured."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

HOST = "127.0.0.1"
LONGEST = 60.0
"""Seconds after which a request counts as lost."""
LOST = 0
"""The status of a request to which no reply came."""


class Received(NamedTuple):
    """A reply; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """One connection, for one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.used = False

    @classmethod
    async def to(cls, port: int) -> Wire:
        """Connect to a port of this machine."""
        return cls(*await asyncio.open_connection(HOST, port))

    @property
    def own_port(self) -> int:
        """The port at this end."""
        return int(self._writer.get_extra_info("sockname")[1])

    async def send(
        self, target: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Received:
        """Ask and wait for the whole reply.

        Raises:
            OSError, EOFError, TimeoutError: none came.
        """
        self._writer.write(request(target, method, body, headers))
        async with asyncio.timeout(LONGEST):
            status, found = parsed(await self._reader.readuntil(b"\r\n\r\n"))
            received = await self._reader.readexactly(int(found.get("content-length", "0")))
        self.used = True
        return Received(status, found, received)

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


class Wires:
    """As many connections as there are requests at once; those that are free are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: deque[Wire] = deque()

    async def send(
        self, target: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Received:
        """Ask over a free connection, or a new one; `LOST` when no reply comes.

        The service closes a connection that was idle for a while, maybe just now: then a new one is tried, as every
        client does.
        """
        while True:
            wire: Wire | None = None
            try:
                wire = self._free.pop() if self._free else await Wire.to(self._port)
                received = await wire.send(target, method, body, headers)
            except (OSError, EOFError, TimeoutError) as error:
                if wire is not None:
                    await wire.close()
                    if wire.used and not isinstance(error, TimeoutError):
                        continue
                return Received(LOST, {}, str(error).encode())
            if received.headers.get("connection") == "close":
                await wire.close()
            else:
                self._free.append(wire)
            return received

    async def close(self) -> None:
        """Hang up all."""
        while self._free:
            await self._free.pop().close()


def request(target: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A request as it is sent."""
    given = {"Host": HOST, **(headers or {})}
    if body or method in {"POST", "PUT"}:
        given["Content-Length"] = str(len(body))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def parsed(head: bytes) -> tuple[int, dict[str, str]]:
    """The status and the headers of a reply."""
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split(" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}
