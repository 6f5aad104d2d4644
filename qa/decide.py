"""From candidate sentences to answers: ranked, given a probability, or declined."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from qa.features import NAMES, TYPED, Features
from qa.question import Query
from qa.reader import READ_NAMES
from qa.readers import ACCURATE, BUNDLED, fitted_as

WEIGHTS = {
    BUNDLED: Path(__file__).with_name("weights.json"),
    ACCURATE: Path(__file__).with_name("weights.accurate.json"),
}
"""The weights fitted with each reader."""
EVIDENCE = (
    "soft",
    "near",
    "pairs",
    "dense",
    "around",
    "missing",
    "number_missing",
    "other_year",
    "name_missing",
    "typed",
    *TYPED,
    "slot",
    "reached",
    "reachable",
    "span",
)
"""Features that speak of an answer's truth and not only of which sentence is best. With all of them, the few examples
in other languages gave weights against all sense."""
CONFIDENCE_NAMES = ("score", "lead", *EVIDENCE)
_COLUMNS = [READ_NAMES.index(name) for name in EVIDENCE]

Scores = npt.NDArray[np.float32]


class Linear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A linear model: a weight for each named feature and a constant."""

    weights: dict[str, float]
    constant: float = 0.0

    def __call__(self, names: Sequence[str], table: Features) -> Scores:
        """Scores [rows] of a table [rows, names]."""
        vector = np.array([self.weights.get(name, 0.0) for name in names], dtype=np.float32)
        return np.asarray(table @ vector + np.float32(self.constant))


class DecisionModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fitted weights of `WEIGHTS`, for questions with accents, without, and in another language.

    Attributes:
        made_by: the command that fitted them.
        first: chooses the passages to read.
        ranking: orders the sentences after reading.
        confidence: the log odds that the best sentence answers.
    """

    made_by: str
    first: dict[str, Linear]
    ranking: dict[str, Linear]
    confidence: dict[str, Linear]


@functools.cache
def decision_model(reader: str = BUNDLED) -> DecisionModel:
    """The weights that ship with hoidap for a reader; for one of others' making those of the accurate one."""
    return msgspec.json.decode(WEIGHTS[fitted_as(reader)].read_bytes(), type=DecisionModel)


def first_scores(query: Query, table: Features, model: DecisionModel) -> Scores:
    """Scores [sentences] of a table [sentences, NAMES], before reading."""
    return model.first[query.kind](NAMES, table)


def final_scores(query: Query, table: Features, model: DecisionModel) -> Scores:
    """Scores [sentences] of a table [sentences, READ_NAMES]."""
    return model.ranking[query.kind](READ_NAMES, table)


def confidence(query: Query, table: Features, scores: Scores, row: int, model: DecisionModel) -> float:
    """The probability that the sentence of a row answers the question."""
    logit = float(model.confidence[query.kind](CONFIDENCE_NAMES, confidence_inputs(table, scores, row))[0])
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))


def confidence_inputs(table: Features, scores: Scores, row: int) -> Features:
    """One row [1, CONFIDENCE_NAMES]: the score, its lead over the best other sentence, and the evidence."""
    others = np.delete(scores, row)
    lead = float(scores[row] - others.max()) if len(others) else 0.0
    return np.concatenate([[scores[row], lead], table[row, _COLUMNS]]).astype(np.float32)[None, :]
