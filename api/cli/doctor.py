"""`hoidap doctor`: what a folder of articles holds and what is wrong with it, as a table or as JSON."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.shared import FINE, print_json

if TYPE_CHECKING:
    from index.doctor import Finding, Report

SHOWN = 100
"""Characters of an example's detail that the table shows."""


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--examples", type=click.IntRange(1), default=5, show_default=True, help="Articles named per finding.")
def doctor(sources: tuple[Path, ...], examples: int, *, as_json: bool) -> int:
    """Say what is wrong with the articles of folders and files; nothing is changed or indexed.

    The exit code is 0 whatever is found.
    """
    from api.cli.terminal import progress_bar
    from index.config import IndexConfig, settings
    from index.doctor import doctor as examine

    with progress_bar() as progress:
        report = examine(sources, settings("index", IndexConfig), examples=examples, progress=progress)
    if as_json:
        print_json(report)
    else:
        print_report(report)
    return FINE


def print_report(report: Report) -> None:
    """What was found, on stdout: a line of totals, and a row for each finding."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(totals(report)))
    if not report.findings:
        console.print("Nothing wrong was found." if report.articles else "There is no article to build from.")
        return
    table = Table("", "", "what, and what to do", "for example", show_lines=True)
    table.columns[1].justify = "right"
    for found in report.findings:
        examples = Text(_examples(found), overflow="fold")
        table.add_row(found.level, f"{found.count:,}", Text(f"{found.what}\n→ {found.advice}"), examples)
    console.print(table)


def totals(report: Report) -> str:
    """What a folder holds, in one line."""
    tongues = ", ".join(f"{count:,} {name}" for name, count in report.languages.items())
    days = f"{report.dated:,} dated ({report.first} to {report.last})" if report.dated else "none dated"
    return (
        f"{report.files:,} files, {report.articles:,} articles ({tongues or 'none'}), {report.syllables:,} syllables, "
        f"{days}, {report.boilerplate:.1%} boilerplate, {report.skipped:,} left out"
    )


def _examples(found: Finding) -> str:
    from api.cli.terminal import printable

    return "\n".join(printable(f"{example.source}: {_short(example.detail)}") for example in found.examples)


def _short(detail: str) -> str:
    """What shows it in a line or two; JSON has it whole."""
    return detail if len(detail) <= SHOWN else detail[:SHOWN].rstrip() + "…"
