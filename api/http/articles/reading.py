"""The routes of articles: lists, one with its text, and the page of it that browsers show."""

import re
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from api.collection import LiveCollection
from api.http.articles.parameters import (
    RANGES,
    ArticleId,
    LimitQuery,
    OffsetQuery,
    PageLanguage,
    PositionQuery,
    QuotesQuery,
)
from api.http.contract import BAD_QUERY, CLOSED, FRESH, ArticleOperation, prefers, unless_known
from api.http.pages import article_page
from api.records import ArticlePage
from api.validation import RequestError, shown
from index.records import Article, Range

OpenCollection = NamedDependency[LiveCollection]

NO_ARTICLE = "No article has this id."
MOST_QUOTES = 20


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
def article(  # noqa: PLR0913 — a parameter of the URL each
    request: Request[Any, Any, State],
    collection: OpenCollection,
    article_id: ArticleId,
    *,
    start: PositionQuery = None,
    end: PositionQuery = None,
    quotes: QuotesQuery = None,
    lang: PageLanguage = "vi",
) -> Response[Any]:
    """One article with its text; a browser, which prefers text/html, gets a page with `start` to `end` marked.

    `quotes` are marked on it too, and buttons lead from each to the next.
    """
    found = _article(collection, article_id)
    quote, others = _quote(found, start, end), _quotes(found, quotes)
    headers = {"Vary": "Accept"}
    if prefers(request, MediaType.HTML.value):
        return Response(article_page(found, quote, others, lang), media_type=MediaType.HTML, headers=headers)
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


def _article(collection: LiveCollection, article_id: str) -> Article:
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


def _quotes(found: Article, quotes: str | None) -> list[Range]:
    """The other ranges to mark."""
    if quotes and not re.fullmatch(RANGES, quotes):
        raise RequestError(f'"quotes" is {shown(quotes)}; ranges such as "90-97,120-131" are needed.')
    ranges = [Range(*map(int, one.split("-"))) for one in quotes.split(",")] if quotes else []
    for one in ranges:
        if not one.start < one.end <= len(found.text):
            given = f'"quotes" has {shown(f"{one.start}-{one.end}")}'
            raise RequestError(f"{given}; each needs its start before its end, its end at most {len(found.text)}.")
    if len(ranges) > MOST_QUOTES:
        raise RequestError(f'"quotes" has {len(ranges)} ranges; at most {MOST_QUOTES} are marked.')
    return ranges
