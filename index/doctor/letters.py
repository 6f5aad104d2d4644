"""What is wrong with the letters of a text: accents apart, a wrong encoding, an old font. A check gives evidence."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

from ftfy import fix_encoding
from ftfy.badness import BADNESS_RE

from index.text import UPPER

SHOWN = 24
"""Code points on each side of a place that evidence shows."""
REPLACEMENT = "\ufffd"
"""What decoders write for bytes that they cannot read."""
TRIED = 20
"""Suspicious places that are tried; a text of which none can be mended is left alone."""
FEW_LEGACY_WORDS = 3
"""So many words of an old font make a text that was typed in it."""

# "HỢP TÁC XÃ”" is no "Ô" that was read wrongly.
_CAPITAL_AT_END = re.compile(rf"[ÂÃ](?<=[{UPPER}].)(?=[\s»”“’‘…–—])")
_LETTER_AND_MARKS = re.compile(r"[^\W\d_][\u0300-\u036f]+")

# The commonest Vietnamese words as they look where the bytes of an old font are taken for Windows-1252: và, là, của,
# được, không, người, những, đã, đến, với, này, nước, để, về, nhiều, tại, như, các. "mét" and "cã" may be French.
_TCVN3 = frozenset("vµ lµ cña ®\xadîc kh«ng ng\xadêi nh÷ng ®· ®Õn víi nµy n\xadíc ®Ó vÒ nhiÒu t¹i nh\xad c¸c".split())
_VNI = frozenset(
    "vaø laø cuûa ñöôïc khoâng ngöôøi nhöõng ñaõ ñeán vôùi naøy nöôùc ñeå veà nhieàu taïi nhö caùc moät coù".split()
)


def decomposed(text: str) -> str | None:
    """Letters whose accents are characters of their own, though Unicode has both in one (NFD, "Unicode tổ hợp")."""
    if unicodedata.is_normalized("NFC", text):
        return None
    found = [match.start() for match in _LETTER_AND_MARKS.finditer(text) if _composes(match.group())]
    return _counted(text, found) if found else None


def mojibake(text: str) -> str | None:
    """UTF-8 that was once read in another encoding: "Viá»‡t Nam". Only what can be put right counts."""
    plain = _CAPITAL_AT_END.sub("A", text)
    for match in itertools.islice(BADNESS_RE.finditer(plain), TRIED):
        place = _around(plain, match.start())
        if fix_encoding(place) != place:
            shown = _around(text, match.start())
            return f"{_quoted(shown)} was {_quoted(fix_encoding(shown))}"
    return None


def legacy_font(text: str) -> str | None:
    """Text typed in a font of before Unicode: TCVN3 ("ViÖt Nam") or VNI ("Vieät Nam")."""
    words = text.split()
    for name, signs in (("TCVN3", _TCVN3), ("VNI", _VNI)):
        found = [word for word in words if word in signs]
        if len(found) >= FEW_LEGACY_WORDS and len(set(found)) > 1:
            return f"{name}: {_quoted(_around(text, text.index(found[0])))}"
    return None


def lost(text: str) -> str | None:
    """Letters that some program could not read and wrote U+FFFD for."""
    found = [match.start() for match in re.finditer(REPLACEMENT, text)]
    return _counted(text, found) if found else None


def mixed_line_ends(text: str) -> str | None:
    """Lines that end now one way, now another."""
    windows = text.count("\r\n")
    ends = {"CRLF": windows, "LF": text.count("\n") - windows, "CR": text.count("\r") - windows}
    found = [f"{count} {name}" for name, count in ends.items() if count]
    return ", ".join(found) if len(found) > 1 else None


def byte_order_mark(text: str) -> str | None:
    """A byte order mark before the first letter."""
    return "U+FEFF before the first letter" if text.startswith("\ufeff") else None


def _composes(letter: str) -> bool:
    return len(unicodedata.normalize("NFC", letter)) < len(letter)


def _counted(text: str, places: Sequence[int]) -> str:
    """How many letters, and where the first one stands."""
    letters = "1 letter," if len(places) == 1 else f"{len(places):,} letters, the first"
    return f"{letters} in {_quoted(_around(text, places[0]))}"


def _around(text: str, at: int) -> str:
    """What stands around a place, cut between words where there are any."""
    before, after = text[max(0, at - SHOWN) : at], text[at : at + SHOWN]
    if at > SHOWN:
        before = before.partition(" ")[2] or before
    if at + SHOWN < len(text):
        after = after.rpartition(" ")[0] or after
    return before + after


def _quoted(words: str) -> str:
    return f"“{' '.join(words.split())}”"
