"""`hoidap check`: whether an index is as it was written. What the command needs is imported when it runs."""
# ruff: noqa: PLC0415 — see above

from __future__ import annotations

from pathlib import Path

import click

from api.options import index_option
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
    import msgspec

    from index.stores.local.verify import verify

    if "://" in index:
        raise IndexMissing(f"hoidap check verifies folders; {index} is on a server, which checks its own files.")
    verdict = verify(Path(index))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(verdict), indent=2))
    else:
        click.echo(f"generation {verdict.generation}: {verdict.articles} articles, {verdict.chunks} chunks")
        for line in verdict.wrong[:SHOWN]:
            click.echo(f"wrong: {line}")
    if not verdict.derived:
        click.echo("The word index is not whole; it is made again at each start until a build.", err=True)
    if verdict.wrong:
        raise IndexDamaged(f"{len(verdict.wrong)} things are wrong with {index}. Build it anew in an empty folder.")
    return 0
