"""Measures of one answer: exact match and F1 by two published normalisations, right sentence, right place."""

from __future__ import annotations

import functools
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

from bench.gold import GoldQuestion
from qa.records import Answer, Place

Normalise = Callable[[str], list[str]]
"""A text to the tokens that are compared."""

HALF = 0.5
"""F1 under which two answers are taken for different ones."""
_ENGLISH_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MLQA_ARTICLES = {"en": _ENGLISH_ARTICLES, "vi": re.compile(r"\b(?:của|là|cái|chiếc|những)\b")}
"""What MLQA's script takes for articles; it has none for Chinese, and Russian is not in MLQA."""
_LETTER = r"[^\W\u3400-\u9fff]"
"""A letter or digit that belongs to a word; Han characters stand for themselves."""
_HAN = re.compile("[\u4e00-\u9fa5]")


def squad_tokens(text: str) -> list[str]:
    """Tokens as SQuAD compares them (Rajpurkar et al. 2016): small letters, no ASCII punctuation, no English articles.

    It was made for English: “quotes” stay, and a Chinese sentence is one token.
    """
    kept = "".join(char for char in text.lower() if char not in string.punctuation)
    return _ENGLISH_ARTICLES.sub(" ", kept).split()


def mlqa_tokens(text: str, language: str) -> list[str]:
    """Tokens as MLQA compares them (Lewis et al. 2020): no punctuation or articles of the language, Han one by one."""
    kept = "".join(char for char in text.lower() if not _is_punctuation(char))
    if language in _MLQA_ARTICLES:
        kept = _MLQA_ARTICLES[language].sub(" ", kept)
    if language == "zh":
        kept = _HAN.sub(r" \g<0> ", kept)
    return kept.split()


def _is_punctuation(char: str) -> bool:
    """Whether a character is punctuation in Unicode's eyes or in ASCII's."""
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def exact(found: str, accepted: Iterable[str], normalise: Normalise) -> float:
    """1 when the answer has the tokens of an accepted one, else 0; an answer that was not given ("") scores 0."""
    return float(bool(found) and any(normalise(found) == normalise(answer) for answer in accepted))


def f1(found: str, accepted: Iterable[str], normalise: Normalise) -> float:
    """Harmonic mean of precision and recall over tokens, the best of the accepted answers; 0 when nothing came."""
    if not found:
        return 0.0
    tokens = normalise(found)
    return max((_f1(tokens, normalise(answer)) for answer in accepted), default=0.0)


def _f1(found: list[str], accepted: list[str]) -> float:
    """The F1 of two bags of tokens; two empty ones agree, as in SQuAD 2.0."""
    if not found or not accepted:
        return float(found == accepted)
    shared = sum((Counter(found) & Counter(accepted)).values())
    return 2 * shared / (len(found) + len(accepted))


def mlqa(language: str) -> Normalise:
    """MLQA's normalisation for answers in a language."""
    return functools.partial(mlqa_tokens, language=language)


def is_right_sentence(gold: GoldQuestion, answer: Answer) -> bool:
    """Whether the cited sentence holds an accepted answer, in a file that answers.

    Where it is known at which place of the file the answer stands, it must be that place.
    """
    cited = answer.citation
    if cited.source not in gold.sources:
        return False
    if gold.starts:
        return any(cited.sentence_start <= start < cited.sentence_end for start in gold.starts)
    return says(answer.sentence, gold.answers)


def says(text: str, accepted: Iterable[str]) -> bool:
    """Whether one of the accepted answers stands in a text, not as part of a longer word or number."""
    composed = unicodedata.normalize("NFC", text)
    return any(_word(unicodedata.normalize("NFC", answer)).search(composed) for answer in accepted)


@functools.lru_cache(maxsize=1 << 14)
def _word(answer: str) -> re.Pattern[str]:
    """The answer between word borders; Han characters have none."""
    before = f"(?<!{_LETTER})" if re.match(_LETTER, answer) else ""
    after = f"(?!{_LETTER})" if re.search(f"{_LETTER}$", answer) else ""
    return re.compile(before + re.escape(answer) + after)


def is_right_place(gold: GoldQuestion, place: Place, normalise: Normalise) -> bool:
    """Whether another place of an answer stands in a file that answers and says half of an accepted one or more."""
    return place.source in gold.sources and f1(place.quote, gold.answers, normalise) >= HALF
