"""Which passages come near a question: three searches, fused by their ranks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.records import Chunk
from index.stores import ACCENTED, FOLDED, Snapshot
from index.text import fold, pairs
from qa.match import TextVectors
from qa.question import Query, QueryKind

DEPTH = 50
"""Hits taken of each search."""
RANK_OFFSET = 10
"""The k of reciprocal rank fusion (Cormack et al. 2009, https://doi.org/10.1145/1571941.1572114)."""


class Weights(NamedTuple):
    """How much each search counts."""

    dense: float
    accented: float
    folded: float


WEIGHTS: dict[QueryKind, Weights] = {
    "accented": Weights(dense=0.6, accented=1.0, folded=0.4),
    "bare": Weights(dense=0.6, accented=0.3, folded=1.0),
    "foreign": Weights(dense=1.0, accented=0.5, folded=0.3),
}
"""By kind of question: Vietnamese with accents, Vietnamese without, another language."""


class Found(NamedTuple):
    """A passage with its fused score."""

    chunk: Chunk
    score: float


def retrieve(
    query: Query, snapshot: Snapshot, texts: TextVectors, count: int, selection: Sequence[int] | None = None
) -> list[Found]:
    """The `count` passages nearest to a question, best first."""
    weights = WEIGHTS[query.kind]
    vector = texts.question(query.question.text)
    terms = _terms(query)
    bare = [fold(term) for term in terms]
    scores: dict[int, float] = {}
    for weight, hits in (
        (weights.dense, snapshot.nearest(vector, DEPTH, selection)),
        (weights.accented, snapshot.matching(ACCENTED, terms, DEPTH, selection)),
        (weights.folded, snapshot.matching(FOLDED, bare, DEPTH, selection)),
    ):
        for rank, hit in enumerate(hits, 1):
            scores[hit.chunk] = scores.get(hit.chunk, 0.0) + weight / (RANK_OFFSET + rank)
    best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[:count]
    return [Found(chunk, scores[chunk.id]) for chunk in snapshot.chunks(best)]


def _terms(query: Query) -> list[str]:
    """The content words and the pairs of words that stand side by side in the question."""
    wanted = [query.words[i].text for i in query.content]
    everything = [word.text for word in query.words]
    beside = [pair for i, pair in enumerate(pairs(everything)) if not query.asked & {i, i + 1}]
    return list(dict.fromkeys(wanted + beside))
