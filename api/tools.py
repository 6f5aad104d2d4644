"""What assistants can do with a collection: three calls, what each takes, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec

from api.reading import RequestError, check_question, shown
from api.records import MAX_OFFSET, QuestionText, filters_of
from index.records import Article, Filters
from qa.config import MAX_TOP
from qa.records import Answer, Passage, Place, Reply, SearchReply, When

if TYPE_CHECKING:
    from api.client import Client
    from api.collection import Collection

NEAREST = 10
"""Passages that a search returns when no number is named, as over HTTP."""
MOST_READ = 8000
"""Code points that one reading returns: some 1,800 words of Vietnamese, which fit into a conversation."""

Offset = Annotated[int, msgspec.Meta(ge=0, le=MAX_OFFSET)]


class Asked(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}
):
    """A question, and which articles may answer it."""

    question: QuestionText
    top: (
        Annotated[int, msgspec.Meta(ge=1, le=MAX_TOP, description="How many; by default 3 answers or 10 passages.")]
        | None
    ) = None
    source: Annotated[str, msgspec.Meta(description='Glob over sources, such as "2024/*".')] | None = None
    since: Annotated[str, msgspec.Meta(description="Only articles of this date (ISO 8601) or later.")] | None = None
    until: Annotated[str, msgspec.Meta(description="Only articles of this date or earlier.")] | None = None
    language: Annotated[str, msgspec.Meta(description="Language of the articles: vi, en, zh or ru.")] | None = None

    def __post_init__(self) -> None:
        """Refuse a blank question."""
        check_question(self.question)


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


class Articles(Protocol):
    """What is asked. `address`: of the service that shows articles as pages; None where there is none."""

    address: str | None

    def ask(self, asked: Asked) -> Reply:
        """Answer with quotes, or decline."""

    def search(self, asked: Asked) -> SearchReply:
        """The nearest passages."""

    def article(self, article_id: str) -> Article:
        """One article with its text."""


class ArticlesOfIndex:
    """The articles of an index on this machine, of its newest generation."""

    address: str | None = None

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def ask(self, asked: Asked) -> Reply:
        """Answer with quotes, or decline."""
        with self._collection.asker() as asker:
            return asker.ask(asked.question, top=asked.top, filters=_filters(asked))

    def search(self, asked: Asked) -> SearchReply:
        """The nearest passages."""
        with self._collection.asker() as asker:
            return asker.search(asked.question, top=asked.top or NEAREST, filters=_filters(asked))

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


class ArticlesOfService:
    """The articles of a service that runs elsewhere."""

    def __init__(self, client: Client) -> None:
        self.address: str | None = client.address
        self._client = client

    def ask(self, asked: Asked) -> Reply:
        """Answer with quotes, or decline."""
        return self._client.ask(**msgspec.structs.asdict(asked))

    def search(self, asked: Asked) -> SearchReply:
        """The nearest passages."""
        return self._client.search(**msgspec.structs.asdict(asked))

    def article(self, article_id: str) -> Article:
        """One article with its text."""
        return self._client.article(article_id)


def ask(articles: Articles, asked: Asked) -> Quoted:
    """Answer a question with quotes, or decline."""
    reply = articles.ask(asked)
    return Quoted(
        declined=not reply.answered,
        answer=reply.answer,
        confidence=reply.confidence,
        understood=reply.understood.text,
        quotes=tuple(_quote(answer, articles.address) for answer in reply.answers),
    )


def search(articles: Articles, asked: Asked) -> Near:
    """The passages nearest to a question."""
    reply = articles.search(asked)
    return Near(understood=reply.understood.text, passages=reply.passages)


def read_article(articles: Articles, wanted: Wanted) -> Part:
    """A part of an article, not longer than `MOST_READ`.

    Raises:
        RequestError: there is no such article or part.
    """
    article = articles.article(wanted.id)
    length = len(article.text)
    last = length if wanted.end is None else wanted.end
    if not wanted.start < min(last, length):
        given = f'"start" is {wanted.start} and "end" is {shown(wanted.end)}'
        raise RequestError(f"{given}; start before end is needed, and below {length}, where the text ends.")
    end = min(last, length, wanted.start + MOST_READ)
    return Part(
        article=article.id,
        source=article.source,
        title=article.title,
        published=article.published,
        publisher=article.publisher,
        url=article.url,
        language=article.language,
        text=article.text[wanted.start : end],
        start=wanted.start,
        end=end,
        length=length,
        next=end if end < length else None,
    )


def _filters(asked: Asked) -> Filters | None:
    return filters_of(asked.source, asked.since, asked.until, asked.language)


def _quote(answer: Answer, address: str | None) -> Quote:
    cited = answer.citation
    return Quote(
        text=cited.quote,
        sentence=answer.sentence,
        confidence=answer.confidence,
        article=cited.article,
        source=cited.source,
        title=cited.title,
        published=cited.published,
        url=cited.url,
        start=cited.start,
        end=cited.end,
        when=answer.when,
        also=answer.also,
        disputed=answer.disputed,
        link=address and address + cited.link,
    )
