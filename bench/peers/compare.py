"""The same articles, embedder and questions to every system, each in an environment of its own; one table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec

from bench.gold import Gold, GoldError
from bench.measures import exact, f1, mlqa
from bench.ranking import ranking_measures
from bench.results import write_block
from bench.run import Machine, commit, machine
from bench.sets import ROOT, gold_named
from bench.statistics import mean
from index.embed import BUNDLED_FOLDER
from index.errors import HoidapError
from index.text import language

CACHE = ROOT / ".cache" / "peers"
RESULTS = Path(__file__).parents[1] / "results" / "peers"
MEASURES = ("Success@1", "Success@5", "Success@10", "nDCG@10")


class Peer(msgspec.Struct, frozen=True):
    """A system: what its environment needs (nothing: ours), and what it says of where an answer stands."""

    packages: tuple[str, ...]
    offsets: str


PEERS = {
    "hoidap": Peer((), "in the file, verbatim"),
    "txtai": Peer(("txtai", "model2vec", "sentence-transformers"), "no"),
    "haystack": Peer(
        ("haystack-ai", "sentence-transformers-haystack", "transformers-haystack", "sentence-transformers"),
        "in the split, with a reader",
    ),
}
SAMPLE = 20
"""Articles whose language is that of the answers."""
SHOWN = "mlqa_viq_vic"
"""The set whose table stands in the README."""
TORCH = "torch==2.13.0"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What one system did.

    Attributes:
        disk_mb, build_peak_mb, peak_mb: megabytes: the index, memory while building, memory while answering.
        cold_s: from starting a process to its first result.
        per_second: searches from two threads, or why there is no figure.
        f1: of the short answers by MLQA's normalisation; None where the system gives none.
    """

    version: str
    settings: dict[str, Any]
    build_s: float
    build_peak_mb: float
    disk_mb: float
    cold_s: float
    search_p50_ms: float
    search_p95_ms: float
    per_second: float | str
    peak_mb: float
    quality: dict[str, float]
    f1: float | None
    em: float | None
    answer_p50_ms: float | None
    offsets: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All systems on one set."""

    set: str
    questions: int
    articles: int
    when: str
    commit: str
    machine: Machine
    systems: dict[str, Measured]


def compare_peers(name: str, only: Sequence[str], most: int | None = None) -> Path:
    """Measure every system on a set, print the table, write it down; the file's path is returned.

    `most`: questions asked, spread over the set; where a system takes seconds for each, all of them would take hours.

    Raises:
        GoldError: the set brings no articles, or a name is no system's.
        HoidapError: a system cannot be installed or fails.
    """
    if unknown := set(only) - PEERS.keys():
        raise GoldError(f"No system {', '.join(sorted(unknown))}. Systems: {', '.join(PEERS)}.")
    gold = gold_named(name)
    if not gold.articles:
        raise GoldError(
            f"{name} brings no articles along; take a SQuAD file, a BEIR folder, or a set such as mlqa_viq_vic."
        )
    if most and most < len(gold.questions):
        step = len(gold.questions) / most
        gold = msgspec.structs.replace(gold, questions=tuple(gold.questions[int(i * step)] for i in range(most)))
    systems = {}
    for system in only or PEERS:
        click.echo(f"{system} …", err=True)
        systems[system] = _measured(system, gold)
    found = Comparison(
        set=gold.name,
        questions=len(gold.questions),
        articles=len(gold.articles),
        when=time.strftime("%Y-%m-%d", time.gmtime()),
        commit=commit(),
        machine=machine(),
        systems=systems,
    )
    click.echo(table(found))
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{gold.name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    if gold.name == SHOWN and not only and most is None:
        write_block("peers", table(found))
    return path


def _measured(name: str, gold: Gold) -> Measured:
    """Build, open and ask one system, each in a process of its own."""
    python = _environment(name)
    with TemporaryDirectory(prefix=f"hoidap-peers-{name}-") as work:
        folder = Path(work)
        task = {
            "articles": gold.articles,
            "questions": [asked.question for asked in gold.questions],
            "embedder": str(BUNDLED_FOLDER),
        }
        (folder / "task.json").write_bytes(msgspec.json.encode(task))
        built = _phase(python, name, "build", folder)
        size = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file())
        began = time.perf_counter()
        _phase(python, name, "first", folder)
        cold = time.perf_counter() - began
        asked = _phase(python, name, "all", folder)
    times = sorted(asked["search_ms"])
    return Measured(
        version=_version(python, name),
        settings=_named(built["settings"]),
        build_s=built["seconds"],
        build_peak_mb=built["peak_mb"],
        disk_mb=size / 1e6,
        cold_s=cold,
        search_p50_ms=statistics.median(times),
        search_p95_ms=times[int(0.95 * (len(times) - 1))],
        per_second=asked["per_second"],
        peak_mb=asked["peak_mb"],
        quality=_quality(gold, asked["found"]),
        **_answers(gold, asked),
        offsets=PEERS[name].offsets,
    )


def _named(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings with the embedder's folder as it is called in the checkout."""
    here = BUNDLED_FOLDER.relative_to(ROOT).as_posix()
    return {name: here if value == str(BUNDLED_FOLDER) else value for name, value in settings.items()}


