"""Text and Markdown files: the whole file is the article."""

from __future__ import annotations

from index.records import Document

TEXT_ENDINGS = frozenset({".txt", ".md", ".markdown", ".text"})


def text_document(text: str, name: str, sha256: str) -> Document:
    """The document of a decoded file."""
    return Document(source=name, text=text, sha256=sha256)
