"""HTTP connections that do not wait for ever: one whose client does not finish asking is closed."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS_TO_ASK = 10.0
"""From the connection, or the last reply, to the end of a request's headers."""
SECONDS_FOR_BODY = 20.0
"""For the body behind the headers."""


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, whose own time limit starts only behind the first reply and ends with the first byte."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for a request."""
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
        """Forget the deadline."""
        self._stop_waiting()
        super().connection_lost(exc)

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
