"""Before the service listens to other machines, somebody has to have meant it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.http.guard.addresses import loopback
from index.errors import HoidapError

if TYPE_CHECKING:
    from api.beside import KeyFile
    from api.config import ServeConfig


def check_exposure(config: ServeConfig, keys: KeyFile) -> None:
    """Refuse an address that other machines reach, unless keys guard what is asked or open reading is meant.

    Raises:
        HoidapError: neither is so, or the keys cannot be read.
    """
    guarded = bool(keys.keys()) and not config.open_reading
    if config.public or guarded or loopback(config.host, config.port):
        return
    raise HoidapError(
        f"{config.host or 'Every address'} is open to other machines, and anybody there could read. Make a key "
        "(hoidap keys add NAME --scope ask) and set open_reading = false, or say --public if that is meant."
    )
