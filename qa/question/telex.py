"""What a keyboard left behind: "tieengs" and "tie61ng" are "tiếng" when the input method was off.

Telex writes a mark as a letter that no syllable ends in, or as a letter twice; VNI as a digit.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

TONES = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_HORNED = {"a": "ă", "o": "ơ", "u": "ư"}
_ROOFED = {"a": "â", "e": "ê", "o": "ô"}
_VOWELS = frozenset("aeiouyăâêôơư")
_TONE_MARKS = re.compile(f"[{''.join(TONES.values())}]")
LONGEST = 12
"""Letters of the longest syllable with its marks typed out ("nghieengs" has nine), and some to spare."""


class Toneless(NamedTuple):
    """A syllable without its tone, and the combining mark of the tone ("" for the level one)."""

    letters: str
    tone: str


def toneless(syllable: str) -> Toneless:
    """Take the tone off a syllable in its normal form; the marks of vowels stay."""
    apart = unicodedata.normalize("NFD", syllable)
    tone = _TONE_MARKS.search(apart)
    return Toneless(unicodedata.normalize("NFC", _TONE_MARKS.sub("", apart)), tone.group() if tone else "")


def typed_out(token: str) -> Toneless | None:
    """What a token means as Telex or VNI; None when it has nothing of either."""
    token = token.lower()
    if len(token) > LONGEST or not token.isascii() or not token[0].isalpha():
        return None
    read = _vni(token) if any(char.isdigit() for char in token) else _telex(token)
    return read if read and read.letters + read.tone != token else None


def _telex(token: str) -> Toneless:
    letters: list[str] = []
    tone = ""
    for char in token:
        vowels = [letter for letter in letters if letter in _VOWELS]
        if char in TONES and vowels:
            tone = TONES[char]
        elif char == "w":
            if not _horned(letters):
                letters.append("ư")
        elif char == "d" and letters[:1] == ["d"]:
            letters[0] = "đ"
        elif char in _ROOFED and char in letters:
            letters[len(letters) - 1 - letters[::-1].index(char)] = _ROOFED[char]
        else:
            letters.append(char)
    return Toneless("".join(letters), tone)


def _vni(token: str) -> Toneless | None:
    letters: list[str] = []
    tone = ""
    for char in token:
        if not char.isdigit():
            letters.append(char)
        elif char in _VNI_TONES:
            tone = _VNI_TONES[char]
        elif char == "9" and letters[0] == "d":
            letters[0] = "đ"
        elif not (_roofed(letters) if char == "6" else char in "78" and _horned(letters)):
            return None
    return Toneless("".join(letters), tone)


def _horned(letters: list[str]) -> bool:
    """Give the vowels that can take one a horn or breve; "uo" takes two. Whether there was any."""
    places = [i for i, letter in enumerate(letters) if letter in _HORNED]
    if not places:
        return False
    last = places[-1]
    both = len(places) > 1 and places[-2] == last - 1 and letters[last - 1 : last + 1] in (["u", "o"], ["u", "a"])
    if both and letters[last] == "a":
        last -= 1  # "uaw" is "ưa"; "oaw" is "oă"
        both = False
    letters[last] = _HORNED[letters[last]]
    if both:
        letters[last - 1] = "ư"
    return True


def _roofed(letters: list[str]) -> bool:
    """Give the last vowel that can take it a circumflex. Whether there was one."""
    places = [i for i, letter in enumerate(letters) if letter in _ROOFED]
    if places:
        letters[places[-1]] = _ROOFED[letters[places[-1]]]
    return bool(places)
