"""Conditional logit: weights under which the right ones of several candidates win."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Numbers = npt.NDArray[np.float64]
TINY = 1e-300


def conditional_logit(
    tables: Sequence[npt.NDArray[np.floating]],
    rights: Sequence[npt.NDArray[np.bool_]],
    shrinkage: float,
    least: float | None = None,
    expected: Numbers | None = None,
) -> Numbers:
    """Weights [features] that give the right candidates of each choice the most probability (McFadden 1974).

    Args:
        tables: of each choice, what is known of its candidates: [candidates, features].
        rights: of each choice, which candidates are right: [candidates], at least one of them.
        shrinkage: L2 penalty of the weights' distance from the expected ones.
        least: no weight becomes smaller.
        expected: weights [features] where the data tell nothing; zeros by default.
    """
    table, right = np.concatenate(tables).astype(np.float64), np.concatenate(rights)
    sizes = np.array([len(choice) for choice in tables])
    centre = np.zeros(table.shape[1]) if expected is None else expected
    owner, starts = np.repeat(np.arange(len(tables)), sizes), np.cumsum(sizes) - sizes

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = table @ weights
        # Against the best candidate of each choice, so that no exponential overflows.
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        everything, winning = np.bincount(owner, odds), np.maximum(np.bincount(owner, odds * right), TINY)
        slope = ((odds / everything[owner] - odds * right / winning[owner]) @ table) / len(tables)
        value = -np.log(winning / everything).mean() + shrinkage * ((weights - centre) @ (weights - centre))
        return value, slope + 2 * shrinkage * (weights - centre)

    bounds = [(least, None)] * table.shape[1]
    return np.asarray(minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x)
