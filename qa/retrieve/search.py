"""Which passages come near a question: three searches, fused by shares, and the nearest then compared word by word.

Ranks alone don't say how good a first hit is, and scores of different searches don't compare. So each score is first
made a share of what the question could reach at most: a cosine is one already, BM25 is divided by what a passage full
of all the question's words would have. How far the words are to be trusted depends on how many of them the collection
holds: of a question in another language few, and then its vector decides.

A passage's vector knows its subject and not its words. So the passages that come out first are compared with the
question once more, each question word with the nearest word or phrase of the passage (`qa.retrieve.match`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from index.records import Chunk, Hit
from index.stores import FOLDED, Snapshot
from index.text import fold, pairs
from qa.query import Query
from qa.retrieve.copies import Apart, Copies, words_of
from qa.retrieve.match import Words, rarity, word_fit, word_weights
from qa.retrieve.vectors import TextVectors, WordVectors
from qa.stages import stage

DEPTH = 100
"""Hits taken of each search."""
COMPARED = 32
"""Passages that are compared word by word."""
MOST_BM25 = 2.2
"""What a word can add to a BM25 score, in units of its rarity: k1 + 1, with the k1 of tantivy."""
WEIGHTS_FILE = Path(__file__).with_name("fusion.json")

Scores = npt.NDArray[np.float64]


class Shares(NamedTuple):
    """What each chunk reached.

    Attributes:
        chunks: ids, rising.
        dense: float64 [chunks], the cosines.
        lexical: float64 [chunks], means of the share of the words and of the share of the pairs.
    """

    chunks: list[int]
    dense: Scores
    lexical: Scores


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each share counts.

    Attributes:
        dense: cosine of the vectors.
        lexical: BM25 of the words, and of the pairs of neighbouring words.
        fit: similarity of the nearest words, weighted by their rarity.
    """

    dense: float
    lexical: float
    fit: float


class Mixture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights for a question all of whose words the collection holds, and for one of which it holds none."""

    known: Weights
    unknown: Weights


class Fusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fitted weights of `fusion.json`, for questions that tell ma from má and for others, and who made them."""

    made_by: str
    weights: dict[Literal["accented", "bare"], Mixture]


class Found(NamedTuple):
    """A passage with its fused score."""

    chunk: Chunk
    score: float


class Nearest(NamedTuple):
    """The passages nearest to a question, best first, no two of them the same, and the copies of them."""

    found: list[Found]
    copies: Copies


@functools.cache
def fusion() -> Fusion:
    """The weights that ship with hoidap."""
    return msgspec.json.decode(WEIGHTS_FILE.read_bytes(), type=Fusion)


class Searcher:
    """All searches of one generation, fused, and the nearest passages compared word by word."""

    def __init__(self, snapshot: Snapshot, texts: TextVectors, vectors: WordVectors) -> None:
        self._snapshot, self._texts, self._vectors = snapshot, texts, vectors

    def ranked(self, query: Query, selection: Sequence[int] | None = None) -> list[Hit]:
        """Every passage that a search found, best first: the `COMPARED` nearest by all that is known, then the others.

        Copies of a passage count as one and stand behind it.
        """
        return self._ranked(query, COMPARED, selection)[0]

    def nearest(self, query: Query, count: int, selection: Sequence[int] | None = None) -> Nearest:
        """The `count` nearest passages that say different things, as far as the searches found so many."""
        hits, apart = self._ranked(query, max(count, COMPARED), selection)
        firsts = {chunk.id: chunk for chunk in apart.firsts}
        found = [Found(firsts[hit.chunk], hit.score) for hit in hits if hit.chunk in firsts]
        return Nearest(found[:count], apart.copies)

    def _ranked(self, query: Query, count: int, selection: Sequence[int] | None) -> tuple[list[Hit], Apart]:
        """All hits, best first, of which so many were looked at that `count` passages are told apart."""
        weights = weights_for(query, known_share(query, self._snapshot))
        found = searches(query, self._snapshot, self._texts, selection=selection)
        hits = fuse(shares(query, self._snapshot, found), weights)
        with stage("passages"):
            apart = _told_apart(self._snapshot, hits, count)
        near = apart.firsts[:COMPARED]
        with stage("compare"):
            fits = fit(query, self._snapshot, self._vectors, near)
        fused = {hit.chunk: hit.score for hit in hits}
        scores = np.array([fused[chunk.id] for chunk in near]) + weights.fit * fits
        compared = _with_copies(_sorted([chunk.id for chunk in near], scores), apart)
        done = {hit.chunk for hit in compared}
        others = [Hit(hit.chunk, min(hit.score, compared[-1].score)) for hit in hits if hit.chunk not in done]
        return compared + others, apart


def _with_copies(hits: Sequence[Hit], apart: Apart) -> list[Hit]:
    """Hits, each before the copies of its passage."""
    return [
        Hit(chunk, hit.score)
        for hit in hits
        for chunk in (hit.chunk, *(copy.id for copy in apart.copies.get(hit.chunk, ())))
    ]


def _told_apart(snapshot: Snapshot, hits: Sequence[Hit], count: int) -> Apart:
    """The first passages, until `count` of them repeat none before them."""
    apart = Apart()
    looked = 0
    while looked < len(hits) and (missing := count - len(apart.firsts)) > 0:
        for chunk in snapshot.chunks([hit.chunk for hit in hits[looked : looked + missing]]):
            apart.add(chunk)
        looked += missing
    return apart


