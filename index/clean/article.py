"""Understands one document: its title, date, publisher and language, and what of it is boilerplate."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from index.clean.lines import Layout, lines
from index.clean.metadata import published, publisher_and_url, title_line, title_text
from index.clean.rules import boilerplate
from index.records import Article, Document
from index.text import language

TITLE_LENGTH = 100
"""Code points of a title made from the first sentence of a text that has none."""


def article_id(source: str) -> str:
    """The stable id of a source: 16 hexadecimal digits."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def clean(document: Document, common: frozenset[str] = frozenset()) -> Article:
    """Understand a document. `common`: keys of lines that stand in many files of the collection (`common_lines`)."""
    found = lines(document.text)
    title = title_line(found)
    tongue = language(document.text, [word for line in found for word in line.words])
    layout = Layout(document.text, found, title, tongue, common)
    publisher, url = publisher_and_url(found)
    return Article(
        id=article_id(document.source),
        source=document.source,
        sha256=document.sha256,
        title=document.title or _title(layout),
        published=document.published or published(found, title, datetime.now(tz=UTC).date()),
        publisher=document.publisher or publisher,
        url=document.url or url,
        language=tongue,
        text=document.text,
        boilerplate=boilerplate(layout),
    )


def common_lines(documents: Iterable[Document]) -> frozenset[str]:
    """Keys of lines that stand in at least 3 documents and 2 in a hundred: footers, menus, slogans of one site."""
    counts: Counter[str] = Counter()
    total = 0
    for document in documents:
        total += 1
        counts.update({line.key for line in lines(document.text) if line.key})
    least = max(3, total // 50)
    return frozenset(key for key, count in counts.items() if count >= least)


def _title(layout: Layout) -> str:
    """The title line, or else the beginning of the text."""
    if layout.title is not None:
        return title_text(layout.lines[layout.title].text)
    first = layout.lines[0].text if layout.lines else ""
    return first if len(first) <= TITLE_LENGTH else first[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
