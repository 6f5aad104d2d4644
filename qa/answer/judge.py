"""What readers found in the windows, weighed against each other: ranked, and each given a probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from index.records import Range
from index.text import Word, fold, sentences, word_texts
from qa.answer.probability import FURTHEST, INPUTS, Calibration, probability
from qa.linear import Inputs
from qa.query import Query
from qa.read.protocol import Span
from qa.retrieve.candidates import NAMES, Candidate, Described


class Read(NamedTuple):
    """A span that a reader found.

    Attributes:
        window: number of its window.
        place: where it stands in its article.
        sentence: of its window around it, which may be a part of a long one.
        text: its words.
        score: over "no answer".
        answered: log odds that its window answers at all.
    """

    window: int
    article: str
    place: Range
    sentence: Range
    text: str
    score: float
    answered: float


class Judged(NamedTuple):
    """A span with the probability that it answers."""

    read: Read
    probability: float


def read_spans(number: int, candidate: Candidate, spans: Sequence[Span]) -> list[Read]:
    """The best span of a window, and the others that are better than no answer, as they stand in its article."""
    places = sentences(candidate.text) if spans else []
    return [_read(number, candidate, span, places) for rank, span in enumerate(spans) if rank == 0 or span.score > 0]


def _read(number: int, candidate: Candidate, span: Span, places: Sequence[Range]) -> Read:
    start = candidate.place.start
    around = next(one for one in places if one.start <= span.start and span.end <= one.end)
    return Read(
        number,
        candidate.article,
        Range(start + span.start, start + span.end),
        Range(start + around.start, start + around.end),
        candidate.text[span.start : span.end],
        span.score,
        span.window,
    )


def judged(found: Sequence[Read], inputs: Inputs, calibration: Calibration) -> list[Judged]:
    """The spans, the best first, each once; `inputs` [found, INPUTS]."""
    scores = calibration.ranking(INPUTS, inputs)
    kept: dict[tuple[str, Range], int] = {}
    for row in np.argsort(-scores, kind="stable").tolist():
        kept.setdefault((found[row].article, found[row].place), row)
    rows = list(kept.values())
    log_odds = calibration.probability(INPUTS, inputs[rows])
    return [Judged(found[row], probability(float(odds))) for row, odds in zip(rows, log_odds, strict=True)]


def inputs_of(query: Query, found: Sequence[Read], described: Described, texts: Mapping[str, str]) -> Inputs:
    """What is known of each span that was found in windows, float32 [found, INPUTS].

    Args:
        query: the question.
        found: spans of all windows that were read.
        described: the windows.
        texts: of each article among them, its words and the year of its date (`folded_words`).
    """
    margins = [_bounded(read.score) for read in found]
    said = [folded_words(read.text) for read in found]
    absent = {article: _absent(query, text) for article, text in texts.items()}
    soft = described.table[:, NAMES.index("soft")]
    rows = []
    for number, read in enumerate(found):
        same = [_agree(said[number], other) for other in said]
        others = [margin for margin, is_same in zip(margins, same, strict=True) if not is_same]
        columns = {
            "margin": margins[number],
            "answered": _bounded(read.answered),
            "lead": margins[number] - max(others, default=-FURTHEST),
            "worth": described.worth[read.window],
            "soft": soft[read.window],
            **absent[read.article]._asdict(),
            "other_day": read.article in described.other_day,
            "foreign": query.kind == "foreign",
        }
        rows.append([columns[name] for name in INPUTS])
    return np.array(rows, dtype=np.float32).reshape(-1, len(INPUTS))


def _bounded(score: float) -> float:
    return min(max(score, -FURTHEST), FURTHEST)


class _Absent(NamedTuple):
    """Shares of what a question names and an article does not, 0 to 1."""

    number_absent: float
    name_absent: float


def _absent(query: Query, text: str) -> _Absent:
    """What an article does not name, neither so nor in another form; names in other letters are left out."""
    numbers = [i for i in query.content if query.words[i].text[0].isdigit()]
    names = [i for i in query.content if _is_name(query, query.words[i])]
    return _Absent(_share_absent(query, numbers, text), _share_absent(query, names, text))


def _share_absent(query: Query, positions: Sequence[int], text: str) -> float:
    """Share of these words of the question that a text does not name."""
    return sum(not _is_named(query, i, text) for i in positions) / max(len(positions), 1)


def _is_named(query: Query, position: int, text: str) -> bool:
    """Whether an article holds a word of the question, or what the collection calls it."""
    forms = (" ".join(form.folded) for form in query.others if position in form.positions)
    return any(f" {word} " in text for word in (fold(query.words[position].text), *forms))


def _is_name(query: Query, word: Word) -> bool:
    """Whether a word of the question is written with a capital, in Latin letters, and not as its first."""
    text = query.question.text
    return word.start > 0 and text[word.start].isupper() and not text.isupper() and fold(word.text).isascii()


def folded_words(text: str) -> str:
    """The words of a text without accents, between blanks."""
    return f" {' '.join(map(fold, word_texts(text)))} "


def _agree(one: str, other: str) -> bool:
    """Whether one answer holds the other."""
    return one in other or other in one
