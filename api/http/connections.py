"""HTTP connections: workers share them fairly, and one whose client does not finish asking, or takes no reply, ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Collection
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS_A_CONNECTION, MOST_SECONDS = 0.00025, 0.005
"""How long a worker leaves a new connection to the others: so long for each that it has, and at most."""
SECONDS_TO_ASK = 10.0
"""From the connection, or the last reply, to the end of a request's headers."""
SECONDS_FOR_BODY = 20.0
"""For the body behind the headers."""
SECONDS_TO_TAKE = 20.0
"""Without a byte taken of a reply that waits to be sent."""


class FairLoop(asyncio.SelectorEventLoop):
    """asyncio's loop for one of several workers on a socket: who has fewer connections takes the next one.

    asyncio's own takes all that wait at once, so that eight clients may all end at the worker that woke first.
    """

    async def create_server(  # type: ignore[override]  # its two forms differ in what is passed through
        self,
        protocol_factory: Callable[[], PatientProtocol],
        *args: Any,  # noqa: ANN401 — passed through
        sock: socket.socket | None = None,
        backlog: int = 100,
        **options: Any,  # noqa: ANN401 — passed through
    ) -> asyncio.Server:
        """Listen on a socket."""
        if sock is None:
            return await super().create_server(protocol_factory, *args, backlog=backlog, **options)
        server = await super().create_server(
            protocol_factory, *args, sock=sock, backlog=backlog, start_serving=False, **options
        )
        sock.listen(backlog)
        _Door(self, sock, protocol_factory).wait()
        return server


class _Door:
    """Takes connections one at a time, the later the more there are."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, sock: socket.socket, protocol_factory: Callable[[], PatientProtocol]
    ) -> None:
        self._loop = loop
        self._socket = sock
        self._protocol_factory = protocol_factory
        self._connections: Collection[object] = ()
        self._made = set[asyncio.Task[object]]()

    def wait(self) -> None:
        """Wait for somebody at the door."""
        if self._socket.fileno() >= 0:  # otherwise the server was closed
            self._loop.add_reader(self._socket, self._come)

    def _come(self) -> None:
        self._loop.remove_reader(self._socket)
        delay = min(len(self._connections) * SECONDS_A_CONNECTION, MOST_SECONDS)
        self._loop.call_later(delay, self._take)

    def _take(self) -> None:
        with contextlib.suppress(OSError):  # another worker was quicker, or the server was closed
            connection, _ = self._socket.accept()
            protocol = self._protocol_factory()
            self._connections = protocol.connections
            task = self._loop.create_task(self._loop.connect_accepted_socket(lambda: protocol, connection))
            self._made.add(task)
            task.add_done_callback(self._made.discard)
        self.wait()


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, whose own time limit starts only behind the first reply and ends with the first byte."""

    _deadline: asyncio.TimerHandle | None = None
    _next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for a request."""
        # asyncio does so only for sockets that it has opened itself, not for those that several workers share. The body
        # of a reply would then wait 40 ms for the client to acknowledge its head.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take some bytes; once the headers are complete the request is the application's."""
        super().data_received(data)
        if self._is_asked():
            self._stop_waiting()
        elif self._deadline is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._stop_waiting()
        self._stop_looking()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start to look whether the client takes what waits for it; closing alone would wait for that without end."""
        super().pause_writing()
        self._look_later()

    def resume_writing(self) -> None:
        """Nearly all is sent."""
        self._stop_looking()
        super().resume_writing()

    def _is_asked(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(SECONDS_TO_ASK, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self._is_asked() and not self.transport.is_closing():
            self.transport.close()

    def _look_later(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._next_look = self.loop.call_later(SECONDS_TO_TAKE, self._look, left)

    def _look(self, left: int) -> None:
        if self.transport.get_write_buffer_size() < left:
            self._look_later()
        else:
            self.transport.abort()

    def _stop_looking(self) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
