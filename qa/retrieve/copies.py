"""Passages that repeat others: a story that many sites took over is read once, and where else it stands is kept.

Chunks of two copies seldom begin at the same word, since one site puts a line above the story. So a passage is a copy
when nearly all its runs of words stand in the passages of one other article, and when each of its sentences stands
there too with the same numbers. In doubt it is none, and is read like any other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from index.records import Chunk, Range
from index.text import fold, sentences, word_texts, words
from qa.question.entities import MONTHS, RUSSIAN_MONTHS
from qa.records import Answer, Place
from qa.retrieve.match import Words, compared

RUN = 3
"""Words of a run: one word that was edited breaks three."""
COVERED = 0.75
"""Share of a passage's runs that another article has to hold: of 120 words nine may be edited, one by one."""
ALIKE = 0.7
"""Share of a sentence's words that a sentence has to hold to say the same."""
ASIDE = 4
"""Words of a line that names a site or a photographer and may be added."""
MOST_COPIES = 20
"""Other places that are named for one answer or passage."""
NUMERALS = "không một hai ba bốn năm sáu bảy tám chín mười mươi trăm nghìn ngàn vạn triệu tỷ tỉ"
NEGATIONS = "chưa chẳng không not no never"
ENGLISH_NUMERALS = "one two three four five six seven eight nine ten hundred thousand million billion"
HAN_NUMERALS = "零 一 二 两 三 四 五 六 七 八 九 十 百 千 万 亿 不 没 未"
WAYS = "tăng giảm thắng thua hòa up down"
TELLING = frozenset(
    fold(f"{NUMERALS} {NEGATIONS} {ENGLISH_NUMERALS} {HAN_NUMERALS} {WAYS} {MONTHS} {RUSSIAN_MONTHS}")
    .replace("|", " ")
    .split()
)
"""Words without accents of which a single one makes another report, beside those with digits."""

Copies = dict[int, list[Chunk]]
"""The copies of passages, by the id of the one that is read, the nearest first."""


class Told(NamedTuple):
    """A sentence as it is compared.

    Attributes:
        place: where it stands in its text.
        words: without accents.
        telling: its numbers and what else must not differ, in their order.
    """

    place: Range
    words: frozenset[str]
    telling: tuple[str, ...]


class Apart:
    """Tells passages from their copies as they come, best first.

    Attributes:
        firsts: the passages that repeat none before them.
        copies: the others.
    """

    def __init__(self) -> None:
        self.firsts: list[Chunk] = []
        self.copies: Copies = {}
        self._seen: set[int] = set()

    def add(self, chunk: Chunk) -> None:
        """Take the next passage."""
        first = self._repeated(chunk)
        if first is not None:
            self.copies.setdefault(first.id, []).append(chunk)
        else:
            self.firsts.append(chunk)
            self._seen |= _runs(chunk.text)

    def _repeated(self, chunk: Chunk) -> Chunk | None:
        """The passage that this one repeats, the one of them with which it shares most."""
        runs = _runs(chunk.text)
        if not runs or len(runs & self._seen) < COVERED * len(runs):
            return None
        for passages in self._by_article(chunk.article):
            covered = runs.intersection(frozenset().union(*(_runs(one.text) for one in passages)))
            if len(covered) >= COVERED * len(runs) and _says_nothing_new(chunk, passages):
                return max(passages, key=lambda one: len(runs & _runs(one.text)))
        return None

    def _by_article(self, but: str) -> Iterable[list[Chunk]]:
        """The passages so far, those of each other article together."""
        found: dict[str, list[Chunk]] = {}
        for first in self.firsts:
            if first.article != but:
                found.setdefault(first.article, []).append(first)
        return found.values()


def with_copies(answer: Answer, copies: Copies, source_of: Callable[[Chunk], str]) -> Answer:
    """An answer with the copies in which its quote stands too under `also`, `MOST_COPIES` of them at most."""
    cited = answer.citation
    quote = Range(cited.start - cited.sentence_start, cited.end - cited.sentence_start)
    places: dict[Place, None] = {}
    for chunk in (copy for group in copies.values() for copy in group if copy.article != cited.article):
        if len(places) < MOST_COPIES and (there := place_in(chunk, answer.sentence, quote)):
            place = Place(
                article=chunk.article,
                source=source_of(chunk),
                title=chunk.title,
                start=there.start,
                end=there.end,
                quote=answer.text,
            )
            places[place] = None
    return msgspec.structs.replace(answer, also=tuple(places)) if places else answer


def place_in(chunk: Chunk, sentence: str, quote: Range) -> Range | None:
    """Where a copy has a quote, in its article; None where it has not the same sentence with the same words quoted.

    Args:
        chunk: of the copy.
        sentence: around the quote.
        quote: its place in the sentence.
    """
    quoted = sentence[quote.start : quote.end]
    if quoted not in chunk.text:
        return None
    own = _told_of(sentence, Range(0, len(sentence)))
    before = [start for start in _places(quoted, sentence) if start < quote.start]
    alike = [told for told in _told(chunk.text) if _says(own, told)]
    for told in sorted(alike, key=lambda told: -len(own.words & told.words)):
        if starts := _places(quoted, chunk.text[told.place.start : told.place.end]):
            start = chunk.start + told.place.start + starts[min(len(before), len(starts) - 1)]
            return Range(start, start + len(quoted))
    return None


@functools.lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """The words of a text."""
    return compared(word_texts(text))


@functools.lru_cache(maxsize=4096)
def _runs(text: str) -> frozenset[int]:
    """Hashes of every `RUN` neighbouring words without accents; of all the words of a shorter text."""
    terms = words_of(text).folded
    size = min(RUN, len(terms))
    return frozenset(map(hash, zip(*(terms[begin:] for begin in range(size)), strict=False)))


def _says_nothing_new(chunk: Chunk, passages: Sequence[Chunk]) -> bool:
    """Whether each sentence stands in one of these passages with the same numbers."""
    there = [told for passage in passages for told in _told(passage.text)]
    return all(_is_aside(own) or any(_says(own, told) for told in there) for own in _told(chunk.text))


def _is_aside(told: Told) -> bool:
    return len(told.words) <= ASIDE and not told.telling


def _says(own: Told, other: Told) -> bool:
    """Whether a sentence says what another does, but for small edits."""
    return own.telling == other.telling and len(own.words & other.words) >= ALIKE * len(own.words)


@functools.lru_cache(maxsize=1024)
def _told(text: str) -> tuple[Told, ...]:
    """The sentences of a passage."""
    return tuple(_told_of(text[place.start : place.end], place) for place in sentences(text))


def _told_of(sentence: str, place: Range) -> Told:
    terms = list(map(fold, word_texts(sentence)))
    telling = (term for term in terms if term in TELLING or any(char.isdigit() for char in term))
    return Told(place, frozenset(terms), tuple(telling))


def _places(quote: str, sentence: str) -> list[int]:
    """Where a quote stands in a sentence; not in the middle of a longer word or number, unless it stands only there."""
    found = [match.start() for match in re.finditer(re.escape(quote), sentence)]
    within = {place for word in words(sentence) for place in range(word.start + 1, word.end)}
    return [start for start in found if not within & {start, start + len(quote)}] or found
