"""The pages and the script that browsers load: the chat page, the widget, an article with its quotes marked."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import re
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from rjsmin import jsmin

from api.http.pages.labels import DEFAULT, LABELS, day
from index.records import Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.records import Article

WIDGET = Path(__file__).parents[2] / "widget"
"""The files that browsers load."""
SCRIPTS = ("languages.js", "parts.js", "cards.js", "talk.js", "chat.js")
"""The parts of the widget, in the order in which they need each other."""


@functools.cache
def chat_page(language: str = DEFAULT) -> str:
    """The page with the widget and what there is to ask."""
    labels = {name: escape(label) for name, label in LABELS[language].items()}
    return _template("index.html").substitute(labels, language=language)


class Script(NamedTuple):
    """A script as it is sent; `tag` names this version of it."""

    plain: bytes
    gzipped: bytes
    tag: str


@functools.cache
def widget() -> Script:
    """The one script that other pages load: its parts and its style in a scope of their own."""
    style = json.dumps(re.sub(r"\s*([{};,])\s*", r"\1", _read("chat.css")), ensure_ascii=False)
    parts = "\n".join(map(_read, SCRIPTS))
    plain = jsmin(f'(() => {{\n"use strict";\nconst STYLE = {style};\n{parts}}})();\n').encode()
    return Script(plain, gzip.compress(plain, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:20]}"')


def article_page(article: Article, quote: Range | None, others: Sequence[Range] = (), language: str = DEFAULT) -> str:
    """The whole page; everything that comes from the article is escaped.

    Args:
        article: with its text.
        quote: what the page opens at.
        others: marked too, as far as they do not overlap with what is marked before them.
        language: of what stands around the text.
    """
    labels = {name: escape(label) for name, label in LABELS[language].items()}
    return _template("article.html").substitute(
        labels,
        language=escape("" if article.language == "und" else article.language),
        interface=language,
        title=escape(article.title),
        facts=_facts(article, language),
        text_link=f"/articles/{escape(article.id)}/text",
        content=_text(article, quote, others),
    )


def _read(name: str) -> str:
    return (WIDGET / name).read_text(encoding="utf-8")


@functools.cache
def _template(name: str) -> Template:
    return Template(_read(name))


def _facts(article: Article, language: str) -> str:
    """What is known about the article, an item each: date, publisher, file, address."""
    known = []
    if article.published:
        shown = escape(day(article.published, language))
        known.append(f'<time datetime="{escape(article.published)}">{shown}</time>')
    known += [escape(fact) for fact in (article.publisher, article.source) if fact]
    # Only these two schemes: an article may bring a javascript: address along.
    if article.url and article.url.lower().startswith(("https://", "http://")):
        address = escape(article.url)
        known.append(f'<a href="{address}" rel="noopener nofollow">{address}</a>')
    return "".join(f"<li>{fact}</li>" for fact in known)


def _text(article: Article, quote: Range | None, others: Iterable[Range]) -> str:
    marked: list[Range] = [quote] if quote else []
    for other in others:
        if all(other.end <= one.start or other.start >= one.end for one in marked):
            marked.append(other)
    pieces = []
    position = 0
    for one in sorted(marked):
        pieces.append(_dimmed(article.text, Range(position, one.start), article.boilerplate))
        name = ' id="quote"' if one == quote else ""
        pieces.append(f"<mark{name}>{_dimmed(article.text, one, article.boilerplate)}</mark>")
        position = one.end
    pieces.append(_dimmed(article.text, Range(position, len(article.text)), article.boilerplate))
    return "".join(pieces)


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
