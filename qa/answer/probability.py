"""How sure an answer is: few inputs that make sense alone, and the weights that were fitted to them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from qa.linear import Linear

CALIBRATION = "calibration.json"
FURTHEST = 15.0
"""Margins are told apart up to this."""
INPUTS = (
    "margin",  # score of the answer's best span over "no answer"
    "answered",  # log odds that its window answers at all
    "lead",  # score over that of the best span that says something else
    "worth",  # how much its window was worth reading, over the best one (`qa.retrieve.candidates`)
    "soft",  # share of the question's content that its window and title hold, near words by their similarity
    "number_absent",  # share of the question's numbers that neither the article nor its year holds
    "name_absent",  # ... of its capitalised words
    "other_day",  # the question names a day, and neither the article nor a copy of it speaks of it
    "foreign",  # the question is in another language
)
RANKING = ("margin", "answered", "worth", "soft", "number_absent", "name_absent", "other_day")
"""Inputs by which answers are ranked; the others are the same for all, or come of the ranking."""


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reader is used, and what its scores mean; lies in the reader's folder.

    Attributes:
        made_by: the command that fitted it.
        rounds: how many windows are read at first, and how many more each time that the answer is not sure.
        sure: probability from which no more is read.
        ranking: which answer is best, by `RANKING`.
        probability: log odds that the best answer is right, by `INPUTS`.
    """

    made_by: str
    rounds: Annotated[tuple[Annotated[int, Meta(ge=1)], ...], Meta(min_length=1)]
    sure: Annotated[float, Meta(ge=0, le=1)]
    ranking: Linear
    probability: Linear

    def __post_init__(self) -> None:
        """Refuse weights of inputs that there are not."""
        if unknown := sorted({*self.ranking.weights, *self.probability.weights} - {*INPUTS}):
            raise ValueError(f"unknown inputs: {', '.join(unknown)}")


def read_calibration(path: Path) -> Calibration:
    """The calibration in a file.

    Raises:
        OSError, msgspec.DecodeError: it cannot be read, or is none.
    """
    return msgspec.json.decode(path.read_bytes(), type=Calibration)


def probability(log_odds: float) -> float:
    """0 to 1."""
    return 1 / (1 + math.exp(-min(max(log_odds, -30.0), 30.0)))
