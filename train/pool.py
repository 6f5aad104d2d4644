"""Pairs as token numbers: encoded once, kept flat in memory, drawn from in batches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from train.pairs import Pair

LONGEST = 220  # tokens of a text that are kept
CHUNK = 20_000

Tokens = NDArray[np.uint16]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """Texts of unequal length, end to end: text i is `tokens[starts[i]:starts[i + 1]]`."""

    tokens: Tokens
    starts: Numbers

    def take(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """The tokens of these texts end to end, and where in them each text begins."""
        first, length = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        begins = np.cumsum(length) - length
        places = np.repeat(first - begins, length) + np.arange(length.sum())
        return self.tokens[places].astype(np.int64), begins

    def lengths(self) -> Numbers:
        """Tokens in each text."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class Pool:
    """The pairs of one source: queries, passages, negatives (often empty) and groups, row by row."""

    queries: Texts
    passages: Texts
    negatives: Texts
    groups: Numbers

    def save(self, path: Path) -> None:
        """Write the pool to one .npz file."""
        texts = {"q": self.queries, "p": self.passages, "n": self.negatives}
        arrays = {f"{key}_{part}": getattr(text, part) for key, text in texts.items() for part in ("tokens", "starts")}
        np.savez(path, groups=self.groups, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            queries, passages, negatives = (Texts(arrays[f"{key}_tokens"], arrays[f"{key}_starts"]) for key in "qpn")
            return cls(queries, passages, negatives, arrays["groups"])


def encode(texts: list[str], tokenizer: Tokenizer) -> list[Tokens]:
    """The token numbers of each text, cut at `LONGEST`."""
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [np.array(encoding.ids[:LONGEST], dtype=np.uint16) for encoding in encodings]


def pool_of(pairs: Iterable[Pair], tokenizer: Tokenizer) -> Pool:
    """Encode the pairs; one whose query or passage has no token is left out."""
    columns: tuple[list[Tokens], list[Tokens], list[Tokens]] = ([], [], [])
    groups: list[int] = []
    for chunk in _chunks(pairs):
        sides = ([getattr(pair, side) for pair in chunk] for side in ("query", "passage", "negative"))
        encoded = zip(*(encode(side, tokenizer) for side in sides), strict=True)
        for pair, texts in zip(chunk, encoded, strict=True):
            if len(texts[0]) and len(texts[1]):
                groups.append(pair.group)
                for column, text in zip(columns, texts, strict=True):
                    column.append(text)
    queries, passages, negatives = map(_flat, columns)
    return Pool(queries, passages, negatives, np.array(groups, dtype=np.int64))


def token_counts(pools: Iterable[Pool], vocabulary: int) -> Numbers:
    """How often each token stands in the passages."""
    return sum((np.bincount(pool.passages.tokens, minlength=vocabulary) for pool in pools), np.zeros(vocabulary, int))


def _flat(texts: list[Tokens]) -> Texts:
    starts = np.cumsum([0, *map(len, texts)])
    return Texts(np.concatenate(texts) if texts else np.zeros(0, np.uint16), starts)


def _chunks(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    stream = iter(pairs)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk
