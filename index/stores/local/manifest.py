"""Whether derived files are those that were written for a generation: a manifest beside them says whose they are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec

MANIFEST = "manifest.json"


class _Manifest(msgspec.Struct):
    """Whose the derived files are.

    Attributes:
        of: collection and generation.
        files: sha256 of each.
        stamps: size and time of change of each when its sha256 was taken; equal ones spare a start its reading.
    """

    of: str
    files: dict[str, str]
    stamps: dict[str, tuple[int, int]] = {}


def write_manifest(folder: Path, signature: str) -> None:
    """Say that the files which stand there are those of a collection and generation."""
    manifest = _Manifest(signature, _digests(folder), _stamps(folder))
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))


def is_whole(folder: Path, signature: str) -> bool:
    """Whether every derived file is as it was written for this signature; one of the same size and time is."""
    try:
        written = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest)
        for name, stamp in _stamps(folder).items():
            if written.stamps.get(name) == stamp and name in written.files:
                _keep(_known(folder / name), written.files[name])
        return (written.of, written.files) == (signature, _digests(folder))
    except (OSError, msgspec.DecodeError):
        return False


def is_unharmed(folder: Path, signature: str) -> bool:
    """Whether every byte of the derived files is as it was written for this signature."""
    _DIGESTS.clear()
    try:
        written = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest)
        return (written.of, written.files) == (signature, _digests(folder))
    except (OSError, msgspec.DecodeError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    """sha256 of every file of the two indexes; tantivy's locks are none."""
    return {path.relative_to(folder).as_posix(): _digest(_known(path), path) for path in _files(folder)}


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file of the two indexes."""
    known = ((path.relative_to(folder).as_posix(), _known(path)) for path in _files(folder))
    return {name: (file.size, file.changed) for name, file in known}


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST and path.suffix != ".lock"
    ]


def _known(path: Path) -> _Known:
    known = path.stat()
    return _Known(known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns)


class _Known(NamedTuple):
    """What changes when a file does; a hard link of it has the same."""

    device: int
    number: int
    size: int
    changed: int


_DIGESTS: dict[_Known, str] = {}
KEPT_DIGESTS = 10_000


def _digest(known: _Known, path: Path) -> str:
    """sha256 of a file, read once as long as it is the same."""
    if (digest := _DIGESTS.get(known)) is None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        _keep(known, digest)
    return digest


def _keep(known: _Known, digest: str) -> None:
    """Remember a digest; too many are forgotten at once."""
    if len(_DIGESTS) >= KEPT_DIGESTS:
        _DIGESTS.clear()
    _DIGESTS[known] = digest
