"""An article as a page to read: the quoted words marked, what belongs to the site and not to the article dimmed."""

from __future__ import annotations

import functools
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from index.records import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.records import Article

WIDGET = Path(__file__).with_name("widget")
"""The files that browsers load."""


@functools.cache
def chat_page() -> str:
    """The page with the question box."""
    return (WIDGET / "index.html").read_text(encoding="utf-8")


def article_page(article: Article, quote: Range | None) -> str:
    """The whole page; everything that comes from the article is escaped."""
    return _template().substitute(
        language=escape("" if article.language == "und" else article.language),
        title=escape(article.title),
        facts=_facts(article),
        text_link=f"/articles/{escape(article.id)}/text",
        text=_text(article, quote),
    )


@functools.cache
def _template() -> Template:
    return Template((WIDGET / "article.html").read_text(encoding="utf-8"))


def _facts(article: Article) -> str:
    """What is known about the article, an item each: date, publisher, file, address."""
    known = [escape(fact) for fact in (article.published, article.publisher, article.source) if fact]
    # Only these two schemes: an article may bring a javascript: address along.
    if article.url and article.url.lower().startswith(("https://", "http://")):
        address = escape(article.url)
        known.append(f'<a href="{address}" rel="noopener nofollow">{address}</a>')
    return "".join(f"<li>{fact}</li>" for fact in known)


def _text(article: Article, quote: Range | None) -> str:
    whole = Range(0, len(article.text))
    if quote is None:
        return _dimmed(article.text, whole, article.boilerplate)
    before, after = Range(0, quote.start), Range(quote.end, whole.end)
    parts = [_dimmed(article.text, part, article.boilerplate) for part in (before, quote, after)]
    return f'{parts[0]}<mark id="quote">{parts[1]}</mark>{parts[2]}'


def _dimmed(text: str, part: Range, boilerplate: Sequence[Range]) -> str:
    """Part of a text, escaped, with its boilerplate in spans."""
    pieces = []
    position = part.start
    for outer in boilerplate:
        start, end = max(outer.start, position), min(outer.end, part.end)
        if start < end:
            pieces.append(escape(text[position:start]))
            pieces.append(f'<span class="boilerplate">{escape(text[start:end])}</span>')
            position = end
    pieces.append(escape(text[position : part.end]))
    return "".join(pieces)
