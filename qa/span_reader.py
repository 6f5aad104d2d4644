"""The bundled span reader: which words of a few passages answer a question, by a small neural model.

One batched run scores every word of every passage as the start and as the end of the answer, so that the scores compare
across the passages of a call. The model is a convolutional network with match features (`train/reader_model.py` builds
it); it runs in onnxruntime on one thread, without torch.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import ModelError
from index.text import fold, sentences, words
from qa.match import WordVectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent / "models" / "reader"
MODEL, VOCABULARY = "reader.onnx", "vocabulary.tsv"
EMBEDDER = "embedder.sha256"
"""Says which embedder's word vectors the model was trained on."""
PIECE = 192
"""Tokens that the model sees together; a longer passage is read in pieces, cut at sentence borders."""
MOST_TOKENS = 4096
"""Tokens of a passage that are read; what comes after them is not."""
MOST_ASKED = 64
"""Tokens of a question that are read."""
LONGEST_SPAN = 25
"""Tokens of the longest answer."""
PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2
"""Rows of the model's table of words: no token, a word that the vocabulary lacks, the vocabulary's first word."""
SHAPES = 8
"""Yes-no features of a token, see `_shape`; the last says that it opens a sentence."""

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

# Marks belong to the letter before them, the zero-width characters to nothing.
_PUNCTUATION = re.compile(r"[^\w\s\u0300-\u036f\u200b-\u200d\ufe0f\ufeff]")


class Tokens(NamedTuple):
    """Words and punctuation marks of a text in order.

    Attributes:
        words: normal form of each.
        starts: code point offset of each in the raw text.
        ends: where it ends.
        shapes: uint8 [tokens, SHAPES], what its letters look like.
        sentences: number of the sentence that it stands in, from 0.
    """

    words: tuple[str, ...]
    starts: Integers
    ends: Integers
    shapes: npt.NDArray[np.uint8]
    sentences: Integers


class Reading(NamedTuple):
    """What the reader thinks of each token of a passage, in the order of the text.

    Attributes:
        starts: code point offsets in the passage.
        ends: where the tokens end.
        start_logits: how well an answer would start there; 0 is as good as no answer.
        end_logits: how well it would end there.
        sentence_logits: how well the token's sentence answers, whatever the words; already a part of the other two.
    """

    starts: Integers
    ends: Integers
    start_logits: Floats
    end_logits: Floats
    sentence_logits: Floats


class Found(NamedTuple):
    """A span in a passage and its score: start logit + end logit."""

    start: int
    end: int
    score: float


def tokens(text: str) -> Tokens:
    """The words and punctuation marks of a text, each with its place."""
    found = _pieces_of_text(text)
    starts = np.array([token[1] for token in found], dtype=np.int64)
    ends = np.array([token[2] for token in found], dtype=np.int64)
    borders = np.array([place.start for place in sentences(text)], dtype=np.int64)
    numbers = np.maximum(np.searchsorted(borders, starts, side="right") - 1, 0)
    shapes = np.array([_shape(text[start:end]) for _, start, end in found], dtype=np.uint8).reshape(-1, SHAPES)
    shapes[:, -1] = np.diff(numbers, prepend=-1) > 0
    return Tokens(tuple(token[0] for token in found), starts, ends, shapes, numbers)


def _pieces_of_text(text: str) -> list[tuple[str, int, int]]:
    """Normal form, start and end of every word, and of every punctuation mark between them."""
    found: list[tuple[str, int, int]] = []
    last = 0
    for word in words(text):
        if word.start - last > 1 or (word.start > last and text[last] != " "):
            found += _marks(text, last, word.start)
        found.append((word.text, word.start, word.end))
        last = word.end
    return found + _marks(text, last, len(text))


