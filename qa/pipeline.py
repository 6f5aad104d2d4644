"""Asking: a question is understood, passages retrieved, windows chosen and read, the answer decided and cited."""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Sequence

from index.embed import Embedder, embedder_of
from index.errors import IndexMismatch
from index.records import Article, Chunk, Filters, Range
from index.stores import Snapshot, store_at
from index.text import sentences
from qa.answer.asked_part import asked_part
from qa.answer.cite import cite
from qa.answer.grouping import chosen
from qa.answer.judge import Judged, Read, folded_words, inputs_of, judged, read_spans
from qa.config import AskConfig
from qa.dates.when import Day, answer_time, asked_days, days_of, is_of_another_day
from qa.linear import Inputs
from qa.query import Query
from qa.question import lexicon_of, understand
from qa.read.named import calibrated_reader
from qa.read.protocol import Window
from qa.records import Answer, Copy, IndexState, Passage, Reply, SearchReply
from qa.retrieve.candidates import Candidate, Described, candidates, content_weights, features, reading_order, worth
from qa.retrieve.copies import MOST_COPIES, Copies, with_copies
from qa.retrieve.search import Found, Nearest, Searcher
from qa.retrieve.vectors import TextVectors, WordVectors
from qa.stages import Watch, measured, stage

SHOWN_PASSAGES = 5
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
        self._vectors = word_vectors()
        self._searcher = Searcher(snapshot, self._texts, self._vectors)
        self.reader, self.calibration = calibrated_reader(config.reader, config.calibration)
        self._lexicon = lexicon_of(snapshot)

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
            filters: which articles may answer; where they leave none, the question is declined.
            context: the questions before it, oldest first; a follow-up takes over what it leaves out.
            repair: whether the question may be taken otherwise than it was typed.

        Raises:
            FilterError: a filter makes no sense.
        """
        began = time.perf_counter()
        with measured(self._watch):
            query = self.understand(question, context, repair=repair)
            selection = self.snapshot.select(filters) if filters else None
            near = self._searcher.nearest(query, self._config.candidates, selection)
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
        selection = self.snapshot.select(filters) if filters else None
        near = self._searcher.nearest(query, top, selection)
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
        answers: dict[str, str | None] = {}
        while True:
            with stage("understand"):
                query = understand(question, self._lexicon, context, today, answers)
            if query.refers_to is None:
                return query
            answers[query.refers_to] = self.ask(query.refers_to, top=1).answer

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

    def _answers(self, query: Query, near: Nearest, top: int) -> list[Answer]:
        """Up to `top` answers, best first; a sentence or answer that says the same again goes under `also`."""
        read = self.read(query, near)
        with stage("decide"):
            answers = (with_copies(self.cited(query, one), near.copies, self._source) for one in read)
            return chosen(answers, query.question.type, top)

    def read(self, query: Query, near: Nearest) -> list[Judged]:
        """What stands in the windows most worth reading, the likeliest answer first."""
        described = self.windows(query, near)
        order = reading_order(described) if query.words else []
        found: list[Read] = []
        result: list[Judged] = []
        for more in self.calibration.rounds:
            now, order = order[:more], order[more:]
            found += self.read_windows(query, described, now)
            with stage("decide"):
                result = judged(found, self.inputs(query, found, described), self.calibration)
            if not order or (result and result[0].probability >= self.calibration.sure):
                break
        return result

    def windows(self, query: Query, near: Nearest) -> Described:
        """The windows of the passages that were found, and what is known of them before they are read."""
        found = candidates(near.found)
        with stage("features"):
            weights = content_weights(query, self.snapshot, self._vectors)
            table = features(query, found, weights, self._texts, self._vectors)
            return Described(found, table, worth(query, table), self._of_another_day(query, near))

    def read_windows(self, query: Query, described: Described, numbers: Sequence[int]) -> list[Read]:
        """The spans of the windows of these numbers."""
        windows = [described.windows[number] for number in numbers]
        with stage("network"):
            spans = self.reader.read(query.question.text, [self._window(window) for window in windows])
        return [
            one
            for number, window, some in zip(numbers, windows, spans, strict=True)
            for one in read_spans(number, window, some)
        ]

    def inputs(self, query: Query, found: Sequence[Read], described: Described) -> Inputs:
        """What is known of each span, float32 [found, INPUTS]."""
        articles = (self._article(one.article) for one in found)
        texts = {one.id: f" {(one.published or '')[:4]}{folded_text(one.text)}" for one in articles}
        return inputs_of(query, found, described, texts)

    def _window(self, candidate: Candidate) -> Window:
        """A window as it is read."""
        return Window(candidate.text, candidate.title, self._article(candidate.article).published)

    def _of_another_day(self, query: Query, near: Nearest) -> set[str]:
        """The articles found that speak, like all their copies, of no day which is asked about."""
        asked = asked_days(query.question.text)
        told: dict[str, set[str]] = {}
        for passage in near.found if asked else ():
            copies = near.copies.get(passage.chunk.id, ())
            told.setdefault(passage.chunk.article, {passage.chunk.article}).update(copy.article for copy in copies)
        return {
            first for first, articles in told.items() if all(self._is_of_another_day(asked, one) for one in articles)
        }

    def _is_of_another_day(self, asked: frozenset[Day], article_id: str) -> bool:
        article = self._article(article_id)
        return is_of_another_day(asked, days_of(article.text, article.published))

    def cited(self, query: Query, one: Judged) -> Answer:
        """What was read, cited."""
        article = self._article(one.read.article)
        sentence = _sentence(article, one.read.sentence)
        text = article.text[sentence.start : sentence.end]
        place = one.read.place
        span = Range(place.start - sentence.start, place.end - sentence.start)
        is_time = query.question.type == "time"
        span = asked_part(query, text, span) if is_time else span
        citation = cite(article, Range(sentence.start + span.start, sentence.start + span.end), sentence)
        return Answer(
            text=citation.quote,
            confidence=round(one.probability, 4),
            sentence=text,
            citation=citation,
            when=answer_time(text, span, article.published) if is_time else None,
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

    def nearest(self, query: Query) -> Nearest:
        """The passages that are read for a question."""
        return self._searcher.nearest(query, self._config.candidates)

    def source_of(self, article_id: str) -> str:
        """The file of an article that a passage of this generation names."""
        return self._article(article_id).source

    def _source(self, chunk: Chunk) -> str:
        return self.source_of(chunk.article)

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


@functools.cache
def word_vectors() -> WordVectors:
    """The same for every generation."""
    return WordVectors()


def _sentence(article: Article, part: Range) -> Range:
    """The sentence of an article around a part of one; the part, where that holds what is not the article's own."""
    there = (one for one in sentences_of(article.text) if one.start <= part.start and part.end <= one.end)
    whole = next(there, part)
    is_own = not any(other.start < whole.end and whole.start < other.end for other in article.boilerplate)
    return whole if is_own else part


@functools.lru_cache(maxsize=KEPT_ARTICLES)
def sentences_of(text: str) -> list[Range]:
    """The sentences of an article."""
    return sentences(text)


folded_text = functools.lru_cache(maxsize=KEPT_ARTICLES)(folded_words)
"""The words of articles as questions are held against them."""


def _since(began: float) -> float:
    """Milliseconds since a moment of `time.perf_counter`."""
    return round((time.perf_counter() - began) * 1000, 2)
