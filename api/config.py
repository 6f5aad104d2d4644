"""Section [api] of config.toml."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

LogFormat = Literal["console", "json"]


class ServeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where `hoidap serve` listens and how it logs."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    log_format: LogFormat = "console"
