"""Reads the training data: folders of JSON lines compressed with xz."""

import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SUFFIX = ".jsonl.xz"
SHARED_RUN = 40  # letters and digits in a row that make two passages "the same text"


class NoDataError(Exception):
    """A folder without the files that a command asked for."""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one .jsonl.xz file, in order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@dataclass(frozen=True)
class Selection:
    """What a run may read: the data folder, less the files whose relative name matches a glob of `without`."""

    folder: Path
    without: tuple[str, ...] = ()

    def files(self, pattern: str) -> list[Path]:
        """The files that match a glob such as "qa/vi_*", sorted."""
        found = sorted(self.folder.glob(pattern + SUFFIX))
        return [path for path in found if not any(fnmatch(self.name(path), glob) for glob in self.without)]

    def rows(self, pattern: str) -> Iterator[Row]:
        """The rows of those files; each row also says its "file"."""
        for path in self.files(pattern):
            for row in read_rows(path):
                yield row | {"file": self.name(path)}

    def name(self, path: Path) -> str:
        """A file's name relative to the data folder, without its ending."""
        return str(path.relative_to(self.folder)).removesuffix(SUFFIX)


class HeldOut:
    """Passages that must not be trained on."""

    def __init__(self, passages: Iterable[str]) -> None:
        self._runs = {run for passage in passages for run in _runs(passage)}

    def shares_text_with(self, passage: str) -> bool:
        """Whether the passage holds a run of 40 letters and digits of a held-out one."""
        return any(run in self._runs for run in _runs(passage))


KEPT_BACK = ("qa/vi_viquad*", "qa/vi_uit_wiki*")
"""Question sets of which a third of the passages trains no model, so that the ranking can be fitted on them."""
KEPT_BACK_NEWS = ("parallel/en_vi_evbnews", "parallel/en_vi_zh_ru_ntrex")
"""Translated news of which a part of the documents is kept back as well."""
PASSAGE_PARTS, DOCUMENT_PARTS = 3, 9
"""One in so many passages, or documents, is kept back."""


def is_kept_back(text: str, parts: int = PASSAGE_PARTS) -> bool:
    """Whether a passage (by its text) or document (by its name) is left to the fit of the ranking."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % parts == 0


def held_out(data: Path) -> HeldOut:
    """The development passages, and those kept back. Training reads them for this one purpose: to leave them out."""
    selection = Selection(data)
    kept_back = {row["context"] for files in KEPT_BACK for row in selection.rows(files) if is_kept_back(row["context"])}
    return HeldOut({row["context"] for row in selection.rows("dev/*")} | kept_back)


def _runs(passage: str) -> Iterator[int]:
    letters = "".join(letter for letter in passage.lower() if letter.isalnum())
    for start in range(len(letters) - SHARED_RUN + 1):
        yield hash(letters[start : start + SHARED_RUN])
