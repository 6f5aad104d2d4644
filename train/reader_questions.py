"""Questions made of translated sentences: asked in one language, answered where the other has the same words."""

import random
import re

from index.records import Range
from train.questions import FRONTED, SLOTS
from train.text import STOP_WORDS

OWN_CLAUSE = 0.55
FEWEST_WORDS = 3
_BORDER = re.compile(r"[,;:“”\"]")


def nearby(before: str, after: str, rng: random.Random) -> tuple[list[str], list[str]]:
    """Words around an answer that the question keeps: its clause, or more; some small words get lost."""
    if rng.random() < OWN_CLAUSE:
        near, following = _BORDER.split(before)[-1], _BORDER.split(after)[0]
        if len(near.split()) + len(following.split()) > FEWEST_WORDS:
            before, after = near, following
    left, right = before.split()[-rng.randint(4, 14) :], after.split()[: rng.randint(3, 12)]
    lost = rng.choice((0.0, 0.0, 0.1, 0.25))
    return _thinned(left, lost, rng), _thinned(right, lost, rng)


def _thinned(found: list[str], lost: float, rng: random.Random) -> list[str]:
    """Some words dropped: names seldom, function words twice as often."""
    return [word for word in found if word[:1].isupper() or rng.random() > lost * (1 + (word.lower() in STOP_WORDS))]


def _tidy(question: str) -> str:
    return re.sub(r"\s+", " ", question).strip(' ,.;:“”"()-–')


def foreign_question(sentence: str, language: str, rng: random.Random) -> tuple[str, str] | None:
    """A question from a sentence in another language and the words that it asks for, or None."""
    found = [(match, slot) for slot in SLOTS[language] for match in slot.pattern.finditer(sentence)]
    if not found:
        return None
    match, slot = rng.choice(found)
    start, end = match.span(match.re.groups)
    asking = rng.choice(slot.words)
    if language == "zh":
        return sentence[:start] + asking + sentence[end:], sentence[start:end]
    before, after = nearby(sentence[:start], sentence[end:], rng)
    if len(before) + len(after) < FEWEST_WORDS:
        return None
    order = [asking, *before, *after] if language in FRONTED else [*before, asking, *after]
    return _tidy(" ".join(order)), sentence[start:end]


def same_span(wanted: str, sentence: str) -> Range | None:
    """Where a number or a name of one language stands unchanged in a sentence of another."""
    if not re.search(rf"\d|{'[A-Z]'}\w", wanted):
        return None
    place = re.search(rf"(?<!\w){re.escape(wanted.strip())}(?!\w)", sentence)
    return Range(*place.span()) if place else None
