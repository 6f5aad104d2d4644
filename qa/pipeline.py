"""Asking: a question is understood, passages retrieved, sentences ranked and read, the answer decided and cited."""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.embed import Embedder, embedder_of
from index.errors import IndexMismatch
from index.records import Article, Chunk, Filters, Range
from index.stores import Snapshot, store_at
from index.text import sentences as sentences_in
from qa.choose import chosen
from qa.cite import cite
from qa.config import AskConfig
from qa.copies import MOST_COPIES, Copies, with_copies
from qa.decide import confidence, decision_model, final_scores, first_scores
from qa.features import features
from qa.holders import Confirmation
from qa.question import Query, understand
from qa.reader import answer_span, read
from qa.readers import MOST_PASSAGES, fitted_as, reader_named
from qa.reading import Reader
from qa.records import Answer, Copy, IndexState, Passage, Reply, SearchReply
from qa.respell import collection_of
from qa.retrieve import Found, Nearest, nearest
from qa.select import selected
from qa.sentences import Sentence, candidates
from qa.stages import Watch, measured, stage
from qa.times import Day, answer_time, asked_days, days_of, is_of_another_day
from qa.vectors import TextVectors, WordVectors

SHOWN_PASSAGES = 5
COMPARED_DAYS = 20
"""Sentences, the best first, whose articles' days are compared with those that the question names."""
OTHER_DAY = 0.2
"""What a confidence is worth when the article does not speak of the day that was asked about."""
KEPT_ARTICLES = 64
"""Articles kept at hand, since the answers of a reply come from few."""


def open_asker(uri: str, config: AskConfig, watch: Watch = lambda _stage, _seconds: None) -> Asker:
    """Open the newest generation of a collection, with the models that its recipe names.

    `watch` is told how long each stage of answering a question took.

    Raises:
        IndexMissing, IndexMismatch, IndexDamaged, ModelError: what is wrong, and what to run.
    """
    snapshot = store_at(uri).snapshot()
    try:
        embedder = embedder_of(snapshot.recipe, uri)
        return Asker(snapshot, embedder, config, watch)
    except BaseException:
        snapshot.close()
        raise


