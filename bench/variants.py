"""Gold sets retyped the way people type."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

import msgspec

from bench.gold import Gold, GoldError
from qa.question.telex import TONES, toneless
from train.text import strip_accents

_SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_LETTERS_OF_TONES = {mark: letter for letter, mark in TONES.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 4
"""Letters of a word in which a slip is made, at least."""


def as_telex(text: str) -> str:
    """What a keyboard makes of a question when Telex is off: "tiếng" is "tieengs"."""
    return _WORD.sub(lambda word: _telex(word.group()), unicodedata.normalize("NFC", text))


def _telex(word: str) -> str:
    letters, tone = toneless(word.lower())
    if letters.isascii() and not tone:
        return word
    typed = "".join(_SHAPES.get(letter, letter) for letter in letters) + _LETTERS_OF_TONES.get(tone, "")
    return typed[0].upper() + typed[1:] if word[0].isupper() else typed


def with_slip(text: str) -> str:
    """The question with one slip, the same each time: two letters swapped, one left out or typed twice."""
    rng = random.Random(text)  # noqa: S311 — slips are no secrets
    places = [word for word in _WORD.finditer(text) if len(word.group()) >= _LONG]
    if not places:
        return text
    word = rng.choice(places)
    place = rng.randrange(word.start() + 1, word.end() - 1)
    before, here, behind = text[:place], text[place], text[place + 1 :]
    slips = (before + behind[0] + here + behind[1:], before + behind, before + here + here + behind)
    return rng.choice([slip for slip in slips if slip != text])


VARIANTS: dict[str, Callable[[str], str]] = {"no_accents": strip_accents, "telex": as_telex, "typo": with_slip}


def retyped(gold: Gold, variant: str) -> Gold:
    """The same set with every question retyped.

    Raises:
        GoldError: there is no such variant.
    """
    if variant not in VARIANTS:
        raise GoldError(f"There is no variant {variant!r}. Variants: {', '.join(VARIANTS)}.")
    questions = tuple(
        msgspec.structs.replace(asked, question=VARIANTS[variant](asked.question), variant=variant)
        for asked in gold.questions
    )
    return msgspec.structs.replace(gold, name=f"{gold.name}:{variant}", questions=questions)
