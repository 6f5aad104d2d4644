"""The figures of a run: over all questions, and by kind, variant, language and length, each with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from bench.asking import Row
from bench.declining import aurc, auroc, calibration_error, declined_at, risk_at
from bench.outcome import STEPS, Step
from bench.ranking import FUSED, MEASURES
from bench.statistics import Interval, bootstrap, mean
from index.text import language, words
from qa.question import understand

SHORT, LONG = 5, 12
"""Words up to which a question is short, and from which it is long."""
COVERAGES = (25, 50, 75)
"""Per cent of the questions, the most confident ones, of which the share of wrong answers is told."""
CANDIDATES_AT = (1, 5, 10)
"""Ranks by which the passage with the answer is looked for."""

Rows = Sequence[Row]


class Figure(msgspec.Struct, frozen=True):
    """A measured mean and its 95 % interval; without one where bootstrapping means nothing (a percentile, a curve)."""

    value: float
    interval: Interval | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the questions with their figures, by measure."""

    part: str
    name: str
    count: int
    figures: dict[str, Figure]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Every figure of a run.

    Attributes:
        figures: by the name that `bench/conditions.toml` uses.
        groups: all, answerable and must-decline first, then the parts.
        lost: how many questions each step lost.
    """

    figures: dict[str, Figure]
    groups: tuple[Group, ...]
    lost: dict[Step, int]


ANSWER_MEASURES: dict[str, Callable[[Row], float | None]] = {
    "right_source": lambda row: row.outcome.right_source if row.gold.answers else None,
    "right_sentence": lambda row: row.outcome.right_sentence if row.gold.answers else None,
    "em_mlqa": lambda row: row.outcome.exact_mlqa,
    "f1_mlqa": lambda row: row.outcome.f1_mlqa,
    "em_squad": lambda row: row.outcome.exact_squad,
    "f1_squad": lambda row: row.outcome.f1_squad,
    "declined": lambda row: float(not row.outcome.answered),
    "best_sentence": lambda row: row.outcome.best_sentence if row.gold.answers else None,
    "file_first": lambda row: row.ranking[FUSED]["Success@1"] if row.ranking else None,
    "alone_sentence": lambda row: row.outcome.alone_sentence,
    "alone_f1": lambda row: row.outcome.alone_f1,
}
"""Means over questions; one for which a measure says None does not count in it."""


def summary(rows: Rows) -> Summary:
    """All figures of a run."""
    answerable = [row for row in rows if row.gold.answers]
    declinable = [row for row in rows if row.gold.must_decline]
    groups = [_group("all", "all questions", [*answerable, *declinable])]
    groups += [_group("all", "answerable", answerable)] if answerable else []
    groups += [_group("all", "must decline", declinable)] if declinable else []
    judged = [row for row in rows if row.gold.grades]
    for part, key in PARTS.items():
        groups += [_group(part, name, group) for name, group in _parted([*answerable, *judged], key)]
    figures = {
        **{f"has_answer.{name}": figure for name, figure in _answer_figures(answerable).items()},
        **_unanswerable(declinable),
        **_quotes(rows),
        **_retrieval(rows),
        **_confidence(answerable, declinable),
        **_latency(rows),
    }
    lost = Counter(row.outcome.lost_by for row in rows if row.outcome.lost_by)
    return Summary(figures=figures, groups=tuple(groups), lost={step: lost[step] for step in STEPS if lost[step]})


def _answer_figures(rows: Rows) -> dict[str, Figure]:
    """The means of all measures of answers."""
    figures = {}
    for name, measure in ANSWER_MEASURES.items():
        values = [value for row in rows if (value := measure(row)) is not None]
        if values:
            figures[name] = Figure(mean(values), bootstrap(values))
    return figures


def _group(part: str, name: str, rows: Rows) -> Group:
    """One group of questions."""
    return Group(part=part, name=name, count=len(rows), figures=_answer_figures(rows))


PARTS: dict[str, Callable[[Row], str]] = {
    "kind": lambda row: row.gold.kind or _kind(row),
    "variant": lambda row: row.gold.variant,
    "language": lambda row: language(row.gold.question),
    "length": lambda row: _length(row.gold.question),
}


def _kind(row: Row) -> str:
    """The kind of a question that has an answer; of a query for files there is none."""
    return understand(row.gold.question).question.type if row.gold.answers else ""


def _length(question: str) -> str:
    """How long a question is."""
    count = sum(1 for _ in words(question))
    if count <= SHORT:
        return f"up to {SHORT} words"
    return f"{LONG} words or more" if count >= LONG else f"{SHORT + 1} to {LONG - 1} words"


def _parted(rows: Rows, key: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    """The rows of each value, by value; a part in which all are alike says nothing and is left out."""
    names = sorted({key(row) for row in rows})
    if len(names) < 2:  # noqa: PLR2004 — nothing to compare
        return []
    return [(name, [row for row in rows if key(row) == name]) for name in names if name]


def _unanswerable(rows: Rows) -> dict[str, Figure]:
    """The share of the must-decline questions that was declined."""
    values = [float(not row.outcome.answered) for row in rows]
    return {"no_answer.declined": Figure(mean(values), bootstrap(values))} if values else {}


def _quotes(rows: Rows) -> dict[str, Figure]:
    """Fidelity (every quote stands in its file, read again), consistency with the index, no boilerplate, precision."""
    if not any(row.gold.answers or row.gold.must_decline for row in rows):
        return {}
    cited_rows = [row for row in rows if row.given.text]
    cited = sum(row.outcome.cited for row in rows)
    read_again = [float(row.outcome.verbatim) for row in rows if row.outcome.verbatim is not None]
    return {
        **({"citations.fidelity": Figure(mean(read_again))} if read_again else {}),
        "citations.consistent": Figure(mean([float(row.outcome.consistent) for row in cited_rows])),
        "citations.clean": Figure(mean([float(row.outcome.clean) for row in cited_rows])),
        "citations.precision": Figure(sum(row.outcome.cited_right for row in rows) / cited if cited else 0.0),
    }


def _retrieval(rows: Rows) -> dict[str, Figure]:
    """Every ranking measure of every search, and how often the passage with the answer is among the first."""
    judged = [row for row in rows if row.ranking]
    figures = {}
    for search in judged[0].ranking if judged else ():
        for measure in MEASURES:
            values = [row.ranking[search][measure] for row in judged]
            figures[f"{search}.{measure}"] = Figure(mean(values), bootstrap(values))
    answerable = [row for row in rows if row.gold.answers]
    for depth in CANDIDATES_AT if answerable else ():
        values = [float((row.outcome.passage_rank or depth + 1) <= depth) for row in answerable]
        figures[f"passage.Success@{depth}"] = Figure(mean(values), bootstrap(values))
    return figures


def _confidence(answerable: Rows, declinable: Rows) -> dict[str, Figure]:
    """What the confidence is worth. A must-decline question has no right answer."""
    rows = [*answerable, *declinable]
    sure = [row.outcome.confidence for row in rows]
    right = [row.outcome.best_sentence > 0 for row in rows]
    of_answerable = [row.outcome.confidence for row in answerable]
    of_others = [row.outcome.confidence for row in declinable]
    found = {
        "confidence.auroc_right": auroc(sure, right),
        "confidence.auroc_answerable": auroc(sure, [bool(row.gold.answers) for row in rows]),
        "confidence.declined_at_5": declined_at(of_answerable, of_others, 0.05),
        "confidence.declined_at_10": declined_at(of_answerable, of_others),
        **{f"confidence.risk_at_{share}": risk_at(sure, right, share / 100) for share in COVERAGES},
        "confidence.aurc": aurc(sure, right) if rows else None,
        "confidence.ece": calibration_error(sure, right) if rows else None,
    }
    return {name: Figure(value) for name, value in found.items() if value is not None}


def _latency(rows: Rows) -> dict[str, Figure]:
    """Milliseconds in this process: median and 95th percentile."""
    middle, tail = np.percentile([row.outcome.took_ms for row in rows], [50, 95])
    return {"latency.p50_ms": Figure(float(middle)), "latency.p95_ms": Figure(float(tail))}