class Asker:
    """One generation of a collection with its models, ready for questions; threads may share it."""

    def __init__(
        self,
        snapshot: Snapshot,
        embedder: Embedder,
        config: AskConfig,
        watch: Watch = lambda _stage, _seconds: None,
    ) -> None:
        self.snapshot = snapshot
        self._watch = watch
        self._texts = TextVectors(embedder)
        self._articles: dict[str, Article] = {}
        self._config = config
        self._vectors, self._reader = _reading(config.reader)
        self._most = MOST_PASSAGES[fitted_as(config.reader)]
        self._model = decision_model(config.reader)
        self._collection = collection_of(snapshot)

    def ask(
        self,
        question: str,
        *,
        top: int | None = None,
        filters: Filters | None = None,
        context: Sequence[str] = (),
        repair: bool = True,
    ) -> Reply:
        """Answer a question with quotes, or decline.

        Args:
            question: as typed.
            top: answers wanted; without it the setting.
            filters: which articles may answer; dates that leave none are let go, and a step says so.
            context: the questions before it, oldest first; a follow-up takes over what it leaves out.
            repair: whether the question may be taken otherwise than it was typed, and such dates be let go.

        Raises:
            FilterError: a filter makes no sense.
        """
        began = time.perf_counter()
        with measured(self._watch):
            query = self.understand(question, context, repair=repair)
            query, selection = selected(query, self.snapshot, filters, strictly=not repair)
            near = self._nearest(query, self._config.candidates, selection)
            answers = self._answers(query, near, top or self._config.top)
        best = answers[0].confidence if answers else 0.0
        answered = bool(answers) and best >= self._config.threshold
        return Reply(
            question=question,
            understood=query.question,
            answered=answered,
            answer=answers[0].text if answered else None,
            confidence=best,
            answers=tuple(answers) if answered else (),
            passages=self._passages(near.found[:SHOWN_PASSAGES], near.copies),
            index=self._state(),
            took_ms=_since(began),
        )

    def search(
        self, question: str, *, top: int = 10, filters: Filters | None = None, repair: bool = True
    ) -> SearchReply:
        """The passages nearest to a question.

        Raises:
            FilterError: a filter makes no sense.
        """
        began = time.perf_counter()
        query = self.understand(question, repair=repair)
        query, selection = selected(query, self.snapshot, filters, strictly=not repair)
        near = self._nearest(query, top, selection)
        return SearchReply(
            question=question,
            understood=query.question,
            passages=self._passages(near.found, near.copies),
            index=self._state(),
            took_ms=_since(began),
        )

    def understand(self, question: str, context: Sequence[str] = (), *, repair: bool = True) -> Query:
        """A question as it is taken: repaired and completed, unless it shall stay as typed."""
        if not repair:
            return understand(question)
        today = dt.datetime.now().astimezone().date()
        with stage("understand"):
            return understand(question, self._collection, context, lambda before: self.ask(before, top=1).answer, today)

    def answers_in(self, query: Query, chunks: Sequence[int], *, top: int = 1) -> list[Answer]:
        """The answers, best first, when only these chunks were found: reading without retrieval, to measure it."""
        found = [Found(chunk, 1.0) for chunk in self.snapshot.chunks(chunks)]
        return self._answers(query, Nearest(found, {}), top)

    @property
    def version(self) -> str:
        """Names the collection, its generation and the settings, unlike any other state that would answer otherwise."""
        return f"{self.snapshot.version} {self._config}"

    def close(self) -> None:
        """Give the index back."""
        self.snapshot.close()

    def _nearest(self, query: Query, count: int, selection: Sequence[int] | None) -> Nearest:
        """The passages nearest to the question, of a selection or of all."""
        return nearest(query, self.snapshot, self._texts, self._vectors, count, selection)

    def _answers(self, query: Query, near: Nearest, top: int) -> list[Answer]:
        """Up to `top` answers, best first; a sentence or answer that says the same again goes under `also`."""
        found, copies = near
        sentences = candidates(found)
        if not sentences or not query.words:
            return []
        with stage("features"):
            table = features(query, sentences, self.snapshot, self._texts, self._vectors)
        first = first_scores(query, table, self._model)
        table, readings = read(query, found, sentences, table, first, self._reader, self._most)
        scores = final_scores(query, table, self._model)
        order = [int(row) for row in np.argsort(-scores, kind="stable")]
        another_day = self._of_another_day(query, [sentences[row] for row in order[:COMPARED_DAYS]], near)
        articles = dict.fromkeys(sentence.article for sentence in sentences)
        office = Confirmation(query, (sentence.text for sentence in sentences), lambda: self._sentences_of(articles))

        def answer(row: int) -> Answer:
            sentence = sentences[row]
            span = answer_span(query, sentence, found, readings)
            chunk = found[sentence.passage].chunk
            trust = office.trust(sentence.text, span, f"{chunk.title}\n{chunk.text}")
            trust *= OTHER_DAY if sentence.article in another_day else 1.0
            sure = confidence(query, table, scores, row, self._model) * trust
            return with_copies(self._answer(query, sentence, span, sure), copies, self._source)

        def behind(row: int) -> tuple[bool, int]:
            return sentences[row].article in another_day, office.rank(sentences[row].text)

        ranked = map(answer, sorted(order, key=behind))
        with stage("decide"):
            return chosen(ranked, query.question.type, top)

    def _sentences_of(self, articles: Iterable[str]) -> Iterator[str]:
        for text in (self._article(article).text for article in articles):
            yield from (text[place.start : place.end] for place in sentences_in(text))

    def _of_another_day(self, query: Query, best: Sequence[Sentence], near: Nearest) -> set[str]:
        """The articles among the best sentences' that speak, like all their copies, of no day which is asked about."""
        asked = asked_days(query.question.text)
        told: dict[str, set[str]] = {}
        for sentence in best if asked else ():
            copies = near.copies.get(near.found[sentence.passage].chunk.id, ())
            told.setdefault(sentence.article, {sentence.article}).update(copy.article for copy in copies)
        return {
            first for first, articles in told.items() if all(self._is_of_another_day(asked, one) for one in articles)
        }

    def _is_of_another_day(self, asked: frozenset[Day], article_id: str) -> bool:
        article = self._article(article_id)
        return is_of_another_day(asked, days_of(article.text, article.published))

    def _answer(self, query: Query, sentence: Sentence, span: Range, probability: float) -> Answer:
        """The short answer of a sentence, cited."""
        article = self._article(sentence.article)
        start = sentence.place.start
        citation = cite(article, Range(start + span.start, start + span.end), sentence.place)
        is_time = query.question.type == "time"
        return Answer(
            text=citation.quote,
            confidence=round(probability, 4),
            sentence=sentence.text,
            citation=citation,
            when=answer_time(sentence.text, span, article.published) if is_time else None,
        )

    def _article(self, article_id: str) -> Article:
        """An article that a passage of this generation names, so it is there."""
        if (known := self._articles.get(article_id)) is not None:
            return known
        if (article := self.snapshot.article(article_id)) is None:
            raise IndexMismatch(
                f"Article {article_id} is not in generation {self.snapshot.generation}, which named it."
            )
        # A full table is replaced and not cleared: another thread may be reading it.
        self._articles = {**(self._articles if len(self._articles) < KEPT_ARTICLES else {}), article_id: article}
        return article

    def _source(self, chunk: Chunk) -> str:
        return self._article(chunk.article).source

    def _passages(self, found: Sequence[Found], copies: Copies) -> tuple[Passage, ...]:
        """Passages as they are returned."""
        return tuple(
            Passage(
                article=passage.chunk.article,
                source=self._source(passage.chunk),
                title=passage.chunk.title,
                start=passage.chunk.start,
                end=passage.chunk.end,
                text=passage.chunk.text,
                score=round(passage.score, 6),
                also=tuple(map(self._copy, copies.get(passage.chunk.id, ())[:MOST_COPIES])),
            )
            for passage in found
        )

    def _copy(self, chunk: Chunk) -> Copy:
        """A copy as it is returned."""
        return Copy(article=chunk.article, source=self._source(chunk), start=chunk.start, end=chunk.end)

    def _state(self) -> IndexState:
        """Which state of the collection answers."""
        return IndexState(
            generation=self.snapshot.generation, articles=self.snapshot.article_count, chunks=self.snapshot.chunk_count
        )


@functools.lru_cache(maxsize=2)
def _reading(reader: str) -> tuple[WordVectors, Reader]:
    """A reader and the word vectors that it shares with the ranking: the same for every generation."""
    vectors = WordVectors()
    return vectors, reader_named(reader, vectors)


def _since(began: float) -> float:
    """Milliseconds since a moment of `time.perf_counter`."""
    return round((time.perf_counter() - began) * 1000, 2)
