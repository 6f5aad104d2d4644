"""`hoidap check`: whether an index is as it was written."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

from pathlib import Path

import click

from api.cli.shared import FINE, index_option, print_json
from index.errors import IndexDamaged, IndexMissing

SHOWN = 20
"""Findings that are printed."""


@click.command()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def check(index: str, *, as_json: bool) -> int:
    """Verify an index: every page, article, chunk and vector.

    The exit code is 2 when something is wrong with it, and the message says what to run.
    """
    from index.stores.local.verify import verify

    if "://" in index:
        raise IndexMissing(f"hoidap check verifies folders; {index} is on a server, which checks its own files.")
    verdict = verify(Path(index))
    if as_json:
        print_json(verdict)
    else:
        click.echo(f"generation {verdict.generation}: {verdict.articles} articles, {verdict.chunks} chunks")
        for line in verdict.wrong[:SHOWN]:
            click.echo(f"wrong: {line}")
    if not verdict.derived:
        click.echo("The word index is not whole; it is made again at each start until a build.", err=True)
    if verdict.wrong:
        raise IndexDamaged(f"{len(verdict.wrong)} things are wrong with {index}. Build it anew in an empty folder.")
    return FINE