def passages(snapshot: Snapshot, hits: Sequence[Hit]) -> list[Found]:
    """The passages of these hits, in their order."""
    chunks = snapshot.chunks([hit.chunk for hit in hits])
    return [Found(chunk, hit.score) for chunk, hit in zip(chunks, hits, strict=True)]


def searches(
    query: Query, snapshot: Snapshot, texts: TextVectors, depth: int = DEPTH, selection: Sequence[int] | None = None
) -> dict[str, list[Hit]]:
    """The first `depth` hits of each search, best first: `dense` vectors, `words` and `pairs` of words without accents.

    Accents tell words apart in `fit`; searched with them, a passage found nothing more.
    """
    with stage("vectors"):
        dense = snapshot.nearest(texts.question(query.question.text), depth, selection)
    with stage("words"):
        return {
            "dense": dense,
            "words": snapshot.matching(FOLDED, _words(query), depth, selection),
            "pairs": snapshot.matching(FOLDED, _pairs(query), depth, selection),
        }


def shares(query: Query, snapshot: Snapshot, found: Mapping[str, Sequence[Hit]]) -> Shares:
    """Of every chunk that a search found, what it reached of the most that it could.

    Where a search was cut off before it came to the chunk, the chunk gets what the last one got, the most it can have.
    """
    chunks = sorted({hit.chunk for hits in found.values() for hit in hits})
    most = {"words": _most(_words(query), snapshot), "pairs": _most(_pairs(query), snapshot), "dense": 1.0}
    reached = {name: _reached(hits, chunks) / most[name] for name, hits in found.items()}
    return Shares(chunks, reached["dense"], (reached["words"] + reached["pairs"]) / 2)


def fuse(found: Shares, weights: Weights) -> list[Hit]:
    """The chunks, best first; a chunk's score is the weighted sum of its shares."""
    return _sorted(found.chunks, weights.dense * found.dense + weights.lexical * found.lexical)


def fit(query: Query, snapshot: Snapshot, vectors: WordVectors, chunks: Sequence[Chunk]) -> Scores:
    """Float64 [chunks]: how near their nearest words come to the question's, weighted by rarity, 0 to 1."""
    if not query.content or not chunks:
        return np.zeros(len(chunks))
    weights = word_weights(query, snapshot, vectors).astype(np.float64)
    fits = word_fit(query, [_words_with_title(chunk) for chunk in chunks], vectors)
    return np.asarray(fits @ weights / weights.sum())


def _words_with_title(chunk: Chunk) -> Words:
    title, text = words_of(chunk.title), words_of(chunk.text)
    return Words(title.normal + text.normal, title.folded + text.folded)


def known_share(query: Query, snapshot: Snapshot) -> float:
    """Share of the question's words, weighted by rarity, that the collection holds."""
    frequencies = snapshot.document_frequencies(FOLDED, _words(query))
    rarities = [rarity(frequency, snapshot.chunk_count) for frequency in frequencies]
    known = sum(rare for rare, frequency in zip(rarities, frequencies, strict=True) if frequency)
    return known / max(sum(rarities), TINY)


def weights_for(query: Query, known: float) -> Weights:
    """The weights for a question of whose words the collection holds this share."""
    mixture = fusion().weights["accented" if query.accented else "bare"]
    mixed = known * _row(mixture.known) + (1 - known) * _row(mixture.unknown)
    return Weights(*map(float, mixed))


TINY = 1e-9
"""What is divided by at least."""


def _row(weights: Weights) -> Scores:
    """Weights in the order of their names."""
    return np.array(msgspec.structs.astuple(weights))


def _sorted(chunks: Sequence[int], scores: Scores) -> list[Hit]:
    """Hits by falling score, equal ones in their order."""
    return [Hit(chunks[row], float(scores[row])) for row in np.argsort(-scores, kind="stable")]


def _reached(hits: Sequence[Hit], chunks: Sequence[int]) -> Scores:
    """Scores [chunks] of one search, at least 0: no share takes from another."""
    least = hits[-1].score if len(hits) >= DEPTH else 0.0
    reached = {hit.chunk: hit.score for hit in hits}
    return np.maximum(np.array([reached.get(chunk, least) for chunk in chunks], dtype=np.float64), 0.0)


def _most(terms: Sequence[str], snapshot: Snapshot) -> float:
    """The BM25 score that no passage can pass: all the terms, each as often as may be."""
    frequencies = snapshot.document_frequencies(FOLDED, terms)
    return max(MOST_BM25 * sum(rarity(frequency, snapshot.chunk_count) for frequency in frequencies), TINY)


def _words(query: Query) -> list[str]:
    """The content words without accents, each once; of those with another form the words of that too."""
    other = {i for form in query.others for i in form.positions}
    latin = (i for i in query.content if i not in other or query.words[i].text.isascii())
    own = [fold(query.words[i].text) for i in latin]
    return list(dict.fromkeys([*own, *(word for form in query.others for word in form.folded)]))


def _pairs(query: Query) -> list[str]:
    """The pairs of words that stand side by side in the question, without accents, each once."""
    folded = [fold(word.text) for word in query.words]
    own = [pair for i, pair in enumerate(pairs(folded)) if not query.asked & {i, i + 1}]
    other = (pair for form in query.others for pair in pairs(form.folded))
    return list(dict.fromkeys([*own, *other]))
