"""`hoidap`: the group of all commands, and its version."""

from __future__ import annotations

import click

from api.cli.ask import ask
from api.cli.build import build
from api.cli.check import check
from api.cli.doctor import doctor
from api.cli.feedback import feedback
from api.cli.group import Commands
from api.cli.keys import keys
from api.cli.serve import mcp, serve


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 — click's shape
    if wanted:
        from api import version  # noqa: PLC0415 — only --version needs it

        click.echo(f"hoidap {version()}")
        ctx.exit()


@click.group(
    "hoidap", cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Ask a collection of articles a question; get the exact words that answer it, and where they stand."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (ask, build, check, doctor, feedback, keys, mcp, serve):
    main.add_command(command)
