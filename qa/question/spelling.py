"""How Vietnamese is spelled: which syllables there are, how often, and which follow which.

General counts from news ship with hoidap; a collection adds its own through the frequencies of its word index, so that
its names are known. `Spelling.likeliest` is the Viterbi path through the readings of each word of a question.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.text import fold

COUNTS_FILE = Path(__file__).parents[1] / "models" / "spelling" / "counts.npz"
MOST_OWN = 6
"""Readings of a word whose neighbours are looked for in the collection."""
OWN = 20.0
"""What a passage of the collection counts beside one place in the general counts."""
UNSEEN = 0.1
"""Share of a word's probability in which its neighbour has no say: "SCO" behind the frequent "nào" is no surprise."""

UNKNOWN = 1 << 15
Scores = npt.NDArray[np.float64]
Frequency = Callable[[str], int]
"""In how many passages of a collection a word, or a pair of neighbours joined by "_", stands."""


class Reading(NamedTuple):
    """What a word may stand for, and the log of how readily that is believed before its neighbours are seen."""

    text: str
    prior: float = 0.0


class Spelling:
    """Counts of syllables and of pairs of neighbours; see `spelling`."""

    def __init__(
        self,
        forms: Sequence[str],
        counts: npt.NDArray[np.int64],
        pairs: npt.NDArray[np.uint32],
        times: npt.NDArray[np.uint16],
    ) -> None:
        self.forms = forms
        """The words, the most frequent first."""
        self._ids = {form: id_ for id_, form in enumerate(forms)}
        self._counts = counts
        self._pairs = pairs.astype(np.int64)
        self._times = times.astype(np.int64)
        self._total = float(counts.sum())
        self._folded: dict[str, list[str]] = {}
        for form in forms:  # the most frequent first
            self._folded.setdefault(fold(form), []).append(form)

    def __contains__(self, word: str) -> bool:
        """Whether a word in its normal form is spelled like one that newspapers use."""
        return word in self._ids

    def id(self, word: str) -> int:
        """The number of a word; of one that is not known one that no pair has."""
        return self._ids.get(word, UNKNOWN)

    def readings(self, folded: str) -> list[str]:
        """The words that are this one without accents, the most frequent first."""
        return self._folded.get(folded, [])

    def begun(self, folded: str, count: int) -> list[str]:
        """The words without accents that begin so, the most frequent first."""
        return list(itertools.islice((word for word in self._folded if word.startswith(folded)), count))

    def likeliest(self, words: Sequence[Sequence[Reading]], own: Frequency = lambda _term: 0) -> list[str]:
        """One reading of each word, so that all together are the likeliest."""
        before = _Column([Reading("")], self, own)
        best = np.zeros(1)
        back = []
        for readings in words:
            column = _Column(readings, self, own)
            steps = best[:, None] + self._follow(before, column, own)
            back.append(steps.argmax(axis=0))
            best = steps.max(axis=0) + [reading.prior for reading in readings]
            before = column
        path = []
        place = int(best.argmax())
        for readings, pointers in zip(reversed(words), reversed(back), strict=True):
            path.append(readings[place].text)
            place = int(pointers[place])
        return path[::-1]

    def count(self, word: str) -> int:
        """How often a word stands in the general counts."""
        return int(self._counts[self._ids[word]]) if word in self._ids else 0

    def pair_count(self, left: str, right: str) -> int:
        """How often two words stand side by side in the general counts."""
        return int(self._together(np.array([(self.id(left) << 16) | self.id(right)]))[0])

    def bond(self, left: str, right: str) -> float:
        """How much two neighbours are one word: normalised pointwise mutual information, 0 (chance) to 1, or less.

        Source: G. Bouma, Normalized (Pointwise) Mutual Information in Collocation Extraction, GSCL 2009.
        """
        if not (together := self.pair_count(left, right)):
            return -1.0
        chance = self.count(left) * self.count(right) / self._total
        return math.log(together / chance) / math.log(self._total / together)

    def _together(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """How often the pairs of these keys stand in the general counts."""
        places = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
        return np.asarray(np.where(self._pairs[places] == keys, self._times[places], 0))

    def _follow(self, left: _Column, right: _Column, own: Frequency) -> Scores:
        """Log probabilities [left readings, right readings] of each right one behind each left one."""
        if not left.texts[0]:
            return np.asarray(np.log((right.counts + 0.5) / self._total))[None, :]
        keys = (left.ids[:, None] << 16) | right.ids[None, :]
        together = self._together(keys).astype(np.float64)
        for row in left.own[:MOST_OWN]:
            for column in right.own[:MOST_OWN]:
                together[row, column] += OWN * own(f"{left.texts[row]}_{right.texts[column]}")
        alone = (right.counts + 0.5) / self._total
        return np.asarray(np.log(together / (left.counts[:, None] + 1) + UNSEEN * alone))


class _Column:
    """The readings of one word with their counts, general and own together; `own`: rows that the collection holds."""

    def __init__(self, readings: Sequence[Reading], counts: Spelling, own: Frequency) -> None:
        self.texts = [reading.text for reading in readings]
        self.ids = np.array([counts.id(text) for text in self.texts], dtype=np.int64)
        there = np.array([own(text) for text in self.texts])
        self.counts = np.array([counts.count(text) for text in self.texts]) + OWN * there
        self.own = [int(row) for row in np.argsort(-there, kind="stable") if there[row]]


@functools.cache
def spelling() -> Spelling:
    """The counts that ship with hoidap."""
    with np.load(COUNTS_FILE, allow_pickle=False) as stored:
        forms = stored["forms"].tobytes().decode("utf-8").split("\n")
        return Spelling(forms, stored["counts"].astype(np.int64), stored["pairs"], stored["times"])
