"""What an examination says: findings with examples, and what a folder holds."""

from __future__ import annotations

import msgspec

from index.doctor.checks import Level
from index.doctor.duplicates import DuplicateGroup


class Example(msgspec.Struct, frozen=True):
    """An article that has what was found, and what shows it."""

    source: str
    detail: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong.

    Attributes:
        kind: a name that stays the same between versions.
        level: "problem" spoils answers or leaves articles out; "advice" can stay as it is.
        count: articles (of what was left out: files and rows) that have it.
        examples: the first of them; of what was left out one for each reason, the commonest first.
    """

    kind: str
    level: Level
    count: int
    what: str
    advice: str
    examples: tuple[Example, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder holds, and what is wrong with it.

    Attributes:
        files: with at least one article, or one that could not be read.
        syllables: words of the articles' own text, boilerplate left out.
        boilerplate: share of the text's code points that belong to the page and not to the article, 0 to 1.
        languages: how many articles are in each, the commonest first.
        first, last: ISO 8601 dates of the oldest and the newest article.
        duplicates: groups of articles that are nearly the same, the largest first; as many as examples were asked for.
    """

    files: int
    articles: int
    skipped: int
    syllables: int
    boilerplate: float
    languages: dict[str, int]
    dated: int
    first: str | None
    last: str | None
    findings: tuple[Finding, ...]
    duplicates: tuple[DuplicateGroup, ...]
