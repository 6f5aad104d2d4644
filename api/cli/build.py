"""`hoidap build`: folders and files become an index."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

from pathlib import Path

import click

from api.cli.shared import FINE, index_option


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option("--prune", is_flag=True, help="Remove the articles that are not among SOURCE, whatever built them.")
def build(sources: tuple[Path, ...], index: str, *, prune: bool) -> int:
    """Index the articles of folders and files.

    Unchanged articles keep their place, changed ones are replaced.
    """
    from api.cli.terminal import print_summary, progress_bar
    from index.config import IndexConfig, settings
    from index.pipeline import build as build_index

    with progress_bar() as progress:
        summary = build_index(sources, index, settings("index", IndexConfig), prune=prune, progress=progress)
    print_summary(summary)
    return FINE
