"""Saved web pages: the article in them, without the page around it."""

from __future__ import annotations

from index.records import Document, Skipped

HTML_ENDINGS = frozenset({".html", ".htm", ".xhtml"})


def html_document(html: str, name: str, sha256: str) -> Document | Skipped:
    """One html page, by trafilatura and htmldate: the article's text without the page around it."""
    import trafilatura  # noqa: PLC0415 — 0.5 s that only html needs
    from htmldate import find_date  # noqa: PLC0415 — as above
    from trafilatura.settings import Document as Metadata  # noqa: PLC0415 — as above

    found = trafilatura.bare_extraction(html, include_comments=False, include_tables=True, with_metadata=True)
    if not isinstance(found, Metadata) or not (text := (found.text or "").strip()):
        return Skipped(name, "no article text found in the page")
    return Document(
        source=name,
        text=text,
        sha256=sha256,
        title=found.title,
        published=find_date(html, extensive_search=False, original_date=True),
        publisher=found.sitename,
        url=found.url,
    )
