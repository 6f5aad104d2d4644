"""How the outside reaches hoidap: HTTP, command line, chat page, assistants, programs in Python."""

from __future__ import annotations

import functools

__all__ = ["version"]


@functools.cache
def version() -> str:
    """The version of the installed package; "0" when hoidap runs from a folder that was never installed."""
    from importlib import metadata  # noqa: PLC0415 — 20 ms that only --version and /schema should pay

    try:
        return metadata.version("hoidap")
    except metadata.PackageNotFoundError:
        return "0"
