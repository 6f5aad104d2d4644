"""What is known of each candidate sentence, as numbers with names. `qa/weights.json` says how much each one counts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.records import Range
from index.stores import Snapshot
from index.text import fold
from qa.match import Matches, match, word_weights
from qa.question import Query
from qa.sentences import Sentence
from qa.units import wanted_amount
from qa.vectors import TINY, Scores, TextVectors, WordVectors
from qa.wanted import wanted

TYPED = ("typed_time", "typed_measure", "typed_count", "typed_who", "typed_where", "typed_why")
NAMES = (
    "exact",  # share of the question's content, weighted by rarity, that stands in the sentence with its accents
    "folded",  # ... when accents are ignored
    "soft",  # ... when near words count by their similarity
    "near",  # ... when only words count whose similarity is at least a half
    "close",  # share of the content that stands in the sentence's best stretch of 12 words
    "pairs",  # share of neighbouring content words that are neighbours in the sentence too
    "dense",  # cosine of question and sentence
    "around",  # as soft, with the title and the neighbouring sentences
    "title",  # share of the content that stands in the article's title
    "missing",  # weight of the rarest content word that is not even around
    "number_missing",  # a number of the question does not stand in the sentence
    "other_year",  # the question names a year, and the sentence names only others
    "name_missing",  # a capitalised word of the question stands neither in the sentence nor around it
    "typed",  # the sentence holds a span of the wanted type that the question does not name; 0 where that has no shape
    *TYPED,  # the same for one type alone: what it counts more or less than others
    "slot",  # share of the three content words nearest to the question word that stand within six words of such a span
    "length",  # log of its words
    "passage",  # fused score of its passage, as a share of the best passage's
    "article",  # the best of its article's passages, the same way
    "reached",  # as soft, of all the article's candidates together
    "asks",  # it is a question itself
    "fragment",  # it does not end like a sentence: a title, a caption
    "reachable",  # as soft, of all candidates together: the same for each, so it tells of the question only
)

Features = npt.NDArray[np.float32]
"""[sentences, len(NAMES)]"""


def features(
    query: Query, sentences: Sequence[Sentence], snapshot: Snapshot, texts: TextVectors, vectors: WordVectors
) -> Features:
    """The features of every candidate sentence, in their order."""
    matches = match(query, [sentence.words for sentence in sentences], vectors)
    weights = word_weights(query, snapshot, vectors)
    around = _around(query, sentences, matches)
    missing = (1 - around) * weights
    total = weights.sum()
    articles = _articles(sentences)
    columns = {
        "exact": matches.exact @ weights / total,
        "folded": matches.folded @ weights / total,
        "soft": matches.soft @ weights / total,
        "near": (matches.soft >= NEAR) @ weights / total,
        "close": _close(query, sentences, weights) / total,
        "pairs": _pairs(query, sentences),
        "dense": _dense(query, sentences, texts),
        "around": around @ weights / total,
        "title": _title(query, sentences) @ weights / total,
        "missing": missing.max(axis=1) / weights.max(),
        "number_missing": _absent(matches.folded, _numbers(query)),
        "other_year": _other_year(query, sentences),
        "name_missing": _absent(around, _names(query)),
        **_typed(query, sentences, weights),
        "length": [math.log(1 + len(sentence.words.normal)) for sentence in sentences],
        "passage": [sentence.near for sentence in sentences],
        "article": _by_article(np.array([[sentence.near] for sentence in sentences]), articles)[:, 0],
        "reached": _by_article(matches.soft, articles) @ weights / total,
        "asks": [_ASKS.search(sentence.text) is not None for sentence in sentences],
        "fragment": [not _ENDED.search(sentence.text) for sentence in sentences],
        "reachable": np.full(len(sentences), matches.soft.max(axis=0) @ weights / total),
    }
    return np.array([columns[name] for name in NAMES], dtype=np.float32).T


NEAR = 0.5
"""Similarity at which a word counts as found in `near`."""
STRETCH = 12
"""Words of the stretch of `close`."""
_YEAR = re.compile(r"(?<![\d.,])(?:1[0-9]|20)\d\d(?![\d.,]*\d)")
_ASKS = re.compile(r"[?？][”’\"')\]»」』 ]*$")
_ENDED = re.compile(r"[.!?…。！？][”’\"')\]»」』 ]*$")


def _around(query: Query, sentences: Sequence[Sentence], matches: Matches) -> Scores:
    """Float32 [sentences, content words]: the best fit in the sentence, its neighbours and the title."""
    wanted = [fold(query.words[i].text) for i in query.content]
    result = matches.soft.copy()
    for row, sentence in enumerate(sentences):
        result[row] = np.maximum(result[row], [word in sentence.around for word in wanted])
    # Neighbours lend what they fit in another language, a little less than the sentence's own words.
    order = sorted(range(len(sentences)), key=lambda i: (sentences[i].article, sentences[i].place.start))
    for left, right in zip(order, order[1:], strict=False):
        if sentences[left].article == sentences[right].article:
            result[left] = np.maximum(result[left], NEIGHBOUR * matches.soft[right])
            result[right] = np.maximum(result[right], NEIGHBOUR * matches.soft[left])
    return result


NEIGHBOUR = 0.9
"""What a fit in the neighbouring sentence is worth."""


def _pairs(query: Query, sentences: Sequence[Sentence]) -> list[float]:
    """For each sentence the share of the question's neighbouring content words that are neighbours in it."""
    content = set(query.content)
    wanted = {(fold(query.words[i].text), fold(query.words[i + 1].text)) for i in query.content if i + 1 in content}
    if not wanted:
        return [0.0] * len(sentences)
    folded = [sentence.words.folded for sentence in sentences]
    return [len(wanted & set(zip(words, words[1:], strict=False))) / len(wanted) for words in folded]


