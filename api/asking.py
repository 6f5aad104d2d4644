"""From what a surface was given to the one request that there is, and from the request to the reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from api.records import AskRequest
from api.validation import read
from index.records import Filters

if TYPE_CHECKING:
    from qa.pipeline import Asker
    from qa.records import Reply, SearchReply

NEAREST = 10
"""Passages that a search returns when no number is named."""
FILTERS = tuple(field.encode_name for field in msgspec.structs.fields(Filters))
"""What filters are called outside."""


def request_of(arguments: Mapping[str, object]) -> AskRequest:
    """The request of a surface on which filters stand beside the question: the command line, the tools of assistants.

    Args:
        arguments: by the names that they have over HTTP, such as "from" and "to".

    Raises:
        RequestError: a value is missing, unknown, of the wrong type or out of range.
    """
    filters = read(Filters, {name: value for name, value in arguments.items() if name in FILTERS})
    others = {name: value for name, value in arguments.items() if name not in FILTERS}
    return read(AskRequest, {**others, "filters": unless_empty(filters)})


def unless_empty(filters: Filters) -> Filters | None:
    """The filters; None where none is set, so that the whole collection is searched the quick way."""
    return None if filters == Filters() else filters


def answer(asker: Asker, request: AskRequest) -> Reply:
    """Answer a question with quotes, or decline.

    Raises:
        FilterError: a filter makes no sense.
    """
    return asker.ask(
        request.question,
        top=request.top,
        filters=request.filters,
        context=request.context,
        repair=request.repair,
    )


def search(asker: Asker, request: AskRequest) -> SearchReply:
    """The passages nearest to a question.

    Raises:
        FilterError: a filter makes no sense.
    """
    top = request.top or NEAREST
    return asker.search(request.question, top=top, filters=request.filters, repair=request.repair)
