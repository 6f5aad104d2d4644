"""`hoidap feedback`: what readers said of answers, as gold questions."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

import click

from api.cli.shared import FINE, index_option


@click.group()
def feedback() -> None:
    """What readers said of answers."""


@feedback.command()
@index_option
def export(index: str) -> int:
    """Print what readers called right, or called unanswerable, as gold questions: a questions.jsonl."""
    import msgspec

    from api.beside import FeedbackBook, beside
    from api.beside.gold import gold_rows
    from index.stores import store_at

    store_at(index).generation()  # a mistyped --index is an error and not an empty file
    entries = FeedbackBook(beside(index)).entries()
    rows = list(gold_rows(entries))
    for row in rows:
        click.echo(msgspec.json.encode(row))
    click.echo(f"{len(entries)} opinions, {len(rows)} gold questions", err=True)
    return FINE
