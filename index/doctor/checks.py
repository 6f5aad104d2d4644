"""What is looked for in every article, with what to do about it in plain words. A check gives evidence or None."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from index.clean.lines import lines
from index.clean.metadata import published, title_line
from index.doctor.letters import byte_order_mark, decomposed, legacy_font, lost, mixed_line_ends, mojibake
from index.records import Article

TINY = 30
"""Syllables; a text of fewer is a caption or a stub."""
GIANT = 20_000
"""Syllables; a text of more is a book or a year's file, and a citation of it says little."""
MOSTLY = 0.5
"""Share of boilerplate above which a page is hardly an article."""
HEAD = 2_000
"""Code points in which a year of the future is looked for, before the lines are."""
_YEAR = re.compile(r"(?<!\d)[1-9][0-9]{3}(?!\d)")

Level = Literal["problem", "advice"]
"""A problem spoils answers or leaves articles out; where there is advice, all can stay as it is."""
Evidence = str | None


class Examined(NamedTuple):
    """An article with what the checks need to know: its own words, its share of boilerplate, what day it is."""

    article: Article
    words: Sequence[str]
    boilerplate: float
    today: date


class Check(NamedTuple):
    """One thing that is looked for in every article; `find` gives the evidence, or None where all is well."""

    kind: str
    level: Level
    what: str
    advice: str
    find: Callable[[Examined], Evidence]


def future_date(examined: Examined) -> Evidence:
    """A date after tomorrow, which is today somewhere. One that only stands in the text leaves the article undated."""
    latest = examined.today + timedelta(days=1)
    article = examined.article
    if article.published:
        return article.published if article.published > latest.isoformat() else None
    years = map(int, _YEAR.findall(article.text[:HEAD]))
    if not any(year >= latest.year for year in years):
        return None
    found = lines(article.text)
    signed = published(found, title_line(found), date.max)
    return f"{signed}, passed over" if signed and signed > latest.isoformat() else None


def undated(examined: Examined) -> Evidence:
    """No date that is believed, neither declared nor in a byline."""
    return None if examined.article.published else examined.article.title


def mostly_boilerplate(examined: Examined) -> Evidence:
    """More page than article."""
    return f"{examined.boilerplate:.0%}" if examined.boilerplate > MOSTLY else None


def tiny(examined: Examined) -> Evidence:
    """Hardly any text."""
    return f"{len(examined.words)} syllables" if len(examined.words) < TINY else None


def giant(examined: Examined) -> Evidence:
    """A whole book in one article."""
    return f"{len(examined.words)} syllables" if len(examined.words) > GIANT else None


def of_text(check: Callable[[str], Evidence]) -> Callable[[Examined], Evidence]:
    """A check of the text alone."""
    return lambda examined: check(examined.article.text)


CHECKS = (
    Check(
        "mojibake",
        "problem",
        "letters garbled by a wrong encoding",
        "Save it again from the original as UTF-8, or mend it: ftfy FILE -o NEW. Questions do not find such words.",
        of_text(mojibake),
    ),
    Check(
        "legacy_font",
        "problem",
        "typed in a font of before Unicode (TCVN3, VNI)",
        "Convert it to Unicode, for example with UniKey's converter. Questions do not find such words.",
        of_text(legacy_font),
    ),
    Check(
        "lost_letters",
        "problem",
        "letters lost in an earlier conversion (U+FFFD)",
        "Take the original again: these letters cannot be guessed.",
        of_text(lost),
    ),
    Check(
        "future_date",
        "problem",
        "dated in the future",
        "Correct the date: questions about a time and --from / --to go by it.",
        future_date,
    ),
    Check(
        "undated",
        "advice",
        "no date found",
        "Give `published` in jsonl, or a line under the title such as 20/05/2024; else --from and --to leave it out.",
        undated,
    ),
    Check(
        "mostly_boilerplate",
        "advice",
        "more page than article (menus, teasers, repeated lines)",
        "Look whether the article itself is there; if not, save the page again.",
        mostly_boilerplate,
    ),
    Check("tiny", "advice", f"under {TINY} syllables", "Look whether the rest of the article is missing.", tiny),
    Check("giant", "advice", f"over {GIANT:,} syllables", "Cut it into chapters, so that a citation says more.", giant),
    Check(
        "decomposed",
        "advice",
        "accents apart from their letters (NFD)",
        "hoidap finds it all the same, but quotes keep this form, and other programs may miss them: save it as NFC.",
        of_text(decomposed),
    ),
    Check(
        "line_ends", "advice", "mixed line ends", "Harmless; offsets count them as they are.", of_text(mixed_line_ends)
    ),
    Check(
        "byte_order_mark",
        "advice",
        "a byte order mark (BOM)",
        "Harmless; offsets count it as one character.",
        of_text(byte_order_mark),
    ),
)
