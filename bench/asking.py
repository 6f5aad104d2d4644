"""Asks every question of a gold set: through the whole pipeline, of retrieval alone, and of reading alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.gold import Gold, GoldError, GoldQuestion
from bench.outcome import Given, Outcome, Seen, given_of, outcome
from bench.ranking import FUSED, rank_of, ranked_chunks, ranking_measures, sources_of
from index.config import IndexConfig
from index.embed import embedder_named
from index.pipeline import build
from index.records import Article, Chunk, Filters, Range
from index.stores import Snapshot
from qa.config import AskConfig
from qa.match import TextVectors
from qa.pipeline import Asker, open_asker
from qa.records import Answer

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


@contextmanager
def collection_for(gold: Gold, corpus: Path | None, uri: str, config: IndexConfig, progress: Progress) -> Iterator[str]:
    """The index to ask: one built of the set's own articles or of a corpus, gone afterwards, or the one at `uri`.

    Raises:
        SourceError: the corpus holds nothing that can be read.
    """
    corpus = corpus or gold.corpus
    if not gold.articles and corpus is None:
        yield uri
        return
    with TemporaryDirectory(prefix="hoidap-eval-") as folder:
        if gold.articles:
            corpus = Path(folder) / gold.file
            corpus.write_bytes(b"\n".join(map(msgspec.json.encode, gold.articles)) + b"\n")
        build([corpus] if corpus else [], f"{folder}/index", config, progress=progress)
        yield f"{folder}/index"


def ask_all(gold: Gold, uri: str, config: AskConfig, progress: Progress) -> list[Row]:
    """Ask every question of the collection at `uri`.

    Raises:
        GoldError: none of the files that the set names is in the collection.
        IndexMissing, IndexMismatch, IndexDamaged, ModelError: the index cannot be asked.
    """
    # Nothing is declined while asking, so that one run tells what the threshold takes and what it saves.
    asker = open_asker(uri, msgspec.structs.replace(config, threshold=0.0))
    try:
        evaluation = _Evaluation(asker, config)
        evaluation.check(gold)
        seen, rankings = [], []
        for number, question in enumerate(gold.questions, 1):
            found = ranked_chunks(question.question, asker.snapshot, evaluation.texts)
            rankings.append({search: sources_of(chunks, evaluation.source_of) for search, chunks in found.items()})
            seen.append(evaluation.seen(question, found[FUSED]))
            progress("asking", number, len(gold.questions))
    finally:
        asker.close()
    return _rows(seen, rankings)


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
            some = ", ".join(sorted(named)[:3])
            raise GoldError(
                f"No file that {gold.name} names ({some}, …) is in the index. Give --corpus FOLDER or --index."
            )

    def seen(self, question: GoldQuestion, ranked: list[int]) -> Seen:
        """Ask one question, and read the passages that hold its answer alone."""
        answers, took_ms = self._asked(question)
        holders = self._holders(question)
        alone = self._asker.answers_in(question.question, holders) if holders else []
        cited = [(answer, self._snapshot.article(answer.citation.article)) for answer in answers]
        return Seen(
            gold=question,
            best=answers[0] if answers else None,
            alone=alone[0] if alone else None,
            threshold=self._config.threshold,
            verbatim=all(_is_verbatim(answer, article) for answer, article in cited),
            clean=not any(_touches_boilerplate(answer, article) for answer, article in cited),
            holders=len(holders),
            indexed=bool(question.sources & self._languages.keys()),
            passage_rank=rank_of(holders, ranked),
            read=self._config.candidates,
            language=next((self._languages[source] for source in question.sources if source in self._languages), "vi"),
            took_ms=took_ms,
        )

    def _asked(self, question: GoldQuestion) -> tuple[tuple[Answer, ...], float]:
        """The answers and the milliseconds that they took; where files are judged and no answers, it is searched."""
        if question.grades:
            return (), self._asker.search(question.question).took_ms
        reply = self._asker.ask(question.question)
        return reply.answers, reply.took_ms

    def _holders(self, question: GoldQuestion) -> list[int]:
        """The passages of the files that answer in which an accepted answer stands."""
        ids = [id_ for source in sorted(question.sources) for id_ in self._chunks.get(source, ())]
        held = self._snapshot.chunks(ids) if question.answers else []
        return [chunk.id for chunk in held if any(answer in chunk.text for answer in question.answers)]


def _is_verbatim(answer: Answer, article: Article | None) -> bool:
    """Whether quote and sentence stand where the citation says."""
    if article is None:
        return False
    cited = answer.citation
    sentence = article.text[cited.sentence_start : cited.sentence_end]
    return article.text[cited.start : cited.end] == cited.quote == answer.text and sentence == answer.sentence


def _touches_boilerplate(answer: Answer, article: Article | None) -> bool:
    """Whether the cited sentence overlaps a range that is not the article's own."""
    cited = Range(answer.citation.sentence_start, answer.citation.sentence_end)
    return article is None or any(r.start < cited.end and cited.start < r.end for r in article.boilerplate)
