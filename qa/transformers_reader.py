"""Any extractive question-answering model of transformers as a reader, by hub name or folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.errors import ModelError
from index.hub import loaded
from index.text import sentences
from qa.reading import Floats, Reading, best_span
from qa.tokens import Tokens, tokens_kept

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

WINDOW, OVERLAP = 384, 128
"""Tokens of question and passage that the model sees together, and of a window that the next one repeats."""
ASKED_PART = 4
"""The question may fill one part in so many of a window; what it has beyond is not read."""
WINDOWS_AT_ONCE = 16
NOTHING = -100.0
"""Logit of a word that no token begins or ends."""


class Window(NamedTuple):
    """A part of a passage that the model read at once.

    Attributes:
        passage: its number.
        places: start and end of each token in the passage.
        logits: start and end logit of each token, over those of no answer.
    """

    passage: int
    places: list[tuple[int, int]]
    logits: list[tuple[float, float]]


class TransformersReader:
    """Windows over long passages; logits are counted from the model's own "no answer", its opening token.

    Threads may share it.

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
        self._tokenizer: PreTrainedTokenizerBase
        self._tokenizer, (model, about) = loaded(
            f"Reader 'hf:{name}'",
            name,
            lambda: (
                AutoTokenizer.from_pretrained(name, padding_side="right"),
                AutoModelForQuestionAnswering.from_pretrained(name, output_loading_info=True),
            ),
        )
        if about["missing_keys"]:
            raise ModelError(
                f"Reader 'hf:{name}' was not trained to answer questions: it lacks weights. Choose another."
            )
        if not self._tokenizer.is_fast or self._tokenizer.cls_token_id is None:
            raise ModelError(f"Reader 'hf:{name}' has no tokenizer that marks beginnings and places. Choose another.")
        self._model: PreTrainedModel = model.eval()
        self._torch = torch
        self._lock = threading.Lock()  # a tokenizer's padding and truncation are settings of the whole
        # Models count from different places; the configured number of positions may hold two that are not for tokens.
        positions = getattr(self._model.config, "max_position_embeddings", 0) - 2
        self._window = min(WINDOW, positions) if positions > 0 else WINDOW

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Score every token of each passage; the scores compare across the passages of one call."""
        there = [number for number, passage in enumerate(passages) if question.strip() and passage.strip()]
        scores = [np.full((len(tokens_kept(passage).words), 2), NOTHING, dtype=np.float32) for passage in passages]
        windows = self._windows(question, [passages[number] for number in there]) if there else []
        for window in windows:
            number = there[window.passage]
            _spread(window, tokens_kept(passages[number]), scores[number])
        return [_reading(passage, found) for passage, found in zip(passages, scores, strict=True)]

    def _windows(self, question: str, passages: list[str]) -> list[Window]:
        """The windows over all the passages, with the logits of their tokens."""
        cut = self._cut(question, passages)
        offsets, owners = cut.pop("offset_mapping").tolist(), cut.pop("overflow_to_sample_mapping").tolist()
        firsts = (cut["input_ids"] == self._tokenizer.cls_token_id).int().argmax(dim=1).tolist()
        found = []
        for first in range(0, len(owners), WINDOWS_AT_ONCE):
            part = {name: array[first : first + WINDOWS_AT_ONCE] for name, array in cut.items()}
            with self._torch.inference_mode():
                scores = self._model(**part)
            for row, logits in enumerate(self._torch.stack([scores.start_logits, scores.end_logits], -1), first):
                mine = [at for at, side in enumerate(cut.sequence_ids(row)) if side == 1]
                places = [offsets[row][at] for at in mine]
                found.append(Window(owners[row], places, (logits[mine] - logits[firsts[row]]).tolist()))
        return found

    def _cut(self, question: str, passages: list[str]) -> Any:  # noqa: ANN401 — transformers does not say its type
        """Question and passages as token numbers, in windows; a question too long for a window is shortened."""
        most = self._window // ASKED_PART
        with self._lock:
            read: Any = self._tokenizer(
                question, add_special_tokens=False, truncation=True, max_length=most, return_offsets_mapping=True
            )
            asked = question[: max((end for _, end in read["offset_mapping"]), default=0)]
            return self._tokenizer(
                [asked] * len(passages),
                passages,
                truncation="only_second",
                max_length=self._window,
                stride=min(OVERLAP, most),
                padding=True,
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )


def _spread(window: Window, text: Tokens, scores: Floats) -> None:
    """Write a window's logits to the words of the text: a word starts with its first token and ends with its last."""
    for (start, end), (start_logit, end_logit) in zip(window.places, window.logits, strict=True):
        first = int(np.searchsorted(text.ends, start, side="right"))
        last = int(np.searchsorted(text.starts, end)) - 1
        if end > start and 0 <= first < len(text.words) and text.starts[first] >= start:
            scores[first, 0] = max(scores[first, 0], start_logit)
        if end > start and last >= 0 and text.ends[last] <= end:
            scores[last, 1] = max(scores[last, 1], end_logit)


def _reading(passage: str, scores: Floats) -> Reading:
    """The scores beside the places; a sentence is worth half of its best span."""
    text = tokens_kept(passage)
    reading = Reading(text.starts, text.ends, scores[:, 0], scores[:, 1], np.zeros(len(scores), dtype=np.float32))
    for place in sentences(passage):
        if best := best_span(reading, place.start, place.end):
            inside = (text.starts >= place.start) & (text.starts < place.end)
            reading.sentence_logits[inside] = best.score / 2
    return reading
