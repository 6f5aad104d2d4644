"""How an evaluation looks in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.asking import Row
from bench.compare import Comparison, is_right
from bench.outcome import STEPS
from bench.run import Run
from bench.summary import Figure, Summary

COLUMNS = {
    "file_first": "found first",
    "right_source": "file",
    "right_sentence": "sentence",
    "em_mlqa": "EM",
    "f1_mlqa": "F1",
    "declined": "declined",
    "best_sentence": "none declined",
    "alone_sentence": "reading alone",
}
"""Measures of the table by parts, and the narrow names that they have there."""
SEARCH_COLUMNS = ("Success@1", "Success@5", "Success@10", "R@100", "nDCG@10", "RR@10")
WIDTH = 130
"""Columns of a table that no terminal shows."""
SHOWN = 160
"""Characters of a sentence that are shown."""


def plain_console() -> Console:
    """A console that takes names from gold sets as they are, and does not cut tables in a file or a pipe."""
    width = None if sys.stdout.isatty() else WIDTH
    return Console(highlight=False, soft_wrap=True, markup=False, emoji=False, width=width)


def print_summary(console: Console, run: Run, found: Summary) -> None:
    """Tables of answers by part, of retrieval, and the figures that are single numbers."""
    if any(group.figures for group in found.groups):
        console.print(_parts(found))
        if intervals := _intervals(found):
            console.print(intervals)
    if any(name.endswith(".nDCG@10") for name in found.figures):
        console.print(_searches(found))
    single = {
        name: figure
        for name, figure in found.figures.items()
        if name.startswith(("citations", "confidence", "latency"))
    }
    console.print("  ".join(f"{name.partition('.')[2]} {_short(name, figure)}" for name, figure in single.items()))
    for step, count in found.lost.items():
        console.print(f"{count:>5} lost by {step}: {STEPS[step]}")
    header = run.header
    console.print(
        f"{len(run.rows)} questions, {header.articles} articles, {header.chunks} passages, {header.seconds:.0f} s"
    )


def _parts(found: Summary) -> Table:
    """Answers: one row for each group."""
    table = Table("questions", box=None, pad_edge=False, header_style="bold")
    for heading in ("n", *COLUMNS.values()):
        table.add_column(heading, justify="right")
    last = "all"
    for group in found.groups:
        if group.part != last:
            table.add_row(Text(group.part, style="dim"))
        last = group.part
        table.add_row(group.name, str(group.count), *(_cell(group.figures.get(name)) for name in COLUMNS))
    return table


def _intervals(found: Summary) -> str:
    """The 95 % intervals of the headline figures."""
    headline = {"right_sentence": "sentence", "f1_mlqa": "F1", "declined": "declined"}
    known = {label: found.figures.get(f"has_answer.{name}") for name, label in headline.items()}
    parts = [
        f"{label} {figure.interval.low:.3f}–{figure.interval.high:.3f}"
        for label, figure in known.items()
        if figure and figure.interval
    ]
    return f"95 % intervals of the answerable: {', '.join(parts)}" if parts else ""


def _searches(found: Summary) -> Table:
    """Retrieval: one row for each search."""
    table = Table("search", box=None, pad_edge=False, header_style="bold")
    for measure in SEARCH_COLUMNS:
        table.add_column(measure, justify="right")
    for search in dict.fromkeys(name.partition(".")[0] for name in found.figures if name.endswith("Success@10")):
        table.add_row(search, *(_cell(found.figures.get(f"{search}.{measure}")) for measure in SEARCH_COLUMNS))
    return table


def _cell(figure: Figure | None) -> str:
    """A figure, or a dash where there is none."""
    return f"{figure.value:.3f}" if figure else "–"


def _short(name: str, figure: Figure) -> str:
    """A figure with the places that mean something."""
    return f"{figure.value:.1f}" if name.endswith("_ms") else f"{figure.value:.3f}"


def print_comparison(console: Console, found: Comparison) -> None:
    """Both runs by measure, with the chance that the difference is none, and the questions that changed sides."""
    console.print(f"before: {found.before}\nafter:  {found.after}")
    table = Table("measure", box=None, pad_edge=False, header_style="bold")
    for heading in ("before", "after", "difference", "95 %", "p"):
        table.add_column(heading, justify="right")
    for row in found.differences:
        interval = f"{row.interval.low:+.3f} … {row.interval.high:+.3f}"
        table.add_row(
            row.measure,
            f"{row.before:.3f}",
            f"{row.after:.3f}",
            f"{row.after - row.before:+.3f}",
            interval,
            f"{row.p:.3f}",
        )
    console.print(table)
    console.print(
        f"{len(found.won)} won, {len(found.lost)} lost, {len(found.changed)} changed words, {found.alone} not in both"
    )
    for label, changes in (("won", found.won), ("lost", found.lost)):
        for change in changes:
            console.print(
                Text(f"{label}: {change.after.gold.question}\n    {_came(change.before)}\n    {_came(change.after)}")
            )


def print_wrong(console: Console, rows: Sequence[Row]) -> None:
    """Every question that is not right: what was expected, and what came."""
    for row in rows:
        if is_right(row):
            continue
        gold = row.gold
        expected = "(decline)" if gold.must_decline else " | ".join(gold.answers or sorted(gold.sources))
        kind = "/".join(filter(None, (gold.kind, gold.variant, row.outcome.lost_by)))
        console.print(Text(f"{kind}: {gold.question}\n    expected {expected}\n    came     {_came(row)}"))


def _came(row: Row) -> str:
    """What came, on one line."""
    declined = "" if row.outcome.answered else "(declined) "
    said = f"{row.given.text} — {' '.join(row.given.sentence[:SHOWN].split())}" if row.given.text else ""
    return f"{declined}{said} [{row.outcome.confidence:.2f}]"
