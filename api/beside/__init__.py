"""What is kept beside an index: keys, and what readers say of answers."""

from __future__ import annotations

from api.beside.feedback import CitedPlace, Entry, FeedbackBook, FeedbackRequest, Verdict, entry_of
from api.beside.folder import beside
from api.beside.keys import Key, KeyFile, KeysDamaged, Scope

__all__ = [
    "CitedPlace",
    "Entry",
    "FeedbackBook",
    "FeedbackRequest",
    "Key",
    "KeyFile",
    "KeysDamaged",
    "Scope",
    "Verdict",
    "beside",
    "entry_of",
]
