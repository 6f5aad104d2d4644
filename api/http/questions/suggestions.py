"""What a reader may ask: examples that are answered, questions that others asked, titles of articles."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec
from litestar import get
from litestar.di import NamedDependency

from api.collection import LiveCollection
from api.http.contract import BAD_QUERY, CLOSED, problems
from api.http.questions.asked import AskedQuestions
from api.http.questions.parameters import QuestionQuery, SuggestQuery
from api.validation import check_question
from index.records import ArticleSummary
from index.stores import FOLDED
from index.text import fold, folded_terms, word_texts
from qa.question.spelling import spelling

if TYPE_CHECKING:
    from index.stores import Snapshot
    from qa.pipeline import Asker

NEWEST = 5
EXAMPLES = 4
TRIED = 12
"""Questions that are asked, at most, to find the examples."""
LOOKED_THROUGH = 200
"""Passages near what is typed whose titles are looked at."""


COST = 0.1
"""Of a request that counts against a limit: typing one question asks for suggestions some ten times."""


COMPLETIONS = 12
"""Words that the last one may become, whose passages are looked for."""


class Titled(msgspec.Struct, frozen=True, kw_only=True):
    """An article by its title."""

    article: str
    title: str


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """What may be meant by what is typed so far: questions that were answered, and articles."""

    questions: tuple[str, ...]
    articles: tuple[Titled, ...]


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What the collection holds.

    Attributes:
        newest: the articles of the latest days, newest first.
        examples: questions that are answered.
    """

    generation: int
    articles: int
    chunks: int
    newest: tuple[ArticleSummary, ...]
    examples: tuple[str, ...]


class Guide:
    """Knows the questions to suggest.

    Args:
        examples: questions of the one who runs the service; they come first.
    """

    def __init__(self, examples: Sequence[str] = ()) -> None:
        self._examples = tuple(examples)
        self._found: tuple[object, tuple[str, ...]] = (None, ())
        self._finding = threading.Lock()

    def suggest(self, typed: str, snapshot: Snapshot, popular: Sequence[str], count: int) -> Suggestions:
        """The questions and titles in which every typed word begins a word, `count` at most together.

        Args:
            typed: with or without accents; its last word may be unfinished.
            snapshot: whose titles are looked through.
            popular: questions that others asked, best first.
            count: how many.
        """
        begins = [fold(word) for word in word_texts(typed)]
        if not begins:
            return Suggestions(questions=(), articles=())
        asked = [question for question in dict.fromkeys((*self._examples, *popular)) if _holds(question, begins)]
        titled = _titled(begins, snapshot, count)
        # Half of the places are kept for titles, where there are so many.
        questions = asked[: max(count - len(titled), count - count // 2)]
        return Suggestions(questions=tuple(questions), articles=titled[: count - len(questions)])

    def overview(self, asker: Asker, popular: Sequence[str]) -> Overview:
        """What the collection holds, with examples that it answers."""
        snapshot = asker.snapshot
        return Overview(
            generation=snapshot.generation,
            articles=snapshot.article_count,
            chunks=snapshot.chunk_count,
            newest=tuple(snapshot.newest(NEWEST)),
            examples=self._answered(asker, tuple(dict.fromkeys((*self._examples, *popular)))[:TRIED]),
        )

    def _answered(self, asker: Asker, questions: tuple[str, ...]) -> tuple[str, ...]:
        """The first of the questions that this generation answers on this day, which is found out once."""
        state = (asker.version, dt.datetime.now().astimezone().date(), frozenset(questions))
        with self._finding:
            if self._found[0] != state:
                answered = (question for question in questions if asker.ask(question).answered)
                self._found = (state, tuple(itertools.islice(answered, EXAMPLES)))
            return self._found[1]


def _titled(begins: list[str], snapshot: Snapshot, count: int) -> tuple[Titled, ...]:
    """The articles whose title holds what is typed, those first that speak of it most."""
    *whole, unfinished = begins
    terms = folded_terms(whole)
    for last in (unfinished, *spelling().begun(unfinished, COMPLETIONS)):
        terms += folded_terms([*whole[-1:], last])[-2:]
    hits = snapshot.matching(FOLDED, list(dict.fromkeys(terms)), LOOKED_THROUGH)
    titles: dict[str, str] = {}
    for chunk in snapshot.chunks([hit.chunk for hit in hits]):
        if len(titles) < count and chunk.article not in titles and _holds(chunk.title, begins):
            titles[chunk.article] = chunk.title
    return tuple(Titled(article=article, title=title) for article, title in titles.items())


def _holds(text: str, begins: Iterable[str]) -> bool:
    """Whether every typed word begins a word of the text."""
    words = _folded(text)
    return all(any(word.startswith(begin) for word in words) for begin in begins)


@functools.lru_cache(maxsize=1 << 14)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in word_texts(text))


@get(
    "/suggest",
    opt={"cost": COST},
    sync_to_thread=True,
    responses=problems({400: BAD_QUERY, 503: CLOSED}),
)
def suggest(
    collection: NamedDependency[LiveCollection],
    guide: NamedDependency[Guide],
    asked: NamedDependency[AskedQuestions],
    *,
    q: QuestionQuery,
    top: SuggestQuery = 6,
) -> Suggestions:
    """What may be meant by what is typed so far: questions that others asked and were answered, and titles."""
    check_question(q)
    with collection.asker() as asker:
        return guide.suggest(q, asker.snapshot, asked.popular(), top)


@get(
    "/collection",
    sync_to_thread=True,
    responses=problems({400: "A parameter, of which there are none.", 503: CLOSED}),
)
def overview(
    collection: NamedDependency[LiveCollection],
    guide: NamedDependency[Guide],
    asked: NamedDependency[AskedQuestions],
) -> Overview:
    """What the collection holds: how much, the newest articles, and questions that it answers."""
    with collection.asker() as asker:
        return guide.overview(asker, asked.popular())
