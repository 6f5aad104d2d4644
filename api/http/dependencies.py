"""What handlers ask for by name, from the state of the application."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide

from api.beside import FeedbackBook
from api.collection import LiveCollection
from api.http.articles import Desk
from api.http.guard import CALLER
from api.http.questions import AskedQuestions, Guide
from api.validation import RequestError


def _opened(state: State) -> LiveCollection:
    return state.collection  # type: ignore[no-any-return]


def _book(state: State) -> FeedbackBook:
    return state.book  # type: ignore[no-any-return]


def _asked(state: State) -> AskedQuestions:
    return state.asked  # type: ignore[no-any-return]


def _guide(state: State) -> Guide:
    return state.guide  # type: ignore[no-any-return]


def _caller(request: Request[Any, Any, State]) -> str:
    return request.scope["state"][CALLER]  # type: ignore[no-any-return]


async def _collection(state: State) -> AsyncGenerator[LiveCollection]:
    """The collection, for those whose turn it is."""
    async with state.turns.turn():
        yield state.collection


def _desk(state: State) -> Desk:
    if state.desk is None:
        raise RequestError("Nothing can be changed here.", status=503)
    return state.desk  # type: ignore[no-any-return]


DEPENDENCIES = {
    "collection": Provide(_collection),
    "opened": Provide(_opened, sync_to_thread=False),
    "book": Provide(_book, sync_to_thread=False),
    "desk": Provide(_desk, sync_to_thread=False),
    "asked": Provide(_asked, sync_to_thread=False),
    "guide": Provide(_guide, sync_to_thread=False),
    "caller": Provide(_caller, sync_to_thread=False),
}
"""`opened` is the collection without waiting for a turn."""
