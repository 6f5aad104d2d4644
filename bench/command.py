"""`hoidap eval` and `hoidap bench`. What a command needs is imported when it runs: `hoidap --help` names them all."""
# ruff: noqa: PLC0415 — see above

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from api.cli import index_option, one_thread_a_question
from index.errors import HoidapError

if TYPE_CHECKING:
    from bench.gold import Gold
    from bench.run import Run

FAILED = 1
"""Exit code of a gate that a figure did not pass."""
EVERYWHERE = click.Path(path_type=Path)


@click.command("eval")
@click.argument("gold")
@click.option("--corpus", type=EVERYWHERE, help="Ask a fresh index of this folder instead of --index.")
@index_option
@click.option("--variant", metavar="NAME", help="Ask every question retyped: no_accents, telex, typo.")
@click.option("--report", type=EVERYWHERE, help="Write an HTML page and the run as JSON lines into this folder.")
@click.option("--against", type=EVERYWHERE, help="Compare with this run (default: the newest one in --report).")
@click.option("--wrong", is_flag=True, help="List every question that is not right.")
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help='Ask twice and compare, each with its settings: "default" or NAME=VALUE,NAME=VALUE.',
)
@click.option(
    "--suggest", type=click.IntRange(1, 10_000), help="Write so many questions to review into GOLD, and stop."
)
@click.pass_context
def evaluate(  # noqa: PLR0913 — an option each
    ctx: click.Context,
    gold: str,
    index: str,
    *,
    corpus: Path | None,
    variant: str | None,
    report: Path | None,
    against: Path | None,
    wrong: bool,
    compare: tuple[str, str] | None,
    suggest: int | None,
) -> None:
    """Measure answers against GOLD.

    GOLD is a questions.jsonl, a SQuAD file or a BEIR folder, whose texts are then the articles, or the name of a set.
    """
    one_thread_a_question()
    if suggest:
        _suggest(Path(gold), corpus, index, suggest)
        return
    found = _gold(gold, variant)
    if (found.articles or corpus) and ctx.get_parameter_source("index") is ParameterSource.COMMANDLINE:
        brings = "--corpus" if corpus else gold
        raise click.UsageError(
            f"{brings} brings the articles along, so --index {index} would not be asked. Leave one out."
        )
    if compare and against:
        raise click.UsageError("--compare asks twice; --against compares with a run that was. Leave one out.")
    from bench.report import report_folder
    from bench.run import read_run

    folder = report_folder(report) if report else None
    if compare:
        before, after = _both(found, corpus, index, compare)
        _show(after, folder, before, compare, wrong=wrong)
    else:
        earlier = read_run(against) if against else None
        _show(_run(found, corpus, index), folder, earlier, wrong=wrong)


def _gold(name: str, variant: str | None) -> Gold:
    """The set of a name or path, retyped if asked."""
    from bench.sets import gold_named
    from bench.variants import retyped

    found = gold_named(name)
    return found if variant is None else retyped(found, variant)


def _run(gold: Gold, corpus: Path | None, index: str, changes: str = "default") -> Run:
    """Ask a set with the settings in force and these changes to them."""
    from api.cli.terminal import progress_bar
    from bench.run import evaluated
    from bench.settings import changed

    indexing, asking = changed(changes)
    with progress_bar() as progress:
        return evaluated(gold, corpus=corpus, uri=index, index=indexing, asking=asking, progress=progress)


def _show(
    run: Run, folder: Path | None, before: Run | None, names: tuple[str, str] | None = None, *, wrong: bool
) -> None:
    """Print the figures and what changed; write run and page if there is a folder for them."""
    from bench.compare import compared
    from bench.report import write_report
    from bench.run import newest_before
    from bench.summary import summary
    from bench.terminal import plain_console, print_comparison, print_summary, print_wrong

    console = plain_console()
    found = summary(run.rows)
    for note in run.header.notes:
        click.echo(note, err=True)
    print_summary(console, run, found)
    if wrong:
        print_wrong(console, run.rows)
    before = before or (newest_before(folder, run) if folder else None)
    comparison = compared(before, run, names) if before else None
    if comparison:
        print_comparison(console, comparison)
    if folder:
        click.echo(f"report: {write_report(run, found, folder, comparison)}", err=True)


def _both(gold: Gold, corpus: Path | None, index: str, changes: tuple[str, str]) -> tuple[Run, Run]:
    """Ask twice, each time with other settings."""
    from bench.settings import rebuilds

    asked_of_index = not (gold.articles or corpus or gold.corpus)
    if asked_of_index and any(map(rebuilds, changes)):
        raise HoidapError(f"The index in {index} keeps its own recipe. To compare recipes give --corpus FOLDER.")
    return _run(gold, corpus, index, changes[0]), _run(gold, corpus, index, changes[1])


def _suggest(path: Path, corpus: Path | None, index: str, count: int) -> None:
    """Write suggested questions."""
    from bench.suggest import write_suggestions

    written = write_suggestions(path, corpus, index, count)
    click.echo(
        f'{written} questions in {path}, marked "suggested": keep, mend or delete each, then hoidap eval {path}. '
        "As they are they repeat the articles' words, and figures on them are too good."
    )


