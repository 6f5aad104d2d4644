"""In how many chunks each accented word, and each pair of them, stands: four bytes a term instead of a second index.

Files: `bounds.npy`, `lows.npy`, `counts.npy` and `many.npy` are written once; `changed.npy`, what was added and taken
out since, is added by a later generation. A term is known by its key alone (`terms.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.stores.local.words.terms import KEY_BITS, Counts, Keys, key_of, merged

WRITTEN_ONCE = ("bounds.npy", "lows.npy", "counts.npy", "many.npy")
CHANGED = "changed.npy"
SMALL, LARGE = 8, 16
"""Leading bits of a key that say where its rest is looked for, in a small and in a large table."""
SMALL_TABLE = 1 << 16
"""Terms below which a table is small."""
MANY = 255
"""The count that says that the true one stands in `many.npy`."""
_CHANGE = np.dtype([("key", "<u8"), ("count", "<i4")])


class Table(NamedTuple):
    """Terms and their counts.

    Attributes:
        bounds: [buckets + 1] where the keys of the same leading bits begin and end.
        lows: [terms, 3 or 4] the other bytes of each key, ascending.
        counts: [terms] at most `MANY`.
        many: places and counts of those that are more.
    """

    bounds: npt.NDArray[np.uint32]
    lows: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.uint8]
    many: npt.NDArray[np.void]


class AccentedCounts:
    """The counts of a generation. `changed`: what is to be added to them."""

    def __init__(self, table: Table, changed: npt.NDArray[np.void] | None = None) -> None:
        self._bounds, self._lows, self._counts, self._many = table
        self._bits = len(self._bounds).bit_length() - 1
        self._changed = np.zeros(0, _CHANGE) if changed is None else changed

    def count(self, term: str) -> int:
        """In how many chunks a term stands."""
        key = key_of(term)
        place = int(np.searchsorted(self._changed["key"], key))
        changed = place < len(self._changed) and int(self._changed["key"][place]) == key
        return self._written(key) + (int(self._changed["count"][place]) if changed else 0)

    def _written(self, key: int) -> int:
        low_bits = KEY_BITS - self._bits
        bucket, low = key >> low_bits, key & ((1 << low_bits) - 1)
        start, end = int(self._bounds[bucket]), int(self._bounds[bucket + 1])
        wanted = np.frombuffer(low.to_bytes(self._lows.shape[1], "big"), np.uint8)
        (here,) = np.nonzero((self._lows[start:end] == wanted).all(axis=1))
        if not len(here):
            return 0
        place = start + int(here[0])
        count = int(self._counts[place])
        return count if count < MANY else int(self._many["count"][np.searchsorted(self._many["key"], place)])


class CountsBuilder:
    """Adds up batches in little memory: each is merged with others of its size."""

    def __init__(self) -> None:
        self._parts: list[tuple[Keys, Counts]] = []

    def add(self, keys: Keys, counts: Counts) -> None:
        """Add the terms of a batch; counts may be negative."""
        self._parts.append((keys, counts))
        while len(self._parts) > 1 and len(self._parts[-2][0]) < 2 * len(self._parts[-1][0]):
            self._parts[-2:] = [merged(self._parts[-2:])]

    def total(self) -> tuple[Keys, Counts]:
        """All batches together, without terms that stand nowhere."""
        keys, counts = merged(self._parts)
        return keys[counts != 0], counts[counts != 0]


def table_of(keys: Keys, counts: Counts) -> Table:
    """The table of ascending keys and their counts."""
    bits = SMALL if len(keys) < SMALL_TABLE else LARGE
    low_bits = np.uint64(KEY_BITS - bits)
    bounds = np.searchsorted(keys >> low_bits, np.arange((1 << bits) + 1, dtype=np.uint64)).astype("<u4")
    lows = (keys & ((np.uint64(1) << low_bits) - np.uint64(1))).astype(">u8").view(np.uint8).reshape(-1, 8)
    many = np.flatnonzero(counts >= MANY)
    return Table(
        bounds,
        np.ascontiguousarray(lows[:, 8 - int(low_bits) // 8 :]),
        np.minimum(counts, MANY).astype(np.uint8),
        _changes(many.astype(np.uint64), counts[many]),
    )


def save_table(folder: Path, table: Table) -> None:
    """Write the files that are written once."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: tuple[npt.NDArray[Any], ...] = table
    for name, array in zip(WRITTEN_ONCE, arrays, strict=True):
        np.save(folder / name, array)


def open_counts(folder: Path) -> AccentedCounts:
    """Open the files of a folder; the large ones are mapped.

    Raises:
        ValueError, OSError: one is missing or none of these.
    """
    table = Table(*(np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in WRITTEN_ONCE))
    changed = folder / CHANGED
    return AccentedCounts(table, np.load(changed, allow_pickle=False) if changed.exists() else None)


def save_changed(folder: Path, before: Path, keys: Keys, counts: Counts) -> None:
    """Write what changed since the files that are written once: what had before, and this."""
    earlier = np.load(before / CHANGED, allow_pickle=False) if (before / CHANGED).exists() else np.zeros(0, _CHANGE)
    together = merged([(earlier["key"].astype(np.uint64), earlier["count"].astype(np.int64)), (keys, counts)])
    np.save(folder / CHANGED, _changes(together[0][together[1] != 0], together[1][together[1] != 0]))


def _changes(keys: Keys, counts: Counts) -> npt.NDArray[np.void]:
    found = np.zeros(len(keys), _CHANGE)
    found["key"], found["count"] = keys, counts
    return found
