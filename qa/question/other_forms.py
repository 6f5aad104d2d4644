"""Other forms of a question's words that the collection uses: 北京, Пекин and Beijing are "Bắc Kinh" there.

Nothing counts that the collection does not hold. The sources: a list of names and words in four languages;
transliteration of Russian names; Sino-Vietnamese readings, by which most Chinese words of two characters are Vietnamese
words too (会议 is "hội nghị"); and the two spellings of syllables that end in i or y.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.text import Word, normal, pairs, word_texts
from qa.query import Lexicon, OtherForm, is_held

FOREIGN_FILE = Path(__file__).with_name("data") / "foreign.tsv"
HAN_FILE = Path(__file__).with_name("data") / "han.txt"
LONGEST = 6
"""Words, or Chinese characters, of the longest form that is looked for."""
LONGEST_READ = 5
"""Chinese characters that are read as one word at most."""
_CYRILLIC = re.compile(r"[а-яё]")
_LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфцыэ", "a b v g d e e z i y k l m n o p r s t u f ts y e".split(), strict=True)),
    **dict(zip("жхчшщюя", "zh kh ch sh shch yu ya".split(), strict=True)),
    **dict.fromkeys("ъь", ""),
}
"""The English way, which Vietnamese newspapers follow (BGN/PCGN 1947, soft sign left out)."""
_OTHER_I = dict(zip("iíìỉĩịyýỳỷỹỵ", "yýỳỷỹỵiíìỉĩị", strict=True))
_OPEN_I = re.compile(f"(?:[hklmst]|qu)[{''.join(_OTHER_I)}]")
_ENDING = re.compile(r"(?<=\w{3})(?:[аеёийоуыьэюя]+(?:м|х|в|ми|го|му)?|(?<=[a-rt-z])s)$")
"""What Russian nouns and names end in by case, and the English plural."""


def other_forms(found: Sequence[Word], content: Sequence[int], lexicon: Lexicon) -> tuple[OtherForm, ...]:
    """The other forms of a question's content that the collection holds; no two sources speak of one word."""
    wanted = frozenset(content)
    listed = list(_listed(found, wanted, lexicon))
    taken = {position for form in listed for position in form.positions}
    names = (form for i in wanted - taken if (form := _transliterated(i, found[i].text, lexicon)))
    spelled = (form for i in wanted if (form := _with_other_i(i, found[i].text, lexicon)))
    return (*listed, *names, *_read(found, wanted - taken, lexicon), *spelled)


def _listed(found: Sequence[Word], wanted: frozenset[int], lexicon: Lexicon) -> Iterator[OtherForm]:
    """Forms by the list."""
    start = 0
    while start < len(found):
        for length in range(LONGEST, 0, -1):
            positions = tuple(range(start, start + length))
            if positions[-1] >= len(found) or not wanted.issuperset(positions):
                continue
            key = tuple(_stem(found[i].text) for i in positions)
            if length == 1 and "\u3400" <= key[0] <= "\u9fff":
                break  # one Chinese character is seldom a word
            forms = [OtherForm(positions, words) for words in _foreign().get(key, ())]
            if held := [form for form in forms if is_held(form, lexicon)]:
                yield from held
                start += length - 1
                break
        start += 1


def _with_other_i(position: int, word: str, lexicon: Lexicon) -> OtherForm | None:
    """A syllable that ends in i or y, which newspapers and schools write differently: "kĩ thuật", "kỹ thuật"."""
    if not _OPEN_I.fullmatch(word):
        return None
    other = word[:-1] + _OTHER_I[word[-1]]
    return OtherForm((position,), (other,)) if lexicon.accented(other) else None


def _transliterated(position: int, word: str, lexicon: Lexicon) -> OtherForm | None:
    """A Russian name in Latin letters, without its ending."""
    if not _CYRILLIC.match(word):
        return None
    latin = ("".join(_LATIN.get(letter, letter) for letter in form) for form in (word, _stem(word)))
    forms = (form for name in latin for form in (name, name.replace("iy", "y"), name.replace("iy", "i")))
    return next((OtherForm((position,), (form,)) for form in forms if lexicon.folded(form)), None)


def _stem(word: str) -> str:
    """A word without its ending."""
    return _ENDING.sub("", word)


def _read(found: Sequence[Word], wanted: frozenset[int], lexicon: Lexicon) -> Iterator[OtherForm]:
    """Runs of Chinese characters by their Sino-Vietnamese readings, as far as the collection has them side by side."""
    start = 0
    while start < len(found):
        best: OtherForm | None = None
        chains: list[tuple[str, ...]] = [(reading,) for reading in _readings(found, start, wanted)]
        for end in range(start + 1, min(start + LONGEST_READ, len(found))):
            chains = [
                (*chain, reading)
                for chain, reading in itertools.product(chains, _readings(found, end, wanted))
                if lexicon.accented(f"{chain[-1]}_{reading}")
            ]
            if not chains:
                break
            best = OtherForm(tuple(range(start, end + 1)), max(chains, key=lambda chain: _weight(lexicon, chain)))
        if best:
            yield best
            start = best.positions[-1]
        start += 1


def _weight(lexicon: Lexicon, chain: Sequence[str]) -> int:
    """How often the rarest pair of a chain stands in the collection."""
    return min(map(lexicon.accented, pairs(chain)))


def _readings(found: Sequence[Word], place: int, wanted: frozenset[int]) -> Sequence[str]:
    """The readings of a character that is wanted."""
    return _han().get(found[place].text, ()) if place in wanted else ()


@functools.cache
def _foreign() -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """Vietnamese forms by the stems of the foreign one's words."""
    table: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for line in FOREIGN_FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            vietnamese, forms = line.split("\t")
            for form in forms.split("|"):
                table.setdefault(tuple(map(_stem, word_texts(form))), []).append(tuple(vietnamese.split()))
    return table


@functools.cache
def _han() -> dict[str, list[str]]:
    """Sino-Vietnamese readings by the character."""
    table: dict[str, list[str]] = {}
    for line in HAN_FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            reading, characters = line.split("\t")
            for character in characters:
                table.setdefault(character, []).append(normal(reading))
    return table
