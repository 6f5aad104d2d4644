"""Everything that goes wrong over HTTP is an RFC 9457 problem."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import ParameterKwarg

from api.records import Problem
from api.redact import without_keys
from api.validation import RequestError, sentence, shown
from index.errors import FilterError, HoidapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar.typing import FieldDefinition

PROBLEM_JSON = "application/problem+json"
MAX_BODY = 64_000
"""Bytes of a request body: room for a question, its context and its filters many times over."""

BAD_QUERY = "A parameter is missing, unknown, repeated, out of range or not UTF-8."
CLOSED = "The collection cannot be read."
"""When a route fails so, for the schema."""

log = structlog.get_logger("hoidap")


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response[Problem]:
    """A problem as a response."""
    return Response(
        Problem(title=HTTPStatus(status).phrase, status=status, detail=detail),
        status_code=status,
        media_type=PROBLEM_JSON,
        headers=dict(headers or {}),
    )


def problems(whens: Mapping[int, str]) -> dict[int, ResponseSpec]:
    """How a route can fail, by status, for the schema."""
    return {
        status: ResponseSpec(Problem, description=when, media_type=PROBLEM_JSON, generate_examples=False)
        for status, when in whens.items()
    }


def query_names(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The query parameters that a route takes: the name in the URL by the name in the code."""
    fields: dict[str, FieldDefinition] = request.route_handler.parsed_fn_signature.parameters
    return {
        name: definition.name or name
        for name, field in fields.items()
        if isinstance(definition := field.kwarg_definition, ParameterKwarg)
        and definition.param_type == "query"
        and not field.is_di_field
    }


def _refused(_request: Request[Any, Any, Any], error: RequestError) -> Response[Problem]:
    return problem(error.status, str(error), error.headers)


def _bad_filter(_request: Request[Any, Any, Any], error: FilterError) -> Response[Problem]:
    return problem(400, str(error))


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> Response[Problem]:
    """Litestar's complaints about query parameters, in sentences that repeat the value."""
    names = query_names(request)
    complaints = [entry for entry in error.extra or () if isinstance(entry, dict) and "key" in entry]
    sentences = []
    for complaint in complaints:
        name = names.get(complaint["key"], complaint["key"])
        sentences.append(sentence(complaint["message"], f'"{name}"', request.query_params.get(str(name))))
    return problem(error.status_code, " ".join(sentences) or error.detail)


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    if isinstance(error, InternalServerException) and "client disconnected" in error.detail:
        # Nobody reads the reply; the log is not to call it our failure.
        return problem(400, "The body ended before it was complete.")
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _crashed(request, error)
    path = shown(request.url.path)
    allowed = (error.headers or {}).get("allow", "")
    details = {
        404: f"There is nothing at {path}; /schema lists what there is.",
        405: f"{request.method} is not allowed at {path}; {allowed} are.",
        413: f"The body has more than the {_most_bytes(request)} bytes that are allowed.",
    }
    return problem(error.status_code, details.get(error.status_code, error.detail), error.headers)


def _most_bytes(request: Request[Any, Any, Any]) -> int:
    handler = request.scope.get("route_handler")
    return (handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None) or MAX_BODY


def _unavailable(request: Request[Any, Any, Any], error: HoidapError) -> Response[Problem]:
    log.error("collection_unavailable", path=without_keys(request.scope["path"]), reason=str(error))
    return problem(503, "The collection cannot be read just now; the service's log says why.")


def _crashed(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    log.error("request_failed", path=without_keys(request.scope["path"]), exc_info=error)
    return problem(500, "Something went wrong here; the service's log says what.")


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    RequestError: _refused,
    FilterError: _bad_filter,
    HoidapError: _unavailable,
    ValidationException: _invalid,
    HTTPException: _http,
    Exception: _crashed,
}
