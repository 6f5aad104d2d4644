"""Which language a text is in."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence

import numpy as np

from index.text.letters import fold
from index.text.tokenise import word_texts, words

_IS_HAN, _IS_CYRILLIC, _IS_LATIN = 1, 2, 4
_SCRIPTS = np.zeros(1 << 16, dtype=np.uint8)
"""What each UTF-16 unit is."""
for _kind, _ranges in (
    (_IS_HAN, ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))),
    (_IS_CYRILLIC, ((0x400, 0x500),)),
    (_IS_LATIN, ((0x41, 0x5B), (0x61, 0x7B), (0xC0, 0x1EFA))),
):
    for _first, _beyond in _ranges:
        _SCRIPTS[_first:_beyond] |= _kind
_ENGLISH = frozenset(
    """
    the of and to in is are was were be been for with that this which what when where who whom whose why how many much
    did does do has have had will would can could on at by from as it its their his her not or an a about between after
    before during
    """.split()
)
_VIETNAMESE_BARE = frozenset(
    """
    la cua va nao gi ai dau bao nhieu khi nhung cac trong duoc cho voi mot nguoi nuoc nam ngay thang ong ba khong da se
    sao vi nhu den tu ve hai quan he trung nga chu tich thu tuong gap hoi dam thuong mai
    """.split()
)
_SYLLABLE = re.compile(r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")


def language(text: str, found: Sequence[str] | None = None) -> str:
    """Which of the collection's languages a text is in: "vi", "en", "zh", "ru", or "und" when nothing tells.

    `found`: its `word_texts`, where they are known already.
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    kinds = np.bincount(_SCRIPTS[units], minlength=8)
    counts = {
        name: weight * int(kinds[[kind for kind in range(8) if kind & bit]].sum())
        for name, bit, weight in (("zh", _IS_HAN, 2), ("ru", _IS_CYRILLIC, 1), ("latin", _IS_LATIN, 1))
    }
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return "und"
    return script if script != "latin" else _latin_language(text, word_texts(text) if found is None else found)


def _latin_language(text: str, found: Sequence[str]) -> str:
    """Vietnamese by its marks, else English against unaccented Vietnamese by small words and the shape of syllables."""
    marked = sum(map(operator.ne, map(fold, found), found))
    if marked * 5 >= len(found):
        return "vi"
    # Names and acronyms look foreign in any language, so capitalised words say nothing.
    small = [word.text for word in words(text) if text[word.start].islower()]
    shaped = [bool(_SYLLABLE.fullmatch(fold(word))) for word in small]
    english = sum(word in _ENGLISH for word in found) + shaped.count(False) / 2
    vietnamese = sum(fold(word) in _VIETNAMESE_BARE for word in found) + shaped.count(True) / 5
    return "en" if english > vietnamese else "vi" if marked or vietnamese >= 1 else "und"
