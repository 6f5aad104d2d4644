"""`hoidap eval`: how good the answers of a collection are."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import msgspec

from bench.gold import SQUAD_FILE, Gold, GoldQuestion, read_gold
from bench.measures import Outcome, outcome
from index.config import IndexConfig, settings
from index.pipeline import build
from index.records import Range
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker
from qa.records import Answer, Reply

Row = tuple[GoldQuestion, Reply, Outcome]


@click.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True),
    help="Ask a fresh index of this folder instead of --index.",
)
@click.option("--index", "uri", envvar="HOIDAP_INDEX", default=".hoidap", show_default=True, help="The index to ask.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write every question and reply here as JSON lines.",
)
@click.option("--wrong", is_flag=True, help="List the questions that were answered wrongly.")
def evaluate(gold: Path, corpus: Path | None, uri: str, report: Path | None, wrong: bool) -> None:  # noqa: FBT001 — a click flag
    """Measure answers against GOLD: a questions.jsonl, or a SQuAD file, whose paragraphs are then the articles."""
    questions = read_gold(gold)
    with tempfile.TemporaryDirectory() as folder:
        asker = open_asker(_index(questions, corpus, uri, Path(folder)), settings("qa", AskConfig))
        try:
            rows = [_asked(asker, question) for question in questions.questions]
        finally:
            asker.close()
    _print(rows)
    if wrong:
        _print_wrong(rows)
    if report:
        report.mkdir(parents=True, exist_ok=True)
        lines = (
            msgspec.json.encode({"gold": asked, "outcome": result, "reply": reply}) for asked, reply, result in rows
        )
        (report / "answers.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def _index(gold: Gold, corpus: Path | None, uri: str, folder: Path) -> str:
    """The index to ask: the given one, or one built of the corpus or of the gold file's own articles."""
    if gold.articles:
        corpus = folder / SQUAD_FILE
        corpus.write_bytes(b"\n".join(msgspec.json.encode(article) for article in gold.articles))
    if corpus is None:
        return uri
    build([corpus], str(folder / "index"), settings("index", IndexConfig))
    return str(folder / "index")


def _asked(asker: Asker, gold: GoldQuestion) -> Row:
    """Ask one question, check its quotes against the stored texts."""
    reply = asker.ask(gold.question)
    verbatim = all(_is_verbatim(asker, answer) for answer in reply.answers)
    clean = not any(_touches_boilerplate(asker, answer) for answer in reply.answers)
    return gold, reply, outcome(gold, reply, verbatim=verbatim, clean=clean)


def _is_verbatim(asker: Asker, answer: Answer) -> bool:
    """Whether quote and sentence stand where the citation says."""
    cited = answer.citation
    article = asker.snapshot.article(cited.article)
    if article is None:
        return False
    sentence = article.text[cited.sentence_start : cited.sentence_end]
    return article.text[cited.start : cited.end] == cited.quote == answer.text and sentence == answer.sentence


def _touches_boilerplate(asker: Asker, answer: Answer) -> bool:
    """Whether the cited sentence overlaps a range that is not the article's own."""
    article = asker.snapshot.article(answer.citation.article)
    cited = Range(answer.citation.sentence_start, answer.citation.sentence_end)
    return article is None or any(r.start < cited.end and cited.start < r.end for r in article.boilerplate)


def _print(rows: Sequence[Row]) -> None:
    """One line for each kind, each variant, and all."""
    click.echo(
        f"{'':14}{'n':>5}{'source':>9}{'sentence':>10}{'EM':>7}{'F1':>7}{'declined':>10}{'verbatim':>10}{'clean':>7}"
    )
    answerable = [row for row in rows if row[0].answers]
    for name, group in _groups(rows, lambda gold: gold.kind) + _groups(answerable, lambda gold: gold.variant):
        click.echo(_line(name, group))
    click.echo(_line("answerable", answerable))
    click.echo(_line("must decline", [row for row in rows if not row[0].answers]))
    times = sorted(reply.took_ms for _, reply, _ in rows)
    click.echo(
        f"time: p50 {statistics.median(times):.1f} ms, p95 {times[int(0.95 * (len(times) - 1))]:.1f} ms", err=True
    )


def _groups(rows: Sequence[Row], key: Callable[[GoldQuestion], str]) -> list[tuple[str, list[Row]]]:
    """The rows of each value, by value; rows without one are in none."""
    names = sorted({key(row[0]) for row in rows} - {""})
    return [(name, [row for row in rows if key(row[0]) == name]) for name in names]


def _line(name: str, rows: Sequence[Row]) -> str:
    """The means of a group."""
    results = [result for _, _, result in rows]
    figures = (
        _mean(r.right_source for r in results),
        _mean(r.right_sentence for r in results),
        _mean(r.exact for r in results),
        _mean(r.f1 for r in results),
        _mean(not r.answered for r in results),
        _mean(r.verbatim for r in results),
        _mean(r.clean for r in results),
    )
    return f"{name:14}{len(rows):>5}" + "".join(
        f"{figure:>{width}.3f}" for figure, width in zip(figures, (9, 10, 7, 7, 10, 10, 7), strict=True)
    )


def _mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _print_wrong(rows: Sequence[Row]) -> None:
    """Every question whose first answer is not right, what was expected, and what came."""
    for gold, reply, result in rows:
        right = result.right_sentence if gold.answers else not result.answered
        if not right:
            expected = " | ".join(gold.answers) or "(decline)"
            came = f"{reply.answers[0].text} — {reply.answers[0].sentence[:160]}" if reply.answers else "(declined)"
            click.echo(
                f"{gold.kind}/{gold.variant}: {gold.question}\n"
                f"    expected {expected}\n    came     {came} [{reply.confidence:.2f}]"
            )
    sys.stdout.flush()
