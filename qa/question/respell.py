"""Repairs how a question was typed: accents left out, Telex or VNI left in, missing blanks, slips of the finger.

Every word gets the readings that it may stand for, and the likeliest path through them is taken, so a word is repaired
by its neighbours. What newspapers or the collection know as typed is left alone, but for its accents where the question
has none.
"""

from __future__ import annotations

import functools
import itertools
import string
from collections.abc import Sequence

from index.text import Word, fold, has_accents, words
from qa.query import Lexicon
from qa.question.spelling import Reading, spelling
from qa.question.telex import Toneless, toneless, typed_out
from qa.records import Step

BARE_PRIOR, BARE_WORD_PRIOR = -5.0, -12.0
"""Log of how rarely a word is typed without accents in a question that has some; of one that is a usual word so."""
USUAL = 1000
"""Occurrences in the general counts from which a word without accents is a usual one."""
TYPO_PRIOR = -2.0
"""Log of how rarely a word with another letter was meant, beside the nearest one."""
SHORTEST_TYPO, SHORTEST_JOINED = 3, 5
"""Letters of the shortest word that is looked at for a slip, and for two words in one."""
LONGEST_MENDED = 40
"""Letters of the longest word that is looked at for slips and missing blanks; the cost grows with their square."""
FREQUENT = 50
"""Occurrences in the general counts from which a syllable may be what a slip or Telex meant."""
MOST_SLIPS = 8
_INFORMAL = {
    "ko": "không",
    "hok": "không",
    "đc": "được",
    "ntn": "như thế nào",
    "hnay": "hôm nay",
    "hqua": "hôm qua",
    "bnhieu": "bao nhiêu",
    "ng": "người",
    "nc": "nước",
}
"""What people shorten when they chat, with one reading each."""
_TYPED_OUT_SHARE = 0.25
"""Share of a question's words that are Telex or VNI from which it is taken for Vietnamese."""


def is_typed_out(text: str, lexicon: Lexicon) -> bool:
    """Whether a text is Vietnamese whose keyboard was off: Telex and VNI look like English to a detector."""
    found = [word.text for word in words(text)]
    residue = sum(_typed_out(word, lexicon) is not None for word in found)
    return residue >= max(1, _TYPED_OUT_SHARE * len(found))


def respelled(text: str, lexicon: Lexicon) -> tuple[str, tuple[Step, ...]]:
    """A Vietnamese question as it was meant, and each repair."""
    text, split = _split(text, lexicon)
    found = words(text)
    bare = not has_accents(text)
    typed_so = bare and any(_typed_out(word.text, lexicon) for word in found)
    readings = [_readings(text, word, lexicon, free=bare and not typed_so) for word in found]
    if all(len(each) == 1 and each[0].text == word.text for each, word in zip(readings, found, strict=True)):
        return text, split
    chosen = spelling().likeliest(readings, lexicon.accented)
    return _rewritten(text, found, chosen, lexicon, split)


def _readings(text: str, word: Word, lexicon: Lexicon, *, free: bool) -> list[Reading]:
    """What a word may stand for. `free`: the question has no accents anywhere, so that their lack says nothing."""
    typed = text[word.start : word.end]
    as_typed = [Reading(word.text)]
    if not word.text[0].isalpha() or (len(typed) > 1 and typed.isupper() and not text.isupper()):
        return as_typed
    if (meant := _INFORMAL.get(word.text) or _typed_out(word.text, lexicon)) is not None:
        return [Reading(meant)]
    if not has_accents(word.text) and (spelled := spelling().readings(word.text)):
        prior = BARE_WORD_PRIOR if spelling().count(word.text) >= USUAL else BARE_PRIOR
        others = [Reading(form, 0.0 if free else prior) for form in spelled if form != word.text]
        return as_typed + others
    if _is_known(word.text, lexicon):
        return as_typed
    return as_typed + [Reading(form, TYPO_PRIOR) for form in _slips(word.text, lexicon)]


def _is_known(word: str, lexicon: Lexicon) -> bool:
    """Whether newspapers or the collection have a word, with these accents or others."""
    return word in spelling() or bool(spelling().readings(word)) or lexicon.folded(fold(word)) > 0


def _typed_out(word: str, lexicon: Lexicon) -> str | None:
    """The syllable that a word is in Telex or VNI, if it is no word itself."""
    meant = typed_out(word)
    if meant is None or _is_known(word, lexicon):
        return None
    return _syllables().get(meant)


