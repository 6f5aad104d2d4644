"""What the confidence is worth: does it tell right from wrong, does it mean what it says, what does declining cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

BINS = 10
WRONGLY_DECLINED = 0.10
"""Share of the answerable questions that may be declined, where the share of the others is read off."""

Floats = npt.NDArray[np.float64]


class Curve(NamedTuple):
    """Points of a curve, and how many questions each stands for (of a risk-coverage curve: all of those so far)."""

    x: Floats
    y: Floats
    questions: npt.NDArray[np.int64]


def auroc(confidences: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The chance that a positive has more confidence than another; None where all are of one kind."""
    if len(set(positive)) < 2:  # noqa: PLR2004 — both kinds are needed
        return None
    return float(roc_auc_score(np.asarray(positive), np.asarray(confidences)))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> Curve:
    """Share of wrong answers (risk) among the most confident, by the share that is answered (coverage).

    Questions of equal confidence are answered together, since no threshold parts them (Geifman & El-Yaniv 2017).
    """
    order = np.argsort(-np.asarray(confidences, dtype=np.float64), kind="stable")
    sure = np.asarray(confidences, dtype=np.float64)[order]
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    count = np.arange(1, len(order) + 1)
    last_of_equals = np.append(sure[1:] != sure[:-1], True) if len(sure) else np.zeros(0, dtype=bool)
    at = np.flatnonzero(last_of_equals)
    return Curve(count[at] / max(len(order), 1), wrong[at] / count[at], count[at])


def risk_at(confidences: Sequence[float], right: Sequence[bool], coverage: float) -> float | None:
    """Share of wrong answers among the most confident, when at least this share is answered; None of nothing."""
    curve = risk_coverage(confidences, right)
    enough = np.flatnonzero(curve.x >= coverage)
    return float(curve.y[enough[0]]) if len(enough) else None


def aurc(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Area under the risk-coverage curve: the mean risk over all coverages, lower is better; 0 of nothing."""
    curve = risk_coverage(confidences, right)
    steps = np.diff(curve.x, prepend=0.0)
    return float((steps * curve.y).sum())


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> Curve:
    """Mean confidence and share that is right, in ten bins of equal width; empty bins are left out."""
    sure, hits = np.asarray(confidences, dtype=np.float64), np.asarray(right, dtype=np.float64)
    bins = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    filled = np.unique(bins)
    return Curve(
        np.array([sure[bins == b].mean() for b in filled]),
        np.array([hits[bins == b].mean() for b in filled]),
        np.array([(bins == b).sum() for b in filled], dtype=np.int64),
    )


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error (Guo et al. 2017): the mean gap between confidence and truth over ten bins."""
    curve = reliability(confidences, right)
    return float((np.abs(curve.x - curve.y) * curve.questions).sum() / max(curve.questions.sum(), 1))


def declined_at(answerable: Sequence[float], other: Sequence[float], cost: float = WRONGLY_DECLINED) -> float | None:
    """Share of the other questions under the highest threshold that declines at most `cost` of the answerable."""
    if not answerable or not other:
        return None
    lowest = np.sort(np.asarray(answerable, dtype=np.float64))
    threshold = lowest[int(cost * len(lowest))] if int(cost * len(lowest)) < len(lowest) else np.inf
    return float(np.mean(np.asarray(other, dtype=np.float64) < threshold))
