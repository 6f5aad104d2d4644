"""hoidap as its users have it: `hoidap build`, and the asker behind /search and /ask."""

from __future__ import annotations

import json
from pathlib import Path

from bench.peers.driver import distinct, run
from index.config import IndexConfig
from index.pipeline import build
from qa.config import MAX_TOP, AskConfig
from qa.pipeline import Asker, open_asker


class Hoidap:
    """The settings that ship."""

    _asker: Asker

    def __init__(self) -> None:
        self.settings: dict[str, object] = {
            "index": "defaults",
            "ask": "defaults, nothing declined",
            "passages": MAX_TOP,
        }

    def build(self, articles: list[dict[str, str]], embedder: str, folder: Path) -> None:
        """Write the articles as jsonl and build."""
        self.settings["embedder"] = embedder
        rows = folder.parent / "articles.jsonl"
        rows.write_text("\n".join(json.dumps(article) for article in articles), encoding="utf-8")
        build([rows], str(folder), IndexConfig())

    def open(self, embedder: str, folder: Path) -> None:
        """Open the newest generation; its recipe names the bundled embedder, which is the folder given to all."""
        del embedder
        self._asker = open_asker(str(folder), AskConfig(threshold=0.0))

    def search(self, question: str, count: int) -> list[str]:
        """As /search."""
        passages = self._asker.search(question, top=MAX_TOP).passages
        return distinct([passage.source.partition("#")[2] for passage in passages], count)

    def answer(self, question: str) -> str | None:
        """As /ask."""
        return self._asker.ask(question).answer


if __name__ == "__main__":
    run(Hoidap())
