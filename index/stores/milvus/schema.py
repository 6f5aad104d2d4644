"""How the tables of a collection on a Milvus server are made: fields, BM25, indexes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamaged, IndexMissing
from index.stores.milvus.server import SECONDS, STRONG, Server
from index.stores.milvus.tables import ARTICLES, GENERATIONS, K1, LONGEST, B, bm25_of
from index.stores.protocol import ACCENTED, FOLDED

if TYPE_CHECKING:
    from pymilvus import CollectionSchema

MAKING_SECONDS = 60.0
"""How long a server may take to make a table and its indexes, and to load it."""


def make_tables(server: Server) -> None:
    """Make the tables that a collection has once, as far as they are not there."""
    for kind, made in ((GENERATIONS, _generations()), (ARTICLES, _articles())):
        make(server, server.table(kind), made, [])


def make_chunks(server: Server, table: str, dimensions: int) -> None:
    """Make a table for chunks with vectors of so many numbers."""
    from pymilvus import DataType, Function, FunctionType  # noqa: PLC0415 — pandas comes with it

    # Milvus Lite has no whitespace analyzer; its standard one gives back the same terms, as they are written.
    with server.named():
        lite = "lite" in server.client.get_server_version(timeout=SECONDS)
    analyzer = {"tokenizer": "standard" if lite else "whitespace"}
    schema = _schema([("row", DataType.VARCHAR, {"max_length": 64})], dimensions)
    for name in ("chunk", "start", "end", "length", "born", "gone"):
        schema.add_field(name, DataType.INT64)
    for name, longest in (("article", 64), ("title", LONGEST), ("text", LONGEST), ("source", LONGEST)):
        schema.add_field(name, DataType.VARCHAR, max_length=longest)
    for name in ("published", "language"):
        schema.add_field(name, DataType.VARCHAR, max_length=64)
    schema.add_field("outside", DataType.BOOL)
    for name in (ACCENTED, FOLDED):
        searched = {"enable_analyzer": True, "enable_match": True, "analyzer_params": analyzer}
        schema.add_field(name, DataType.VARCHAR, max_length=LONGEST, **searched)
        schema.add_field(bm25_of(name), DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function(f"bm25_{name}", FunctionType.BM25, [name], [bm25_of(name)]))
    words = {"bm25_k1": K1, "bm25_b": B}
    searched_by: list[tuple[str, str, str, dict[str, Any]]] = [
        ("vector", "HNSW", "IP", {"M": 24, "efConstruction": 200}),
        *((bm25_of(name), "SPARSE_INVERTED_INDEX", "BM25", words) for name in (ACCENTED, FOLDED)),
    ]
    make(server, table, schema, [("chunk", "INVERTED"), ("article", "INVERTED")], searched_by)


def _generations() -> CollectionSchema:
    from pymilvus import DataType  # noqa: PLC0415 — pandas comes with it

    schema = _schema([("generation", DataType.INT64, {})])
    schema.add_field("state", DataType.VARCHAR, max_length=LONGEST)
    return schema


def _articles() -> CollectionSchema:
    from pymilvus import DataType  # noqa: PLC0415 — pandas comes with it

    schema = _schema([("row", DataType.VARCHAR, {"max_length": 128})])
    for name in ("piece", "born", "gone"):
        schema.add_field(name, DataType.INT64)
    for name, longest in (("id", 64), ("source", LONGEST), ("sha256", 256), ("summary", LONGEST), ("text", LONGEST)):
        schema.add_field(name, DataType.VARCHAR, max_length=longest)
    return schema


def _schema(keys: Sequence[tuple[str, Any, dict[str, Any]]], dimensions: int = 2) -> CollectionSchema:
    """A table with a key of ours; Milvus takes none without a vector."""
    from pymilvus import DataType, MilvusClient  # noqa: PLC0415 — pandas comes with it

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False, description="hoidap")
    for name, kind, options in keys:
        schema.add_field(name, kind, is_primary=True, **options)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
    return schema


def make(
    server: Server,
    table: str,
    schema: CollectionSchema,
    scalars: Sequence[tuple[str, str]],
    vectors: Sequence[tuple[str, str, str, dict[str, Any]]] = (("vector", "FLAT", "IP", {}),),
) -> None:
    """Make a table with its indexes and load it, as far as that is not done."""
    client = server.client
    if not server.has(table):
        try:
            with server.named():
                client.create_collection(table, schema=schema, consistency_level=STRONG, timeout=MAKING_SECONDS)
        except IndexDamaged:
            # Of two that make it at once one is refused.
            if not server.has(table):
                raise
    with server.named():
        if str(client.get_load_state(table, timeout=SECONDS)["state"]) == "Loaded":
            return
        there = set(client.list_indexes(table, timeout=SECONDS))
        indexes = client.prepare_index_params()
        for field, kind, metric, parameters in vectors:
            indexes.add_index(field, index_name=field, index_type=kind, metric_type=metric, params=parameters)
        for field, kind in scalars:
            indexes.add_index(field, index_name=field, index_type=kind)
        for each in indexes:
            if each.index_name not in there:
                one = client.prepare_index_params()
                one.append(each)
                # A table without rows has nothing to wait for.
                client.create_index(table, one, timeout=MAKING_SECONDS, sync=False)
        client.load_collection(table, timeout=MAKING_SECONDS)


def make_lease_table(server: Server, table: str) -> None:
    """Make the table of who writes until when, unless it is there."""
    from pymilvus import DataType  # noqa: PLC0415 — pandas comes with it

    schema = _schema([("owner", DataType.VARCHAR, {"max_length": 64})])
    for name in ("number", "until"):
        schema.add_field(name, DataType.INT64)
    make(server, table, schema, [])


def make_lock_table(server: Server, table: str, owner: str) -> bool:
    """Make an empty table that nobody else has made; whether it is this owner's.

    Its fields name the owner: a server that is asked for the same table twice says that it is there, and does not say
    whose it is.
    """
    from pymilvus import DataType  # noqa: PLC0415 — pandas comes with it

    schema = _schema([(f"owner_{owner}", DataType.VARCHAR, {"max_length": 64})])
    with contextlib.suppress(IndexDamaged), server.named():
        server.client.create_collection(table, schema=schema, timeout=MAKING_SECONDS)
    with contextlib.suppress(IndexMissing), server.named():
        made = server.client.describe_collection(table, timeout=SECONDS)
        return any(field["name"] == f"owner_{owner}" for field in made["fields"])
    return False
