"""Where keys and feedback lie: in the folder of the index, or in one of this machine when the index is on a server."""

from __future__ import annotations

import re
from pathlib import Path

from api.config import ServeConfig
from index.config import settings
from index.errors import HoidapError


def beside(index: str) -> Path:
    """The folder of what lies beside an index; for one on a server it is made.

    Raises:
        HoidapError: it cannot be made.
    """
    _, server, place = index.partition("://")
    if not server:
        return Path(index)
    name = re.sub(r"[^A-Za-z0-9_-]", "-", place.rpartition("/")[2])
    folder = Path(settings("api", ServeConfig).beside or f".hoidap-{name}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HoidapError(
            f"{folder} cannot be made ({error.strerror}); name another with the setting beside."
        ) from error
    return folder
