"""What is derived of a generation, in a folder with a manifest: its words, and which rows of vectors do not count.

A generation that changes little follows the one before it: files that are written once are shared by hard links, and
only what changed is added. BM25 goes on counting the words of what was taken out until all is derived anew.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from index.stores.local.manifest import is_whole, write_manifest
from index.stores.local.vectors import Ids
from index.stores.local.words import WordIndex, open_words

GONE_FILE, SINCE_FILE = "gone.npy", "since.json"


class Since(msgspec.Struct, frozen=True):
    """What has changed since the words were written at once.

    Attributes:
        last: the highest id of a chunk then.
        removed: chunks that were taken out since.
    """

    last: int
    removed: int = 0


class Derived(NamedTuple):
    """What is derived of a generation. `gone`: chunks that have a vector and are no longer there."""

    words: WordIndex
    gone: Ids


def save_derived(folder: Path, since: Since, gone: Iterable[int], signature: str) -> None:
    """Write the rest beside the words, and a manifest that says whose they are."""
    np.save(folder / GONE_FILE, np.fromiter(gone, np.uint32))
    (folder / SINCE_FILE).write_bytes(msgspec.json.encode(since))
    write_manifest(folder, signature)


def open_derived(folder: Path, signature: str) -> Derived:
    """Open what is derived, if every file is as it was written for this signature.

    Raises:
        RuntimeError, ValueError, OSError: a file is missing, cut off, changed or another collection's.
    """
    if is_whole(folder, signature):
        opened = Derived(open_words(folder, changed=since(folder).removed > 0), gone(folder))
        if is_whole(folder, signature):  # a file that went meanwhile looks like one that there never was
            return opened
    raise ValueError(f"{folder} does not hold the derived files of {signature}")


def since(folder: Path) -> Since:
    """What has changed since the words of a generation were written at once.

    Raises:
        msgspec.DecodeError, OSError: the file is missing or none of these.
    """
    return msgspec.json.decode((folder / SINCE_FILE).read_bytes(), type=Since)


def gone(folder: Path) -> Ids:
    """The chunks that have a vector and are no longer there.

    Raises:
        ValueError, OSError: the file is missing or none of these.
    """
    return np.asarray(np.load(folder / GONE_FILE, allow_pickle=False), dtype=np.uint32)


def forget_before(folder: Path, oldest: int) -> None:
    """Delete derived files that no new reader will open; what cannot be deleted is no failure of the change."""
    with contextlib.suppress(OSError):
        for place in (folder / "derived").iterdir():
            if not place.name.isdigit() or int(place.name) < oldest:
                shutil.rmtree(place, ignore_errors=True)
