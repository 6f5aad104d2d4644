"""From the bank to batches: questions with their pieces, padded, and where the answers are."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.text import fold
from qa.reading import Floats
from qa.span_reader import FIRST_WORD, PADDING, UNKNOWN, Inputs, padded
from qa.tokens import Integers
from train.reader_data import NOTHING, SPAN, Bank, unpacked_shapes
from train.reader_sources import SHARES, SOURCES

BATCHES_AT_ONCE = 24
UNANSWERED = 0.08
FORGOTTEN = 0.08
VOCABULARY = 16_000
FEWEST = 4
"""Pieces that a word of the vocabulary stands in, at least."""


class WordTable(NamedTuple):
    """What the model knows of each distinct word of a bank, by the word's number."""

    vectors: NDArray[np.float16]
    rows: Integers
    bare: Integers
    idf: Floats


class Size(NamedTuple):
    """Of a batch.

    Attributes:
        questions: how many.
        pieces: that each one reads, at most.
        alone: share of the questions that read one piece only.
    """

    questions: int
    pieces: int
    alone: float = 0.0


class Batch(NamedTuple):
    """Inputs, and the answers: 1 where one starts, ends [pieces, tokens], or its sentence [pieces, sentences].

    Attributes:
        owned: [questions, pieces], numbers of each question's pieces; one past the last is none.
    """

    inputs: dict[str, Tensor]
    start: Tensor
    end: Tensor
    sentence: Tensor
    owned: Tensor


def vocabulary_of(bank: Bank) -> dict[str, float]:
    """The most frequent words of the passages, with idf between 0 and about 1: the lowest over the languages."""
    words = list(bank.words)
    tongues = np.array(bank.tongues)
    weights: dict[int, float] = {}
    total: Counter[int] = Counter()
    for tongue in np.unique(tongues):
        rows = np.flatnonzero(tongues == tongue)
        distinct = np.concatenate([np.unique(bank.piece_words.values[row]) for row in rows])
        numbers, counts = np.unique(distinct, return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            total[number] += count
            weight = math.log((len(rows) + 1) / count) / math.log(len(tongues))
            weights[number] = min(weight, weights.get(number, weight))
    kept = [number for number, count in total.most_common(VOCABULARY) if count >= FEWEST]
    return {words[number]: round(weights[number], 4) for number in kept}


def word_table(bank: Bank, vocabulary: dict[str, float], vectors: NDArray[np.float16]) -> WordTable:
    """Look every distinct word up once."""
    rows = {word: FIRST_WORD + row for row, word in enumerate(vocabulary)}
    highest = max(vocabulary.values())
    bare: dict[str, int] = {"": 0}
    table = WordTable(
        vectors=vectors,
        rows=np.array([rows.get(word, UNKNOWN) for word in bank.words], dtype=np.int64),
        bare=np.array([bare.setdefault(fold(word), len(bare)) for word in bank.words], dtype=np.int64),
        idf=np.array([vocabulary.get(word, highest) for word in bank.words], dtype=np.float32),
    )
    table.rows[0], table.idf[0] = PADDING, 0.0
    return table


class Choice(NamedTuple):
    """An example as it is shown once: its number, the pieces that are read, whether the answer is among them."""

    example: int
    pieces: list[int]
    answered: bool


def batches(
    bank: Bank, table: WordTable, rng: np.random.Generator, size: Size, progress: Callable[[], float]
) -> Iterator[Batch]:
    """Batches without end, of pieces of about one length; `progress`, 0 to 1, moves the shares of the sources."""
    by_source = [np.flatnonzero(np.array(bank.source) == number) for number in range(len(SOURCES))]
    shares = np.array([SHARES[name] for name in SOURCES]) * np.array([[len(found) > 0] for found in by_source])
    lengths = np.array([len(row) for row in bank.piece_words.values])
    while True:
        now = shares @ [1 - progress(), progress()]
        sources = rng.choice(len(SOURCES), size=size.questions * BATCHES_AT_ONCE, p=now / now.sum())
        drawn = [choice(bank, int(rng.choice(by_source[source])), size, rng) for source in sources]
        drawn.sort(key=lambda found: max(lengths[found.pieces]))
        for number in rng.permutation(BATCHES_AT_ONCE):
            yield batch(bank, table, drawn[number * size.questions : (number + 1) * size.questions], rng)


def choice(bank: Bank, example: int, size: Size, rng: np.random.Generator) -> Choice:
    """Which pieces are read: those with answers, and others at random; sometimes the answers are left out."""
    most = 1 if rng.random() < size.alone else size.pieces
    read = bank.read.values[example].tolist()
    gold = list(dict.fromkeys(bank.gold.values[example][::3].tolist()))[: max(most - 1, 1)]
    others = [piece for piece in read if piece not in set(bank.gold.values[example][::3].tolist())]
    answered = bank.knows[example] != NOTHING and not (others and rng.random() < UNANSWERED)
    kept = gold if answered else []
    more = rng.permutation(len(others))[: most - len(kept)]
    return Choice(example, kept + [others[at] for at in more], answered)


def batch(bank: Bank, table: WordTable, drawn: list[Choice], rng: np.random.Generator) -> Batch:
    """Pad and number the chosen examples."""
    asked = [_question(bank, found.example) for found in drawn]
    parts = [_piece(bank, piece) for found in drawn for piece in found.pieces]
    owner = np.repeat(np.arange(len(drawn)), [len(found.pieces) for found in drawn])
    question, question_shapes, _ = padded(asked)
    passage, shapes, members = padded(parts)
    distinct, back = np.unique(np.concatenate([[0], question.ravel(), passage.ravel()]), return_inverse=True)
    question = back[1 : question.size + 1].reshape(question.shape)
    passage = back[1 + question.size :].reshape(passage.shape)
    rows = table.rows[distinct]
    rows = np.where((rows > UNKNOWN) & (rng.random(len(rows)) < FORGOTTEN), UNKNOWN, rows)
    vectors = table.vectors[distinct].astype(np.float32)
    inputs = Inputs(
        vectors,
        rows,
        table.bare[distinct],
        table.idf[distinct],
        question,
        question_shapes,
        owner,
        passage,
        shapes,
        members,
    )
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in inputs._asdict().items()}
    return Batch(tensors, *answers(bank, drawn, passage.shape, members.shape[1]))


