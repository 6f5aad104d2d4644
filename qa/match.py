"""How well a sentence's words fit a question's, across accents and languages.

Exact matching knows "Bắc Kinh" from "Bac Kinh" but not from "Beijing". The bundled embedder was trained so that such
words lie close together, so each question word is also compared with every word and phrase of a sentence, and the best
similarity counts: late interaction (ColBERT, Khattab & Zaharia 2020, https://arxiv.org/abs/2004.12832) with static
word vectors.
"""

from __future__ import annotations

import itertools
import math
import re
import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import BUNDLED, Embedder, StaticEmbedder, embedder_named, unit
from index.stores import ACCENTED, FOLDED, Snapshot, Vectors
from index.text import fold
from qa.question import Query

WORD_DIMENSIONS = 256
"""First dimensions of the embedder that are taken for words: all would cost twice the time and find 0.01 more, and the
span reader was trained on these."""
LONGEST_PHRASE = 3
"""Words of the longest phrase that is compared as one; "Tập Cận Bình" has three."""
LONGEST_HAN_PHRASE = 5
"""Characters of the longest Chinese phrase; 哈萨克斯坦 (Kazakhstan) has five."""
MOST_WORDS = 1 << 16
"""Words whose vectors are kept; beyond, the table starts anew."""

CARRIED = 0.3
"""What a word counts that was taken over from an earlier question."""
MOST_TEXTS = 1 << 14
"""Sentences whose vectors are kept."""

_HAN = re.compile(r"[\u3400-\u9fff]")

Scores = npt.NDArray[np.float32]


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


