"""`hoidap ask`: a question answered in the terminal."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from api.cli.shared import DECLINED, FINE, index_option, one_thread_a_question, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.records import AskRequest
    from qa.records import Reply

    Seconds = Mapping[str, float]


@click.command()
@click.argument("question")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the reply as HTTP gives it.")
@click.option(
    "--explain", is_flag=True, help="Also print what was understood, the passages and the time of each stage."
)
@click.option("--top", type=int, help="How many answers, 1 to 20.")
@click.option("--from", metavar="DATE", help="Only articles of this date (ISO 8601) or later.")
@click.option("--to", metavar="DATE", help="Only articles of this date or earlier.")
@click.option("--as-typed", is_flag=True, help="Repair nothing in QUESTION: no accents restored, no slips mended.")
def ask(index: str, *, as_json: bool, explain: bool, as_typed: bool, **asked: object) -> int:
    """Answer QUESTION with quotes.

    The exit code is 1 when the collection does not hold the answer.
    """
    one_thread_a_question()
    from api.asking import request_of

    reply, times = _answered(index, request_of({**asked, "repair": not as_typed}), 2 if explain else 1)
    if as_json:
        print_json(reply)
    else:
        _print_text(reply, times if explain else [])
    return FINE if reply.answered else DECLINED


def _answered(index: str, request: AskRequest, times: int) -> tuple[Reply, list[Seconds]]:
    """The first reply of an index that is asked so many times, and the seconds of each stage, each time."""
    from contextlib import closing

    from api.asking import answer
    from index.config import settings
    from qa.config import AskConfig
    from qa.pipeline import open_asker

    stages: dict[str, float] = {}
    with closing(open_asker(index, settings("qa", AskConfig), stages.__setitem__)) as asker:
        reply = answer(asker, request)
        seconds: list[Seconds] = [dict(stages)]
        for _ in range(times - 1):
            stages.clear()
            answer(asker, request)
            seconds.append(dict(stages))
    return reply, seconds


def _print_text(reply: Reply, times: list[Seconds]) -> None:
    """Print a reply for people, explained by the seconds of its stages where they are given."""
    from api.cli.terminal import explanation, reply_text

    click.echo(reply_text(reply, _mark))
    if times:
        click.echo("\n" + explanation(reply, times[0], times[-1]))


def _mark(words: str) -> str:
    """Words that stand out, also where there are no colours."""
    plain = "NO_COLOR" in os.environ or sys.stdout is None or not sys.stdout.isatty()
    return f"[{words}]" if plain else click.style(words, bold=True, fg="green")
