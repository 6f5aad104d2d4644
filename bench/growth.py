"""How asking grows with the collection: the same questions over indexes of several sizes. `hoidap bench growth`.

All are measured in one run, one after another, since machines are shared and noisy.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec

from bench.sets import NEWS, gold_named
from bench.speed import p95, timed
from index.embed import embedder_named
from index.records import Filters
from index.stores import Snapshot
from index.workers import batches
from qa.config import AskConfig
from qa.pipeline import open_asker
from qa.stages import STAGES

WARM = 10
"""Questions that are asked before any is measured."""
WANTED = 50
COMPARED = 40
"""Questions whose nearest chunks are compared with all that there are."""
PART = 5000
"""Chunks that are compared with a question at a time: so few that no store takes a short cut."""


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """What asking one index took. Milliseconds but `opened`, which is seconds.

    Attributes:
        stages: median of each stage of `qa.stages`.
        searches: median of the two searches together, vectors and words.
        recall: share of the `WANTED` nearest chunks, all being compared, that the vector index finds.
        resident: most memory of this process so far, mapped files with it, in bytes.
    """

    articles: int
    chunks: int
    opened: float
    p50: float
    p95: float
    stages: dict[str, float]
    searches: float
    recall: float
    resident: int


def measure_growth(uris: Sequence[str], gold: str = NEWS) -> list[Growth]:
    """Ask each index the questions of a set, smallest index first.

    Raises:
        HoidapError: an index cannot be opened, or the set is unknown.
    """
    questions = [one.question for one in gold_named(gold).questions]
    return sorted((_growth(uri, questions) for uri in uris), key=lambda one: one.chunks)


def _growth(uri: str, questions: Sequence[str]) -> Growth:
    told: dict[str, list[float]] = {}
    began = time.perf_counter()
    with closing(open_asker(uri, AskConfig(), lambda name, took: told.setdefault(name, []).append(took))) as asker:
        opened = time.perf_counter() - began
        for question in questions[:WARM]:
            asker.ask(question)
        told.clear()
        times = [timed(partial(asker.ask, question)) for question in questions]
        searches = [1000 * (vectors + words) for vectors, words in zip(told["vectors"], told["words"], strict=True)]
        return Growth(
            articles=asker.snapshot.article_count,
            chunks=asker.snapshot.chunk_count,
            opened=opened,
            p50=statistics.median(times),
            p95=p95(times),
            stages={name: 1000 * statistics.median(told[name]) for name in STAGES if name in told},
            searches=statistics.median(searches),
            recall=_recall(asker.snapshot, questions[:COMPARED]),
            resident=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        )


def _recall(snapshot: Snapshot, questions: Sequence[str]) -> float:
    """How much of what comparing every stored vector finds the index finds; small selections are compared whole."""
    parts = list(batches(snapshot.select(Filters()), PART))
    found = 0
    wanted = min(WANTED, snapshot.chunk_count)
    for vector in embedder_named(snapshot.recipe.embedder).embed_questions(questions):
        hits = [hit for part in parts for hit in snapshot.nearest(vector, wanted, part)]
        exact = {hit.chunk for hit in sorted(hits, key=lambda hit: -hit.score)[:wanted]}
        found += len(exact & {hit.chunk for hit in snapshot.nearest(vector, wanted)})
    return found / (wanted * len(questions))


def growth_table(found: Sequence[Growth]) -> str:
    """The figures, a line for each index."""
    lines = [f"{'articles':>9}{'chunks':>9}{'open s':>8}{'p50 ms':>8}{'p95 ms':>8}{'searches':>10}{'recall@50':>11}"]
    lines += [
        f"{one.articles:>9}{one.chunks:>9}{one.opened:>8.1f}{one.p50:>8.1f}{one.p95:>8.1f}"
        f"{one.searches:>10.1f}{one.recall:>11.4f}"
        for one in found
    ]
    lines += ["", f"{'stage, ms':<12}" + "".join(f"{one.articles:>9}" for one in found)]
    lines += [
        f"{name:<12}" + "".join(f"{one.stages.get(name, 0.0):>9.1f}" for one in found)
        for name in STAGES
        if any(name in one.stages for one in found)
    ]
    return "\n".join(lines)


def growth_chart(found: Sequence[Growth], path: Path) -> None:
    """Median, 95 % and searches over the number of articles, as SVG."""
    from matplotlib.figure import Figure  # noqa: PLC0415 — takes half a second

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    articles = [one.articles for one in found]
    for name, values in (
        ("p95", [one.p95 for one in found]),
        ("p50", [one.p50 for one in found]),
        ("vectors and words, p50", [one.searches for one in found]),
    ):
        axes.plot(articles, values, marker="o", label=name)
    axes.set_xscale("symlog")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("articles")
    axes.set_ylabel("milliseconds a question")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, format="svg", metadata={"Date": None})