def _marks(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """The punctuation marks in a range of the text."""
    return [(match.group(), match.start(), match.end()) for match in _PUNCTUATION.finditer(text, start, end)]


@functools.lru_cache(maxsize=1 << 16)
def _shape(raw: str) -> tuple[bool, ...]:
    """Capital, all capitals, digit, four digits, mark, inner mark (, ; :), quote or bracket, and room for `opens`."""
    digit = raw[0].isdigit()
    mark = not raw[0].isalnum()
    return (
        raw[0].isupper(),
        len(raw) > 1 and raw.isupper(),
        digit,
        digit and len(raw) == 4,  # noqa: PLR2004 — a year
        mark,
        raw in ",;:",
        raw in "“”\"'‘’()[]«»「」",
        False,
    )


def pieces(text_tokens: Tokens) -> list[tuple[int, int]]:
    """Token ranges that are read together: whole sentences, at most `PIECE` tokens, a longer sentence cut anywhere."""
    size = min(len(text_tokens.words), MOST_TOKENS)
    opens = [*np.flatnonzero(text_tokens.shapes[:size, -1]).tolist(), size]
    found: list[tuple[int, int]] = []
    first = 0
    while first < size:
        fitting = [place for place in opens if first < place <= first + PIECE]
        last = fitting[-1] if fitting else first + PIECE
        found.append((first, last))
        first = last
    return found


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
        self._weights = weights
        self._highest = max(weights.values(), default=1.0)

    def row(self, word: str) -> int:
        """The word's row in the model's table."""
        return self._rows.get(word, UNKNOWN)

    def idf(self, word: str) -> float:
        """Rarity, 0 to about 1; a word that is not there is as rare as the rarest."""
        return self._weights.get(word, self._highest)

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
    """

    def __init__(self, folder: Path = FOLDER, vectors: WordVectors | None = None) -> None:
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
        split = [_tokens_kept(passage) for passage in passages]
        places = [(number, *piece) for number, text in enumerate(split) for piece in pieces(text)]
        scores = [np.zeros((3, min(len(text.words), MOST_TOKENS)), dtype=np.float32) for text in split]
        if asked.words and places:
            found = self._run(self._inputs(asked, split, places))
            for row, (number, first, last) in enumerate(places):
                scores[number][:, first:last] = found[:, row, : last - first]
        return [_reading(text, *score) for text, score in zip(split, scores, strict=True)]

    def _run(self, inputs: Inputs) -> Floats:
        """Start, end and sentence logits: float32 [3, pieces, tokens]."""
        return np.stack(self._session.run(None, inputs._asdict()))

    def _inputs(self, asked: Tokens, split: Sequence[Tokens], places: Sequence[tuple[int, int, int]]) -> Inputs:
        """Arrays for one question and these pieces (number of the passage, first and last token)."""
        cut = [_part(asked, 0, MOST_ASKED)] + [_part(split[number], first, last) for number, first, last in places]
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


@functools.lru_cache(maxsize=4096)
def _tokens_kept(passage: str) -> Tokens:
    """The tokens of a passage; the same passages are read again and again."""
    return tokens(passage)


def _part(text: Tokens, first: int, last: int) -> Tokens:
    """A range of tokens."""
    span = slice(first, last)
    return Tokens(text.words[span], text.starts[span], text.ends[span], text.shapes[span], text.sentences[span])


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


def best_span(reading: Reading, begin: int, end: int) -> Found | None:
    """The best span of at most `LONGEST_SPAN` tokens inside a code point range; None where the range has no token."""
    first = int(np.searchsorted(reading.starts, begin))
    last = int(np.searchsorted(reading.ends, end, side="right"))
    if first >= last:
        return None
    beyond = np.full(LONGEST_SPAN - 1, -np.inf, dtype=np.float32)
    ends = np.concatenate([reading.end_logits[first:last], beyond])
    windows = np.lib.stride_tricks.sliding_window_view(ends, LONGEST_SPAN)
    furthest = windows.argmax(axis=1)
    scores = reading.start_logits[first:last] + ends[np.arange(last - first) + furthest]
    best = int(scores.argmax())
    stop = first + best + int(furthest[best])
    return Found(int(reading.starts[first + best]), int(reading.ends[stop]), float(scores[best]))
