"""The server for assistants: the Model Context Protocol over stdin and stdout, so that they can quote the articles."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

import anyio
import anyio.to_thread
import msgspec
import structlog

from api import version
from api.mcp import tools
from api.mcp.backends import Backend, IndexBackend, ServiceBackend
from api.mcp.schema import question_schema, schema_of
from api.validation import RequestError, shown
from index.errors import HoidapError

try:
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server
    from mcp.shared.exceptions import MCPError
    from mcp_types import (
        INVALID_PARAMS,
        CallToolRequestParams,
        CallToolResult,
        ListToolsResult,
        TextContent,
        Tool,
        ToolAnnotations,
    )
except ImportError as error:
    raise HoidapError("hoidap mcp needs the package mcp, version 2: pip install 'hoidap[mcp]'") from error

INSTRUCTIONS = """\
A collection of articles. It answers with verbatim quotes, never with generated text.
Put one question at a time to `ask`, complete in itself; Vietnamese, English, Chinese and Russian are understood.
Quote what comes back unchanged and name its source. When `declined` is true the collection does not seem to hold the \
answer: tell the user so, and do not answer in its place."""

log = structlog.get_logger("hoidap")


class _Offer(NamedTuple):
    """A tool: the JSON schema of its arguments, the record that it returns, and the call between them."""

    title: str
    description: str
    takes: dict[str, Any]
    gives: type[msgspec.Struct]
    call: Callable[[Backend, Mapping[str, Any]], msgspec.Struct]


OFFERS = {
    "ask": _Offer(
        "Ask the articles",
        "Answer a question with verbatim quotes from the articles. Every quote names its article, `start` and `end`, "
        "which count Unicode code points of the article's text (end exclusive); its `text` is exactly what is there. "
        "`declined` true means that the articles do not seem to hold the answer: report that, do not guess. "
        "`confidence` is the probability that the first quote's sentence is the right one. "
        "`disputed` quotes contradict each other: report both.",
        question_schema(),
        tools.Quoted,
        tools.ask,
    ),
    "search": _Offer(
        "Search passages",
        "The passages of the articles that come nearest to a question or to key words, verbatim, best first. "
        "Use it to look around, for instance after `ask` declined; a passage that is near need not hold an answer. "
        "Offsets count Unicode code points of the article's text, end exclusive.",
        question_schema(),
        tools.Near,
        tools.search,
    ),
    "read_article": _Offer(
        "Read an article",
        f"The text of one article, verbatim, from code point `start` to `end` (exclusive), at most {tools.MOST_READ} "
        "at once; `next` is where to go on. Use it to see what stands around a quote or passage. "
        "The text may hold parts of the web page, such as menus, that are not the article's own.",
        schema_of(tools.Wanted),
        tools.Part,
        tools.read_article,
    ),
}


def serve_index(uri: str) -> None:
    """Serve the articles of an index, and of its newer generations as they are built, until stdin ends.

    Raises:
        HoidapError: the index cannot be opened.
    """
    # A service needs none of these, and an index nothing of the web.
    from api.collection import LiveCollection  # noqa: PLC0415
    from index.config import settings  # noqa: PLC0415
    from index.stores import store_at  # noqa: PLC0415
    from qa.config import AskConfig  # noqa: PLC0415
    from qa.pipeline import open_asker  # noqa: PLC0415

    collection = LiveCollection(partial(open_asker, uri, settings("qa", AskConfig)), store_at(uri).version)
    collection.open()
    with closing(collection):
        _serve(server(IndexBackend(collection)))


def serve_service(address: str) -> None:
    """Serve the articles of the service at an address, until stdin ends.

    Raises:
        HoidapError: that is no address, or the package httpx is missing.
    """
    from api.client import Client  # noqa: PLC0415 — an index needs no httpx

    with Client(address) as client:
        _serve(server(ServiceBackend(client)))


def _serve(served: Server[Any]) -> None:
    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            await served.run(incoming, outgoing, served.create_initialization_options())

    # The thread that waits for stdin cannot be interrupted. Nothing is written, so Ctrl-C may just end the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(run)


def server(backend: Backend) -> Server[Any]:
    """The server of a backend's articles, for whichever transport."""

    async def list_tools(_context: object, _params: object) -> ListToolsResult:
        return ListToolsResult(tools=[_tool(name, offer) for name, offer in OFFERS.items()])

    async def call_tool(_context: object, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in OFFERS:
            raise MCPError(INVALID_PARAMS, f"There is no tool {shown(params.name)}; {', '.join(OFFERS)} are there.")
        return await anyio.to_thread.run_sync(_called, backend, params.name, params.arguments or {})

    return Server(
        "hoidap",
        version=version(),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _called(backend: Backend, name: str, arguments: dict[str, Any]) -> CallToolResult:
    """What a tool returns, as a value and as JSON for clients that only know text; or why there is nothing."""
    offer = OFFERS[name]
    try:
        _check_names(name, offer, arguments)
        found = offer.call(backend, arguments)
    except HoidapError as error:
        return _failed(str(error))
    except Exception:  # the next question may go well
        log.exception("tool_failed", tool=name)
        return _failed("Something went wrong in hoidap; what it wrote to stderr says what.")
    text = msgspec.json.encode(found).decode()
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=msgspec.to_builtins(found))


def _failed(why: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=why)], is_error=True)


def _check_names(name: str, offer: _Offer, arguments: dict[str, Any]) -> None:
    known = offer.takes["properties"]
    for given in arguments:
        if given not in known:
            raise RequestError(f"{shown(given)} is not an argument of {name}; {', '.join(known)} are.")


def _tool(name: str, offer: _Offer) -> Tool:
    """A tool as the protocol lists it."""
    return Tool(
        name=name,
        title=offer.title,
        description=offer.description,
        input_schema=offer.takes,
        output_schema=schema_of(offer.gives),
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )
