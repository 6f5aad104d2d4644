"""The nouns of asking, as HTTP returns them. Offsets count code points of the article's text, end exclusive."""

from __future__ import annotations

from typing import Literal

import msgspec

QuestionType = Literal["time", "num", "who", "where", "why", "how", "what"]


class Step(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """One visible repair of a question: what stood there and what it was taken for."""

    kind: str
    before: str
    after: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it was understood."""

    text: str
    type: QuestionType
    language: str
    steps: tuple[Step, ...] = ()


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a quote stands: `text_of(source)[start:end] == quote` always holds.

    Attributes:
        sha256: of the file when it was indexed; another one means that the file has changed since.
        prefix, suffix: the words around the quote (W3C TextQuoteSelector), to find it again in a changed text.
        link: the article page of this service with the words highlighted.
    """

    article: str
    source: str
    title: str
    url: str | None
    published: str | None
    sha256: str
    start: int
    end: int
    quote: str
    sentence_start: int
    sentence_end: int
    prefix: str
    suffix: str
    link: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Another place that says the same."""

    article: str
    source: str
    title: str
    start: int
    end: int
    quote: str


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """Where a passage that nearly repeats another stands: the same words but for small edits, the same numbers."""

    article: str
    source: str
    start: int
    end: int


class When(msgspec.Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The days that an answer means.

    Attributes:
        first, last: as ISO 8601, both inclusive.
        text: the words that say so.
        resolved: whether it took the date of the article to know ("hôm qua", "20/5").
    """

    first: str
    last: str
    text: str
    resolved: bool


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A quoted answer.

    Attributes:
        confidence: the fitted probability that its sentence is the right one.
        when: for answers that are a time, its days, where they are known.
        also: other places that say the same, copies of the article among them (`qa.retrieve.copies`).
        disputed: another article gives another date or figure, about as surely; these stand together, newest first.
    """

    text: str
    confidence: float
    sentence: str
    citation: Citation
    when: When | None = None
    also: tuple[Place, ...] = ()
    disputed: bool = False


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk near the question.

    Attributes:
        score: the fused one; it orders the passages of one reply, no more.
        also: its copies in other articles, which are neither read nor shown as passages of their own.
    """

    article: str
    source: str
    title: str
    start: int
    end: int
    text: str
    score: float
    also: tuple[Copy, ...] = ()


class IndexState(msgspec.Struct, frozen=True, kw_only=True):
    """Which state of the collection gave the reply."""

    generation: int
    articles: int
    chunks: int


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What /ask returns. Declined: `answered` false, `answer` null, `answers` empty, `passages` still the nearest."""

    question: str
    understood: Question
    answered: bool
    answer: str | None
    confidence: float
    answers: tuple[Answer, ...]
    passages: tuple[Passage, ...]
    index: IndexState
    took_ms: float


class SearchReply(msgspec.Struct, frozen=True, kw_only=True):
    """What /search returns: passages only."""

    question: str
    understood: Question
    passages: tuple[Passage, ...]
    index: IndexState
    took_ms: float
