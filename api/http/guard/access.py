"""Who may call which route: handlers say the scope that they need in `opt={"scope": ...}`, by default "ask"."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final, Literal

import structlog
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from api.beside import KeysDamaged
from api.http.guard.addresses import client_of
from api.http.guard.limits import RateLimit
from api.validation import RequestError

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.datastructures import Headers
    from litestar.handlers.base import BaseRouteHandler

    from api.beside import Key, KeyFile, Scope
    from api.config import ServeConfig

OPEN: Final = "open"
"""The scope of what everybody may see, and as often as they like: health checks, pages, files, the schema."""

CALLER = "hoidap_caller"
"""Where a request keeps who sent it: a key or an address."""

log = structlog.get_logger("hoidap")


class Access:
    """Decides on every request to a route before anything of it is read but its headers."""

    def __init__(self, keys: KeyFile | None, config: ServeConfig) -> None:
        self._keys = keys
        self._open_reading = config.open_reading
        self._trusted = [ipaddress.ip_network(proxy) for proxy in config.trusted_proxies]
        self._limit = RateLimit(config.requests_per_minute) if config.requests_per_minute else None

    async def check(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Let a request pass, as a guard of Litestar.

        Raises:
            NotAuthorizedException: a key is needed, or the one given does not work (401).
            PermissionDeniedException: the key has not the scope, or there are no keys at all (403).
            TooManyRequestsException: this client has to wait (429).
            RequestError: the keys cannot be read (503).
        """
        needed: Scope | Literal["open"] = handler.opt.get("scope", "ask")
        token = _token(connection.headers)
        key = self._key(token)
        caller = connection.scope["state"][CALLER] = f"key {key.id}" if key else f"address {self._client(connection)}"
        if self._limit is not None and needed != OPEN:
            self._limit.take(caller, handler.opt.get("cost", 1.0))
        if token is not None and key is None:
            raise _unauthorized("This key is wrong, expired or revoked.", 'Bearer error="invalid_token"')
        if needed != OPEN:
            self._admit(key, needed)

    def _admit(self, key: Key | None, needed: Scope) -> None:
        """Let the holder of a key, or of none, do what takes a scope."""
        if key is None:
            if needed == "ask" and self._open_reading:
                return
            raise self._key_is_needed(needed)
        if not key.allows(needed):
            raise PermissionDeniedException(
                detail=f"This key may {' and '.join(key.scopes)}; a key with the scope {needed} is needed.",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
            )

    def _key(self, token: str | None) -> Key | None:
        if token is None or self._keys is None:
            return None
        try:
            return self._keys.find(token)
        except KeysDamaged as error:
            raise _closed(error) from error

    def _key_is_needed(self, scope: Scope) -> Exception:
        """Why a request without a key is refused, and what would help."""
        try:
            none_at_all = self._keys is None or not self._keys.keys()
        except KeysDamaged as error:
            return _closed(error)
        if none_at_all and scope != "ask":
            return PermissionDeniedException(
                detail=f"A key is needed, and there is none yet; make one with `hoidap keys add NAME --scope {scope}`."
            )
        return _unauthorized(f"A key with the scope {scope} is needed: send `Authorization: Bearer KEY`.", "Bearer")

    def _client(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        peer = connection.client.host if connection.client else ""
        return client_of(peer, connection.headers.getall("x-forwarded-for", []), self._trusted)


def _token(headers: Headers) -> str | None:
    """The key that came along; None where there is none. Other schemes than Bearer are between a client and its proxy.

    Raises:
        NotAuthorizedException: there are several, of which a proxy may have checked another one.
    """
    schemes = [value.strip().partition(" ") for value in headers.getall("authorization", [])]
    tokens = [token.strip() for scheme, _, token in schemes if scheme.lower() == "bearer"]
    if len(tokens) > 1:
        raise _unauthorized("Authorization is given more than once; send one key.", 'Bearer error="invalid_request"')
    return tokens[0] if tokens else None


def _unauthorized(detail: str, challenge: str) -> NotAuthorizedException:
    return NotAuthorizedException(detail=detail, headers={"WWW-Authenticate": challenge})


def _closed(error: KeysDamaged) -> RequestError:
    log.error("keys_not_read", reason=str(error))
    return RequestError("The keys cannot be read just now; the service's log says why.", status=503)
