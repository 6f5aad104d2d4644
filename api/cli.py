"""The command line. What a command needs is imported when it runs, so that `hoidap ask` starts fast."""
# ruff: noqa: PLC0415 — see above

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from api.check_command import check
from api.doctor import doctor
from api.keys_command import keys
from api.options import index_option
from index.errors import HoidapError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.metadata import EntryPoint

FINE, DECLINED, USER_ERROR, BUG, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141
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


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 — click's shape
    if wanted:
        from api import version

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


main.add_command(keys)


@main.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option("--prune", is_flag=True, help="Remove the articles that are not among SOURCE, whatever built them.")
def build(sources: tuple[Path, ...], index: str, *, prune: bool) -> int:
    """Index the articles of folders and files.

    Unchanged articles keep their place, changed ones are replaced.
    """
    from api.terminal import print_summary, progress_bar
    from index.config import IndexConfig, settings
    from index.pipeline import build as build_index

    with progress_bar() as progress:
        summary = build_index(sources, index, settings("index", IndexConfig), prune=prune, progress=progress)
    print_summary(summary)
    return FINE


@main.command()
@click.argument("question")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the reply as HTTP gives it.")
@click.option(
    "--explain", is_flag=True, help="Also print what was understood, the passages and the time of each stage."
)
@click.option("--top", type=int, help="How many answers, 1 to 20.")
@click.option("--from", "since", metavar="DATE", help="Only articles of this date (ISO 8601) or later.")
@click.option("--to", "until", metavar="DATE", help="Only articles of this date or earlier.")
@click.option("--as-typed", is_flag=True, help="Repair nothing in QUESTION: no accents restored, no slips mended.")
def ask(  # noqa: PLR0913 — an option each
    question: str,
    index: str,
    top: int | None,
    since: str | None,
    until: str | None,
    *,
    as_json: bool,
    explain: bool,
    as_typed: bool,
) -> int:
    """Answer QUESTION with quotes.

    The exit code is 1 when the collection does not hold the answer.
    """
    one_thread_a_question()
    from contextlib import closing
    from functools import partial

    from api.reading import read
    from api.records import AskRequest
    from index.config import settings
    from qa.config import AskConfig
    from qa.pipeline import open_asker

    filters = {"from": since, "to": until} if since or until else None
    asked = read(AskRequest, {"question": question, "top": top, "filters": filters})
    times: list[tuple[str, float]] = []
    with closing(open_asker(index, settings("qa", AskConfig), lambda *stage: times.append(stage))) as asker:
        answer = partial(asker.ask, asked.question, top=asked.top, filters=asked.filters, repair=not as_typed)
        reply = answer()
        cold = dict(times)
        if explain:
            times.clear()
            answer()
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(reply), indent=2))
    else:
        from api.terminal import explanation, reply_text

        click.echo(reply_text(reply, _mark))
        if explain:
            click.echo("\n" + explanation(reply, cold, dict(times)))
    return FINE if reply.answered else DECLINED


@main.command()
@index_option
@click.option("--host", help="Address to listen on (default: setting `host`, 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default: setting `port`, 8000).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--public", is_flag=True, help="Other machines may read without a key (also: setting `public`).")
def serve(index: str, host: str | None, port: int | None, workers: int, *, public: bool) -> int:
    """Serve the API and the chat page."""
    one_thread_a_question()
    import msgspec

    from api.config import ServeConfig
    from api.reading import read
    from api.serve import serve as run
    from index.config import settings

    options = (("host", host), ("port", port), ("public", public or None))
    given = {name: value for name, value in options if value is not None}
    config = read(ServeConfig, {**msgspec.structs.asdict(settings("api", ServeConfig)), **given})
    run(index, config, workers)
    return FINE


main.add_command(doctor)
main.add_command(check)


@main.command()
@index_option
@click.option("--url", metavar="URL", help="Ask the service that runs there, and no index.")
@click.pass_context
def mcp(ctx: click.Context, index: str, url: str | None) -> int:
    """Let assistants ask: a server of the Model Context Protocol.

    It speaks over stdin and stdout, and offers the tools ask, search and read_article.
    """
    if url and ctx.get_parameter_source("index") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--index and --url exclude each other.", ctx)
    one_thread_a_question()
    from api.assistants import serve_index, serve_service
    from api.config import ServeConfig
    from api.log import set_up_logging
    from index.config import settings

    set_up_logging(settings("api", ServeConfig).log_format)
    if url:
        serve_service(url)
    else:
        serve_index(index)
    return FINE


@main.group()
def feedback() -> None:
    """What readers said of answers."""


@feedback.command()
@index_option
def export(index: str) -> int:
    """Print what readers called right, or called unanswerable, as gold questions: a questions.jsonl."""
    import msgspec

    from api.beside import beside
    from api.feedback import FeedbackBook, gold_rows
    from index.stores import store_at

    store_at(index).generation()  # a mistyped --index is an error and not an empty file
    entries = FeedbackBook(beside(index)).entries()
    rows = list(gold_rows(entries))
    for row in rows:
        click.echo(msgspec.json.encode(row))
    click.echo(f"{len(entries)} opinions, {len(rows)} gold questions", err=True)
    return FINE


def one_thread_a_question() -> None:
    """Keep numpy and tokenizers, not yet imported, from spreading small work over all cores: 14 ms instead of 18."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _mark(words: str) -> str:
    """Words that stand out, also where there are no colours."""
    plain = "NO_COLOR" in os.environ or sys.stdout is None or not sys.stdout.isatty()
    return f"[{words}]" if plain else click.style(words, bold=True, fg="green")


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
