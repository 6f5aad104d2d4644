"""How well a sentence's words fit a question's, across accents and languages.

Exact matching knows "Bắc Kinh" from "Bac Kinh" but not from "Beijing". The bundled embedder was trained so that such
words lie close together, so each question word is also compared with every word and phrase of a sentence, and the best
similarity counts: late interaction (ColBERT, Khattab & Zaharia 2020, https://arxiv.org/abs/2004.12832) with static
word vectors.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from index.embed import unit
from index.stores import ACCENTED, FOLDED, Snapshot, Vectors
from index.text import fold
from qa.question import Query
from qa.vectors import LONGEST_PHRASE, Scores, WordVectors

LONGEST_HAN_PHRASE = 5
"""Characters of the longest Chinese phrase; 哈萨克斯坦 (Kazakhstan) has five."""
CARRIED = 0.3
"""What a word counts that was taken over from an earlier question."""

_HAN = re.compile(r"[\u3400-\u9fff]")


class Matches(NamedTuple):
    """How the content words of a question fit each sentence: float32 [sentences, content words], 0 to 1.

    Attributes:
        exact: the word stands there with its accents.
        folded: it stands there when accents are ignored.
        soft: similarity of the nearest word or phrase; 1 where it stands there.
    """

    exact: Scores
    folded: Scores
    soft: Scores


class Words(NamedTuple):
    """The words of a text in order: normal ones, and the same without accents."""

    normal: tuple[str, ...]
    folded: tuple[str, ...]


def compared(normal: Iterable[str]) -> Words:
    """Normal words as they are compared."""
    there = tuple(normal)
    return Words(there, tuple(map(fold, there)))


def match(query: Query, sentences: Sequence[Words], vectors: WordVectors) -> Matches:
    """Compare the content words of a question with sentences."""
    other = _other_forms(query, sentences)
    exact = np.maximum(_there(_content(query), [sentence.normal for sentence in sentences]), other)
    folded = np.maximum(_there_folded(query, sentences), other)
    soft = np.maximum(_soft(query, sentences, vectors), exact if query.accented else folded)
    return Matches(exact, folded, soft)


def word_fit(query: Query, passages: Sequence[Words], vectors: WordVectors) -> Scores:
    """`Matches.soft` alone, for passages."""
    soft = np.maximum(_soft(query, passages, vectors), _other_forms(query, passages))
    return soft if query.accented else np.maximum(soft, _there_folded(query, passages))


def word_weights(query: Query, snapshot: Snapshot, vectors: WordVectors) -> Scores:
    """Float32 [content words]: how much each word of a question tells, which is how rare it is.

    A word of another language that no passage holds would look as rare as a name; how much it matters is then taken
    from the length of its vector, which training made small for words that tell nothing.
    """
    words = _content(query)
    frequencies = [_frequency(snapshot, word, accented=query.accented) for word in words]
    for form in query.others:
        own = min(snapshot.document_frequency(FOLDED, term) for term in form.terms)
        for column in (column for column, i in enumerate(query.content) if i in form.positions):
            frequencies[column] = max(frequencies[column], own)
    rare = np.array([rarity(frequency, snapshot.chunk_count) for frequency in frequencies], dtype=np.float32)
    rare[[i in query.carried for i in query.content]] *= CARRIED
    if query.kind != "foreign":
        return rare
    lengths = np.linalg.norm(vectors.sums(words), axis=1)
    unseen = np.array([frequency == 0 for frequency in frequencies])
    share = np.clip(lengths / max(float(np.median(lengths)), 1e-6), 0.2, 1.0)
    return np.where(unseen, rare * share, rare).astype(np.float32)


def rarity(frequency: int, chunks: int) -> float:
    """Inverse document frequency of a word that stands in `frequency` of `chunks` passages, as BM25 has it."""
    return math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5))


def _frequency(snapshot: Snapshot, word: str, *, accented: bool) -> int:
    """In how many passages a word stands; as a folded word if it stands in none as typed."""
    return (accented and snapshot.document_frequency(ACCENTED, word)) or snapshot.document_frequency(FOLDED, fold(word))


def _content(query: Query) -> list[str]:
    """The words that a passage should hold."""
    return [query.words[i].text for i in query.content]


def _there(wanted: Sequence[str], texts: Sequence[tuple[str, ...]]) -> Scores:
    """Float32 [texts, wanted]: 1 where a text holds the word."""
    found = np.zeros((len(texts), len(wanted)), dtype=np.float32)
    for row, text in enumerate(texts):
        there = set(text)
        found[row] = [word in there for word in wanted]
    return found


def _there_folded(query: Query, texts: Sequence[Words]) -> Scores:
    """The same when accents are ignored."""
    return _there(list(map(fold, _content(query))), [text.folded for text in texts])


def _other_forms(query: Query, texts: Sequence[Words]) -> Scores:
    """Float32 [texts, content words]: 1 where a text has another form of the word, its words side by side."""
    found = np.zeros((len(texts), len(query.content)), dtype=np.float32)
    if query.others:
        joined = [f" {' '.join(text.folded)} " for text in texts]
        for form in query.others:
            wanted = f" {' '.join(form.folded)} "
            columns = [column for column, i in enumerate(query.content) if i in form.positions]
            found[np.ix_([wanted in text for text in joined], columns)] = 1
    return found


def _soft(query: Query, texts: Sequence[Words], vectors: WordVectors) -> Scores:
    """Best similarity of each content word with any word or phrase of each text."""
    units = _units(query)
    similarity = vectors.nearest(_unit_vectors(query, vectors), [text.normal for text in texts])
    best = np.zeros((len(texts), len(query.words)), dtype=np.float32)
    alone = best.copy()
    for column, (_, positions) in enumerate(units):
        if len(positions) == 1:
            alone[:, positions[0]] = similarity[:, column]
    for column, (_, positions) in enumerate(units):
        # A phrase counts where it fits better than each of its words: "Bei jing" does, "minister of" does not.
        fits = similarity[:, column] >= alone[:, positions].max(axis=1)
        for position in positions:
            best[:, position] = np.maximum(best[:, position], np.where(fits, similarity[:, column], 0))
    return best[:, list(query.content)]


@functools.lru_cache(maxsize=64)
def _units(query: Query) -> tuple[tuple[str, list[int]], ...]:
    """The words and phrases of a question that are compared, each with the positions that it covers."""
    units = []
    for first in range(len(query.words)):
        han = bool(_HAN.match(query.words[first].text))
        for length in range(1, (LONGEST_HAN_PHRASE if han else LONGEST_PHRASE) + 1):
            positions = list(range(first, min(first + length, len(query.words))))
            texts = [query.words[i].text for i in positions]
            uniform = all(bool(_HAN.match(text)) == han for text in texts)
            if len(positions) == length and uniform and not query.asked & set(positions):
                units.append((("" if han else " ").join(texts), positions))
    return tuple(units)


@functools.lru_cache(maxsize=64)
def _unit_vectors(query: Query, vectors: WordVectors) -> Vectors:
    """Unit vectors [units, dimensions]. Spaced words add up; Chinese characters make other subwords together."""
    units = _units(query)
    words = vectors.sums([word.text for word in query.words])
    result = np.array([words[positions].sum(axis=0) for _, positions in units], dtype=np.float32)
    han = [row for row, (text, positions) in enumerate(units) if len(positions) > 1 and _HAN.match(text)]
    if han:
        result[han] = vectors.phrases([units[row][0] for row in han])
    return unit(result) if len(units) else result.reshape(0, words.shape[1])