class WordVectors:
    """Vectors of words and phrases: the first `WORD_DIMENSIONS` of the bundled embedder; threads may share it."""

    def __init__(self) -> None:
        embedder = embedder_named(BUNDLED)
        if not isinstance(embedder, StaticEmbedder):
            raise TypeError("the bundled embedder is a static one")
        self._embedder = embedder
        self._lock = threading.Lock()
        self._rows: dict[str, int] = {}
        self._table = np.zeros((1024, WORD_DIMENSIONS), dtype=np.float32)

    def phrases(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [texts, dimensions] of short texts."""
        return unit(self._sums(texts))

    def sums(self, words: Sequence[str]) -> Vectors:
        """Float32 [words, dimensions]: sums of the subword vectors of each word."""
        with self._lock:
            unknown = [word for word in dict.fromkeys(words) if word not in self._rows]
            if len(self._rows) + len(unknown) > MOST_WORDS:
                self._rows.clear()
                unknown = list(dict.fromkeys(words))
            if unknown:
                self._learn(unknown)
            return self._table[[self._rows[word] for word in words]]

    def _learn(self, unknown: list[str]) -> None:
        """Put words into the table."""
        used = len(self._rows)
        while used + len(unknown) > len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[used : used + len(unknown)] = self._sums(unknown)
        self._rows.update(zip(unknown, range(used, used + len(unknown)), strict=True))

    def _sums(self, texts: Sequence[str]) -> Vectors:
        """Sums of subword vectors, as far as words need them."""
        return self._embedder.token_sums(texts)[:, :WORD_DIMENSIONS]


class TextVectors:
    """Vectors of questions and sentences from the collection's embedder, the latest kept; threads may share it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, Vectors] = {}
        self._asked: tuple[str, Vectors] | None = None

    def question(self, text: str) -> Vectors:
        """Unit vector [dimensions] of a question; both retrieval and ranking want that of the latest."""
        asked = self._asked
        if asked is None or asked[0] != text:
            self._asked = asked = (text, np.asarray(self._embedder.embed_questions([text])[0]))
        return asked[1]

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [texts, dimensions] of sentences."""
        kept = self._kept
        unknown = [text for text in dict.fromkeys(texts) if text not in kept]
        fresh = dict(zip(unknown, self._embedder.embed_documents(unknown), strict=True)) if unknown else {}
        found = np.array([fresh[text] if text in fresh else kept[text] for text in texts], dtype=np.float32)
        # A full table is replaced and not cleared: another thread may be reading it.
        if fresh:
            self._kept = kept | fresh if len(kept) < MOST_TEXTS else fresh
        return found


def match(query: Query, sentences: Sequence[Sequence[str]], vectors: WordVectors) -> Matches:
    """Compare the content words of a question with sentences, given as lists of normal words."""
    other = _other_forms(query, sentences)
    exact = np.maximum(_there(_content(query), sentences), other)
    folded = np.maximum(_there_folded(query, sentences), other)
    soft = np.maximum(_soft(query, sentences, vectors), exact if query.accented else folded)
    return Matches(exact, folded, soft)


def word_fit(query: Query, passages: Sequence[Sequence[str]], vectors: WordVectors) -> Scores:
    """`Matches.soft` alone, for passages given as lists of normal words."""
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


def _there(wanted: Sequence[str], sentences: Sequence[Sequence[str]]) -> Scores:
    """Float32 [sentences, wanted]: 1 where a sentence holds the word."""
    found = np.zeros((len(sentences), len(wanted)), dtype=np.float32)
    for row, sentence in enumerate(sentences):
        there = set(sentence)
        found[row] = [word in there for word in wanted]
    return found


def _there_folded(query: Query, sentences: Sequence[Sequence[str]]) -> Scores:
    """The same when accents are ignored."""
    return _there(list(map(fold, _content(query))), [list(map(fold, sentence)) for sentence in sentences])


def _other_forms(query: Query, sentences: Sequence[Sequence[str]]) -> Scores:
    """Float32 [sentences, content words]: 1 where a sentence has another form of the word, its words side by side."""
    found = np.zeros((len(sentences), len(query.content)), dtype=np.float32)
    if query.others:
        texts = [f" {' '.join(map(fold, sentence))} " for sentence in sentences]
        for form in query.others:
            wanted = f" {' '.join(form.folded)} "
            columns = [column for column, i in enumerate(query.content) if i in form.positions]
            found[np.ix_([wanted in text for text in texts], columns)] = 1
    return found


def _soft(query: Query, sentences: Sequence[Sequence[str]], vectors: WordVectors) -> Scores:
    """Best similarity of each content word with any word or phrase of each sentence."""
    units = _units(query)
    similarity = _best_similarity(_unit_vectors(query, units, vectors), sentences, vectors)
    best = np.zeros((len(sentences), len(query.words)), dtype=np.float32)
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


def _units(query: Query) -> list[tuple[str, list[int]]]:
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
    return units


def _unit_vectors(query: Query, units: Sequence[tuple[str, list[int]]], vectors: WordVectors) -> Vectors:
    """Unit vectors [units, dimensions]. Spaced words add up; Chinese characters make other subwords together."""
    words = vectors.sums([word.text for word in query.words])
    result = np.array([words[positions].sum(axis=0) for _, positions in units], dtype=np.float32)
    han = [row for row, (text, positions) in enumerate(units) if len(positions) > 1 and _HAN.match(text)]
    if han:
        result[han] = vectors.phrases([units[row][0] for row in han])
    return unit(result) if len(units) else result.reshape(0, words.shape[1])


def _best_similarity(units: Vectors, sentences: Sequence[Sequence[str]], vectors: WordVectors) -> Scores:
    """Float32 [sentences, units]: cosine of each unit with the nearest phrase of each sentence, at least 0."""
    similarity = np.zeros((len(sentences), len(units)), dtype=np.float32)
    filled = [row for row, sentence in enumerate(sentences) if sentence]
    if not filled or not len(units):
        return similarity
    every = list(itertools.chain.from_iterable(sentences[row] for row in filled))
    rows = {word: row for row, word in enumerate(dict.fromkeys(every))}
    places = [rows[word] for word in every]
    known = vectors.sums(list(rows))
    sums = known[places]
    sizes = np.array([len(sentences[row]) for row in filled])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    last = np.repeat(starts + sizes, sizes)
    # A phrase's vector is the sum of its words', so its products with the units are sums of theirs, and its squared
    # length the sum of theirs and of the products between them: no phrase vector is ever made.
    words_by_units = (units @ known.T)[:, places]
    between = [(known**2).sum(axis=1)[places], *(_products(sums, gap) for gap in range(1, LONGEST_PHRASE))]
    products, squares = np.zeros_like(words_by_units), np.zeros(len(sums), dtype=np.float32)
    for length in range(min(LONGEST_PHRASE, len(sums))):
        products[:, : len(sums) - length] += words_by_units[:, length:]
        for gap in range(length + 1):
            squares[: len(sums) - length] += (1 + (gap > 0)) * between[gap][length - gap : len(sums) - gap]
        # A phrase that would run over its sentence's end is none.
        scale = np.where(np.arange(len(sums)) + length < last, 1 / np.sqrt(np.maximum(squares, TINY)), 0)
        best = np.maximum.reduceat(products * scale.astype(np.float32), starts, axis=1)
        similarity[filled] = np.maximum(similarity[filled], best.T)
    return np.minimum(similarity, 1.0)


TINY = 1e-12


def _products(sums: Vectors, gap: int) -> Scores:
    """For each word i the product of words i and i + gap; 0 where there is no such word."""
    result = np.zeros(len(sums), dtype=np.float32)
    count = max(len(sums) - gap, 0)
    result[:count] = np.einsum("ij,ij->i", sums[:count], sums[gap:])
    return result
