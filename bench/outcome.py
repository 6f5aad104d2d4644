"""What came of one question: what was found, what was answered, whether it is right, and which step lost it."""

from __future__ import annotations

from typing import Literal

import msgspec

from bench.gold import GoldQuestion
from bench.measures import HALF, Normalise, exact, f1, is_right_place, is_right_sentence, mlqa, squad_tokens
from qa.records import Answer

Step = Literal["gold", "indexing", "retrieval", "ranking", "reading", "declining", "span", "answering"]

STEPS: dict[Step, str] = {
    "gold": "the file that answers is not in the collection, or does not hold the accepted words",
    "indexing": "no passage holds an accepted answer: marked as boilerplate, or cut in two",
    "retrieval": "no passage with the answer is among those that were read",
    "ranking": "the passage was there, and read alone it gives the right sentence; another one won",
    "reading": "the passage was there, and read alone it gives another sentence too",
    "declining": "the right sentence was found, its confidence is under the threshold",
    "span": "the right sentence, other words of it",
    "answering": "had to be declined and was answered",
}
"""The steps that can lose a question, in the order in which a question passes them, and what that means."""


class Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first answer of a reply, as far as it is looked at later; `text` is "" when there is none at all."""

    text: str = ""
    sentence: str = ""
    source: str = ""
    start: int = 0
    end: int = 0
    sentence_start: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of one question. Declined: every measure of an answer is 0, and for one that must be declined 1.

    Attributes:
        answered: the confidence reaches the threshold.
        right_source, right_sentence: of the answer that was given.
        best_sentence: the best sentence is right, whether or not it was confident enough to be given.
        exact_squad, f1_squad, exact_mlqa, f1_mlqa: over the words, by both normalisations.
        alone_sentence, alone_f1: reading alone, from the passages that hold the answer; None of what has no answer.
        consistent: every quote is what the index has between its offsets.
        verbatim: every quote is what its file, read again, has there; None where the files are not at hand.
        clean: no citation touches boilerplate.
        cited, cited_right: places that the given answer names, and those that say it in a file that answers.
        passage_rank: rank of the first passage that holds an accepted answer; None: not found, or not known.
        lost_by: a guess at the step that lost the question; None when it is right.
    """

    answered: bool
    confidence: float
    right_source: float
    right_sentence: float
    best_sentence: float
    exact_squad: float
    f1_squad: float
    exact_mlqa: float
    f1_mlqa: float
    alone_sentence: float | None
    alone_f1: float | None
    consistent: bool
    verbatim: bool | None
    clean: bool
    cited: int
    cited_right: int
    passage_rank: int | None
    lost_by: Step | None
    took_ms: float


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was observed of one question, before it is judged.

    Attributes:
        best: the first answer with nothing declined; None when there was not even a candidate.
        alone: the same when only the passages that hold the answer are read; None where there are none.
        holders: how many passages hold an accepted answer in a file that answers.
        stands: a file that answers is there and holds an accepted answer.
        read: how many passages are read of those that were found.
        language: of the articles, for the normalisation of answers.
    """

    gold: GoldQuestion
    best: Answer | None
    alone: Answer | None
    threshold: float
    consistent: bool
    verbatim: bool | None
    clean: bool
    holders: int
    stands: bool
    passage_rank: int | None
    read: int
    language: str
    took_ms: float


def outcome(seen: Seen) -> Outcome:
    """Judge what was seen."""
    gold, best = seen.gold, seen.best
    confidence = best.confidence if best else 0.0
    given = best if best and confidence >= seen.threshold else None
    text = given.text if given else ""
    by_mlqa = mlqa(seen.language)
    return Outcome(
        answered=given is not None,
        confidence=confidence,
        right_source=float(given is not None and given.citation.source in gold.sources),
        right_sentence=float(given is not None and is_right_sentence(gold, given)),
        best_sentence=float(best is not None and is_right_sentence(gold, best)),
        exact_squad=_scored(exact(text, gold.answers, squad_tokens), gold, given),
        f1_squad=_scored(f1(text, gold.answers, squad_tokens), gold, given),
        exact_mlqa=_scored(exact(text, gold.answers, by_mlqa), gold, given),
        f1_mlqa=_scored(f1(text, gold.answers, by_mlqa), gold, given),
        alone_sentence=float(_alone_right(seen)) if gold.answers else None,
        alone_f1=f1(seen.alone.text if seen.alone else "", gold.answers, by_mlqa) if gold.answers else None,
        consistent=seen.consistent,
        verbatim=seen.verbatim,
        clean=seen.clean,
        cited=1 + len(given.also) if given else 0,
        cited_right=_cited_right(gold, given, by_mlqa) if given else 0,
        passage_rank=seen.passage_rank,
        lost_by=_lost_by(seen, given, by_mlqa),
        took_ms=seen.took_ms,
    )


def _scored(score: float, gold: GoldQuestion, given: Answer | None) -> float:
    """The score of an answer; to decline what must be declined is right (SQuAD 2.0, Rajpurkar et al. 2018)."""
    return float(given is None) if gold.must_decline else score


def _cited_right(gold: GoldQuestion, given: Answer, normalise: Normalise) -> int:
    """How many of the places that an answer names are right."""
    return is_right_sentence(gold, given) + sum(is_right_place(gold, place, normalise) for place in given.also)


def _alone_right(seen: Seen) -> bool:
    """Whether reading alone gives the right sentence."""
    return seen.alone is not None and is_right_sentence(seen.gold, seen.alone)


def _lost_by(seen: Seen, given: Answer | None, normalise: Normalise) -> Step | None:
    """The first step after which the answer could not come any more."""
    gold = seen.gold
    if not gold.answers:
        return "answering" if gold.must_decline and given else None
    if seen.best and is_right_sentence(gold, seen.best):
        return "declining" if given is None else None if f1(given.text, gold.answers, normalise) >= HALF else "span"
    return _sentence_lost_by(seen)


def _sentence_lost_by(seen: Seen) -> Step:
    """The first step after which the right sentence could not come any more."""
    if not seen.stands:
        return "gold"
    if not seen.holders:
        return "indexing"
    if seen.passage_rank is None or seen.passage_rank > seen.read:
        return "retrieval"
    return "ranking" if _alone_right(seen) else "reading"


def given_of(answer: Answer | None) -> Given:
    """What is kept of an answer."""
    if answer is None:
        return Given()
    cited = answer.citation
    return Given(
        text=answer.text,
        sentence=answer.sentence,
        source=cited.source,
        start=cited.start,
        end=cited.end,
        sentence_start=cited.sentence_start,
    )
