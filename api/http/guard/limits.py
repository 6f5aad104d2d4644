"""How many requests one key or one address may make: a bucket of tokens for each, in the memory of this process."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from litestar.exceptions import TooManyRequestsException

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CLIENTS = 10_000
"""Clients that are remembered, about 2 MB; beyond, the one that has been quiet for longest is forgotten."""
MINUTE = 60.0
DIGITS = 8
"""Decimal places that are counted of a request."""


class RateLimit:
    """At most so many requests a minute for each client, of which all may come at once after a minute of quiet.

    Not for threads: the service asks it on its event loop only.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, most: int = MOST_CLIENTS) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._most = most
        # By client: tokens that were left, and when.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, cost: float = 1.0) -> None:
        """Count a request, as the part of one that it costs.

        Raises:
            TooManyRequestsException: the client has to wait; the headers say how long.
        """
        now = self._clock()
        tokens, since = self._buckets.pop(client, (float(self._per_minute), now))
        # Rounded, so that who waits as long as it was told is not refused for the last bit of a fraction.
        tokens = round(min(self._per_minute, tokens + (now - since) * self._per_minute / MINUTE), DIGITS)
        # Refused requests take nothing: who goes on knocking still gets its share.
        self._buckets[client] = (tokens - cost if tokens >= 1 else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if tokens < 1:
            raise self._too_many(tokens)

    def _too_many(self, tokens: float) -> TooManyRequestsException:
        """Say when the next request is welcome, and when all of them are."""
        wait, full = (
            math.ceil(round((wanted - tokens) * MINUTE / self._per_minute, DIGITS - 2))
            for wanted in (1, self._per_minute)
        )
        headers = {
            "Retry-After": str(wait),
            "RateLimit-Limit": str(self._per_minute),
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(full),
        }
        return TooManyRequestsException(
            detail=f"More than {self._per_minute} requests a minute; wait {wait} s.", headers=headers
        )