def _close(query: Query, sentences: Sequence[Sentence], weights: Scores) -> Scores:
    """Float32 [sentences]: the most content weight that stands in any stretch of `STRETCH` words."""
    wanted = {fold(query.words[i].text): weight for i, weight in zip(query.content, weights, strict=True)}
    best = np.zeros(len(sentences), dtype=np.float32)
    for row, sentence in enumerate(sentences):
        hits = [(place, word) for place, word in enumerate(sentence.words.folded) if word in wanted]
        for first, (place, _) in enumerate(hits):
            inside = {word for there, word in hits[first:] if there < place + STRETCH}
            best[row] = max(best[row], sum(wanted[word] for word in inside))
    return best


def _dense(query: Query, sentences: Sequence[Sentence], texts: TextVectors) -> npt.NDArray[np.float32]:
    """Cosine of the question with each sentence."""
    return np.asarray(texts.documents([sentence.text for sentence in sentences]) @ texts.question(query.question.text))


def _title(query: Query, sentences: Sequence[Sentence]) -> Scores:
    """Float32 [sentences, content words]: whether the title holds the word."""
    wanted = [fold(query.words[i].text) for i in query.content]
    return np.array([[word in sentence.title for word in wanted] for sentence in sentences], dtype=np.float32)


def _numbers(query: Query) -> list[int]:
    """Columns of the content words that are numbers."""
    return [column for column, i in enumerate(query.content) if query.words[i].text[0].isdigit()]


def _other_year(query: Query, sentences: Sequence[Sentence]) -> list[bool]:
    """For each sentence whether it speaks of years, and of none that the question names."""
    asked = set(_YEAR.findall(query.question.text))
    named = [set(_YEAR.findall(sentence.text)) if asked else asked for sentence in sentences]
    return [bool(years) and not years & asked for years in named]


def _names(query: Query) -> list[int]:
    """Columns of the content words that are written with a capital, the question's first word aside."""
    text = query.question.text
    return [column for column, i in enumerate(query.content) if i and text[query.words[i].start].isupper()]


def _absent(around: Scores, columns: list[int]) -> npt.NDArray[np.float32]:
    """For each sentence how badly the worst of these words fits it and its surroundings; 0 when there are none."""
    if not columns:
        return np.zeros(len(around), dtype=np.float32)
    return np.asarray(1 - around[:, columns].min(axis=1))


def _typed(query: Query, sentences: Sequence[Sentence], weights: Scores) -> dict[str, Scores]:
    """The columns "typed", `TYPED` and "slot".

    1 where a span of the wanted kind is new to the question, 0.5 where rules can't be sure, 0 where there is none.
    """
    columns = {name: np.zeros(len(sentences), dtype=np.float32) for name in ("typed", *TYPED, "slot")}
    kind: str = query.question.type
    if kind == "num":
        kind = "measure" if wanted_amount(query).dimension else "count"
    own = columns.get(f"typed_{kind}")
    if own is None:
        return columns
    nearest = _nearest(query, weights)
    words = {
        fold(query.words[i].text): float(weight) for i, weight in zip(query.content, nearest, strict=True) if weight
    }
    for row, sentence in enumerate(sentences):
        found = wanted(query, sentence.text)
        own[row] = 1.0 if found.fitting else 0.5 * bool(found.possible)
        best = max((_beside(sentence.text, span, words) for span in found.fitting or found.possible), default=0.0)
        columns["typed"][row] = own[row]
        columns["slot"][row] = best / max(float(nearest.sum()), TINY)
    return columns


def _beside(text: str, span: Range, words: dict[str, float]) -> float:
    """The weight of the words that stand within `BESIDE` words of a span."""
    around = [*text[: span.start].split()[-BESIDE:], *text[span.end :].split()[:BESIDE]]
    near = {fold(word).strip(MARKS) for word in around}
    return sum(weight for word, weight in words.items() if word in near)


NEAREST, BESIDE = 3, 6
"""Content words that count as near the question word; words beside a span."""
MARKS = ".,;:!?…()[]{}\"'“”‘’«»"


def _nearest(query: Query, weights: Scores) -> Scores:
    """Float32 [content words]: the weights of those nearest to the question word, 0 for the others."""
    distance = [min((abs(i - j) for j in query.asked), default=0) for i in query.content]
    chosen = np.argsort(distance, kind="stable")[: NEAREST if query.asked else 0]
    result = np.zeros_like(weights)
    result[chosen] = weights[chosen]
    return result


def _articles(sentences: Sequence[Sentence]) -> npt.NDArray[np.intp]:
    """For each sentence the number of its article."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(sentence.article, len(numbers)) for sentence in sentences], dtype=np.intp)


def _by_article(scores: Scores, articles: npt.NDArray[np.intp]) -> Scores:
    """The best of each column over all sentences of an article, for each of these."""
    best = np.zeros((articles.max() + 1, scores.shape[1]), dtype=np.float32)
    np.maximum.at(best, articles, scores)
    return best[articles]
