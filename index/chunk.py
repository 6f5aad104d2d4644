"""From an article to its chunks: whole sentences of its content, a little overlap, never across boilerplate."""

from __future__ import annotations

from index.records import Article, Range
from index.text import sentences, word_count


def content(length: int, boilerplate: tuple[Range, ...]) -> list[Range]:
    """What is left of a text of this length (code points) between the boilerplate ranges."""
    found: list[Range] = []
    begin = 0
    for skipped in boilerplate:
        if skipped.start > begin:
            found.append(Range(begin, skipped.start))
        begin = max(begin, skipped.end)
    if begin < length:
        found.append(Range(begin, length))
    return found


def chunks(article: Article, syllables: int, overlap: int) -> list[Range]:
    """Cut an article's content into chunks of at most `syllables` words, on sentence borders.

    A chunk starts with the last `overlap` sentences of the one before it, as long as they leave room for new ones. A
    sentence longer than `syllables` is a chunk of its own.
    """
    found: list[Range] = []
    for part in content(len(article.text), article.boilerplate):
        found += _chunks_of(article.text, part, syllables, overlap)
    return found


def _chunks_of(text: str, part: Range, syllables: int, overlap: int) -> list[Range]:
    """The chunks of one uninterrupted content range."""
    units = sentences(text[part.start : part.end], part.start)
    sizes = [word_count(text[unit.start : unit.end]) for unit in units]
    found: list[Range] = []
    first = 0
    while first < len(units):
        last, size = first, sizes[first]
        while last + 1 < len(units) and size + sizes[last + 1] <= syllables:
            last += 1
            size += sizes[last]
        found.append(Range(units[first].start, units[last].end))
        if last + 1 == len(units):
            break
        first = max(first + 1, last + 1 - overlap) if last > first else last + 1
        # An overlap that leaves no room for the next sentence would repeat the chunk before it.
        if sum(sizes[first : last + 2]) > syllables:
            first = last + 1
    return found