@functools.cache
def _syllables() -> dict[Toneless, str]:
    """Syllables that newspapers use, by their letters and their tone."""
    counts = spelling()
    return {toneless(form): form for form in counts.forms if counts.count(form) >= FREQUENT and not form.isascii()}


# Slips


def _slips(word: str, lexicon: Lexicon) -> list[str]:
    """Words one letter away (Damerau 1964, https://doi.org/10.1145/363958.363994), those with the same marks first."""
    if not SHORTEST_TYPO <= len(word) <= LONGEST_MENDED:
        return []
    counts = spelling()
    near: dict[str, float] = {}
    for edited in _edits(fold(word)):
        for form in counts.readings(edited):
            if counts.count(form) >= FREQUENT:
                near[form] = _marks_apart(word, form)
        if lexicon.folded(edited) and edited not in near:
            near[edited] = _marks_apart(word, edited)
    return sorted(near, key=lambda form: (near[form], -counts.count(form)))[:MOST_SLIPS]


def _marks_apart(left: str, right: str) -> int:
    """How many of the marks of two words differ."""
    marks = [sorted(char for char in word if not char.isascii()) for word in (left, right)]
    return len(set(marks[0]) ^ set(marks[1]))


def _edits(word: str) -> set[str]:
    """Every word that one letter left out, put in, changed or swapped with the next one makes."""
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    letters = string.ascii_lowercase
    return (
        {left + right[1:] for left, right in splits if right}
        | {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
        | {left + letter + right[1:] for left, right in splits if right for letter in letters}
        | {left + letter + right for left, right in splits for letter in letters}
    ) - {word}


# Missing blanks


def _split(text: str, lexicon: Lexicon) -> tuple[str, tuple[Step, ...]]:
    """The text with a blank put between two words that were typed as one."""
    steps = []
    for word in reversed(words(text)):
        sized = SHORTEST_JOINED <= len(word.text) <= LONGEST_MENDED
        if not sized or not word.text.isalpha() or _is_known(word.text, lexicon):
            continue
        if (place := _joint(word.text, lexicon)) and not _typed_out(word.text, lexicon):
            typed = text[word.start : word.end]
            apart = f"{typed[:place]} {typed[place:]}"
            text = text[: word.start] + apart + text[word.end :]
            steps.append(Step("spaces", typed, apart))
    return text, tuple(reversed(steps))


def _joint(word: str, lexicon: Lexicon) -> int:
    """Where a word falls into two that stand side by side most often; 0 where it does not."""
    counts = spelling()

    def together(place: int) -> float:
        left, right = word[:place], word[place:]
        lefts, rights = ([part] if has_accents(part) else counts.readings(part) for part in (left, right))
        pairs = itertools.product(lefts, rights)
        general = max(itertools.starmap(counts.pair_count, pairs), default=0)
        return general + 100 * lexicon.folded(f"{fold(left)}_{fold(right)}")

    places = range(1, len(word))
    best = max(places, key=together)
    return best if together(best) >= FREQUENT else 0


# The repaired text


def _rewritten(
    text: str, found: Sequence[Word], chosen: Sequence[str], lexicon: Lexicon, before: tuple[Step, ...]
) -> tuple[str, tuple[Step, ...]]:
    """The text with the chosen words in their places; neighbours that were repaired alike make one step."""
    steps = list(before)
    result, end = "", 0
    pieces = [
        (word, _cased(word, form, text[word.start : word.end]), _kind(word.text, form, lexicon))
        for word, form in zip(found, chosen, strict=True)
    ]
    for kind, group in itertools.groupby(pieces, key=lambda piece: piece[2]):
        run = list(group)
        first, last = run[0][0], run[-1][0]
        after = "".join(
            text[left[0].end if left else first.start : right[0].start] + right[1]
            for left, right in zip([None, *run], run, strict=False)
        )
        result += text[end : first.start] + after
        end = last.end
        if kind:
            steps.append(Step(kind, text[first.start : last.end], after))
    return result + text[end:], tuple(steps)


def _kind(typed: str, form: str, lexicon: Lexicon) -> str:
    """Which repair this is; "" where nothing was repaired."""
    if typed == form:
        return ""
    if _INFORMAL.get(typed) == form:
        return "abbreviation"
    if fold(typed) == fold(form):
        return "accents"
    return "telex" if _typed_out(typed, lexicon) == form else "typo"


def _cased(word: Word, form: str, typed: str) -> str:
    """A word with the capitals of what was typed; what was not repaired stays as it is."""
    if form == word.text:
        return typed
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form
