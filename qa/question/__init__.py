"""What was asked: a question is repaired, completed from the ones before it, and taken apart."""

from qa.question.lexicon import lexicon_of
from qa.question.understand import understand

__all__ = ["lexicon_of", "understand"]
