"""A bounded queue for work on the processor: past it a request is told to come again, and what is let in stays fast."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from api.http.watch import REFUSED
from api.validation import RequestError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

RETRY_AFTER = "1"
"""Seconds; a queue of the default length is worked off in about as many."""


class Turns:
    """So many requests at work at once, so many waiting, each for so long. For one event loop.

    Args:
        at_once: requests at work.
        waiting: requests that may wait; the next one is refused.
        patience: seconds that a request waits before it is refused.
    """

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most = waiting
        self._patience = patience
        self.waiting = 0
        self.at_work = 0

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for a turn, and have it until the block is left.

        Raises:
            RequestError: too many are waiting, or it took too long (503 with Retry-After).
        """
        await self._wait()
        self.at_work += 1
        try:
            yield
        finally:
            self.at_work -= 1
            self._free.release()

    async def _wait(self) -> None:
        if self._free.locked() and self.waiting >= self._most:
            raise self._busy(f"{self.waiting} requests are waiting already")
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise self._busy(f"no turn came within {self._patience:g} s") from None
        finally:
            self.waiting -= 1

    def _busy(self, why: str) -> RequestError:
        REFUSED.inc()
        return RequestError(f"The service is busy: {why}. Try again.", status=503, headers={"Retry-After": RETRY_AFTER})
