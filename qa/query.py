"""A question made ready for searching, and what it is held against: the words of a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from index.text import Word, fold, pairs
from qa.records import Question


class Lexicon(NamedTuple):
    """What the words of a collection say: in how many passages a word or a pair of words ("a_b") stands.

    Attributes:
        accented: of words and pairs as they are spelled.
        folded: of words and pairs without accents.
        passages: the passages that hold most of some folded terms, best first.
    """

    accented: Callable[[str], int]
    folded: Callable[[str], int]
    passages: Callable[[tuple[str, ...]], Sequence[str]] = lambda _terms: ()


class OtherForm(NamedTuple):
    """What the collection calls some words of a question.

    Attributes:
        positions: of the words in the question, side by side.
        words: the other form, normal words.
    """

    positions: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def folded(self) -> list[str]:
        """Its words without accents."""
        return list(map(fold, self.words))

    @property
    def terms(self) -> list[str]:
        """What of it stands in the word index: its pairs of neighbours, or its one word, without accents."""
        return pairs(self.folded) or self.folded


def is_held(form: OtherForm, lexicon: Lexicon) -> bool:
    """Whether a collection holds a form, its words side by side."""
    return all(map(lexicon.folded, form.terms))


QueryKind = Literal["accented", "bare", "foreign"]


class Query(NamedTuple):
    """A question made ready for searching.

    Attributes:
        question: as it is shown to the user.
        words: all its words, in order.
        asked: positions in `words` of the question words ("khi nào"), which no passage has to hold.
        content: positions of the words that a passage should hold.
        others: what the collection calls some of the words.
        carried: positions of words that were taken over from an earlier question.
        refers_to: an earlier question whose answer it points at ("he", "there"), while that is not known.
        accented: whether the question tells ma from má; one without any accent is searched folded.
    """

    question: Question
    words: tuple[Word, ...]
    asked: frozenset[int]
    content: tuple[int, ...]
    accented: bool
    carried: frozenset[int] = frozenset()
    others: tuple[OtherForm, ...] = ()
    refers_to: str | None = None

    @property
    def kind(self) -> QueryKind:
        """Which fitted weights it takes: Vietnamese with accents, Vietnamese without, or another language."""
        if not is_vietnamese(self.question.language):
            return "foreign"
        return "accented" if self.accented else "bare"


def is_vietnamese(tongue: str) -> bool:
    """Whether a language is the collection's own; a question too short to tell is taken for it."""
    return tongue in {"vi", "und"}
