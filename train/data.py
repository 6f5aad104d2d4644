"""Reads the training data: folders of JSON lines compressed with xz."""

import lzma
import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SHARED_RUN = 40  # letters and digits in a row that make two passages "the same text"


class NoData(Exception):
    """A folder without the files that a command asked for."""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one .jsonl.xz file, in order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def files(data: Path, pattern: str, without: Iterable[str] = ()) -> list[Path]:
    """Files under `data` that match `pattern`, sorted, less those whose relative name matches a glob of `without`."""
    found = sorted(data.glob(pattern + ".jsonl.xz"))
    return [path for path in found if not any(fnmatch(str(path.relative_to(data)), glob) for glob in without)]


def rows_of(data: Path, pattern: str, without: Iterable[str] = ()) -> Iterator[Row]:
    """The rows of every file that `files` finds; each row also says its "file", relative to `data`."""
    for path in files(data, pattern, without):
        name = str(path.relative_to(data)).removesuffix(".jsonl.xz")
        for row in read_rows(path):
            yield row | {"file": name}


class HeldOut:
    """Passages that must not be trained on: those of the development sets."""

    def __init__(self, passages: Iterable[str]) -> None:
        self._runs = {run for passage in passages for run in _runs(passage)}

    def shares_text_with(self, passage: str) -> bool:
        """Whether the passage holds a run of 40 letters and digits of a held-out one."""
        return any(run in self._runs for run in _runs(passage))


def held_out(data: Path) -> HeldOut:
    """The development passages in `data`/dev. They are read for this one purpose: to leave them out."""
    return HeldOut({row["context"] for row in rows_of(data, "dev/*")})


def _runs(passage: str) -> Iterator[int]:
    letters = "".join(letter for letter in passage.lower() if letter.isalnum())
    for start in range(len(letters) - SHARED_RUN + 1):
        yield hash(letters[start : start + SHARED_RUN])
