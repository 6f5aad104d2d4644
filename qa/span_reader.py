"""The bundled span reader: which words of a few passages answer a question, by a small neural model.

One batched run scores every word of every passage as the start and as the end of the answer, so that the scores compare
across the passages of a call. The model is a convolutional network with match features (`train/reader_model.py` builds
it); it runs in onnxruntime on one thread, without torch.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import ModelError
from index.text import fold
from qa.reading import Floats, Reading
from qa.tokens import MOST_ASKED, MOST_TOKENS, SHAPES, Integers, Tokens, part_of, pieces, tokens, tokens_kept
from qa.vectors import WordVectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent / "models" / "reader"
MODEL, VOCABULARY = "reader.onnx", "vocabulary.tsv"
EMBEDDER = "embedder.sha256"
"""Says which embedder's word vectors the model was trained on."""
PIECES_AT_ONCE = 64
PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2
"""Rows of the model's table of words: no token, a word that the vocabulary lacks, the vocabulary's first word."""


class Inputs(NamedTuple):
    """What the model is given: the distinct words once, then questions and pieces of passages that point at them.

    Attributes:
        vectors: float32 [words, dimensions], sums of subword vectors; row 0 is no word.
        rows: [words], place in the model's own table.
        bare: [words], the same number for words that differ by accents only.
        idf: float32 [words].
        question: [questions, tokens], 0 is padding.
        question_shapes: float32 [questions, tokens, SHAPES].
        owner: [pieces], the question that is asked of each piece.
        passage: [pieces, tokens].
        shapes: float32 [pieces, tokens, SHAPES].
        members: float32 [pieces, sentences, tokens], 1 where the token stands in the sentence.
    """

    vectors: Floats
    rows: Integers
    bare: Integers
    idf: Floats
    question: Integers
    question_shapes: Floats
    owner: Integers
    passage: Integers
    shapes: Floats
    members: Floats


class Vocabulary:
    """The model's own words, most frequent first, with their inverse document frequencies."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._rows = {word: FIRST_WORD + row for row, word in enumerate(weights)}
        self.weights = weights
        self._highest = max(weights.values(), default=1.0)

    def row(self, word: str) -> int:
        """The word's row in the model's table."""
        return self._rows.get(word, UNKNOWN)

    def idf(self, word: str) -> float:
        """Rarity, 0 to about 1; a word that is not there is as rare as the rarest."""
        return self.weights.get(word, self._highest)

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read lines of word, tab, idf."""
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls({word: float(weight) for word, weight in (line.split("\t") for line in lines)})


