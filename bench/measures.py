"""Measures of one reply against its gold question. An answer that was not given scores zero and is never dropped."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import msgspec

from bench.gold import GoldQuestion
from index.text import normal
from qa.records import Answer, Reply


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one question. The first answer counts; `verbatim` and `clean` are over all answers.

    Attributes:
        right_sentence: the cited sentence holds an accepted answer, in a file that answers.
        exact, f1: as in SQuAD 1.1 (Rajpurkar et al. 2016), the best over the accepted answers.
        verbatim: every quote stands in its file where its citation says.
        clean: no citation touches boilerplate.
    """

    answered: bool
    right_source: bool
    right_sentence: bool
    exact: float
    f1: float
    verbatim: bool
    clean: bool
    confidence: float
    took_ms: float


def outcome(gold: GoldQuestion, reply: Reply, *, verbatim: bool, clean: bool) -> Outcome:
    """Measure one reply."""
    first = reply.answers[0] if reply.answers else None
    return Outcome(
        answered=reply.answered,
        right_source=first is not None and first.citation.source in gold.sources,
        right_sentence=first is not None and right_sentence(gold, first),
        exact=max((exact(first.text, answer) for answer in gold.answers), default=0.0) if first else 0.0,
        f1=max((f1(first.text, answer) for answer in gold.answers), default=0.0) if first else 0.0,
        verbatim=verbatim,
        clean=clean,
        confidence=reply.confidence,
        took_ms=reply.took_ms,
    )


def right_sentence(gold: GoldQuestion, answer: Answer) -> bool:
    """Whether the cited sentence holds an accepted answer, in a file that answers."""
    return answer.citation.source in gold.sources and any(accepted in answer.sentence for accepted in gold.answers)


def exact(found: str, accepted: str) -> float:
    """1 when both are the same words."""
    return float(_tokens(found) == _tokens(accepted))


def f1(found: str, accepted: str) -> float:
    """Harmonic mean of precision and recall over the words of both."""
    left, right = _tokens(found), _tokens(accepted)
    shared = sum((Counter(left) & Counter(right)).values())
    return 2 * shared / (len(left) + len(right)) if shared else 0.0


def _tokens(text: str) -> list[str]:
    """Words without punctuation, lower case, tones in one place; each Han character is one."""
    spaced = re.sub(r"([\u3400-\u9fff])", r" \1 ", text)
    bare = "".join(" " if unicodedata.category(char).startswith("P") else char for char in spaced)
    return [normal(word) for word in bare.split()]
