"""Vectors in seven bits a dimension: what comes back is close, and nothing depends on what else is coded."""

from __future__ import annotations

import numpy as np
import pytest

from index.stores import Vectors
from index.stores.local.vectors.quantise import code_bytes, coded, rest_bytes, scanner, scores, turned, width_of


def unit_vectors(count: int, dimensions: int, seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize(("dimensions", "off"), [(1, 0.1), (4, 0.02), (100, 0.008), (384, 0.005), (512, 0.004)])
def test_a_product_is_close_to_the_true_one(dimensions: int, off: float) -> None:
    vectors, questions = unit_vectors(200, dimensions), unit_vectors(20, dimensions, 1)
    found = np.stack([scores(question, *coded(vectors)) for question in questions])
    assert np.abs(found - questions @ vectors.T).max() < off


def test_a_vector_is_as_near_to_itself_as_can_be() -> None:
    vectors = unit_vectors(50, 512)
    assert [float(scores(each, *coded(each[None]))[0]) for each in vectors] == pytest.approx([1.0] * 50, abs=1e-3)


def test_a_row_is_coded_the_same_whatever_stands_beside_it() -> None:
    vectors = unit_vectors(40, 24)
    together = coded(vectors)
    for number, vector in enumerate(vectors):
        alone = coded(vector[None])
        assert np.array_equal(alone.codes[0], together.codes[number])
        assert np.array_equal(alone.rests[0], together.rests[number])


def test_half_precision_before_changes_nothing() -> None:
    vectors = unit_vectors(40, 24)
    halved = coded(vectors.astype(np.float16).astype(np.float32))
    assert all(np.array_equal(one, other) for one, other in zip(coded(vectors), halved, strict=True))


def test_a_vector_of_zeros_is_near_to_nothing() -> None:
    assert scores(unit_vectors(1, 512)[0], *coded(np.zeros((2, 512), np.float32))).tolist() == [0, 0]


def test_rows_have_the_bytes_that_are_said() -> None:
    for dimensions, width in [(1, 8), (8, 8), (9, 16), (512, 512)]:
        made = coded(unit_vectors(3, dimensions))
        assert width_of(dimensions) == width
        assert made.codes.shape == (3, code_bytes(dimensions)) == (3, width // 8)
        assert made.rests.shape == (3, rest_bytes(dimensions)) == (3, 4 + width * 3 // 4)


def test_the_rotation_keeps_lengths_and_angles() -> None:
    vectors = unit_vectors(30, 100)
    assert turned(vectors) @ turned(vectors).T == pytest.approx(vectors @ vectors.T, abs=1e-5)


def test_the_scan_finds_the_nearest_codes() -> None:
    vectors = unit_vectors(3000, 64)
    scan = scanner(coded(vectors).codes)
    for number in range(20):
        _, found = scan.search(turned(vectors[number])[None], 10)
        assert number in found[0]
