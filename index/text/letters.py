"""Character classes for patterns, and the forms in which two spellings of a word are the same."""

from __future__ import annotations

import functools
import re
import unicodedata

# Letters that re has no class for: "À-ỹ" would mix capitals and small letters.
_BLOCKS = ((0x41, 0x7B), (0xC0, 0x180), (0x1A0, 0x1B5), (0x1E00, 0x1EFA), (0x400, 0x530))
_LETTERS = [chr(code) for first, beyond in _BLOCKS for code in range(first, beyond)]
UPPER = "".join(letter for letter in _LETTERS if letter.isupper())
"""Capital Latin (Vietnamese ones included) and Cyrillic letters, for character classes."""
LOWER = "".join(letter for letter in _LETTERS if letter.islower())
"""Small letters, likewise."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
"""Characters without width that are no blanks to Python."""
MARKS = "\u0300-\u036f"
"""Combining accents, for character classes."""

# Vietnamese writes the tone of an open oa / oe / uy on either letter (hoà = hòa); the newspapers' way is taken.
# After q the u belongs to the consonant (quý), so it is left alone.
_OPEN_PAIRS = {
    unicodedata.normalize("NFC", f"{first}{second}{tone}"): unicodedata.normalize("NFC", f"{first}{tone}{second}")
    for first, second in ("oa", "oe", "uy")
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}
_OPEN_PAIR = re.compile(rf"(?<!q)(?:{'|'.join(_OPEN_PAIRS)})$")


@functools.lru_cache(maxsize=1 << 17)
def normal(word: str) -> str:
    """Lower case, NFC, tone on the letter where newspapers put it: "Hoà", "HÒA" and NFD "hoà" are all "hòa"."""
    lowered = unicodedata.normalize("NFC", word.lower())
    return _OPEN_PAIR.sub(lambda pair: _OPEN_PAIRS[pair.group()], lowered)


@functools.lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """Lower case without any accent: "Đằng" and "dang" are the same."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def has_accents(text: str) -> bool:
    """Whether the text is visibly Vietnamese: some letter has a mark or is đ."""
    return any(char in "đĐ" or unicodedata.category(char) == "Mn" for char in unicodedata.normalize("NFD", text))
