"""Which other sites' pages may use the service from a browser (CORS), and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.config.cors import CORSConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType

from api.config import ANY_ORIGIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from litestar.types import Message, Scope

SHARED = ("/ask", "/search", "/articles", "/feedback", "/suggest", "/collection")
"""What other sites' pages may call; of the articles also what lies below."""
EMBEDDED = ("/assets/", "/widget.js")
"""What other sites' pages may load as their own script, style or picture."""


def cors(origins: Sequence[str]) -> CORSConfig | None:
    """Litestar's CORS for these origins; none where there are none. Cookies and passwords of browsers never count."""
    if not origins:
        return None
    return CORSConfig(
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        allow_credentials=False,
        expose_headers=["retry-after"],
    )


def confined(origins: Sequence[str]) -> Callable[[Message, Scope], Awaitable[None]]:
    """What keeps Litestar's CORS, which goes for every route, to the few that are shared: a `before_send` function."""

    async def confine(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
            return
        headers = MutableScopeHeaders.from_message(message)
        if scope["path"].startswith(EMBEDDED):
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        elif not _shared(scope["path"]):
            for name in [name for name in headers if name.lower().startswith("access-control-")]:
                del headers[name]
        elif origins and ANY_ORIGIN not in origins:
            # Caches must not give one site's reply to another. Litestar has written over the "Accept" of /articles.
            headers["Vary"] = "Accept, Origin"

    return confine


def _shared(path: str) -> bool:
    return path in SHARED or path.startswith("/articles/")
