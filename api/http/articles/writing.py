"""The routes that change the collection: an article is put in, or taken out, while questions are answered."""

import asyncio
import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, Reference, RequestBody, Schema
from litestar.params import PathParameter

from api.http.articles.desk import Desk
from api.http.articles.parameters import ArticleId
from api.http.contract import JSON, body_of, content_type, json_of, problems
from api.records import Removed
from api.validation import RequestError, read, shown
from index.read import declared, document, unreadable
from index.records import Document, Skipped, Stored

MAX_NAME = 300
NOT_UTF_8 = "\ufffd"
"""What the server makes of bytes in a path that are not UTF-8; names that differ in nothing else would be one."""
MAX_DECLARED = 1000
"""Characters of a title, a date, a publisher, an address."""
ENDINGS = {"text/plain": ".txt", "text/markdown": ".md", "text/html": ".html"}
EXAMPLE = '{"text": "…", "title": "…", "published": "2025-08-19"}'
_FAILURES = {
    400: "The name or a field is not as it must be, or no article can be read from the body.",
    401: "No key, or one that is wrong, expired or revoked.",
    403: "The key has not the scope write, or there are no keys.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is of a type that is not taken.",
    503: "Nothing was changed: another one is writing, or the disk takes nothing.",
}

Declared = Annotated[str, msgspec.Meta(max_length=MAX_DECLARED)]


class Upload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article as JSON: its text, in which offsets will count, and what is known of it."""

    text: Annotated[str, msgspec.Meta(min_length=1)]
    title: Declared | None = None
    published: Declared | None = None
    publisher: Declared | None = None
    url: Declared | None = None


@dataclass
class PutOperation(Operation):
    """What the schema says of the body, which is read by hand: JSON, or the file itself."""

    def __post_init__(self) -> None:
        """Describe the types that are taken."""
        text = Schema(type=OpenAPIType.STRING, min_length=1)
        known = Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL], max_length=MAX_DECLARED)
        names = ("title", "published", "publisher", "url")
        properties: dict[str, Reference | Schema] = {"text": text, **dict.fromkeys(names, known)}
        article = Schema(type=OpenAPIType.OBJECT, required=["text"], properties=properties, additional_properties=False)
        types = {JSON: OpenAPIMediaType(schema=article), **dict.fromkeys(ENDINGS, OpenAPIMediaType(schema=text))}
        self.request_body = RequestBody(required=True, content=types)


Name = Annotated[
    str,
    PathParameter(
        min_length=1, max_length=MAX_NAME, description='What citations call it (`source`), such as "2024/a.txt".'
    ),
]

Rest = Annotated[str, PathParameter(description="The rest of a name that has strokes in it.")]


async def put_article(
    request: Request[Any, Any, State], desk: NamedDependency[Desk], article_id: Name, rest: Rest = ""
) -> Response[Stored]:
    """Add an article, or replace the one of this name: as JSON, or the file itself as text, Markdown or HTML.

    It can be asked for when the reply comes, by every worker within a second.
    """
    name = _checked_name(article_id + rest)
    kind = content_type(request, (JSON, *ENDINGS))
    body = await body_of(request)
    # A page of a megabyte takes seconds to read, in which others are to be answered.
    stored = await desk.put(await asyncio.to_thread(_document, name, kind, body))
    added = stored.outcome == "added"
    return Response(stored, status_code=HTTPStatus.CREATED if added else HTTPStatus.OK)


@delete(
    "/articles/{article_id:str}",
    status_code=200,
    opt={"scope": "write"},
    security=[{"key": []}],
    responses=problems({status: _FAILURES[status] for status in (400, 401, 403, 503)} | {404: "No such article."}),
)
async def delete_article(
    desk: NamedDependency[Desk],
    article_id: ArticleId,
) -> Removed:
    """Take an article out."""
    return await desk.remove(article_id)


def writing_routes(most_bytes: int) -> list[HTTPRouteHandler]:
    """The routes; `most_bytes`: of an article."""
    into = put(
        ["/articles/{article_id:str}", "/articles/{article_id:str}/{rest:path}"],
        opt={"scope": "write"},
        security=[{"key": []}],
        operation_class=PutOperation,
        responses={
            200: ResponseSpec(Stored, description="It was changed, or stood there already.", generate_examples=False),
            201: ResponseSpec(Stored, description="It was added.", generate_examples=False),
            **problems(_FAILURES),
        },
        request_max_body_size=most_bytes,
    )
    return [into(put_article), delete_article]


def _checked_name(name: str) -> str:
    """A name that could be a path below a folder, and only below it."""
    parts = name.split("/")
    readable = name.isprintable() and NOT_UTF_8 not in name and "\\" not in name
    if not readable or len(name) > MAX_NAME or any(part.strip(" .") == "" for part in parts):
        raise RequestError(
            f"{shown(name)} is no name for an article; write it like a path below a folder (2024/a.txt), "
            f"with at most {MAX_NAME} printable characters in UTF-8."
        )
    return name


def _document(name: str, kind: str, body: bytes) -> Document:
    """The document of a body."""
    if kind != JSON:
        found = document(body, name, ENDINGS[kind])
        if isinstance(found, Skipped):
            raise RequestError(f"No article can be read from the body: {found.reason}.")
        return found
    upload = read(Upload, json_of(body, EXAMPLE))
    if reason := unreadable(upload.text):
        raise RequestError(f'No article can be read from "text": {reason}.')
    known = {name: value for name, value in msgspec.structs.asdict(upload).items() if value is not None}
    return declared(known, name, upload.text, hashlib.sha256(body).hexdigest())
