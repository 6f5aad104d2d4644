"""Haystack 3 (https://haystack.deepset.ai): hybrid retrieval from the in-memory store, fused by reciprocal ranks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from bench.peers.driver import distinct, run

RETRIEVED = 20
READ = 10
"""Documents that the reader sees: the retrievers' default."""


class Haystack:
    """Default splitter, BM25 and embedding retrievers, joined as in its documentation for hybrid retrieval."""

    def __init__(self) -> None:
        self._model = os.environ.get("HOIDAP_PEERS_READER")
        self.settings: dict[str, object] = {
            "splitter": "default (200 words, no overlap)",
            "bm25": "default (BM25L)",
            "similarity": "cosine",
            "joiner": "reciprocal_rank_fusion",
            "retrieved": RETRIEVED,
            "reader": self._model or "none",
        }
        self._reader: Any = None

    def build(self, articles: list[dict[str, str]], embedder: str, folder: Path) -> None:
        """Split, embed, write, save."""
        self.settings["model"] = embedder
        documents = [
            Document(content=f"{row.get('title', '')}\n{row['text']}", meta={"article": row["id"]}) for row in articles
        ]
        split = DocumentSplitter().run(documents=documents)["documents"]
        encoder = SentenceTransformersDocumentEmbedder(model=embedder, normalize_embeddings=True, progress_bar=False)
        encoder.warm_up()
        store = self._store()
        store.write_documents(encoder.run(documents=split)["documents"])
        folder.mkdir(parents=True)
        store.save_to_disk(str(folder / "store.json"))

    @staticmethod
    def _store() -> Any:  # noqa: ANN401 — Haystack's
        return InMemoryDocumentStore(embedding_similarity_function="cosine")

    def open(self, embedder: str, folder: Path) -> None:
        """Load the store; the components of the query pipeline are called one after another."""
        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        self._encoder = SentenceTransformersTextEmbedder(model=embedder, normalize_embeddings=True, progress_bar=False)
        self._encoder.warm_up()
        self._words = InMemoryBM25Retriever(document_store=store, top_k=RETRIEVED)
        self._vectors = InMemoryEmbeddingRetriever(document_store=store, top_k=RETRIEVED)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")
        if self._model:
            from haystack_integrations.components.readers.transformers import (  # noqa: PLC0415 — only with a model
                TransformersExtractiveReader,
            )

            self._reader = TransformersExtractiveReader(model=self._model, no_answer=False)
            self._reader.warm_up()

    def _documents(self, question: str) -> list[Any]:
        """The joined documents, best first."""
        vector = self._encoder.run(text=question)["embedding"]
        lists = [
            self._words.run(query=question)["documents"],
            self._vectors.run(query_embedding=vector)["documents"],
        ]
        joined: list[Any] = self._joiner.run(documents=lists)["documents"]
        return joined

    def search(self, question: str, count: int) -> list[str]:
        """Hybrid retrieval; an article stands at its best split's rank."""
        return distinct([document.meta["article"] for document in self._documents(question)], count)

    def answer(self, question: str) -> str | None:
        """Its extractive reader over the best splits."""
        if self._reader is None:
            return None
        answers = self._reader.run(query=question, documents=self._documents(question)[:READ], top_k=1)["answers"]
        return answers[0].data if answers else None


if __name__ == "__main__":
    run(Haystack())
