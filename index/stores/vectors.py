"""The vector index: every vector compared while they are few; beyond, a quick scan of short codes, its best compared.

The codes are product quantised to four bits for two dimensions and scanned by registers (André et al. 2017,
https://arxiv.org/abs/1704.07355). On 158,530 chunks of news the 50 nearest are found to 99.99 % in a thirtieth of the
time (`bench/LOG.md`), and unlike a graph nothing has to be built anew when chunks go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.records import Hit
from index.stores import Vectors

VECTORS_FILE, IDS_FILE, CODES_FILE = "vectors.faiss", "ids.npy", "codes.faiss"
EXACT = 20_000
"""Chunks up to which each is compared; it takes 4 ms then."""
SAMPLE = 20_000
"""Vectors from which the codes are learned."""
COMPARED = 5
"""Vectors that are compared for each one that is wanted."""

Ids = npt.NDArray[np.int64]

# One question gains nothing from a second OpenMP thread, and a server has its own threads.
faiss.omp_set_num_threads(1)


class VectorIndex:
    """Unit vectors by their chunk: float16 as they are stored, and codes when they are many."""

    def __init__(self, ids: Ids, vectors: faiss.Index, codes: faiss.Index | None) -> None:
        self._ids = ids
        self._vectors = vectors
        self._codes = codes
        self._all = vectors
        if codes is not None:
            self._all = faiss.IndexRefine(codes, vectors)
            self._all.k_factor = COMPARED

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None) -> list[Hit]:
        """The chunks of highest inner product, of all or of a selection."""
        if not len(self._ids):
            return []
        if selection is None:
            scores, rows = self._all.search(vector[None, :], min(count, len(self._ids)))
        else:
            chosen = np.flatnonzero(np.isin(self._ids, np.asarray(selection, dtype=np.int64)))
            only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(chosen))  # type: ignore[call-arg]  # set by faiss itself
            scores, rows = self._vectors.search(vector[None, :], count, params=only)
        return [
            Hit(int(self._ids[row]), float(score)) for score, row in zip(scores[0], rows[0], strict=True) if row >= 0
        ]

    def save(self, folder: Path) -> None:
        """Write the files that `open_vectors` reads."""
        np.save(folder / IDS_FILE, self._ids)
        faiss.write_index(self._vectors, str(folder / VECTORS_FILE))
        if self._codes is not None:
            faiss.write_index(self._codes, str(folder / CODES_FILE))


class VectorIndexBuilder:
    """Collects vectors, a batch at a time."""

    def __init__(self, dimensions: int) -> None:
        kind = faiss.ScalarQuantizer.QT_fp16
        self._vectors = faiss.IndexScalarQuantizer(dimensions, kind, faiss.METRIC_INNER_PRODUCT)
        self._ids: list[int] = []

    def add(self, ids: Iterable[int], vectors: Vectors) -> None:
        """Add unit vectors [chunks, dimensions] and their chunks."""
        self._ids += ids
        self._vectors.add(vectors)

    def finish(self) -> VectorIndex:
        """The index of all that was added."""
        codes = _codes(self._vectors) if len(self._ids) > EXACT else None
        return VectorIndex(np.array(self._ids, dtype=np.int64), self._vectors, codes)


def open_vectors(folder: Path) -> VectorIndex:
    """Open what `VectorIndex.save` wrote; the vectors stay on disk and are mapped.

    Raises:
        RuntimeError, ValueError, OSError: a file is missing or is none of these.
    """
    vectors = faiss.read_index(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
    codes = faiss.read_index(str(folder / CODES_FILE)) if (folder / CODES_FILE).exists() else None
    return VectorIndex(np.load(folder / IDS_FILE, allow_pickle=False), vectors, codes)


def _codes(vectors: faiss.Index) -> faiss.Index:
    """Four bits for every two dimensions, learned from a sample."""
    parts = vectors.d // 2 if vectors.d % 2 == 0 else vectors.d
    codes = faiss.IndexPQFastScan(vectors.d, parts, 4, faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(0).choice(vectors.ntotal, min(SAMPLE, vectors.ntotal), replace=False)
    codes.train(vectors.reconstruct_batch(np.sort(sample)))
    for start in range(0, vectors.ntotal, SAMPLE):
        codes.add(vectors.reconstruct_n(start, min(SAMPLE, vectors.ntotal - start)))
    return codes
