"""txtai (https://neuml.github.io/txtai): an embeddings database with content and hybrid search."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from txtai import Embeddings
from txtai.pipeline import Questions

from bench.peers.driver import distinct, run

READ = 3
"""Documents that the reader sees, as its documentation has it."""


class Txtai:
    """Settings as in its documentation for hybrid search; an article is one document."""

    _embeddings: Any
    _reader: Any = None

    def __init__(self) -> None:
        self._model = os.environ.get("HOIDAP_PEERS_READER")
        self.settings: dict[str, object] = {"hybrid": True, "content": True, "reader": self._model or "none"}

    def build(self, articles: list[dict[str, str]], embedder: str, folder: Path) -> None:
        """Index and save."""
        self.settings["path"] = embedder
        self._embeddings = Embeddings(path=embedder, hybrid=True, content=True)
        self._embeddings.index((row["id"], f"{row.get('title', '')}\n{row['text']}", None) for row in articles)
        self._embeddings.save(str(folder))

    def open(self, embedder: str, folder: Path) -> None:
        """Load what was saved."""
        del embedder
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder))
        self._reader = Questions(self._model) if self._model else None

    def search(self, question: str, count: int) -> list[str]:
        """Hybrid search."""
        return distinct([row["id"] for row in self._embeddings.search(question, count)], count)

    def answer(self, question: str) -> str | None:
        """Its extractive pipeline over the best documents; the first that is not empty."""
        if self._reader is None:
            return None
        texts = [row["text"] for row in self._embeddings.search(question, READ)]
        found = self._reader([question] * len(texts), texts)
        return next((answer for answer in found if answer), None)


if __name__ == "__main__":
    run(Txtai())