def _question(bank: Bank, example: int) -> tuple[Integers, NDArray[np.uint8], Integers]:
    numbers = bank.questions.values[example].astype(np.int64)
    shapes = unpacked_shapes(bank.question_shapes.values[example])
    return numbers, shapes, np.zeros(len(numbers), dtype=np.int64)


def _piece(bank: Bank, piece: int) -> tuple[Integers, NDArray[np.uint8], NDArray[np.int32]]:
    numbers = bank.piece_words.values[piece].astype(np.int64)
    return numbers, unpacked_shapes(bank.piece_shapes.values[piece]), bank.piece_sentences.values[piece]


def answers(
    bank: Bank, drawn: list[Choice], size: tuple[int, ...], sentences: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The last four fields of a batch."""
    start, end = torch.zeros(size), torch.zeros(size)
    sentence = torch.zeros(size[0], sentences)
    owned = torch.full((len(drawn), max(len(found.pieces) for found in drawn)), size[0])
    row = 0
    for number, found in enumerate(drawn):
        place = {piece: row + at for at, piece in enumerate(found.pieces)}
        owned[number, : len(place)] = torch.arange(row, row + len(found.pieces))
        row += len(found.pieces)
        for piece, first, last in bank.gold.values[found.example].reshape(-1, 3).tolist() if found.answered else ():
            if piece in place:
                _mark(bank, found.example, (place[piece], piece, first, last), (start, end, sentence))
    return start, end, sentence, owned


def _mark(bank: Bank, example: int, gold: tuple[int, int, int, int], targets: tuple[Tensor, Tensor, Tensor]) -> None:
    """Write one answer into the targets."""
    row, piece, first, last = gold
    start, end, sentence = targets
    if bank.knows[example] == SPAN:
        start[row, first] = end[row, last] = 1
        sentence[row, int(bank.piece_sentences.values[piece][first])] = 1
    else:
        sentence[row, first] = 1


def choice_loss(logits: Tensor, gold: Tensor, owned: Tensor) -> Tensor:
    """Cross-entropy of each question over all places of all its pieces and "no answer", whose logit is 0."""
    everything = _over_pieces(torch.logsumexp(logits, -1), owned)
    right = _over_pieces(torch.logsumexp(logits.masked_fill(gold == 0, -1e9), -1), owned)
    answered = _over_pieces(torch.where(gold.sum(-1) > 0, 0.0, -1e9), owned) > -1  # a question with some gold place
    whole = torch.logaddexp(everything, torch.zeros_like(everything))
    return whole - torch.where(answered, right, torch.zeros_like(right))


def _over_pieces(by_piece: Tensor, owned: Tensor) -> Tensor:
    """Log of the sum of exponentials over each question's pieces."""
    none = torch.full((1,), -1e9)
    return torch.logsumexp(torch.cat([by_piece, none])[owned], -1)
