"""The client for programs in Python: asks a running service over HTTP, and gives back its records."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import sleep, time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import msgspec

from api.records import ArticlePage, Kept, Readiness, Removed
from index.errors import HoidapError
from index.records import Article, Stored
from qa.records import Citation, Reply, SearchReply

try:
    import httpx
except ImportError as error:
    raise HoidapError("The client needs the package httpx: pip install 'hoidap[client]'") from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from api.beside import Verdict

SHORTEST_WAIT = 1.0
"""Seconds that a wait counts at least, so that `Retry-After: 0` does not ask for ever."""

Record = TypeVar("Record")


class ServiceError(HoidapError):
    """The service gave no reply, or said why there is none (RFC 9457).

    Attributes:
        title: what kind of problem it is, in two or three words.
        status: of HTTP; None when there was no answer at all.
        detail: what was wrong, the value, and what would be right.
    """

    def __init__(self, title: str, status: int | None, detail: str) -> None:
        super().__init__(detail)
        self.title = title
        self.status = status
        self.detail = detail


class _Problem(msgspec.Struct):
    # RFC 9457 requires none of its members.
    title: str = ""
    detail: str = ""


class Client:
    """A running service; threads may share it. Close it, or use it as a context manager.

    Whatever is not a reply is a `ServiceError`. Offsets count code points, end exclusive: `text[start:end]` in Python.

    Args:
        address: where `hoidap serve` listens, such as "http://127.0.0.1:8000"; a path before the routes may follow.
        key: for what changes the collection.
        timeout: seconds to wait for the service to connect, and then for each part of its answer.
        patience: seconds in all that one call waits while the service says 503 and when to come again (Retry-After);
            0 never asks again. Nothing else is asked twice.
        transport: how requests travel instead of by network, for tests.

    Raises:
        ServiceError: the address is none.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        timeout: float = 10.0,
        patience: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._patience = patience
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        try:
            self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout, transport=transport)
        except httpx.InvalidURL as error:
            raise ServiceError("Not an address", None, f"{address!r} is not an address: {error}.") from error
        self.address = str(self._http.base_url.copy_with(userinfo=b"")).rstrip("/")

    def __enter__(self) -> Self:
        """Use it in a `with` block, which closes it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(  # noqa: PLR0913 — a field of the request each
        self,
        question: str,
        *,
        top: int | None = None,
        source: str | None = None,
        since: str | None = None,
        until: str | None = None,
        language: str | None = None,
        context: Sequence[str] = (),
        repair: bool = True,
    ) -> Reply:
        """Answer a question with quotes, or decline (`answered` is false, which is no error).

        Args:
            question: as people type it, at most 500 characters.
            top: answers wanted, 1 to 20; without it the service's setting.
            source: a glob over the articles' sources, such as "2024/*".
            since: the first date (ISO 8601) of articles that may answer.
            until: the last one.
            language: of the articles: "vi", "en", "zh" or "ru".
            context: the questions before it, oldest first, at most 5.
            repair: False takes the question as typed.
        """
        filters = _given(source=source, language=language, **{"from": since, "to": until})
        body = {"question": question, "context": list(context), "repair": repair}
        return self._record(Reply, self._request("POST", "/ask", body=body | _given(top=top, filters=filters or None)))

    def search(  # noqa: PLR0913 — a parameter of the URL each
        self,
        question: str,
        *,
        top: int | None = None,
        source: str | None = None,
        since: str | None = None,
        until: str | None = None,
        language: str | None = None,
        repair: bool = True,
    ) -> SearchReply:
        """The passages nearest to a question, 10 unless `top` says otherwise; the arguments are those of `ask`."""
        query = _given(q=question, top=top, source=source, language=language, **{"from": since, "to": until})
        return self._record(
            SearchReply, self._request("GET", "/search", query=query | ({} if repair else {"repair": "false"}))
        )

    def articles(self, offset: int = 0, limit: int = 20) -> ArticlePage:
        """A page of the articles, by source; `limit` is at most 100."""
        return self._record(ArticlePage, self._request("GET", "/articles", query={"offset": offset, "limit": limit}))

    def article(self, article_id: str) -> Article:
        """One article with its text; `article` of a citation is its id."""
        return self._record(Article, self._request("GET", f"/articles/{_segment(article_id)}"))

    def article_text(self, article_id: str) -> str:
        """The text in which offsets count, unchanged."""
        response = self._response(self._request("GET", f"/articles/{_segment(article_id)}/text"))
        try:
            return response.content.decode()
        except UnicodeDecodeError as error:
            raise _not_ours(response, error) from error

    def feedback(
        self,
        question: str,
        verdict: Verdict,
        *,
        citation: Citation | None = None,
        reason: str | None = None,
        note: str | None = None,
    ) -> Kept:
        """Say whether an answer is "right" or "wrong" (with its citation), or "no_answer_expected"."""
        cited = citation and {"article": citation.article, "start": citation.start, "end": citation.end}
        body = _given(question=question, verdict=verdict, citation=cited, reason=reason, note=note)
        return self._record(Kept, self._request("POST", "/feedback", body=body))

    def ready(self) -> Readiness:
        """That index and models are open, and which generation answers; a `ServiceError` when they are not."""
        return self._record(Readiness, self._request("GET", "/readyz"))

    def put_article(  # noqa: PLR0913 — a field of the request each
        self,
        name: str,
        text: str,
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        url: str | None = None,
    ) -> Stored:
        """Add an article, or replace the one of this name (`source` in citations). It takes a key.

        Offsets will count in `text` as it is; what else is given counts more than what the text tells of itself.
        """
        body = _given(text=text, title=title, published=published, publisher=publisher, url=url)
        return self._record(Stored, self._request("PUT", f"/articles/{_segment(name)}", body=body))

    def delete_article(self, article_id: str) -> Removed:
        """Remove an article. It takes a key."""
        return self._record(Removed, self._request("DELETE", f"/articles/{_segment(article_id)}"))

    def _record(self, kind: type[Record], request: httpx.Request) -> Record:
        """What is replied to a request, as a record of ours."""
        response = self._response(request)
        try:
            return msgspec.json.decode(response.content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _not_ours(response, error) from error

    def _request(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> httpx.Request:
        if body is None:
            return self._http.build_request(method, path, params=query)
        content, headers = msgspec.json.encode(body), {"Content-Type": "application/json"}
        return self._http.build_request(method, path, params=query, content=content, headers=headers)

    def _response(self, request: httpx.Request) -> httpx.Response:
        """The successful response to a request, which is sent again while the service says when, and patience lasts."""
        waited = 0.0
        while (response := self._sent(request)).status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            wait = _retry_after(response)
            if wait is None or waited + wait > self._patience:
                break
            sleep(wait)
            waited += wait
        if not response.is_success:
            raise _refusal(response)
        return response

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request)
        except httpx.TimeoutException as error:
            detail = f"{self.address} did not answer within {self._timeout:g} seconds; try later or with more timeout."
            raise ServiceError("No answer in time", None, detail) from error
        except httpx.RequestError as error:
            why = str(error) or type(error).__name__
            raise ServiceError("No answer", None, f"{self.address} cannot be asked: {why}. Is it running?") from error


def _given(**values: object) -> dict[str, object]:
    """What was given; what was left out is for the service to choose."""
    return {name: value for name, value in values.items() if value is not None}


def _segment(name: str) -> str:
    """A name as one segment of a path.

    Raises:
        ServiceError: there is no such segment: a path would lead elsewhere.
    """
    if name in {"", ".", ".."}:
        raise ServiceError("Not a name", None, f"{name!r} can name no article; give the `article` of a citation.")
    return quote(name, safe="")


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds after which the service asks to be asked again, at least `SHORTEST_WAIT`; None where it does not."""
    said = response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(said) if said.isdecimal() else parsedate_to_datetime(said).timestamp() - time()
    except ValueError:
        return None
    return max(SHORTEST_WAIT, seconds)


def _refusal(response: httpx.Response) -> ServiceError:
    """The problem that a response tells; a page of a proxy on the way tells none."""
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        problem = _Problem()
    said = f"{response.url.path} answered {response.status_code} and did not say why; is a proxy in between?"
    title = problem.title or response.reason_phrase or "No reply"
    return ServiceError(title, response.status_code, problem.detail or said)


def _not_ours(response: httpx.Response, error: Exception) -> ServiceError:
    """What answered is not hoidap, or one that speaks otherwise than this client."""
    detail = f"What {response.url.path} answered is not understood: {error}. Is it hoidap, of this version?"
    return ServiceError("Not a reply of hoidap", response.status_code, detail)
