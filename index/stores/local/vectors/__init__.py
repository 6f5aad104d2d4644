"""The vectors of a collection in a folder: the files that hold them, and the search for near ones."""

from index.stores.local.vectors.files import NO_ROWS, Ids, Rows, VectorFiles, VectorWriter, open_rows
from index.stores.local.vectors.search import VectorIndex

__all__ = ["NO_ROWS", "Ids", "Rows", "VectorFiles", "VectorIndex", "VectorWriter", "open_rows"]
