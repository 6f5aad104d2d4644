"""What the word index holds of texts: folded terms to search for, and how many texts hold each accented one.

This is the work that other processes share, so nothing heavy is imported here.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.text import folded_terms, word_texts

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

KEY_BITS = 40
"""Bits of the key of a term: among four million terms some eight share theirs with another one."""
_PLACE_BITS = 24
_MASK = (1 << 64) - 1


class Terms(NamedTuple):
    """What the texts of a batch hold.

    Attributes:
        folded: of each text its folded terms between blanks: words, then pairs of neighbours.
        keys: of the accented terms, words and pairs, ascending.
        counts: in how many of the texts each stands.
    """

    folded: list[str]
    keys: Keys
    counts: Counts


def terms(texts: Sequence[str]) -> Terms:
    """The terms of texts; at most 16 million at a time."""
    found = [word_texts(text) for text in texts]
    folded = [" ".join(folded_terms(words)) for words in found]
    held = [_keys(words) for words in found]
    places = np.repeat(np.arange(len(held), dtype=np.uint64), [len(keys) for keys in held])
    joined = np.concatenate([np.zeros(0, np.uint64), *held])
    # A term counts once a text: the key above, the text below, and each such number once.
    both = np.sort((joined << np.uint64(_PLACE_BITS)) | places)
    once = both[_firsts(both)] >> np.uint64(_PLACE_BITS)
    return Terms(folded, *summed(once, np.ones(len(once), np.int64)))


def summed(keys: Keys, counts: Counts) -> tuple[Keys, Counts]:
    """Each of some ascending keys once, its counts together."""
    first = _firsts(keys)
    return keys[first], np.add.reduceat(counts, first) if len(first) else counts


def _firsts(keys: Keys) -> npt.NDArray[np.intp]:
    """Where each of some ascending keys stands first."""
    return np.flatnonzero(np.concatenate([np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1]]))


def merged(parts: Sequence[tuple[Keys, Counts]]) -> tuple[Keys, Counts]:
    """Counts of several batches together."""
    keys = np.concatenate([np.zeros(0, np.uint64), *(part[0] for part in parts)])
    counts = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in parts)])
    order = np.argsort(keys, kind="stable")
    return summed(keys[order], counts[order])


def key_of(term: str) -> int:
    """The key of a word, or of a pair of words joined by "_"."""
    return int(_keys(term.split("_", 1))[-1])


def _keys(words: list[str]) -> Keys:
    """The keys of words, then of pairs of neighbours."""
    hashes = np.array(list(map(_hash, words)), dtype=np.uint64)
    pairs = hashes[:-1] * np.uint64(0x9E3779B97F4A7C15) + hashes[1:] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = np.concatenate([hashes, pairs ^ (pairs >> np.uint64(29))])
    # The last step of splitmix64 (Steele et al. 2014, https://doi.org/10.1145/2660193.2660195).
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(mixed >> np.uint64(64 - KEY_BITS), dtype=np.uint64)


@functools.lru_cache(maxsize=1 << 17)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
