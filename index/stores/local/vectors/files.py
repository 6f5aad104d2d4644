"""The vectors of a collection on disk: truth beside SQLite, in files that are only ever added to.

    vectors/<number>/ids      chunk of each row, four bytes
    vectors/<number>/codes    its code (quantise.py)
    vectors/<number>/rests    what the code leaves

SQLite says which folder holds, how many rows of it count, and what their bytes add up to. Rows are written before
SQLite commits; what stands behind the committed ones was left by a process that died, and the next writer cuts it off.
A row is never changed: other vectors for chunks that are there, and rows without those of chunks that are gone, make
a new folder.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from index.errors import IndexDamaged
from index.stores.local.vectors.quantise import Bytes, Coded, code_bytes, coded, rest_bytes
from index.stores.protocol import Vectors

FOLDER = "vectors"
FILES = ("ids", "codes", "rests")
AT_ONCE = 1024
"""Vectors that are gathered before they are coded."""
READ_AT_ONCE = 1 << 24
"""Bytes read at a time to add them up."""

Ids = npt.NDArray[np.uint32]


class VectorFiles(msgspec.Struct, frozen=True):
    """What SQLite says of the files.

    Attributes:
        name: of the folder below vectors/.
        sums: CRC-32 of the rows of each file.
        changed: when each file was, in nanoseconds; one that was not since is not added up again.
    """

    name: str
    dimensions: int
    rows: int = 0
    sums: tuple[int, int, int] = (0, 0, 0)
    changed: tuple[int, int, int] = (0, 0, 0)

    def sizes(self) -> tuple[int, int, int]:
        """Bytes of a row of each file."""
        return 4, code_bytes(self.dimensions), rest_bytes(self.dimensions)


class Rows(NamedTuple):
    """The committed rows, mapped. `ids`: [rows]; the other two as in `Coded`."""

    ids: Ids
    codes: Bytes
    rests: Bytes


NO_ROWS = Rows(np.zeros(0, np.uint32), np.zeros((0, 1), np.uint8), np.zeros((0, 1), np.uint8))


def open_rows(folder: Path, files: VectorFiles, *, whole: bool = False) -> Rows:
    """Map the rows of a generation; `whole`: add their bytes up, whenever the files were changed.

    Raises:
        IndexDamaged: a file is missing, too short, or its bytes are not those that were written.
    """
    if not files.rows:
        return NO_ROWS
    ids, codes, rests = (_mapped(folder, files, number, size, whole=whole) for number, size in enumerate(files.sizes()))
    return Rows(ids.view("<u4").ravel(), codes, rests)


def _mapped(folder: Path, files: VectorFiles, number: int, size: int, *, whole: bool) -> Bytes:
    """The rows of one file, [rows, size]."""
    path = folder / FOLDER / files.name / FILES[number]
    try:
        known = path.stat()
        if known.st_size < files.rows * size:
            raise _damaged(folder, f"{path} has {known.st_size} bytes of {files.rows * size}")
        changed = whole or known.st_mtime_ns != files.changed[number]
        if changed and _sum(path, files.rows * size, known, whole=whole) != files.sums[number]:
            raise _damaged(folder, f"the bytes of {path} are not those that were written")
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), files.rows * size, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, np.uint8).reshape(files.rows, size)
    except OSError as error:
        raise _damaged(folder, f"{path}: {error.strerror or error}") from error


def _damaged(folder: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"The vectors of the index in {folder} are damaged: {what}. Build it anew in an empty folder.")


_SUMS: dict[tuple[int, ...], int] = {}
"""What files added up to, as long as they are not changed."""
KEPT_SUMS = 1000


def _sum(path: Path, size: int, known: os.stat_result, *, whole: bool) -> int:
    """CRC-32 of the first bytes of a file."""
    key = (known.st_dev, known.st_ino, known.st_mtime_ns, size)
    if whole or (found := _SUMS.get(key)) is None:
        found = 0
        with path.open("rb") as file:
            while size > 0 and (data := file.read(min(size, READ_AT_ONCE))):
                found = zlib.crc32(data, found)
                size -= len(data)
        if len(_SUMS) >= KEPT_SUMS:
            _SUMS.clear()
        _SUMS[key] = found
    return found


class VectorWriter:
    """Adds rows behind the committed ones; nothing of it counts before SQLite says so."""

    def __init__(self, folder: Path, files: VectorFiles | None) -> None:
        self._folder = folder
        self._committed = files
        self._current = files
        self._files: list[BinaryIO] = []
        self._waiting: list[tuple[int, Vectors]] = []
        self._sorted = True
        self._last = -1

    def add(self, chunks: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Give chunks their vectors; those that a chunk had before do not count any more."""
        self._waiting += zip(chunks, vectors, strict=True)
        if len(self._waiting) >= AT_ONCE:
            self._flush()

    def finish(self, live: Ids | None = None, most_gone: float = 0) -> tuple[VectorFiles | None, Rows]:
        """Make all rows durable; what SQLite has to say of them, and the rows.

        `live`: every chunk that there is, ascending, to be compared with the rows; None where none got other vectors.
        `most_gone`: share of rows of chunks that are gone, beyond which they are left out.

        Raises:
            ValueError: a chunk has no vector.
        """
        self._flush()
        self._close()
        files = self._current
        rows = NO_ROWS if files is None else open_rows(self._folder, files := self._stamped(files))
        if live is None:
            return files, rows
        if files is not None and (not self._sorted or len(rows.ids) - len(live) > most_gone * len(live)):
            files = self._rewritten(open_rows(self._folder, files, whole=True), live)
            rows = open_rows(self._folder, files)
        if not np.isin(live, rows.ids).all():
            raise ValueError("some chunks were put in without a vector")
        return files, rows

    def committed(self, files: VectorFiles | None) -> None:
        """What was written counts from now on; folders that do not are removed."""
        self._committed = self._current = files
        self._sorted, self._last = True, -1
        with contextlib.suppress(OSError):
            for path in (self._folder / FOLDER).iterdir():
                if files is None or path.name != files.name:
                    shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Give the files back; what was not committed is forgotten."""
        self._close()
        self._waiting.clear()

    def _flush(self) -> None:
        """Code and write what waits."""
        while self._waiting:
            dimensions = len(self._waiting[0][1])
            batch = [pair for pair in self._waiting if len(pair[1]) == dimensions]
            self._waiting = [pair for pair in self._waiting if len(pair[1]) != dimensions]
            self._write(np.array([chunk for chunk, _ in batch], dtype="<u4"), np.stack([each for _, each in batch]))

    def _write(self, chunks: Ids, vectors: Vectors) -> None:
        """Add rows to the files of their dimensions."""
        if self._current is None or self._current.dimensions != vectors.shape[1]:
            self._close()
            self._current = self._new(vectors.shape[1])
            self._sorted, self._last = True, -1
        if not self._files:
            self._open(self._current)
        ascending = np.diff(chunks.astype(np.int64), prepend=self._last) > 0
        self._sorted = self._sorted and bool(ascending.all())
        self._last = int(chunks[-1])
        self._append(chunks, coded(vectors))

    def _append(self, chunks: Ids, made: Coded) -> None:
        files = self._current
        if files is None:
            return
        data = [np.ascontiguousarray(each).tobytes() for each in (chunks.astype("<u4"), *made)]
        sums = []
        for file, before, each in zip(self._files, files.sums, data, strict=True):
            file.write(each)
            sums.append(zlib.crc32(each, before))
        self._current = msgspec.structs.replace(files, rows=files.rows + len(chunks), sums=(sums[0], sums[1], sums[2]))

    def _new(self, dimensions: int) -> VectorFiles:
        """An empty folder that no committed generation names."""
        place = self._folder / FOLDER
        place.mkdir(exist_ok=True)
        used = {int(path.name) for path in place.iterdir() if path.name.isdigit()}
        name = str(max(used, default=0) + 1)
        (place / name).mkdir()
        return VectorFiles(name, dimensions)

    def _open(self, files: VectorFiles) -> None:
        """Open the files behind the rows that count, and cut off the rest."""
        # Sums go on from those before, and times are taken anew: damage must be found now or never is.
        ids = open_rows(self._folder, files).ids
        self._last = int(ids[-1]) if len(ids) else -1
        for name, size in zip(FILES, files.sizes(), strict=True):
            file = (self._folder / FOLDER / files.name / name).open("r+b" if files.rows else "wb")
            file.truncate(files.rows * size)
            file.seek(files.rows * size)
            self._files.append(file)

    def _close(self) -> None:
        """Make what was written durable."""
        files, self._files = self._files, []
        for file in files:
            with file:
                file.flush()
                os.fsync(file.fileno())
        if files and self._current:
            for path in (self._folder, self._folder / FOLDER, self._folder / FOLDER / self._current.name):
                _sync_folder(path)

    def _stamped(self, files: VectorFiles) -> VectorFiles:
        """With the times at which the files were changed."""
        if not files.rows:
            return files
        place = self._folder / FOLDER / files.name
        times = [(place / name).stat().st_mtime_ns for name in FILES]
        if files == self._committed:
            return files
        return msgspec.structs.replace(files, changed=(times[0], times[1], times[2]))

    def _rewritten(self, rows: Rows, live: Ids) -> VectorFiles:
        """The last row of every chunk that there is, by chunk, in a new folder."""
        order = np.argsort(rows.ids, kind="stable")
        ids = rows.ids[order]
        last = np.append(ids[1:] != ids[:-1], True) if len(ids) else np.zeros(0, bool)
        chosen = order[last & np.isin(ids, live)]
        self._current = self._new(self._current.dimensions if self._current else 0)
        self._open(self._current)
        for start in range(0, len(chosen), AT_ONCE):
            some = chosen[start : start + AT_ONCE]
            self._append(rows.ids[some], Coded(rows.codes[some], rows.rests[some]))
        self._close()
        return self._stamped(self._current)


def _sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system lets folders be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
