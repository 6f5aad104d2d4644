"""A run: the rows of a gold set with what made them, as JSON lines that another day's run can be laid beside."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from bench.asking import Row, ask_all, collection_for
from bench.gold import Gold, GoldError
from bench.sets import ROOT
from index.config import IndexConfig
from index.records import Recipe
from index.stores import store_at
from qa.config import AskConfig

PACKAGES = (
    "hoidap",
    "faiss-cpu",
    "tantivy",
    "onnxruntime",
    "numpy",
    "model2vec",
    "sentence-transformers",
    "ir-measures",
)
"""Packages whose version can change a figure."""
Machine = dict[str, str]
STAMP = "%Y%m%dT%H%M%S"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What made a run.

    Attributes:
        commit: of the checkout, "+" behind it when files were changed; "" outside of one.
        settings: [qa] as asked with, and the recipe of the index.
        notes: what is odd about the set or could not be indexed.
    """

    set: str
    set_sha256: str
    when: str
    seconds: float
    commit: str
    python: str
    versions: dict[str, str]
    machine: Machine
    settings: dict[str, object]
    articles: int
    chunks: int
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """When and of which commit, as people write it."""
        return f"{day(self.when)}, commit {self.commit}" if self.commit else day(self.when)


def day(stamp: str) -> str:
    """When a run began, as people write it."""
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).strftime("%Y-%m-%d %H:%M UTC")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation of one gold set."""

    header: Header
    rows: tuple[Row, ...]


def evaluated(  # noqa: PLR0913 — what is asked, of what, and how
    gold: Gold,
    *,
    corpus: Path | None = None,
    uri: str = ".hoidap",
    index: IndexConfig,
    asking: AskConfig,
    progress: Callable[[str, int, int | None], None] = lambda _stage, _done, _total: None,
) -> Run:
    """Ask a gold set of its own articles, of a corpus or of an index, and measure.

    Raises:
        HoidapError: set, corpus or index cannot be used; the message says why.
    """
    began = datetime.now(UTC)
    with collection_for(gold, corpus, uri, index, progress) as place:
        rows = ask_all(gold, place, asking, progress)
        snapshot = store_at(place.uri).snapshot()
        recipe, articles, chunks = snapshot.recipe, snapshot.article_count, snapshot.chunk_count
        snapshot.close()
    header = Header(
        set=gold.name,
        set_sha256=gold.sha256,
        when=began.strftime(STAMP),
        seconds=round((datetime.now(UTC) - began).total_seconds(), 2),
        commit=commit(),
        python=platform.python_version(),
        versions={name: found for name in PACKAGES if (found := _version(name))},
        machine=machine(),
        settings=_settings(recipe, asking),
        articles=articles,
        chunks=chunks,
        notes=(*gold.notes, *place.notes),
    )
    return Run(header=header, rows=tuple(rows))


def _settings(recipe: Recipe, asking: AskConfig) -> dict[str, object]:
    """Every setting that the answers depend on."""
    return {**msgspec.to_builtins(asking), **msgspec.to_builtins(recipe)}


def commit() -> str:
    """The commit of the checkout that runs."""
    try:
        asked = [
            _git(*command)
            for command in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
        ]
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked[0] + ("+" if asked[1] else "")


def _git(*command: str) -> str:
    """What git says of the checkout."""
    ran = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607 — git
    return ran.stdout.strip()


def _version(package: str) -> str:
    """The version of an installed package; "" when it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def machine() -> Machine:
    """What times depend on; no name of the machine or its user."""
    try:
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    except OSError:
        names = [platform.processor()]
    return {
        "system": f"{sys.platform} {platform.machine()}",
        "processor": names[0] if names else "",
        "cores": str(len(names)),
    }


def written(run: Run, folder: Path) -> Path:
    """Write a run as JSON lines, the header first; the path is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.header.when}.jsonl"
    while path.exists():  # two runs in one second
        path = path.with_stem(f"{path.stem}a")
    lines = [{"run": run.header}, *run.rows]
    path.write_bytes(b"\n".join(map(msgspec.json.encode, lines)) + b"\n")
    return path


class _First(msgspec.Struct):
    run: Header


def read_run(path: Path) -> Run:
    """Read a run that `written` wrote.

    Raises:
        GoldError: it is not one, or another version's.
    """
    try:
        first, *rest = path.read_bytes().splitlines()
        header = msgspec.json.decode(first, type=_First).run
        day(header.when)
        return Run(header=header, rows=tuple(msgspec.json.decode(line, type=Row) for line in rest))
    except OSError as error:
        example = "out/20240520T120000.jsonl"
        raise GoldError(f"{path} cannot be read ({error.strerror}); name a run, such as {example}.") from error
    except ValueError as error:
        raise GoldError(f"{path} is not a run of hoidap eval: {error}") from error


def newest_before(folder: Path, run: Run) -> Run | None:
    """The newest other run of the same set in a folder; None when there is none that can be read."""
    for path in sorted(folder.glob("*.jsonl"), reverse=True):
        if path.stem >= run.header.when or not path.is_file():
            continue
        try:
            found = read_run(path)
        except GoldError:
            continue
        if found.header.set == run.header.set:
            return found
    return None
