"""From a span to the citation that lets a reader check it."""

from __future__ import annotations

from urllib.parse import quote

from index.records import Article, Range
from qa.records import Citation

CONTEXT = 32
"""Code points before and after a quote that help to find it again."""
MOST_WORDS_IN_LINK = 8
"""A longer quote is linked by its first and last words (https://wicg.github.io/scroll-to-text-fragment/)."""


def cite(article: Article, span: Range, sentence: Range) -> Citation:
    """The citation of a span of an article that stands in a sentence of it."""
    text = article.text
    quoted = text[span.start : span.end]
    return Citation(
        article=article.id,
        source=article.source,
        title=article.title,
        url=article.url,
        published=article.published,
        sha256=article.sha256,
        start=span.start,
        end=span.end,
        quote=quoted,
        sentence_start=sentence.start,
        sentence_end=sentence.end,
        prefix=text[max(0, span.start - CONTEXT) : span.start],
        suffix=text[span.end : span.end + CONTEXT],
        link=f"/articles/{article.id}?start={span.start}&end={span.end}#:~:text={_fragment(quoted)}",
    )


def _fragment(quoted: str) -> str:
    """The value of a text fragment: the words themselves, or the first and last of many."""
    words = quoted.split()
    if len(words) <= MOST_WORDS_IN_LINK:
        return _escaped(" ".join(words))
    half = MOST_WORDS_IN_LINK // 2
    return f"{_escaped(' '.join(words[:half]))},{_escaped(' '.join(words[-half:]))}"


def _escaped(text: str) -> str:
    """Percent-encoded, with the comma and hyphen that fragments give a meaning to."""
    return quote(text, safe="").replace("-", "%2D")
