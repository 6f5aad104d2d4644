"""From the bytes of a file to its text, and why a text is no article."""

from __future__ import annotations

import re

from index.text import INVISIBLE

MEGABYTE = 1_000_000
_VISIBLE = re.compile(rf"[^\s{INVISIBLE}]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
FEW_CONTROLS = 0.01
"""Share of control characters above which a file is taken for binary."""


def decode(data: bytes) -> str:
    """The text of a file's bytes, unchanged: UTF-8 (a BOM stays as U+FEFF), or UTF-16 with a BOM (which goes)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8")


def unreadable(text: str) -> str | None:
    """Why a decoded text is no article."""
    if not _VISIBLE.search(text):
        return "empty"
    controls = len(_CONTROL.findall(text))
    return "binary" if "\0" in text or controls > FEW_CONTROLS * len(text) else None
