"""The routes that answer questions, and that find passages."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.asking import search as nearest
from api.asking import unless_empty
from api.collection import LiveCollection
from api.http.contract import BAD_QUERY, CLOSED, FRESH, problems, unless_known
from api.http.questions.asked import AskedQuestions
from api.http.questions.parameters import (
    LanguageQuery,
    OptionalTopQuery,
    QuestionQuery,
    RepairQuery,
    SinceQuery,
    SourceQuery,
    TopQuery,
    UntilQuery,
)
from api.records import AskRequest
from index.records import Filters
from qa.records import Reply, SearchReply

OpenCollection = NamedDependency[LiveCollection]
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
    filters = unless_empty(Filters(source=source, since=since, until=until, language=language))
    return _answer(AskRequest(question=q, top=top, filters=filters, repair=repair), collection, asked, caller)


def _answer(request: AskRequest, collection: LiveCollection, asked: AskedQuestions, caller: str) -> Reply:
    reply = collection.ask(request)
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
    filters = unless_empty(Filters(source=source, since=since, until=until, language=language))
    request = AskRequest(question=q, top=top, filters=filters, repair=repair)
    with collection.asker() as asker:
        return nearest(asker, request)
