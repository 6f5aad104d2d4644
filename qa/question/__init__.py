"""What was asked: a question is repaired, completed from the ones before it, and taken apart."""

from qa.question.query import Query, QueryKind, understand

__all__ = ["Query", "QueryKind", "understand"]
