"""Small text functions that the training data goes through: text in, text out."""

import random
import re
import unicodedata
from functools import cache

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？；])|\n+")
WORD = re.compile(r"[\w%]+(?:[-./,:]\w+)*")

FROM_WITHIN = 0.5  # of key-word queries do not begin with the text's first word

# Function words that people leave out when they type a search instead of a sentence.
_FUNCTION_WORDS = """
và của là các những một được bị đã đang sẽ cho với trong khi này đó thì mà ra vào lên theo từ có ở tại về đến để
cũng như nhưng rằng do bởi nên vì nếu hay hoặc còn lại rất vẫn chỉ mới cả mọi sự việc cái chiếc con người
the a an of to in on at is are was were be been by for with and or as that this it its from do does did has have
had will would и в на с по к из о от за у не что это как для
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())


def strip_accents(text: str) -> str:
    """The same letters without tone and vowel marks: "Đà Nẵng" -> "Da Nang". Other scripts keep theirs (й stays й)."""
    return "".join(map(_bare, unicodedata.normalize("NFC", text)))


@cache
def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else {"đ": "d", "Đ": "D"}.get(letter, letter)


def keywords(text: str, rng: random.Random) -> str:
    """Two to seven content words of the text in their order, as one types into a search box."""
    words = [word for word in WORD.findall(text) if word.lower() not in STOP_WORDS]
    size = rng.randint(2, 7)
    start = rng.randint(0, max(0, len(words) - size)) if rng.random() < FROM_WITHIN else 0
    return " ".join(words[start : start + size]) or text


def crop(text: str, rng: random.Random) -> str:
    """A run of four to twenty words of the text; a shorter text is returned whole."""
    words = text.split()
    start = rng.randint(0, max(0, len(words) - 4))
    return " ".join(words[start : start + rng.randint(4, 20)])


def sentences(text: str) -> list[str]:
    """The sentences of a passage, by punctuation alone; empty ones are left out."""
    return [piece.strip() for piece in SENTENCE_END.split(text) if piece.strip()]


def window(pieces: list[str], start: int, words: int) -> str:
    """Consecutive pieces from `start`, joined, until about `words` words are reached."""
    taken: list[str] = []
    length = 0
    for piece in pieces[start:]:
        taken.append(piece)
        length += len(piece.split())
        if length >= words:
            break
    return " ".join(taken)
