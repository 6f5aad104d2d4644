"""Which passages come near a question: three searches, fused by their ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.records import Chunk, Hit
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
    best = fuse(query, searches(query, snapshot, texts, selection=selection))[:count]
    return [
        Found(chunk, hit.score) for chunk, hit in zip(snapshot.chunks([hit.chunk for hit in best]), best, strict=True)
    ]


def searches(
    query: Query, snapshot: Snapshot, texts: TextVectors, depth: int = DEPTH, selection: Sequence[int] | None = None
) -> dict[str, list[Hit]]:
    """The first `depth` hits of each search, best first, by the names of `Weights`."""
    terms = _terms(query)
    bare = [fold(term) for term in terms]
    return {
        "dense": snapshot.nearest(texts.question(query.question.text), depth, selection),
        "accented": snapshot.matching(ACCENTED, terms, depth, selection),
        "folded": snapshot.matching(FOLDED, bare, depth, selection),
    }


def fuse(query: Query, found: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """Every chunk that a search found, best first; its score is the sum of what each search's rank is worth."""
    scores: dict[int, float] = {}
    for search, weight in WEIGHTS[query.kind]._asdict().items():
        for rank, hit in enumerate(found[search], 1):
            scores[hit.chunk] = scores.get(hit.chunk, 0.0) + weight / (RANK_OFFSET + rank)
    return [Hit(chunk, scores[chunk]) for chunk in sorted(scores, key=lambda chunk: (-scores[chunk], chunk))]


def _terms(query: Query) -> list[str]:
    """The content words and the pairs of words that stand side by side in the question."""
    wanted = [query.words[i].text for i in query.content]
    everything = [word.text for word in query.words]
    beside = [pair for i, pair in enumerate(pairs(everything)) if not query.asked & {i, i + 1}]
    return list(dict.fromkeys(wanted + beside))
