"""The gate: every row of `conditions.toml` is measured again and held against what it was."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from rich.console import Console
from rich.table import Table

from api.cli.terminal import progress_bar
from bench.compare import compared
from bench.gold import Gold, GoldError
from bench.report import report_folder, write_report
from bench.results import record_results
from bench.run import Run, evaluated, newest_before
from bench.sets import data_folder, gold_named, set_names
from bench.settings import changed
from bench.summary import Figure, Summary, summary
from bench.terminal import plain_console
from bench.variants import retyped

CONDITIONS = Path(__file__).with_name("conditions.toml")
LOWER_IS_BETTER = ("has_answer.declined", "confidence.aurc", "confidence.ece", "latency.")
"""Beginnings of the figures of which less is more."""

Verdict = Literal["OK", "drift", "FAIL"]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Tolerance = Annotated[float, msgspec.Meta(ge=0, le=0.5)]


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One gold set and what it is expected to give.

    Attributes:
        command: what measures it alone.
        set, variant: as `hoidap eval` takes them.
        reader: the setting of that name.
        fast: quick enough to be measured with every change.
        drift: a difference up to this is none; a larger one, also for the better, is to be looked at and recorded.
        fail: a figure that is worse by more than this fails.
        expected: figure by its name in `bench.summary`.
    """

    name: str
    command: str
    set: str
    variant: str | None = None
    reader: str = "bundled"
    fast: bool = False
    drift: Tolerance = 0.005
    fail: Tolerance = 0.02
    expected: Annotated[dict[str, Share], msgspec.Meta(min_length=1)]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One figure held against what was expected."""

    figure: str
    expected: float
    measured: float
    verdict: Verdict


class _Conditions(msgspec.Struct, forbid_unknown_fields=True):
    condition: list[Condition]


def conditions(path: Path = CONDITIONS) -> list[Condition]:
    """The rows of a conditions file, in order.

    Raises:
        GoldError: it cannot be read, or a row is not one.
    """
    try:
        rows = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Conditions).condition
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: {error}") from error
    if len({row.name for row in rows}) < len(rows):
        raise GoldError(f"{path}: two conditions have one name.")
    return rows


def held(condition: Condition, figures: Mapping[str, Figure]) -> list[Held]:
    """Every expected figure of a condition against the measured ones; one that was not measured fails."""
    return [
        _held(condition, name, expected, figures[name].value)
        if name in figures
        else Held(figure=f"{name} (not measured)", expected=expected, measured=0.0, verdict="FAIL")
        for name, expected in condition.expected.items()
    ]


def _held(condition: Condition, name: str, expected: float, measured: float) -> Held:
    """One figure against what was expected of it."""
    worse = measured - expected if name.startswith(LOWER_IS_BETTER) else expected - measured
    off = abs(worse)
    # Figures are written with three places, which is half a thousandth to either side.
    verdict: Verdict = (
        "FAIL" if worse > condition.fail + 0.0005 else "drift" if off > condition.drift + 0.0005 else "OK"
    )
    return Held(figure=name, expected=expected, measured=measured, verdict=verdict)


def verdict_of(rows: list[Held]) -> Verdict:
    """The worst verdict of a condition."""
    found = {row.verdict for row in rows}
    return "FAIL" if "FAIL" in found else "drift" if "drift" in found else "OK"


def run_gate(path: Path, *, fast: bool, only: Sequence[str], report: Path | None, record: bool) -> bool:
    """Measure the conditions, print a line for each and a table of what is not OK; whether one failed.

    A condition whose data is not here is skipped, and said to be.

    Raises:
        GoldError: the conditions cannot be read, a name is none of theirs, or none could be measured.
    """
    chosen = [row for row in _chosen(conditions(path), only) if row.fast or not fast]
    if report:
        report_folder(report)
    console = plain_console()
    verdicts: list[Verdict] = []
    for condition in chosen:
        if (gold := _gold(condition)) is None:
            console.print(f"skipped {condition.name}: its data is not here (HOIDAP_DATA)")
            continue
        run, found = _measured(gold, condition.reader)
        rows = held(condition, found.figures)
        verdicts.append(verdict_of(rows))
        console.print(f"{verdicts[-1]:<7} {condition.name}: {len(run.rows)} questions, {run.header.seconds:.0f} s")
        _print_off(console, rows)
        if report:
            _report(run, found, report / condition.name)
        if record and verdicts[-1] != "FAIL":
            record_results(condition.name, condition.command, run, found)
    if not verdicts:
        raise GoldError(f"No condition of {path} could be measured.")
    return "FAIL" in verdicts


def _chosen(rows: list[Condition], only: Sequence[str]) -> list[Condition]:
    """The conditions of these names; all when none is named."""
    names = [row.name for row in rows]
    if unknown := [name for name in only if name not in names]:
        raise GoldError(f"There is no condition {', '.join(unknown)}. Conditions: {', '.join(names)}.")
    return [row for row in rows if not only or row.name in only]


def _gold(condition: Condition) -> Gold | None:
    """A condition's questions; None when there is no development data on this machine.

    Raises:
        GoldError: there is, and the set is not among it.
    """
    if condition.set not in set_names() and not Path(condition.set).exists() and not data_folder().is_dir():
        return None
    found = gold_named(condition.set)
    return retyped(found, condition.variant) if condition.variant else found


def _measured(gold: Gold, reader: str) -> tuple[Run, Summary]:
    """Ask a set of a fresh index."""
    indexing, asking = changed(f"reader={reader}")
    with progress_bar() as progress:
        run = evaluated(gold, index=indexing, asking=asking, progress=progress)
    return run, summary(run.rows)


def _print_off(console: Console, rows: Sequence[Held]) -> None:
    """The figures that are not as expected, ready to be looked at, and to be written into the conditions."""
    off = [row for row in rows if row.verdict != "OK"]
    table = Table("", "figure", "expected", "measured", "difference", box=None, pad_edge=False)
    for row in off:
        difference = f"{row.measured - row.expected:+.3f}"
        table.add_row(row.verdict, row.figure, f"{row.expected:.3f}", f"{row.measured:.3f}", difference)
    if off:
        console.print(table)


def _report(run: Run, found: Summary, folder: Path) -> None:
    """Write the page of a condition, compared with the run before if it asked the same."""
    before = newest_before(folder, run)
    write_report(run, found, folder, compared(before, run) if before else None)
