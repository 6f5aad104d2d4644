"""Settings: the defaults stand in the records, `config.toml` and the environment override them."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, TypeVar, get_origin, get_type_hints

import msgspec

from index.errors import ConfigError

CONFIG_FILE = "config.toml"
SECTIONS = ("index", "qa", "api")


class IndexConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Section [index] of config.toml: how a collection is built."""

    embedder: Annotated[str, msgspec.Meta(min_length=1)] = "bundled"
    chunk_syllables: Annotated[int, msgspec.Meta(ge=10, le=2000)] = 120
    overlap_sentences: Annotated[int, msgspec.Meta(ge=0, le=10)] = 1
    max_file_mb: Annotated[float, msgspec.Meta(gt=0, le=100_000)] = 50.0
    processes: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0


Settings = TypeVar("Settings", bound=msgspec.Struct)


def settings(section: str, kind: type[Settings]) -> Settings:
    """Read a section of config.toml (working folder, or `HOIDAP_CONFIG`), `HOIDAP_<NAME>` of the environment over it.

    In the environment a list is written with commas between its entries.

    Raises:
        ConfigError: a file that is not TOML, an unknown section or key, a value out of range.
    """
    path = Path(os.environ.get("HOIDAP_CONFIG", CONFIG_FILE))
    values: dict[str, object] = dict(_section(path, section))
    for name, hint in get_type_hints(kind).items():
        if (value := os.environ.get(f"HOIDAP_{name.upper()}")) is not None:
            values[name] = _entries(value) if get_origin(hint) is list else value
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"Section [{section}] of {path} or a HOIDAP_ variable: {error}") from error


def _entries(value: str) -> list[str]:
    """The entries of a list as the environment writes it; an empty value is an empty list."""
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def _section(path: Path, section: str) -> dict[str, object]:
    """The keys of one section; a file that is not there has none."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if "HOIDAP_CONFIG" in os.environ:
            raise ConfigError(f"HOIDAP_CONFIG names {path}, which is not there.") from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    if unknown := sorted(set(tables) - set(SECTIONS)):
        raise ConfigError(f"{path} has an unknown section {unknown[0]!r}; there are {', '.join(SECTIONS)}.")
    table = tables.get(section, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {section!r} is a section, not a value; write [{section}].")
    return table
