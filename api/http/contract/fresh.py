"""Replies that need not be sent again: the entity tag names the state of the collection that made them."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import MutableScopeHeaders
from litestar.openapi.datastructures import ResponseSpec

from api import version
from api.http.contract.errors import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Request
    from litestar.types import Message, Scope

TAG = "hoidap_tag"
"""Where a request keeps the tag of its reply."""
FRESH = {"fresh": True}
"""`opt` of a route whose reply depends on the address, the state of the collection and the day, and on nothing else."""
CACHING = {"Cache-Control": "private, no-cache"}
"""Kept by a browser, and asked about each time: the collection may have changed."""


def unless_known(whens: Mapping[int, str]) -> dict[int, ResponseSpec]:
    """How a fresh route can answer beside its reply, for the schema."""
    known = ResponseSpec(None, description="The client has this reply already.", generate_examples=False)
    return {HTTPStatus.NOT_MODIFIED.value: known, **problems(whens)}


async def unchanged(request: Request[Any, Any, Any]) -> Response[None] | None:
    """The answer to a client that has this reply already: 304, without the work. None: it has to be made."""
    if not request.route_handler.opt.get("fresh"):
        return None
    state = await asyncio.to_thread(request.app.state.collection.version)
    tag = request.scope["state"][TAG] = _tag(state, request.headers.get("accept", ""))
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    # Not "*", which asks whether there is anything at all: that is seen only when the reply is made.
    if tag not in known:
        return None
    return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag, **CACHING})


async def add_tag(message: Message, scope: Scope) -> None:
    """Tag a reply on its way out."""
    if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK and TAG in scope["state"]:
        headers = MutableScopeHeaders.from_message(message)
        for name, value in {"ETag": scope["state"][TAG], **CACHING}.items():
            headers[name] = value


def _tag(state: str, accept: str) -> str:
    """A weak tag, since the time that answering took is part of a reply."""
    made_of = "\n".join([version(), state, accept, dt.datetime.now().astimezone().date().isoformat()])
    return f'W/"{hashlib.sha256(made_of.encode()).hexdigest()[:20]}"'
