"""Looks at every article once, and counts what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from index.chunk import content
from index.clean import clean, common_lines
from index.config import IndexConfig
from index.doctor.checks import CHECKS, Check, Examined, Level
from index.doctor.duplicates import DuplicateGroup, Duplicates
from index.doctor.report import Example, Finding, Report
from index.pipeline import sample
from index.read import NO_TEXT, OTHER_FORMAT, SAME_NAME, Read, file_of, read
from index.records import Article, Document, Skipped
from index.text import word_texts
from index.workers import Progress

COPIES = 3
"""Of a group that its example names; the report names all."""
UNREADABLE: tuple[str, Level, str, str] = (
    "unreadable",
    "problem",
    "left out: cannot be read",
    "Mend them; the reasons say how.",
)
NO_ARTICLES: tuple[str, Level, str, str] = (
    "no_articles",
    "advice",
    "left out: files of another kind",
    "Convert to txt, md, html or jsonl what should be found; leave the rest.",
)


def doctor(
    sources: Sequence[Path],
    config: IndexConfig,
    *,
    examples: int = 5,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Report:
    """Examine files and folders.

    Raises:
        SourceError: a source does not exist.
    """
    common = common_lines(sample(sources, config))
    items = read(sources, config.max_file_mb)
    return examine(items, common, datetime.now(tz=UTC).date(), examples=examples, progress=progress)


def examine(
    items: Iterable[Read],
    common: frozenset[str],
    today: date,
    *,
    examples: int = 5,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Report:
    """Examine what was read. `common`: keys of lines that many articles share; `examples`: named for each finding."""
    examination = _Examination(common, today, examples)
    for number, item in enumerate(items, 1):
        progress("examining", number, None)
        examination.add(item)
    return examination.report()


class _Examination:
    """Counts, and the first examples of each finding; no text is kept."""

    def __init__(self, common: frozenset[str], today: date, examples: int) -> None:
        self._common, self._today, self._examples = common, today, examples
        self._seen: set[str] = set()
        self._file, self._files = "", 0
        self._syllables = self._boilerplate = self._length = 0
        self._languages: Counter[str] = Counter()
        self._days: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._found: dict[str, list[Example]] = {}
        self._reasons: Counter[str] = Counter()
        self._skipped: dict[str, Skipped] = {}
        self._duplicates = Duplicates()

    def add(self, item: Read) -> None:
        """Examine one document, or note why there is none."""
        if (file := file_of(item.source)) != self._file:
            self._file, self._files = file, self._files + 1
        if isinstance(item, Document) and item.source in self._seen:
            item = Skipped(item.source, SAME_NAME)
        if isinstance(item, Skipped):
            # Reasons that differ in a position only are one.
            reason = re.sub(r"\d+", "0", item.reason)
            self._reasons[reason] += 1
            self._skipped.setdefault(reason, item)
            return
        self._seen.add(item.source)
        self._examine(clean(item, self._common))

    def _examine(self, article: Article) -> None:
        parts = content(len(article.text), article.boilerplate)
        words = [word for part in parts for word in word_texts(article.text[part.start : part.end])]
        marked = len(article.text) - sum(part.end - part.start for part in parts)
        self._syllables += len(words)
        self._boilerplate += marked
        self._length += len(article.text)
        self._languages[article.language] += 1
        if article.published:
            self._days[article.published] += 1
        self._duplicates.add(article.source, words)
        examined = Examined(article, words, marked / max(1, len(article.text)), self._today)
        for check in CHECKS:
            if (detail := check.find(examined)) is not None:
                self._counts[check.kind] += 1
                named = self._found.setdefault(check.kind, [])
                if len(named) < self._examples:
                    named.append(Example(article.source, detail))

    def report(self) -> Report:
        """What was found, problems first."""
        groups = self._duplicates.groups()
        reasons = [reason for reason, _ in self._reasons.most_common()]
        other = [reason for reason in reasons if _is_other(self._skipped[reason])]
        broken = [reason for reason in reasons if reason not in other]
        found = [
            self._left_out(*UNREADABLE, reasons=broken),
            *map(self._finding, CHECKS),
            self._near_duplicates(groups),
            self._left_out(*NO_ARTICLES, reasons=other),
        ]
        return Report(
            files=self._files,
            articles=len(self._seen),
            skipped=self._reasons.total(),
            syllables=self._syllables,
            boilerplate=round(self._boilerplate / max(1, self._length), 4),
            languages=dict(self._languages.most_common()),
            dated=self._days.total(),
            first=min(self._days, default=None),
            last=max(self._days, default=None),
            findings=tuple(sorted((f for f in found if f.count), key=lambda finding: finding.level != "problem")),
            duplicates=tuple(groups[: self._examples]),
        )

    def _finding(self, check: Check) -> Finding:
        return Finding(
            kind=check.kind,
            level=check.level,
            count=self._counts[check.kind],
            what=check.what,
            advice=check.advice,
            examples=tuple(self._found.get(check.kind, ())),
        )

    def _left_out(self, kind: str, level: Level, what: str, advice: str, *, reasons: Sequence[str]) -> Finding:
        named = []
        for reason in reasons[: self._examples]:
            first, count = self._skipped[reason], self._reasons[reason]
            named.append(Example(first.source, first.reason + (f" ({count:,} like it)" if count > 1 else "")))
        count = sum(self._reasons[reason] for reason in reasons)
        return Finding(kind=kind, level=level, count=count, what=what, advice=advice, examples=tuple(named))

    def _near_duplicates(self, groups: Sequence[DuplicateGroup]) -> Finding:
        return Finding(
            kind="near_duplicates",
            level="advice",
            count=sum(len(group.copies) for group in groups),
            what="nearly the same as another article",
            advice="Keep one of each group: copies take the places of other passages among the nearest.",
            examples=tuple(Example(group.source, _copies(group)) for group in groups[: self._examples]),
        )


def _is_other(skipped: Skipped) -> bool:
    """Whether a whole file was never meant to hold articles: by its ending, or by its first row."""
    whole = file_of(skipped.source) == skipped.source
    return OTHER_FORMAT in skipped.reason or (whole and NO_TEXT in skipped.reason)


def _copies(group: DuplicateGroup) -> str:
    """The first copies of a group, with how similar they are."""
    named = [f"{copy.source} ({copy.similarity:.2f})" for copy in group.copies[:COPIES]]
    more = len(group.copies) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
