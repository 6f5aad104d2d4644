"""The routes that list, show and change articles, and the queue of changes."""

from __future__ import annotations

from api.http.articles.desk import Desk
from api.http.articles.reading import article, article_text, articles
from api.http.articles.writing import writing_routes

__all__ = ["Desk", "article", "article_text", "articles", "writing_routes"]
