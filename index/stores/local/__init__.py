"""A collection in one folder of this machine."""

from index.stores.local.store import LocalStore

__all__ = ["LocalStore"]
