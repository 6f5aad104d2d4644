"""Whether two indexes hold the same: articles, chunks, vectors and words. `hoidap bench build --against INDEX`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import numpy as np

from index.records import Chunk, Filters
from index.stores import ACCENTED, FOLDED, Snapshot, store_at
from index.text import accented_terms, folded_terms, word_texts
from index.workers import batches

ARTICLES_AT_A_TIME = 500
SCORES_TO = 1e-5
"""How far a score may be off: a last bit of half precision that was rounded the other way moves one by 5e-6."""
WORDS_OF = 2000
"""Chunks whose words are counted in both indexes."""
SEARCHED = 200
"""Chunks whose nearest ones, and whose words, are searched for in both."""
NEAREST = 10


def differences(before: str, after: str) -> Iterator[str]:
    """What differs, in words; nothing when both are the same.

    Raises:
        IndexProblem: one of them cannot be opened.
    """
    with closing(store_at(before).snapshot()) as first, closing(store_at(after).snapshot()) as second:
        if first.recipe != second.recipe:
            yield f"recipe: {first.recipe} and {second.recipe}"
            return
        yield from _articles(first, second)
        pairs = list(zip(_chunks(first), _chunks(second), strict=False))
        alike = [pair for pair in pairs if _facts(pair[0]) == _facts(pair[1])]
        if not first.chunk_count == second.chunk_count == len(alike):
            yield f"chunks: {first.chunk_count} and {second.chunk_count}, {len(alike)} of them the same"
            return
        yield from _words(first, second, [one.text for one, _ in alike[:: max(1, len(alike) // WORDS_OF)]])
        yield from _searches(first, second, alike[:: max(1, len(alike) // SEARCHED)])


def _articles(first: Snapshot, second: Snapshot) -> Iterator[str]:
    """Articles that are not in both, or differ in what is known of them or in their text."""
    if first.article_count != second.article_count:
        yield f"articles: {first.article_count} and {second.article_count}"
    for offset in range(0, first.article_count, ARTICLES_AT_A_TIME):
        for summary in first.articles(offset, ARTICLES_AT_A_TIME):
            if first.article(summary.id) != second.article(summary.id):
                yield f"article {summary.source}"


def _chunks(snapshot: Snapshot) -> Iterator[Chunk]:
    """All chunks, by id."""
    for ids in batches(sorted(snapshot.select(Filters())), ARTICLES_AT_A_TIME):
        yield from snapshot.chunks(ids)


def _facts(chunk: Chunk) -> tuple[str, int, int, str, str]:
    return chunk.article, chunk.start, chunk.end, chunk.text, chunk.title


def _words(first: Snapshot, second: Snapshot, texts: list[str]) -> Iterator[str]:
    """Terms that do not stand in as many chunks of both."""
    for field, terms in ((ACCENTED, accented_terms), (FOLDED, folded_terms)):
        found = sorted({term for text in texts for term in terms(word_texts(text))})
        counts = [each.document_frequencies(field, found) for each in (first, second)]
        for term, one, other in zip(found, *counts, strict=True):
            if one != other:
                yield f"{field} {term!r} stands in {one} and in {other} chunks"


def _searches(first: Snapshot, second: Snapshot, pairs: list[tuple[Chunk, Chunk]]) -> Iterator[str]:
    """Searches that give other scores."""
    from index.embed import embedder_named  # noqa: PLC0415 — brings the model

    vectors = embedder_named(first.recipe.embedder).embed_questions([one.text for one, _ in pairs])
    for (one, _), vector in islice(zip(pairs, vectors, strict=True), SEARCHED):
        terms = word_texts(one.text)[:NEAREST]
        for name, hits in (
            ("vectors", [each.nearest(vector, NEAREST) for each in (first, second)]),
            ("words", [each.matching(FOLDED, folded_terms(terms), NEAREST) for each in (first, second)]),
        ):
            scores = [np.array([hit.score for hit in found]) for found in hits]
            if scores[0].shape != scores[1].shape or np.abs(scores[0] - scores[1]).max(initial=0) > SCORES_TO:
                yield f"{name} near chunk {one.id}: {scores[0]} and {scores[1]}"
