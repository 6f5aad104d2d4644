"""The vector index: every vector compared while they are few; beyond, a quick scan of short codes, its best compared.

The codes are product quantised to four bits for four dimensions and scanned by registers (André et al. 2017,
https://arxiv.org/abs/1704.07355). On 737,912 chunks of news the 50 nearest are found to 99.5 % in a twelfth of the
time, inverted lists found 94 % (`bench/LOG.md`), and unlike a graph nothing has to be built anew when chunks go.

Files: `vectors.faiss`, `ids.npy` and, when they are many, `codes.faiss` are written once. A later generation may share
them and add `newer.faiss` and `newer.npy`, the chunks since, and `gone.npy`, the chunks that are no longer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from index.records import Hit
from index.stores import Vectors

VECTORS_FILE, IDS_FILE, CODES_FILE = "vectors.faiss", "ids.npy", "codes.faiss"
NEWER_FILE, NEWER_IDS_FILE, GONE_FILE = "newer.faiss", "newer.npy", "gone.npy"
WRITTEN_ONCE = (VECTORS_FILE, IDS_FILE, CODES_FILE)
EXACT = 20_000
"""Chunks up to which each is compared; it takes 4 ms then."""
SAMPLE = 20_000
"""Vectors from which the codes are learned."""
COMPARED = 10
"""Vectors that are compared for each one that is wanted."""

Ids = npt.NDArray[np.int64]

# One question gains nothing from a second OpenMP thread, and a server has its own threads.
faiss.omp_set_num_threads(1)


class Part(NamedTuple):
    """Unit vectors, float16 as they are stored, and the chunk of each; codes where they are many."""

    ids: Ids
    vectors: faiss.Index
    codes: faiss.Index | None = None

    def best(self, vector: Vectors, count: int) -> list[Hit]:
        """The chunks of highest inner product."""
        index = self.vectors
        if self.codes is not None:
            index = faiss.IndexRefine(self.codes, self.vectors)
            index.k_factor = COMPARED
        return self._hits(*index.search(vector[None, :], min(count, len(self.ids))))

    def best_of(self, vector: Vectors, count: int, selection: Ids) -> list[Hit]:
        """The chunks of a selection with the highest inner product."""
        chosen = np.flatnonzero(np.isin(self.ids, selection))
        only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(chosen))  # type: ignore[call-arg]  # set by faiss itself
        return self._hits(*self.vectors.search(vector[None, :], count, params=only))

    def _hits(self, scores: Vectors, rows: Ids) -> list[Hit]:
        return [
            Hit(int(self.ids[row]), float(score)) for score, row in zip(scores[0], rows[0], strict=True) if row >= 0
        ]


class VectorIndex:
    """The vectors of a generation: those that were written at once, those that came later, without those that went."""

    def __init__(self, first: Part, newer: Part | None = None, gone: Ids | None = None) -> None:
        self._parts = [part for part in (first, newer) if part is not None and len(part.ids)]
        self.gone = frozenset(map(int, gone)) if gone is not None else frozenset[int]()
        """Chunks that are no longer there."""
        self._first, self._newer = first, newer

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None) -> list[Hit]:
        """The chunks of highest inner product, of all or of a selection."""
        if selection is not None:
            chosen = np.array([id_ for id_ in selection if id_ not in self.gone], dtype=np.int64)
            found = [part.best_of(vector, count, chosen) for part in self._parts]
        else:
            found = [self._best(part, vector, count) for part in self._parts]
        if len(found) == 1:
            return found[0]
        return sorted((hit for hits in found for hit in hits), key=lambda hit: -hit.score)[:count]

    def _best(self, part: Part, vector: Vectors, count: int) -> list[Hit]:
        """The best of a part that are still there; more are looked at until there are enough."""
        wanted = count
        while True:
            hits = part.best(vector, wanted)
            there = [hit for hit in hits if hit.chunk not in self.gone]
            if len(there) >= count or wanted >= len(part.ids):
                return there[:count]
            wanted *= 2

    def save(self, folder: Path) -> None:
        """Write the files that `open_vectors` reads; those that are written once and stand there are left."""
        if not (folder / VECTORS_FILE).exists():
            np.save(folder / IDS_FILE, self._first.ids)
            faiss.write_index(self._first.vectors, str(folder / VECTORS_FILE))
            if self._first.codes is not None:
                faiss.write_index(self._first.codes, str(folder / CODES_FILE))
        if self._newer is not None:
            np.save(folder / NEWER_IDS_FILE, self._newer.ids)
            faiss.write_index(self._newer.vectors, str(folder / NEWER_FILE))
            np.save(folder / GONE_FILE, np.array(sorted(self.gone), dtype=np.int64))


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
        return VectorIndex(Part(self._known(), self._vectors, codes))

    def finish_behind(self, folder: Path, gone: Iterable[int]) -> VectorIndex:
        """The index of what stands in a folder without what is gone, and of all that was added."""
        first = _first(folder)
        return VectorIndex(first, Part(self._known(), self._vectors), np.array(sorted(gone), dtype=np.int64))

    def _known(self) -> Ids:
        return np.array(self._ids, dtype=np.int64)


def open_vectors(folder: Path) -> VectorIndex:
    """Open what `VectorIndex.save` wrote; the vectors stay on disk and are mapped.

    Raises:
        RuntimeError, ValueError, OSError: a file is missing or is none of these.
    """
    first = _first(folder)
    if not (folder / NEWER_FILE).exists():
        return VectorIndex(first)
    newer = Part(np.load(folder / NEWER_IDS_FILE, allow_pickle=False), faiss.read_index(str(folder / NEWER_FILE)))
    return VectorIndex(first, newer, np.load(folder / GONE_FILE, allow_pickle=False))


def first_ids(folder: Path) -> Ids:
    """The chunks whose vectors were written at once.

    Raises:
        ValueError, OSError: the file is missing or none of these.
    """
    return np.asarray(np.load(folder / IDS_FILE, allow_pickle=False), dtype=np.int64)


def _first(folder: Path) -> Part:
    """What was written at once; the vectors are mapped."""
    vectors = faiss.read_index(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
    codes = faiss.read_index(str(folder / CODES_FILE)) if (folder / CODES_FILE).exists() else None
    return Part(first_ids(folder), vectors, codes)


def _codes(vectors: faiss.Index) -> faiss.Index:
    """Four bits for every four dimensions, learned from a sample."""
    parts = next(vectors.d // each for each in (4, 2, 1) if vectors.d % each == 0)
    codes = faiss.IndexPQFastScan(vectors.d, parts, 4, faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(0).choice(vectors.ntotal, min(SAMPLE, vectors.ntotal), replace=False)
    codes.train(vectors.reconstruct_batch(np.sort(sample)))
    for start in range(0, vectors.ntotal, SAMPLE):
        codes.add(vectors.reconstruct_n(start, min(SAMPLE, vectors.ntotal - start)))
    return codes
