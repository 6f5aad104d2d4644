"""The search for near vectors beyond the rows that are all compared: against comparing them all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from index.stores import Vectors
from index.stores.local.vectors import Rows, VectorIndex, search
from index.stores.local.vectors.quantise import coded

ROWS, DIMENSIONS = 6000, 64


@pytest.fixture(scope="module")
def drawn() -> Vectors:
    found = np.random.default_rng(3).normal(size=(ROWS, DIMENSIONS)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def rows(drawn: Vectors) -> Rows:
    """Every second number is a chunk's."""
    return Rows(np.arange(0, 2 * ROWS, 2, dtype=np.uint32), *coded(drawn))


@pytest.fixture(autouse=True)
def scanning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan looks at a fraction of the rows."""
    monkeypatch.setattr(search, "LEAST_COMPARED", 300)
    monkeypatch.setattr(search, "FEW_SELECTED", 100)


def nearest(drawn: Vectors, question: Vectors, among: Sequence[int]) -> list[int]:
    """The twenty nearest chunks among some, by comparing all."""
    return sorted(among, key=lambda chunk: -float(drawn[chunk // 2] @ question))[:20]


def share_found(index: VectorIndex, drawn: Vectors, among: Sequence[int], selection: Sequence[int] | None) -> float:
    found = []
    for question in drawn[:40]:
        hits = index.nearest(question, 20, selection)
        assert len(hits) == 20
        assert {hit.chunk for hit in hits} <= set(among)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        found.append(len({hit.chunk for hit in hits} & set(nearest(drawn, question, among))) / 20)
    return float(np.mean(found))


def test_a_scan_finds_what_comparing_all_finds(drawn: Vectors, rows: Rows) -> None:
    everything = range(0, 2 * ROWS, 2)
    assert share_found(VectorIndex(rows), drawn, everything, None) > 0.85


@pytest.mark.parametrize("every", [4, 40, 300])
def test_a_selection_is_kept_to_however_large_it_is(drawn: Vectors, rows: Rows, every: int) -> None:
    selection = list(range(0, 2 * ROWS, every))
    assert share_found(VectorIndex(rows), drawn, selection, [*selection, 1, 3, 10 * ROWS]) > 0.85


def test_chunks_that_are_gone_are_not_found(drawn: Vectors, rows: Rows) -> None:
    gone = list(range(0, 2 * ROWS, 6))
    there = sorted(set(range(0, 2 * ROWS, 2)) - set(gone))
    assert share_found(VectorIndex(rows, gone), drawn, there, None) > 0.85
    assert VectorIndex(rows, gone).nearest(drawn[0], 5, gone) == []


def test_when_all_the_nearest_are_gone_others_are_found(drawn: Vectors, rows: Rows) -> None:
    question = drawn[0]
    gone = sorted(range(0, 2 * ROWS, 2), key=lambda chunk: -float(drawn[chunk // 2] @ question))[: ROWS - 50]
    hits = VectorIndex(rows, gone).nearest(question, 40, None)
    assert len(hits) == 40
    assert not {hit.chunk for hit in hits} & set(gone)
