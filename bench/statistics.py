"""How sure a mean is, and whether two runs differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import permutation_test

RESAMPLES = 1000
PERMUTATIONS = 9999
BATCH = 250
"""Permutations held in memory at a time."""
LEVEL = 95.0
"""Per cent of the resamples that an interval holds."""
SEED = 0


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


def mean(values: Sequence[float]) -> float:
    """The mean; of nothing 0, since a group without questions has scored nothing."""
    return sum(values) / len(values) if values else 0.0


def bootstrap(values: Sequence[float]) -> Interval:
    """The 95 % interval of a mean over questions: percentile bootstrap (Efron 1979), the same draws every time.

    Questions are taken as independent; where many are on one article, the true interval is wider.
    """
    if not values:
        return Interval(0.0, 0.0)
    data = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(SEED)
    means = np.array([data[rng.integers(len(data), size=len(data))].mean() for _ in range(RESAMPLES)])
    low, high = np.percentile(means, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    return Interval(float(low), float(high))


def paired_p(differences: Sequence[float]) -> float:
    """The two-sided p of a mean difference over the same questions: Fisher's randomisation test.

    Signs are swapped at random (all ways when there are few), which is what Smucker et al. 2007
    (https://doi.org/10.1145/1321440.1321528) recommend for retrieval; it assumes no distribution.
    """
    differing = np.array([difference for difference in differences if difference], dtype=np.float64)
    if len(differing) < 2:  # noqa: PLR2004 — one question cannot tell; equal ones change neither the sum nor its chances
        return 1.0
    result = permutation_test(
        (differing,),
        np.sum,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=BATCH,
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)
