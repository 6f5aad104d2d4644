"""The ASGI application."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from litestar import Litestar, Router
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders
from litestar.static_files import create_static_files_router

from api.config import ServeConfig
from api.http.articles import Desk
from api.http.contract import EXCEPTION_HANDLERS, MAX_BODY, add_tag, openapi
from api.http.dependencies import DEPENDENCIES
from api.http.guard import OPEN, Access, confined, cors
from api.http.pages import WIDGET, chat, widget
from api.http.questions import AskedQuestions, Guide
from api.http.routes import service
from api.http.turns import Turns
from api.http.watch import WatchedService, forget_process, note_response
from index.read import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from litestar.plugins import InitPlugin
    from litestar.types import Message, Scope

    from api.beside import FeedbackBook, KeyFile
    from api.collection import LiveCollection
    from index.edit import Editor

SECURITY_HEADERS = {
    # Articles and questions are other people's text: no script, style or frame but our own files.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ServiceParts(NamedTuple):
    """What a service is made of.

    Attributes:
        collection: what is asked.
        book: where the feedback goes.
        keys: who may do more than read; without them nobody may.
        config: what is open, and for how many requests.
        editor: changes the collection; without it nobody can.
        asked: counts questions, to suggest them; without it none is kept.
        plugins: of Litestar, such as `api.http.watch.tracing` gives.
    """

    collection: LiveCollection
    book: FeedbackBook
    keys: KeyFile | None = None
    config: ServeConfig = ServeConfig()
    editor: Editor | None = None
    asked: AskedQuestions | None = None
    plugins: Sequence[InitPlugin] = ()


def create_app(parts: ServiceParts) -> Litestar:
    """The service over a collection, which is opened when the service starts and closed when it ends."""
    config = parts.config
    return WatchedService(
        route_handlers=[service(int(config.max_article_mb * MEGABYTE)), chat, widget, _assets()],
        lifespan=[partial(_opened, parts)],
        dependencies=DEPENDENCIES,
        guards=[Access(parts.keys, config).check],
        cors_config=cors(config.allowed_origins),
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[_add_security_headers, add_tag, confined(config.allowed_origins), note_response],
        request_max_body_size=MAX_BODY,
        openapi_config=openapi(),
        plugins=parts.plugins,
        logging_config=None,
        debug=False,
    )


@asynccontextmanager
async def _opened(parts: ServiceParts, app: Litestar) -> AsyncGenerator[None]:
    """Open what handlers ask for, and close it when the service ends."""
    collection, config = parts.collection, parts.config
    questions = parts.asked or AskedQuestions(Path(), 0)
    await asyncio.to_thread(collection.open)
    app.state.collection = collection
    app.state.book = parts.book
    app.state.asked = questions
    app.state.guide = Guide(config.examples)
    app.state.turns = Turns(config.at_once or os.cpu_count() or 1, config.queue, config.patience)
    app.state.desk = Desk(parts.editor, collection, config.queue) if parts.editor else None
    try:
        yield
    finally:
        await asyncio.to_thread(questions.flush)
        await asyncio.to_thread(collection.close)
        forget_process()


def _assets() -> Router:
    return create_static_files_router(
        path="/assets",
        opt={"scope": OPEN},
        directories=[WIDGET],
        send_as_attachment=False,
        html_mode=False,
        include_in_schema=False,
        cache_control=CacheControlHeader(no_cache=True),
    )


async def _add_security_headers(message: Message, _scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in SECURITY_HEADERS.items():
            headers[name] = value
