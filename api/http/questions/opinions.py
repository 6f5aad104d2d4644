"""The routes of what readers say of answers: it is kept, and comes out as gold questions."""

import sqlite3
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from api.beside import FeedbackBook, FeedbackRequest, entry_of
from api.beside.gold import GoldRow, gold_rows
from api.collection import LiveCollection
from api.http.contract import CLOSED, prefers, problems
from api.http.watch import FEEDBACK
from api.records import Kept
from api.validation import RequestError

NDJSON = "application/x-ndjson"

OpenBook = NamedDependency[FeedbackBook]

log = structlog.get_logger("hoidap")


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
def feedback(data: JSONBody[FeedbackRequest], collection: NamedDependency[LiveCollection], book: OpenBook) -> Kept:
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
def export_feedback(request: Request[Any, Any, State], book: OpenBook) -> Response[Any]:
    """What readers called right, or called unanswerable, as gold questions: a JSON list, or lines of JSON."""
    rows = list(gold_rows(book.entries()))
    headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    if prefers(request, NDJSON):
        encoder = msgspec.json.Encoder()
        return Response(encoder.encode_lines(rows), media_type=NDJSON, headers=headers)
    return Response(rows, media_type=MediaType.JSON, headers=headers)
