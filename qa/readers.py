"""The readers there are. `reader_named` is the one place that knows them."""

from __future__ import annotations

from pathlib import Path

from qa.match import WordVectors
from qa.reading import Reader
from qa.span_reader import FOLDER, SpanReader
from qa.transformers_reader import TransformersReader

BUNDLED, ACCURATE, HUB = "bundled", "accurate", "hf:"
ACCURATE_FOLDER = Path(__file__).parent / "models" / "accurate"


def reader_named(name: str, vectors: WordVectors | None = None) -> Reader:
    """The reader of a setting: "bundled", "accurate", or "hf:" and a hub model or folder.

    Args:
        name: of the reader.
        vectors: word vectors to share with others.

    Raises:
        ModelError: it cannot be found or loaded.
    """
    if name.startswith(HUB):
        return TransformersReader(name.removeprefix(HUB))
    return SpanReader(ACCURATE_FOLDER if name == ACCURATE else FOLDER, vectors).load()
