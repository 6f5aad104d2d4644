"""Mean clients: connections that want to be kept open for nothing. Each tells whether the service closed it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

from bench.traffic import BUSY
from bench.wire import HOST, parsed, request

LAST = 60.0
"""Seconds after which a connection that is still open counts as never closed."""
EVERY = 1.0
"""Seconds between two bytes of a slow client."""
DEAF_BUFFER = 4096
"""Bytes that the system of a client that does not read takes for it."""
PIECE, SIP = 65536, 256
"""Bytes that are read at once, by others and by a client that does not read."""
SLOW = f"GET /ask?q=a HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: {'a' * 1000}"
UNSENT = 1000
"""Bytes of a body that are promised and never sent."""


async def idle(port: int) -> bool:
    """Connect and say nothing."""
    reader, writer = await asyncio.open_connection(HOST, port)
    return await _closed(reader, writer)


async def slow(port: int) -> bool:
    """Send headers one byte at a time."""
    reader, writer = await asyncio.open_connection(HOST, port)

    async def trickle() -> None:
        for letter in SLOW.encode():
            writer.write(bytes([letter]))
            await asyncio.sleep(EVERY)

    task = asyncio.create_task(trickle())
    try:
        return await _closed(reader, writer)
    finally:
        task.cancel()


async def silent(port: int) -> bool:
    """Promise a body and send its first byte only."""
    reader, writer = await asyncio.open_connection(HOST, port)
    head = request("/ask", "POST", b"{" * UNSENT, {"Content-Type": "application/json"})
    writer.write(head[: 1 - UNSENT])
    return await _closed(reader, writer)


async def deaf(port: int, target: str) -> bool:
    """Ask for something large and read its headers only; it was closed if in the end a part of it never comes.

    Who is told to come again does: a refusal is small and taken whole.
    """
    loop = asyncio.get_running_loop()
    while True:
        with socket.socket() as own:
            own.settimeout(0)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, DEAF_BUFFER)
            await loop.sock_connect(own, (HOST, port))
            await loop.sock_sendall(own, request(target))
            content = b""
            while b"\r\n\r\n" not in content:
                if not (piece := await loop.sock_recv(own, SIP)):
                    return True
                content += piece
            head, _, body = content.partition(b"\r\n\r\n")
            status, headers = parsed(head)
            if status != BUSY:
                await asyncio.sleep(LAST)
                return await _cut_off(loop, own, int(headers["content-length"]) - len(body))
        await asyncio.sleep(EVERY)


KINDS: dict[str, tuple[int, Callable[[int], Awaitable[bool]]]] = {
    "idle": (1000, idle),
    "slow headers": (100, slow),
    "body never sent": (100, silent),
}
"""Mean clients by name: how many there are, and what each does."""
DEAF = 50
"""How many do not read."""


async def _closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    try:
        async with asyncio.timeout(LAST):
            while await reader.read(PIECE):
                pass
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        writer.close()
    return True


async def _cut_off(loop: asyncio.AbstractEventLoop, own: socket.socket, missing: int) -> bool:
    """Read all that there is, and see whether it is less than was promised."""
    try:
        async with asyncio.timeout(LAST):
            while missing > 0 and (piece := await loop.sock_recv(own, PIECE)):
                missing -= len(piece)
    except TimeoutError:
        return False
    except OSError:
        return True
    return missing > 0
