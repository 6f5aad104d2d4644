"""Section [api] of config.toml."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal

import msgspec

LogFormat = Literal["console", "json"]
ANY_ORIGIN = "*"
# A scheme and a host, as browsers send them: no path, no wildcard within.
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")


class ServeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where `hoidap serve` listens, who may do what there, and how it logs.

    Attributes:
        open_reading: asking needs no key.
        public: listening to other machines while reading is open is meant.
        requests_per_minute: of one key or one address, in each process; 0 is no limit.
        trusted_proxies: addresses and networks whose X-Forwarded-For is believed.
        at_once: questions at work at once in each process; 0 is one for each core, shared among the processes.
        queue: requests that may wait for their turn in each process; past them a request is told to come again (503).
        patience: seconds that a request waits for its turn.
        max_article_mb: an article that is put in may have so many megabytes.
        suggest_after: clients that must have asked a question, and been answered, before it is suggested to others; 0:
            no question is kept or suggested.
        examples: questions that pages offer to begin with, as far as they are answered.
        allowed_origins: other sites whose pages may ask from a browser; "*" is every site.
        beside: folder of keys and feedback for an index on a server; "" is .hoidap-NAME in the working folder.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    log_format: LogFormat = "console"
    open_reading: bool = True
    public: bool = False
    requests_per_minute: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    at_once: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    queue: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 32
    patience: Annotated[float, msgspec.Meta(gt=0, le=600)] = 2.0
    max_article_mb: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 10.0
    suggest_after: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 3
    examples: list[str] = []
    trusted_proxies: list[str] = []
    allowed_origins: list[str] = []
    beside: str = ""

    def __post_init__(self) -> None:
        """Refuse proxies that are no addresses, and origins that no browser would send."""
        for proxy in self.trusted_proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ValueError(f"trusted_proxies: {error}; write 10.0.0.5 or 10.0.0.0/8") from error
        for origin in self.allowed_origins:
            if origin != ANY_ORIGIN and not _ORIGIN.fullmatch(origin):
                raise ValueError(f'allowed_origins: {origin!r} is no origin; write https://example.org, or "*" for all')
