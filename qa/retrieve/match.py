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
import numpy.typing as npt

from index.embed import unit
from index.stores import ACCENTED, FOLDED, Snapshot, Vectors
from index.text import fold
from qa.query import Query
from qa.retrieve.vectors import LONGEST_PHRASE, Scores, WordVectors

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
    frequencies = _frequencies(snapshot, words, accented=query.accented)
    for form in query.others:
        own = min(snapshot.document_frequencies(FOLDED, form.terms))
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


def _frequencies(snapshot: Snapshot, words: Sequence[str], *, accented: bool) -> list[int]:
    """In how many passages each word stands; as a folded word if it stands in none as typed."""
    typed = snapshot.document_frequencies(ACCENTED, words) if accented else [0] * len(words)
    absent = [fold(word) for word, frequency in zip(words, typed, strict=True) if not frequency]
    folded = iter(snapshot.document_frequencies(FOLDED, absent))
    return [frequency or next(folded) for frequency in typed]


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
    for columns, positions in units.by_length:
        found = similarity[:, columns]
        # A phrase counts where it fits better than each of its words: "Bei jing" does, "minister of" does not.
        if positions.shape[1] == 1:
            alone = best.copy()
            alone[:, positions[:, 0]] = found
        found = np.where(found >= alone[:, positions].max(axis=2), found, 0)
        for place in positions.T:
            best[:, place] = np.maximum(best[:, place], found)
    return best[:, list(query.content)]


class _Units(NamedTuple):
    """The words and phrases of a question that are compared.

    Attributes:
        texts: of each.
        positions: of the words that each covers.
        by_length: for each number of words, from 1 on, which units have so many, and their positions [units, words].
    """

    texts: tuple[str, ...]
    positions: tuple[list[int], ...]
    by_length: tuple[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]], ...]


@functools.lru_cache(maxsize=64)
def _units(query: Query) -> _Units:
    texts, covered = [], []
    for first in range(len(query.words)):
        han = bool(_HAN.match(query.words[first].text))
        for length in range(1, (LONGEST_HAN_PHRASE if han else LONGEST_PHRASE) + 1):
            positions = list(range(first, min(first + length, len(query.words))))
            words = [query.words[i].text for i in positions]
            uniform = all(bool(_HAN.match(word)) == han for word in words)
            if len(positions) == length and uniform and not query.asked & set(positions):
                texts.append(("" if han else " ").join(words))
                covered.append(positions)
    sizes = np.array([len(positions) for positions in covered])
    by_length = ((np.flatnonzero(sizes == size), size) for size in range(1, max(sizes, default=0) + 1))
    return _Units(
        tuple(texts),
        tuple(covered),
        tuple((units, np.array([covered[unit] for unit in units]).reshape(-1, size)) for units, size in by_length),
    )


@functools.lru_cache(maxsize=64)
def _unit_vectors(query: Query, vectors: WordVectors) -> Vectors:
    """Unit vectors [units, dimensions]. Spaced words add up; Chinese characters make other subwords together."""
    units = _units(query)
    words = vectors.sums([word.text for word in query.words])
    result = np.array([words[positions].sum(axis=0) for positions in units.positions], dtype=np.float32)
    spelled = zip(units.texts, units.positions, strict=True)
    han = [row for row, (text, positions) in enumerate(spelled) if len(positions) > 1 and _HAN.match(text)]
    if han:
        result[han] = vectors.phrases([units.texts[row] for row in han])
    return unit(result) if len(result) else result.reshape(0, words.shape[1])
