"""What several commands share: the option --index, the exit codes, how JSON is printed, one thread a question."""

from __future__ import annotations

import os

import click

FINE, DECLINED, USER_ERROR, BUG, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141
"""What a command exits with."""

index_option = click.option(
    "--index", envvar="HOIDAP_INDEX", default=".hoidap", show_default=True, help="Folder or URI of the index."
)


def print_json(value: object) -> None:
    """Print a record, or plain values, as JSON for people."""
    import msgspec  # noqa: PLC0415 — only --json needs it

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def one_thread_a_question() -> None:
    """Keep numpy and tokenizers, not yet imported, from spreading small work over all cores: 14 ms instead of 18."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
