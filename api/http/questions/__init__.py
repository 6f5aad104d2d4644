"""The routes of questions: answers, passages, suggestions, what readers say of answers."""

from __future__ import annotations

from api.http.questions.asked import AskedQuestions
from api.http.questions.asking import ask, ask_by_link, search
from api.http.questions.opinions import export_feedback, feedback
from api.http.questions.suggestions import Guide, overview, suggest

__all__ = [
    "AskedQuestions",
    "Guide",
    "ask",
    "ask_by_link",
    "export_feedback",
    "feedback",
    "overview",
    "search",
    "suggest",
]
