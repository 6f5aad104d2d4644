"""The ASGI application."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from litestar import Litestar, Router
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders
from litestar.static_files import create_static_files_router

from api.access import OPEN, Access
from api.asked import AskedQuestions
from api.config import ServeConfig
from api.desk import Desk
from api.errors import EXCEPTION_HANDLERS, MAX_BODY
from api.fresh import add_tag
from api.metrics import forget_process
from api.origins import confined, cors
from api.page import WIDGET
from api.routes import DEPENDENCIES, chat, service, widget
from api.schema import openapi
from api.suggest import Guide
from api.turns import Turns
from api.watch import WatchedService, note_response
from index.read import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from litestar.plugins import InitPlugin
    from litestar.types import Message, Scope

    from api.collection import Collection
    from api.feedback import FeedbackBook
    from api.keys import KeyFile
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


def create_app(  # noqa: PLR0913, PLR0917 — what a service is made of
    collection: Collection,
    book: FeedbackBook,
    keys: KeyFile | None = None,
    config: ServeConfig | None = None,
    editor: Editor | None = None,
    asked: AskedQuestions | None = None,
    plugins: Sequence[InitPlugin] = (),
) -> Litestar:
    """The service over a collection, which is opened when the service starts and closed when it ends.

    Args:
        collection: what is asked.
        book: where the feedback goes.
        keys: who may do more than read; without them nobody may.
        config: what is open, and for how many requests; without it the defaults.
        editor: changes the collection; without it nobody can.
        asked: counts questions, to suggest them; without it none is kept.
        plugins: of Litestar, such as `api.tracing` gives.
    """
    config = config or ServeConfig()
    questions = asked or AskedQuestions(Path(), 0)

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncGenerator[None]:
        await asyncio.to_thread(collection.open)
        app.state.collection = collection
        app.state.book = book
        app.state.asked = questions
        app.state.guide = Guide(config.examples)
        app.state.turns = Turns(config.at_once or os.cpu_count() or 1, config.queue, config.patience)
        app.state.desk = Desk(editor, collection, config.queue) if editor else None
        try:
            yield
        finally:
            await asyncio.to_thread(questions.flush)
            await asyncio.to_thread(collection.close)
            forget_process()

    return WatchedService(
        route_handlers=[service(int(config.max_article_mb * MEGABYTE)), chat, widget, _assets()],
        lifespan=[opened],
        dependencies=DEPENDENCIES,
        guards=[Access(keys, config).check],
        cors_config=cors(config.allowed_origins),
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[_add_security_headers, add_tag, confined(config.allowed_origins), note_response],
        request_max_body_size=MAX_BODY,
        openapi_config=openapi(),
        plugins=plugins,
        logging_config=None,
        debug=False,
    )


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
