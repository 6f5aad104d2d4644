"""Asks every question of a gold set: through the whole pipeline, of retrieval alone, and of reading alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from bench.gold import Gold, GoldError, GoldQuestion
from bench.measures import says
from bench.outcome import Given, Outcome, Seen, given_of, outcome
from bench.ranking import FUSED, rank_of, ranked_chunks, ranking_measures, sources_of
from index.clean import article_id
from index.config import IndexConfig
from index.embed import embedder_named
from index.errors import SourceError
from index.pipeline import build
from index.read import read
from index.records import Article, BuildSummary, Chunk, Document, Filters, Range
from index.stores import Snapshot
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker
from qa.query import Query
from qa.records import Answer
from qa.retrieve.vectors import TextVectors, WordVectors

Progress = Callable[[str, int, int | None], None]
PAGE = 1000
"""Articles listed at a time."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One question with what came of it.

    Attributes:
        ranking: every measure of `bench.ranking` by search; empty where no file is judged.
    """

    gold: GoldQuestion
    given: Given
    outcome: Outcome
    ranking: dict[str, dict[str, float]]


class Collection(NamedTuple):
    """Where questions are asked.

    Attributes:
        corpus: the files that the index was made of, to read them again; None where they are not at hand.
        max_file_mb: up to which size they were read.
        notes: what could not be indexed.
    """

    uri: str
    corpus: Path | None = None
    max_file_mb: float = 0.0
    notes: tuple[str, ...] = ()


@contextmanager
def collection_for(
    gold: Gold, corpus: Path | None, uri: str, config: IndexConfig, progress: Progress
) -> Iterator[Collection]:
    """The index to ask: one built of the set's own articles or of a corpus, gone afterwards, or the one at `uri`.

    Raises:
        GoldError: none of the set's articles can be indexed.
        SourceError: the corpus holds nothing that can be read.
    """
    corpus = corpus or gold.corpus
    if not gold.articles and corpus is None:
        yield Collection(uri)
        return
    # The word index watches its folder from a thread of its own, and may put a lock there while it is being removed.
    with TemporaryDirectory(prefix="hoidap-eval-", ignore_cleanup_errors=True) as folder:
        if gold.articles:
            corpus = Path(folder) / gold.file
            corpus.write_bytes(b"\n".join(map(msgspec.json.encode, gold.articles)) + b"\n")
        try:
            summary = build([corpus] if corpus else [], f"{folder}/index", config, progress=progress)
        except SourceError as error:
            if gold.articles:
                raise GoldError(f"None of the articles of {gold.name} can be indexed: they hold no text.") from error
            raise
        notes = _skipped(summary) if gold.articles else ()
        yield Collection(f"{folder}/index", corpus, config.max_file_mb, notes)


def _skipped(summary: BuildSummary) -> tuple[str, ...]:
    """What to say of articles that were left out; questions on them count as lost."""
    if not summary.skipped:
        return ()
    first = summary.skipped[0]
    return (f"{len(summary.skipped)} articles could not be indexed, the first {first.source}: {first.reason}",)


def ask_all(gold: Gold, place: Collection, config: AskConfig, progress: Progress) -> list[Row]:
    """Ask every question of a collection.

    Raises:
        GoldError: none of the files that the set names is in the collection.
        IndexMissing, IndexMismatch, IndexDamaged, ModelError: the index cannot be asked.
    """
    # Nothing is declined while asking, so that one run tells what the threshold takes and what it saves.
    asker = open_asker(place.uri, msgspec.structs.replace(config, threshold=0.0))
    try:
        evaluation = _Evaluation(asker, config)
        evaluation.check(gold)
        seen, answers, rankings = [], [], []
        for number, question in enumerate(gold.questions, 1):
            # Asked first: the searches for the rank lists would warm what is timed.
            given, took_ms = evaluation.asked(question)
            query = asker.understand(question.question, question.before)
            found = ranked_chunks(query, asker.snapshot, evaluation.texts, evaluation.vectors)
            answers.append(given)
            seen.append(evaluation.seen(question, query, given, took_ms, found[FUSED]))
            rankings.append({search: sources_of(chunks, evaluation.source_of) for search, chunks in found.items()})
            progress("asking", number, len(gold.questions))
    finally:
        asker.close()
    return _rows(_checked(seen, answers, place), rankings)


def _checked(seen: list[Seen], answers: list[tuple[Answer, ...]], place: Collection) -> list[Seen]:
    """The same, every quote held against the files themselves, if they are at hand."""
    if place.corpus is None:
        return seen
    wanted = {source for given in answers for answer in given for source, *_ in _quotes(answer)}
    files = read([place.corpus], place.max_file_mb)
    texts = {item.source: item.text for item in files if isinstance(item, Document) and item.source in wanted}
    return [
        msgspec.structs.replace(observed, verbatim=all(_is_in(texts, answer) for answer in given))
        if given
        else observed
        for observed, given in zip(seen, answers, strict=True)
    ]


def _quotes(answer: Answer) -> Iterator[tuple[str, int, int, str]]:
    """File, start, end and words of everything that an answer cites."""
    cited = answer.citation
    yield cited.source, cited.start, cited.end, answer.text
    yield cited.source, cited.sentence_start, cited.sentence_end, answer.sentence
    for place in answer.also:
        yield place.source, place.start, place.end, place.quote


def _is_in(texts: Mapping[str, str], answer: Answer) -> bool:
    """Whether everything that an answer cites stands in these texts at its place."""
    return all(texts.get(source, "")[start:end] == words for source, start, end, words in _quotes(answer))


def _rows(seen: list[Seen], rankings: list[dict[str, list[str]]]) -> list[Row]:
    """Outcomes and ranking measures, put together by question."""
    judged = [row for row, observed in enumerate(seen) if observed.gold.sources]
    by_row: dict[int, dict[str, dict[str, float]]] = {row: {} for row in judged}
    questions = [seen[row].gold for row in judged]
    for search in rankings[0] if rankings else ():
        measured = ranking_measures(questions, [rankings[row][search] for row in judged])
        for row, measures in zip(judged, measured, strict=True):
            by_row[row][search] = measures
    return [
        Row(
            gold=observed.gold,
            given=given_of(observed.best),
            outcome=outcome(observed),
            ranking=by_row.get(row, {}),
        )
        for row, observed in enumerate(seen)
    ]


class _Evaluation:
    """One collection while it is asked."""

    def __init__(self, asker: Asker, config: AskConfig) -> None:
        self._asker = asker
        self._config = config
        self._snapshot: Snapshot = asker.snapshot
        self.texts = TextVectors(embedder_named(asker.snapshot.recipe.embedder))
        self.vectors = WordVectors()
        self._languages: dict[str, str] = {}
        self._chunks: dict[str, list[int]] = {}
        self.source_of: dict[int, str] = {}
        """File by id of every passage."""
        articles = {}
        for offset in range(0, self._snapshot.article_count, PAGE):
            for article in self._snapshot.articles(offset, PAGE):
                articles[article.id] = article.source
                self._languages[article.source] = article.language
        for chunk in self._all_chunks():
            source = articles[chunk.article]
            self.source_of[chunk.id] = source
            self._chunks.setdefault(source, []).append(chunk.id)

    def _all_chunks(self) -> Iterator[Chunk]:
        """Every passage of the collection."""
        ids = self._snapshot.select(Filters())
        for start in range(0, len(ids), PAGE):
            yield from self._snapshot.chunks(ids[start : start + PAGE])

    def check(self, gold: Gold) -> None:
        """Refuse a set that speaks of other files: all its questions would count as lost."""
        named = {source for question in gold.questions for source in question.sources}
        if named and not named & self._languages.keys():
            what = "" if gold.articles else " Give --corpus FOLDER or --index."
            some = ", ".join(sorted(named)[:3])
            raise GoldError(f"No file that {gold.name} names ({some}, …) is in the index.{what}")

    def asked(self, question: GoldQuestion) -> tuple[tuple[Answer, ...], float]:
        """The answers and the milliseconds that they took; where files are judged and no answers, it is searched."""
        if question.grades:
            return (), self._asker.search(question.question).took_ms
        reply = self._asker.ask(question.question, context=question.before)
        return reply.answers, reply.took_ms

    def seen(
        self, question: GoldQuestion, query: Query, answers: tuple[Answer, ...], took_ms: float, ranked: list[int]
    ) -> Seen:
        """What is observed of one question; the passages that hold its answer are read alone."""
        holders = self._holders(question)
        alone = self._asker.answers_in(query, holders) if holders else []
        cited = [(answer, self._snapshot.article(answer.citation.article)) for answer in answers]
        languages = [self._languages[source] for source in sorted(question.sources) if source in self._languages]
        return Seen(
            gold=question,
            best=answers[0] if answers else None,
            alone=alone[0] if alone else None,
            threshold=self._config.threshold,
            consistent=all(article and _is_consistent(answer, article) for answer, article in cited),
            verbatim=None,
            clean=not any(article is None or _touches_boilerplate(answer, article) for answer, article in cited),
            holders=len(holders),
            stands=self._stands(question),
            passage_rank=rank_of(holders, ranked),
            read=self._config.candidates,
            language=languages[0] if languages else "vi",
            took_ms=took_ms,
        )

    def _holders(self, question: GoldQuestion) -> list[int]:
        """The passages of the files that answer in which an accepted answer stands."""
        if not question.answers:
            return []
        ids = [id_ for source in sorted(question.sources) for id_ in self._chunks.get(source, ())]
        return [chunk.id for chunk in self._snapshot.chunks(ids) if _holds(chunk, question)]

    def _stands(self, question: GoldQuestion) -> bool:
        """Whether an accepted answer stands in a file that answers, wherever it is."""
        if question.starts:
            return bool(question.sources & self._languages.keys())
        articles = [
            article
            for source in question.sources & self._languages.keys()
            if (article := self._snapshot.article(article_id(source)))
        ]
        return any(says(article.text, question.answers) for article in articles)


def _holds(chunk: Chunk, question: GoldQuestion) -> bool:
    """Whether a passage of a file that answers holds the answer."""
    if question.starts:
        return any(chunk.start <= start < chunk.end for start in question.starts)
    return says(chunk.text, question.answers)


def _is_consistent(answer: Answer, article: Article) -> bool:
    """Whether quote and sentence are what the index has between their offsets."""
    cited = answer.citation
    sentence = article.text[cited.sentence_start : cited.sentence_end]
    return article.text[cited.start : cited.end] == cited.quote == answer.text and sentence == answer.sentence


def _touches_boilerplate(answer: Answer, article: Article) -> bool:
    """Whether the cited sentence overlaps a range that is not the article's own."""
    cited = Range(answer.citation.sentence_start, answer.citation.sentence_end)
    return any(r.start < cited.end and cited.start < r.end for r in article.boilerplate)
