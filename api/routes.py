"""The routes: what each takes, and which one call answers it."""

import sqlite3
from collections.abc import AsyncGenerator
from typing import Any

import structlog
from litestar import MediaType, Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from api import page
from api.access import CALLER, OPEN
from api.articles import article, article_text, articles
from api.asked import AskedQuestions
from api.checks import check_request
from api.collection import Asked, Collection
from api.desk import Desk
from api.errors import BAD_QUERY, CLOSED, problems
from api.export import export_feedback
from api.feedback import FeedbackBook, FeedbackRequest, entry_of
from api.fresh import FRESH, unchanged, unless_known
from api.health import healthz, readyz
from api.labels import chosen
from api.metrics import FEEDBACK, metrics
from api.parameters import (
    LanguageQuery,
    OptionalTopQuery,
    QuestionQuery,
    RepairQuery,
    SinceQuery,
    SourceQuery,
    TopQuery,
    UntilQuery,
)
from api.reading import RequestError
from api.records import AskRequest, Kept, filters_of
from api.suggest import Guide, overview, suggest
from api.writing import writing
from qa.records import Reply, SearchReply

log = structlog.get_logger("hoidap")

OpenCollection = NamedDependency[Collection]
JAVASCRIPT = "text/javascript"

OpenBook = NamedDependency[FeedbackBook]
OpenQuestions = NamedDependency[AskedQuestions]
Caller = NamedDependency[str]


@post(
    "/ask",
    status_code=200,
    sync_to_thread=True,
    responses=problems(
        {
            400: "A field is missing, unknown, of the wrong type or out of range.",
            413: "The body is too large.",
            415: "The body does not call itself application/json.",
            503: CLOSED,
        }
    ),
)
def ask(data: JSONBody[AskRequest], collection: OpenCollection, asked: OpenQuestions, caller: Caller) -> Reply:
    """Answer a question with quotes from the collection, or decline."""
    return _answer(data, collection, asked, caller)


@get("/ask", opt=FRESH, sync_to_thread=True, responses=unless_known({400: BAD_QUERY, 503: CLOSED}))
def ask_by_link(  # noqa: PLR0913 — a parameter of the URL each
    collection: OpenCollection,
    asked: OpenQuestions,
    caller: Caller,
    *,
    q: QuestionQuery,
    top: OptionalTopQuery = None,
    source: SourceQuery = None,
    since: SinceQuery = None,
    until: UntilQuery = None,
    language: LanguageQuery = None,
    repair: RepairQuery = True,
) -> Reply:
    """Answer a question with quotes from the collection, or decline: the form for links and curl."""
    filters = filters_of(source, since, until, language)
    return _answer(AskRequest(question=q, top=top, filters=filters, repair=repair), collection, asked, caller)


def _answer(request: AskRequest, collection: Collection, asked: AskedQuestions, caller: str) -> Reply:
    named = Asked(request.question, request.top, request.filters, tuple(request.context), request.repair)
    reply = collection.ask(named)
    # What part of the collection says, or of words taken as typed or behind others, says nothing of the question.
    if request.filters is None and request.repair and not request.context:
        asked.note(reply, caller)
    return reply


@get("/search", opt=FRESH, sync_to_thread=True, responses=unless_known({400: BAD_QUERY, 503: CLOSED}))
def search(  # noqa: PLR0913 — a parameter of the URL each
    collection: OpenCollection,
    *,
    q: QuestionQuery,
    top: TopQuery = 10,
    source: SourceQuery = None,
    since: SinceQuery = None,
    until: UntilQuery = None,
    language: LanguageQuery = None,
    repair: RepairQuery = True,
) -> SearchReply:
    """The passages nearest to a question, without answers."""
    filters = filters_of(source, since, until, language)
    asked = AskRequest(question=q, top=top, filters=filters, repair=repair)
    with collection.asker() as asker:
        return asker.search(asked.question, top=top, filters=asked.filters, repair=asked.repair)


@post(
    "/feedback",
    status_code=201,
    sync_to_thread=True,
    responses=problems(
        {
            400: "A field is missing, unknown, of the wrong type or out of range, or cites no article here.",
            413: "The body is too large.",
            415: "The body does not call itself application/json.",
            503: CLOSED,
            507: "As many opinions are kept as may be.",
        }
    ),
)
def feedback(data: JSONBody[FeedbackRequest], collection: OpenCollection, book: OpenBook) -> Kept:
    """Say whether an answer is right. The question, the cited place and what is said are kept, and nothing else."""
    with collection.asker() as asker:
        entry = entry_of(data, asker.snapshot)
    try:
        kept = Kept(id=book.add(entry))
    except sqlite3.Error as error:
        log.warning("feedback_not_kept", reason=str(error))
        raise RequestError("Feedback cannot be kept just now; the service's log says why.", status=503) from error
    FEEDBACK.labels(entry.verdict).inc()
    return kept


@get("/", opt={"scope": OPEN}, include_in_schema=False, sync_to_thread=False)
def chat(request: Request[Any, Any, State]) -> Response[str]:
    """The chat page, in the language of `?lang=` or of the browser."""
    language = chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    return Response(page.chat_page(language), media_type=MediaType.HTML, headers={"Vary": "Accept-Language"})


@get("/widget.js", opt={"scope": OPEN}, include_in_schema=False, sync_to_thread=False)
def widget(request: Request[Any, Any, State]) -> Response[bytes]:
    """The script that puts the widget on a page."""
    script = page.widget()
    headers = {"Cache-Control": "public, max-age=300", "ETag": script.tag, "Vary": "Accept-Encoding"}
    if script.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(script.plain, media_type=JAVASCRIPT, headers=headers)
    return Response(script.gzipped, media_type=JAVASCRIPT, headers=headers | {"Content-Encoding": "gzip"})


def _opened(state: State) -> Collection:
    return state.collection  # type: ignore[no-any-return]


def _book(state: State) -> FeedbackBook:
    return state.book  # type: ignore[no-any-return]


def _asked(state: State) -> AskedQuestions:
    return state.asked  # type: ignore[no-any-return]


def _guide(state: State) -> Guide:
    return state.guide  # type: ignore[no-any-return]


def _caller(request: Request[Any, Any, State]) -> str:
    return request.scope["state"][CALLER]  # type: ignore[no-any-return]


async def _collection(state: State) -> AsyncGenerator[Collection]:
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
"""What handlers ask for by name. `opened` is the collection without waiting for a turn."""


async def _prepared(request: Request[Any, Any, State]) -> Response[None] | None:
    """A request is checked; a client that has the reply already gets none."""
    await check_request(request)
    return await unchanged(request)


def service(most_bytes: int) -> Router:
    """All routes that take parameters, each checked before it is read; `most_bytes`: of an article that is put in."""
    return Router(
        path="/",
        route_handlers=[
            ask,
            ask_by_link,
            search,
            suggest,
            overview,
            articles,
            article,
            article_text,
            *writing(most_bytes),
            feedback,
            export_feedback,
            metrics,
            healthz,
            readyz,
        ],
        before_request=_prepared,
    )
