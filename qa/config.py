"""Section [qa] of config.toml."""

from __future__ import annotations

from typing import Annotated

import msgspec

MAX_TOP = 20


class AskConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How questions are answered."""

    top: Annotated[int, msgspec.Meta(ge=1, le=MAX_TOP)] = 3
    candidates: Annotated[int, msgspec.Meta(ge=1, le=100)] = 12
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.15
    reader: Annotated[str, msgspec.Meta(min_length=1)] = "bundled"
    calibration: str = ""
