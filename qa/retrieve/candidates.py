"""Which windows of the passages that were found are worth reading, told cheaply: by their words and vectors."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from index.records import Chunk, Range
from index.stores import Snapshot
from index.text import word_texts
from qa.linear import Linear
from qa.query import Query, QueryKind
from qa.read.windows import windows
from qa.retrieve.match import Words, compared, match, word_weights
from qa.retrieve.search import TINY, Found
from qa.retrieve.vectors import Scores, TextVectors, WordVectors

NAMES = (
    "passage",  # fused score of the window's passage, as a share of the best one's
    "folded",  # share of the question's content, weighted by rarity, that stands in it or its title, accents ignored
    "soft",  # ... when near words count by their similarity
    "own",  # as soft, without the title
    "missing",  # weight of the rarest content word that nothing there comes near
    "dense",  # cosine of question and window
)
WEIGHTS_FILE = Path(__file__).with_name("windows.json")

Features = npt.NDArray[np.float32]
"""[windows, len(NAMES)]"""


class Candidate(NamedTuple):
    """A window of a passage.

    Attributes:
        place: where it stands in its article.
        score: fused one of its passage.
    """

    article: str
    title: str
    place: Range
    text: str
    score: float


class Described(NamedTuple):
    """The windows of one question, and what is known of them before they are read.

    Attributes:
        table: float32 [windows, len(NAMES)].
        worth: float32 [windows], how much each is worth reading, over the best of them.
        other_day: articles that speak of no day that the question names.
    """

    windows: list[Candidate]
    table: Features
    worth: Scores
    other_day: Collection[str]


def candidates(found: Sequence[Found]) -> list[Candidate]:
    """The windows of all passages, each once."""
    seen: set[tuple[str, Range]] = set()
    result = []
    for chunk, score in found:
        for place, text in _windows(chunk):
            if (chunk.article, place) not in seen:
                seen.add((chunk.article, place))
                result.append(Candidate(chunk.article, chunk.title, place, text, score))
    return result


@functools.lru_cache(maxsize=4096)
def _windows(chunk: Chunk) -> tuple[tuple[Range, str], ...]:
    """The windows of one passage: their places in its article, and their texts."""
    places = windows(chunk.text)
    texts = (chunk.text[place.start : place.end] for place in places)
    moved = (Range(chunk.start + place.start, chunk.start + place.end) for place in places)
    return tuple(zip(moved, texts, strict=True))


def reading_order(described: Described) -> list[int]:
    """Numbers of the windows, those first that are most worth reading."""
    order: list[int] = np.argsort(-described.worth, kind="stable").tolist()
    return order


def worth(query: Query, table: Features) -> Scores:
    """Float32 [windows]: how much each is worth reading, over the best of them."""
    scores = order_weights()[query.kind](NAMES, table)
    return np.asarray(scores - scores.max(initial=-np.inf))


@functools.cache
def order_weights() -> dict[QueryKind, Linear]:
    """The fitted weights of `NAMES` that ship with hoidap, for each kind of question."""
    return msgspec.json.decode(WEIGHTS_FILE.read_bytes(), type=dict[QueryKind, Linear])


def content_weights(query: Query, snapshot: Snapshot, vectors: WordVectors) -> Scores:
    """Float32 [content words]: how much of the question each word is, by its rarity; their sum is 1."""
    weights = word_weights(query, snapshot, vectors)
    return weights / max(float(weights.sum()), TINY)


def features(
    query: Query, found: Sequence[Candidate], weights: Scores, texts: TextVectors, vectors: WordVectors
) -> Features:
    """What is known of each window before it is read, float32 [found, len(NAMES)]; `weights`: of the content words."""
    if not found or not query.content:
        return np.zeros((len(found), len(NAMES)), dtype=np.float32)
    distinct = dict.fromkeys(candidate.title for candidate in found)
    titles = {title: len(found) + number for number, title in enumerate(distinct)}
    words = [_compared(text) for text in (*(candidate.text for candidate in found), *titles)]
    matches = match(query, words, vectors)
    at = [titles[candidate.title] for candidate in found]
    soft = np.maximum(matches.soft[: len(found)], matches.soft[at])
    folded = np.maximum(matches.folded[: len(found)], matches.folded[at])
    best = max(candidate.score for candidate in found) or TINY
    columns = {
        "passage": [candidate.score / best for candidate in found],
        "folded": folded @ weights,
        "soft": soft @ weights,
        "own": matches.soft[: len(found)] @ weights,
        "missing": ((1 - soft) * weights).max(axis=1) / max(float(weights.max()), TINY),
        "dense": texts.documents([candidate.text for candidate in found]) @ texts.question(query.question.text),
    }
    return np.array([columns[name] for name in NAMES], dtype=np.float32).T


@functools.lru_cache(maxsize=1 << 13)
def _compared(text: str) -> Words:
    return compared(word_texts(text))
