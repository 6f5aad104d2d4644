"""A collection on a Milvus server."""

from index.stores.milvus.store import MilvusStore

__all__ = ["MilvusStore"]
