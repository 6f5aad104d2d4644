"""Gold sets retyped the way people type."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bench.gold import Gold, GoldError
from train.text import strip_accents

VARIANTS: dict[str, Callable[[str], str]] = {"no_accents": strip_accents}


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