class SpanReader:
    """Reads passages with the model in a folder; threads may share it.

    Args:
        folder: with the model's files; a missing one raises ModelError at the first reading.
        vectors: word vectors of the bundled embedder to share with others, instead of an own table.
        at_once: pieces in one run. A network of 8 bits scales its numbers by all that is in the run, so one by one its
            scores do not depend on the neighbours.
    """

    def __init__(
        self, folder: Path = FOLDER, vectors: WordVectors | None = None, at_once: int = PIECES_AT_ONCE
    ) -> None:
        self._at_once = at_once
        self._folder = folder
        self._given = vectors

    def _file(self, name: str) -> Path:
        """A file of the model."""
        path = self._folder / name
        if not path.is_file():
            raise ModelError(f"The reader's {name} is not in {self._folder}. Make it: python -m train.reader")
        return path

    @functools.cached_property
    def _session(self) -> InferenceSession:
        # Since 1.29 onnxruntime reports its use to its maker unless this stands there before it is loaded.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 — only this reader needs it

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return InferenceSession(self._file(MODEL), options, providers=["CPUExecutionProvider"])

    @functools.cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary.load(self._file(VOCABULARY))

    @functools.cached_property
    def _vectors(self) -> WordVectors:
        return self._given or WordVectors()

    def load(self) -> SpanReader:
        """Load the model now rather than with the first question.

        Raises:
            ModelError: it is not there.
        """
        _ = self._session, self._vocabulary
        return self

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Score every token of each passage; the scores compare across the passages of one call."""
        asked = tokens(question)
        split = [tokens_kept(passage) for passage in passages]
        places = [(number, *piece) for number, text in enumerate(split) for piece in pieces(text)]
        scores = [np.zeros((3, min(len(text.words), MOST_TOKENS)), dtype=np.float32) for text in split]
        for begin in range(0, len(places) if asked.words else 0, self._at_once):
            part = places[begin : begin + self._at_once]
            found = self._run(self._inputs(asked, split, part))
            for row, (number, first, last) in enumerate(part):
                scores[number][:, first:last] = found[:, row, : last - first]
        return [_reading(text, *score) for text, score in zip(split, scores, strict=True)]

    def _run(self, inputs: Inputs) -> Floats:
        """Start, end and sentence logits: float32 [3, pieces, tokens]."""
        return np.stack(self._session.run(None, inputs._asdict()))

    def _inputs(self, asked: Tokens, split: Sequence[Tokens], places: Sequence[tuple[int, int, int]]) -> Inputs:
        """Arrays for one question and these pieces (number of the passage, first and last token)."""
        cut = [part_of(asked, 0, MOST_ASKED)] + [part_of(split[number], first, last) for number, first, last in places]
        distinct = {word: row for row, word in enumerate(dict.fromkeys(word for part in cut for word in part.words), 1)}
        question, question_shapes, _ = padded([_numbers(cut[0], distinct)])
        passage, shapes, members = padded([_numbers(part, distinct) for part in cut[1:]])
        return Inputs(
            *self._words(list(distinct)),
            question,
            question_shapes,
            np.zeros(len(places), np.int64),
            passage,
            shapes,
            members,
        )

    def _words(self, distinct: list[str]) -> tuple[Floats, Integers, Integers, Floats]:
        """Vectors, rows, bare numbers and idf of the distinct words, behind a first row of padding."""
        known = self._vocabulary
        bare: dict[str, int] = {}
        vectors = self._vectors.sums(distinct)
        return (
            np.concatenate([np.zeros_like(vectors[:1]), vectors]),
            np.array([PADDING, *map(known.row, distinct)], dtype=np.int64),
            np.array([0, *(bare.setdefault(fold(word), len(bare) + 1) for word in distinct)], dtype=np.int64),
            np.array([0, *map(known.idf, distinct)], dtype=np.float32),
        )


def _numbers(part: Tokens, distinct: dict[str, int]) -> tuple[Integers, npt.NDArray[np.uint8], Integers]:
    """The part's words as numbers, with its shapes and sentences."""
    numbers = np.fromiter((distinct[word] for word in part.words), dtype=np.int64, count=len(part.words))
    return numbers, part.shapes, part.sentences


def padded(
    parts: Sequence[tuple[npt.NDArray[np.integer], npt.NDArray[np.uint8], npt.NDArray[np.integer]]],
) -> tuple[Integers, Floats, Floats]:
    """Numbers, shapes and membership in sentences of several parts, as arrays of one size."""
    longest = max(len(numbers) for numbers, _, _ in parts)
    most = max(int(places[-1] - places[0]) + 1 for _, _, places in parts)
    words_there = np.zeros((len(parts), longest), dtype=np.int64)
    shapes = np.zeros((len(parts), longest, SHAPES), dtype=np.float32)
    members = np.zeros((len(parts), most, longest), dtype=np.float32)
    for row, (numbers, marks, places) in enumerate(parts):
        words_there[row, : len(numbers)] = numbers
        shapes[row, : len(numbers)] = marks
        members[row, places - places[0], np.arange(len(numbers))] = 1
    return words_there, shapes, members


def _reading(text: Tokens, start: Floats, end: Floats, sentence: Floats) -> Reading:
    """The scores beside the places; tokens beyond the limit are left out."""
    return Reading(text.starts[: len(start)], text.ends[: len(start)], start, end, sentence)
