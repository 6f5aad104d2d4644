"""Settings of one run, written as `NAME=VALUE,NAME=VALUE` over those in force."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from index.config import IndexConfig, settings
from index.errors import ConfigError
from qa.config import AskConfig

DEFAULT = "default"
"""No change."""

Settings = TypeVar("Settings", bound=msgspec.Struct)


def changed(changes: str) -> tuple[IndexConfig, AskConfig]:
    """The settings in force with these changes.

    Raises:
        ConfigError: a name that is no setting of [index] or [qa], or a value out of range.
    """
    values = _values(changes)
    return _over(settings("index", IndexConfig), values), _over(settings("qa", AskConfig), values)


def rebuilds(changes: str) -> bool:
    """Whether these changes are to how an index is made."""
    return bool(_values(changes).keys() & set(IndexConfig.__struct_fields__))


def _values(changes: str) -> dict[str, str]:
    """Value by name."""
    known = {*IndexConfig.__struct_fields__, *AskConfig.__struct_fields__}
    values = {}
    for part in changes.split(",") if changes != DEFAULT else ():
        name, separator, value = part.partition("=")
        if not separator or name not in known:
            raise ConfigError(
                f"{part!r} is not NAME=VALUE with a setting of {', '.join(sorted(known))} (or {DEFAULT!r})."
            )
        if name in values:
            raise ConfigError(f"{name} is set twice in {changes!r}; set it once.")
        values[name] = value
    return values


def _over(base: Settings, values: dict[str, str]) -> Settings:
    """One section with those of the values that are its own."""
    own = {name: value for name, value in values.items() if name in base.__struct_fields__}
    try:
        return msgspec.convert({**msgspec.structs.asdict(base), **own}, type(base), strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{own}: {error}") from error
