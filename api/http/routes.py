"""All routes that take parameters."""

from typing import Any

from litestar import Request, Response, Router
from litestar.datastructures import State

from api.http.articles import article, article_text, articles, writing_routes
from api.http.contract import check_request, unchanged
from api.http.questions import ask, ask_by_link, export_feedback, feedback, overview, search, suggest
from api.http.watch import healthz, metrics, readyz


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
            *writing_routes(most_bytes),
            feedback,
            export_feedback,
            metrics,
            healthz,
            readyz,
        ],
        before_request=_prepared,
    )
