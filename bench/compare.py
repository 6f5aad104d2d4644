"""Two runs of the same questions side by side: what was won, what was lost, and whether it is more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from bench.asking import Row
from bench.gold import GoldError
from bench.ranking import FUSED
from bench.run import Run
from bench.statistics import Interval, bootstrap, mean, paired_p

COMPARED: dict[str, Callable[[Row], float | None]] = {
    "right_sentence": lambda row: row.outcome.right_sentence if row.gold.answers else None,
    "best_sentence": lambda row: row.outcome.best_sentence if row.gold.answers else None,
    "f1_mlqa": lambda row: row.outcome.f1_mlqa if row.gold.answers else None,
    "declined rightly": lambda row: float(not row.outcome.answered) if row.gold.must_decline else None,
    "declined wrongly": lambda row: float(not row.outcome.answered) if row.gold.answers else None,
    "fused.Success@1": lambda row: row.ranking.get(FUSED, {}).get("Success@1"),
    "fused.Success@10": lambda row: row.ranking.get(FUSED, {}).get("Success@10"),
    "fused.nDCG@10": lambda row: row.ranking.get(FUSED, {}).get("nDCG@10"),
}


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One measure in both runs, over the questions that both have. `p`: of no difference, two-sided."""

    measure: str
    before: float
    after: float
    interval: Interval
    p: float


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One question before and after."""

    before: Row
    after: Row


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What changed between two runs.

    Attributes:
        won, lost: right now and not before, and the other way round.
        changed: as right or wrong as before, in other words.
        alone: questions that only one of the two runs has; another answer makes it another question.
    """

    before: str
    after: str
    differences: tuple[Difference, ...]
    won: tuple[Change, ...]
    lost: tuple[Change, ...]
    changed: tuple[Change, ...]
    alone: int


def is_right(row: Row) -> bool:
    """Whether a question came out right: the right sentence, a right decline, or a relevant file on top."""
    if row.gold.answers:
        return row.outcome.right_sentence > 0
    return not row.outcome.answered if row.gold.must_decline else row.ranking.get(FUSED, {}).get("Success@1", 0.0) > 0


def compared(before: Run, after: Run, names: tuple[str, str] | None = None) -> Comparison:
    """Lay two runs beside each other, question by question.

    Raises:
        GoldError: they have no question in common.
    """
    pairs = _pairs(before.rows, after.rows)
    if not pairs:
        raise GoldError(f"The runs of {before.header.set} and {after.header.set} have no question in common.")
    changes = [Change(before=old, after=new) for old, new in pairs]
    return Comparison(
        before=names[0] if names else str(before.header),
        after=names[1] if names else str(after.header),
        differences=tuple(found for name in COMPARED if (found := _difference(name, pairs))),
        won=tuple(change for change in changes if is_right(change.after) and not is_right(change.before)),
        lost=tuple(change for change in changes if is_right(change.before) and not is_right(change.after)),
        changed=tuple(
            change for change in changes if _same_worth(change) and _words(change.before) != _words(change.after)
        ),
        alone=len(before.rows) + len(after.rows) - 2 * len(pairs),
    )


def _pairs(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[Row, Row]]:
    """The rows of the questions that both have, in the order of the later run."""
    known: dict[bytes, list[Row]] = {}
    for row in reversed(before):
        known.setdefault(_key(row), []).append(row)
    return [(known[_key(row)].pop(), row) for row in after if known.get(_key(row))]


def _key(row: Row) -> bytes:
    """What makes a question the same one in another run: what is asked, and what would be right."""
    return msgspec.json.encode([row.gold.question, row.gold.answers, row.gold.relevance], order="sorted")


def _difference(name: str, pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    """One measure over the pairs that have it."""
    measure = COMPARED[name]
    both = [
        (old, new)
        for old, new in ((measure(before), measure(after)) for before, after in pairs)
        if old is not None and new is not None
    ]
    if not both:
        return None
    differences = [new - old for old, new in both]
    return Difference(
        measure=name,
        before=mean([old for old, _ in both]),
        after=mean([new for _, new in both]),
        interval=bootstrap(differences),
        p=paired_p(differences),
    )


def _same_worth(change: Change) -> bool:
    return is_right(change.before) == is_right(change.after)


def _words(row: Row) -> tuple[str, str, bool]:
    return row.given.text, row.given.source, row.outcome.answered
