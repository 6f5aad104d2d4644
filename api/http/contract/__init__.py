"""What is checked of every request, how every refusal looks, and the schema that says so."""

from __future__ import annotations

from api.http.contract.checks import JSON, body_of, check_request, content_type, json_of, prefers
from api.http.contract.errors import BAD_QUERY, CLOSED, EXCEPTION_HANDLERS, MAX_BODY, problems
from api.http.contract.fresh import FRESH, add_tag, unchanged, unless_known
from api.http.contract.schema import ArticleOperation, openapi

__all__ = [
    "BAD_QUERY",
    "CLOSED",
    "EXCEPTION_HANDLERS",
    "FRESH",
    "JSON",
    "MAX_BODY",
    "ArticleOperation",
    "add_tag",
    "body_of",
    "check_request",
    "content_type",
    "json_of",
    "openapi",
    "prefers",
    "problems",
    "unchanged",
    "unless_known",
]
