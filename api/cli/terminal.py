"""How replies and summaries look in a terminal."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.records import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from index.records import BuildSummary
    from qa.records import Answer, Citation, Passage, Reply

    Progress = Callable[[str, int, int | None], None]
    Mark = Callable[[str], str]

# A text may hold escape sequences, which would command the terminal instead of standing in it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BETWEEN = 0.1
"""Seconds between two looks at a bar, which take longer than an article."""
EXCERPT = 160
"""Characters of a passage that are shown."""


def reply_text(reply: Reply, mark: Mark) -> str:
    """Answers as people read them, or that there is none and where to look; `mark` makes words stand out."""
    if reply.answered:
        disputed = ["The articles differ:"] if reply.answers[0].disputed else []
        return "\n\n".join([*disputed, *(_answer(answer, mark) for answer in reply.answers)])
    nearest = ["The nearest passages:", *map(_nearest, reply.passages)] if reply.passages else []
    return "\n".join(["No answer in this collection.", *nearest])


def explanation(reply: Reply, first: Mapping[str, float], again: Mapping[str, float]) -> str:
    """What was understood, what was read, how long it took.

    `first`, `again`: seconds of each stage of this question, and of the same asked once more, when all is loaded.
    """
    understood = reply.understood
    lines = [f"understood  {understood.text}", f"type        {understood.type}, language {understood.language}"]
    lines += [f"{step.kind:<11} {step.before} → {step.after}" for step in understood.steps]
    lines += [f"{passage.score:<11.4f} {_where(passage)}  {passage.title}" for passage in reply.passages]
    state = reply.index
    lines += [
        f"confidence  {reply.confidence:.2f}",
        f"index       generation {state.generation}, {state.articles} articles, {state.chunks} chunks",
        f"took        {reply.took_ms:.1f} ms",
        "",
        f"{'stage':<12}{'ms':>8}{'again':>8}{'share':>8}",
    ]
    lines += [
        f"{name:<12}{first[name] * 1000:>8.1f}{seconds * 1000:>8.1f}{seconds / sum(again.values()):>8.0%}"
        for name, seconds in again.items()
    ]
    return printable("\n".join(lines))


def printable(text: str) -> str:
    """A text without control characters."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar for each stage on stderr, with how many a second and how long it will still take; gone when all is done."""
    from rich import progress  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415 — only building prints a table

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]}", justify="right"),
        progress.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        yield _Stages(bars).show


class _Stages:
    """A bar for each stage that has been told of."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._shown: dict[str, float] = {}

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Draw how far a stage is, unless it has just been drawn and goes on."""
        now = time.monotonic()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total, rate="")
            self._began[stage] = now
        elif now < self._shown.get(stage, 0) + BETWEEN and done != total:
            return
        else:
            self._shown[stage] = now
        seconds = now - self._began[stage]
        rate = f"{done / seconds:,.0f}/s" if seconds > BETWEEN else ""
        self._bars.update(self._tasks[stage], completed=done, total=total, rate=rate)


def print_summary(summary: BuildSummary) -> None:
    """What a build did and what it skipped, on stdout."""
    from rich.console import Console  # noqa: PLC0415 — only building prints a table
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    console.print(
        f"{summary.articles} articles, {summary.chunks} chunks, generation {summary.generation}: "
        f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged, "
        f"{summary.removed} removed, {len(summary.skipped)} skipped"
    )
    if summary.vanished:
        console.print(
            f"{summary.vanished} articles of earlier builds are not among these sources and stay; --prune removes them."
        )
    if summary.skipped:
        skipped = Table("skipped", "why")
        for skip in summary.skipped:
            skipped.add_row(Text(printable(skip.source), overflow="fold"), Text(printable(skip.reason)))
        console.print(skipped)


def _answer(answer: Answer, mark: Mark) -> str:
    cited = answer.citation
    start, end = cited.start - cited.sentence_start, cited.end - cited.sentence_start
    whole = Range(max(start, 0), min(end, len(answer.sentence)))
    before, after = answer.sentence[: whole.start], answer.sentence[whole.end :]
    words = mark(printable(answer.sentence[whole.start : whole.end]))
    where = printable(f"{_where(cited)}  {cited.title}")
    return f"{printable(answer.text)}\n{printable(before)}{words}{printable(after)}\n{where}"


def _nearest(passage: Passage) -> str:
    excerpt = " ".join(passage.text.split())
    excerpt = excerpt if len(excerpt) <= EXCERPT else excerpt[:EXCERPT] + "…"
    return printable(f"{_where(passage)}  {excerpt}")


def _where(place: Passage | Citation) -> str:
    return f"{place.source}:{place.start}-{place.end}"
