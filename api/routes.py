"""The routes: what each takes, and which one call answers it."""

import sqlite3
from collections.abc import AsyncGenerator
from typing import Any

import structlog
from litestar import MediaType, Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from api import page
from api.access import OPEN
from api.checks import check_request, prefers
from api.collection import Asked, Collection
from api.desk import Desk
from api.errors import problems
from api.export import export_feedback
from api.feedback import FeedbackBook, FeedbackRequest, entry_of
from api.fresh import FRESH, unchanged, unless_known
from api.health import healthz, readyz
from api.metrics import FEEDBACK, metrics
from api.parameters import (
    ArticleId,
    LanguageQuery,
    LimitQuery,
    OffsetQuery,
    OptionalTopQuery,
    PositionQuery,
    QuestionQuery,
    RepairQuery,
    SinceQuery,
    SourceQuery,
    TopQuery,
    UntilQuery,
)
from api.reading import RequestError, shown
from api.records import ArticlePage, AskRequest, Kept, filters_of
from api.schema import ArticleOperation
from api.writing import writing
from index.records import Article, Range
from qa.records import Reply, SearchReply

log = structlog.get_logger("hoidap")

OpenCollection = NamedDependency[Collection]
OpenBook = NamedDependency[FeedbackBook]


BAD_QUERY = "A parameter is missing, unknown, repeated, out of range or not UTF-8."
NO_ARTICLE = "No article has this id."
CLOSED = "The collection cannot be read."


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
def ask(data: JSONBody[AskRequest], collection: OpenCollection) -> Reply:
    """Answer a question with quotes from the collection, or decline."""
    return _answer(data, collection)


@get("/ask", opt=FRESH, sync_to_thread=True, responses=unless_known({400: BAD_QUERY, 503: CLOSED}))
def ask_by_link(  # noqa: PLR0913 — a parameter of the URL each
    collection: OpenCollection,
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
    return _answer(AskRequest(question=q, top=top, filters=filters, repair=repair), collection)


def _answer(asked: AskRequest, collection: Collection) -> Reply:
    return collection.ask(Asked(asked.question, asked.top, asked.filters, tuple(asked.context), asked.repair))


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


@get("/articles", opt=FRESH, sync_to_thread=True, responses=unless_known({400: BAD_QUERY, 503: CLOSED}))
def articles(collection: OpenCollection, offset: OffsetQuery = 0, limit: LimitQuery = 20) -> ArticlePage:
    """A page of the articles, by source."""
    with collection.asker() as asker:
        snapshot = asker.snapshot
        return ArticlePage(
            articles=tuple(snapshot.articles(offset, limit)),
            total=snapshot.article_count,
            offset=offset,
            limit=limit,
            generation=snapshot.generation,
        )


@get(
    "/articles/{article_id:str}",
    opt=FRESH,
    sync_to_thread=True,
    operation_class=ArticleOperation,
    responses={
        200: ResponseSpec(Article, description="The article, or a page of it for a browser.", generate_examples=False),
        **unless_known({400: BAD_QUERY, 404: NO_ARTICLE, 503: CLOSED}),
    },
)
def article(
    request: Request[Any, Any, State],
    collection: OpenCollection,
    article_id: ArticleId,
    start: PositionQuery = None,
    end: PositionQuery = None,
) -> Response[Any]:
    """One article with its text; a browser, which prefers text/html, gets a page with `start` to `end` marked."""
    found = _article(collection, article_id)
    quote = _quote(found, start, end)
    headers = {"Vary": "Accept"}
    if prefers(request, MediaType.HTML.value):
        return Response(page.article_page(found, quote), media_type=MediaType.HTML, headers=headers)
    return Response(found, media_type=MediaType.JSON, headers=headers)


@get(
    "/articles/{article_id:str}/text",
    opt=FRESH,
    media_type=MediaType.TEXT,
    sync_to_thread=True,
    responses=unless_known({400: BAD_QUERY, 404: NO_ARTICLE, 503: CLOSED}),
)
def article_text(collection: OpenCollection, article_id: ArticleId) -> Response[str]:
    """The text in which offsets count, in UTF-8, unchanged."""
    return Response(_article(collection, article_id).text, media_type=MediaType.TEXT)


def _article(collection: Collection, article_id: str) -> Article:
    with collection.asker() as asker:
        found = asker.snapshot.article(article_id)
    if found is None:
        raise RequestError(f"There is no article {shown(article_id)}; /articles lists them.", status=404)
    return found


def _quote(found: Article, start: int | None, end: int | None) -> Range | None:
    """The range to mark, if one is named and lies in the text."""
    if start is None and end is None:
        return None
    if start is None or end is None or not start < end <= len(found.text):
        given = f'"start" is {shown(start)} and "end" is {shown(end)}'
        raise RequestError(f"{given}; a quote needs both, start before end, end at most {len(found.text)}.")
    return Range(start, end)


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


@get("/", opt={"scope": OPEN}, media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)
def chat() -> str:
    """The chat page."""
    return page.chat_page()


def _opened(state: State) -> Collection:
    return state.collection  # type: ignore[no-any-return]


def _book(state: State) -> FeedbackBook:
    return state.book  # type: ignore[no-any-return]


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
