"""What is checked of a request before Litestar reads it: encodings, names, the body."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from api.http.connections import SECONDS_FOR_BODY
from api.http.contract.errors import query_names
from api.validation import RequestError, read, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Request

JSON = "application/json"

EXAMPLE = '{"question": "khi nào SCO Astana?"}'


async def check_request(request: Request[Any, Any, Any]) -> None:
    """Refuse what Litestar would guess at: bytes that are not UTF-8, unknown or repeated names, a body of another type.

    Raises:
        RequestError: says which and what would be right.
    """
    check_query(request)
    if (data := request.route_handler.parsed_data_field) is not None:
        content_type(request, (JSON,))
        # Litestar reads bodies leniently ("3" for 3); the contract does not.
        read(data.annotation, json_of(await body_of(request)))


async def body_of(request: Request[Any, Any, Any]) -> bytes:
    """The body, if it comes in time.

    Raises:
        RequestError: it does not (408).
    """
    try:
        async with asyncio.timeout(SECONDS_FOR_BODY):
            return await request.body()
    except TimeoutError:
        raise RequestError(f"The body did not come within {SECONDS_FOR_BODY:g} s.", status=408) from None


def check_query(request: Request[Any, Any, Any]) -> None:
    """Refuse a query string that is not UTF-8 or names something that the route does not take."""
    known = sorted(query_names(request).values())
    seen = set()
    try:
        pairs = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise RequestError(f"The query string is not UTF-8 ({error.reason}); percent-encode UTF-8.") from error
    for name, _ in pairs:
        if name not in known:
            raise RequestError(f"{shown(name)} is not a parameter here; {', '.join(known) or 'none'} may be given.")
        if name in seen:
            raise RequestError(f"{shown(name)} is given more than once; give it once.")
        seen.add(name)


def content_type(request: Request[Any, Any, Any], taken: Sequence[str]) -> str:
    """The type that a body calls itself, in UTF-8; browsers may send a text across sites unasked.

    Raises:
        RequestError: it is none of those that are taken (415).
    """
    given = request.headers.get("content-type", "")
    kind, _, parameters = given.lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    if kind.strip() not in taken or charset not in {"", "utf-8", "utf8"}:
        wanted = f"{taken[0]} in UTF-8 is needed" if len(taken) == 1 else f"{', '.join(taken)} are taken"
        raise RequestError(f"Content-Type is {shown(given)}; {wanted}.", status=415)
    return kind.strip()


def prefers(request: Request[Any, Any, Any], kind: str) -> bool:
    """Whether a client would rather have a type than JSON."""
    try:
        return request.accept.best_match([JSON, kind]) == kind
    except OverflowError:  # q=inf
        return False


def json_of(body: bytes, example: str = EXAMPLE) -> object:
    """The values of a JSON body; `example`: what would be right."""
    try:
        values: object = _JSON.decode(body)
    except UnicodeDecodeError as error:
        raise RequestError(f"The body is not UTF-8: {error.reason} after {error.start} bytes of a text.") from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise RequestError(f"The body is not JSON: {error}. Send something like {example}.") from error
    return values


def _number(written: str) -> float:
    """A number with a point or exponent; to JSON 3.0 is as whole as 3."""
    value = float(written)
    return int(value) if value.is_integer() else value


_JSON = msgspec.json.Decoder(float_hook=_number)
