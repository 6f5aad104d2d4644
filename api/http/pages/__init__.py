"""What browsers load: the chat page, the widget, an article with its quotes marked."""

from __future__ import annotations

from api.http.pages.page import WIDGET, article_page
from api.http.pages.routes import chat, widget

__all__ = ["WIDGET", "article_page", "chat", "widget"]
