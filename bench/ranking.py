"""How well the passages are found: the rank lists of every search against the judged files, by ir-measures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import ir_measures

from bench.gold import GoldQuestion
from index.stores import Snapshot
from qa.query import Query
from qa.retrieve.search import Searcher, searches
from qa.retrieve.vectors import TextVectors, WordVectors

DEPTH = 300
"""Passages looked at of each single search; the fused list has what the product's own depth gives it."""
FUSED = "fused"
"""What the product uses: all searches together, the nearest compared word by word."""
MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10", "Success@1", "Success@5", "Success@10")
"""By the names of ir-measures (https://ir-measur.es): R@k is the share of the relevant files among the first k."""


def ranked_chunks(query: Query, snapshot: Snapshot, texts: TextVectors, vectors: WordVectors) -> dict[str, list[int]]:
    """Ids of the passages that each search finds, best first, and as the product ranks them all."""
    found = searches(query, snapshot, texts, DEPTH)
    ranked = {**found, FUSED: Searcher(snapshot, texts, vectors).ranked(query)}
    return {name: [hit.chunk for hit in hits] for name, hits in ranked.items()}


def sources_of(chunks: Sequence[int], source_of: Mapping[int, str]) -> list[str]:
    """The files of ranked passages, each at its best passage's rank."""
    return list(dict.fromkeys(source_of[chunk] for chunk in chunks))


def rank_of(wanted: Collection[int], chunks: Sequence[int]) -> int | None:
    """The rank from 1 of the first wanted passage; None when it was not found."""
    return next((rank for rank, chunk in enumerate(chunks, 1) if chunk in wanted), None)


def ranking_measures(questions: Sequence[GoldQuestion], rankings: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """Every measure of every question's ranked files; a question for which nothing was found scores 0."""
    judged = {str(row): dict(question.relevance) for row, question in enumerate(questions)}
    run = {
        str(row): {source: 1 / rank for rank, source in enumerate(ranking, 1)} for row, ranking in enumerate(rankings)
    }
    result = [dict.fromkeys(MEASURES, 0.0) for _ in questions]
    if questions:
        for metric in ir_measures.iter_calc([ir_measures.parse_measure(name) for name in MEASURES], judged, run):
            result[int(metric.query_id)][str(metric.measure)] = float(metric.value)
    return result
