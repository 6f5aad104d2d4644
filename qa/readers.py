"""The readers there are. `reader_named` is the one place that knows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.errors import ModelError
from qa.reading import Reader, Reading
from qa.span_reader import FOLDER, SpanReader
from qa.transformers_reader import TransformersReader
from qa.vectors import WordVectors

BUNDLED, ACCURATE, HUB = "bundled", "accurate", "hf:"
MOST_PASSAGES = {BUNDLED: 3, ACCURATE: 6}
"""Passages that a reader reads for one question; the ranking is fitted to that."""
ACCURATE_FOLDER = Path(__file__).parent / "models" / "accurate"


class MeanReader:
    """Readers of the same tokens, by the mean of their logits: where one errs the other often does not."""

    def __init__(self, *readers: Reader) -> None:
        self._readers = readers

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Score every token of each passage; the scores compare across the passages of one call."""
        first, *others = (reader.read(question, passages) for reader in self._readers)
        return [_mean(found, *more) for found, *more in zip(first, *others, strict=True)]


def _mean(*readings: Reading) -> Reading:
    """The readings of one passage, as one."""
    logits = np.array([reading[2:] for reading in readings], dtype=np.float32).mean(axis=0)
    return Reading(readings[0].starts, readings[0].ends, logits[0], logits[1], logits[2])


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
    if name not in MOST_PASSAGES:
        raise ModelError(
            f"There is no reader {name!r}. Choose {BUNDLED}, {ACCURATE}, or {HUB} with a folder or hub name."
        )
    small = SpanReader(FOLDER, vectors).load()
    return MeanReader(SpanReader(ACCURATE_FOLDER, vectors, at_once=1).load(), small) if name == ACCURATE else small


def fitted_as(name: str) -> str:
    """The bundled reader whose weights and number of passages the reader of a setting goes by."""
    return name if name in MOST_PASSAGES else ACCURATE