@click.command()
@click.argument("gold")
@click.option("--corpus", type=EVERYWHERE, help="Ask a fresh index of this folder instead of --index.")
@index_option
@click.option("--reader", metavar="NAME", help="Of this reader (default: the setting).")
@click.option("--out", type=EVERYWHERE, help="Write the calibration here (default: the folder of an hf: reader).")
def calibrate(gold: str, index: str, *, corpus: Path | None, reader: str | None, out: Path | None) -> None:
    """Fit what a reader's scores mean to GOLD, so that it ranks and declines by a probability.

    GOLD is as for `hoidap eval`, with 30 questions or more that have an answer, and 30 that must be declined. A reader
    finds its calibration in its folder, or by the setting `calibration`.
    """
    one_thread_a_question()
    import msgspec

    from bench.calibrate import calibrated
    from bench.settings import changed

    indexing, asking = changed(f"reader={reader}" if reader else "default")
    place = out or _own_calibration(asking.reader)
    fit, found = calibrated(_gold(gold, None), corpus, index, indexing, asking)
    place.write_bytes(msgspec.json.format(msgspec.json.encode(fit), indent=1) + b"\n")
    click.echo(found)
    click.echo(f"written: {place}", err=True)


def _own_calibration(reader: str) -> Path:
    """The file in a reader's folder."""
    from qa.answer.probability import CALIBRATION
    from qa.read.named import HUB

    folder = Path(reader.removeprefix(HUB))
    if not reader.startswith(HUB) or not folder.is_dir():
        raise click.UsageError(f"Reader {reader} is no folder of yours. Give --out FILE.")
    return folder / CALIBRATION


@click.group()
def bench() -> None:
    """Measure quality against what it was, speed, and other systems."""
    one_thread_a_question()


@bench.command()
@click.option("--fast", is_flag=True, help="Only the conditions that are quick to measure.")
@click.option("--only", multiple=True, metavar="NAME", help="Only these conditions.")
@click.option("--conditions", "path", type=EVERYWHERE, help="A conditions file (default: bench/conditions.toml).")
@click.option("--report", type=EVERYWHERE, help="Write a page and the run of each condition below this folder.")
@click.option("--record", is_flag=True, help="Write the figures into bench/results and the README's table.")
def gate(*, fast: bool, only: tuple[str, ...], path: Path | None, report: Path | None, record: bool) -> int:
    """Hold every condition's figures against the expected ones: OK, drift or FAIL; exit code 1 on a FAIL."""
    from bench.gate import CONDITIONS, run_gate

    return FAILED if run_gate(path or CONDITIONS, fast=fast, only=only, report=report, record=record) else 0


@bench.command()
@index_option
def speed(index: str) -> None:
    """Measure cold start, questions and embedding."""
    from bench.speed import print_speed

    print_speed(index)


@bench.command()
@click.argument("indexes", metavar="INDEX...", nargs=-1, required=True)
@click.option("--chart", type=EVERYWHERE, help="Draw the figures into this SVG file.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def growth(indexes: tuple[str, ...], *, chart: Path | None, as_json: bool) -> None:
    """Measure how asking grows: the same questions over indexes of several sizes."""
    import msgspec

    from bench.growth import growth_chart, growth_table, measure_growth

    found = measure_growth(indexes)
    if chart:
        growth_chart(found, chart)
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2) if as_json else growth_table(found))


@bench.command()
@index_option
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes of the service.")
@click.option("--seconds", type=click.FloatRange(1), default=60, show_default=True, help="Of twice the capacity.")
@click.option("--requests", type=click.IntRange(100), default=20_000, show_default=True, help="For the memory.")
@click.option("--changes", type=click.IntRange(0), default=500, show_default=True, help="With two workers or more.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def load(  # noqa: PLR0913 — an option each
    *, index: str, workers: int, seconds: float, requests: int, changes: int, as_json: bool
) -> int:
    """Load a service on a copy of the index: overload, memory, mean clients, changes; exit code 1 on a FAIL."""
    import msgspec

    from bench.load import Plan, measure_load, table

    figures = measure_load(index, Plan(workers=workers, seconds=seconds, requests=requests, changes=changes))
    rows = msgspec.json.format(
        msgspec.json.encode({"workers": workers, "cores": os.cpu_count(), "figures": figures}), indent=2
    )
    click.echo(rows if as_json else table(figures, workers))
    return FAILED if any(figure.failed for figure in figures) else 0


@bench.command("build")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=EVERYWHERE)
@click.option("--index", type=EVERYWHERE, help="Keep the index in this new folder (default: it is removed).")
@click.option("--processes", type=click.IntRange(0, 256), default=0, show_default=True, help="0: one for each core.")
@click.option("--against", metavar="INDEX", help="Also say what differs from this index; exit code 1 if anything does.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def build(sources: tuple[Path, ...], *, index: Path | None, processes: int, against: str | None, as_json: bool) -> int:
    """Build an index of SOURCE from nothing: time, processor, memory, and its size beside the text's."""
    from tempfile import TemporaryDirectory

    import msgspec

    from bench.build import measure_build, table
    from bench.same import differences

    with TemporaryDirectory(prefix="hoidap-build-") as folder:
        place = index or Path(folder) / "index"
        found = measure_build(sources, place, processes)
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2) if as_json else table(found))
        unlike = list(differences(against, str(place))) if against else []
    for line in unlike:
        click.echo(line, err=True)
    return FAILED if unlike else 0


@bench.command()
@click.option("--gold", default="mlqa_viq_vic", show_default=True, help="A set that brings its articles along.")
@click.option("--only", multiple=True, metavar="NAME", help="Only these systems.")
@click.option("--questions", type=click.IntRange(1), help="Ask only so many, spread over the set.")
def peers(gold: str, only: tuple[str, ...], questions: int | None) -> None:
    """Lay hoidap beside txtai and Haystack: same articles, embedder and questions; installs them on their own."""
    from bench.peers.compare import compare_peers

    click.echo(f"written: {compare_peers(gold, only, questions)}", err=True)
