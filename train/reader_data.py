"""What the span reader learns from: passages as numbers, questions on them, and who may see which.

Passages are kept once, as numbers into one list of distinct words; an example is a question, the pieces of passages
that are read for it, and the tokens (or only the sentences) that answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.records import Range
from qa.tokens import MOST_ASKED, Tokens, pieces, tokens

SPAN, SENTENCE, NOTHING = 0, 1, 2
"""What an example knows: the exact span, only the sentences that answer, or that nothing answers."""


class Gold(NamedTuple):
    """An answer: the piece, and its first and last token there; for sentences, the sentence twice."""

    piece: int
    first: int
    last: int


class Passage(NamedTuple):
    """A passage in the bank: the number of its first piece, its token ranges, where its tokens stand."""

    first: int
    ranges: list[tuple[int, int]]
    tokens: Tokens

    @property
    def pieces(self) -> list[int]:
        """Numbers of its pieces."""
        return list(range(self.first, self.first + len(self.ranges)))


@dataclass(slots=True)
class Ragged:
    """Rows of whole numbers of different lengths, end to end."""

    values: list[NDArray[np.int32]] = field(default_factory=list)

    def add(self, row: Sequence[int] | NDArray[np.int32]) -> int:
        """Append a row; returns its number."""
        self.values.append(np.asarray(row, dtype=np.int32))
        return len(self.values) - 1

    def packed(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """All values, and where each row begins (with one more for the end)."""
        sizes = [len(row) for row in self.values]
        flat = np.concatenate(self.values) if self.values else np.zeros(0, dtype=np.int32)
        return flat, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @classmethod
    def unpacked(cls, flat: NDArray[np.int32], starts: NDArray[np.int64]) -> "Ragged":
        """The rows of `packed`."""
        return cls(np.split(flat, starts[1:-1]) if len(starts) > 1 else [])


class Bank:
    """Distinct words, pieces of passages, and examples on them; saved as one file."""

    COLUMNS = ("piece_words", "piece_shapes", "piece_sentences", "questions", "question_shapes", "read", "gold")

    def __init__(self) -> None:
        self.words: dict[str, int] = {"": 0}
        self.piece_words, self.piece_shapes, self.piece_sentences = Ragged(), Ragged(), Ragged()
        self.questions, self.question_shapes = Ragged(), Ragged()
        self.read, self.gold = Ragged(), Ragged()
        self.knows: list[int] = []
        self.source: list[int] = []
        self.tongues: list[int] = []

    def __len__(self) -> int:
        """Examples."""
        return len(self.knows)

    def add_passage(self, text: str, tongue: int = 0) -> Passage:
        """Keep a passage; one without words has no pieces. `tongue`: a number for its language."""
        found = tokens(text)
        ranges = pieces(found)
        first = len(self.piece_words.values)
        numbers = self._numbers(found)
        bits = packed_shapes(found.shapes)
        for begin, end in ranges:
            self.piece_words.add(numbers[begin:end])
            self.piece_shapes.add(bits[begin:end])
            self.piece_sentences.add(found.sentences[begin:end] - found.sentences[begin])
            self.tongues.append(tongue)
        return Passage(first, ranges, found)

    def add_example(self, question: str, read: Iterable[int], gold: Sequence[Gold], knows: int, source: int) -> None:
        """Keep a question on pieces; the gold pieces are among them."""
        asked = tokens(question)
        self.questions.add(self._numbers(asked)[:MOST_ASKED])
        self.question_shapes.add(packed_shapes(asked.shapes)[:MOST_ASKED])
        self.read.add(list(read))
        self.gold.add([number for answer in gold for number in answer])
        self.knows.append(knows)
        self.source.append(source)

    def _numbers(self, found: Tokens) -> NDArray[np.int32]:
        numbers = [self.words.setdefault(word, len(self.words)) for word in found.words]
        return np.array(numbers, dtype=np.int32)

    def extend(self, other: "Bank") -> None:
        """Append all of another bank, its words and pieces renumbered."""
        words = np.array([self.words.setdefault(word, len(self.words)) for word in other.words], dtype=np.int32)
        pieces_before = len(self.piece_words.values)
        step = np.array([pieces_before, 0, 0], dtype=np.int32)
        self.piece_words.values += [words[row] for row in other.piece_words.values]
        self.questions.values += [words[row] for row in other.questions.values]
        self.read.values += [row + pieces_before for row in other.read.values]
        self.gold.values += [(row.reshape(-1, 3) + step).ravel() for row in other.gold.values]
        for name in ("piece_shapes", "piece_sentences", "question_shapes"):
            getattr(self, name).values += getattr(other, name).values
        self.knows += other.knows
        self.source += other.source
        self.tongues += other.tongues

    def save(self, path: Path) -> None:
        """Write everything; the words in a text file beside it, one a line."""
        arrays = {name: getattr(self, name).packed() for name in self.COLUMNS}
        flat = {f"{name}_v": values for name, (values, _) in arrays.items()}
        flat |= {f"{name}_s": starts for name, (_, starts) in arrays.items()}
        flat |= {name: np.array(getattr(self, name)) for name in ("knows", "source", "tongues")}
        np.savez(path, **flat)
        path.with_suffix(".words").write_text("\n".join(self.words), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Bank":
        """Read what `save` wrote."""
        bank = cls()
        words = path.with_suffix(".words").read_text(encoding="utf-8").split("\n")
        bank.words = {word: row for row, word in enumerate(words)}
        with np.load(path) as file:
            for name in cls.COLUMNS:
                setattr(bank, name, Ragged.unpacked(file[f"{name}_v"], file[f"{name}_s"]))
            bank.knows, bank.source = file["knows"].tolist(), file["source"].tolist()
            bank.tongues = file["tongues"].tolist()
        return bank


def packed_shapes(shapes: NDArray[np.uint8]) -> NDArray[np.int32]:
    """One number a token instead of `SHAPES` yes-no features."""
    return np.packbits(shapes, axis=1)[:, 0].astype(np.int32) if len(shapes) else np.zeros(0, dtype=np.int32)


def unpacked_shapes(bits: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The features of `packed_shapes`."""
    return np.unpackbits(bits.astype(np.uint8)[:, None], axis=1)


def located(passage: Passage, span: Range) -> Gold | None:
    """The tokens that a code point range touches; None where it holds none or crosses a border of pieces."""
    inside = np.flatnonzero((passage.tokens.ends > span.start) & (passage.tokens.starts < span.end))
    if not len(inside):
        return None
    first, last = int(inside[0]), int(inside[-1])
    for number, (begin, end) in enumerate(passage.ranges):
        if begin <= first and last < end:
            return Gold(passage.first + number, first - begin, last - begin)
    return None


def sentence_at(passage: Passage, place: int) -> Gold | None:
    """The sentence that holds a code point, as gold of an example that knows sentences only."""
    token = int(np.searchsorted(passage.tokens.ends, place, side="right"))
    for number, (begin, end) in enumerate(passage.ranges):
        if begin <= token < end:
            sentence = int(passage.tokens.sentences[token] - passage.tokens.sentences[begin])
            return Gold(passage.first + number, sentence, sentence)
    return None
