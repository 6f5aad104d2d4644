"""From files and folders to documents, or to the reason why there is none."""

from index.read.decoding import MEGABYTE, unreadable
from index.read.files import (
    OTHER_FORMAT,
    SAME_NAME,
    Found,
    Read,
    document,
    find,
    read,
    row_count,
    understood,
)
from index.read.jsonl import NO_TEXT, declared, file_of

__all__ = [
    "MEGABYTE",
    "NO_TEXT",
    "OTHER_FORMAT",
    "SAME_NAME",
    "Found",
    "Read",
    "declared",
    "document",
    "file_of",
    "find",
    "read",
    "row_count",
    "understood",
    "unreadable",
]
