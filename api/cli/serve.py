"""`hoidap serve` and `hoidap mcp`: an index is served over HTTP, or to assistants."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

import click

from api.cli.shared import FINE, index_option, one_thread_a_question


@click.command()
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
    from api.http.serve import serve as run
    from api.validation import read
    from index.config import settings

    options = (("host", host), ("port", port), ("public", public or None))
    given = {name: value for name, value in options if value is not None}
    config = read(ServeConfig, {**msgspec.structs.asdict(settings("api", ServeConfig)), **given})
    run(index, config, workers)
    return FINE


@click.command()
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
    from api.config import ServeConfig
    from api.log import set_up_logging
    from api.mcp import serve_index, serve_service
    from index.config import settings

    set_up_logging(settings("api", ServeConfig).log_format)
    if url:
        serve_service(url)
    else:
        serve_index(index)
    return FINE
