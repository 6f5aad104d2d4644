"""From ranked sentences to the words in them that answer.

The span reader scores every word of the best passages; rules know what a date, an amount, a name looks like. The
reader says where, the rules keep the borders tidy (`qa.borders`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.records import Range
from qa.borders import NAMED, shown_span, tidied
from qa.features import NAMES, Features
from qa.offices import asked_office
from qa.question import Query
from qa.reading import Reader, Reading, best_span
from qa.retrieve import Found
from qa.sentences import Sentence
from qa.spans import spans
from qa.stages import stage
from qa.wanted import is_elsewhere, wanted

READ_NAMES = (
    *NAMES,
    "span",  # score of the best span in the sentence; 0 is as good as no answer
    "sentence",  # how well the sentence answers, whatever the words
    "unread",  # its passage was not read
)
"""Features after reading."""
LENGTH_COST = {"time": 0.1, "num": 0.1, "who": 0.1}
"""What a token more costs an answer of a short type: start and end may belong to two answers of one sentence."""
NO_ANSWER = 0.0
"""Score of a span that is as good as no answer; below it the whole sentence says more."""
LOWEST = -10.0
"""Scores of the reader are not told apart below this; a sentence that was not read has it."""


class Read(NamedTuple):
    """What reading added.

    Attributes:
        table: [sentences, READ_NAMES].
        readings: of the passages that were read, by their number.
    """

    table: Features
    readings: dict[int, Reading]


def read(  # noqa: PLR0913, PLR0917 — each step's result
    query: Query,
    found: Sequence[Found],
    sentences: Sequence[Sentence],
    table: Features,
    first: npt.NDArray[np.float32],
    reader: Reader,
    most: int,
) -> Read:
    """Read the passages, `most` of them, of the sentences that the first ranking (scores [sentences]) puts on top."""
    chosen = list(dict.fromkeys(sentences[row].passage for row in np.argsort(-first, kind="stable")))[:most]
    passages = [found[number].chunk.text for number in chosen]
    with stage("network"):
        readings = dict(zip(chosen, reader.read(query.question.text, passages), strict=True))
    scores = np.array([_scores(sentence, found, readings) for sentence in sentences], dtype=np.float32)
    return Read(np.concatenate([table, scores], axis=1), readings)


def _scores(sentence: Sentence, found: Sequence[Found], readings: dict[int, Reading]) -> tuple[float, float, float]:
    """Span and sentence score of a sentence, and whether it was left unread."""
    if sentence.passage not in readings:
        return LOWEST, LOWEST, 1.0
    reading = readings[sentence.passage]
    place = _in_passage(sentence, found)
    best = best_span(reading, place.start, place.end)
    if best is None:
        return LOWEST, LOWEST, 0.0
    inside = int(np.searchsorted(reading.starts, place.start))
    return max(best.score, LOWEST), max(float(reading.sentence_logits[inside]), LOWEST), 0.0


def _in_passage(sentence: Sentence, found: Sequence[Found]) -> Range:
    """Where a sentence stands in the text of its passage."""
    start = sentence.place.start - found[sentence.passage].chunk.start
    return Range(start, start + len(sentence.text))


def answer_span(query: Query, sentence: Sentence, found: Sequence[Found], readings: dict[int, Reading]) -> Range:
    """The range of the short answer in the sentence; the whole sentence when nothing shorter answers.

    The reader's own span is taken, with tidy borders; where rules know the wanted kind and it has nothing of it, the
    best of theirs instead.
    """
    kind = query.question.type
    fitting, possible = wanted(query, sentence.text)
    ruled = fitting or possible
    reading = readings.get(sentence.passage)
    if reading is None:
        return ruled[0] if ruled else Range(0, len(sentence.text))
    place = _in_passage(sentence, found)
    best = best_span(reading, place.start, place.end, LENGTH_COST.get(kind, 0.0))
    sure = best is not None and (best.score >= NO_ANSWER or kind == "who")
    own = Range(best.start - place.start, best.end - place.start) if best and sure else None
    if own and (not ruled or _agrees(query, sentence.text, own, ruled)):
        return shown_span(query, sentence.text, own)
    if not ruled:
        return Range(0, len(sentence.text))
    best_ruled = max(ruled, key=lambda span: _score(reading, place, span))
    return tidied(sentence.text, best_ruled, kind) if kind in NAMED else best_ruled


def _agrees(query: Query, sentence: str, own: Range, ruled: Sequence[Range]) -> bool:
    """Whether rules leave the reader its own span.

    Whose name of several is meant it knows better: its own span has F1 0.58, the best ruled one 0.44.
    """
    if query.question.type == "who":
        span = tidied(sentence, own, "who")
        people = [person for person in spans("who", sentence) if person.start < span.end and span.start < person.end]
        barred = set(people) - set(ruled)
        office = asked_office(query)
        decided = office is not None and office.is_understood
        is_somebody_else = bool(barred) and (decided or len(barred) == len(people))
        return not is_somebody_else and not is_elsewhere(sentence, span)
    if query.question.type == "what":  # rules know one only where the name of what is asked for stands there
        return False
    return any(span.start < own.end and own.start < span.end for span in ruled)


def _score(reading: Reading, place: Range, span: Range) -> float:
    """What the reader thinks of a span of a sentence that stands at a place of its passage."""
    best = best_span(reading, place.start + span.start, place.start + span.end)
    return best.score if best else LOWEST
