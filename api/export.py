"""Feedback as gold questions over HTTP, for those who administer the service."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from api.checks import prefers
from api.errors import problems
from api.feedback import FeedbackBook, gold_rows

NDJSON = "application/x-ndjson"


class GoldRow(msgspec.Struct, frozen=True):
    """A question with the answers that readers called right; with none it must be declined."""

    question: str
    answers: list[str]
    source: str
    kind: str
    variant: str


@get(
    "/feedback/export",
    opt={"scope": "admin"},
    sync_to_thread=True,
    security=[{"key": []}],
    responses={
        200: ResponseSpec(list[GoldRow], description="The questions; or each on a line.", generate_examples=False),
        **problems(
            {
                401: "No key, or one that is wrong, expired or revoked.",
                403: "The key has not the scope admin, or there are no keys.",
                503: "The feedback cannot be read.",
            }
        ),
    },
)
def export_feedback(request: Request[Any, Any, State], book: NamedDependency[FeedbackBook]) -> Response[Any]:
    """What readers called right, or called unanswerable, as gold questions: a JSON list, or lines of JSON."""
    rows = [msgspec.convert(row, GoldRow) for row in gold_rows(book.entries())]
    headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    if prefers(request, NDJSON):
        encoder = msgspec.json.Encoder()
        return Response(encoder.encode_lines(rows), media_type=NDJSON, headers=headers)
    return Response(rows, media_type=MediaType.JSON, headers=headers)
