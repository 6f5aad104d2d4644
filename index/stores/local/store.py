"""A collection in one folder: SQLite and the vectors beside it are the truth, the words are derived from it (tantivy).

    hoidap.sqlite            articles, texts, recipe, generation, and which rows of vectors count
    vectors/<number>/        vectors (vectors/files.py)
    writer.lock              held by the one writer
    derived/<generation>/    words; what did not change is hard links to the generation before

A commit writes vectors and the derived files of generation n+1 first and commits SQLite last, so that a process killed
at any instant leaves generation n whole. A snapshot keeps a read transaction open: it sees its own generation until
closed. Derived files that are missing, cut off or foreign are made again from the texts, in memory when the disk is
read-only; vectors that are not what was written are an error that says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import filelock

from index.errors import IndexLocked
from index.stores.local.database import damage_named, readable, stored_value, stored_version, unwritable, writable
from index.stores.local.snapshot import LocalSnapshot, Overtaken
from index.stores.local.writer import LocalWriter


class LocalStore:
    """A collection in a folder of this machine."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @contextlib.contextmanager
    def writer(self, wait: float = 0) -> Iterator[LocalWriter]:
        """Become the writer; changes that were not committed are forgotten at the end.

        `wait`: seconds for another one to finish.

        Raises:
            IndexLocked: another process is writing.
            IndexDamaged: the place cannot be written, or holds something else.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.folder / "writer.lock", timeout=wait)
            lock.acquire()
        except filelock.Timeout:
            raise IndexLocked(f"Another process is building {self.folder}. Wait for it, then try again.") from None
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            with (
                damage_named(self.folder),
                contextlib.closing(writable(self.folder)) as connection,
                contextlib.closing(LocalWriter(self.folder, connection)) as writer,
            ):
                yield writer
        finally:
            lock.release()

    def generation(self) -> int:
        """The newest committed generation.

        Raises:
            IndexMissing: nothing was built there yet.
        """
        # A connection that was kept would go on reading a folder that was removed and built again.
        with damage_named(self.folder), contextlib.closing(readable(self.folder)) as connection:
            return int(stored_value(connection, "generation") or 0)

    def version(self) -> str:
        """What names the newest committed generation, unlike that of any other collection in this folder.

        Raises:
            IndexMissing: nothing was built there yet.
        """
        with damage_named(self.folder), contextlib.closing(readable(self.folder)) as connection:
            return stored_version(connection)

    def snapshot(self) -> LocalSnapshot:
        """Open the newest generation.

        Raises:
            IndexMissing: nothing was built there yet.
            IndexMismatch: it was made by another version of hoidap.
            IndexDamaged: its files cannot be read.
        """
        with damage_named(self.folder):
            while True:
                connection = readable(self.folder)
                connection.execute("begin")
                with contextlib.suppress(Overtaken):
                    return LocalSnapshot(self.folder, connection)
                connection.close()
