"""A linear model of named inputs: what every fit of this package gives."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Inputs = npt.NDArray[np.float32]
"""[rows, names]"""


class Linear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A linear model: a weight for each named input and a constant."""

    weights: dict[str, float]
    constant: float = 0.0

    def __call__(self, names: Sequence[str], table: Inputs) -> Inputs:
        """Scores [rows] of a table [rows, names]."""
        vector = np.array([self.weights.get(name, 0.0) for name in names], dtype=np.float32)
        return np.asarray(table @ vector + np.float32(self.constant))
