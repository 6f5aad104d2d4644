"""Where a collection lives. `store_at` is the one place that turns an index name into a store."""

from __future__ import annotations

from pathlib import Path

from index.errors import IndexMissing
from index.stores.protocol import ACCENTED, FOLDED, FORMAT, Known, Snapshot, Store, Vectors, Writer

__all__ = [
    "ACCENTED",
    "FOLDED",
    "FORMAT",
    "Known",
    "Snapshot",
    "Store",
    "Vectors",
    "Writer",
    "checkpoint_of",
    "store_at",
]


def checkpoint_of(uri: str) -> Path | None:
    """Where a build that is not finished keeps what it has made for a store; None where there is no place for it."""
    return None if "://" in uri else Path(uri) / "unfinished"


def store_at(uri: str) -> Store:
    """The store that a folder or a store URI names.

    Raises:
        IndexMissing: the URI's scheme is not one that this version serves, or it names no collection.
    """
    scheme, separator, _ = uri.partition("://")
    if scheme in {"milvus", "milvus+tls"} and separator:
        from index.stores.milvus import MilvusStore  # noqa: PLC0415 — a store is imported when it is named

        return MilvusStore(uri)
    if separator:
        raise IndexMissing(
            f"No store for {scheme}:// ({uri}). This version serves folders and milvus://HOST:19530/NAME."
        )
    from index.stores.local import LocalStore  # noqa: PLC0415 — a store is imported when it is named

    return LocalStore(uri)
