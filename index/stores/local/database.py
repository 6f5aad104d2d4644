"""The SQLite file of a local collection: opening it, refusing a foreign one, reading what it says of itself."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.records import Recipe
from index.stores.local import texts
from index.stores.local.vectors import VectorFiles
from index.stores.protocol import FORMAT

DATABASE = "hoidap.sqlite"
APPLICATION_ID = 0x686F6964  # "hoid": marks the SQLite file as ours
SCHEMA = f"""
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists articles (
    key integer primary key, id not null unique, source text not null unique, sha256 not null, title not null,
    published text, publisher text, url text, language text not null, boilerplate blob not null,
    ranges blob not null, chunks integer not null);
create index if not exists articles_by_day on articles (published desc, source) where published is not null;
{texts.SCHEMA}
"""
"""The key of an article is the id of its first chunk, and the others follow it, so chunks need no rows.

Columns without a type hold what `index.stores.local.articles` packs.
"""
PAGE = 16_384
"""Bytes of a page of a new file: of texts of 1 KB it wastes a twentieth, where one of 4096 wastes a quarter."""
CACHE = 64 << 20
"""Bytes of pages that a writer keeps before it writes them into the log."""
ARTICLE_COLUMNS = "id, source, sha256, title, published, publisher, url, language"


def readable(folder: Path) -> sqlite3.Connection:
    """Open the database for reading; a folder without one is a missing index."""
    path = folder / DATABASE
    if not path.is_file():
        raise IndexMissing(f"No index in {folder}. Build one: hoidap build FOLDER --index {folder}")
    try:
        connection = _checked(_connect(path, "mode=ro"), folder)
    except sqlite3.OperationalError:
        # WAL needs a writable folder; on a read-only disk nobody writes, so the file can be taken as it is.
        if os.access(folder, os.W_OK):
            raise
        connection = _checked(_connect(path, "immutable=1"), folder)
    if stored_value(connection, "generation") is None:
        connection.close()
        raise IndexMissing(f"The index in {folder} was never finished. Build it: hoidap build FOLDER --index {folder}")
    return connection


def writable(folder: Path) -> sqlite3.Connection:
    """Open or make the database for writing."""
    connection = _connect(folder / DATABASE, "mode=rwc")
    if _table_count(connection):
        _checked(connection, folder)
    else:
        connection.execute(f"pragma page_size = {PAGE}")
    connection.execute(f"pragma cache_size = {-CACHE // 1024}")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma foreign_keys = on")
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    connection.executescript(SCHEMA)
    return connection


def copied_back(folder: Path) -> None:
    """Copy the write-ahead log back into the database, as far as readers of older states allow.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    with contextlib.closing(_connect(folder / DATABASE, "mode=rw")) as connection:
        connection.execute("pragma wal_checkpoint(passive)").fetchall()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection without implicit transactions that threads may share under a lock of ours."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30)


def _checked(connection: sqlite3.Connection, folder: Path) -> sqlite3.Connection:
    """Refuse a SQLite file that is not ours or of another format."""
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        raise IndexDamaged(f"{folder / DATABASE} is not an index of hoidap. Name another folder with --index.")
    recipe = stored_value(connection, "recipe")
    if recipe is not None and (found := msgspec.json.decode(recipe).get("format")) != FORMAT:
        raise IndexMismatch(
            f"The index in {folder} has format {found}, this version reads {FORMAT}. Build it anew in an empty folder."
        )
    return connection


def _table_count(connection: sqlite3.Connection) -> int:
    """The number of tables; 0 in a new file."""
    return int(connection.execute("select count(*) from sqlite_master").fetchone()[0])


def stored_value(connection: sqlite3.Connection, key: str) -> str | None:
    """One value of the table meta."""
    row = connection.execute("select value from meta where key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def stored_version(connection: sqlite3.Connection) -> str:
    """What names this collection and its generation, unlike any other."""
    return f"{stored_value(connection, 'collection')} {stored_value(connection, 'generation') or 0}"


def stored_recipe(connection: sqlite3.Connection) -> Recipe | None:
    """The stored recipe, if any."""
    value = stored_value(connection, "recipe")
    return None if value is None else msgspec.json.decode(value, type=Recipe)


def stored_vector_files(connection: sqlite3.Connection) -> VectorFiles | None:
    """What the collection says of its vectors; None while there are none."""
    value = stored_value(connection, "vectors")
    return None if value is None else msgspec.json.decode(value, type=VectorFiles)


def derived_folder(folder: Path, generation: int) -> Path:
    """Where the derived indexes of a generation stand."""
    return folder / "derived" / str(generation)


@contextlib.contextmanager
def damage_named(folder: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        # Python's own complaint, of a text that is not UTF-8, has no code.
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _UNWRITABLE:
            raise unwritable(folder, error) from error
        raise _damaged(folder, error) from error
    except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
        raise _damaged(folder, error) from error


_UNWRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}


def unwritable(folder: Path, error: Exception) -> IndexDamaged:
    """What to say when a folder takes no files; the generation before it goes on serving."""
    return IndexDamaged(f"{folder} cannot be written: {error}. Free space or name another --index.")


def _damaged(folder: Path, error: Exception) -> IndexDamaged:
    return IndexDamaged(f"The index in {folder} cannot be used: {error}. Build it anew in an empty folder.")
