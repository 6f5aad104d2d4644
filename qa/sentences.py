"""The sentences of the passages that were found, each once, with the words and the surroundings that scoring needs."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from index.records import Chunk, Range
from index.text import fold, sentences, word_texts
from qa.match import Words, compared
from qa.retrieve import TINY, Found


class Sentence(NamedTuple):
    """A candidate sentence.

    Attributes:
        place: where it stands in its article.
        words: its words.
        around: words without accents of the title, of the sentence before and of the one after, as far as the passage
            has them.
        title: of its article, words without accents.
        passage: number of its passage among those found.
        near: the fused score of its passage, as a share of the best passage's.
    """

    article: str
    place: Range
    text: str
    words: Words
    around: frozenset[str]
    title: frozenset[str]
    passage: int
    near: float


def candidates(found: Sequence[Found]) -> list[Sentence]:
    """The sentences of all passages; one that overlapping passages share stands with the better of them."""
    seen: set[tuple[str, int]] = set()
    result = []
    best = max((passage.score for passage in found), default=0.0) or TINY
    for number, passage in enumerate(found):
        for sentence in _sentences(passage.chunk):
            key = (sentence.article, sentence.place.start)
            if key not in seen:
                seen.add(key)
                result.append(sentence._replace(passage=number, near=passage.score / best))
    return result


@functools.lru_cache(maxsize=4096)
def _sentences(chunk: Chunk) -> tuple[Sentence, ...]:
    """The sentences of one passage."""
    ranges = sentences(chunk.text)
    texts = [chunk.text[place.start : place.end] for place in ranges]
    split = [compared(word_texts(text)) for text in texts]
    title = frozenset(map(fold, word_texts(chunk.title)))
    return tuple(
        Sentence(
            article=chunk.article,
            place=Range(chunk.start + place.start, chunk.start + place.end),
            text=text,
            words=split[i],
            around=title.union(*(words.folded for words in (*split[max(i - 1, 0) : i], *split[i + 1 : i + 2]))),
            title=title,
            passage=0,
            near=0.0,
        )
        for i, (place, text) in enumerate(zip(ranges, texts, strict=True))
    )
