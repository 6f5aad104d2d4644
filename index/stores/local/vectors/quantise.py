"""Unit vectors in seven bits a dimension: a code of one bit that is scanned quickly, and six more of what it leaves.

A vector is turned by a fixed rotation, after which every four of its numbers look like four draws of a normal
distribution, whatever the embedder. So one code book serves all, nothing is learned from a collection, and a vector
that comes later is coded like the first. (The rotation is Hadamard's, as in QuIP#, https://arxiv.org/abs/2402.04396;
the scale that leaves a product unbiased is RaBitQ's, https://arxiv.org/abs/2405.12497.) What it costs: `bench/LOG.md`.
"""

from __future__ import annotations

import functools
import random
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from index.stores.protocol import Vectors

Bytes = npt.NDArray[np.uint8]

CENTRES = np.array(
    [
        [-1.34, 0.12, 0.16, 1.03],
        [-0.93, 0.11, 1.25, -0.70],
        [0.46, -0.70, 0.06, 1.48],
        [-0.63, -1.43, 0.62, 0.18],
        [-0.40, 1.66, 0.08, 0.09],
        [0.45, 0.60, -1.28, -0.83],
        [-0.06, -0.89, -0.14, -1.45],
        [-1.34, 0.35, -0.61, -0.76],
        [0.12, 0.53, 1.37, 0.84],
        [-0.63, -0.98, -1.23, 0.21],
        [1.04, -0.73, 1.11, -0.27],
        [1.43, 0.80, 0.01, 0.45],
        [0.00, 0.01, 0.00, 0.00],
        [0.62, 0.80, 0.57, -1.25],
        [1.22, -0.90, -0.77, -0.08],
        [-0.01, 0.64, -1.19, 1.05],
    ],
    dtype=np.float32,
)
"""Sixteen points for four draws of a normal distribution: k-means over a million of them, 0.34 of the variance off."""
STEPS = 64
"""Levels of what the code leaves: six bits."""
HEAD = 4
"""Bytes before them: a factor and the width of a step, each float16."""
BLOCK = 8
"""Numbers that one step of the rotation mixes; a vector is padded to a multiple of it."""
ROUNDS = 4
"""Steps of the rotation: three mix 512 numbers, one more is to spare."""


class Coded(NamedTuple):
    """Vectors as they are stored, a row each.

    Attributes:
        codes: [vectors, width / 8], four bits for every four numbers, as FAISS packs them.
        rests: [vectors, 4 + width * 3 / 4], the two float16, then the high four and the low two bits of each number.
    """

    codes: Bytes
    rests: Bytes