def _quality(gold: Gold, found: list[list[str]]) -> dict[str, float]:
    """Means of the ranking measures over the questions that have a file."""
    judged = [(asked, [f"{gold.file}#{id_}" for id_ in ids]) for asked, ids in zip(gold.questions, found, strict=True)]
    judged = [(asked, ids) for asked, ids in judged if asked.sources]
    rows = ranking_measures([asked for asked, _ in judged], [ids for _, ids in judged])
    return {name: mean([row[name] for row in rows]) for name in MEASURES}


def _answers(gold: Gold, asked: dict[str, Any]) -> dict[str, float | None]:
    """F1, EM and time of the short answers, nothing declined; None where there are none."""
    if not asked["answer_ms"]:
        return {"f1": None, "em": None, "answer_p50_ms": None}
    normalise = mlqa(language(" ".join(article["text"] for article in gold.articles[:SAMPLE])))
    pairs = [
        (words or "", row.answers) for row, words in zip(gold.questions, asked["answers"], strict=True) if row.answers
    ]
    return {
        "f1": mean([f1(words, accepted, normalise) for words, accepted in pairs]),
        "em": mean([exact(words, accepted, normalise) for words, accepted in pairs]),
        "answer_p50_ms": statistics.median(asked["answer_ms"]),
    }


def _environment(name: str) -> str:
    """The interpreter of a system's own environment, made the first time and brought up to date."""
    if not PEERS[name].packages:
        return sys.executable
    folder = CACHE / name
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--upgrade", TORCH, *PEERS[name].packages]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise HoidapError(f"{name} cannot be installed: {(ran.stderr.strip() or 'no message').splitlines()[-1]}")
    return str(python)


def _phase(python: str, name: str, phase: str, folder: Path) -> dict[str, Any]:
    """Run one phase of a driver; its result."""
    offline = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "false"}
    command = [python, "-m", f"bench.peers.{name}_driver", phase, str(folder)]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | offline, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise HoidapError(f"{name} failed at {phase}: {(ran.stderr.strip() or 'no message').splitlines()[-1]}")
    result: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return result


def _version(python: str, name: str) -> str:
    """The version of a system's package."""
    package = PEERS[name].packages[0] if PEERS[name].packages else "hoidap"
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def table(found: Comparison) -> str:
    """One row a figure, one column a system, as Markdown."""
    systems = found.systems
    lines = [_row(["", *(f"{name} {system.version}" for name, system in systems.items())])]
    lines.append(_row(["---", *["--:"] * len(systems)]))
    lines += [_row([label, *(cell(system) for system in systems.values())]) for label, cell in ROWS.items()]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | str | None, places: int = 0) -> str:
    return "–" if value is None else value if isinstance(value, str) else f"{value:,.{places}f}"


ROWS: dict[str, Callable[[Measured], str]] = {
    "build, s": lambda found: _number(found.build_s, 1),
    "memory while building, MB": lambda found: _number(found.build_peak_mb),
    "index on disk, MB": lambda found: _number(found.disk_mb, 1),
    "cold start to a first result, s": lambda found: _number(found.cold_s, 1),
    "memory while answering, MB": lambda found: _number(found.peak_mb),
    "search, p50 ms": lambda found: _number(found.search_p50_ms, 1),
    "search, p95 ms": lambda found: _number(found.search_p95_ms, 1),
    "searches a second, two threads": lambda found: _number(found.per_second),
    "Success@1": lambda found: _number(found.quality["Success@1"], 3),
    "Success@5": lambda found: _number(found.quality["Success@5"], 3),
    "Success@10": lambda found: _number(found.quality["Success@10"], 3),
    "nDCG@10": lambda found: _number(found.quality["nDCG@10"], 3),
    "F1 of the short answer": lambda found: _number(found.f1, 3),
    "EM of the short answer": lambda found: _number(found.em, 3),
    "answer, p50 ms": lambda found: _number(found.answer_p50_ms, 1),
    "says where the answer stands": lambda found: found.offsets,
}
"""Rows of the table."""
