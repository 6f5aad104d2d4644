"""Where the tools of assistants find their articles: in an index on this machine, or at a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from api import asking
from api.validation import RequestError, shown

if TYPE_CHECKING:
    from api.client import Client
    from api.collection import LiveCollection
    from api.records import AskRequest
    from index.records import Article
    from qa.records import Reply, SearchReply


class Backend(Protocol):
    """What is asked. `address`: of the service that shows articles as pages; None where there is none."""

    address: str | None

    def ask(self, request: AskRequest) -> Reply:
        """Answer with quotes, or decline."""

    def search(self, request: AskRequest) -> SearchReply:
        """The nearest passages."""

    def article(self, article_id: str) -> Article:
        """One article with its text."""


class IndexBackend:
    """The articles of an index on this machine, of its newest generation."""

    address: str | None = None

    def __init__(self, collection: LiveCollection) -> None:
        self._collection = collection

    def ask(self, request: AskRequest) -> Reply:
        """Answer with quotes, or decline."""
        with self._collection.asker() as asker:
            return asking.answer(asker, request)

    def search(self, request: AskRequest) -> SearchReply:
        """The nearest passages."""
        with self._collection.asker() as asker:
            return asking.search(asker, request)

    def article(self, article_id: str) -> Article:
        """One article with its text.

        Raises:
            RequestError: there is none of this id.
        """
        with self._collection.asker() as asker:
            found = asker.snapshot.article(article_id)
        if found is None:
            raise RequestError(f"There is no article {shown(article_id)}; take `article` of a quote or passage.", 404)
        return found


class ServiceBackend:
    """The articles of a service that runs elsewhere."""

    def __init__(self, client: Client) -> None:
        self.address: str | None = client.address
        self._client = client

    def ask(self, request: AskRequest) -> Reply:
        """Answer with quotes, or decline."""
        return self._client.ask(request.question, context=request.context, **_given(request))

    def search(self, request: AskRequest) -> SearchReply:
        """The nearest passages."""
        return self._client.search(request.question, **_given(request))

    def article(self, article_id: str) -> Article:
        """One article with its text."""
        return self._client.article(article_id)


def _given(request: AskRequest) -> dict[str, Any]:
    """What stands beside the question, as the client takes it."""
    filters = msgspec.structs.asdict(request.filters) if request.filters else {}
    return {"top": request.top, "repair": request.repair, **filters}
