"""Any extractive question-answering model of transformers as a reader, by hub name or folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.hub import loaded
from index.text import sentences
from qa.read.encoder import spans
from qa.read.pieces import Pieces, head
from qa.read.protocol import Span, Window

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MOST_PIECES = 384
"""Pieces of question and window that the model sees together; what the window has beyond is not read."""
ASKED_PART = 4
"""The question may fill one part in so many; what it has beyond is not read."""


def _head(window: Window) -> str:
    """Title and date of its article, which stand before a window and never answer."""
    told = head(window.title, window.published)
    return f"{told}. " if told else ""


class HuggingFaceReader:
    """Scores count from the model's own "no answer", its opening piece. Threads may share it.

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
        self._most = min(MOST_PIECES, positions) if positions > 0 else MOST_PIECES

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Span]]:
        """For each window its best spans, best first, none inside another; the scores compare across windows."""
        found: list[list[Span]] = [[] for _ in windows]
        there = [number for number, window in enumerate(windows) if question.strip() and window.text.strip()]
        if not there:
            return found
        heads = [_head(windows[number]) for number in there]
        cut = self._cut(question, [before + windows[number].text for before, number in zip(heads, there, strict=True)])
        # Places are counted in the window's text; what stands before it has negative ones.
        places = cut.pop("offset_mapping").numpy() - np.array(list(map(len, heads)))[:, None, None]
        with self._torch.inference_mode():
            scores = self._model(**cut)
        logits = self._torch.stack([scores.start_logits, scores.end_logits], -1).float().numpy()
        for row, number in enumerate(there):
            found[number] = self._spans(windows[number].text, cut, row, places[row], logits[row])
        return found

    def _spans(self, text: str, cut: Any, row: int, places: Any, logits: Any) -> list[Span]:  # noqa: ANN401 — arrays
        """The spans of one window."""
        mine = [at for at, side in enumerate(cut.sequence_ids(row)) if side == 1 and places[at, 1] > places[at, 0] >= 0]
        nothing = logits[int((cut["input_ids"][row] == self._tokenizer.cls_token_id).int().argmax())]
        pieces = Pieces(np.array(mine), places[mine, 0], places[mine, 1])
        return spans(pieces, logits[mine] - nothing, sentences(text))

    def _cut(self, question: str, texts: list[str]) -> Any:  # noqa: ANN401 — transformers does not say its type
        """Question and texts as numbers of pieces; a question too long is shortened."""
        with self._lock:
            read: Any = self._tokenizer(
                question,
                add_special_tokens=False,
                truncation=True,
                max_length=self._most // ASKED_PART,
                return_offsets_mapping=True,
            )
            asked = question[: max((end for _, end in read["offset_mapping"]), default=0)]
            return self._tokenizer(
                [asked] * len(texts),
                texts,
                truncation="only_second",
                max_length=self._most,
                padding=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
