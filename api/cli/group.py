"""How commands are found, those of other packages too, and how they end."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from api.cli.shared import BROKEN_PIPE, BUG, FINE, INTERRUPTED, USER_ERROR
from index.errors import HoidapError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.metadata import EntryPoint

PLUGINS = "hoidap.commands"
"""The entry points under which other packages add commands."""


class Commands(click.Group):
    """The commands below and those that entry points add."""

    def main(self, *args: Any, **options: Any) -> NoReturn:  # noqa: ANN401 — as click declares it
        """Run a command and exit with its code; what a user can mend is one line on stderr."""
        options = {"prog_name": "hoidap", **options, "standalone_mode": False}
        sys.exit(_exit_code(partial(super().main, *args, **options)))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted({*super().list_commands(ctx), *(point.name for point in _plugins())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; another package's is imported now."""
        if (own := super().get_command(ctx, cmd_name)) is not None:
            return own
        return next((_loaded(point) for point in _plugins() if point.name == cmd_name), None)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader that went away (`hoidap ask … | head -0`) is no error to report."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Python flushes stdout once more when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE


def _exit_code(run: Callable[[], object]) -> int:
    """The code that a command returns, or the one that belongs to how it failed."""
    try:
        code = run()
    except (HoidapError, OSError) as error:
        return _complain(str(error))
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        return _complain(f"{error.format_message()} See {context.command_path if context else 'hoidap'} --help.")
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception:  # noqa: BLE001 — Python would exit with 1, which means that the collection has no answer
        import traceback

        traceback.print_exc()
        return BUG
    return code if isinstance(code, int) else FINE


def _complain(message: str) -> int:
    # An argument that was not UTF-8 holds lone surrogates, which no stream takes.
    click.echo(" ".join(message.split()).encode(errors="backslashreplace"), err=True)
    return USER_ERROR


def _plugins() -> Sequence[EntryPoint]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group=PLUGINS))


def _loaded(point: EntryPoint) -> click.Command:
    """Another package's command; when it cannot be imported, one that says why."""
    try:
        command: click.Command = point.load()
    except ImportError as error:
        reason = str(error)
    else:
        return command

    def complain(**_ignored: object) -> None:
        raise HoidapError(f"hoidap {point.name} cannot be loaded: {reason}.")

    anything = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    return click.Command(point.name, callback=complain, context_settings=anything, short_help="(cannot be loaded)")
