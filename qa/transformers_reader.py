"""Any extractive question-answering model of transformers as a reader, by hub name or folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.text import sentences
from qa.reading import Floats, Reading, best_span
from qa.tokens import Integers

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

WINDOW, OVERLAP = 384, 128
"""Tokens of question and passage that the model sees together, and of a window that the next one repeats."""
ASKED_PART = 4
"""The question may fill one part in so many of a window; what it has beyond is not read."""
WINDOWS_AT_ONCE = 16


class TransformersReader:
    """Windows over long passages; logits are counted from the model's own "no answer", its first token.

    Args:
        name: of the hub, or a folder.

    Raises:
        ModelError: it is not there or does not answer questions.
    """

    def __init__(self, name: str) -> None:
        try:
            import torch  # noqa: PLC0415 — this reader alone needs it
            from transformers import AutoModelForQuestionAnswering, AutoTokenizer  # noqa: PLC0415 — as above
        except ImportError:
            raise ModelError(f"Reader 'hf:{name}' needs transformers: pip install transformers") from None
        if name.startswith((".", "/")) and not Path(name).is_dir():
            raise ModelError(f"Reader 'hf:{name}' is not a folder. Name a folder or a hub model, or 'bundled'.")
        try:
            self._tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(name)
            self._model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except Exception as error:
            # Each library under it has errors of its own for a model that is missing, cut off or of another kind.
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(
                f"Reader 'hf:{name}' cannot be loaded: {reason.rstrip('.')}. "
                "Name a hub model or a folder, or 'bundled'."
            ) from error
        if not self._tokenizer.is_fast:
            raise ModelError(f"Reader 'hf:{name}' has no tokenizer that says where its tokens stand. Choose another.")
        self._torch = torch
        # Models count from different places; the configured number of positions may hold two that are not for tokens.
        positions = getattr(self._model.config, "max_position_embeddings", WINDOW + 2) - 2
        self._window = min(WINDOW, positions)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Score every token of each passage; the scores compare across the passages of one call."""
        asked = self._shortened(question)
        there = [number for number, passage in enumerate(passages) if asked.strip() and passage.strip()]
        windows = self._windows(asked, [passages[number] for number in there]) if there else []
        tokens: list[dict[tuple[int, int], tuple[float, float]]] = [{} for _ in passages]
        for row, places, start, end in windows:
            own = tokens[there[row]]
            for place, scores in zip(places, zip(start, end, strict=True), strict=True):
                own[place] = max(own.get(place, scores), scores, key=sum)
        return [_reading(passage, found) for passage, found in zip(passages, tokens, strict=True)]

    def _shortened(self, question: str) -> str:
        """As much of a question as leaves room for passages."""
        most = self._window // ASKED_PART
        read: Any = self._tokenizer(
            question, add_special_tokens=False, truncation=True, max_length=most, return_offsets_mapping=True
        )
        return question[: max((end for _, end in read["offset_mapping"]), default=0)]

    def _windows(
        self, question: str, passages: list[str]
    ) -> list[tuple[int, list[tuple[int, int]], list[float], list[float]]]:
        """Of every window the number of its passage, the places of its tokens, start and end logits over no answer."""
        cut: Any = self._tokenizer(
            [question] * len(passages),
            passages,
            truncation="only_second",
            max_length=self._window,
            stride=min(OVERLAP, self._window // ASKED_PART),
            padding=True,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets, owners = cut.pop("offset_mapping").tolist(), cut.pop("overflow_to_sample_mapping").tolist()
        found = []
        for first in range(0, len(owners), WINDOWS_AT_ONCE):
            part = {name: array[first : first + WINDOWS_AT_ONCE] for name, array in cut.items()}
            with self._torch.inference_mode():
                scores = self._model(**part)
            for row, (start, end) in enumerate(zip(scores.start_logits, scores.end_logits, strict=True), first):
                mine = [at for at, side in enumerate(cut.sequence_ids(row)) if side == 1]
                places = [_trimmed(passages[owners[row]], *offsets[row][at]) for at in mine]
                kept = [(at, place) for at, place in zip(mine, places, strict=True) if place[0] < place[1]]
                rows = [at for at, _ in kept]
                over = [(logits[rows] - logits[0]).tolist() for logits in (start, end)]
                found.append((owners[row], [place for _, place in kept], *over))
        return found


def _trimmed(passage: str, start: int, end: int) -> tuple[int, int]:
    """A token's range without the blank that some tokenizers count with it."""
    while start < end and passage[start].isspace():
        start += 1
    return start, end


def _reading(passage: str, found: dict[tuple[int, int], tuple[float, float]]) -> Reading:
    """The scores in the order of the text; a sentence is worth half of its best span."""
    places = sorted(found)
    starts: Integers = np.array([place[0] for place in places], dtype=np.int64)
    ends: Integers = np.array([place[1] for place in places], dtype=np.int64)
    logits: Floats = np.array([found[place] for place in places], dtype=np.float32).reshape(-1, 2).T
    reading = Reading(starts, ends, logits[0], logits[1], np.zeros(len(places), dtype=np.float32))
    for place in sentences(passage):
        if best := best_span(reading, place.start, place.end):
            inside = (starts >= place.start) & (starts < place.end)
            reading.sentence_logits[inside] = best.score / 2
    return reading
