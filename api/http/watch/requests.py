"""What is noted of every request: its number, its time, what was answered."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import structlog
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType

from api.http.watch.prometheus import LATENCY, REQUESTS
from api.redact import without_keys

if TYPE_CHECKING:
    from litestar.types import Message, Receive, Scope, Send

BEGAN, NUMBER = "hoidap_began", "hoidap_number"
"""Where a request keeps when it began, and its number."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
NOWHERE = "none"
"""The route and the method of what has none here: anybody can invent both, and metrics keep all."""

log = structlog.get_logger("hoidap")


class WatchedService(Litestar):
    """Litestar with a clock at its door, since its own middleware does not see what has no route."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Answer one request."""
        if scope["type"] == ScopeType.HTTP:
            number = secrets.token_hex(8)
            scope["state"] = {**scope.get("state", {}), BEGAN: time.perf_counter(), NUMBER: number}
            structlog.contextvars.bind_contextvars(request=number)
        await super().__call__(scope, receive, send)


async def note_response(message: Message, scope: Scope) -> None:
    """One line of the log for each request, and its metrics. The path only: the query string holds the question."""
    if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
        return
    MutableScopeHeaders.from_message(message)["X-Request-ID"] = scope["state"][NUMBER]
    seconds = time.perf_counter() - scope["state"][BEGAN]
    route = str(scope.get("path_template") or NOWHERE)
    method = scope["method"] if scope["method"] in METHODS else NOWHERE
    REQUESTS.labels(route, method, message["status"]).inc()
    LATENCY.labels(route).observe(seconds)
    log.info(
        "response",
        method=scope["method"],
        path=without_keys(scope["path"]),
        status=message["status"],
        ms=round(seconds * 1000, 1),
    )
