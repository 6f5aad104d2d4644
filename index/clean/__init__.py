"""From a document to an article: what it is called, when it appeared, and which ranges are page and not article."""

from index.clean.article import article_id, clean, common_lines

__all__ = ["article_id", "clean", "common_lines"]