def width_of(dimensions: int) -> int:
    """Numbers of a vector as it is coded."""
    return -(-dimensions // BLOCK) * BLOCK


def code_bytes(dimensions: int) -> int:
    """Bytes of the code of a vector."""
    return width_of(dimensions) // 8


def rest_bytes(dimensions: int) -> int:
    """Bytes of what its code leaves of a vector."""
    return HEAD + width_of(dimensions) * 3 // 4


def turned(vectors: Vectors) -> Vectors:
    """Vectors [.., dimensions] rotated, [.., width]."""
    return np.asarray(vectors @ _rotation(vectors.shape[-1]), dtype=np.float32)


def coded(vectors: Vectors) -> Coded:
    """Vectors [vectors, dimensions] of unit length, or of zeros, as they are stored."""
    # Half precision first: a build that was taken up from what a killed one left codes the same numbers.
    straight = turned(vectors.astype(np.float16).astype(np.float32))
    codes = _quantiser(straight.shape[1]).compute_codes(straight)
    near = _centres_of(codes)
    left = straight - near
    steps = (np.abs(left).max(axis=1, initial=1e-6) * (2 / STEPS)).astype(np.float16)
    levels = np.clip(np.floor(left / steps[:, None].astype(np.float32)) + STEPS // 2, 0, STEPS - 1)
    made = near + (levels - (STEPS - 1) / 2) * steps[:, None].astype(np.float32)
    products = np.einsum("ij,ij->i", made, straight)
    factors = np.where(products > 0, np.einsum("ij,ij->i", straight, straight) / np.maximum(products, 1e-12), 0)
    heads = np.stack([factors.astype("<f2"), steps.astype("<f2")], axis=1).view(np.uint8)
    return Coded(codes, np.hstack([heads, _packed(levels.astype(np.uint8))]))


def scores(question: Vectors, codes: Bytes, rests: Bytes) -> Vectors:
    """Inner products [rows] of a question [dimensions] with coded vectors."""
    straight = turned(question)
    width = len(straight)
    places = np.add(codes, np.arange(0, width // 8 * 256, 256), dtype=np.intp)
    products = _table(straight).take(places).sum(axis=1, dtype=np.float32)
    factors, steps = np.ascontiguousarray(rests[:, :HEAD]).view("<f2").astype(np.float32).T
    high, low = rests[:, HEAD : HEAD + width // 2], rests[:, HEAD + width // 2 :]
    half, quarter = width // 2, width // 4
    levels = np.float32(4) * (_product(high >> 4, straight[:half]) + _product(high & 15, straight[half:]))
    for part in range(4):
        levels += _product((low >> (6 - 2 * part)) & 3, straight[part * quarter : (part + 1) * quarter])
    rest = (levels - (STEPS - 1) / 2 * straight.sum()) * steps
    return np.asarray(factors * (products + rest), dtype=np.float32)


def scanner(codes: Bytes) -> faiss.Index:
    """A quick scan of codes for rotated questions; it keeps them in memory, in the order that registers want.

    Source: André et al. 2017, https://arxiv.org/abs/1704.07355.
    """
    width = codes.shape[1] * 8
    plain = faiss.IndexPQ(width, width // 4, 4, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector(_book(width), plain.pq.centroids)
    faiss.copy_array_to_vector(np.ascontiguousarray(codes).ravel(), plain.codes)
    plain.ntotal, plain.is_trained = len(codes), True
    return faiss.IndexPQFastScan(plain)  # type: ignore[arg-type]  # its types lack this one


@functools.lru_cache(maxsize=4)
def _rotation(dimensions: int) -> Vectors:
    """Float32 [dimensions, width]: signs, a shuffle and Hadamard's matrix over blocks, some times over."""
    width = width_of(dimensions)
    drawn = random.Random(width)  # noqa: S311 — the same for everybody
    matrix = np.eye(dimensions, width)
    block = np.ones((1, 1))
    while len(block) < BLOCK:
        block = np.block([[block, block], [block, -block]])
    for _ in range(ROUNDS):
        order = drawn.sample(range(width), width)
        signs = np.array([drawn.choice((-1.0, 1.0)) for _ in range(width)])
        mixed = (matrix[:, order] * signs).reshape(dimensions, -1, BLOCK) @ (block / np.sqrt(BLOCK))
        matrix = mixed.reshape(dimensions, width)
    return matrix.astype(np.float32)


@functools.lru_cache(maxsize=4)
def _quantiser(width: int) -> faiss.ProductQuantizer:
    quantiser = faiss.ProductQuantizer(width, width // 4, 4)
    faiss.copy_array_to_vector(_book(width), quantiser.centroids)
    return quantiser


def _book(width: int) -> Vectors:
    """The centres of every four numbers, one behind the other."""
    return np.tile(_centres(width), (width // 4, 1)).ravel()


def _centres(width: int) -> Vectors:
    """Where the centres lie for vectors of length one."""
    return CENTRES / np.float32(np.sqrt(width))


def _centres_of(codes: Bytes) -> Vectors:
    """The centre that each code names, [vectors, width]."""
    width = codes.shape[1] * 8
    names = np.stack([codes & 15, codes >> 4], axis=2).reshape(len(codes), width // 4)
    return _centres(width)[names].reshape(len(codes), width)


def _table(straight: Vectors) -> Vectors:
    """What each byte of a code adds to the product, [bytes of a code, 256]."""
    width = len(straight)
    parts = straight.reshape(width // 4, 4) @ _centres(width).T
    return (parts[1::2, :, None] + parts[::2, None, :]).reshape(width // 8, 256)


def _packed(levels: Bytes) -> Bytes:
    """Six bits of each number: the high four, two numbers a byte, then the low two, four numbers a byte."""
    high, low = levels >> 2, levels & 3
    half, quarter = levels.shape[1] // 2, levels.shape[1] // 4
    first, second, third, fourth = (low[:, part * quarter : (part + 1) * quarter] for part in range(4))
    return np.hstack([(high[:, :half] << 4) | high[:, half:], (first << 6) | (second << 4) | (third << 2) | fourth])


def _product(levels: npt.NDArray[np.integer], straight: Vectors) -> Vectors:
    return np.asarray(levels.astype(np.float32) @ straight, dtype=np.float32)
