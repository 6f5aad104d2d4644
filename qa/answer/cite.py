"""From a span to the citation that lets a reader check it."""

from __future__ import annotations

from urllib.parse import quote

from index.records import Article, Range
from qa.records import Citation

CONTEXT = 32
"""Code points before and after a quote that help to find it again."""
BESIDE = 3
"""Words of the sentence before and after the quote that a link names."""
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
        link=f"/articles/{article.id}?start={span.start}&end={span.end}#:~:text={_fragment(text, span, sentence)}",
    )


def _fragment(text: str, span: Range, sentence: Range) -> str:
    """A text fragment, `prefix-,first,last,-suffix`: the neighbours tell the quote from equal words elsewhere."""
    before = text[sentence.start : span.start].split()[-BESIDE:]
    quoted = text[span.start : span.end].split()
    after = text[span.end : sentence.end].split()[:BESIDE]
    half = MOST_WORDS_IN_LINK // 2
    ends = [quoted] if len(quoted) <= MOST_WORDS_IN_LINK else [quoted[:half], quoted[-half:]]
    parts = [_escaped(" ".join(words)) for words in ends]
    prefix = [_escaped(" ".join(before)) + "-"] if before else []
    suffix = ["-" + _escaped(" ".join(after))] if after else []
    return ",".join(prefix + parts + suffix)


def _escaped(text: str) -> str:
    """Percent-encoded, with the comma and hyphen that fragments give a meaning to."""
    return quote(text, safe="").replace("-", "%2D")
