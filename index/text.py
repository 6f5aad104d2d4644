"""Text as the searches see it: words, folding and sentences, each tied to its place in the raw text.

Nothing here changes the raw text. A `Word` carries its normal form beside the range that it came from, so NFD input,
a BOM, CRLF and emoji keep their offsets. `TOKENISATION` is written into every index; raise it when words change.
"""

from __future__ import annotations

import bisect
import functools
import operator
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.records import Range

TOKENISATION = 1
"""Version of `words`; an index made with another one has to be built again."""

# Letters that re has no class for: "À-ỹ" would mix capitals and small letters.
_BLOCKS = ((0x41, 0x7B), (0xC0, 0x180), (0x1A0, 0x1B5), (0x1E00, 0x1EFA), (0x400, 0x530))
_LETTERS = [chr(code) for first, beyond in _BLOCKS for code in range(first, beyond)]
UPPER = "".join(letter for letter in _LETTERS if letter.isupper())
"""Capital Latin (Vietnamese ones included) and Cyrillic letters, for character classes."""
LOWER = "".join(letter for letter in _LETTERS if letter.islower())
"""Small letters, likewise."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
"""Characters without width that are no blanks to Python."""

_MARKS = "\u0300-\u036f"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[^\W\d_{_HAN}](?:[^\W_{_HAN}]++|[{_MARKS}])*+|\d+(?:[.,/]\d+)*|[{_HAN}]")

# Vietnamese writes the tone of an open oa / oe / uy on either letter (hoà = hòa); the newspapers' way is taken.
# After q the u belongs to the consonant (quý), so it is left alone.
_OPEN_PAIRS = {
    unicodedata.normalize("NFC", f"{first}{second}{tone}"): unicodedata.normalize("NFC", f"{first}{tone}{second}")
    for first, second in ("oa", "oe", "uy")
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}
_OPEN_PAIR = re.compile(rf"(?<!q)(?:{'|'.join(_OPEN_PAIRS)})$")


class Word(NamedTuple):
    """A syllable, number or Han character: its normal form and where it stands in the raw text."""

    text: str
    start: int
    end: int


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


def words(text: str, start: int = 0) -> list[Word]:
    """The words of a text in order; `start` is added to every offset.

    A single letter or digit is a word ("Ý", "3"), a number keeps its separators ("28.6", "240,1", "20/5"), a Han
    character stands alone.
    """
    return [Word(normal(match.group()), start + match.start(), start + match.end()) for match in _WORD.finditer(text)]


class _Runs(dict[str, tuple[str, ...]]):
    """The words of what stands between two blanks. Looking up what is known takes a third of looking for words."""

    def __missing__(self, run: str) -> tuple[str, ...]:
        found = tuple(map(normal, _WORD.findall(run)))
        if len(run) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[run] = found
        return found


LONGEST_KEPT = 40
"""Letters of a run that is kept; Chinese sentences and addresses of pages are longer."""
MOST_KEPT = 1 << 17
"""Runs that are kept, at some 200 bytes each."""
_RUNS = _Runs()


def word_texts(text: str) -> list[str]:
    """The texts of `words`, several times as fast where nobody asks for their places."""
    # No word reaches over a blank.
    found: list[str] = []
    for run in map(_RUNS.__getitem__, text.split()):
        found += run
    return found


def word_count(text: str) -> int:
    """How many `words` a text has."""
    return len(word_texts(text))


def accented_terms(singles: list[str]) -> list[str]:
    """What the accented field of the word index holds: words, then pairs of neighbours joined by "_"."""
    return singles + pairs(singles)


def folded_terms(singles: list[str]) -> list[str]:
    """What the folded field of the word index holds: words without accents, then pairs of neighbours."""
    return accented_terms(list(map(fold, singles)))


def pairs(singles: Sequence[str]) -> list[str]:
    """Neighbouring words joined by "_"; most Vietnamese words have two syllables."""
    return [f"{left}_{right}" for left, right in zip(singles, singles[1:], strict=False)]


def has_accents(text: str) -> bool:
    """Whether the text is visibly Vietnamese: some letter has a mark or is đ."""
    return any(char in "đĐ" or unicodedata.category(char) == "Mn" for char in unicodedata.normalize("NFD", text))


# Sentences

_CLOSING = "”’\"')]»」』"
# One class of characters stands first and the rest looks back at it, so that re runs over all others quickly.
_STOP = re.compile(
    rf"[.!?…。！？](?:(?<=[.!?…])(?<![.!?…][.!?…])[.!?…]*+[{re.escape(_CLOSING)}]*+(?=\s|$)|(?<=[。！？])[。！？]*[{re.escape(_CLOSING)}]*|"
    rf"(?:(?<=[^\W\d_][.!?])|(?<=[{_MARKS}][.!?]))(?=[{UPPER}][{_MARKS}]*[{LOWER}]))"
)
# A line runs on into the next when the text was wrapped: it is long, and it ends in a comma, or has no stop and the next
# goes on in lower case.
_LINE = re.compile(
    rf"(?:[^\r\n\u2028\u2029]{{50,}}+(?:(?<=,)\r?\n(?=\S)|(?<![.!?…:;”\"])\r?\n(?=[{LOWER}])))*[^\r\n\u2028\u2029]+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"'.])(?:tp|tx|tt|q|p|h|gs|pgs|ts|ths|bs|cn|ks|lm|hh|đ|đt|tr|vd|st|"
    r"mr|mrs|ms|dr|prof|gen|sen|inc|ltd|co|corp|no|vs|u\.s|jr|г|ул|им|т\.е|т\.д|др)\.$",
    re.IGNORECASE,
)
# A capital letter alone is an initial at the start, after a capitalised word or another initial: "George W. Bush", and
# not "châu Á. Đẩy mạnh".
_INITIAL = re.compile(rf"(?:^|(?:^|[\s(“\"'])[{UPPER}]\S*\s|\.)[“\"'(]?[{UPPER}][{_MARKS}]*\.$")
_QUOTES = {"“": "”", "«": "»", "「": "」", "『": "』", '"': '"'}
_OPENING = re.compile(f"[{''.join(_QUOTES)}]")
LONGEST_NAME = 40
"""Code points before a stop in which an abbreviation or initial is looked for."""
LONGEST_QUOTE = 400
"""A quotation longer than this (code points) is cut at the full stops inside it."""


def sentences(text: str, start: int = 0) -> list[Range]:
    """Where the sentences of a text stand, without surrounding blanks; `start` is added to every offset.

    A line break ends a sentence, unless the line was merely wrapped. A full stop does not when it belongs to an
    abbreviation ("TP. Hồ Chí Minh", "GS.TS."), a number ("28.6"), or stands inside a short quotation.
    """
    found: list[Range] = []
    for line in _LINE.finditer(text):
        found += _sentences_of_line(line.group(), start + line.start())
    return found


def _sentences_of_line(line: str, offset: int) -> list[Range]:
    """The sentences of one line, offsets moved by `offset`."""
    quoted = _short_quotes(line)
    found: list[Range] = []
    begin = 0
    for stop in _STOP.finditer(line):
        end = stop.end()
        if _is_inside(quoted, stop.start(), end) or not _ends(line, begin, stop):
            continue
        found += _trimmed(line, begin, end, offset)
        begin = end
    return found + _trimmed(line, begin, len(line), offset)


def _ends(line: str, begin: int, stop: re.Match[str]) -> bool:
    """Whether a run of stop characters ends the sentence that begins there."""
    following = _NEXT.match(line, stop.end())[1]  # type: ignore[index]  # it matches anywhere
    if following and (following.islower() or following in ",;:-–—)"):
        return False
    if stop.group() != "." or not following:
        return True
    before = line[max(begin, stop.start() - LONGEST_NAME) : stop.end()].lstrip()
    return not (_ABBREVIATION.search(before) or _INITIAL.search(before))


_NEXT = re.compile(r"\s*+(\S?)")


def _is_inside(quoted: list[Range], start: int, end: int) -> bool:
    """Whether one of these disjoint, sorted ranges holds a range."""
    before = bisect.bisect_left(quoted, start, key=lambda quote: quote.start) - 1
    return before >= 0 and end <= quoted[before].end


def _short_quotes(line: str) -> list[Range]:
    """Quotations of at most `LONGEST_QUOTE` code points that go on after their inner stops."""
    found: list[Range] = []
    for opening in _OPENING.finditer(line):
        position = opening.start()
        if found and position <= found[-1].end:
            continue
        end = line.find(_QUOTES[opening.group()], position + 1, position + LONGEST_QUOTE)
        if end > 0:
            found.append(Range(position, end))
    return found


def _trimmed(line: str, begin: int, end: int, offset: int) -> list[Range]:
    """The range without blanks at its borders, if anything is left."""
    inner = _INNER.search(line, begin, end)
    return [Range(offset + inner.start(), offset + inner.end())] if inner else []


_INNER = re.compile(rf"[^\s{INVISIBLE}](?:.*[^\s{INVISIBLE}])?", re.DOTALL)


# Languages

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
