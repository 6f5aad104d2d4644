"""What assistants can do with a collection: three calls, what each takes, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec.structs import asdict

from api.asking import request_of
from api.records import MAX_OFFSET
from api.validation import RequestError, read, shown
from qa.records import Answer, Passage, Place, When

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.mcp.backends import Backend

MOST_READ = 8000
"""Code points that one reading returns: some 1,800 words of Vietnamese, which fit into a conversation."""

Offset = Annotated[int, msgspec.Meta(ge=0, le=MAX_OFFSET)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of which article to read."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100, description="`article` of a quote or passage.")]
    start: Annotated[Offset, msgspec.Meta(description="First code point to read.")] = 0
    end: Annotated[Offset, msgspec.Meta(description=f"Where to end; at most {MOST_READ} after start.")] | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A verbatim answer: `text` is what the article has from `start` to `end`, in code points, end exclusive.

    Attributes:
        sentence: the whole sentence around it, verbatim too.
        confidence: the fitted probability that the sentence is the right one.
        when: the days that an answer means, where it is a time and they are known.
        also: other places that say the same.
        disputed: another article gives another date or figure, about as surely; tell both.
        link: a page of the article with the words marked, where a service shows one.
    """

    text: str
    sentence: str
    confidence: float
    article: str
    source: str
    title: str
    published: str | None
    url: str | None
    start: int
    end: int
    when: When | None
    also: tuple[Place, ...]
    disputed: bool
    link: str | None


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question. Declined: no answer, no quotes.

    Attributes:
        understood: the question as it was taken, with accents restored and slips mended.
        answer: the text of the first quote.
        quotes: best first.
    """

    declined: bool
    answer: str | None
    confidence: float
    understood: str
    quotes: tuple[Quote, ...]


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """The passages nearest to a question, best first; none of them needs to answer it."""

    understood: str
    passages: tuple[Passage, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an article, verbatim: its code points from `start` to `end`.

    Attributes:
        length: code points of the whole text.
        next: where to go on reading; null at the end.
    """

    article: str
    source: str
    title: str
    published: str | None
    publisher: str | None
    url: str | None
    language: str
    text: str
    start: int
    end: int
    length: int
    next: int | None


def ask(backend: Backend, arguments: Mapping[str, Any]) -> Quoted:
    """Answer a question with quotes, or decline.

    Raises:
        RequestError: the arguments make no request.
    """
    reply = backend.ask(request_of(arguments))
    return Quoted(
        declined=not reply.answered,
        answer=reply.answer,
        confidence=reply.confidence,
        understood=reply.understood.text,
        quotes=tuple(_quote(answer, backend.address) for answer in reply.answers),
    )


def search(backend: Backend, arguments: Mapping[str, Any]) -> Near:
    """The passages nearest to a question.

    Raises:
        RequestError: the arguments make no request.
    """
    reply = backend.search(request_of(arguments))
    return Near(understood=reply.understood.text, passages=reply.passages)


def read_article(backend: Backend, arguments: Mapping[str, Any]) -> Part:
    """A part of an article, not longer than `MOST_READ`.

    Raises:
        RequestError: there is no such article or part.
    """
    wanted = read(Wanted, arguments)
    article = backend.article(wanted.id)
    length, end = len(article.text), _end(wanted, len(article.text))
    part = {
        "article": article.id,
        "text": article.text[wanted.start : end],
        "start": wanted.start,
        "end": end,
        "length": length,
        "next": end if end < length else None,
    }
    return msgspec.convert(asdict(article) | part, Part)


def _end(wanted: Wanted, length: int) -> int:
    """Where a reading ends in a text of this length."""
    last = length if wanted.end is None else wanted.end
    if not wanted.start < min(last, length):
        given = f'"start" is {wanted.start} and "end" is {shown(wanted.end)}'
        raise RequestError(f"{given}; start before end is needed, and below {length}, where the text ends.")
    return min(last, length, wanted.start + MOST_READ)


def _quote(answer: Answer, address: str | None) -> Quote:
    """An answer with its citation beside it, as far as assistants need them."""
    cited = answer.citation
    link = address and address + cited.link
    return msgspec.convert(asdict(cited) | asdict(answer) | {"text": cited.quote, "link": link}, Quote)
